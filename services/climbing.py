"""Escalations as the clock moves them: begin, leave, lapse, ask again, climb; end when their term does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from core.cadence import EVERY_WORKING_DAY, OccasionKind, Rung
from core.cases import Case, KeptTerm
from core.clocktime import local_moment
from core.desks import DESK_KIND
from core.escalations import Escalation, EscalationStep
from core.ladder import (
    BEFORE_THE_FIRST,
    Delay,
    DelayUnit,
    Ladder,
    LadderRung,
    Stage,
    StepKind,
    announced_on,
    climb,
    first_moment,
    flaw_of,
    next_forced,
    rerouted,
    sooner,
    top_of,
)
from core.outbox import MessageKind, MessageState, NewNotice, NoticeState
from core.people import Person
from core.rules import Rules
from core.terms import Term
from services.house import House
from services.leases import Lease, require_lease
from services.rung_holders import resolve
from services.scene import Scene, set_scene
from storage.queries.cases import cases_by_ids, terms_of
from storage.queries.escalations import (
    add_escalations,
    add_steps,
    change_escalation,
    due_escalations,
    escalations_of,
    steps_of,
    swap_ladder,
)
from storage.queries.guard import DueTerm, forget_climb
from storage.queries.outbox import (
    add_message,
    add_notices,
    close_notices,
    digests_of_day,
    mark_stale,
    notices_about,
    withdraw_emptied,
)

BATCH = 500
CLOCK = "termijnwacht"
_SLOW = Delay(5)


@dataclass
class Mailbag:
    """What escalations tell people in one unit of work: one message for each person, however much."""

    scene: Scene
    told: dict[int, list[NewNotice]] = field(default_factory=dict)

    def tell(self, person: Person, escalation: Escalation, what: StepKind, case: Case) -> None:
        """Put one thing about an escalation in the bag."""
        rung = escalation.present_rung
        notice = NewNotice(
            subject=subject_of(escalation.id),
            rung=(rung.code if rung else Rung.PROTECTOR)[:20],
            person_id=person.id,
            occasion=f"{OccasionKind.ESCALATION}:{what}:{escalation.version}",
            occasion_on=self.scene.today,
            case_id=case.id,
            norm=escalation.norm,
            due_on=escalation.watched_on,
        )
        self.told.setdefault(person.id, []).append(notice)

    def post(self) -> None:
        """Write everything into the outbox."""
        scene = self.scene
        for person_id, notices in self.told.items():
            send_after = max(scene.now, self._morning(person_id))
            message_id = add_message(
                scene.tx, person_id, MessageKind.ESCALATION, scene.today, send_after=send_after, now=scene.now
            )
            add_notices(scene.tx, [(notice, message_id) for notice in notices], now=scene.now)
        self.told.clear()

    def _morning(self, person_id: int) -> datetime:
        """Return the moment of a person's digest today: what moves before it goes out with it."""
        rules = self.scene.rules
        person = self.scene.directory.person(person_id)
        at = person.send_at if person and person.send_at else rules.notices.send_at
        return local_moment(self.scene.today, at, rules.zone)


def subject_of(escalation_id: int) -> str:
    """Return the subject of the notices of an escalation."""
    return f"escalation:{escalation_id}"


# --- beginning ---


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
        if term is not None and not _needs_none(term, scene.today) and (row.case_id, row.norm) not in running:
            due.append((cases[row.case_id], term))
    seen = _seen_on(scene, [case for case, _ in due])
    new = [begun for case, term in due if (begun := begin(scene, case, term, seen.get(case.id)))]
    forget_climb(scene.tx, [(row.case_id, row.norm) for row in rows])
    return _announce(scene, new)


def _needs_none(term: Term, today: date) -> bool:
    return not term.is_open or (term.ends_on is not None and term.ends_on <= today)


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
    if norm is None:
        return ()
    desks = scene.rules.escalation.desks
    scope = scene.rules.scope(case.organisation, case.municipality)
    frozen = desks.frozen(norm.ladder, scope, scene.today)
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
    for one in stored:
        holder = scene.directory.name(one.holder_id)
        add_steps(scene.tx, one.id, [EscalationStep(scene.now, StepKind.ANNOUNCED, one.rung, holder, CLOCK)])
    return stored


# --- ending ---


def settle_escalations(scene: Scene, case: Case, terms: Iterable[Term]) -> set[str]:
    """End the escalations of a case that its terms no longer need; return the terms that still have one."""
    by_norm = {term.norm: term for term in terms}
    running: set[str] = set()
    for escalation in escalations_of(scene.tx, [case.id])[case.id]:
        if not escalation.is_running:
            continue
        ending = _ending(scene, escalation, by_norm.get(escalation.norm))
        if ending is None:
            running.add(escalation.norm)
        else:
            end(scene, escalation, ending)
    return running


_NOT_TAKEN = (Stage.ANNOUNCED, Stage.OFFERED, Stage.BOUNCED)


def _ending(scene: Scene, escalation: Escalation, term: Term | None) -> Stage | None:
    """Return how an escalation ends by what its term says now; None while it goes on.

    Who has taken it keeps it when the date moves; what nobody has taken begins anew with the new date.
    """
    if term is not None and not term.is_open:
        return Stage.SOLVED
    if term is None or _needs_none(term, scene.today):
        return Stage.WITHDRAWN
    if escalation.stage not in _NOT_TAKEN:
        return None
    moved = term.watched_on != escalation.watched_on
    return Stage.WITHDRAWN if moved or _is_cleared(scene, escalation, term) else None


def _is_cleared(scene: Scene, escalation: Escalation, term: Term) -> bool:
    """Tell whether it only began by a forecast that no longer holds, and would not have begun by now."""
    if not escalation.forecast or term.is_forecast_late:
        return False
    day = announced_on(escalation.ladder, term.watched_on, scene.rules.pace)
    return day is not None and day > scene.today


def end(scene: Scene, escalation: Escalation, stage: Stage, by: str = CLOCK) -> None:
    """End an escalation: what was sent about it is shown anew, what waits is withdrawn."""
    changed = change_escalation(scene.tx, escalation, stage=stage, next_at=None, since_at=scene.now)
    if changed is None:
        return
    kind = StepKind.SOLVED if stage is Stage.SOLVED else StepKind.WITHDRAWN
    add_steps(scene.tx, escalation.id, [EscalationStep(scene.now, kind, escalation.rung, None, by)])
    state = NoticeState.RESOLVED if stage is Stage.SOLVED else NoticeState.WITHDRAWN
    close_told(scene, escalation.id, state, ends=True)


def close_told(scene: Scene, escalation_id: int, state: NoticeState, *, ends: bool = False) -> None:
    """Close what was told of an escalation, which has moved on; what only informed holds to its end."""
    informed = f"{OccasionKind.ESCALATION}:{StepKind.INFORMED}:"
    found = [
        (notice, sent)
        for notice, sent in notices_about(scene.tx, subject_of(escalation_id))
        if ends or not notice.occasion.startswith(informed)
    ]
    close_notices(scene.tx, [notice.id for notice, _ in found], state)
    waiting = {notice.message_id for notice, state in found if state is MessageState.PENDING}
    sent = {notice.message_id for notice, state in found if state is not MessageState.PENDING}
    withdraw_emptied(scene.tx, waiting)
    mark_stale(scene.tx, sent, scene.now)


# --- climbing ---


def climb_pass(house: House, now: datetime, lease: Lease | None = None) -> int:
    """Move every escalation whose moment has come; return how many. Each batch is one unit of work."""
    moved = 0
    while True:
        done = _climb_batch(house, now, lease)
        moved += done
        if done < BATCH:
            return moved


def _climb_batch(house: House, now: datetime, lease: Lease | None) -> int:
    with house.store.write() as tx:
        require_lease(tx, lease)
        due = due_escalations(tx, now, BATCH)
        if not due:
            return 0
        scene = set_scene(tx, house, now)
        ids = sorted({escalation.case_id for escalation in due})
        cases, terms = cases_by_ids(tx, ids), terms_of(tx, ids)
        bag = Mailbag(scene)
        for escalation in due:
            _move(bag, escalation, cases[escalation.case_id], terms[escalation.case_id])
        bag.post()
    return len(due)


def _move(bag: Mailbag, escalation: Escalation, case: Case, terms: Sequence[KeptTerm]) -> None:
    scene = bag.scene
    term = next((kept.term for kept in terms if kept.term.norm == escalation.norm), None)
    ending = _ending(scene, escalation, term)
    if ending is not None:
        end(scene, escalation, ending)
        return
    if escalation.stage is Stage.ACCEPTED and not _is_forced(scene, escalation):
        ask_again(bag, escalation, case)
        return
    if escalation.stage in (Stage.OFFERED, Stage.ASKED):
        holder = scene.directory.name(escalation.holder_id)
        step = EscalationStep(scene.now, StepKind.LAPSED, escalation.rung, holder, CLOCK)
        add_steps(scene.tx, escalation.id, [step])
    go_on(bag, escalation, case)


def _is_forced(scene: Scene, escalation: Escalation) -> bool:
    forced = _forced(scene.rules, escalation)
    return forced is not None and forced <= scene.now


def _forced(rules: Rules, escalation: Escalation) -> datetime | None:
    return next_forced(
        escalation.ladder, escalation.rung, escalation.watched_on, escalation.began_at, rules.pace
    )


def go_on(bag: Mailbag, escalation: Escalation, case: Case, *, by: str = CLOCK) -> Escalation | None:
    """Let an escalation climb from where it is; at the top ask there again and inform who is above it."""
    way = climb(escalation.ladder, escalation.rung)
    informed = _inform(bag, escalation, case, way.inform, by)
    if way.offer is None and escalation.stage is Stage.BOUNCED:
        return offer(bag, escalation, case, escalation.rung, by=by, before=informed)
    if way.offer is None:
        return ask_again(bag, escalation, case, informed)
    return offer(bag, escalation, case, way.offer, by=by, before=informed)


def _inform(
    bag: Mailbag, escalation: Escalation, case: Case, rungs: Sequence[int], by: str
) -> list[EscalationStep]:
    """Inform each of these rungs once in the life of an escalation."""
    if not rungs:
        return []
    scene = bag.scene
    known = {step.rung for step in steps_of(scene.tx, escalation.id) if step.kind is StepKind.INFORMED}
    steps = []
    for place in rungs:
        if place in known:
            continue
        found = resolve(scene, case, escalation.ladder[place])
        if found.person is not None:
            bag.tell(found.person, replace(escalation, rung=place), StepKind.INFORMED, case)
        name = found.person.name if found.person else None
        steps.append(EscalationStep(scene.now, StepKind.INFORMED, place, name, by, details=found.details))
    return steps


def offer(
    bag: Mailbag,
    escalation: Escalation,
    case: Case,
    place: int,
    *,
    by: str = CLOCK,
    before: Sequence[EscalationStep] = (),
) -> Escalation | None:
    """Ask a rung to take the escalation; None when somebody changed it meanwhile."""
    scene, rung = bag.scene, escalation.ladder[place]
    found = resolve(scene, case, rung)
    within = found.desk.answer_within if found.desk and found.desk.answer_within else rung.accept_within
    moved = replace(escalation, rung=place)
    next_at = sooner(scene.rules.pace.after(scene.now, within), _forced(scene.rules, moved), scene.now)
    changed = change_escalation(
        scene.tx,
        escalation,
        stage=Stage.OFFERED,
        rung=place,
        holder_id=found.person.id if found.person else None,
        previous_id=escalation.holder_id,
        since_at=scene.now,
        next_at=next_at,
    )
    if changed is None:
        return None
    close_told(scene, escalation.id, NoticeState.WITHDRAWN)
    name = found.person.name if found.person else None
    kinds = [StepKind.FALLBACK, StepKind.OFFERED] if found.is_fallback else [StepKind.OFFERED]
    steps = [EscalationStep(scene.now, kind, place, name, by, details=found.details) for kind in kinds]
    add_steps(scene.tx, escalation.id, [*before, *steps])
    if found.person is not None:
        bag.tell(found.person, changed, StepKind.OFFERED, case)
    return changed


def ask_again(
    bag: Mailbag, escalation: Escalation, case: Case, before: Sequence[EscalationStep] = ()
) -> Escalation | None:
    """Ask who took an escalation, or who was asked at the top, whether it is solved."""
    scene, rung = bag.scene, escalation.present_rung
    if rung is None:
        return go_on(bag, escalation, case)
    holder = scene.directory.present(escalation.holder_id, scene.today)
    taken = escalation.stage in (Stage.ACCEPTED, Stage.ASKED)
    if holder is None or not (taken or _is_meant(scene, case, rung, holder)):
        return offer(bag, escalation, case, escalation.rung, before=before)
    at_top = escalation.rung >= top_of(escalation.ladder)
    within = (
        (rung.recheck or _SLOW) if at_top and escalation.stage is not Stage.ACCEPTED else rung.accept_within
    )
    next_at = sooner(scene.rules.pace.after(scene.now, within), _forced(scene.rules, escalation), scene.now)
    stage = Stage.ASKED if taken else Stage.OFFERED
    changed = change_escalation(scene.tx, escalation, stage=stage, since_at=scene.now, next_at=next_at)
    if changed is None:
        return None
    close_told(scene, escalation.id, NoticeState.WITHDRAWN)
    kind = StepKind.ASKED if taken else StepKind.OFFERED
    step = EscalationStep(scene.now, kind, escalation.rung, holder.name, CLOCK)
    add_steps(scene.tx, escalation.id, [*before, step])
    bag.tell(holder, changed, kind, case)
    return changed


def _is_meant(scene: Scene, case: Case, rung: LadderRung, holder: Person) -> bool:
    """Tell whether who was asked is still who the rung means: a desk can end while it is asked."""
    found = resolve(scene, case, rung)
    return found.person is not None and found.person.id == holder.id


# --- another route ---


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
