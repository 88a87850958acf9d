"""/route: how a municipality's region escalates: who, with which answer term, at which weekly table."""

from difflib import get_close_matches

from bot.callbacks import Pressed
from bot.desk import Visit, in_thread
from bot.handlers.pressing import open_row
from core.errors import ProblemCode, refuse
from core.ports import Button
from services.case_views import CaseView
from services.cases import read_case
from services.escalation_views import RouteCard, route_card
from templates import chat_text


async def by_command(visit: Visit) -> None:
    """Show the route card of the municipality that is named after the command."""
    if not visit.args:
        example = next((place.name for place in visit.house.rules.municipalities.values()), "Hoorn")
        await visit.say(chat_text("usage", command="route", example=example))
        return
    code = _municipality(visit, " ".join(visit.args))
    await _show(visit, code, visit.actor.organisation or "", [])


def _municipality(visit: Visit, text: str) -> str:
    places = visit.house.rules.municipalities
    names = {place.name.casefold(): code for code, place in places.items()}
    names |= {code.casefold(): code for code in places}
    if text.casefold() in names:
        return names[text.casefold()]
    closest = get_close_matches(text.casefold(), names, 1)
    name = places[names[closest[0]]].name if closest else None
    raise refuse(ProblemCode.MUNICIPALITY_UNKNOWN, value=text, closest=name)


async def of_case(visit: Visit, pressed: Pressed) -> None:
    """Show the route card that holds for a case."""
    code = pressed.arg(0)
    view: CaseView = await in_thread(read_case, visit.house, code, actor=visit.actor, now=visit.now)
    await _show(visit, view.case.municipality, view.case.organisation, [open_row(code)])


async def _show(visit: Visit, municipality: str, organisation: str, rows: list[list[Button]]) -> None:
    card: RouteCard = await in_thread(
        route_card, visit.house, municipality, organisation=organisation, now=visit.now
    )
    steps = list(zip(card.route.steps if card.route else (), card.desks, card.tables, strict=True))
    await visit.say(chat_text("escalations.route", card=card, steps=steps, today=visit.today), rows)
