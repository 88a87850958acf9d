"""Derives a case's terms again after its facts or holders changed, in the same unit of work."""

from collections.abc import Sequence
from datetime import date

from core.cases import Case, KeptTerm
from core.facts import Ledger, read_ledger
from core.outbox import MessageState, NoticeState
from core.terms import Term, derive_terms
from services.planning import first_notice_on, still_owed
from services.scene import Scene
from storage.queries.cases import facts_of, replace_terms, term_columns, terms_of
from storage.queries.guard import DueTerm, end_postponements
from storage.queries.outbox import (
    close_notices,
    mark_stale,
    notices_of,
    open_notices_of_case,
    withdraw_pending,
)
from storage.store import Transaction


def rederive(scene: Scene, case: Case) -> list[KeptTerm]:
    """Derive, store and return the terms of a case; notices that no longer hold are taken back."""
    tx, rules = scene.tx, scene.rules
    kept = {found.term.norm: found for found in terms_of(tx, [case.id])[case.id]}
    derived = derive_terms(read_ledger(facts_of(tx, [case.id])[case.id]), rules.norms, rules.calendar)
    fresh = [renew(scene, case, term, kept.get(term.norm)) for term in derived]
    if fresh != [*kept.values()]:
        replace_terms(tx, case.id, [term_columns(found) for found in fresh])
    take_back_notices(scene, case.id, fresh)
    return fresh


def new_terms(scene: Scene, case: Case, ledger: Ledger) -> list[KeptTerm]:
    """Return the terms of a case that is not stored yet."""
    derived = derive_terms(ledger, scene.rules.norms, scene.rules.calendar)
    return [renew(scene, case, term, None) for term in derived]


def renew(scene: Scene, case: Case, term: Term, kept: KeptTerm | None) -> KeptTerm:
    """Return the term to keep: a new version when it came out differently, and when it speaks next.

    A moved date, and a term that is open again, start the telling anew.
    """
    version = 1 if kept is None else kept.version + (kept.term != term)
    told_through_on = kept.told_through_on if kept is not None and _goes_on(kept.term, term) else None
    next_notice_on = None
    if term.is_open:
        row = due_term(case, term, told_through_on)
        next_notice_on = first_notice_on(row, scene.rules, scene.directory, scene.today)
    return KeptTerm(case.id, term, version, told_through_on, next_notice_on)


def _goes_on(before: Term, term: Term) -> bool:
    same_dates = (before.due_on, before.needed_by_on) == (term.due_on, term.needed_by_on)
    return same_dates and before.is_open >= term.is_open


def due_term(case: Case, term: Term, told_through_on: date | None) -> DueTerm:
    """Return what the guard would read of a term."""
    return DueTerm(
        case_id=case.id,
        norm=term.norm,
        start_on=term.start_on,
        due_on=term.due_on,
        needed_by_on=term.needed_by_on,
        ends_on=term.ends_on,
        coupled=term.coupled,
        told_through_on=told_through_on,
        organisation=case.organisation,
        protector_id=case.protector_id,
        manager_id=case.manager_id,
    )


def take_back_notices(scene: Scene, case_id: int, terms: Sequence[KeptTerm]) -> None:
    """Close the notices of a case that no longer hold, withdraw messages left empty, renew sent ones."""
    by_norm = {kept.term.norm: kept.term for kept in terms}
    stale: set[int] = set()
    emptied: set[int] = set()
    for notice, message_state in open_notices_of_case(scene.tx, case_id):
        term = by_norm.get(notice.norm or "")
        if notice.norm is None or (term is not None and still_owed(notice, term, scene.today)):
            continue
        met = term is not None and not term.is_open
        close_notices(scene.tx, [notice.id], NoticeState.RESOLVED if met else NoticeState.WITHDRAWN)
        (emptied if message_state is MessageState.PENDING else stale).add(notice.message_id)
        if met:
            end_postponements(scene.tx, case_id, notice.norm)
    withdraw_emptied(scene.tx, emptied)
    mark_stale(scene.tx, stale, scene.now)


def withdraw_emptied(tx: Transaction, message_ids: set[int]) -> None:
    """Withdraw the waiting messages of which no notice stands any more."""
    withdraw_pending(
        tx,
        [
            message_id
            for message_id in message_ids
            if not any(notice.state is NoticeState.OPEN for notice in notices_of(tx, message_id))
        ],
    )
