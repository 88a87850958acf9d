"""The buttons under a case or notice: record what was reached, couple somebody, hear of it later, undo."""

from datetime import date, timedelta

from bot.callbacks import Act, Look, Pressed, pack
from bot.date_picker import compact, month_page, quick_days, read_day
from bot.desk import Visit, in_thread
from bot.rendering import in_rows
from core.facts import FORWARD_LOOKING, FactKind, Fit
from core.people import Person
from core.ports import Button
from services.actions import (
    ActionDone,
    ActionVerb,
    ActionView,
    look_up,
    perform,
    remind_later,
)
from services.case_views import CaseView
from services.cases import Recorded, checklist_of, read_case, record_fact
from services.people import team_protectors
from templates import chat_text, listed, phrase

PEOPLE_ON_A_PAGE = 8
_FITS = (Fit.FITS, Fit.AGREED_ALTERNATIVE, Fit.DOES_NOT_FIT)
_BACK_TO = timedelta(days=3 * 365)


async def begin(visit: Visit, token: str) -> None:
    """Answer the press of an action's button: ask what is still needed, in a new message."""
    view = await _look(visit, token)
    if view.decided:
        await tell_decided(visit, view)
    elif view.verb is ActionVerb.COUPLE:
        await _ask_who(visit, view, token, 1, new=True)
    elif view.kind is FactKind.COURSE_SET:
        await _ask_course(visit, view, token, new=True)
    elif view.kind is FactKind.HELP_STARTED:
        rows = [
            [Button(phrase(f"button.fit_{fit}"), pack(Act.FIT, token, place))]
            for place, fit in enumerate(_FITS)
        ]
        await visit.say(chat_text("fit", codes=listed(view.codes)), rows)
    else:
        await _ask_day(visit, view, token, "", new=True)


async def _look(visit: Visit, token: str) -> ActionView:
    return await in_thread(look_up, visit.house, token, now=visit.now, person_id=visit.person.id)


def _what(view: ActionView) -> str:
    return phrase(f"fact.{view.kind}")


async def _ask_day(visit: Visit, view: ActionView, token: str, picked: str, *, new: bool) -> None:
    rows = quick_days(
        visit.today,
        lambda day: pack(Act.DAY, token, compact(day), picked),
        lambda month: pack(Act.MONTH, token, compact(month), picked),
    )
    text = chat_text("when", codes=listed(view.codes), what=_what(view))
    await (visit.say(text, rows) if new else visit.show(text, rows))


async def show_month(visit: Visit, pressed: Pressed) -> None:
    """Show a month of the date picker."""
    token, picked = pressed.arg(0), pressed.arg(2)
    view = await _look(visit, token)
    if view.decided:
        await tell_decided(visit, view)
        return
    month = read_day(pressed.arg(1)) or visit.today.replace(day=1)
    ahead = timedelta(days=366) if view.kind in FORWARD_LOOKING else timedelta(0)
    rows = month_page(
        month,
        lambda day: pack(Act.DAY, token, compact(day), picked),
        lambda other: pack(Act.MONTH, token, compact(other), picked),
        earliest=visit.today - _BACK_TO,
        latest=visit.today + ahead,
    )
    await visit.show(chat_text("pick_day", codes=listed(view.codes), what=_what(view)), rows)


async def pick_fit(visit: Visit, pressed: Pressed) -> None:
    """Remember whether the help fits, and ask the day."""
    view = await _look(visit, pressed.arg(0))
    if view.decided:
        await tell_decided(visit, view)
        return
    await _ask_day(visit, view, pressed.arg(0), pressed.arg(1), new=False)


async def pick_day(visit: Visit, pressed: Pressed) -> None:
    """Record what was asked on the picked day."""
    token, picked = pressed.arg(0), pressed.arg(2)
    done = await in_thread(
        perform,
        visit.house,
        token,
        now=visit.now,
        person_id=visit.person.id,
        on=read_day(pressed.arg(1)),
        value=await _value(visit, token, picked) if picked else None,
        with_undo=True,
    )
    await tell_done(visit, done)


async def _value(visit: Visit, token: str, picked: str) -> str | None:
    """Return who or what was picked before the day."""
    view = await _look(visit, token)
    if view.kind is FactKind.HELP_STARTED:
        return _FITS[int(picked)] if picked.isdigit() and int(picked) < len(_FITS) else None
    if view.verb is ActionVerb.COUPLE:
        people = await _candidates(visit, view)
        return next((person.name for person in people if str(person.id) == picked), None)
    return None


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
    shown = people[(page - 1) * PEOPLE_ON_A_PAGE : page * PEOPLE_ON_A_PAGE]
    rows = in_rows([Button(one.name, pack(Act.PERSON, token, one.id)) for one in shown], 2)
    leaf = []
    if page > 1:
        leaf.append(Button(phrase("button.previous"), pack(Act.PERSON, token, 0, page - 1)))
    if page * PEOPLE_ON_A_PAGE < len(people):
        leaf.append(Button(phrase("button.more"), pack(Act.PERSON, token, 0, page + 1)))
    rows += [leaf] if leaf else []
    text = chat_text("who", code=listed(view.codes))
    await (visit.say(text, rows) if new else visit.show(text, rows))


async def pick_person(visit: Visit, pressed: Pressed) -> None:
    """Leaf through the people, or remember who was picked and ask the day."""
    token = pressed.arg(0)
    view = await _look(visit, token)
    if view.decided:
        await tell_decided(visit, view)
    elif pressed.arg(2):
        await _ask_who(visit, view, token, int(pressed.arg(2)), new=False)
    else:
        await _ask_day(visit, view, token, pressed.arg(1), new=False)


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
    text = chat_text("checklist", codes=listed(view.codes), complete=complete)
    await (visit.say(text, rows) if new else visit.show(text, rows))


async def tick(visit: Visit, pressed: Pressed) -> None:
    """Record an item of the course's checklist for every case of the action, and show what is left."""
    token = pressed.arg(0)
    view = await _look(visit, token)
    if view.decided or view.case is None:
        await tell_decided(visit, view)
        return
    kind = checklist_of(view.case)[int(pressed.arg(1))][0]
    for code in view.codes:
        await in_thread(record_fact, visit.house, code, kind, None, actor=visit.actor, now=visit.now)
    await _ask_course(visit, await _look(visit, token), token, new=False)


async def tell_done(visit: Visit, done: ActionDone) -> None:
    """Say what was recorded, in place of the question, with a way to undo it."""
    if not done.recorded:
        await tell_decided(visit, done.view)
        return
    items = [_item(visit, done, recorded) for recorded in done.recorded]
    rows = [[Button(phrase("button.undo"), pack(Act.UNDO, done.undo.token))]] if done.undo else []
    code = done.recorded[0].view.case.code
    rows.append([Button(phrase("button.open", code=code), pack(Look.CASE, code))])
    await visit.show(chat_text("done", items=items, norm=done.view.norm), rows)


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
    }


async def undo(visit: Visit, token: str) -> None:
    """Withdraw what was just recorded."""
    view = await _look(visit, token)
    if view.decided:
        await tell_decided(visit, view)
        return
    done = await in_thread(perform, visit.house, token, now=visit.now, person_id=visit.person.id)
    code = listed(done.view.codes)
    rows = [[Button(phrase("button.open", code=done.view.codes[0]), pack(Look.CASE, done.view.codes[0]))]]
    await visit.show(chat_text("undone", code=code, kind=view.kind), rows)


async def tell_decided(visit: Visit, view: ActionView) -> None:
    """Say in words what is the case now, when a button was used before or too late."""
    term = view.case.term(view.norm) if view.case and view.norm else None
    text = chat_text(
        "decided",
        code=view.codes[0] if view.codes else "",
        norm=view.norm,
        term=term,
        used_by=view.used_by,
        used_at=view.used_at,
    )
    rows = []
    if view.codes:
        rows = [[Button(phrase("button.open", code=view.codes[0]), pack(Look.CASE, view.codes[0]))]]
    await visit.say(text, rows)


async def later(visit: Visit, pressed: Pressed) -> None:
    """Ask when to hear of a term again, or keep the picked day."""
    code, norm, day = pressed.arg(0), pressed.arg(1), read_day(pressed.arg(2))
    view: CaseView = await in_thread(read_case, visit.house, code, actor=visit.actor, now=visit.now)
    if day is None:
        rows = [
            [
                _later_button("tomorrow", code, norm, visit, 1),
                _later_button("in_three_days", code, norm, visit, 3),
            ]
        ]
        await visit.say(chat_text("when_later", code=code, norm=norm), rows)
        return
    until_on: date = await in_thread(remind_later, visit.house, view, norm, visit.person, day, now=visit.now)
    await visit.show(chat_text("later_kept", code=code, norm=norm, until_on=until_on))


def _later_button(name: str, code: str, norm: str, visit: Visit, working_days: int) -> Button:
    on = visit.house.rules.calendar.add(visit.today, working_days)
    return Button(phrase(f"button.{name}"), pack(Act.LATER, code, norm, compact(on)))
