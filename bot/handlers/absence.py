"""/waarneming: who stands in for whom, and when."""

from datetime import date, timedelta

from bot.callbacks import Own, pack
from bot.date_picker import compact, month_page, read_day
from bot.desk import Visit, in_thread
from bot.rendering import in_rows
from core.errors import ProblemCode, refuse
from core.ports import Button
from services.absences import (
    absent_people,
    end_absence,
    list_absences,
    possible_substitutes,
    set_absence,
)
from services.casefile import read_date
from services.inbox import Question, ask_question, change_draft, close_question
from templates import chat_text, phrase

KIND = "absence"
MOST_PEOPLE = 12
_AHEAD = timedelta(days=400)


async def overview(visit: Visit) -> None:
    """Show present and coming absences, and whose absence can be set."""
    items = await in_thread(list_absences, visit.house, actor=visit.actor, now=visit.now)
    people = await in_thread(absent_people, visit.house, actor=visit.actor, now=visit.now)
    settable = {person.name: person for person in people}
    rows = []
    for person in people[:MOST_PEOPLE]:
        own = person.id == visit.person.id
        label = phrase("button.absent_me") if own else phrase("button.absent_other", name=person.name)
        rows.append([Button(label, pack(Own.ABSENT, person.id))])
    for item in items:
        if item.person in settable:
            label = phrase("button.present_again", name=item.person)
            rows.append([Button(label, pack(Own.PRESENT, settable[item.person].id))])
    await visit.say(chat_text("absences", items=items, today=visit.today), rows)


async def begin(visit: Visit, person_id: str) -> None:
    """Ask from which day somebody is absent."""
    name = await _name(visit, person_id)
    draft = {"name": name}
    number = await in_thread(
        ask_question, visit.house, visit.person, KIND, draft, chat_id=visit.chat_id, now=visit.now
    )
    await _ask_day(visit, number, draft, visit.today.replace(day=1))


async def _name(visit: Visit, person_id: str) -> str:
    people = await in_thread(absent_people, visit.house, actor=visit.actor, now=visit.now)
    found = next((person.name for person in people if str(person.id) == person_id), None)
    if found is None:
        raise refuse(ProblemCode.PERSON_UNKNOWN, value="")
    return found


async def present_again(visit: Visit, person_id: str) -> None:
    """End somebody's absence."""
    name = await _name(visit, person_id)
    await in_thread(end_absence, visit.house, name, actor=visit.actor, now=visit.now)
    await visit.show(chat_text("absence_ended", name=name))


async def take_answer(visit: Visit, question: Question, answer: str) -> None:
    """Take the first day, the last day, or the substitute."""
    draft = dict(question.draft)
    if answer.startswith("m") and answer[1:].isdigit():
        await _ask_day(visit, question.id, draft, read_day(answer[1:]) or visit.today)
        return
    if "through_on" in draft:
        await _set(visit, draft, answer)
        return
    picked = read_day(answer) if answer.isdigit() else None
    day = picked or read_date(answer)
    draft["from_on" if "from_on" not in draft else "through_on"] = day.isoformat()
    await in_thread(change_draft, visit.house, question, draft)
    if "through_on" in draft:
        await _ask_who(visit, question.id, draft)
    else:
        await _ask_day(visit, question.id, draft, day.replace(day=1))


async def _ask_day(visit: Visit, number: int, draft: dict[str, str], month: date) -> None:
    earliest = visit.today
    text = chat_text("absence_from", name=draft["name"])
    if "from_on" in draft:
        from_on = date.fromisoformat(draft["from_on"])
        earliest = max(earliest, from_on)
        text = chat_text("absence_through", name=draft["name"], from_on=from_on, today=visit.today)
    rows = month_page(
        month,
        lambda day: pack(Own.ANSWER, number, compact(day)),
        lambda other: pack(Own.ANSWER, number, f"m{compact(other)}"),
        earliest=earliest,
        latest=visit.today + _AHEAD,
    )
    await visit.show(text, [*rows, [_cancel(number)]])


async def _ask_who(visit: Visit, number: int, draft: dict[str, str]) -> None:
    people = await in_thread(
        possible_substitutes, visit.house, draft["name"], actor=visit.actor, now=visit.now
    )
    if not people:
        await in_thread(close_question, visit.house, visit.person, visit.now)
        await visit.show(chat_text("absence_nobody", name=draft["name"]))
        return
    buttons = [Button(person.name, pack(Own.ANSWER, number, person.id)) for person in people[:MOST_PEOPLE]]
    rows = [*in_rows(buttons, 2), [_cancel(number)]]
    await visit.show(chat_text("absence_who", name=draft["name"]), rows)


async def _set(visit: Visit, draft: dict[str, str], answer: str) -> None:
    people = await in_thread(
        possible_substitutes, visit.house, draft["name"], actor=visit.actor, now=visit.now
    )
    substitute = next((person.name for person in people if answer in (str(person.id), person.name)), answer)
    item = await in_thread(
        set_absence,
        visit.house,
        draft["name"],
        substitute,
        date.fromisoformat(draft["from_on"]),
        date.fromisoformat(draft["through_on"]),
        actor=visit.actor,
        now=visit.now,
    )
    await in_thread(close_question, visit.house, visit.person, visit.now)
    await visit.show(chat_text("absence_set", item=item, today=visit.today))


def _cancel(number: int) -> Button:
    return Button(phrase("button.cancel"), pack(Own.ANSWER, number, "stop"))
