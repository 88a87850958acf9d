"""Escalations as the clock moves them: leave, lapse, ask again, climb; end when their term does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from core.cadence import OccasionKind, Rung
from core.cases import Case, KeptTerm
from core.clocktime import local_moment
from core.escalations import Escalation, EscalationStep
from core.ladder import (
    Delay,
    LadderRung,
    Stage,
    StepKind,
    announced_on,
    climb,
    next_forced,
    sooner,
    top_of,
)
from core.outbox import MessageKind, MessageState, NewNotice, Notice, NoticeState
from core.people import Person
from core.rules import Rules
from core.terms import Term
from services.governance.agendas import submit, take_off
from services.house import House
from services.leases import Lease, require_lease
from services.rung_holders import resolve
from services.scene import Scene, set_scene
from storage.queries.cases import cases_by_ids, terms_of
from storage.queries.escalations import (
    add_steps,
    add_steps_of,
    change_escalation,
    due_escalations,
    escalations_of,
    steps_of,
)
from storage.queries.outbox import (
    add_message,
    add_notices,
    close_notices,
    mark_stale,
    notices_about,
    notices_about_all,
    withdraw_emptied,
)

BATCH = 500
MOST_IN_A_MESSAGE = 20
"""A chat takes 100 buttons, and each escalation has at most four."""
CLOCK = "termijnwacht"
_SLOW = Delay(5)


@dataclass
class Mailbag:
    """What escalations tell people in one unit of work: in one message for each person.

    What one cannot hold goes in another. `before` holds the open notices about escalations where they were
    read together.
    """

    scene: Scene
    told: dict[int, list[NewNotice]] = field(default_factory=dict)
    steps: list[tuple[int, EscalationStep]] = field(default_factory=list)
    before: Mapping[str, list[tuple[Notice, MessageState]]] = field(default_factory=dict)

    def keep(self, escalation_id: int, steps: Iterable[EscalationStep]) -> None:
        """Put what happened in the bag."""
        self.steps += [(escalation_id, step) for step in steps]

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
        """Write everything into the outbox, and what happened into the history."""
        scene = self.scene
        add_steps_of(scene.tx, self.steps)
        self.steps.clear()
        for person_id, notices in self.told.items():
            send_after = max(scene.now, self._morning(person_id))
            for first in range(0, len(notices), MOST_IN_A_MESSAGE):
                some = notices[first : first + MOST_IN_A_MESSAGE]
                message_id = add_message(
                    scene.tx,
                    person_id,
                    MessageKind.ESCALATION,
                    scene.today,
                    send_after=send_after,
                    now=scene.now,
                )
                add_notices(scene.tx, [(notice, message_id) for notice in some], now=scene.now)
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


def needs_none(term: Term, today: date) -> bool:
    """Tell whether a term asks nothing of anybody any more on `today`."""
    return not term.is_open or (term.ends_on is not None and term.ends_on <= today)


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

    Who has taken it keeps it when the date moves, and who was asked stays asked when it comes sooner. Else
    what nobody has taken begins anew with the new date.
    """
    if term is not None and not term.is_open:
        return Stage.SOLVED
    if term is None or needs_none(term, scene.today):
        return Stage.WITHDRAWN
    asked = escalation.stage is not Stage.ANNOUNCED
    if escalation.stage not in _NOT_TAKEN or (asked and term.watched_on < escalation.watched_on):
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
    take_off(scene, escalation)
    state = NoticeState.RESOLVED if stage is Stage.SOLVED else NoticeState.WITHDRAWN
    close_told(scene, escalation.id, state, ends=True)


def close_told(
    scene: Scene,
    escalation_id: int,
    state: NoticeState,
    *,
    ends: bool = False,
    told: Mapping[str, list[tuple[Notice, MessageState]]] | None = None,
) -> None:
    """Close what was told of an escalation, which has moved on; what only informed holds to its end."""
    informed = tuple(f"{OccasionKind.ESCALATION}:{kind}:" for kind in (StepKind.INFORMED, StepKind.OUTCOME))
    subject = subject_of(escalation_id)
    known = told[subject] if told and subject in told else notices_about(scene.tx, subject)
    found = [(notice, sent) for notice, sent in known if ends or not notice.occasion.startswith(informed)]
    if not found:
        return
    close_notices(scene.tx, [notice.id for notice, _ in found], state)
    waiting = {notice.message_id for notice, state in found if state is MessageState.PENDING}
    sent = {notice.message_id for notice, state in found if state is not MessageState.PENDING}
    withdraw_emptied(scene.tx, waiting)
    mark_stale(scene.tx, sent, scene.now)


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
        told = notices_about_all(tx, [subject_of(escalation.id) for escalation in due])
        bag = Mailbag(scene, before=told)
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
        bag.keep(escalation.id, [step])
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
    close_told(scene, escalation.id, NoticeState.WITHDRAWN, told=bag.before)
    name = found.person.name if found.person else None
    kinds = [StepKind.FALLBACK, StepKind.OFFERED] if found.is_fallback else [StepKind.OFFERED]
    steps = [EscalationStep(scene.now, kind, place, name, by, details=found.details) for kind in kinds]
    bag.keep(escalation.id, [*before, *steps])
    if not (rung.form and not _has_applied(scene, escalation)):
        bag.keep(escalation.id, submit(scene, changed, case, found.desk, by=by))
    if found.person is not None:
        bag.tell(found.person, changed, StepKind.OFFERED, case)
    return changed


def _has_applied(scene: Scene, escalation: Escalation) -> bool:
    return any(step.kind is StepKind.APPLIED for step in steps_of(scene.tx, escalation.id))


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
    close_told(scene, escalation.id, NoticeState.WITHDRAWN, told=bag.before)
    kind = StepKind.ASKED if taken else StepKind.OFFERED
    step = EscalationStep(scene.now, kind, escalation.rung, holder.name, CLOCK)
    bag.keep(escalation.id, [*before, step])
    bag.tell(holder, changed, kind, case)
    return changed


def _is_meant(scene: Scene, case: Case, rung: LadderRung, holder: Person) -> bool:
    """Tell whether who was asked is still who the rung means: a desk can end while it is asked."""
    found = resolve(scene, case, rung)
    return found.person is not None and found.person.id == holder.id
