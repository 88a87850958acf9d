"""The page of linked group chats: which there are, a one-time link for another, and ending one."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.groups import GroupScope
from core.rights import Nearness, Verb, demand
from services.governance.group_codes import GroupCode, Target, group_targets, make_group_code
from services.governance.groups import end_group, linked_groups
from services.signin import GROUPS_PATH as PATH
from services.tickets import give_ticket, take_ticket
from services.upkeep import bot_name
from web.door import Door
from web.forms import Fields, Reading
from web.pages import BAD, OK, Page, first_sentence, moved, page
from web.visitor import Visitor

_MOST_DIGITS = 18


def group_routes(door: Door) -> APIRouter:
    """Return the routes of the page."""
    router = APIRouter()

    @router.get(PATH)
    async def get(request: Request) -> Response:
        return await door.show(request, lambda visitor: _page(door, visitor))

    @router.post(PATH)
    async def post(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _make(door, visitor, fields))

    @router.post(PATH + "/einde")
    async def end(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _end(door, visitor, fields))

    return router


def _page(
    door: Door, visitor: Visitor, *, wrong: dict[str, str] | None = None, made: GroupCode | None = None
) -> Page:
    house, actor, now = door.house, visitor.actor, visitor.now
    demand(actor, Verb.LEAD_AGREEMENT, Nearness.ORGANISATION)
    return page(
        BAD if wrong else OK,
        "groups",
        visitor=visitor,
        wrong=wrong or {},
        items=linked_groups(house, actor=actor, now=now),
        targets=[(_key(one), one) for one in group_targets(house, actor=actor, now=now)],
        made=made,
        bot=bot_name(house),
        ticket=give_ticket(house, visitor.person, now),
    )


def _key(target: Target) -> str:
    return f"{target.scope}:{target.code}"


def _make(door: Door, visitor: Visitor, fields: Fields) -> Page:
    """Show a fresh link once; a form that is sent again makes no other."""
    house, form = door.house, Reading(fields, first_sentence)
    known = [_key(one) for one in group_targets(house, actor=visitor.actor, now=visitor.now)]
    scope, _, code = form.choice("waarbij", known).partition(":")
    if form.wrong:
        return _page(door, visitor, wrong=form.wrong)
    if not take_ticket(house, fields.one("bewijs"), visitor.person, visitor.now):
        return moved(PATH)
    made = make_group_code(house, GroupScope(scope), code, actor=visitor.actor, now=visitor.now)
    return _page(door, visitor, made=made)


def _end(door: Door, visitor: Visitor, fields: Fields) -> Page:
    number = fields.one("nummer")
    known = number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS
    end_group(door.house, int(number) if known else 0, actor=visitor.actor, now=visitor.now)
    return moved(PATH)
