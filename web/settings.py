"""The own settings: when the daily message comes, the own working days, and a linked chat."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.cadence import OwnDays
from core.errors import ProblemCode, Refused, refuse
from services.own_settings import own_time, send_time, send_times
from services.people import set_own_days, set_send_at, unlink_chat
from templates import phrase, wall_time
from web.door import Door
from web.forms import Fields
from web.pages import BAD, OK, Page, first_sentence, moved, page
from web.visitor import Visitor

PATH = "/instellingen"
_WEEKDAYS = range(1, 6)


def settings_routes(door: Door) -> APIRouter:
    """Return the routes of `/instellingen`."""
    router = APIRouter()

    @router.get(PATH)
    async def get(request: Request) -> Response:
        kept = "bewaard" in request.query_params
        return await door.show(request, lambda visitor: _page(door, visitor, kept=kept))

    @router.post(PATH + "/tijd")
    async def post_time(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _set_time(door, visitor, fields))

    @router.post(PATH + "/dagen")
    async def post_days(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _set_days(door, visitor, fields))

    @router.post(PATH + "/chat")
    async def post_chat(request: Request) -> Response:
        return await door.take(request, lambda visitor, _fields: _unlink(door, visitor))

    return router


def _page(door: Door, visitor: Visitor, *, kept: bool = False, wrong: dict[str, str] | None = None) -> Page:
    rules, person = door.house.rules, visitor.person
    at = send_time(rules, person)
    usual = rules.notices.send_at
    times = [
        (f"{one:%H:%M}", phrase("web.usual_time" if one == usual else "web.own_time", at=wall_time(one)))
        for one in sorted({at, *send_times(rules)})
    ]
    days = [(day, day in person.days.weekdays) for day in _WEEKDAYS]
    status = BAD if wrong else OK
    values = {"days": days, "times": times, "at": f"{at:%H:%M}", "kept": kept}
    return page(status, "settings", visitor=visitor, wrong=wrong or {}, **values)


def _set_time(door: Door, visitor: Visitor, fields: Fields) -> Page:
    rules = door.house.rules
    found = [at for at in send_times(rules) if f"{at:%H:%M}" == fields.one("tijd")]
    if not found:
        return _refused(door, visitor, "tijd")
    own = own_time(rules, found[0])
    set_send_at(door.house, own, actor=visitor.actor, now=visitor.now)
    return moved(f"{PATH}?bewaard")


def _set_days(door: Door, visitor: Visitor, fields: Fields) -> Page:
    days = frozenset(day for day in _WEEKDAYS if str(day) in fields.all("dagen"))
    if not days:
        return _refused(door, visitor, "dagen")
    set_own_days(door.house, OwnDays(days), actor=visitor.actor, now=visitor.now)
    return moved(f"{PATH}?bewaard")


def _unlink(door: Door, visitor: Visitor) -> Page:
    unlink_chat(door.house, actor=visitor.actor, now=visitor.now)
    return moved(f"{PATH}?bewaard")


def _refused(door: Door, visitor: Visitor, field: str) -> Page:
    refused: Refused = refuse(ProblemCode.VALUE_MISSING, column=field)
    return _page(door, visitor, wrong={field: first_sentence(refused)})
