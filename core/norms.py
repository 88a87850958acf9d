"""The norms: how long, from which moment, with which evidence. Data that configuration can override."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from core.cadence import Cadence
from core.facts import FactKind
from core.workdays import SkippedDay, WorkingCalendar


class Unit(StrEnum):
    """The unit of a term's length."""

    WORKING_DAYS = "werkdagen"
    DAYS = "dagen"
    WEEKS = "weken"
    MONTHS = "maanden"


class Rounding(StrEnum):
    """What happens when a date falls on a day off: nothing, or art. 1 and 2 Algemene termijnenwet."""

    STRICT = "strict"
    ATW = "atw"


@dataclass(frozen=True, slots=True)
class Length:
    """A number of units, one or more."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Norm:
    """One version of a norm.

    `starts`: for each group the first known kind counts, and of the groups the latest date.
    `evidence`: every kind must be recorded before the norm is met, on the last of their dates.
    `valid_from`: clocks that start on or after this day follow this version (None: from always).
    """

    code: str
    title: str
    length: Length
    starts: tuple[tuple[FactKind, ...], ...]
    evidence: tuple[FactKind, ...]
    source: str
    rounding: Rounding = Rounding.STRICT
    needed_by: FactKind | None = None
    valid_from: date | None = None
    cadence: Cadence = field(default_factory=Cadence)


class Counted(NamedTuple):
    """A counted date: by the norm's rounding, strictly, and rolled forward by the Algemene termijnenwet."""

    due_on: date
    strict_on: date
    atw_on: date


class NormBook:
    """Every version of every norm, by code, in the order given."""

    def __init__(self, norms: Iterable[Norm]) -> None:
        """Take all versions; of one code the newest `valid_from` comes first when asked for."""
        versions: dict[str, list[Norm]] = {}
        for norm in norms:
            versions.setdefault(norm.code, []).append(norm)
        self._versions = {
            code: tuple(sorted(found, key=lambda norm: norm.valid_from or date.min, reverse=True))
            for code, found in versions.items()
        }
        self.newest_first_of_all = tuple(self._versions.values())

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes in order."""
        return tuple(self._versions)

    def newest_first(self, code: str) -> tuple[Norm, ...]:
        """Return the versions of `code`; none when it is unknown."""
        return self._versions.get(code, ())

    def in_force(self, code: str, start_on: date) -> Norm | None:
        """Return the version of `code` for a clock that starts on `start_on`."""
        for norm in self._versions.get(code, ()):
            if norm.valid_from is None or norm.valid_from <= start_on:
                return norm
        return None


@lru_cache(maxsize=50_000)
def count(start_on: date, length: Length, rounding: Rounding, calendar: WorkingCalendar) -> Counted:
    """Return the last day of a term that starts after `start_on`; that day counts whole.

    The start day is excluded; months clamp to the last day of a shorter month (HR 1 September 2017,
    ECLI:NL:HR:2017:2225). Refuses a date outside 2000-2099.
    """
    strict_on = _strict_end(start_on, length, calendar)
    atw_on = _rolled_end(start_on, strict_on, calendar)
    return Counted(atw_on if rounding is Rounding.ATW else strict_on, strict_on, atw_on)


def _strict_end(start_on: date, length: Length, calendar: WorkingCalendar) -> date:
    if length.unit is Unit.WORKING_DAYS:
        return calendar.add(start_on, length.count)
    if length.unit is Unit.MONTHS:
        return add_months(start_on, length.count)
    return start_on + timedelta(days=length.count * (7 if length.unit is Unit.WEEKS else 1))


def add_months(start_on: date, months: int) -> date:
    """Return the same day number `months` later, or the last day of that month when it is shorter."""
    years, month = divmod(start_on.month - 1 + months, 12)
    year, month = start_on.year + years, month + 1
    return date(year, month, min(start_on.day, monthrange(year, month)[1]))


def _rolled_end(start_on: date, strict_on: date, calendar: WorkingCalendar) -> date:
    """Roll by art. 1 lid 1; art. 2 wants two working days in a term of at least three days."""
    rolled = calendar.on_or_after(strict_on)
    if (strict_on - start_on).days >= 3 and calendar.between(start_on, rolled) < 2:  # noqa: PLR2004 - art. 2
        return calendar.add(start_on, 2)
    return rolled


def skipped_days(
    start_on: date, length: Length, counted: Counted, calendar: WorkingCalendar
) -> tuple[SkippedDay, ...]:
    """Return the days that moved `due_on`: days off inside a working-day term, or days it rolled over."""
    if length.unit is Unit.WORKING_DAYS:
        return calendar.skipped(start_on, counted.due_on)
    return calendar.skipped(counted.strict_on - timedelta(days=1), counted.due_on - timedelta(days=1))


STATUTORY_PLAN_LENGTH = Length(6, Unit.WEEKS)
"""Art. 4.1.3 lid 5 Jeugdwet: six weeks after it is settled that no family-group plan comes; it rolls."""

_START_THEN_ORDERED = (FactKind.MEASURE_STARTED, FactKind.ORDERED)

BUILT_IN_NORMS = (
    Norm(
        code="1",
        title="jeugdbeschermer gekoppeld en eerste contact",
        length=Length(5, Unit.WORKING_DAYS),
        starts=((FactKind.NOTIFIED,), _START_THEN_ORDERED),
        evidence=(FactKind.PROTECTOR_COUPLED, FactKind.FIRST_CONTACT),
        source="Regiorapport inspecties 2021, norm 1; art. 4.2.2 lid 1 Besluit Jeugdwet",
        cadence=Cadence(
            protector_before=(3, 2, 1, 0), manager_before=(1, 0), manager_daily_while_uncoupled=True
        ),
    ),
    Norm(
        code="2",
        title="gedragen koers",
        length=Length(6, Unit.WEEKS),
        starts=((*_START_THEN_ORDERED, FactKind.NOTIFIED),),
        evidence=(FactKind.COURSE_SET,),
        needed_by=FactKind.COURSE_NEEDED_BY,
        source="Regiorapport inspecties 2021, norm 2",
        cadence=Cadence(protector_before=(15, 10, 5, 2, 0), manager_before=(2, 0)),
    ),
    Norm(
        code="3",
        title="passende hulp gestart",
        length=Length(3, Unit.MONTHS),
        starts=((FactKind.ORDERED, FactKind.MEASURE_STARTED, FactKind.NOTIFIED),),
        evidence=(FactKind.HELP_STARTED,),
        needed_by=FactKind.HELP_NEEDED_BY,
        source="Regiorapport inspecties 2021, norm 3",
        cadence=Cadence(protector_before=(30, 20, 10, 5, 2, 0), manager_before=(5, 0)),
    ),
)
