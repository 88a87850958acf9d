"""The dates of a series as calendar events: one by the rule with what differs from it, the rest single."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from core.calendars import CalendarEvent, EventKind, EventState, Override, Recurrence, When, Window
from core.chain import plan_chain
from core.meeting_changes import Changes
from core.occurrences import Days, MeetingStatus, Occurrence, occurrences
from core.series import LONGEST_CLOSURE, Series, original_dates
from core.submissions import working_deadline
from core.workdays import FIRST_DAY, LAST_DAY

_REACH = timedelta(days=3 * LONGEST_CLOSURE)
_CHANGE_BEGINS, _CHANGE_ENDS, _DAY = 2 * 60, 3 * 60, 24 * 60
"""The hour of a clock change and a day, in minutes after midnight."""
_BOUNDS = re.compile(r";?(COUNT|UNTIL)=[^;]*", re.IGNORECASE)
_STATES = {
    MeetingStatus.CANCELLED: EventState.CANCELLED,
    MeetingStatus.NOT_HELD: EventState.NOT_HELD,
    MeetingStatus.TO_BE_SET: EventState.TO_BE_SET,
}

NameOf = Callable[..., str]
"""Returns the UID of an event from the parts that name it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How much of a series its readers see, and from which day on a cancellation is still shown as such."""

    window: Window
    cancelled_from: date
    whole: bool = False
    """Whether place, link, reasons and preparation are shown, not only dates and title."""
    busy: bool = False
    done: frozenset[tuple[date, str]] = frozenset()
    """The steps of preparations that are done: original date of the meeting and code of the step."""


def series_events(
    series: Series, days: Days, changes: Changes, shown: Shown, name_of: NameOf
) -> list[CalendarEvent]:
    """Return the events of a series.

    A rule begins at its own first day however the window moves, and ends with the window; what falls outside
    the rule, and what has no rule that all clients read alike, are single events in the window.
    """
    last = min(LAST_DAY, shown.window.last + _REACH)
    found = occurrences(series, days, max(FIRST_DAY, series.starts_on - _REACH), last, changes)
    by_rule = list(original_dates(series, FIRST_DAY, last)) if _read_alike(series) else []
    ruled = set(by_rule)
    single = [one for one in found if one.original_on not in ruled and _in_window(one, shown)]
    events = [_alone(one, days, shown, name_of) for one in single]
    recurring = _recurring(series, days, by_rule, found, shown, name_of)
    events += [recurring] if recurring else []
    return [*events, *_preparation(found, days, shown, name_of)]


def _read_alike(series: Series) -> bool:
    """Tell whether a series has a rule that all clients read alike.

    They disagree about BYSETPOS, and about rules in the hour that a clock change skips or repeats.
    """
    if series.rule is None or "BYSETPOS" in series.rule.upper():
        return False
    return series.at is None or series.is_submission or not _by_night(series.at, series.minutes)


def _by_night(at: time, minutes: int) -> bool:
    begins = at.hour * 60 + at.minute
    ends = begins + minutes
    return (begins < _CHANGE_ENDS and ends >= _CHANGE_BEGINS) or ends >= _DAY + _CHANGE_BEGINS


def single_dates(
    series: Series, days: Days, changes: Changes, shown: Shown
) -> list[tuple[CalendarEvent, Override | None]]:
    """Return every date of a series in the window on its own, as its events tell it.

    With each comes what differs from the rule, as the events of the series have it. They have no names.
    """
    first, last = shown.window.first, min(LAST_DAY, shown.window.last + _REACH)
    found = occurrences(series, days, first, last, changes)
    begin = max(FIRST_DAY, first - _REACH)
    by_rule = set(original_dates(series, begin, last)) if _read_alike(series) else set()
    inside = [one for one in found if min(one.original_on, one.sorted_on) <= shown.window.last]
    until_on = max((one.original_on for one in inside if one.original_on in by_rule), default=first)
    kept = [
        one
        for one in found
        if one.status is not MeetingStatus.SKIPPED
        and (one.original_on <= until_on if one.original_on in by_rule else _in_window(one, shown))
    ]
    return [(_alone(one, days, shown, _no_name), _part(one, days, shown, by_rule)) for one in kept]


def _no_name(*_: str) -> str:
    return ""


def _part(one: Occurrence, days: Days, shown: Shown, by_rule: set[date]) -> Override | None:
    differs = one.original_on in by_rule and _differs(one, days, shown)
    return _override(one, days, shown) if differs else None


def _in_window(one: Occurrence, shown: Shown) -> bool:
    return shown.window.covers(one.sorted_on) and not _left_out(one, shown)


def _recurring(
    series: Series,
    days: Days,
    by_rule: Sequence[date],
    found: Iterable[Occurrence],
    shown: Shown,
    name_of: NameOf,
) -> CalendarEvent | None:
    """Return the event of a rule; a date of it that ended up far outside the window is left out of it."""
    known = {one.original_on: one for one in found}
    shows = [on for on in by_rule if min(on, known[on].sorted_on if on in known else on) <= shown.window.last]
    inside = [on for on in by_rule if shows and on <= shows[-1]]
    left_out = tuple(on for on in inside if on not in known or _left_out(known[on], shown))
    kept = [known[on] for on in inside if on not in set(left_out)]
    if series.rule is None or not kept:
        return None
    odd = tuple(_override(one, days, shown) for one in kept if _differs(one, days, shown))
    rule = _BOUNDS.sub("", series.rule).lstrip(";")
    moments = [known[on].changed_at for on in inside if on in known]
    return CalendarEvent(
        name_of(series.kind, series.code),
        EventKind(series.kind),
        series.title,
        _by_rule(series, inside[0]),
        place=series.place if shown.whole else None,
        link=series.link if shown.whole else None,
        recurrence=Recurrence(rule, inside[-1], left_out, odd),
        busy=shown.busy,
        changed_at=max((moment for moment in moments if moment), default=None),
    )


def _by_rule(series: Series, on: date) -> When:
    """Return when it is by the rule: what is handed in takes the whole day."""
    at = None if series.is_submission else series.at
    return When(on, at, series.minutes if at else 0)


def _left_out(one: Occurrence, shown: Shown) -> bool:
    """Tell whether a date is not in the calendar.

    A recess took it, it was cancelled long ago, or it was held on a day that nobody told.
    """
    if one.is_taken_away or (one.on is None and one.status is MeetingStatus.HELD):
        return True
    return _state(one).is_off and one.sorted_on < shown.cancelled_from


def _differs(one: Occurrence, days: Days, shown: Shown) -> bool:
    if shown.whole and one.place != one.series.place:
        return True
    by_rule = _by_rule(one.series, one.original_on)
    return _when(one, days) != by_rule or _state(one) is not EventState.CONFIRMED


def _when(one: Occurrence, days: Days) -> When:
    """Return when people have to be there, or have to have handed in."""
    if one.series.is_submission:
        return When(working_deadline(one.series, one.sorted_on, days.calendar))
    at = one.at if one.on else None
    return When(one.sorted_on, at, one.series.minutes if at else 0)


def _state(one: Occurrence) -> EventState:
    return _STATES.get(one.status, EventState.CONFIRMED)


def _formal_on(one: Occurrence, when: When) -> date | None:
    return one.sorted_on if when.on != one.sorted_on else None


def _override(one: Occurrence, days: Days, shown: Shown) -> Override:
    when = _when(one, days)
    return Override(
        one.original_on,
        when,
        _state(one),
        one.place if shown.whole else None,
        one.why if shown.whole else "",
        _formal_on(one, when),
    )


def one_meeting(one: Occurrence, days: Days, uid: str) -> CalendarEvent:
    """Return one date of a series on its own, for who takes part."""
    shown = Shown(Window(date.min, date.max), date.min, whole=True, busy=True)
    return _alone(one, days, shown, lambda *_: uid)


def _alone(one: Occurrence, days: Days, shown: Shown, name_of: NameOf) -> CalendarEvent:
    when = _when(one, days)
    return CalendarEvent(
        name_of(one.series.kind, one.series.code, one.original_on.isoformat()),
        EventKind(one.series.kind),
        one.series.title,
        when,
        _state(one),
        place=one.place if shown.whole else None,
        link=one.series.link if shown.whole else None,
        why=one.why if shown.whole else "",
        formal_on=_formal_on(one, when),
        busy=shown.busy and _state(one) is EventState.CONFIRMED,
        changed_at=one.changed_at,
    )


def _preparation(
    found: Iterable[Occurrence], days: Days, shown: Shown, name_of: NameOf
) -> Iterable[CalendarEvent]:
    for one in found:
        if not shown.whole or not one.series.steps or not one.takes_place or one.on is None:
            continue
        if one.on < shown.window.first:  # its steps come before it
            continue
        for planned in plan_chain(one.series.steps, one.on, days.calendar):
            done = (one.original_on, planned.step.code) in shown.done
            if not shown.window.covers(planned.due_on) or (done and planned.due_on < shown.cancelled_from):
                continue
            yield CalendarEvent(
                name_of("preparation", one.series.code, one.original_on.isoformat(), planned.step.code),
                EventKind.PREPARATION,
                f"{one.series.title}: {planned.step.title}",
                When(planned.due_on),
                EventState.DONE if done else EventState.CONFIRMED,
                changed_at=one.changed_at,
            )
