"""The web application: pages for people, and how it is doing for operators."""

import logging
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from core.ports import Clock
from services.house import House
from web.absence import absence_routes
from web.actions import action_routes
from web.agenda import agenda_routes
from web.blockers import blocker_routes
from web.calendars import calendar_routes
from web.case_form_pages import case_form_routes
from web.casefile import file_routes
from web.climbing import climbing_routes
from web.crossing import OwnFormsOnly
from web.door import Door
from web.feeds import calendar_desk, feed_routes
from web.groups import group_routes
from web.headers import SafeHeaders, safe_headers
from web.opening import opening_routes
from web.overview import overview_routes
from web.pages import AWAY, BAD, BROKEN, MISSING, OK, nothing_here, page
from web.public_calendars import public_calendar_routes
from web.reassigning import reassigning_routes
from web.settings import settings_routes
from web.shared import shared_routes
from web.signin import EVERY_WAY, Ways, sign_in_routes
from web.threads import aside

_LOG = logging.getLogger(__name__)
_STYLE = Path(__file__).parent / "static" / "style.css"


def build_web(
    house: House,
    clock: Clock,
    *,
    ready: Callable[[], bool],
    ways: Ways = EVERY_WAY,
    metrics_token: str | None = None,
) -> FastAPI:
    """Return the web application. `ready` tells whether this process can do its work; it may block.

    `ways` are those by which a link to sign in can reach somebody. Without a `metrics_token` there are no
    metrics.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(OwnFormsOnly)
    app.add_middleware(SafeHeaders)
    for router in _routers(Door(house, clock), ways):
        app.include_router(router)
    app.add_exception_handler(HTTPException, _http_page)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _broken_page)
    _add_style(app)
    _add_health(app, ready)
    if metrics_token:
        from web.metrics import metrics_routes  # noqa: PLC0415 - the library is only for who asks

        app.include_router(metrics_routes(house, clock, metrics_token))
    return app


def _routers(door: Door, ways: Ways) -> list[APIRouter]:
    """Return every page; what is asked for most comes first, since they are tried in order."""
    return [
        feed_routes(door, calendar_desk(door.house)),
        sign_in_routes(door, ways),
        action_routes(door),
        overview_routes(door),
        case_form_routes(door),
        agenda_routes(door),
        climbing_routes(door),
        blocker_routes(door),
        group_routes(door),
        reassigning_routes(door),
        opening_routes(door),
        absence_routes(door),
        calendar_routes(door),
        public_calendar_routes(door),
        settings_routes(door),
        file_routes(door),
        shared_routes(door),
    ]


def _add_style(app: FastAPI) -> None:
    style = _STYLE.read_text(encoding="utf-8")

    @app.api_route("/style.css", methods=["GET", "HEAD"])
    async def stylesheet() -> Response:
        return Response(style, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


def _add_health(app: FastAPI, ready: Callable[[], bool]) -> None:
    @app.api_route("/healthz", methods=["GET", "HEAD"])
    async def healthz() -> Response:
        return PlainTextResponse("ok")

    @app.api_route("/readyz", methods=["GET", "HEAD"])
    async def readyz() -> Response:
        able = await aside(ready)
        return JSONResponse({"ready": able}, status_code=OK if able else AWAY)


async def _http_page(_request: Request, error: Exception) -> Response:
    """Answer what is not there, or not by this method."""
    status = error.status_code if isinstance(error, HTTPException) else MISSING
    headers = error.headers if isinstance(error, HTTPException) else None
    return HTMLResponse(nothing_here().html, status_code=status, headers=headers)


async def _gone(_request: Request, _error: Exception) -> Response:
    """End a request whose sender went away in the middle; nobody reads the answer."""
    return Response(status_code=BAD)


async def _broken_page(request: Request, error: Exception) -> Response:
    """Answer a defect of ours; the log gets its kind, never the address with the token."""
    _LOG.error("a page failed: %s", type(error).__name__)
    html = page(BROKEN, "broken").html
    return HTMLResponse(html, status_code=BROKEN, headers=safe_headers(request.url.path))
