"""Absence with a substitute: seen, set and ended."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.errors import NotAllowed, Problem, ProblemCode, Refused
from core.people import Person
from core.rights import Verb
from services.absences import (
    absent_people,
    end_absence,
    list_absences,
    possible_substitutes,
    set_absence,
)
from web.door import Door
from web.forms import Fields, Reading
from web.pages import BAD, OK, Page, first_sentence, moved, page
from web.visitor import Visitor

PATH = "/waarneming"
_FIELD = {ProblemCode.ABSENCE_BACKWARDS: "tot"}


def absence_routes(door: Door) -> APIRouter:
    """Return the routes of `/waarneming`."""
    router = APIRouter()

    @router.get(PATH)
    async def get(request: Request) -> Response:
        who = request.query_params.get("voor", "")
        return await door.show(request, lambda visitor: _overview(door, visitor, who))

    @router.post(PATH)
    async def post(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _set(door, visitor, fields))

    @router.post(PATH + "/einde")
    async def end(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _end(door, visitor, fields))

    return router


def _overview(door: Door, visitor: Visitor, who: str) -> Page:
    people = _settable(door, visitor)
    names = [person.name for person in people]
    chosen = who if who in names else next(iter(names), "")
    return _page(door, visitor, people, chosen, Fields({}), {})


def _settable(door: Door, visitor: Visitor) -> list[Person]:
    """Return whose absence the visitor may set. Refuses who may set none, not even an own one."""
    people = absent_people(door.house, actor=visitor.actor, now=visitor.now)
    if not people:
        details = {"verb": Verb.SET_ABSENCE, "actor": visitor.actor.name}
        raise NotAllowed(Problem(ProblemCode.NOT_ALLOWED, details))
    return people


def _page(
    door: Door, visitor: Visitor, people: list[Person], chosen: str, fields: Fields, wrong: dict[str, str]
) -> Page:
    house, actor, now = door.house, visitor.actor, visitor.now
    names = [person.name for person in people]
    able = possible_substitutes(house, chosen, actor=actor, now=now)
    values = {
        "items": list_absences(house, actor=actor, now=now),
        "names": names,
        "chosen": chosen,
        "substitutes": [(person.name, person.name) for person in able],
        "given": {name: fields.one(name) for name in ("van", "tot", "waarnemer")},
        "today": house.today(now),
    }
    return page(BAD if wrong else OK, "absence", visitor=visitor, wrong=wrong, **values)


def _set(door: Door, visitor: Visitor, fields: Fields) -> Page:
    house, actor, now = door.house, visitor.actor, visitor.now
    people = _settable(door, visitor)
    form = Reading(fields, first_sentence)
    who = fields.one("voor")
    if who not in [person.name for person in people]:
        return _overview(door, visitor, "")
    able = possible_substitutes(house, who, actor=actor, now=now)
    from_on, through_on = form.day("van"), form.day("tot")
    substitute = form.choice("waarnemer", [person.name for person in able])
    if from_on and through_on and not form.wrong:
        try:
            set_absence(house, who, substitute, from_on, through_on, actor=actor, now=now)
        except NotAllowed:
            raise
        except Refused as refused:
            form.refuse(_FIELD.get(refused.problems[0].code, "waarnemer"), refused)
    return _page(door, visitor, people, who, fields, form.wrong) if form.wrong else moved(PATH)


def _end(door: Door, visitor: Visitor, fields: Fields) -> Page:
    end_absence(door.house, fields.one("voor"), actor=visitor.actor, now=visitor.now)
    return moved(PATH)
