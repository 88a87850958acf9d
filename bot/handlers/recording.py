"""The buttons under a case or notice: record what was reached, couple somebody, hear of it later, undo."""

from datetime import date

from bot.callbacks import Act, Look, Pressed, pack
from bot.date_picker import compact, quick_days, read_day
from bot.desk import Visit, in_thread
from bot.handlers import escalations, explaining
from bot.handlers.choices import chosen
from bot.handlers.choosing import (
    KINDS,
    ask_choice,
    ask_kind,
    ask_need,
    choices_of,
    open_needs,
    was_held,
)
from bot.handlers.pressing import ask_day, expect_day, expect_no_day, look, open_row, tell_decided
from bot.handlers.prompting import prompt_rows
from bot.paging import page_of, turning
from bot.rendering import in_rows
from core.facts import FactKind, Fit
from core.people import Person
from core.ports import Button
from services.actions import ActionVerb, ActionView
from services.case_views import CaseView
from services.casefile import read_date
from services.cases import Recorded, checklist_of, read_case, record_fact
from services.inbox import Question
from services.people import team_protectors
from services.performing import ActionDone, Picked, perform, remind_later
from templates import chat_text, item_name, listed, phrase

PEOPLE_ON_A_PAGE = 8
_FITS = (Fit.FITS, Fit.AGREED_ALTERNATIVE, Fit.DOES_NOT_FIT)


async def begin(visit: Visit, token: str) -> None:
    """Answer the press of an action's button: ask what is still needed, in a new message."""
    view = await look(visit, token)
    if view.verb is ActionVerb.ESCALATE:
        await escalations.begin(visit, view, token)
    elif view.decided:
        await tell_decided(visit, view)
    elif view.verb is ActionVerb.COUPLE:
        await _ask_who(visit, view, token, 1, new=True)
    elif view.kind is FactKind.COURSE_SET:
        await _ask_course(visit, view, token, new=True)
    elif view.kind is FactKind.HELP_STARTED:
        await _ask_help(visit, view, token)
    elif choices_of(visit.house.rules, view):
        await ask_choice(visit, view, token, new=True)
    else:
        await ask_day(visit, view, token, "", new=True)


async def _ask_help(visit: Visit, view: ActionView, token: str) -> None:
    """Ask of which need help has started when there are several, then whether it fits."""
    needs = open_needs(view.case)
    if len(needs) > 1 and len(view.codes) == 1:
        await ask_need(visit, view, token)
        return
    number = needs[0].number if needs and len(view.codes) == 1 else ""
    await visit.say(chat_text("fit", codes=listed(view.codes)), _fit_rows(token, number))


def _fit_rows(token: str, need: object) -> list[list[Button]]:
    return [
        [Button(phrase(f"button.fit_{fit}"), pack(Act.FIT, token, f"{place}.{need}"))]
        for place, fit in enumerate(_FITS)
    ]


async def pick_need(visit: Visit, pressed: Pressed) -> None:
    """Remember of which need help has started, and ask whether it fits."""
    token, number = pressed.arg(0), pressed.arg(1)
    view = await look(visit, token)
    if view.decided:
        await tell_decided(visit, view)
        return
    await visit.show(chat_text("fit", codes=listed(view.codes)), _fit_rows(token, number))


async def pick_choice(visit: Visit, pressed: Pressed) -> None:
    """Leaf through reasons or outcomes, or remember what was picked and ask the day."""
    token, answer = pressed.arg(0), pressed.arg(1)
    view = await look(visit, token)
    if view.verb is ActionVerb.ESCALATE:
        await escalations.pick_reason(visit, view, pressed)
    elif view.decided:
        await tell_decided(visit, view)
    elif answer.startswith("p"):
        await ask_choice(visit, view, token, int(answer[1:]), new=False)
    else:
        await ask_day(visit, view, token, answer, new=False)


async def pick_fit(visit: Visit, pressed: Pressed) -> None:
    """Remember whether the help fits, and ask the day."""
    view = await look(visit, pressed.arg(0))
    if view.decided:
        await tell_decided(visit, view)
        return
    await ask_day(visit, view, pressed.arg(0), pressed.arg(1), new=False)


async def take_day(visit: Visit, question: Question, answer: str) -> None:
    """Take a day that was typed; one that is refused can be typed again."""
    on = read_date(answer, "on")
    token, picked = question.draft["token"], question.draft["picked"]
    await pick_day(visit, Pressed(Act.DAY, (token, compact(on), picked)))


async def pick_day(visit: Visit, pressed: Pressed) -> None:
    """Record or explain what was asked, on or until the picked day."""
    await _record_on(visit, pressed)
    await expect_no_day(visit, pressed.arg(0))


async def _record_on(visit: Visit, pressed: Pressed) -> None:
    token, on, picked = pressed.arg(0), read_day(pressed.arg(1)), pressed.arg(2)
    view = await look(visit, token)
    if view.decided:
        await tell_decided(visit, view)
        return
    value, beside = await _picked(visit, view, picked)
    if view.verb is ActionVerb.EXPLAIN and on is not None and value is not None:
        await explaining.explain(visit, token, on, value)
        return
    done = await in_thread(
        perform,
        visit.house,
        token,
        now=visit.now,
        person_id=visit.person.id,
        on=on,
        value=value,
        picked=beside,
        with_undo=True,
    )
    await tell_done(visit, done)


async def _picked(visit: Visit, view: ActionView, picked: str) -> tuple[str | None, Picked]:
    """Return who or what was picked before the day."""
    first, second, third = (*picked.split("."), "", "")[:3]
    if view.verb is ActionVerb.COUPLE:
        people = await _candidates(visit, view)
        name = next((person.name for person in people if str(person.id) == first), None)
        kind = KINDS[int(second)] if second.isdigit() else None
        return name, Picked(coupling=kind, handover_on=read_day(third) if third else None)
    if view.kind is FactKind.HELP_STARTED:
        fit = _FITS[int(first)] if first.isdigit() and int(first) < len(_FITS) else None
        return fit, Picked(need=int(second) if second.isdigit() else None)
    choice = chosen(choices_of(visit.house.rules, view), first)
    return choice.code if choice else None, Picked()


async def _candidates(visit: Visit, view: ActionView) -> list[Person]:
    if view.case is None:
        return []
    organisation = view.case.case.organisation
    return await in_thread(team_protectors, visit.house, organisation, actor=visit.actor, now=visit.now)


async def _ask_who(visit: Visit, view: ActionView, token: str, page: int, *, new: bool) -> None:
    people = await _candidates(visit, view)
    if not people:
        await visit.say(chat_text("nobody_to_couple", code=view.codes[0]))
        return
    shown = page_of(people, page, PEOPLE_ON_A_PAGE)
    rows = in_rows([Button(one.name, pack(Act.PERSON, token, one.id)) for one in shown], 2)
    rows += turning(page, PEOPLE_ON_A_PAGE, len(people), lambda other: pack(Act.PERSON, token, 0, other))
    text = chat_text("who", code=listed(view.codes))
    await (visit.say(text, rows) if new else visit.show(text, rows))


async def pick_person(visit: Visit, pressed: Pressed) -> None:
    """Leaf through the people, or remember who was picked; ask how they come to a case that was held."""
    token, person = pressed.arg(0), pressed.arg(1)
    view = await look(visit, token)
    if view.decided:
        await tell_decided(visit, view)
    elif pressed.arg(2):
        await _ask_who(visit, view, token, int(pressed.arg(2)), new=False)
    elif was_held(view):
        await ask_kind(visit, Pressed(Act.KIND, (token, person)))
    else:
        await ask_day(visit, view, token, person, new=False)


async def _ask_course(visit: Visit, view: ActionView, token: str, *, new: bool) -> None:
    if view.case is None:
        return
    items = checklist_of(view.case)
    rows = [
        [
            Button(phrase("button.ticked", item=phrase(f"fact.{kind}")), pack(Look.NOTHING))
            if ticked
            else Button(phrase("button.unticked", item=phrase(f"fact.{kind}")), pack(Act.TICK, token, place))
        ]
        for place, (kind, ticked) in enumerate(items)
    ]
    complete = all(ticked for _, ticked in items)
    if complete:
        rows += quick_days(
            visit.today,
            lambda day: pack(Act.DAY, token, compact(day), ""),
            lambda month: pack(Act.MONTH, token, compact(month), ""),
        )
        await expect_day(visit, token, "")
    text = chat_text("checklist", codes=listed(view.codes), complete=complete)
    await (visit.say(text, rows) if new else visit.show(text, rows))


async def tick(visit: Visit, pressed: Pressed) -> None:
    """Record an item of the course's checklist for every case of the action, and show what is left."""
    token = pressed.arg(0)
    view = await look(visit, token)
    if view.decided or view.case is None:
        await tell_decided(visit, view)
        return
    kind = checklist_of(view.case)[int(pressed.arg(1))][0]
    for code in view.codes:
        await in_thread(record_fact, visit.house, code, kind, None, actor=visit.actor, now=visit.now)
    await _ask_course(visit, await look(visit, token), token, new=False)


async def tell_done(visit: Visit, done: ActionDone) -> None:
    """Say what was recorded, in place of the question, with a way to undo it and what to think of now."""
    if not done.recorded:
        await tell_decided(visit, done.view)
        return
    items = [_item(visit, done, recorded) for recorded in done.recorded]
    rows = [[Button(phrase("button.undo"), pack(Act.UNDO, done.undo.token))]] if done.undo else []
    first = done.recorded[0]
    rows += prompt_rows(first.view, first.prompts)
    rows.append(open_row(first.view.case.code))
    await visit.show(chat_text("done", items=items, norm=done.view.norm, today=visit.today), rows)


def _item(visit: Visit, done: ActionDone, recorded: Recorded) -> dict[str, object]:
    norm = done.view.norm
    couples = done.view.verb is ActionVerb.COUPLE
    return {
        "code": recorded.view.case.code,
        "kind": recorded.kind,
        "on": recorded.on,
        "changed": recorded.changed,
        "known_by": recorded.known_by if recorded.known_by != visit.person.name else None,
        "flags": recorded.flags,
        "term": recorded.view.term(norm) if norm else None,
        "person": recorded.view.protector if couples else None,
        "prompts": recorded.prompts,
    }


async def undo(visit: Visit, token: str) -> None:
    """Withdraw what was just recorded."""
    view = await look(visit, token)
    if view.decided:
        await tell_decided(visit, view)
        return
    done = await in_thread(perform, visit.house, token, now=visit.now, person_id=visit.person.id)
    code = listed(done.view.codes)
    rows = [open_row(done.view.codes[0])]
    what = phrase(f"fact.{view.kind}") if view.kind else item_name(view.payload["item"])
    await visit.show(chat_text("undone", code=code, what=what), rows)


async def later(visit: Visit, pressed: Pressed) -> None:
    """Ask when to hear of a term again, or keep the picked day."""
    code, norm, ahead = pressed.arg(0), pressed.arg(1), pressed.arg(2)
    view: CaseView = await in_thread(read_case, visit.house, code, actor=visit.actor, now=visit.now)
    if not ahead.isdigit():
        rows = [[_later_button("tomorrow", code, norm, 1), _later_button("in_three_days", code, norm, 3)]]
        await visit.say(chat_text("when_later", code=code, norm=norm), rows)
        return
    day = visit.house.rules.calendar.add(visit.today, min(int(ahead), _MOST_AHEAD))
    until_on: date = await in_thread(remind_later, visit.house, view, norm, visit.person, day, now=visit.now)
    text = chat_text("later_kept", code=code, norm=norm, until_on=until_on, today=visit.today)
    await visit.show(text)


_MOST_AHEAD = 10


def _later_button(name: str, code: str, norm: str, working_days: int) -> Button:
    return Button(phrase(f"button.{name}"), pack(Act.LATER, code, norm, working_days))
