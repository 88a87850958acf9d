"""Moving, cancelling and adding meetings, and telling everybody who had the old date, once."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from core.chain import plan_chain
from core.errors import ProblemCode, refuse
from core.occurrences import LONGEST_SHIFT, Concern, Occurrence
from core.outbox import MessageKind, NewNotice
from core.people import Actor, Person
from core.series import Series, agreed_days, original_dates
from core.workdays import LAST_DAY
from services.governance.agendas import carry
from services.governance.hearing import groups_hearing
from services.governance.matters import (
    Matter,
    Matters,
    MeetingMatter,
    Ref,
    chair_of,
    named,
    participants_of,
    refs_of,
    takes_part,
)
from services.scene import Scene
from storage.queries.governance import add_shift, change_meeting, withdraw_shifts
from storage.queries.governance_items import Item, put_items, wake
from storage.queries.outbox import add_message, add_notices, pending_for

_NEAR = timedelta(days=3)


def move_meeting(
    matters: Matters,
    matter: MeetingMatter,
    on: date,
    at: time | None,
    *,
    along: bool,
    actor: Actor,
    confirmed: bool,
) -> None:
    """Move a meeting, or set the date of one that has none.

    `along` lets later ones shift by as many days, but for those of which it is known how they went or that
    they were cancelled. An odd date is refused until it is confirmed.
    """
    before = matter.occurrence
    _ask_about(matters, before.series, on, before, confirmed=confirmed)
    scene, ref = matters.scene, matter.ref
    columns: dict[str, object] = {"moved_on": on, "cancelled": None, "held": None}
    if at is not None:
        columns["moved_at"] = at
    by = actor.name
    change_meeting(scene.tx, ref.code, ref.original_on, by=by, now=scene.now, **columns)
    days = (on - before.on).days if before.on else 0
    if along and days and agreed_days(before.series):
        if abs(days) > LONGEST_SHIFT:
            raise refuse(ProblemCode.DATE_OUT_OF_RANGE, column="on", value=on.isoformat())
        _keep_what_is_over(matters, ref, by)
        add_shift(scene.tx, ref.code, ref.original_on, days, by=by, now=scene.now)
    _tell(matters, ref, before, actor)


def _keep_what_is_over(matters: Matters, ref: Ref, by: str) -> None:
    """Let later meetings that were held, not held or cancelled stay on their day when others shift."""
    scene = matters.scene
    for original_on, change in matters.changes(ref.code).rows.items():
        over = change.held is not None or change.cancelled is not None
        if original_on <= ref.original_on or not over or change.moved_on is not None:
            continue
        kept = matters.occurrence(ref.code, original_on)
        if kept is not None and kept.on is not None:
            change_meeting(scene.tx, ref.code, original_on, by=by, now=scene.now, moved_on=kept.on)


def cancel_meeting(matters: Matters, matter: Matter, reason: str, actor: Actor) -> None:
    """Cancel a meeting with a reason."""
    _change(matters, matter, actor, cancelled=reason)


def set_place(matters: Matters, matter: Matter, place: str, actor: Actor) -> None:
    """Say where a meeting is."""
    _change(matters, matter, actor, place=place)


def reset_meeting(matters: Matters, matter: Matter, actor: Actor) -> None:
    """Let a meeting be what was agreed again, and later ones with it."""
    scene, ref = matters.scene, matter.ref
    withdraw_shifts(scene.tx, ref.code, ref.original_on, by=actor.name, now=scene.now)
    nothing: dict[str, object] = dict.fromkeys(
        ("moved_on", "moved_at", "place", "cancelled", "held", "outcome")
    )
    _change(matters, matter, actor, **nothing)


def add_occurrence(
    matters: Matters, series: Series, on: date, at: time | None, *, actor: Actor, confirmed: bool
) -> Ref:
    """Add a meeting to a series; everybody of the series is told. Return its name.

    Where another date of the series has the day as its name, the next free day names the new one.
    """
    _ask_about(matters, series, on, None, confirmed=confirmed)
    scene, name_on = matters.scene, _free_name(matters, series, on)
    moved_on = on if name_on != on else None
    columns: dict[str, object] = {"added": True, "moved_at": at, "moved_on": moved_on}
    change_meeting(scene.tx, series.code, name_on, by=actor.name, now=scene.now, **columns)
    ref = Ref.of_meeting(series.code, name_on)
    _tell(matters, ref, None, actor)
    return ref


def _free_name(matters: Matters, series: Series, on: date) -> date:
    """Return the first day from `on` that names no date of the series, whatever became of that."""
    kept = matters.changes(series.code).rows
    days = (on + timedelta(days=number) for number in range((LAST_DAY - on).days + 1))
    free = (day for day in days if day not in kept and not any(original_dates(series, day, day)))
    found = next(free, None)
    if found is None:
        raise refuse(ProblemCode.DATE_OUT_OF_RANGE, column="on", value=on.isoformat(), last=LAST_DAY)
    return found


def _change(matters: Matters, matter: Matter, actor: Actor, **columns: object) -> None:
    if not isinstance(matter, MeetingMatter):
        raise refuse(ProblemCode.DEED_UNKNOWN)
    scene, ref = matters.scene, matter.ref
    change_meeting(scene.tx, ref.code, ref.original_on, by=actor.name, now=scene.now, **columns)
    _tell(matters, ref, matter.occurrence, actor)


def _ask_about(
    matters: Matters, series: Series, on: date, before: Occurrence | None, *, confirmed: bool
) -> None:
    found = [] if confirmed else list(concerns(matters, series, on, before))
    if found:
        raise refuse(ProblemCode.DATE_CONCERNS, column="on", value=on.isoformat(), codes=tuple(found))


def concerns(
    matters: Matters, series: Series, on: date, before: Occurrence | None = None
) -> Iterator[Concern]:
    """Yield what is odd about a date for a meeting of a series."""
    scene = matters.scene
    calendar, today = scene.rules.calendar, scene.today
    if on < today:
        yield Concern.PAST
    if matters.agreed.closure_on(on) is not None:
        yield Concern.CLOSURE
    if not calendar.is_working_day(on):
        yield Concern.DAY_OFF
    own = before.original_on if before else None
    near = matters.between(on - _NEAR, on + _NEAR, [series])
    if any(one.on == on and one.original_on != own and one.takes_place for one in near):
        yield Concern.ON_ANOTHER
    if on >= today and any(step.too_early for step in plan_chain(series.steps, on, calendar, today)):
        yield Concern.CHAIN


def _tell(matters: Matters, ref: Ref, before: Occurrence | None, actor: Actor) -> None:
    """Wake the guard for the series, and put a message for everybody who had the old date in the outbox."""
    scene = matters.scene
    wake(scene.tx, ref.code, scene.today, anew=True)
    fresh = Matters(scene)
    after = fresh.occurrence(ref.code, ref.original_on)
    refs = refs_of(fresh, after) if after else []
    rows = [Item(one.kind, one.code, one.original_on, one.part, None, scene.today) for one in refs]
    put_items(scene.tx, rows)
    series = scene.rules.governance.series.get(ref.code)
    if series is not None and series.case_agenda:
        carry(fresh, series, by=actor.name)
    if after is None or max(after.sorted_on, before.sorted_on if before else after.sorted_on) < scene.today:
        return
    series = after.series
    people = [one for one in everyone_of(scene, series) if one.id != actor.person_id]
    readers = [*people, *groups_hearing(scene, series)]
    payload = {
        "series": ref.code,
        "original_on": ref.original_on.isoformat(),
        "on": before.on.isoformat() if before and before.on else "",
        "at": before.at.isoformat("minutes") if before and before.at else "",
        "place": before.place or "" if before else "",
        "cancelled": "yes" if before and before.status == "cancelled" else "",
        "along": str(matters.changes(ref.code).along(ref.original_on)),
    }
    for reader in readers:
        _tell_one(scene, reader, payload, ref.subject(after.version))


def _tell_one(scene: Scene, reader: Person, payload: dict[str, str], subject: str) -> None:
    """Leave a message that waits: it says what holds when it is sent, against what the reader had."""
    same = ("series", "original_on")
    for waiting in pending_for(scene.tx, reader.id):
        if waiting.kind is MessageKind.CHANGED and all(waiting.payload[key] == payload[key] for key in same):
            return
    now = scene.now
    message_id = add_message(
        scene.tx, reader.id, MessageKind.CHANGED, scene.today, send_after=now, now=now, payload=payload
    )
    notice = NewNotice(subject, "wijziging", reader.id, "changed", scene.today)
    add_notices(scene.tx, [(notice, message_id)], now=now)


def everyone_of(scene: Scene, series: Series) -> list[Person]:
    """Return the chair, the owners of steps and everybody who takes part."""
    required, optional = participants_of(series, scene.directory, scene.today)
    found = [*_who_prepare(scene, series), *required, *optional]
    return list({person.id: person for person in found}.values())


def is_of(scene: Scene, series: Series, person: Person) -> bool:
    """Tell whether somebody chairs, owns a step or takes part."""
    return takes_part(series, [person]) or any(one.id == person.id for one in _who_prepare(scene, series))


def _who_prepare(scene: Scene, series: Series) -> list[Person]:
    chair = chair_of(series, scene.directory, scene.today)
    owners = [named(step.owner, scene.directory, scene.today) for step in series.steps]
    return [one for one in (chair, *owners) if one]
