"""The overview of one's cases, and the page of a single case, for who is signed in."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.signin import OVERVIEW_PATH
from web.case_forms import CASE_FORMS
from web.case_list_page import list_page, page_number
from web.case_page import case_page
from web.door import Door
from web.pages import Page, moved
from web.visitor import Visitor


def overview_routes(door: Door) -> APIRouter:
    """Return the routes of the overview and of cases."""
    router = APIRouter()

    @router.api_route(OVERVIEW_PATH, methods=["GET", "HEAD"])
    async def overview(request: Request) -> Response:
        number = page_number(request.query_params.get("blad"))
        return await door.show(request, lambda v: list_page(door.house, v.actor, v.now, number, v))

    @router.get("/zaken")
    async def find(request: Request) -> Response:
        code = request.query_params.get("zaak", "")
        return await door.show(request, lambda visitor: _find(door, visitor, code))

    @router.get("/zaken/{code}")
    async def case(code: str, request: Request) -> Response:
        told = _told(request.query_params)
        return await door.show(request, lambda visitor: _case(door, visitor, code, told=told))

    return router


def _find(door: Door, visitor: Visitor, typed: str) -> Page:
    """Show the case whose code was typed."""
    code = typed.strip().upper()
    return _case(door, visitor, code) if code else moved(OVERVIEW_PATH)


def _told(query: Mapping[str, str]) -> str:
    """Return the name of what was done just now; what is none of ours says nothing."""
    if "geopend" in query:
        return "geopend"
    done = query.get("gedaan", "")
    return done if done in CASE_FORMS else ""


def _case(door: Door, visitor: Visitor, code: str, *, told: str = "") -> Page:
    person, actor = visitor.person, visitor.actor
    return case_page(door.house, [code], person, actor, visitor.now, visitor, told=told)
