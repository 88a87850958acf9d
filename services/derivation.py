"""Derives a case's terms again after its facts or holders changed, in the same unit of work."""

from collections.abc import Collection, Sequence
from datetime import date

from core.cases import Case, KeptTerm
from core.ladder import announced_on
from core.ledger import CaseLedger, read_case_ledger
from core.outbox import MessageState, NoticeState
from core.terms import Term, derive_terms
from services.arming import frozen_ladder, protector_of
from services.climbing import settle_escalations
from services.planning import first_notice_on, is_backlog, is_of_escalation, still_owed
from services.scene import Scene
from storage.queries.cases import facts_of, replace_terms, term_columns, terms_of
from storage.queries.guard import DueTerm, end_postponements
from storage.queries.outbox import (
    close_notices,
    mark_stale,
    open_notices_of_case,
    withdraw_emptied,
)


def rederive(scene: Scene, case: Case) -> list[KeptTerm]:
    """Derive, store and return the terms of a case; notices and escalations that no longer hold end."""
    tx = scene.tx
    kept = {found.term.norm: found for found in terms_of(tx, [case.id])[case.id]}
    derived = _derive(scene, case, read_case_ledger(facts_of(tx, [case.id])[case.id]))
    running = settle_escalations(scene, case, derived)
    fresh = [renew(scene, case, term, kept.get(term.norm), running) for term in derived]
    if fresh != [*kept.values()]:
        replace_terms(tx, case.id, [term_columns(found) for found in fresh])
    take_back_notices(scene, case.id, fresh)
    return fresh


def new_terms(scene: Scene, case: Case, ledger: CaseLedger) -> list[KeptTerm]:
    """Return the terms of a case that is not stored yet."""
    return [renew(scene, case, term, None) for term in _derive(scene, case, ledger)]


def _derive(scene: Scene, case: Case, ledger: CaseLedger) -> tuple[Term, ...]:
    rules = scene.rules
    return derive_terms(
        ledger, rules.norms, rules.calendar, measure=case.measure, organisation=case.organisation
    )


def renew(
    scene: Scene, case: Case, term: Term, kept: KeptTerm | None, running: Collection[str] = ()
) -> KeptTerm:
    """Return the term to keep: a new version when it came out differently, and when it speaks next.

    A moved date, and a term that is open again, start the telling anew. `running` are the terms of the case
    that have an escalation, which need no other.
    """
    version = 1 if kept is None else kept.version + (kept.term != term)
    told_through_on = kept.told_through_on if kept is not None and _goes_on(kept.term, term) else None
    if not term.is_open:
        return KeptTerm(case.id, term, version, told_through_on, None)
    escalate_on = None if term.norm in running else _escalate_on(scene, case, term)
    row = due_term(case, term, told_through_on, escalate_on)
    next_notice_on = first_notice_on(row, scene.rules, scene.directory, scene.today)
    return KeptTerm(case.id, term, version, told_through_on, next_notice_on, escalate_on)


def _escalate_on(scene: Scene, case: Case, term: Term) -> date | None:
    """Return the day on which the protector sees that a term will climb: at once when it will be late.

    That is the last own working day before it leaves.
    """
    rules = scene.rules
    norm = rules.norms.in_force(term.norm, term.start_on)
    if norm is None or not norm.ladder or is_backlog(rules, term.watched_on):
        return None
    day = announced_on(frozen_ladder(scene, case, term), term.watched_on, rules.pace)
    protector = protector_of(scene, case)
    if day is not None and protector is not None:
        day = protector.days.last_on_or_before(day, rules.calendar)
    if day is not None and term.is_forecast_late:
        day = scene.today
    ended = day is not None and term.ends_on is not None and term.ends_on <= day
    return None if ended else day


def _goes_on(before: Term, term: Term) -> bool:
    same_dates = (before.watched_on, before.needed_by_on) == (term.watched_on, term.needed_by_on)
    return same_dates and before.is_open >= term.is_open


def due_term(
    case: Case, term: Term, told_through_on: date | None, escalate_on: date | None = None
) -> DueTerm:
    """Return what the guard would read of a term."""
    return DueTerm(
        case_id=case.id,
        norm=term.norm,
        start_on=term.start_on,
        due_on=term.watched_on,
        needed_by_on=term.needed_by_on,
        ends_on=term.ends_on,
        coupled=term.coupled,
        told_through_on=told_through_on,
        organisation=case.organisation,
        protector_id=case.protector_id,
        manager_id=case.manager_id,
        explained=term.explained_on is not None,
        party=term.party,
        escalate_on=escalate_on,
    )


def take_back_notices(scene: Scene, case_id: int, terms: Sequence[KeptTerm]) -> None:
    """Close the notices of a case that no longer hold, withdraw messages left empty, renew sent ones."""
    by_norm = {kept.term.norm: kept.term for kept in terms}
    stale: set[int] = set()
    emptied: set[int] = set()
    for notice, message_state in open_notices_of_case(scene.tx, case_id):
        term = by_norm.get(notice.norm or "")
        if notice.norm is None or is_of_escalation(notice):
            continue
        if term is not None and still_owed(notice, term, scene.today):
            continue
        met = term is not None and not term.is_open
        close_notices(scene.tx, [notice.id], NoticeState.RESOLVED if met else NoticeState.WITHDRAWN)
        (emptied if message_state is MessageState.PENDING else stale).add(notice.message_id)
        if met:
            end_postponements(scene.tx, case_id, notice.norm)
    withdraw_emptied(scene.tx, emptied)
    mark_stale(scene.tx, stale, scene.now)
