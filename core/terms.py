"""A case's terms: a pure function of what its ledger says, the norms and the calendar."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from core.cadence import Guarded
from core.facts import (
    ATTESTED_BY_FILE,
    COURSE_CHECKLIST,
    FactKind,
    Fit,
    Ledger,
    kind_of_item,
)
from core.ledger import COUPLING, CaseLedger, is_coupled
from core.norms import STATUTORY_PLAN_LENGTH, Counting, Norm, NormBook, Rounding, count, count_norm, end_after
from core.workdays import WorkingCalendar


class Status(StrEnum):
    """How a term stands on a day."""

    OPEN = "open"
    MET = "met"
    LATE = "late"
    OVERDUE = "overdue"
    EXPLAINED = "explained"
    UNKNOWN = "unknown"
    ENDED = "ended"


SEVERITY = (
    Status.OVERDUE,
    Status.UNKNOWN,
    Status.EXPLAINED,
    Status.OPEN,
    Status.LATE,
    Status.MET,
    Status.ENDED,
)
"""From what asks most to what asks least: the first that occurs is a case's worst status."""


class Light(StrEnum):
    """The colour of a term on a day."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    BLUE = "blue"
    GREY = "grey"
    WHITE = "white"


class Term(NamedTuple):
    """One derived term of a case. Every `*_on` is a local date, the last day counts whole.

    `norm` is the code of its norm or kind of date, with the number of its item where it is of one
    (`crisisplek.1`). `stand_in` says that the clock's own start was not known and `start_from` stands in for
    it; `statutory_due_on` is the plan's date by law where it can be counted; `missing` is the evidence not
    recorded yet; `told` says that at least one piece of it was. `explained_on` is the new date of the last
    explanation while it lies after `due_on`, `explanations` counts them. `expected_on` is when what is
    missing is expected; `party` the user name of who is told beside the protector.
    """

    norm: str
    start_on: date
    start_from: FactKind
    stand_in: bool
    due_on: date
    strict_on: date
    atw_due_on: date
    needed_by_on: date | None
    statutory_due_on: date | None
    met_on: date | None
    ends_on: date | None
    missing: tuple[FactKind, ...]
    told: bool
    coupled: bool
    explained_on: date | None = None
    explanations: int = 0
    expected_on: date | None = None
    party: str | None = None

    @property
    def watched_on(self) -> date:
        """Return the date that is guarded: the new one of an explanation, else the due date."""
        return self.explained_on or self.due_on

    @property
    def is_forecast_late(self) -> bool:
        """Tell whether what is missing is expected after the date that is guarded (D23, D31)."""
        return self.is_open and self.expected_on is not None and self.expected_on > self.watched_on

    @property
    def is_open(self) -> bool:
        """Tell whether the norm still has to be met."""
        return self.met_on is None

    @property
    def guarded(self) -> Guarded:
        """Return what the guard needs to say when to speak."""
        explained = self.explained_on is not None
        return Guarded(
            self.start_on, self.watched_on, self.needed_by_on, self.coupled, self.ends_on, explained
        )


def derive_terms(
    ledger: CaseLedger,
    norms: NormBook,
    calendar: WorkingCalendar,
    *,
    measure: str = "",
    organisation: str = "",
) -> tuple[Term, ...]:
    """Return the terms of a case, one for each clock that has started: of the case, then of its items.

    Of several versions of a norm the one in force on the day the clock starts is used. `measure` and
    `organisation` are the case's codes: some clocks are not everybody's.
    """
    told = ledger.case
    case = _Case(
        told,
        calendar,
        ends_on=_on(told, FactKind.MEASURE_ENDS),
        waived_on=_on(told, FactKind.FAMILY_PLAN_WAIVED),
        coupled=is_coupled(ledger),
        measure=measure,
        organisation=organisation,
    )
    derived = [_derive(case, versions) for versions in norms.newest_first_of_all]
    for item, of_item in ledger.items.items():
        clocks = norms.of_item(kind_of_item(item))
        if clocks:
            own = case._replace(ledger=of_item, item=item, coupled=_item_is_coupled(case, item, of_item))
            derived += [_derive(own, versions) for versions in clocks]
    return tuple([term for term in derived if term is not None])


def _item_is_coupled(case: "_Case", item: str, ledger: Ledger) -> bool:
    return FactKind.RECOUPLED in ledger if kind_of_item(item) == COUPLING else case.coupled


class _Case(NamedTuple):
    """What the terms of one case have in common."""

    ledger: Ledger
    calendar: WorkingCalendar
    ends_on: date | None
    waived_on: date | None
    coupled: bool
    measure: str
    organisation: str
    item: str | None = None


def _derive(case: _Case, newest_first: tuple[Norm, ...]) -> Term | None:
    for norm in newest_first:
        if not norm.holds_for(case.measure, case.organisation):
            continue
        start = _clock_start(case.ledger, norm.starts) or _end_by_length(case, norm)
        if start is not None and _is_impossible(case, norm, start):
            return None
        if start is not None and (norm.valid_from is None or norm.valid_from <= start.on):
            return _term(case, norm, start)
    return None


def _is_impossible(case: _Case, norm: Norm, start: "_Start") -> bool:
    """Tell whether a date counted back would fall before the measure itself: then it was too short for it."""
    if norm.counting is not Counting.BACK:
        return False
    began = _first_known(case.ledger, (FactKind.MEASURE_STARTED, FactKind.ORDERED, FactKind.NOTIFIED))
    return began is not None and count_norm(norm, start.on, case.calendar).due_on <= began.on


class _Start(NamedTuple):
    """The day a clock starts, the kind that says so, and whether that stands in for an unknown one."""

    on: date
    kind: FactKind
    stand_in: bool


def _end_by_length(case: _Case, norm: Norm) -> _Start | None:
    """Return the end of an item that lasts as long as its kind does, while no end of its own is known."""
    began = _on(case.ledger, FactKind.ITEM_STARTED)
    if norm.counting is not Counting.LAST_DAY or began is None or case.item is None:
        return None
    return _Start(end_after(began, norm.length, case.calendar), FactKind.ITEM_STARTED, stand_in=True)


def _clock_start(ledger: Ledger, groups: tuple[tuple[FactKind, ...], ...]) -> _Start | None:
    """Return the latest start of all groups; it stands in for what is unknown when a group has none."""
    latest: _Start | None = None
    complete = True
    for group in groups:
        start = _first_known(ledger, group)
        if start is None:
            complete = False
        elif latest is None or start.on > latest.on:
            latest = start
    return latest if latest is None or complete else latest._replace(stand_in=True)


def _first_known(ledger: Ledger, group: tuple[FactKind, ...]) -> _Start | None:
    for kind in group:
        told = ledger.get(kind)
        if told is not None and told.on is not None:
            return _Start(told.on, kind, kind is not group[0])
    return None


def _term(case: _Case, norm: Norm, start: _Start) -> Term:
    counted = count_norm(norm, start.on, case.calendar)
    dates, missing = _evidence(case.ledger, norm)
    explained = case.ledger.get(norm.explained_by) if norm.explained_by is not None else None
    new_on = explained.on if explained is not None else None
    party = case.ledger.get(norm.party) if norm.party is not None else None
    return Term(
        norm=norm.code if case.item is None else f"{norm.code}.{case.item.partition('.')[2]}",
        start_on=start.on,
        start_from=start.kind,
        stand_in=start.stand_in,
        due_on=counted.due_on,
        strict_on=counted.strict_on,
        atw_due_on=counted.atw_on,
        needed_by_on=_on(case.ledger, norm.needed_by),
        statutory_due_on=_statutory_due_on(case, norm),
        met_on=max(dates) if dates and not missing else None,
        ends_on=_stops_on(case, norm),
        missing=missing,
        told=bool(dates),
        coupled=case.coupled,
        explained_on=new_on if new_on is not None and new_on > counted.due_on else None,
        explanations=explained.times if explained is not None else 0,
        expected_on=_expected_on(case.ledger, missing),
        party=party.value if party is not None else None,
    )


def _evidence(ledger: Ledger, norm: Norm) -> tuple[list[date], tuple[FactKind, ...]]:
    """Return the dates of the evidence that counts, and the kinds that are missing."""
    dates: list[date] = []
    missing: tuple[FactKind, ...] = ()
    for kind in norm.evidence:
        on = evidence_on(ledger, kind)
        if on is None:
            missing += (kind,)
        else:
            dates.append(on)
    return dates, missing


_AFTER_THE_END = timedelta(days=7)


def _stops_on(case: _Case, norm: Norm) -> date | None:
    """Return the day on which a term ends with the measure; what expires is told of a week longer."""
    if case.ends_on is None or not norm.expires:
        return case.ends_on
    return case.ends_on + _AFTER_THE_END


def _expected_on(ledger: Ledger, missing: tuple[FactKind, ...]) -> date | None:
    return _on(ledger, FactKind.HELP_WAITING) if FactKind.HELP_STARTED in missing else None


def _on(ledger: Ledger, kind: FactKind | None) -> date | None:
    told = ledger.get(kind) if kind is not None else None
    return told.on if told is not None else None


def _statutory_due_on(case: _Case, norm: Norm) -> date | None:
    if case.waived_on is None or FactKind.COURSE_SET not in norm.evidence:
        return None
    return count(case.waived_on, STATUTORY_PLAN_LENGTH, Rounding.ATW, case.calendar).due_on


def evidence_on(ledger: Ledger, kind: FactKind) -> date | None:
    """Return the day from which `kind` counts as evidence, or None while it does not.

    A course counts with its whole checklist (D6, D7), help when it has started and fits (D9). Where an
    extension was asked for, no other place is needed (D19) and nobody has to be told that there is none.
    """
    told = ledger.get(kind)
    if told is None and (decision := _EXTENSION.get(kind)) is not None:
        told = ledger.get(decision)
        return told.on if told is not None and told.value == EXTENSION_ASKED else None
    if told is None or told.on is None:
        return None
    if kind is FactKind.COURSE_SET and missing_from_course(ledger):
        return None
    if kind is FactKind.HELP_STARTED and told.value in (None, Fit.DOES_NOT_FIT):
        return None
    return told.on


EXTENSION_ASKED = "verlenging_gevraagd"
"""The outcome of a decision on an end that makes other preparation for it needless."""
_EXTENSION = {
    FactKind.ITEM_PLACE: FactKind.ITEM_DECIDED,
    FactKind.COUNCIL_TOLD: FactKind.END_DECIDED,
}


def missing_from_course(ledger: Mapping[FactKind, object]) -> tuple[FactKind, ...]:
    """Return the checklist items that are not recorded; none when a file stated the course to be complete."""
    course = ledger.get(FactKind.COURSE_SET)
    if getattr(course, "value", None) == ATTESTED_BY_FILE:
        return ()
    return tuple(kind for kind in COURSE_CHECKLIST if kind not in ledger)


def status_on(term: Term, today: date, guarded_from: date | None) -> Status:
    """Return how the term stands at `today` (local date).

    `guarded_from` is `[notices] start_on`: what was due before it and of which nothing was told is unknown.
    """
    if term.met_on is not None:
        return Status.MET if term.met_on <= term.due_on else Status.LATE
    if term.ends_on is not None and term.ends_on <= min(today, term.due_on):
        return Status.ENDED
    if term.explained_on is not None:
        return Status.EXPLAINED if today <= term.explained_on else Status.OVERDUE
    if today <= term.due_on:
        return Status.OPEN
    if guarded_from is not None and term.due_on < guarded_from and not term.told:
        return Status.UNKNOWN
    return Status.OVERDUE


def light_on(term: Term, today: date, guarded_from: date | None, calendar: WorkingCalendar) -> Light:
    """Return the colour: red after due, amber after the needed-by date or within two working days of due.

    Explained is a colour of its own, never green (D11).
    """
    status = status_on(term, today, guarded_from)
    if status in (Status.MET, Status.LATE):
        return Light.GREEN
    if status is Status.OVERDUE:
        return Light.RED
    if status is Status.EXPLAINED:
        return Light.BLUE
    if status is not Status.OPEN:
        return Light.GREY
    needed_passed = term.needed_by_on is not None and term.needed_by_on < today
    soon = calendar.between(today, term.due_on) <= 2  # noqa: PLR2004 - the last reminders before the date
    return Light.AMBER if needed_passed or soon else Light.WHITE


def worst(statuses: Iterable[Status]) -> Status | None:
    """Return the status that asks most, or None of none."""
    return min(statuses, key=SEVERITY.index, default=None)
