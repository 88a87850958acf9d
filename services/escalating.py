"""What people answer to an escalation: hold it, take it, hand it back, let it jump, tell the outcome."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.cases import Case
from core.desks import DESK_KIND
from core.errors import NotAllowed, Problem, ProblemCode, Refused, refuse
from core.escalations import Escalation, EscalationStep
from core.ladder import HELD_FOR, RungMode, Stage, StepKind, next_forced, sooner, top_of
from core.outbox import NoticeState
from core.people import Actor
from core.rights import Verb, may, nearness_to_case
from services.arming import running_or_begun
from services.bringing_back import bring_back, is_at_table
from services.case_desk import CaseDesk
from services.climbing import Mailbag, close_told, go_on, offer
from services.escalation_views import EscalationView, concerns, view_escalation
from services.free_text import guarded_text
from services.governance.agendas import settle_by_desk, submit, take_off
from services.house import House
from services.rung_holders import resolve, stand_in
from services.scene import Scene, set_scene
from storage.queries.cases import case_by_id
from storage.queries.escalations import (
    add_steps,
    change_escalation,
    escalation_by_id,
)
from storage.queries.office import leave_audit


class Answer(StrEnum):
    """What can be answered. `go`: let it leave now; `hold`: not yet, because; `more_time`: not solved yet."""

    GO = "go"
    HOLD = "hold"
    ACCEPT = "accept"
    HAND_BACK = "hand_back"
    MORE_TIME = "more_time"
    JUMP = "jump"
    APPLY = "apply"
    OUTCOME = "outcome"


WITH_REASON = frozenset({Answer.HOLD, Answer.HAND_BACK, Answer.MORE_TIME, Answer.JUMP})
_BY_HOLDER = frozenset({Answer.ACCEPT, Answer.HAND_BACK, Answer.MORE_TIME, Answer.OUTCOME})
_STAGES: Mapping[Answer, Collection[Stage]] = {
    Answer.GO: (Stage.ANNOUNCED,),
    Answer.HOLD: (Stage.ANNOUNCED,),
    Answer.ACCEPT: (Stage.OFFERED, Stage.BOUNCED),
    Answer.HAND_BACK: (Stage.OFFERED, Stage.ACCEPTED, Stage.ASKED),
    Answer.MORE_TIME: (Stage.ASKED, Stage.ACCEPTED),
    Answer.JUMP: tuple(stage for stage in Stage if stage not in (Stage.SOLVED, Stage.WITHDRAWN)),
    Answer.APPLY: (Stage.OFFERED, Stage.ACCEPTED, Stage.ASKED),
    Answer.OUTCOME: (Stage.ACCEPTED, Stage.ASKED),
}


@dataclass(frozen=True, slots=True)
class Given:
    """What comes with an answer: a reason's code, guarded text, a rung to jump to, the fields of a form.

    `applied_by` is who applies to the expert team; an application without it is refused (D39).
    """

    reason: str | None = None
    note: str | None = None
    rung: int | None = None
    applied_by: str | None = None
    fields: Mapping[str, str] | None = None
    no_names: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer did; `changed` is False when somebody was first, and `view` says who has it now."""

    view: EscalationView
    answer: Answer
    changed: bool


def answer_escalation(
    house: House,
    escalation_id: int,
    answer: Answer,
    given: Given | None = None,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Answered:
    """Answer an escalation; an answer to another `version` than the present changes nothing and says so.

    Refuses an unknown escalation, an answer that does not fit its stage or is not the actor's to give, a
    missing or unknown reason, a rung that is not there, an application without applicant, and unguarded text.
    """
    given = given or Given()
    with house.store.write() as tx:
        scene = set_scene(tx, house, now)
        found = escalation_by_id(tx, escalation_id, lock=True)
        case = case_by_id(tx, found.case_id) if found else None
        if found is None or case is None or not concerns(scene, found, case, actor):
            raise refuse(ProblemCode.ESCALATION_UNKNOWN)
        if version not in (None, found.version) or not found.is_running:
            return Answered(view_escalation(scene, found, case, actor), answer, changed=False)
        _demand(scene, actor, found, case, answer)
        if found.stage not in _STAGES[answer]:
            return Answered(view_escalation(scene, found, case, actor), answer, changed=False)
        bag = Mailbag(scene)
        changed = _do(bag, found, case, answer, _checked(scene, answer, given), actor)
        bag.post()
        details = {"answer": answer, "case": case.code, "norm": found.norm, "reason": given.reason}
        leave_audit(
            tx, actor=actor.name, verb="answer_escalation", subject=str(found.id), now=now, details=details
        )
        present = changed or escalation_by_id(tx, found.id) or found
        return Answered(view_escalation(scene, present, case, actor), answer, changed=changed is not None)


def answers_open_to(view: EscalationView) -> tuple[Answer, ...]:
    """Return what the reader of an escalation can answer to it now, the most useful first."""
    stage = view.escalation.stage
    fit = [answer for answer in _IN_ORDER if stage in _STAGES[answer]]
    held = view.escalation.held
    return tuple(
        answer
        for answer in fit
        if (
            view.is_holder
            if answer in _BY_HOLDER
            else view.may_escalate or (view.is_holder and answer is Answer.JUMP)
        )
        and not (answer is Answer.HOLD and held)
    )


_IN_ORDER = (
    Answer.ACCEPT,
    Answer.GO,
    Answer.HOLD,
    Answer.OUTCOME,
    Answer.MORE_TIME,
    Answer.HAND_BACK,
    Answer.JUMP,
)


def _demand(scene: Scene, actor: Actor, escalation: Escalation, case: Case, answer: Answer) -> None:
    """Who holds it may answer for it; who may escalate the case may let it go, hold it or let it jump."""
    mine = {actor.person_id, *actor.stands_in_for} - {None}
    if escalation.holder_id in mine and answer is not Answer.GO:
        return
    near = nearness_to_case(actor, scene.directory.holders(case, scene.today))
    if may(actor, Verb.ESCALATE, near) and answer not in _BY_HOLDER:
        return
    holder = scene.directory.name(escalation.holder_id)
    details = {"holder": holder, "verb": Verb.ESCALATE, "actor": actor.name}
    raise NotAllowed(Problem(ProblemCode.ESCALATION_NOT_YOURS, details))


def _checked(scene: Scene, answer: Answer, given: Given) -> Given:
    reasons = scene.rules.escalation.reasons
    if answer in WITH_REASON and not given.reason:
        raise refuse(ProblemCode.REASON_MISSING, known=tuple(reasons))
    if given.reason is not None and given.reason not in reasons and answer in WITH_REASON:
        raise refuse(ProblemCode.REASON_UNKNOWN, value=given.reason, known=tuple(reasons))
    if answer is Answer.APPLY and not (given.applied_by or "").strip():
        raise Refused(Problem(ProblemCode.APPLICANT_MISSING, column="aanmelder"))
    return given


def _do(
    bag: Mailbag, escalation: Escalation, case: Case, answer: Answer, given: Given, actor: Actor
) -> Escalation | None:
    if answer is Answer.GO:
        return go_on(bag, escalation, case, by=actor.name)
    if answer is Answer.HOLD:
        return _hold(bag, escalation, given, actor)
    if answer is Answer.JUMP:
        return _jump(bag, escalation, case, given, actor)
    if answer is Answer.HAND_BACK:
        return _hand_back(bag, escalation, case, given, actor)
    if answer is Answer.APPLY:
        return _apply(bag, escalation, case, given, actor)
    changed = _keep(bag, escalation, answer, given, actor)
    if changed is not None and answer is Answer.OUTCOME and given.reason:
        settle_by_desk(bag.scene, escalation, given.reason, by=actor.name)
        bring_back(bag, changed, case, actor)
    return changed


def outcome_of_table(
    bag: Mailbag, escalation: Escalation, case: Case, outcome: str, actor: Actor, series: str
) -> None:
    """Bring the outcome of a table's meeting back: into the history, and to who waits for it.

    Where the table has the escalation that answers what was asked of it; who has it by then keeps it.
    """
    given = Given(reason=outcome)
    changed = None
    if is_at_table(bag.scene, escalation, case, series) and escalation.stage in _AT_TABLE:
        changed = _keep(bag, escalation, Answer.OUTCOME, given, actor)
    else:
        step = _step(bag, escalation, StepKind.OUTCOME, given, actor)
        add_steps(bag.scene.tx, escalation.id, [step])
    bring_back(bag, changed or escalation, case, actor)


_AT_TABLE = (Stage.OFFERED, Stage.ACCEPTED, Stage.ASKED)


def _step(bag: Mailbag, escalation: Escalation, kind: StepKind, given: Given, actor: Actor) -> EscalationStep:
    scene = bag.scene
    note = guarded_text(given.note, scene.rules, scene.today, no_names=given.no_names)
    return EscalationStep(scene.now, kind, escalation.rung, actor.name, actor.name, given.reason, note)


def _hold(bag: Mailbag, escalation: Escalation, given: Given, actor: Actor) -> Escalation | None:
    """Hold it two working days; once only, then it leaves."""
    if escalation.held:
        raise refuse(ProblemCode.ESCALATION_HELD)
    scene = bag.scene
    until = max(scene.rules.pace.after(scene.now, HELD_FOR), escalation.next_at or scene.now)
    changed = change_escalation(scene.tx, escalation, held=True, next_at=until, since_at=scene.now)
    if changed is not None:
        close_told(scene, escalation.id, NoticeState.WITHDRAWN)
        add_steps(scene.tx, escalation.id, [_step(bag, escalation, StepKind.HELD, given, actor)])
    return changed


def _keep(
    bag: Mailbag, escalation: Escalation, answer: Answer, given: Given, actor: Actor
) -> Escalation | None:
    """Take it, keep it longer, or tell its outcome: who holds it is asked again after the time to solve."""
    scene, rung = bag.scene, escalation.present_rung
    if rung is None:
        raise refuse(ProblemCode.ESCALATION_MOVED_ON)
    pace = scene.rules.pace
    within = rung.recheck or rung.solve_within
    forced = next_forced(escalation.ladder, escalation.rung, escalation.watched_on, escalation.began_at, pace)
    next_at = sooner(pace.after(scene.now, within), forced, scene.now)
    changed = change_escalation(
        scene.tx,
        escalation,
        stage=Stage.ACCEPTED,
        since_at=scene.now,
        next_at=next_at,
    )
    if changed is not None:
        close_told(scene, escalation.id, NoticeState.RESOLVED)
        step = _step(bag, escalation, _KEPT[answer], given, actor)
        add_steps(scene.tx, escalation.id, [step])
    return changed


_KEPT = {
    Answer.ACCEPT: StepKind.ACCEPTED,
    Answer.MORE_TIME: StepKind.MORE_TIME,
    Answer.OUTCOME: StepKind.OUTCOME,
}


def _hand_back(
    bag: Mailbag, escalation: Escalation, case: Case, given: Given, actor: Actor
) -> Escalation | None:
    """Give it back to who had it before, who sees why; without an answer from there it climbs on."""
    scene, rung = bag.scene, escalation.present_rung
    previous = scene.directory.present(escalation.previous_id, scene.today)
    if previous is None or previous.id == escalation.holder_id:
        previous = stand_in(scene, case, but=escalation.holder_id)
    pace, within = scene.rules.pace, rung.accept_within if rung else HELD_FOR
    forced = next_forced(escalation.ladder, escalation.rung, escalation.watched_on, escalation.began_at, pace)
    changed = change_escalation(
        scene.tx,
        escalation,
        stage=Stage.BOUNCED,
        holder_id=previous.id if previous else None,
        previous_id=escalation.holder_id,
        since_at=scene.now,
        next_at=sooner(pace.after(scene.now, within), forced, scene.now),
    )
    if changed is None:
        return None
    close_told(scene, escalation.id, NoticeState.RESOLVED)
    add_steps(scene.tx, escalation.id, [_step(bag, escalation, StepKind.HANDED_BACK, given, actor)])
    take_off(scene, escalation)
    if previous is not None:
        bag.tell(previous, changed, StepKind.HANDED_BACK, case)
    return changed


def _jump(bag: Mailbag, escalation: Escalation, case: Case, given: Given, actor: Actor) -> Escalation | None:
    """Send it to a rung of choice, over others, with a reason."""
    places = [
        place
        for place, rung in enumerate(escalation.ladder)
        if rung.mode is RungMode.ACT and place != escalation.rung
    ]
    if given.rung not in places:
        known = tuple(escalation.ladder[place].code for place in places)
        raise refuse(ProblemCode.ESCALATION_RUNG, known=known)
    step = _step(bag, escalation, StepKind.JUMPED, given, actor)
    return offer(bag, escalation, case, int(given.rung), by=actor.name, before=[step])


def _apply(bag: Mailbag, escalation: Escalation, case: Case, given: Given, actor: Actor) -> Escalation | None:
    """Fill in the application form of an expert team; its holder is told and can still answer."""
    scene = bag.scene
    place = escalation.rung if escalation.rung >= 0 else top_of(escalation.ladder)
    if not escalation.ladder[place].form:
        raise refuse(ProblemCode.ESCALATION_RUNG, known=())
    allowed = {choice.code for choice in scene.rules.escalation.form}
    fields: dict[str, str] = {"aanmelder": (given.applied_by or "").strip()[:80]}
    for code, text in (given.fields or {}).items():
        kept = guarded_text(text, scene.rules, scene.today, column=code, no_names=given.no_names)
        if code in allowed and kept:
            fields[code] = kept
    step = EscalationStep(
        scene.now, StepKind.APPLIED, place, actor.name, actor.name, given.reason, details=fields
    )
    desk = resolve(scene, case, escalation.ladder[place]).desk if place == escalation.rung else None
    steps = [step, *submit(scene, escalation, case, desk, by=actor.name)]
    add_steps(scene.tx, escalation.id, steps)
    holder = scene.directory.person(escalation.holder_id)
    if holder is not None and holder.id != actor.person_id:
        bag.tell(holder, escalation, StepKind.APPLIED, case)
    return escalation


def escalate_to(
    house: House, code: str, norm: str, kind: str, reason: str, *, actor: Actor, now: datetime
) -> Answered:
    """Ask a kind of desk at once to help with a term, such as the zorgmakelaar for a known wait (D27).

    Begins the escalation where there is none; where that desk has it already nothing changes. Refuses a term
    that is unknown or met, and a ladder without such a rung.
    """
    with house.store.write() as tx:
        scene = set_scene(tx, house, now)
        case = CaseDesk(scene, actor).demand(code, Verb.ESCALATE)
        found = running_or_begun(scene, case, norm)
        places = {rung.who: place for place, rung in enumerate(found.ladder) if rung.mode is RungMode.ACT}
        place = places.get(f"{DESK_KIND}{kind}")
        if place is None:
            raise refuse(
                ProblemCode.ESCALATION_RUNG, known=tuple(found.ladder[n].code for n in places.values())
            )
        if found.rung == place:
            return Answered(view_escalation(scene, found, case, actor), Answer.JUMP, changed=False)
        bag = Mailbag(scene)
        given = _checked(scene, Answer.JUMP, Given(reason=reason, rung=place))
        changed = _jump(bag, found, case, given, actor)
        bag.post()
        details = {"answer": Answer.JUMP, "case": code, "norm": norm, "reason": reason}
        leave_audit(
            tx, actor=actor.name, verb="answer_escalation", subject=str(found.id), now=now, details=details
        )
        present = changed or found
        return Answered(
            view_escalation(scene, present, case, actor), Answer.JUMP, changed=changed is not None
        )


def escalate_now(house: House, code: str, norm: str, *, actor: Actor, now: datetime) -> Answered:
    """Begin the escalation of a term at once, or let the one that is announced leave: "ja, nu opschalen"."""
    with house.store.write() as tx:
        scene = set_scene(tx, house, now)
        case = CaseDesk(scene, actor).demand(code, Verb.ESCALATE)
        found = running_or_begun(scene, case, norm)
        bag = Mailbag(scene)
        changed = None
        if found.stage is Stage.ANNOUNCED:
            changed = go_on(bag, found, case, by=actor.name)
            bag.post()
        details = {"answer": Answer.GO, "case": case.code, "norm": norm}
        leave_audit(
            tx,
            actor=actor.name,
            verb="answer_escalation",
            subject=str(found.id),
            now=now,
            details=details,
        )
        present = changed or found
        return Answered(view_escalation(scene, present, case, actor), Answer.GO, changed=changed is not None)
