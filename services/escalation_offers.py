"""What the reader of an escalation can answer now, and which words of choice go with an answer."""

from collections.abc import Sequence

from core.dates import Choice
from core.ladder import RungMode, Stage
from core.rules import Rules
from services.actions import ActionVerb, Offer
from services.escalating import WITH_REASON, Answer, answers_open_to
from services.escalation_views import EscalationView, RungView, table_outcomes

_APPLYING = (Stage.OFFERED, Stage.ACCEPTED, Stage.ASKED)


def possible_answers(view: EscalationView) -> tuple[Answer, ...]:
    """Return what the reader may answer in the present stage, the most useful first."""
    found = [one for one in answers_open_to(view) if one is not Answer.JUMP or rungs_to_jump_to(view)]
    applies = view.needs_form and view.escalation.stage in _APPLYING and (view.is_holder or view.may_escalate)
    if applies:
        found.append(Answer.APPLY)
    return tuple(found)


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
