"""What the reader of an escalation can answer now, and which words of choice go with an answer."""

from collections.abc import Sequence

from core.dates import Choice
from core.ladder import RungMode
from core.rules import Rules
from services.actions import ActionVerb, Offer
from services.escalating import BY_HOLDER, STAGES, WITH_REASON, Answer
from services.escalation_views import EscalationView, RungView, table_outcomes

_SHOWN_IN_ORDER = (
    Answer.ACCEPT,
    Answer.GO,
    Answer.HOLD,
    Answer.OUTCOME,
    Answer.MORE_TIME,
    Answer.HAND_BACK,
    Answer.APPLY,
    Answer.JUMP,
)


def possible_answers(view: EscalationView) -> tuple[Answer, ...]:
    """Return what the reader may answer in the present stage, the most useful first."""
    stage = view.escalation.stage
    return tuple(one for one in _SHOWN_IN_ORDER if stage in STAGES[one] and _may(view, one))


def _may(view: EscalationView, answer: Answer) -> bool:
    if answer in BY_HOLDER:
        return view.is_holder
    if answer is Answer.GO:
        return view.may_escalate
    if answer is Answer.HOLD and view.escalation.held:
        return False
    if answer is Answer.JUMP and not rungs_to_jump_to(view):
        return False
    if answer is Answer.APPLY and not view.needs_form:
        return False
    return view.is_holder or view.may_escalate


def rungs_to_jump_to(view: EscalationView) -> tuple[RungView, ...]:
    """Return the rungs that can be asked instead of the present one."""
    present, ladder = view.escalation.rung, view.escalation.ladder
    return tuple(
        rung for rung in view.rungs if rung.place != present and ladder[rung.place].mode is RungMode.ACT
    )


def choices_for(rules: Rules, answer: Answer) -> tuple[Choice, ...]:
    """Return the reasons or outcomes that go with an answer; none where nothing is picked."""
    if answer in WITH_REASON:
        return tuple(rules.escalation.reasons.values())
    return table_outcomes(rules) if answer is Answer.OUTCOME else ()


def answer_offers(view: EscalationView) -> Sequence[Offer]:
    """Return an action for each possible answer, before it has a token."""
    found = view.escalation
    return [
        Offer(
            ActionVerb.ESCALATE,
            found.case_id,
            found.norm,
            version=found.version,
            escalation=found.id,
            answer=answer,
        )
        for answer in possible_answers(view)
    ]
