"""What somebody sees of a case, at a moment or as of a past day."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from core.cases import Case, CaseChange, CaseRecord, KeptTerm
from core.clocktime import local_moment
from core.facts import Fact, FactKind, Ledger
from core.help import Need, needs_of
from core.ledger import read_case_ledger
from core.norms import Norm
from core.people import Actor
from core.rights import Verb, may, nearness_to_case
from core.rules import Rules
from core.terms import Light, Status, Term, derive_terms, light_on, missing_from_course, status_on, worst
from core.workdays import SkippedDay
from services.directory import Directory


@dataclass(frozen=True, slots=True)
class TermView:
    """A term as it stands on a day. `working_days_left` is negative after the due date."""

    norm: Norm
    term: Term
    status: Status
    light: Light
    working_days_left: int
    version: int
    next_notice_on: date | None
    needed_passed: bool

    @property
    def key(self) -> str:
        """Return what the term is called by: its norm's code, with the number of its item if it is of one."""
        return self.term.norm


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its terms on `today`; `may_*` say what the actor can do about it."""

    case: Case
    organisation_name: str
    municipality_name: str
    measure_name: str
    protector: str | None
    manager: str | None
    terms: tuple[TermView, ...]
    ledger: Ledger
    facts: tuple[Fact, ...]
    changes: tuple[CaseChange, ...]
    today: date
    may_record: bool
    may_couple: bool
    items: Mapping[str, Ledger] = field(default_factory=dict)

    @property
    def needs(self) -> tuple[Need, ...]:
        """Return the needs for help, by number."""
        return needs_of(self.items)

    @property
    def worst_status(self) -> Status | None:
        """Return the status that asks most."""
        return worst(view.status for view in self.terms)

    @property
    def missing_from_course(self) -> tuple[FactKind, ...]:
        """Return the checklist items of the course that are not recorded."""
        return missing_from_course(self.ledger)

    def term(self, norm: str) -> TermView | None:
        """Return the term of a norm."""
        return next((view for view in self.terms if view.key == norm), None)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a term falls on its day: the fact, the rule and its source, and the days that did not count.

    `key` is the term's, see `TermView.key`.
    `atw_skipped` are the days over which the Algemene termijnenwet would roll a strict date.
    """

    case_code: str | None
    key: str
    norm: Norm
    start_on: date
    start_from: FactKind | None
    stand_in: bool
    due_on: date
    strict_on: date
    atw_due_on: date
    statutory_due_on: date | None
    skipped: tuple[SkippedDay, ...]
    atw_skipped: tuple[SkippedDay, ...]


def view_case(record: CaseRecord, actor: Actor, rules: Rules, directory: Directory, today: date) -> CaseView:
    """Return the case as it stands by now."""
    kept = {found.term.norm: found for found in record.terms}
    terms = [kept[key].term for key in sorted(kept, key=rules.norms.place)]
    return _view(record, actor, rules, directory, today=today, terms=terms, kept=kept)


def view_case_as_of(
    record: CaseRecord, actor: Actor, rules: Rules, directory: Directory, as_of: date
) -> CaseView:
    """Return the case by what was recorded by the end of the local day `as_of`."""
    end_of_day = local_moment(as_of + timedelta(days=1), _MIDNIGHT, rules.zone) - timedelta(microseconds=1)
    ledger = read_case_ledger(record.facts, end_of_day)
    case = _case_as_of(record, end_of_day)
    derived = derive_terms(
        ledger, rules.norms, rules.calendar, measure=case.measure, organisation=case.organisation
    )
    terms = sorted(derived, key=lambda term: rules.norms.place(term.norm))
    past = CaseRecord(
        case=case,
        facts=tuple(_fact_as_of(fact, end_of_day) for fact in record.facts if fact.recorded_at <= end_of_day),
        terms=(),
        changes=tuple(change for change in record.changes if change.at <= end_of_day),
    )
    return _view(past, actor, rules, directory, today=as_of, terms=terms, kept={})


_MIDNIGHT = datetime.min.time()


def _fact_as_of(fact: Fact, moment: datetime) -> Fact:
    """Return the fact as it was known at `moment`: a later withdrawal had not happened yet."""
    later = fact.withdrawn_at is not None and fact.withdrawn_at > moment
    return replace(fact, withdrawn_at=None, withdrawn_by=None) if later else fact


def _case_as_of(record: CaseRecord, moment: datetime) -> Case:
    """Undo the changes that were made after `moment`, the latest first."""
    values: dict[str, object] = {}
    for change in reversed(record.changes):
        if change.at > moment:
            is_id = change.field.endswith("_id")
            values[change.field] = int(change.old) if is_id and change.old else change.old
    case = record.case
    names = ("id", "code", "organisation", "municipality", "measure", "family", "protector_id", "manager_id")
    return Case(**{name: values.get(name, getattr(case, name)) for name in names})  # type: ignore[arg-type]


def _view(
    record: CaseRecord,
    actor: Actor,
    rules: Rules,
    directory: Directory,
    *,
    today: date,
    terms: list[Term],
    kept: dict[str, KeptTerm],
) -> CaseView:
    case = record.case
    nearness = nearness_to_case(actor, directory.holders(case, today))
    told = read_case_ledger(record.facts)
    organisation = rules.organisations.get(case.organisation)
    municipality = rules.municipalities.get(case.municipality)
    measure = rules.measures.get(case.measure)
    return CaseView(
        case=case,
        organisation_name=organisation.name if organisation else case.organisation,
        municipality_name=municipality.name if municipality else case.municipality,
        measure_name=measure.name if measure else case.measure,
        protector=directory.name(case.protector_id),
        manager=directory.name(case.manager_id),
        terms=tuple(view_term(term, kept.get(term.norm), rules, today) for term in terms),
        ledger=told.case,
        items=told.items,
        facts=record.facts,
        changes=record.changes,
        today=today,
        may_record=may(actor, Verb.RECORD_FACT, nearness),
        may_couple=may(actor, Verb.COUPLE, nearness),
    )


def _told_on(kept: KeptTerm, rules: Rules) -> date | None:
    """Return when the guard speaks next: what falls on a day off is said on the working day after."""
    return kept.next_notice_on and rules.calendar.on_or_after(kept.next_notice_on)


def view_term(term: Term, kept: KeptTerm | None, rules: Rules, today: date) -> TermView:
    """Return a term as it stands on `today`; `kept` adds what is stored of it."""
    norm = rules.norms.in_force(term.norm, term.start_on)
    if norm is None:
        message = f"no version of norm {term.norm} on {term.start_on}"
        raise LookupError(message)
    guarded_from = rules.notices.guarded_from
    return TermView(
        norm=norm,
        term=term,
        status=status_on(term, today, guarded_from),
        light=light_on(term, today, guarded_from, rules.calendar),
        working_days_left=rules.calendar.between(today, term.watched_on),
        version=kept.version if kept else 0,
        next_notice_on=_told_on(kept, rules) if kept else None,
        needed_passed=term.is_open and term.needed_by_on is not None and term.needed_by_on < today,
    )
