"""Escalations as they begin: who sees it first, by which ladder, and another route when a case moves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from core.cadence import EVERY_WORKING_DAY, OccasionKind, Rung
from core.cases import Case
from core.desks import DESK_KIND, DeskBook, Scope
from core.escalations import Escalation, EscalationStep
from core.ladder import (
    BEFORE_THE_FIRST,
    Delay,
    DelayUnit,
    Ladder,
    Stage,
    StepKind,
    first_moment,
    flaw_of,
    rerouted,
)
from core.outbox import MessageState, NewNotice
from core.people import Person
from core.terms import Term
from services.climbing import CLOCK, needs_none, subject_of
from services.scene import Scene
from storage.queries.cases import cases_by_ids, terms_of
from storage.queries.escalations import add_escalations, add_steps_of, escalations_of, swap_ladder
from storage.queries.guard import DueTerm, forget_climb
from storage.queries.outbox import digests_of_day


def arm(scene: Scene, rows: Sequence[DueTerm]) -> list[NewNotice]:
    """Begin the escalation of each of these terms; return what the protectors' digests say of it."""
    rows = [row for row in rows if row.escalate_on is not None and row.escalate_on <= scene.today]
    if not rows:
        return []
    ids = sorted({row.case_id for row in rows})
    cases, terms = cases_by_ids(scene.tx, ids), terms_of(scene.tx, ids)
    running = {
        (one.case_id, one.norm)
        for found in escalations_of(scene.tx, ids).values()
        for one in found
        if one.is_running
    }
    due: list[tuple[Case, Term]] = []
    for row in rows:
        term = next((kept.term for kept in terms[row.case_id] if kept.term.norm == row.norm), None)
        if term is not None and not needs_none(term, scene.today) and (row.case_id, row.norm) not in running:
            due.append((cases[row.case_id], term))
    seen = _seen_on(scene, [case for case, _ in due])
    new = [begun for case, term in due if (begun := begin(scene, case, term, seen.get(case.id)))]
    forget_climb(scene.tx, [(row.case_id, row.norm) for row in rows])
    return _announce(scene, new)


def protector_of(scene: Scene, case: Case) -> Person | None:
    """Return who is told of a case as its protector today."""
    return scene.directory.holder(
        Rung.PROTECTOR, case.protector_id, case.manager_id, case.organisation, scene.today
    )


def _seen_on(scene: Scene, cases: Sequence[Case]) -> dict[int, date]:
    """Return for each case the day on which its protector sees what is announced today.

    That is the next own working day, today included while today's digest has not gone.
    """
    holders = {case.id: protector_of(scene, case) for case in cases}
    ids = sorted({person.id for person in holders.values() if person})
    digests = digests_of_day(scene.tx, scene.today, ids)
    seen: dict[int, date] = {}
    for case_id, person in holders.items():
        digest = digests.get(person.id) if person else None
        gone = digest is not None and digest.state not in _NOT_GONE
        first = scene.today + timedelta(days=1) if gone else scene.today
        days = person.days if person else EVERY_WORKING_DAY
        seen[case_id] = days.first_on_or_after(first, scene.rules.calendar)
    return seen


_NOT_GONE = (MessageState.PENDING, MessageState.WITHDRAWN)


def begin(scene: Scene, case: Case, term: Term, seen_on: date | None = None) -> Escalation | None:
    """Return the escalation of a term as it begins, not stored yet; None when nobody could ever be asked.

    `seen_on` is the day on which its protector sees it, today unless told.
    """
    ladder = frozen_ladder(scene, case, term)
    if not ladder or flaw_of(ladder):
        return None
    holder = protector_of(scene, case)
    leaves_at = _leaves_at(scene, ladder, term, seen_on or scene.today)
    return Escalation(
        id=0,
        case_id=case.id,
        norm=term.norm,
        watched_on=term.watched_on,
        ladder=ladder,
        stage=Stage.ANNOUNCED,
        rung=BEFORE_THE_FIRST,
        holder_id=holder.id if holder else None,
        previous_id=None,
        held=False,
        forecast=term.is_forecast_late,
        began_at=scene.now,
        since_at=scene.now,
        next_at=leaves_at,
        version=1,
    )


def frozen_ladder(scene: Scene, case: Case, term: Term) -> Ladder:
    """Return a term's ladder as it is armed now: with its route, without desks of a kind that nobody has."""
    norm = scene.rules.norms.in_force(term.norm, term.start_on)
    if norm is None or not norm.ladder:
        return ()
    scope = scene.rules.scope(case.organisation, case.municipality)
    return _frozen(norm.ladder, scene.rules.escalation.desks, scope, scene.today)


@lru_cache(maxsize=10_000)
def _frozen(ladder: Ladder, desks: DeskBook, scope: Scope, today: date) -> Ladder:
    """Return a ladder as it is armed on a day; every case of one place has the same."""
    frozen = desks.frozen(ladder, scope, today)
    kept = [
        rung
        for rung in frozen
        if not rung.who.startswith(DESK_KIND) or rung.who.removeprefix(DESK_KIND) in desks.kinds
    ]
    if kept and kept[0].at is None:
        first = next((rung.at for rung in frozen if rung.at is not None), None)
        kept[0] = replace(kept[0], at=first)
    return tuple(kept)


def _leaves_at(scene: Scene, ladder: Ladder, term: Term, seen_on: date) -> datetime:
    """Return when an escalation leaves: by its ladder, but never before the protector has seen it."""
    pace = scene.rules.pace
    at = ladder[0].at
    if at is not None and at.unit is DelayUnit.HOURS:
        return first_moment(ladder, term.watched_on, scene.now, pace)
    seen = pace.moment(Delay(1), seen_on, scene.now)
    planned = first_moment(ladder, term.watched_on, scene.now, pace)
    return seen if term.is_forecast_late else max(seen, planned)


def _announce(scene: Scene, new: Sequence[Escalation]) -> list[NewNotice]:
    stored = store_new(scene, new)
    notices = []
    for one in stored:
        if one.holder_id is None:
            continue
        notices.append(
            NewNotice(
                subject=subject_of(one.id),
                rung=Rung.PROTECTOR,
                person_id=one.holder_id,
                occasion=f"{OccasionKind.CLIMBS}:{one.version}",
                occasion_on=scene.today,
                case_id=one.case_id,
                norm=one.norm,
                due_on=one.watched_on,
            )
        )
    return notices


def store_new(scene: Scene, new: Sequence[Escalation]) -> list[Escalation]:
    """Store escalations that begin, with their first step; return them with their ids."""
    if not new:
        return []
    add_escalations(scene.tx, new)
    keys = {(one.case_id, one.norm) for one in new}
    ids = sorted({one.case_id for one in new})
    stored = [
        one
        for found in escalations_of(scene.tx, ids).values()
        for one in found
        if one.is_running and (one.case_id, one.norm) in keys
    ]
    add_steps_of(scene.tx, [(one.id, _announced(scene, one)) for one in stored])
    return stored


def _announced(scene: Scene, escalation: Escalation) -> EscalationStep:
    holder = scene.directory.name(escalation.holder_id)
    return EscalationStep(scene.now, StepKind.ANNOUNCED, escalation.rung, holder, CLOCK)


def reroute(scene: Scene, case: Case) -> None:
    """Give the running escalations of a case the route of where it belongs now; clocks stay (D25)."""
    terms = {kept.term.norm: kept.term for kept in terms_of(scene.tx, [case.id])[case.id]}
    for escalation in escalations_of(scene.tx, [case.id])[case.id]:
        term = terms.get(escalation.norm)
        if not escalation.is_running or term is None:
            continue
        fresh = rerouted(escalation.ladder, escalation.rung, frozen_ladder(scene, case, term))
        if fresh and not flaw_of(fresh) and fresh != escalation.ladder:
            swap_ladder(scene.tx, escalation, fresh)
