"""The web application: pages for people, and how it is doing for operators."""

import logging
from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.exceptions import HTTPException

from core.ports import Clock
from services.house import House
from templates import render
from web.actions import action_routes
from web.headers import SafeHeaders, safe_headers
from web.pages import AWAY, BROKEN, MISSING, OK, nothing_here, page
from web.threads import aside

_LOG = logging.getLogger(__name__)
_STYLE = Path(__file__).parent / "static" / "style.css"


def build_web(
    house: House, clock: Clock, *, ready: Callable[[], bool], metrics_token: str | None = None
) -> FastAPI:
    """Return the web application. `ready` tells whether this process can do its work; it may block.

    Without a `metrics_token` there are no metrics.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SafeHeaders)
    app.include_router(action_routes(house, clock))
    app.add_exception_handler(HTTPException, _http_page)
    app.add_exception_handler(Exception, _broken_page)
    _add_front(app)
    _add_health(app, ready)
    if metrics_token:
        from web.metrics import metrics_routes  # noqa: PLC0415 - the library is only for who asks

        app.include_router(metrics_routes(house, clock, metrics_token))
    return app


def _add_front(app: FastAPI) -> None:
    style = _STYLE.read_text(encoding="utf-8")

    @app.api_route("/", methods=["GET", "HEAD"])
    async def front() -> Response:
        return HTMLResponse(render("web/front.html"))

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


async def _broken_page(request: Request, error: Exception) -> Response:
    """Answer a defect of ours; the log gets its kind, never the address with the token."""
    _LOG.error("a page failed: %s", type(error).__name__)
    html = page(BROKEN, "broken").html
    return HTMLResponse(html, status_code=BROKEN, headers=safe_headers(request.url.path))
