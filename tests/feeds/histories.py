"""Random series with random histories: moves, cancellations, additions, shifts, recesses and days off."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from core.calendars import Calendar, CalendarScope, Published, Window, uid_of, window_on
from core.clocktime import local_date, local_moment
from core.meeting_changes import Change, Changes, Shift
from core.meeting_events import Shown, series_events
from core.occurrences import Days, Occurrence, occurrences
from core.series import Closure, InClosure, OnDayOff, Series, SeriesKind, original_dates
from core.submissions import working_deadline
from core.workdays import WorkingCalendar
from tests.feeds.expanders import said

CALENDAR = WorkingCalendar()
TODAY = date(2026, 6, 10)
WINDOW = window_on(TODAY, 3, 12)
"""Both clock changes of a year are in it."""
CHANGED_AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
RULES = (
    "FREQ=WEEKLY;INTERVAL=6",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=3",
    "FREQ=WEEKLY;BYDAY=TU,TH",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
    "FREQ=WEEKLY;BYDAY=SU",
    "FREQ=DAILY;INTERVAL=10",
    "FREQ=MONTHLY;BYMONTHDAY=10",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=MONTHLY;BYDAY=-1SU",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
    "FREQ=YEARLY;COUNT=1",
    "FREQ=WEEKLY;COUNT=30",
    "FREQ=WEEKLY;INTERVAL=2;UNTIL=20261001",
    "freq=monthly;byday=1we",
)
TIMES = (None, time(0, 0), time(2, 30), time(9, 30), time(13, 0), time(23, 30))

_days = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@dataclass(frozen=True)
class History:
    """A series, where it may fall, and what people changed of it."""

    series: Series
    days: Days
    changes: Changes

    def events(self, window: Window = WINDOW, *, whole: bool = True) -> list:
        """Return the events of the calendar."""
        shown = Shown(window, cancelled_from=TODAY - timedelta(days=30), whole=whole, busy=True)
        return series_events(self.series, self.days, self.changes, shown, name_of)

    def found(self, window: Window = WINDOW) -> list[Occurrence]:
        """Return the occurrences in the window, as everybody else in the house sees them."""
        return occurrences(self.series, self.days, window.first, window.last, self.changes)


def name_of(*parts: str) -> str:
    return uid_of("test", *parts)


def calendar_of(events: list) -> Calendar:
    entries = tuple(Published(event, 0, event.changed_at or CHANGED_AT) for event in events)
    return Calendar(CalendarScope.MINE, "", entries, "https://termijnwacht.example.nl")


def inside(history: History) -> Window:
    """Return the days on which all must agree.

    What is handed in is in the window by the day that was agreed; the working day may be beyond its edge.
    """
    edge = timedelta(days=10 if history.series.is_submission else 0)
    return Window(WINDOW.first + edge, WINDOW.last - edge)


def taking_place(history: History) -> list[tuple[str, str]]:
    """Return when what takes place begins and ends, by the occurrences themselves."""
    found = [_lasts(one) for one in history.found() if one.takes_place]
    return sorted((begins, ends) for on, begins, ends in found if inside(history).covers(on))


def _lasts(one: Occurrence) -> tuple[date, str, str]:
    assert one.on
    if one.series.is_submission or one.at is None:
        on = working_deadline(one.series, one.on, CALENDAR) if one.series.is_submission else one.on
        return on, said(on), said(on + timedelta(days=1))
    begins = local_moment(one.on, one.at)
    return local_date(begins), said(begins), said(begins + timedelta(minutes=one.series.minutes))


@st.composite
def closures(draw: st.DrawFn) -> tuple[Closure, ...]:
    begins = draw(st.lists(st.dates(date(2025, 12, 1), date(2027, 8, 1)), max_size=3, unique=True))
    lengths = [draw(st.integers(0, 50)) for _ in begins]
    return tuple(
        Closure(f"r{number}", f"reces {number}", on, on + timedelta(days=days))
        for number, (on, days) in enumerate(zip(begins, lengths, strict=True))
    )


@st.composite
def some_series(draw: st.DrawFn) -> Series:
    kind = draw(st.sampled_from(SeriesKind))
    on_day_off = draw(st.sampled_from(OnDayOff))
    if kind is SeriesKind.SUBMISSION and on_day_off is OnDayOff.SKIP:
        on_day_off = OnDayOff.PREVIOUS
    starts_on = draw(_days)
    rule = draw(st.sampled_from(RULES))
    times = draw(st.sampled_from([None, None, None, 1, 4, 12]))
    return Series(
        "reeks",
        "Overleg",
        kind,
        starts_on,
        rule=None if times else rule,
        times_a_year=times,
        ends_on=draw(st.none() | st.dates(date(2026, 6, 1), date(2027, 12, 1))),
        at=draw(st.sampled_from(TIMES)),
        minutes=draw(st.sampled_from([30, 60, 90, 480])),
        place=draw(st.none() | st.just("zaal")),
        in_closure=draw(st.sampled_from(InClosure)),
        on_day_off=on_day_off,
    )


@st.composite
def changes_of(draw: st.DrawFn, series: Series) -> Changes:
    originals = list(original_dates(series, date(2026, 1, 1), date(2027, 9, 1)))
    chosen = draw(st.lists(st.sampled_from(originals), max_size=6, unique=True)) if originals else []
    rows = {on: draw(_change(on)) for on in chosen}
    for on in draw(st.lists(st.dates(date(2026, 2, 1), date(2027, 7, 1)), max_size=3, unique=True)):
        at = draw(st.sampled_from(TIMES))
        rows.setdefault(on, Change(on, added=True, moved_at=at, version=1, changed_at=CHANGED_AT))
    shifts = draw(st.lists(st.sampled_from(originals), max_size=2, unique=True)) if originals else []
    weeks = [draw(st.sampled_from([-14, -7, -1, 1, 7, 14, 60])) for _ in shifts]
    known = zip(shifts, weeks, strict=True)
    return Changes(rows, tuple(Shift(on, days, draw(st.booleans()), CHANGED_AT) for on, days in known))


@st.composite
def _change(draw: st.DrawFn, on: date) -> Change:
    version = draw(st.integers(1, 5))
    known = Change(on, version=version, changed_at=CHANGED_AT + timedelta(days=version))
    by = draw(st.integers(-40, 60) | st.sampled_from([-500, -250, 250, 500]))
    moved_on, at = on + timedelta(days=by), draw(st.sampled_from(TIMES))
    changed: dict[str, Any] = draw(
        st.sampled_from(
            [
                {"moved_on": moved_on, "moved_at": at},
                {"moved_at": at},
                {"place": "elders"},
                {"cancelled": "te weinig mensen"},
                {"moved_on": moved_on, "cancelled": "toch niet"},
                {"held": True},
                {"held": False},
                {},
            ]
        )
    )
    return replace(known, **changed)


@st.composite
def histories(draw: st.DrawFn) -> History:
    series = draw(some_series())
    return History(series, Days(CALENDAR, draw(closures())), draw(changes_of(series)))
