"""The dates of a series for who has its link: no account, no cookie, nothing but dates and title."""

import re

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from core.errors import Refused
from services.governance.sharing import SHARE_PATH, SharedSeries, shared_series
from web.door import Door
from web.pages import MISSING, OK, page, unknown_or_away
from web.threads import aside
from web.throttle import WrongTries

TOO_MANY = 429
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)
_LATER = "Probeer het later nog eens.\n"


def shared_routes(door: Door) -> APIRouter:
    """Return the route of the dates of a series. Wrong tries are slowed down, right ones never."""
    router, wrong = APIRouter(), WrongTries()

    def find(token: str) -> SharedSeries | None:
        now = door.clock.now()
        return shared_series(door.house, token, now=now) if _TOKEN.fullmatch(token) else None

    @router.api_route(SHARE_PATH + "/{token}", methods=["GET", "HEAD"])
    async def dates(request: Request, token: str) -> Response:
        now = door.clock.now()
        try:
            found = await aside(find, token)
        except Refused as refused:
            return unknown_or_away(refused).response()
        if found is not None:
            return page(OK, "shared", series=found, today=door.house.today(now)).response()
        wait = wrong.wait_after_wrong(request.client.host if request.client else "", now)
        if wait:
            return PlainTextResponse(_LATER, status_code=TOO_MANY, headers={"Retry-After": str(wait)})
        return page(MISSING, "no_shared").response()  # the same for a withdrawn link as for none

    return router
