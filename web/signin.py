"""The front page, and signing in and out. A link's page asks; only its form signs in: scanners open links."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.errors import Refused
from services.calendars.choices import public_calendars
from services.signin import SIGN_IN_PATH, ask_by_mail, look_at_link, sign_in, sign_out
from web.door import Door
from web.forms import FORM_TOKEN, Fields, read_fields
from web.pages import (
    BAD,
    MISSING,
    OK,
    Page,
    first_sentence,
    moved,
    nothing_here,
    page,
    refused_page,
    stale_page,
    unknown_or_away,
)
from web.threads import aside
from web.visitor import Visitor, own_page


@dataclass(frozen=True, slots=True)
class Ways:
    """By which ways a link to sign in can reach somebody here."""

    mail: bool = True
    chat: bool = True


EVERY_WAY = Ways()


def sign_in_routes(door: Door, ways: Ways) -> APIRouter:
    """Return the routes of the front page, of asking for a link, and of signing in and out."""
    router = APIRouter()
    _add_front(router, door, ways)
    _add_links(router, door)
    return router


def _add_front(router: APIRouter, door: Door, ways: Ways) -> None:
    @router.api_route("/", methods=["GET", "HEAD"])
    async def front(request: Request) -> Response:
        return await door.open(request, lambda visitor: _front(door, ways, visitor))

    @router.api_route(SIGN_IN_PATH, methods=["GET", "HEAD"])
    async def ask(request: Request) -> Response:
        return (await aside(_ask, door, ways, request)).response()

    @router.post(SIGN_IN_PATH)
    async def asked(request: Request) -> Response:
        fields = await read_fields(request)
        if fields is None or not ways.mail:
            return nothing_here().response()
        return (await aside(_asked, door, ways, fields)).response()

    @router.post("/uitloggen")
    async def leave(request: Request) -> Response:
        fields = await read_fields(request)
        left = await aside(_leave, door, request, fields)
        response = left.response()
        if left.to:
            door.farewell(response)
        return response


def _add_links(router: APIRouter, door: Door) -> None:
    @router.api_route(SIGN_IN_PATH + "/{token}", methods=["GET", "HEAD"])
    async def look(token: str) -> Response:
        return (await aside(_look, door, token)).response()

    @router.post(SIGN_IN_PATH + "/{token}")
    async def enter(token: str, request: Request) -> Response:
        return await aside(_enter, door, token, request)


def _front(door: Door, ways: Ways, visitor: Visitor | None) -> Page:
    public = bool(public_calendars(door.house))
    return page(OK, "front", visitor=visitor, ways=ways, leads_to="", mail="", wrong={}, public=public)


def _ask(door: Door, ways: Ways, request: Request) -> Page:
    """Ask for the mail address; who is signed in already goes on."""
    leads_to = own_page(request.query_params.get("naar", ""))
    try:
        visitor = door.visitor(request)
    except Refused as refused:
        return refused_page(refused)
    if visitor:
        return moved(leads_to or visitor.home)
    return page(OK, "sign_in", ways=ways, leads_to=leads_to, mail="", wrong={})


def _asked(door: Door, ways: Ways, fields: Fields) -> Page:
    """Send a link to who has the address; the answer does not tell whether anybody has."""
    mail, leads_to = fields.one("mail"), own_page(fields.one("naar"))
    try:
        ask_by_mail(door.house, mail, leads_to=leads_to, now=door.clock.now())
    except Refused as refused:
        if refused_page(refused).status != BAD:
            return refused_page(refused)
        wrong = {"mail": first_sentence(refused)}
        return page(BAD, "sign_in", ways=ways, leads_to=leads_to, mail=mail[:254], wrong=wrong)
    return page(OK, "asked")


def _look(door: Door, token: str) -> Page:
    try:
        name = look_at_link(door.house, token, now=door.clock.now())
    except Refused as refused:
        return _no_link(refused)
    return page(OK, "link", who=name)


def _no_link(refused: Refused) -> Page:
    away = unknown_or_away(refused)
    return page(MISSING, "no_link") if away.status == MISSING else away


def _enter(door: Door, token: str, request: Request) -> Response:
    """Use the link and begin a session; one that this browser had before ends."""
    now = door.clock.now()
    try:
        entered = sign_in(door.house, token, now=now)
        before = request.cookies.get(door.cookie)
        if before:
            sign_out(door.house, before, now=now)
    except Refused as refused:
        return _no_link(refused).response()
    response = moved(own_page(entered.leads_to) or SIGN_IN_PATH).response()
    door.welcome(response, entered.secret)
    return response


def _leave(door: Door, request: Request, fields: Fields | None) -> Page:
    try:
        visitor = door.visitor(request)
        if visitor is None:
            return moved("/")
        if fields is None or not visitor.sent(fields.one(FORM_TOKEN)):
            return stale_page(visitor)
        sign_out(door.house, request.cookies[door.cookie], now=visitor.now)
    except Refused as refused:
        return refused_page(refused)
    return moved("/")
