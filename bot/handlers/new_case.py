"""/nieuw: open a case in five short questions."""

from collections.abc import Sequence
from datetime import date, timedelta
from difflib import get_close_matches

from bot.callbacks import Own, pack
from bot.date_picker import compact, month_page, quick_days, read_day
from bot.desk import Visit, in_thread
from bot.paging import turning
from bot.rendering import in_rows
from bot.screens import case_screen
from core.errors import ProblemCode, Refused, refuse
from core.facts import FactKind
from core.ports import Button
from core.rights import Nearness, Verb, demand
from services.actions import offer_case
from services.casefile import read_date
from services.cases import check_code, open_case
from services.inbox import Question, ask_question, change_draft, close_question
from services.opening import own_new_case
from templates import chat_text, phrase, short_day

KIND = "new_case"
PAGE = 10
_SKIP, _YES = "-", "ja"
_PERSONAL = (ProblemCode.CASE_CODE_BSN, ProblemCode.CASE_CODE_NAME)
Draft = dict[str, str]


async def begin(visit: Visit) -> None:
    """Ask for the case code, or take the one after the command. Refuses who may open no case."""
    demand(visit.actor, Verb.CREATE_CASE, Nearness.ORGANISATION)
    draft: Draft = {}
    if visit.actor.organisation:
        draft["organisation"] = visit.actor.organisation
    number = await in_thread(
        ask_question, visit.house, visit.person, KIND, draft, chat_id=visit.chat_id, now=visit.now
    )
    question = Question(number, visit.person.id, KIND, draft, visit.chat_id, None)
    if visit.args:
        await take_answer(visit, question, visit.args[0])
        return
    example = f"{visit.actor.organisation or 'GIA'}-{visit.today.year}-123"
    await visit.say(chat_text("ask_code", pattern=example), [[_cancel(number)]])


async def take_answer(visit: Visit, question: Question, answer: str) -> None:
    """Take the answer to the step the draft is at, and ask the next one."""
    draft = dict(question.draft)
    if "code" not in draft:
        draft["code"] = await _code(visit, answer)
    elif "organisation" not in draft:
        draft["organisation"] = _choice(answer, list(visit.house.rules.organisations))
    elif "municipality" not in draft:
        taken = await _municipality(visit, question, answer)
        if taken is None:
            return
        draft["municipality"] = taken
    elif "measure" not in draft:
        draft["measure"] = _choice(answer, list(visit.house.rules.measures))
    elif "notified" not in draft or "ordered" not in draft:
        taken = await _day(visit, question, answer)
        if taken is None:
            return
        draft["notified" if "notified" not in draft else "ordered"] = taken
    elif answer == _YES:
        await _open(visit, draft)
        return
    await in_thread(change_draft, visit.house, question, draft)
    await _ask_next(visit, question.id, draft)


async def _code(visit: Visit, answer: str) -> str:
    code = answer.upper()
    try:
        check_code(code, visit.house.rules)
    except Refused as refused:
        if refused.problems[0].code in _PERSONAL and visit.message is not None:
            await visit.message.delete()
        raise
    return code


def _choice(answer: str, choices: Sequence[str]) -> str:
    if answer.isdigit() and int(answer) < len(choices):
        return choices[int(answer)]
    found = next((choice for choice in choices if choice.casefold() == answer.casefold()), None)
    if found is None:
        raise refuse(ProblemCode.MEASURE_UNKNOWN, value=answer, closest=None)
    return found


async def _municipality(visit: Visit, question: Question, answer: str) -> str | None:
    municipalities = visit.house.rules.municipalities
    codes = sorted(municipalities, key=lambda code: municipalities[code].name)
    if answer.startswith("p") and answer[1:].isdigit():
        await _ask_municipality(visit, question.id, question.draft["code"], int(answer[1:]))
        return None
    if answer.isdigit() and int(answer) < len(codes):
        return codes[int(answer)]
    names = {municipalities[code].name.casefold(): code for code in codes}
    if answer.casefold() in names:
        return names[answer.casefold()]
    closest = get_close_matches(answer.casefold(), names, 1)
    raise refuse(
        ProblemCode.MUNICIPALITY_UNKNOWN,
        value=answer,
        closest=municipalities[names[closest[0]]].name if closest else None,
    )


async def _day(visit: Visit, question: Question, answer: str) -> str | None:
    if answer.startswith("m"):
        month = read_day(answer[1:]) or visit.today.replace(day=1)
        rows = month_page(
            month,
            lambda day: pack(Own.ANSWER, question.id, compact(day)),
            lambda other: pack(Own.ANSWER, question.id, f"m{compact(other)}"),
            earliest=visit.today - timedelta(days=3 * 365),
            latest=visit.today,
        )
        await visit.show(_day_question(dict(question.draft)), [*rows, [_cancel(question.id)]])
        return None
    if answer.casefold() in (_SKIP, phrase("button.skip").casefold()):
        return ""
    picked = read_day(answer) if answer.isdigit() else None
    day = picked or read_date(answer)
    if day > visit.today:
        raise refuse(ProblemCode.DATE_IN_FUTURE, value=day.isoformat(), today=visit.today)
    return day.isoformat()


async def _ask_next(visit: Visit, number: int, draft: Draft) -> None:
    rules = visit.house.rules
    if "organisation" not in draft:
        names = [organisation.name for organisation in rules.organisations.values()]
        await visit.show(chat_text("ask_organisation"), _choices(number, names))
    elif "municipality" not in draft:
        await _ask_municipality(visit, number, draft["code"], 1)
    elif "measure" not in draft:
        names = [measure.name for measure in rules.measures.values()]
        await visit.show(chat_text("ask_measure", code=draft["code"]), _choices(number, names))
    elif "notified" not in draft or "ordered" not in draft:
        await _ask_day(visit, number, draft)
    else:
        await _ask_confirmation(visit, number, draft)


def _day_question(draft: Draft) -> str:
    return chat_text("ask_notified" if "notified" not in draft else "ask_ordered", code=draft["code"])


async def _ask_day(visit: Visit, number: int, draft: Draft) -> None:
    rows = quick_days(
        visit.today,
        lambda day: pack(Own.ANSWER, number, compact(day)),
        lambda month: pack(Own.ANSWER, number, f"m{compact(month)}"),
    )
    if "notified" not in draft or draft["notified"]:
        rows.append([Button(phrase("button.skip"), pack(Own.ANSWER, number, _SKIP))])
    await visit.show(_day_question(draft), [*rows, [_cancel(number)]])


async def _ask_municipality(visit: Visit, number: int, code: str, page: int) -> None:
    municipalities = visit.house.rules.municipalities
    names = sorted(municipality.name for municipality in municipalities.values())
    first = (page - 1) * PAGE
    rows = in_rows(
        [
            Button(name, pack(Own.ANSWER, number, place))
            for place, name in enumerate(names[first : first + PAGE], first)
        ],
        2,
    )
    leaf = turning(page, PAGE, len(names), lambda other: pack(Own.ANSWER, number, f"p{other}"))
    rows += [*leaf, [_cancel(number)]]
    await visit.show(chat_text("ask_municipality", code=code), rows)


async def _ask_confirmation(visit: Visit, number: int, draft: Draft) -> None:
    rules = visit.house.rules
    shown = {
        "code": draft["code"],
        "notified": _readable(draft["notified"], visit.today),
        "ordered": _readable(draft["ordered"], visit.today),
    }
    text = chat_text(
        "confirm_case",
        draft=shown,
        municipality=rules.municipalities[draft["municipality"]].name,
        measure=rules.measures[draft["measure"]].name,
    )
    yes = Button(phrase("button.confirm"), pack(Own.ANSWER, number, _YES))
    await visit.show(text, [[yes, _cancel(number)]])


def _readable(day: str, today: date) -> str:
    return short_day(date.fromisoformat(day), today) if day else ""


async def _open(visit: Visit, draft: Draft) -> None:
    dates = {
        kind: date.fromisoformat(draft[name])
        for name, kind in (("notified", FactKind.NOTIFIED), ("ordered", FactKind.ORDERED))
        if draft[name]
    }
    new = own_new_case(
        visit.actor, draft["code"], draft["organisation"], draft["municipality"], draft["measure"], dates
    )
    view = await in_thread(open_case, visit.house, new, actor=visit.actor, now=visit.now)
    await in_thread(close_question, visit.house, visit.person, visit.now)
    offers = await in_thread(offer_case, visit.house, view, visit.person, visit.now)
    await visit.show(*case_screen(view, offers))


def _choices(number: int, names: Sequence[str]) -> list[list[Button]]:
    rows = [[Button(name, pack(Own.ANSWER, number, place))] for place, name in enumerate(names)]
    return [*rows, [_cancel(number)]]


def _cancel(number: int) -> Button:
    return Button(phrase("button.cancel"), pack(Own.ANSWER, number, "stop"))
