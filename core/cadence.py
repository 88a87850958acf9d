"""When whom is told about a term: a pure function of the term, its cadence and the working days."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from core.workdays import WorkingCalendar


class Rung(StrEnum):
    """In which part somebody is told."""

    PROTECTOR = "jeugdbeschermer"
    MANAGER = "teammanager"
    PARTY = "overnemer"


class OccasionKind(StrEnum):
    """Why a notice is owed on a day."""

    UNCOUPLED = "uncoupled"
    BEFORE = "before"
    NEEDED_BEFORE = "needed_before"
    NEEDED_AFTER = "needed_after"
    AFTER = "after"
    WEEKLY = "weekly"
    BACKLOG = "backlog"
    LATER = "later"
    CLIMBS = "climbs"
    ESCALATION = "escalation"


class Cadence(NamedTuple):
    """The days, in working days before and after the due date, on which each is told."""

    protector_before: tuple[int, ...] = (5, 2, 0)
    manager_before: tuple[int, ...] = (0,)
    manager_daily_while_uncoupled: bool = False
    after: tuple[int, ...] = (1, 2, 3, 5)
    weekly_after: bool = True
    needed_by_before: tuple[int, ...] = (5, 2, 0)
    needed_by_after: tuple[int, ...] = (1,)
    explained_before: tuple[int, ...] = (5, 2, 0)

    def before(self, rung: Rung, *, explained: bool = False) -> tuple[int, ...]:
        """Return the days before the date that is guarded for that rung; a new date has days of its own."""
        if explained:
            return self.explained_before if rung is not Rung.MANAGER else self.explained_before[-1:]
        return self.manager_before if rung is Rung.MANAGER else self.protector_before


class OwnDays(NamedTuple):
    """The weekdays (1 Monday to 5 Friday, at least one) on which a person works."""

    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})

    def last_on_or_before(self, on: date, calendar: WorkingCalendar) -> date:
        """Return the last own working day on or before `on`."""
        while not self._works_on(on, calendar):
            on -= timedelta(days=1)
        return on

    def first_on_or_after(self, on: date, calendar: WorkingCalendar) -> date:
        """Return the first own working day on or after `on`."""
        while not self._works_on(on, calendar):
            on += timedelta(days=1)
        return on

    def _works_on(self, on: date, calendar: WorkingCalendar) -> bool:
        return on.isoweekday() in self.weekdays and calendar.is_working_day(on)


EVERY_WORKING_DAY = OwnDays()


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day on which one rung is owed a notice; `offset` is in working days from the date it is about."""

    on: date
    kind: OccasionKind
    offset: int = 0

    @property
    def key(self) -> str:
        """Return what makes the occasion one of a kind for its term and date."""
        if self.kind in (OccasionKind.UNCOUPLED, OccasionKind.WEEKLY, OccasionKind.LATER):
            return f"{self.kind}:{self.on.isoformat()}"
        return f"{self.kind}:{self.offset}"


class Guarded(NamedTuple):
    """What the guard must know of an open term to say when to speak."""

    start_on: date
    due_on: date
    needed_by_on: date | None
    coupled: bool
    stops_on: date | None = None
    """The first day on which nothing is told any more (the measure has ended by then)."""
    explained: bool = False
    """Whether `due_on` is the new date of an explanation."""


def next_occasion(
    guarded: Guarded, cadence: Cadence, calendar: WorkingCalendar, rung: Rung, days: OwnDays, after_on: date
) -> Occasion | None:
    """Return the first occasion for `rung` that falls after `after_on`, or None when nothing more is owed."""
    dated = _dated(guarded, cadence, calendar, rung, days)
    index = bisect_right(dated.days, after_on)
    found = dated.occasions[index] if index < len(dated.days) else None
    if found is None and cadence.weekly_after:
        found = _weekly(guarded, dated, calendar, days, after_on)
    if found is None or (guarded.stops_on and found.on >= guarded.stops_on):
        return None
    return found


def owed_occasion(
    guarded: Guarded,
    cadence: Cadence,
    calendar: WorkingCalendar,
    rung: Rung,
    days: OwnDays,
    told_through_on: date | None,
    today: date,
) -> Occasion | None:
    """Return the last occasion after `told_through_on` and up to `today`: what was missed is said once.

    `told_through_on` None means nothing was told yet.
    """
    if guarded.stops_on and today >= guarded.stops_on:
        return None
    dated = _dated(guarded, cadence, calendar, rung, days)
    index = bisect_right(dated.days, today)
    latest = dated.occasions[index - 1] if index else None
    if index == len(dated.days) and cadence.weekly_after:
        latest = _last_weekly(guarded, dated, calendar, days, today) or latest
    if latest is None or (told_through_on and latest.on <= told_through_on):
        return None
    return latest


class _Dated(NamedTuple):
    """Every occasion apart from the weekly ones, one a day, in order of date; and those days."""

    days: tuple[date, ...]
    occasions: tuple[Occasion, ...]


@lru_cache(maxsize=100_000)
def _dated(
    guarded: Guarded, cadence: Cadence, calendar: WorkingCalendar, rung: Rung, days: OwnDays
) -> _Dated:
    by_day = {occasion.on: occasion for occasion in _occasions(guarded, cadence, calendar, rung, days)}
    in_order = tuple(sorted(by_day))
    return _Dated(in_order, tuple([by_day[on] for on in in_order]))


def _occasions(
    guarded: Guarded, cadence: Cadence, calendar: WorkingCalendar, rung: Rung, days: OwnDays
) -> Iterator[Occasion]:
    """Yield from the least to the most telling, so that of one day the last one stands."""
    due_on, needed_on = guarded.due_on, guarded.needed_by_on
    if needed_on and needed_on < due_on:
        for offset in sorted(cadence.needed_by_before, reverse=True):
            on = days.last_on_or_before(calendar.back(needed_on, offset), calendar)
            yield Occasion(on, OccasionKind.NEEDED_BEFORE, offset)
        for offset in sorted(cadence.needed_by_after):
            on = days.first_on_or_after(calendar.add(needed_on, offset), calendar)
            if on <= due_on:
                yield Occasion(on, OccasionKind.NEEDED_AFTER, offset)
    for offset in sorted(cadence.before(rung, explained=guarded.explained), reverse=True):
        on = days.last_on_or_before(calendar.back(due_on, offset), calendar)
        yield Occasion(on, OccasionKind.BEFORE, offset)
    if rung is Rung.MANAGER and cadence.manager_daily_while_uncoupled and not guarded.coupled:
        yield from _uncoupled(guarded, calendar, days)
    for offset in sorted(cadence.after):
        on = days.first_on_or_after(calendar.add(due_on, offset), calendar)
        yield Occasion(on, OccasionKind.AFTER, offset)


def _uncoupled(guarded: Guarded, calendar: WorkingCalendar, days: OwnDays) -> Iterator[Occasion]:
    on = calendar.on_or_after(guarded.start_on)
    while on <= guarded.due_on:
        yield Occasion(days.last_on_or_before(on, calendar), OccasionKind.UNCOUPLED)
        on = calendar.add(on, 1)


def _weekly(
    guarded: Guarded, dated: _Dated, calendar: WorkingCalendar, days: OwnDays, after_on: date
) -> Occasion:
    """Return the weekly occasion after `after_on` and the dated ones: the week's first own working day."""
    floor = max(after_on, _weekly_after(guarded, dated))
    monday = floor - timedelta(days=floor.weekday())
    while (on := _first_day_of_week(monday, calendar, days)) <= floor:
        monday += timedelta(days=7)
    return Occasion(on, OccasionKind.WEEKLY)


def _last_weekly(
    guarded: Guarded, dated: _Dated, calendar: WorkingCalendar, days: OwnDays, today: date
) -> Occasion | None:
    """Return the last weekly occasion up to `today`, or None while there was none."""
    monday = today - timedelta(days=today.weekday())
    while (on := _first_day_of_week(monday, calendar, days)) > today:
        monday -= timedelta(days=7)
    return Occasion(on, OccasionKind.WEEKLY) if on > _weekly_after(guarded, dated) else None


def _weekly_after(guarded: Guarded, dated: _Dated) -> date:
    """Return the day after which it is weekly: the due date or the last dated occasion."""
    return max((guarded.due_on, *dated.days[-1:]))


@lru_cache(maxsize=10_000)
def _first_day_of_week(monday: date, calendar: WorkingCalendar, days: OwnDays) -> date:
    return days.first_on_or_after(monday, calendar)
