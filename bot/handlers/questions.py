"""Questions answered step by step: a question is a row, found again by the button or text that answers it."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from bot.asking import Flow, take_answer
from bot.callbacks import Pressed
from bot.desk import Visit, in_thread
from bot.handlers import (
    absence,
    adding,
    agreements,
    blockers,
    couplings,
    dates,
    escalations,
    explaining,
    help_chain,
    new_case,
    pressing,
    reassigning,
    recording,
)
from services.inbox import Question, change_draft, close_question, question_of
from templates import chat_text

Step = Callable[[Visit, Question, str], Awaitable[None]]

FLOWS: Mapping[str, Flow] = {
    flow.kind: flow
    for flow in (
        help_chain.ASK_FLOW,
        help_chain.STEP_FLOW,
        help_chain.REQUEST_FLOW,
        help_chain.CONSULT_FLOW,
        dates.ADD_FLOW,
        dates.EXTEND_FLOW,
        dates.MOVE_FLOW,
        couplings.GONE_FLOW,
        couplings.HANDOVER_FLOW,
        escalations.FORM,
        explaining.FLOW,
        reassigning.FLOW,
        blockers.ADD_FLOW,
        blockers.LIFT_FLOW,
        adding.FLOW,
    )
}
STEPS: Mapping[str, Step] = {
    new_case.KIND: new_case.take_answer,
    absence.KIND: absence.take_answer,
    agreements.KIND: agreements.take_answer,
    pressing.DAY: recording.take_day,
    **{kind: partial(take_answer, flow) for kind, flow in FLOWS.items()},
}
CANCEL = "stop"


async def answer_by_button(visit: Visit, pressed: Pressed) -> None:
    """Hand the answer of a button to the question it belongs to, when that is still open."""
    question = await in_thread(question_of, visit.house, visit.person)
    if question is None or str(question.id) != pressed.arg(0):
        await visit.show(chat_text("question_over"))
        return
    await _take(visit, question, pressed.arg(1))


async def answer_by_text(visit: Visit) -> None:
    """Hand loose text to the only open question; without one say so."""
    text = (visit.message.text or "").strip() if visit.message else ""
    question = await in_thread(question_of, visit.house, visit.person)
    if question is None:
        await visit.say(chat_text("no_question"))
        return
    await _take(visit, question, text)


async def _take(visit: Visit, question: Question, answer: str) -> None:
    if answer == CANCEL:
        if question.kind in FLOWS:
            await in_thread(change_draft, visit.house, question, {})
        await in_thread(close_question, visit.house, visit.person, visit.now)
        await visit.show(chat_text("cancelled"))
        return
    await STEPS[question.kind](visit, question, answer)
