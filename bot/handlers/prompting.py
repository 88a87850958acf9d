"""What to think of now, as buttons: ask for help, consult the municipality, ask the zorgmakelaar."""

from collections.abc import Iterable

from bot.callbacks import Act, Own, Pressed, pack
from bot.desk import Visit, in_thread
from bot.handlers.pressing import open_row
from core.facts import FactKind
from core.ports import Button
from services.case_views import CaseView
from services.escalating import escalate_now, escalate_to
from templates import chat_text, phrase

AGENT = "zorgmakelaar"
_WAIT = "wachtlijst"


def prompt_rows(view: CaseView, prompts: Iterable[str]) -> list[list[Button]]:
    """Return a row of buttons for each prompt; the words are in the text above them."""
    code, key = view.case.code, help_key(view)
    rows = {
        "climb": [Button(phrase("button.climb_now"), pack(Act.CLIMB, code, key))],
        "consult": [
            Button(phrase("button.consulted"), pack(Own.START, "hc", code)),
            Button(phrase("button.new_need"), pack(Own.START, "ha", code)),
        ],
        "agent": [Button(phrase("button.ask_agent"), pack(Act.AGENT, code, key))],
    }
    return [rows[prompt] for prompt in prompts]


def help_key(view: CaseView) -> str:
    """Return the key of the term that help meets."""
    return next((term.key for term in view.terms if FactKind.HELP_STARTED in term.norm.evidence), "3")


async def climb(visit: Visit, pressed: Pressed) -> None:
    """Let the escalation of a term leave now."""
    code, key = pressed.arg(0), pressed.arg(1)
    answered = await in_thread(escalate_now, visit.house, code, key, actor=visit.actor, now=visit.now)
    await visit.say(chat_text("escalations.answered", answered=answered), [open_row(code)])


async def ask_agent(visit: Visit, pressed: Pressed) -> None:
    """Ask the zorgmakelaar to help with a known wait."""
    code, key = pressed.arg(0), pressed.arg(1)
    reasons = visit.house.rules.escalation.reasons
    reason = _WAIT if _WAIT in reasons else next(iter(reasons))
    answered = await in_thread(
        escalate_to, visit.house, code, key, AGENT, reason, actor=visit.actor, now=visit.now
    )
    await visit.say(chat_text("escalations.answered", answered=answered), [open_row(code)])
