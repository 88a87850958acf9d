"""Series of meetings and submissions: what was agreed, and on which days they fall.

A series is configuration. What people changed of it (`core.occurrences`) is kept apart and wins.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, rrulestr

from core.chain import Step

LONGEST_CLOSURE = 100
"""Days that a closure may last: an occurrence in it is still found in the weeks after."""

_FREQUENCIES = {DAILY: "days", WEEKLY: "weeks", MONTHLY: "months", YEARLY: "years"}
_PARTS = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
)
_MONTHS_IN_YEAR = 12
_LONGEST_INTERVAL = 1000
_LONGEST = {month: monthrange(2024, month)[1] for month in range(1, 13)}
_EVERY_YEAR = {2: 28}
_DAYS_IN_WEEK = 7


class SeriesKind(StrEnum):
    """Whether people meet or institutions hand something in."""

    MEETING = "meeting"
    SUBMISSION = "submission"


class InClosure(StrEnum):
    """What happens to a meeting that falls in a recess."""

    SKIP = "skip"
    NEXT_WORKING_WEEK = "next_working_week"
    KEEP = "keep"


class OnDayOff(StrEnum):
    """Where a date goes that is no working day."""

    KEEP = "keep"
    PREVIOUS = "previous_working_day"
    NEXT = "next_working_day"
    SKIP = "skip"


class Visibility(StrEnum):
    """Who may see a series: everybody (dates and title only), who has a link, or who takes part."""

    PUBLIC = "public"
    LINK = "link"
    MEMBERS = "members"


class RuleFlaw(ValueError):
    """A recurrence rule that cannot be used; the text is a code for the reason."""


@dataclass(frozen=True, slots=True)
class Closure:
    """A recess: no meetings from `from_on` through `through_on` (both included)."""

    code: str
    name: str
    from_on: date
    through_on: date
    source: str = ""
    assumed: bool = False

    def covers(self, on: date) -> bool:
        """Tell whether `on` falls in it."""
        return self.from_on <= on <= self.through_on


@dataclass(frozen=True, slots=True)
class Participants:
    """Who takes part: user names, roles, regions and institutions.

    `roles` are everybody of these roles, with `regions` or `organisations` only those there; without `roles`
    everybody there. `contacts` are functional mailboxes.
    """

    people: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingDays:
    """On which working days before a meeting who is told, after it is asked how it went, a date is asked."""

    chair: tuple[int, ...] = (10, 1)
    participants: tuple[int, ...] = (5, 1)
    afterwards: tuple[int, ...] = (1, 3, 5)
    ask_date: tuple[int, ...] = (60, 40, 20, 10, 5)


@dataclass(frozen=True, slots=True)
class SubmissionDays:
    """On which working days around the working deadline who is told."""

    data_lead: tuple[int, ...] = (7, 3, 1, 0)
    holders: tuple[int, ...] = (7,)
    contact_after: tuple[int, ...] = (1,)
    leader_after: tuple[int, ...] = (2, 5)


@dataclass(frozen=True, slots=True)
class Series:
    """What was agreed of a series. Dates are local, `at` is wall time and None for a whole day.

    Either `rule` (RFC 5545, from `starts_on`) or `times_a_year`, whose dates are set by the host in time.
    `ends_on` is exclusive. `closures` names the closures that count, None for all of them.
    """

    code: str
    title: str
    kind: SeriesKind
    starts_on: date
    rule: str | None = None
    times_a_year: int | None = None
    ends_on: date | None = None
    at: time | None = None
    minutes: int = 60
    place: str | None = None
    link: str | None = None
    chair: str | None = None
    participants: Participants = field(default_factory=Participants)
    in_closure: InClosure = InClosure.NEXT_WORKING_WEEK
    closures: tuple[str, ...] | None = None
    on_day_off: OnDayOff = OnDayOff.NEXT
    visibility: Visibility = Visibility.MEMBERS
    steps: tuple[Step, ...] = ()
    meeting_days: MeetingDays = field(default_factory=MeetingDays)
    submission_days: SubmissionDays = field(default_factory=SubmissionDays)
    region: str | None = None
    organisations: tuple[str, ...] = ()
    case_agenda: bool = False
    source: str = ""
    assumed: bool = False

    @property
    def is_submission(self) -> bool:
        """Tell whether institutions hand something in."""
        return self.kind is SeriesKind.SUBMISSION

    @property
    def may_be_shared(self) -> bool:
        """Tell whether its dates and title may be seen by who has a link."""
        return self.visibility in (Visibility.PUBLIC, Visibility.LINK)

    def step(self, code: str) -> Step | None:
        """Return a step of the preparation."""
        return next((step for step in self.steps if step.code == code), None)

    def runs_on(self, on: date) -> bool:
        """Tell whether the series goes on on that day."""
        return self.starts_on <= on < (self.ends_on or date.max)


def slot_months(times_a_year: int) -> int:
    """Return how many months each of n times a year has. Raises `RuleFlaw` when 12 cannot be divided so."""
    if times_a_year < 1 or _MONTHS_IN_YEAR % times_a_year:
        raise RuleFlaw("times_a_year")
    return _MONTHS_IN_YEAR // times_a_year


def slot_end(series: Series, original_on: date) -> date:
    """Return the last day of the stretch in which a date has to be set; its first day is the original date.

    With a rule that is the date itself.
    """
    if series.times_a_year is None:
        return original_on
    months = slot_months(series.times_a_year)
    begins = original_on.replace(month=(original_on.month - 1) // months * months + 1, day=1)
    return begins + relativedelta(months=months) - timedelta(days=1)


def original_dates(series: Series, first: date, last: date) -> Iterator[date]:
    """Yield the dates from `first` through `last` as agreed, before closures and changes.

    Of a series with dates to be set: the first day of each stretch.
    """
    begin = max(first, series.starts_on)
    end = min(last, (series.ends_on or date.max) - timedelta(days=1))
    for year in range(begin.year, end.year + 1):
        for on in _dates_of_year(series.rule, series.times_a_year, series.starts_on, year):
            if begin <= on <= end:
                yield on


@lru_cache(maxsize=4096)
def _dates_of_year(
    rule: str | None, times_a_year: int | None, starts_on: date, year: int
) -> tuple[date, ...]:
    if rule is None:
        months = slot_months(times_a_year or 1)
        begins = [date(year, month, 1) for month in range(1, 13, months)]
        if year != starts_on.year:
            return tuple(begins)
        own = starts_on.replace(month=(starts_on.month - 1) // months * months + 1, day=1)
        return (starts_on, *(begin for begin in begins if begin > own))
    made = _rule(rule, starts_on)
    start, end = datetime(year, 1, 1), datetime(year, 12, 31)  # noqa: DTZ001 - dates, without a zone
    return tuple(found.date() for found in made.between(start, end, inc=True))


def _rule(text: str, starts_on: date) -> rrule:
    at_midnight = datetime.combine(starts_on, time.min)
    made = rrulestr(text, dtstart=at_midnight)
    if not isinstance(made, rrule):
        raise RuleFlaw("syntax")
    return made


def check_rule(text: str, starts_on: date) -> None:
    """Raise `RuleFlaw` for a rule that cannot be used.

    It cannot be read, goes by parts of a day, never fires or never gets on, or leaves out months that have no
    such day.
    """
    pairs = [part.strip().upper().partition("=") for part in text.split(";")]
    parts = {key.strip(): value.strip() for key, _, value in pairs}
    if not parts.keys() <= _PARTS:
        raise RuleFlaw("part")
    _check_parts(parts, twice=len(parts) < len(pairs))
    try:
        made = _rule(text, starts_on)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise RuleFlaw("syntax") from error
    if made._freq not in _FREQUENCIES:  # type: ignore[attr-defined] # noqa: SLF001 - it has no public name
        raise RuleFlaw("too_often")
    if not _can_be_a_day(made):
        raise RuleFlaw("never")
    if _leaves_out_months(text, made, starts_on):
        raise RuleFlaw("short_months")
    if next(iter(made), None) is None:
        raise RuleFlaw("never")


def _check_parts(parts: Mapping[str, str], *, twice: bool) -> None:
    """Refuse what dateutil reads without a word and then does something else with."""
    interval = parts.get("INTERVAL", "1")
    if not (interval.isdecimal() and 1 <= int(interval) <= _LONGEST_INTERVAL):
        raise RuleFlaw("interval")
    numbered = any(any(letter.isdigit() for letter in day) for day in parts.get("BYDAY", "").split(","))
    by_weekday = numbered and parts.get("FREQ") not in ("MONTHLY", "YEARLY")
    if twice or by_weekday or "0" in parts.get("BYMONTHDAY", "").split(","):
        raise RuleFlaw("syntax")


def _can_be_a_day(made: rrule) -> bool:
    """Tell whether a month of the rule has a day of the rule; 30 February would be sought for ever."""
    return not (days := _month_days(made)) or any(
        day <= _LONGEST.get(month, 0) for month in _months(made) for day in days
    )


def _month_days(made: rrule) -> list[int]:
    """Return the days of the month that a rule names; the last but 30 needs a month of 31 as well."""
    counted_back = made._bynmonthday or ()  # type: ignore[attr-defined] # noqa: SLF001
    return [*(made._bymonthday or ()), *(-day for day in counted_back)]  # type: ignore[attr-defined] # noqa: SLF001


def _months(made: rrule) -> Iterable[int]:
    return made._bymonth or range(1, _MONTHS_IN_YEAR + 1)  # type: ignore[attr-defined] # noqa: SLF001


def _leaves_out_months(text: str, made: rrule, starts_on: date) -> bool:
    upper = text.upper()
    if made._freq == YEARLY and "BY" not in upper:  # type: ignore[attr-defined] # noqa: SLF001
        return (starts_on.month, starts_on.day) == (2, 29)
    if made._freq not in (MONTHLY, YEARLY) or "BYSETPOS" in upper or "BYDAY" in upper:  # type: ignore[attr-defined] # noqa: SLF001
        return False
    days, months = _month_days(made), _months(made)
    return any(day > min(_LONGEST[month], _EVERY_YEAR.get(month, 31)) for month in months for day in days)


def agreed_days(series: Series) -> int | None:
    """Return every how many days a series comes, when that is a fixed number: six weeks is 42."""
    if series.rule is None:
        return None
    made = _rule(series.rule, series.starts_on)
    interval: int = made._interval  # type: ignore[attr-defined] # noqa: SLF001
    if made._freq == DAILY:  # type: ignore[attr-defined] # noqa: SLF001
        return interval
    weekdays = made._byweekday or ()  # type: ignore[attr-defined] # noqa: SLF001
    weekly = made._freq == WEEKLY and len(weekdays) <= 1  # type: ignore[attr-defined] # noqa: SLF001
    return interval * _DAYS_IN_WEEK if weekly else None
