"""The register of what keeps help from starting: seen, added to, and ended."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.errors import NotAllowed, Refused
from core.rights import Nearness, Verb, demand, may
from services.blockers import lift_blocker, present_blockers, register_blocker
from services.free_text import likely_names
from services.tickets import give_ticket, take_ticket
from web.door import Door
from web.forms import NO_NAME, Fields, Reading
from web.pages import BAD, OK, Page, first_sentence, moved, page
from web.visitor import BLOCKERS_PATH as PATH
from web.visitor import Visitor

_NAMES = ("soort", "plaats", "hulp", "regio", "van", "tot")
_MOST_DIGITS = 18


def blocker_routes(door: Door) -> APIRouter:
    """Return the routes of the register."""
    router = APIRouter()

    @router.get(PATH)
    async def get(request: Request) -> Response:
        return await door.show(request, lambda visitor: _page(door, visitor, Fields({}), {}))

    @router.post(PATH)
    async def post(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _add(door, visitor, fields))

    @router.post(PATH + "/einde")
    async def end(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _end(door, visitor, fields))

    return router


def _page(door: Door, visitor: Visitor, fields: Fields, wrong: dict[str, str]) -> Page:
    house, rules = door.house, door.house.rules
    today = house.today(visitor.now)
    place = fields.one("plaats")
    values = {
        "items": present_blockers(house, actor=visitor.actor, now=visitor.now),
        "labels": {one.code: one.label for one in rules.escalation.blocker_kinds.values()},
        "help_kinds": {one.code: one.label for one in rules.escalation.help_kinds.values()},
        "regions": rules.regions,
        "may_add": may(visitor.actor, Verb.REGISTER_BLOCKER, Nearness.OWN),
        "given": {name: fields.one(name) for name in (*_NAMES, "nummer", "einde")},
        "names": likely_names(place, rules, today) if "plaats" in wrong else [],
        "no_names": fields.all(NO_NAME),
        "ticket": give_ticket(house, visitor.person, visitor.now),
        "today": today,
    }
    return page(BAD if wrong else OK, "blockers", visitor=visitor, wrong=wrong, **values)


def _add(door: Door, visitor: Visitor, fields: Fields) -> Page:
    house, rules, form = door.house, door.house.rules, Reading(fields, first_sentence)
    demand(visitor.actor, Verb.REGISTER_BLOCKER, Nearness.OWN)
    kind, place = form.choice("soort", rules.escalation.blocker_kinds), form.text("plaats")
    help_kind = form.choice("hulp", ["", *rules.escalation.help_kinds]) or None
    region = form.choice("regio", ["", *rules.regions]) or None
    from_on, through_on = form.day("van"), form.day("tot", needed=False)
    if form.wrong or from_on is None:
        return _page(door, visitor, fields, form.wrong)
    if not take_ticket(house, fields.one("bewijs"), visitor.person, visitor.now):
        return moved(PATH)
    try:
        register_blocker(
            house,
            kind,
            place,
            from_on,
            through_on,
            help_kind=help_kind,
            region=region,
            no_names=fields.all(NO_NAME),
            actor=visitor.actor,
            now=visitor.now,
        )
    except NotAllowed:
        raise
    except Refused as refused:
        form.refuse(refused.problems[0].column or "plaats", refused)
        return _page(door, visitor, fields, form.wrong)
    return moved(PATH)


def _end(door: Door, visitor: Visitor, fields: Fields) -> Page:
    form = Reading(fields, first_sentence)
    number, on = fields.one("nummer"), form.day("einde")
    if on is None:
        return _page(door, visitor, fields, form.wrong)
    known = number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS
    try:
        lift_blocker(door.house, int(number) if known else 0, on, actor=visitor.actor, now=visitor.now)
    except NotAllowed:
        raise
    except Refused as refused:
        form.refuse("einde", refused)
        return _page(door, visitor, fields, form.wrong)
    return moved(PATH)
