"""A case's terms: a pure function of what its ledger says, the norms and the calendar."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from core.cadence import Guarded
from core.facts import (
    ATTESTED_BY_FILE,
    COURSE_CHECKLIST,
    FactKind,
    Fit,
    Ledger,
)
from core.norms import STATUTORY_PLAN_LENGTH, Norm, NormBook, Rounding, count
from core.workdays import WorkingCalendar


class Status(StrEnum):
    """How a term stands on a day."""

    OPEN = "open"
    MET = "met"
    LATE = "late"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"
    ENDED = "ended"


SEVERITY = (Status.OVERDUE, Status.UNKNOWN, Status.OPEN, Status.LATE, Status.MET, Status.ENDED)
"""From what asks most to what asks least: the first that occurs is a case's worst status."""


class Light(StrEnum):
    """The colour of a term on a day."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"
    WHITE = "white"


class Term(NamedTuple):
    """One derived term of a case. Every `*_on` is a local date, the last day counts whole.

    `stand_in` says that the norm's own start was not known and `start_from` stands in for it;
    `statutory_due_on` is the plan's date by law where it can be counted; `missing` is the evidence
    not recorded yet; `told` says that at least one piece of it was.
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

    @property
    def is_open(self) -> bool:
        """Tell whether the norm still has to be met."""
        return self.met_on is None

    @property
    def guarded(self) -> Guarded:
        """Return what the guard needs to say when to speak."""
        return Guarded(self.start_on, self.due_on, self.needed_by_on, self.coupled, self.ends_on)


def derive_terms(ledger: Ledger, norms: NormBook, calendar: WorkingCalendar) -> tuple[Term, ...]:
    """Return the terms of a case, one for each norm whose clock has started, in the order of the norms.

    Of several versions of a norm the one in force on the day the clock starts is used.
    """
    case = _Case(
        ledger,
        calendar,
        ends_on=_on(ledger, FactKind.MEASURE_ENDS),
        waived_on=_on(ledger, FactKind.FAMILY_PLAN_WAIVED),
        coupled=FactKind.PROTECTOR_COUPLED in ledger,
    )
    derived = [_derive(case, versions) for versions in norms.newest_first_of_all]
    return tuple([term for term in derived if term is not None])


class _Case(NamedTuple):
    """What the terms of one case have in common."""

    ledger: Ledger
    calendar: WorkingCalendar
    ends_on: date | None
    waived_on: date | None
    coupled: bool


def _derive(case: _Case, newest_first: tuple[Norm, ...]) -> Term | None:
    for norm in newest_first:
        start = _clock_start(case.ledger, norm.starts)
        if start is not None and (norm.valid_from is None or norm.valid_from <= start.on):
            return _term(case, norm, start)
    return None


class _Start(NamedTuple):
    """The day a clock starts, the kind that says so, and whether that stands in for an unknown one."""

    on: date
    kind: FactKind
    stand_in: bool


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
    counted = count(start.on, norm.length, norm.rounding, case.calendar)
    evidence = {kind: evidence_on(case.ledger, kind) for kind in norm.evidence}
    dates = [on for on in evidence.values() if on is not None]
    missing = tuple([kind for kind, on in evidence.items() if on is None])
    return Term(
        norm=norm.code,
        start_on=start.on,
        start_from=start.kind,
        stand_in=start.stand_in,
        due_on=counted.due_on,
        strict_on=counted.strict_on,
        atw_due_on=counted.atw_on,
        needed_by_on=_on(case.ledger, norm.needed_by),
        statutory_due_on=_statutory_due_on(case, norm),
        met_on=max(dates) if dates and not missing else None,
        ends_on=case.ends_on,
        missing=missing,
        told=bool(dates),
        coupled=case.coupled,
    )


def _on(ledger: Ledger, kind: FactKind | None) -> date | None:
    told = ledger.get(kind) if kind is not None else None
    return told.on if told is not None else None


def _statutory_due_on(case: _Case, norm: Norm) -> date | None:
    if case.waived_on is None or FactKind.COURSE_SET not in norm.evidence:
        return None
    return count(case.waived_on, STATUTORY_PLAN_LENGTH, Rounding.ATW, case.calendar).due_on


def evidence_on(ledger: Ledger, kind: FactKind) -> date | None:
    """Return the day from which `kind` counts as evidence, or None while it does not.

    A course counts with its whole checklist (D6, D7), help when it has started and fits (D9).
    """
    told = ledger.get(kind)
    if told is None or told.on is None:
        return None
    if kind is FactKind.COURSE_SET and missing_from_course(ledger):
        return None
    if kind is FactKind.HELP_STARTED and told.value in (None, Fit.DOES_NOT_FIT):
        return None
    return told.on


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
    if today <= term.due_on:
        return Status.OPEN
    if guarded_from is not None and term.due_on < guarded_from and not term.told:
        return Status.UNKNOWN
    return Status.OVERDUE


def light_on(term: Term, today: date, guarded_from: date | None, calendar: WorkingCalendar) -> Light:
    """Return the colour: red after due, amber after the needed-by date or within two working days of due."""
    status = status_on(term, today, guarded_from)
    if status in (Status.MET, Status.LATE):
        return Light.GREEN
    if status is Status.OVERDUE:
        return Light.RED
    if status is not Status.OPEN:
        return Light.GREY
    needed_passed = term.needed_by_on is not None and term.needed_by_on < today
    soon = calendar.between(today, term.due_on) <= 2  # noqa: PLR2004 - the last reminders before the date
    return Light.AMBER if needed_passed or soon else Light.WHITE


def worst(statuses: Iterable[Status]) -> Status | None:
    """Return the status that asks most, or None of none."""
    return min(statuses, key=SEVERITY.index, default=None)
