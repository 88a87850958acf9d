"""Escalations that wait for the visitor, one with its history, who waits for help, and route cards."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.errors import NotAllowed, Problem, ProblemCode, refuse
from core.rights import Nearness, Verb, may
from services.escalation_views import my_escalations, read_escalation, route_card
from services.explanations import Waiting, waiting_cases
from web.case_list_page import ON_A_PAGE, page_number
from web.door import Door
from web.escalation_page import shown_escalation
from web.pages import OK, Page, page
from web.visitor import CLIMBING_PATH, ROUTES_PATH, WAITING_PATH, Visitor

_MOST_DIGITS = 18


def climbing_routes(door: Door) -> APIRouter:
    """Return the routes of escalations, of who waits, and of route cards."""
    router = APIRouter()

    @router.get(CLIMBING_PATH)
    async def mine(request: Request) -> Response:
        return await door.show(request, lambda visitor: _mine(door, visitor))

    @router.get(CLIMBING_PATH + "/{number}")
    async def one(request: Request, number: str) -> Response:
        return await door.show(request, lambda visitor: _one(door, visitor, number))

    @router.get(WAITING_PATH)
    async def waiting(request: Request) -> Response:
        group, number = request.query_params.get("groep", ""), page_number(request.query_params.get("blad"))
        return await door.show(request, lambda visitor: _waiting(door, visitor, group, number))

    @router.get(ROUTES_PATH)
    async def routes(request: Request) -> Response:
        place = request.query_params.get("gemeente", "")
        return await door.show(request, lambda visitor: _routes(door, visitor, place))

    return router


def _mine(door: Door, visitor: Visitor) -> Page:
    found = my_escalations(door.house, actor=visitor.actor, now=visitor.now)
    shown = [shown_escalation(door.house, one, visitor) for one in found]
    return page(OK, "climbing", visitor=visitor, shown=shown)


def _one(door: Door, visitor: Visitor, number: str) -> Page:
    """Show one escalation. One that is unknown and one that is nothing to the visitor are alike."""
    if not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
        raise refuse(ProblemCode.ESCALATION_UNKNOWN)
    found = read_escalation(door.house, int(number), actor=visitor.actor, now=visitor.now)
    labels = {choice.code: choice.label for choice in door.house.rules.escalation.form}
    shown = shown_escalation(door.house, found, visitor)
    return page(OK, "climbing_one", visitor=visitor, shown=shown, form_labels=labels)


def _waiting(door: Door, visitor: Visitor, group: str, number: int) -> Page:
    """Show the three groups with how many; of the chosen one the cases, a page at a time."""
    if not may(visitor.actor, Verb.SEE_CASE, Nearness.TEAM):
        details = {"verb": Verb.SEE_CASE, "actor": visitor.actor.name}
        raise NotAllowed(Problem(ProblemCode.NOT_ALLOWED, details))
    groups = waiting_cases(door.house, actor=visitor.actor, now=visitor.now)
    first = next((one for one in Waiting if groups[one]), Waiting.LONG)
    chosen = Waiting(group) if group in set(Waiting) else first
    items = groups[chosen]
    pages = max(1, -(-len(items) // ON_A_PAGE))
    number = min(max(number, 1), pages)
    return page(
        OK,
        "waiting",
        visitor=visitor,
        groups=[(one, len(groups[one])) for one in Waiting],
        chosen=chosen,
        items=items[(number - 1) * ON_A_PAGE : number * ON_A_PAGE],
        number=number,
        pages=pages,
        today=door.house.today(visitor.now),
    )


def _routes(door: Door, visitor: Visitor, place: str) -> Page:
    house = door.house
    places = sorted(house.rules.municipalities.values(), key=lambda one: one.name)
    card = None
    if place:
        own = visitor.actor.organisation or ""
        card = route_card(house, place, organisation=own, now=visitor.now)
    return page(OK, "routes", visitor=visitor, places=places, chosen=place, card=card)
