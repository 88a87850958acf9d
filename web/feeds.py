"""Calendars to subscribe to: GET and HEAD, a strong ETag, 304, and one 404 for whatever gives nothing."""

import re
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from core.calendars import Calendar
from core.errors import Refused
from services.calendars.desk import CalendarDesk, Served
from services.calendars.subscriptions import FEED_PATH
from services.house import House
from templates import phrase
from web.conditional import has_already
from web.door import Door
from web.pages import AWAY, MISSING
from web.threads import aside
from web.throttle import WrongTries

TOO_MANY, UNCHANGED = 429, 304
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_CLIENTS = (
    ("google", "google"),
    ("microsoft", "outlook"),
    ("outlook", "outlook"),
    ("thunderbird", "thunderbird"),
    ("nextcloud", "nextcloud"),
    ("icsx5", "android"),
    ("evolution", "gnome"),
    ("vdirsyncer", "vdirsyncer"),
    ("dataaccessd", "apple"),
    ("ios/", "apple"),
    ("macos", "apple"),
    ("mozilla", "browser"),
)
_HEADERS = {
    "Content-Type": "text/calendar; charset=utf-8",
    "Cache-Control": "private, no-cache",
    "Accept-Ranges": "none",
}


def calendar_desk(house: House) -> CalendarDesk:
    """Return what hands out a house's calendars in Dutch; the library loads at the first one."""

    def render(calendar: Calendar) -> bytes:
        from feeds.calendar import to_ical  # noqa: PLC0415 - its library is only for who asks
        from templates.calendar_words import DUTCH  # noqa: PLC0415

        return to_ical(calendar, DUTCH, zone=house.rules.zone)

    return CalendarDesk(house, render)


def feed_routes(door: Door, desk: CalendarDesk) -> APIRouter:
    """Return the route of every calendar."""
    router, wrong = APIRouter(), WrongTries()

    async def feed(request: Request) -> Response:
        name, now = request.path_params["name"], door.clock.now()
        try:
            served = await aside(_find, desk, name, client_kind(request.headers.get("user-agent", "")), now)
        except Refused:
            return PlainTextResponse(phrase("ical.later"), status_code=AWAY, headers={"Retry-After": "60"})
        if served is not None:
            return _answer(request, served)
        address = request.client.host if request.client else ""
        wait = wrong.wait_after_wrong(address, now)
        if wait:
            return PlainTextResponse(
                phrase("ical.later"), status_code=TOO_MANY, headers={"Retry-After": str(wait)}
            )
        return PlainTextResponse(phrase("ical.nothing"), status_code=MISSING)

    router.add_route(FEED_PATH + "/{name}.ics", feed, methods=["GET", "HEAD"])
    return router


def _find(desk: CalendarDesk, name: str, client: str, now: datetime) -> Served | None:
    if _SECRET.fullmatch(name):
        found = desk.secret(name, now=now, client=client)
        if found is not None:
            return found
    return desk.public(name, now=now)


def _answer(request: Request, served: Served) -> Response:
    headers = _HEADERS | {
        "ETag": served.etag,
        "Last-Modified": _http_date(served.modified_at),
    }
    if has_already(request.headers, served.etag, served.modified_at):
        return Response(status_code=UNCHANGED, headers=headers)
    if request.method == "HEAD":
        return Response(headers=headers | {"Content-Length": str(len(served.body))})
    return Response(served.body, headers=headers)


@lru_cache(maxsize=10_000)
def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def client_kind(user_agent: str) -> str:
    """Return which kind of client a User-Agent is of: never more than that is kept."""
    said = user_agent.casefold()[:500]
    return next((kind for word, kind in _CLIENTS if word in said), "other")
