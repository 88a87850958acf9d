"""Handing over a whole caseload: from somebody to colleagues, or from an institution to another."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.errors import NotAllowed, Refused
from core.facts import CouplingKind
from core.people import Person
from services.caseloads import caseload, institutions_to_leave, people_with_cases
from services.reassignment import Reassigned, reassign_organisation, reassign_person
from services.tickets import give_ticket, take_ticket
from web.door import Door
from web.forms import Fields, Reading
from web.pages import BAD, OK, Page, first_sentence, moved, page
from web.visitor import REASSIGN_PATH as PATH
from web.visitor import Visitor

_KINDS = (
    CouplingKind.PLANNED,
    CouplingKind.UNPLANNED,
    CouplingKind.INTAKE_TEAM,
    CouplingKind.WAITING_LIST,
)


def reassigning_routes(door: Door) -> APIRouter:
    """Return the routes of `/overdragen`."""
    router = APIRouter()

    @router.get(PATH)
    async def get(request: Request) -> Response:
        who = request.query_params.get("van", "")
        return await door.show(request, lambda visitor: _page(door, visitor, who, Fields({}), {}))

    @router.post(PATH)
    async def post(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _hand_over(door, visitor, fields))

    @router.post(PATH + "/instelling")
    async def institution(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _move(door, visitor, fields))

    return router


def _named(door: Door, visitor: Visitor, who: str) -> tuple[list[Person], Person | None]:
    people = people_with_cases(door.house, actor=visitor.actor, now=visitor.now)
    return people, next((one for one in people if one.name == who), None)


def _page(door: Door, visitor: Visitor, who: str, fields: Fields, wrong: dict[str, str]) -> Page:
    house, actor, now = door.house, visitor.actor, visitor.now
    people, chosen = _named(door, visitor, who)
    leaving = institutions_to_leave(house, actor=actor)
    values = {
        "people": people,
        "load": caseload(house, chosen, actor=actor, now=now) if chosen else None,
        "kinds": [(kind.value, kind) for kind in _KINDS],
        "leaving": [(one.code, one.name) for one in leaving],
        "organisations": [(one.code, one.name) for one in house.rules.organisations.values()],
        "given": {name: fields.one(name) for name in ("op", "soort", "uit", "in", "vanaf")},
        "takers": fields.all("naar"),
        "ticket": give_ticket(house, visitor.person, now),
        "today": house.today(now),
    }
    return page(BAD if wrong else OK, "reassign", visitor=visitor, wrong=wrong, **values)


def _hand_over(door: Door, visitor: Visitor, fields: Fields) -> Page:
    who = fields.one("van")
    _, chosen = _named(door, visitor, who)
    if chosen is None:
        return _page(door, visitor, "", fields, {})
    form = Reading(fields, first_sentence)
    load = caseload(door.house, chosen, actor=visitor.actor, now=visitor.now)
    able = {one.name for one in load.takers}
    takers = [name for name in dict.fromkeys(fields.all("naar")) if name in able]
    if not takers:
        form.choice("naar", able)
    kind, on = form.choice("soort", set(_KINDS)), form.day("op")
    if form.wrong or on is None:
        return _page(door, visitor, who, fields, form.wrong)
    return _once(
        door,
        visitor,
        fields,
        lambda: reassign_person(
            door.house, who, takers, on, CouplingKind(kind), actor=visitor.actor, now=visitor.now
        ),
    )


def _move(door: Door, visitor: Visitor, fields: Fields) -> Page:
    _named(door, visitor, "")
    form = Reading(fields, first_sentence)
    leaving = form.choice("uit", [one.code for one in institutions_to_leave(door.house, actor=visitor.actor)])
    to, on = form.choice("in", door.house.rules.organisations), form.day("vanaf")
    if form.wrong or on is None:
        return _page(door, visitor, "", fields, form.wrong)
    return _once(
        door,
        visitor,
        fields,
        lambda: reassign_organisation(door.house, leaving, to, on, actor=visitor.actor, now=visitor.now),
    )


def _once(door: Door, visitor: Visitor, fields: Fields, work: Callable[[], Reassigned]) -> Page:
    """Do it once; a refusal shows the form again."""
    if not take_ticket(door.house, fields.one("bewijs"), visitor.person, visitor.now):
        return moved(PATH)
    try:
        done = work()
    except NotAllowed:
        raise
    except Refused as refused:
        return _page(door, visitor, fields.one("van"), fields, {"": first_sentence(refused)})
    return page(OK, "reassigned", visitor=visitor, done=done)
