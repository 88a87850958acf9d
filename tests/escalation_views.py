"""Views of what escalations, alerts and bulk handovers say: usual ones, and the fullest and most hostile."""

from dataclasses import replace
from datetime import UTC, date, datetime

from core.escalations import Escalation, EscalationStep
from core.ladder import Stage, StepKind
from core.norms import BUILT_IN_NORMS
from services.actions import ActionVerb, Offered
from services.alerts import AlertKind
from services.escalating import Answer
from services.escalation_views import EscalationView, RungView
from services.message_views import AlertView, EscalationLine, EscalationsView, ReassignedView
from tests.views import CODE, HOSTILE, LONGEST_CODE, LONGEST_NAME, TODAY, some_terms

_MOMENT = datetime(2026, 9, 9, 10, 0, tzinfo=UTC)
_COURSE = BUILT_IN_NORMS[1]
_STAGES = {
    StepKind.OFFERED: Stage.OFFERED,
    StepKind.ASKED: Stage.ASKED,
    StepKind.HANDED_BACK: Stage.BOUNCED,
    StepKind.INFORMED: Stage.OFFERED,
    StepKind.APPLIED: Stage.ACCEPTED,
}


def an_escalation(what: StepKind = StepKind.OFFERED, *, over: bool = False) -> EscalationLine:
    """Return an escalation of norm 2 of which this has just happened."""
    step = EscalationStep(_MOMENT, what, 0, "tm-1", "jb-1", "wachtlijst")
    escalation = Escalation(
        id=7,
        case_id=1,
        norm="2",
        watched_on=date(2026, 10, 13),
        ladder=_COURSE.ladder,
        stage=Stage.SOLVED if over else _STAGES[what],
        rung=0,
        holder_id=2,
        previous_id=1,
        held=False,
        forecast=False,
        began_at=_MOMENT,
        since_at=_MOMENT,
        next_at=_MOMENT,
        version=3,
    )
    view = EscalationView(
        escalation=escalation,
        code=CODE,
        norm=_COURSE,
        term=some_terms()[1].term,
        today=TODAY,
        holder="tm-1",
        previous="jb-1",
        protector="jb-2",
        manager="tm-1",
        rung=RungView(0, _COURSE.ladder[0].code, "tm-1", acts=True),
        rungs=(),
        blockers=("wachtlijst bij de aanbieder",),
        steps=(step,),
        is_holder=True,
        may_escalate=False,
        labels={"wachtlijst": "wachtlijst"},
    )
    answers = () if over or what is StepKind.INFORMED else (Answer.ACCEPT, Answer.HAND_BACK)
    offers = tuple(Offered(ActionVerb.ESCALATE, f"antwoord-{one}", CODE, "2", answer=one) for one in answers)
    return EscalationLine(view, what, over, offers)


def escalations(*lines: EscalationLine) -> EscalationsView:
    """Return a message about these escalations."""
    return EscalationsView("tm-1", TODAY, lines)


def fullest_escalations() -> EscalationsView:
    """Return ten escalations that say all there is, in words that look like markup."""
    line = an_escalation(StepKind.OFFERED)
    fallback = EscalationStep(_MOMENT, StepKind.FALLBACK, 0, None, "termijnwacht")
    view = replace(
        line.view,
        code=LONGEST_CODE,
        holder=HOSTILE,
        protector=HOSTILE,
        blockers=(HOSTILE, HOSTILE),
        steps=(*line.view.steps, fallback),
        table_on=date(2026, 9, 10),
        closes_at=_MOMENT,
    )
    return EscalationsView(LONGEST_NAME, TODAY, (replace(line, view=view),) * 10)


def an_alert(what: AlertKind = AlertKind.EXPLAINED_AGAIN) -> AlertView:
    """Return a word to a manager about a case."""
    return AlertView("tm-1", what, CODE, "2", "jb-2", 3)


def reassigned(*codes: str, by: str = "tm-1") -> ReassignedView:
    """Return a bulk handover of these cases."""
    return ReassignedView("jb-2", by, codes, Offered(ActionVerb.TODAY, "alles", ""))
