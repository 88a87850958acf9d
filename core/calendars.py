"""Calendars to subscribe to: what is in one, apart from its words and its bytes."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from dateutil.relativedelta import relativedelta

REFRESH = timedelta(hours=1)
"""How often a client is asked to look again; it is a hint, many look less often."""


class CalendarScope(StrEnum):
    """What a calendar is about."""

    GOVERNANCE = "governance"
    MINE = "mine"
    TEAM = "team"
    REGION = "region"
    SERIES = "series"


class EventKind(StrEnum):
    """What a date in a calendar is. `needed_by` is an earlier date that professionals found necessary."""

    MEETING = "meeting"
    SUBMISSION = "submission"
    PREPARATION = "preparation"
    MILESTONE = "milestone"
    TERM = "term"
    NEEDED_BY = "needed_by"


class EventState(StrEnum):
    """How it stands. `to_be_set` has no date yet, `done` needs nobody any more, `gone` left this calendar."""

    CONFIRMED = "confirmed"
    TO_BE_SET = "to_be_set"
    EXPLAINED = "explained"
    CANCELLED = "cancelled"
    NOT_HELD = "not_held"
    DONE = "done"
    GONE = "gone"

    @property
    def is_off(self) -> bool:
        """Tell whether nobody has to keep that day free or in mind any more."""
        return self in (EventState.CANCELLED, EventState.NOT_HELD, EventState.DONE, EventState.GONE)


@dataclass(frozen=True, slots=True)
class When:
    """A local day with a wall time and length in minutes; without a time the whole day."""

    on: date
    at: time | None = None
    minutes: int = 0

    @property
    def until(self) -> datetime:
        """Return the local wall time at which it ends, naive; only of what has a time."""
        return datetime.combine(self.on, self.at or time.min) + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Override:
    """One date of a recurring event that differs from the rule; `original_on` is its day by the rule."""

    original_on: date
    when: When
    state: EventState = EventState.CONFIRMED
    place: str | None = None
    why: str = ""
    formal_on: date | None = None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """An RFC 5545 rule without COUNT and UNTIL, its last day by the rule, and what differs from it."""

    rule: str
    until_on: date
    left_out: tuple[date, ...] = ()
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One date, or a series of dates by a rule.

    `title` is a title from the configuration or, of a term, the case code; `norm` is the key of the term.
    `formal_on` is the date as agreed where `when` is the working day before it. `busy` is what a reader takes
    part in. `alarm` is how long before a reminder rings, none by default. `changed_at` is the UTC moment of
    the last change as far as the data tells.
    """

    uid: str
    kind: EventKind
    title: str
    when: When
    state: EventState = EventState.CONFIRMED
    norm: str | None = None
    place: str | None = None
    link: str | None = None
    why: str = ""
    formal_on: date | None = None
    recurrence: Recurrence | None = None
    busy: bool = False
    alarm: timedelta | None = None
    changed_at: datetime | None = None

    @property
    def digest(self) -> str:
        """Return what differs whenever anything that a reader could notice does."""
        return sha256(repr(replace(self, changed_at=None)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Published:
    """An event in a calendar: how often it changed there, and the UTC moment of its last change."""

    event: CalendarEvent
    sequence: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """A whole calendar. `label` is what the scope is of: the title of a series, the name of a region."""

    scope: CalendarScope
    label: str
    entries: tuple[Published, ...]
    url: str | None = None


class CalendarWords(Protocol):
    """What a calendar says in Dutch. `part` is the date of a series that differs, None for the whole."""

    def name(self, calendar: Calendar) -> str:
        """Return the name of a calendar."""

    def about(self, calendar: Calendar) -> str:
        """Return what a calendar is, and that it is an overview and no alarm."""

    def summary(self, event: CalendarEvent, part: Override | None = None) -> str:
        """Return the title in the calendar."""

    def description(self, event: CalendarEvent, part: Override | None = None) -> str:
        """Return what more there is to say, empty for nothing."""

    def categories(self, event: CalendarEvent) -> tuple[str, ...]:
        """Return what it can be sorted by."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days that a calendar shows, both included."""

    first: date
    last: date

    def covers(self, on: date) -> bool:
        """Tell whether a day is shown."""
        return self.first <= on <= self.last


def window_on(today: date, months_back: int, months_ahead: int) -> Window:
    """Return the days shown on a local day: whole months, so that they move on the first of a month."""
    first = today.replace(day=1)
    end = first + relativedelta(months=months_ahead + 1)
    return Window(first - relativedelta(months=months_back), end - timedelta(days=1))


def uid_of(installation: str, *parts: str) -> str:
    """Return the name of an event for ever; what it is of cannot be read in it."""
    text = "\0".join((installation, *parts))
    return f"{sha256(text.encode()).hexdigest()[:32]}@termijnwacht"
