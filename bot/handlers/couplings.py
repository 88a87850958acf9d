"""Who holds a case: somebody left, or a handover is planned. Coupling is an action, see `recording`."""

from datetime import date

from bot import asking
from bot.asking import Draft, Flow, Step, coming_days, options_of, past_days
from bot.callbacks import Act, Pressed, pack
from bot.desk import Visit, in_thread
from bot.handlers.pressing import open_row
from core.facts import FactKind
from core.ports import Button
from services.actions import ActionVerb, Offer, offer_these
from services.case_views import CaseView
from services.cases import read_case
from services.couplings import plan_handover, uncouple
from services.people import team_protectors
from templates import chat_text, phrase

GONE, HANDOVER = "uncouple", "handover"


async def start_uncouple(visit: Visit, pressed: Pressed) -> None:
    """Ask since when nobody holds a case."""
    await asking.begin(visit, GONE_FLOW, {"code": pressed.arg(1)})


async def _next_gone(visit: Visit, draft: Draft) -> Step | None:
    if "on" in draft:
        return None
    return Step("on", chat_text("couplings.gone_on", code=draft["code"]), days=past_days(visit.today))


async def _finish_gone(visit: Visit, draft: Draft) -> None:
    code, on = draft["code"], date.fromisoformat(draft["on"])
    done = await in_thread(uncouple, visit.house, code, on, actor=visit.actor, now=visit.now)
    case, term = done.view.case, done.view.term(done.item)
    offer = Offer(ActionVerb.COUPLE, case.id, done.item, FactKind.RECOUPLED, term.version if term else 0)
    made = await in_thread(offer_these, visit.house, [offer], {case.id: code}, visit.person, visit.now)
    couple = [Button(phrase("button.couple"), pack(Act.BEGIN, made[0].token))]
    await visit.show(
        chat_text("couplings.gone", code=code, on=on, term=term, today=visit.today), [couple, open_row(code)]
    )


GONE_FLOW = Flow(GONE, _next_gone, _finish_gone)


async def start_handover(visit: Visit, pressed: Pressed) -> None:
    """Ask who takes over, and when."""
    await asking.begin(visit, HANDOVER_FLOW, {"code": pressed.arg(1)})


async def _next_handover(visit: Visit, draft: Draft) -> Step | None:
    code = draft["code"]
    if "person" not in draft:
        view: CaseView = await in_thread(read_case, visit.house, code, actor=visit.actor, now=visit.now)
        people = await in_thread(
            team_protectors, visit.house, view.case.organisation, actor=visit.actor, now=visit.now
        )
        options = options_of((one.name, one.name) for one in people if one.name != view.protector)
        return Step("person", chat_text("couplings.to_whom", code=code), options, optional=True, width=2)
    if "on" not in draft:
        return Step("on", chat_text("couplings.handover", code=code), days=coming_days(visit.today))
    return None


async def _finish_handover(visit: Visit, draft: Draft) -> None:
    code, on = draft["code"], date.fromisoformat(draft["on"])
    person = draft["person"] or None
    await in_thread(plan_handover, visit.house, code, person, on, actor=visit.actor, now=visit.now)
    text = chat_text("couplings.planned", code=code, on=on, person=person, today=visit.today)
    await visit.show(text, [open_row(code)])


HANDOVER_FLOW = Flow(HANDOVER, _next_handover, _finish_handover)
