"""The norms: how long, from which moment, with which evidence. Data that configuration can override."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from core.cadence import Cadence
from core.facts import FactKind, kind_of_item
from core.ladder import ROUTE, Delay, Ladder, LadderRung, RungMode
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


class Counting(StrEnum):
    """How a date follows from the clock's start.

    Forward: the length after it. Back: the length before it, never rolled (art. 1 lid 2 Algemene
    termijnenwet). Last day: the day before an end that is typed as courts write it ("tot", exclusive); with a
    length, that long after the item began while no end is known. On: the day itself.
    """

    FORWARD = "na"
    BACK = "voor"
    LAST_DAY = "laatste_dag"
    ON = "op"


@dataclass(frozen=True, slots=True)
class Length:
    """A number of units; zero only where a term ends on the day it starts."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Norm:
    """One version of a norm, or of a kind of date that is guarded in the same way.

    `starts`: for each group the first known kind counts, and of the groups the latest date.
    `evidence`: every kind must be recorded before the norm is met, on the last of their dates.
    `valid_from`: clocks that start on or after this day follow this version (None: from always).
    `explained_by`: the kind that explains why it is late (comply or explain), None where that is not done.
    `item_kind`: the items of a case that have this clock, None for the case itself. `party`: the kind whose
    value names somebody who is told beside the protector. `measures` and `organisations`, when not empty, are
    the only ones that have it; `not_measures` never have it. `expires`: protection ends, so it never rolls
    and goes on after the measure has ended.
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
    counting: Counting = Counting.FORWARD
    explained_by: FactKind | None = None
    item_kind: str | None = None
    party: FactKind | None = None
    measures: frozenset[str] = frozenset()
    not_measures: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    expires: bool = False
    ladder: Ladder = ()

    def holds_for(self, measure: str, organisation: str) -> bool:
        """Tell whether a case under this measure at this institution has this clock."""
        return (
            (not self.measures or measure in self.measures)
            and measure not in self.not_measures
            and (not self.organisations or organisation in self.organisations)
        )


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
        self.newest_first_of_all = tuple(
            found for found in self._versions.values() if found[0].item_kind is None
        )
        self._of_items: dict[str, list[tuple[Norm, ...]]] = {}
        for found in self._versions.values():
            if found[0].item_kind is not None:
                self._of_items.setdefault(found[0].item_kind, []).append(found)
        self._order = {code: place for place, code in enumerate(self._versions)}

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes in order."""
        return tuple(self._versions)

    @property
    def item_kinds(self) -> tuple[str, ...]:
        """Return the kinds of item that have a clock, in order."""
        return tuple(self._of_items)

    def of_item(self, item_kind: str) -> list[tuple[Norm, ...]]:
        """Return the versions of each clock that items of this kind have."""
        return self._of_items.get(item_kind, [])

    def newest_first(self, code: str) -> tuple[Norm, ...]:
        """Return the versions of `code`; none when it is unknown."""
        return self._versions.get(code, ())

    def place(self, key: str) -> tuple[int, int]:
        """Return where a term's key comes in order: by its kind, then by the number of its item."""
        code, _, number = key.partition(".")
        return self._order.get(code, len(self._order)), int(number or 0)

    def in_force(self, key: str, start_on: date) -> Norm | None:
        """Return the version for a clock that starts on `start_on`; `key` may carry the number of an item."""
        for norm in self._versions.get(kind_of_item(key), ()):
            if norm.valid_from is None or norm.valid_from <= start_on:
                return norm
        return None


def count_norm(norm: Norm, start_on: date, calendar: WorkingCalendar) -> Counted:
    """Return the date of a norm or kind of date whose clock starts on `start_on`. Only duties roll."""
    if norm.counting is Counting.FORWARD:
        return count(start_on, norm.length, norm.rounding, calendar)
    if norm.counting is Counting.BACK:
        return _count_back(start_on, norm.length, calendar)
    day = start_on if norm.counting is Counting.ON else start_on - timedelta(days=1)
    return Counted(day, day, day)


@lru_cache(maxsize=50_000)
def _count_back(from_on: date, length: Length, calendar: WorkingCalendar) -> Counted:
    if length.unit is Unit.WORKING_DAYS:
        day = calendar.back(from_on, length.count)
    elif length.unit is Unit.MONTHS:
        day = add_months(from_on, -length.count)
    else:
        day = from_on - timedelta(days=length.count * (7 if length.unit is Unit.WEEKS else 1))
    return Counted(day, day, day)


def end_after(start_on: date, length: Length, calendar: WorkingCalendar) -> date:
    """Return the exclusive end of something that lasts `length` from `start_on`."""
    return _strict_end(start_on, length, calendar)


@lru_cache(maxsize=50_000)
def count(start_on: date, length: Length, rounding: Rounding, calendar: WorkingCalendar) -> Counted:
    """Return the last day of a term that starts after `start_on`; that day counts whole.

    The start day is excluded; months clamp to the last day of a shorter month (HR 1 September 2017,
    ECLI:NL:HR:2017:2225). Refuses a date outside 2000-2099.
    """
    strict_on = _strict_end(start_on, length, calendar)
    atw_on = _rolled_end(start_on, strict_on, length.unit, calendar)
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


def _rolled_end(start_on: date, strict_on: date, unit: Unit, calendar: WorkingCalendar) -> date:
    """Roll by art. 1 lid 1; art. 2 wants two working days in a term of at least three days."""
    if unit is Unit.WORKING_DAYS:
        return strict_on
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
        ladder=(
            LadderRung(
                "teammanager", "teammanager", at=Delay(1), accept_within=Delay(1), solve_within=Delay(2)
            ),
            LadderRung("instelling", "instelling"),
        ),
    ),
    Norm(
        code="2",
        title="gedragen koers",
        length=Length(6, Unit.WEEKS),
        starts=((*_START_THEN_ORDERED, FactKind.NOTIFIED),),
        evidence=(FactKind.COURSE_SET,),
        needed_by=FactKind.COURSE_NEEDED_BY,
        explained_by=FactKind.COURSE_EXPLAINED,
        source="Regiorapport inspecties 2021, norm 2",
        cadence=Cadence(protector_before=(15, 10, 5, 2, 0), manager_before=(2, 0)),
        ladder=(
            LadderRung("teammanager", "teammanager", at=Delay(1)),
            LadderRung("instelling", "instelling"),
        ),
    ),
    Norm(
        code="3",
        title="passende hulp gestart",
        length=Length(3, Unit.MONTHS),
        starts=((FactKind.ORDERED, FactKind.MEASURE_STARTED, FactKind.NOTIFIED),),
        evidence=(FactKind.HELP_STARTED,),
        needed_by=FactKind.HELP_NEEDED_BY,
        explained_by=FactKind.HELP_EXPLAINED,
        source="Regiorapport inspecties 2021, norm 3",
        cadence=Cadence(protector_before=(30, 20, 10, 5, 2, 0), manager_before=(5, 0)),
        ladder=(
            LadderRung("teammanager", "teammanager", at=Delay(-9)),
            LadderRung("route", ROUTE),
            LadderRung("instelling", "instelling", RungMode.INFORM),
        ),
    ),
)
