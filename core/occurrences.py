"""Occurrences: where each date of a series ends up after closures, days off and what people changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from core.meeting_changes import NO_CHANGES, Change, Changes, Shift
from core.series import (
    LONGEST_CLOSURE,
    Closure,
    InClosure,
    OnDayOff,
    Series,
    agreed_days,
    original_dates,
    slot_end,
)
from core.workdays import FIRST_DAY, LAST_DAY, WorkingCalendar

LONGEST_SHIFT = 100
"""Days by which later occurrences may shift along."""

_MARGIN = timedelta(days=2 * LONGEST_CLOSURE + LONGEST_SHIFT)
_WEEK = timedelta(days=7)


class MeetingStatus(StrEnum):
    """Where an occurrence is. `to_be_set` has no date yet, `skipped` falls in a recess."""

    PLANNED = "planned"
    MOVED = "moved"
    TO_BE_SET = "to_be_set"
    CANCELLED = "cancelled"
    HELD = "held"
    NOT_HELD = "not_held"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a series. `series` and `original_on` name it for ever; `version` goes up on each change.

    `ruled` is False for what people decided about a date that the rule does not give any more.

    `on` is None while the date is to be set, by `due_on` at the latest. `why` tells a closure or holiday that
    moved or skipped it, or the reason of a cancellation. `agreed_on` is where it was before people moved it.
    """

    series: Series
    original_on: date
    on: date | None
    due_on: date
    at: time | None
    place: str | None
    status: MeetingStatus
    version: int = 0
    why: str = ""
    agreed_on: date | None = None
    outcome: str | None = None
    changed_at: datetime | None = None
    changed_by: str | None = None
    added: bool = False
    ruled: bool = True
    drift: int | None = None

    @property
    def can_be_reset(self) -> bool:
        """Tell whether what people decided can be taken back; what they added is cancelled instead."""
        set_by_people = self.on is not None and self.agreed_on is None
        decided = self.status in (MeetingStatus.MOVED, MeetingStatus.CANCELLED) or set_by_people
        return self.ruled and not self.added and decided

    @property
    def takes_place(self) -> bool:
        """Tell whether it is still to come or took place."""
        return self.on is not None and self.status in (
            MeetingStatus.PLANNED,
            MeetingStatus.MOVED,
            MeetingStatus.HELD,
        )

    @property
    def is_taken_away(self) -> bool:
        """Tell whether a recess or a day off leaves it without a date, also when people had cancelled it."""
        return self.on is None and self.series.rule is not None

    @property
    def sorted_on(self) -> date:
        """Return the day by which it is put in order."""
        return self.on or self.due_on


@dataclass(frozen=True, slots=True)
class Days:
    """Everything that decides where a date may fall."""

    calendar: WorkingCalendar
    closures: tuple[Closure, ...] = ()


def occurrences(
    series: Series, days: Days, first: date, last: date, changes: Changes = NO_CHANGES
) -> list[Occurrence]:
    """Return the occurrences whose day is from `first` through `last`, in order; skipped ones too.

    Wall time stays what it is over a clock change; nothing is expanded beyond the window and a margin.
    """
    found = _placed(series, days, first, last, changes)
    found += _unruly(series, changes, {one.original_on for one in found})
    in_order = sorted(found, key=lambda one: (one.sorted_on, one.original_on))
    return [one for one in _with_drift(series, in_order) if first <= one.sorted_on <= last]


def _placed(series: Series, days: Days, first: date, last: date, changes: Changes) -> list[Occurrence]:
    begin, end = max(FIRST_DAY, _less(first, _MARGIN)), min(LAST_DAY, _more(last, _MARGIN))
    originals = [(on, _shifted(on, changes.shifts)) for on in original_dates(series, begin, end)]
    if series.times_a_year is not None:
        return [_in_slot(series, on, changes) for on, _ in originals]
    closures = [one for one in days.closures if series.closures is None or one.code in series.closures]
    taken = {base for _, base in originals if not _closed(base, closures, series)}
    made = []
    for on, base in originals:
        agreed, why = _agreed_day(series, days.calendar, closures, base)
        if agreed is not None and _closed(base, closures, series):
            agreed, why = (None, why) if agreed in taken else (agreed, why)
            taken |= {agreed} if agreed else set()
        made.append(_occurrence(series, on, agreed, why, changes))
    return made


def _less(on: date, by: timedelta) -> date:
    return on - by if on - date.min > by else date.min


def _more(on: date, by: timedelta) -> date:
    return on + by if date.max - on > by else date.max


def _shifted(on: date, shifts: Sequence[Shift]) -> date:
    return on + timedelta(days=sum(shift.days for shift in _shifts_of(on, shifts) if not shift.withdrawn))


def _shifts_of(on: date, shifts: Sequence[Shift]) -> list[Shift]:
    return [shift for shift in shifts if on > shift.after_on]


def _closed(on: date, closures: Iterable[Closure], series: Series) -> bool:
    keeps = series.is_submission or series.in_closure is InClosure.KEEP
    return not keeps and any(closure.covers(on) for closure in closures)


def _agreed_day(
    series: Series, calendar: WorkingCalendar, closures: Sequence[Closure], base: date
) -> tuple[date | None, str]:
    """Return where a date ends up by what was agreed, None when it is left out, and what moved it.

    What is handed in is owed on its own day; `core.submissions` says by when that is for people.
    """
    if series.is_submission:
        return base, ""
    on, why, rule = base, "", series.on_day_off
    while True:
        closure = next((one for one in closures if one.covers(on)), None)
        if closure is None or series.in_closure is InClosure.KEEP:
            rolled, why = _on_working_day(rule, calendar, on, why)
            if rolled is None or rolled == on or series.in_closure is InClosure.KEEP:
                return rolled, why
            on = rolled  # a day off may roll into a recess
        elif series.in_closure is InClosure.SKIP:
            return None, closure.name
        else:
            on, why = _next_working_week(on, closure), closure.name
            rule = OnDayOff.NEXT if rule is OnDayOff.PREVIOUS else rule  # not back into the recess


def _next_working_week(on: date, closure: Closure) -> date:
    """Return the same weekday in the first whole week after the closure."""
    monday = closure.through_on + timedelta(days=8 - closure.through_on.isoweekday())
    return monday + timedelta(days=on.weekday())


def _on_working_day(rule: OnDayOff, calendar: WorkingCalendar, on: date, why: str) -> tuple[date | None, str]:
    if rule is OnDayOff.KEEP or calendar.is_working_day(on):
        return on, why
    skipped = calendar.skipped(on - timedelta(days=1), on)
    why = why or skipped[0].reason
    if rule is OnDayOff.SKIP:
        return None, why
    return (calendar.back(on, 0) if rule is OnDayOff.PREVIOUS else calendar.on_or_after(on)), why


def _occurrence(
    series: Series, original_on: date, agreed: date | None, why: str, changes: Changes
) -> Occurrence:
    change = changes.rows.get(original_on)
    status = MeetingStatus.PLANNED if agreed else MeetingStatus.SKIPPED
    made = Occurrence(
        series,
        original_on,
        agreed,
        agreed or original_on,
        series.at,
        series.place,
        status,
        why=why,
        agreed_on=agreed,
    )
    shifts = _shifts_of(original_on, changes.shifts)
    moments = [shift.changed_at for shift in shifts if shift.changed_at]
    version = sum(2 if shift.withdrawn else 1 for shift in shifts)
    made = replace(made, version=version, changed_at=max(moments, default=None))
    return _changed(made, change) if change else made


def _in_slot(series: Series, original_on: date, changes: Changes) -> Occurrence:
    change = changes.rows.get(original_on)
    made = Occurrence(
        series,
        original_on,
        None,
        slot_end(series, original_on),
        series.at,
        series.place,
        MeetingStatus.TO_BE_SET,
    )
    return _changed(made, change) if change else made


def _changed(made: Occurrence, change: Change) -> Occurrence:
    """Return the occurrence as people left it."""
    on = change.moved_on or made.on
    moments = [moment for moment in (made.changed_at, change.changed_at) if moment]
    return replace(
        made,
        on=on,
        due_on=on or made.due_on,
        at=change.moved_at or made.at,
        place=change.place or made.place,
        status=_status(made, change, on),
        why=change.cancelled or ("" if change.moved_on else made.why),
        outcome=change.outcome,
        version=made.version + change.version,
        changed_at=max(moments, default=None),
        changed_by=change.changed_by,
        added=change.added,
    )


def _status(made: Occurrence, change: Change, on: date | None) -> MeetingStatus:
    if change.cancelled is not None:
        return MeetingStatus.CANCELLED
    if change.held is not None:
        return MeetingStatus.HELD if change.held else MeetingStatus.NOT_HELD
    if on is None:
        return made.status
    moved = made.agreed_on is not None and change.moves
    return MeetingStatus.MOVED if moved else MeetingStatus.PLANNED


def _unruly(series: Series, changes: Changes, known: set[date]) -> list[Occurrence]:
    """Return what people added, and what they decided about dates that the rule does not give any more."""
    found = []
    for original_on, change in changes.rows.items():
        on = change.moved_on or original_on
        if (
            original_on in known
            or not _stands(change)
            or (_by_rule(series, original_on) and not change.added)
        ):
            continue
        made = Occurrence(
            series, original_on, on, on, series.at, series.place, MeetingStatus.PLANNED, added=change.added
        )
        found.append(replace(_changed(made, change), ruled=change.added))
    return found


def _stands(change: Change) -> bool:
    """Tell whether a change says something where the rule gives no date: a mere cancellation does not."""
    return change.added or (change.decides and (change.cancelled is None or change.moves))


def _by_rule(series: Series, on: date) -> bool:
    return on in original_dates(series, on, on)


def _with_drift(series: Series, found: Sequence[Occurrence]) -> list[Occurrence]:
    """Give each the days by which it comes later after the one before it than was agreed.

    One that comes sooner makes up for the one before it, and for one that was added nothing was agreed.
    """
    agreed = agreed_days(series)
    if agreed is None or agreed < _WEEK.days:
        return list(found)
    going = [one for one in found if one.takes_place]
    drifts = {
        two.original_on: (two.sorted_on - one.sorted_on).days - agreed
        for one, two in pairwise(going)
        if not two.added
    }
    longer = {original_on: days for original_on, days in drifts.items() if days > 0}
    return [replace(one, drift=longer.get(one.original_on)) for one in found]


def find(series: Series, days: Days, original_on: date, changes: Changes = NO_CHANGES) -> Occurrence | None:
    """Return the occurrence that began as `original_on`, wherever it is now."""
    change = changes.rows.get(original_on)
    near = _shifted(original_on, changes.shifts)
    reach = timedelta(days=2 * LONGEST_CLOSURE)
    moved = [change.moved_on] if change and change.moved_on else []
    first = min([near, original_on, *moved])
    last = max([near + reach, slot_end(series, original_on), *moved])
    found = occurrences(series, days, max(FIRST_DAY, first - _WEEK), min(LAST_DAY, last), changes)
    return next((one for one in found if one.original_on == original_on), None)


class Concern(StrEnum):
    """What is odd about a wished date; it is asked, not refused."""

    PAST = "past"
    CLOSURE = "closure"
    DAY_OFF = "day_off"
    ON_ANOTHER = "on_another"
    CHAIN = "chain"


class Difference(StrEnum):
    """How what people decided differs from the file."""

    ADDED = "added"
    NOT_IN_RULE = "not_in_rule"
    CANCELLED = "cancelled"
    MOVED = "moved"
    SHIFTED = "shifted"


def differences(series: Series, changes: Changes) -> list[tuple[date, Difference]]:
    """Return what people decided that differs from the file: original date and what kind of difference."""
    told = []
    for on, change in sorted(changes.rows.items()):
        if change.added:
            told.append((on, Difference.ADDED))
        elif not _by_rule(series, on):
            told += [(on, Difference.NOT_IN_RULE)] if _stands(change) else []
        elif change.cancelled is not None:
            told.append((on, Difference.CANCELLED))
        elif change.moves and series.times_a_year is None:
            told.append((on, Difference.MOVED))
    told += [(shift.after_on, Difference.SHIFTED) for shift in changes.shifts if not shift.withdrawn]
    return told
