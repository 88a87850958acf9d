"""The public calendars, without signing in: what comes in each, and how to have it in one's own calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.calendars import EventState
from services.calendars.addresses import CalendarAddresses
from services.calendars.choices import PublicCalendar, public_calendars
from services.calendars.coming import ComingDate, coming_dates
from services.calendars.subscriptions import FEED_PATH
from services.calendars.views import public_view
from templates import month_title, phrase, wall_time
from templates.calendar_words import DUTCH
from web.door import Door
from web.pages import OK, Page, nothing_here, page
from web.qr import qr_svg
from web.visitor import AGENDAS_PATH as PATH
from web.visitor import Visitor

MOST_DATES = 60
"""How many dates a page names; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Line:
    """A date in words: its day and hours if it has them, its title, and what more there is to say."""

    on: date | None
    hours: str
    title: str
    more: tuple[str, ...]
    is_off: bool


def public_calendar_routes(door: Door) -> APIRouter:
    """Return the routes of the list of public calendars and of the page of each."""
    router = APIRouter()

    @router.api_route(PATH, methods=["GET", "HEAD"])
    async def every(request: Request) -> Response:
        return await door.open(request, lambda visitor: _list(door, visitor))

    @router.api_route(PATH + "/{name}", methods=["GET", "HEAD"])
    async def one(name: str, request: Request) -> Response:
        return await door.open(request, lambda visitor: _one(door, visitor, name))

    return router


def _list(door: Door, visitor: Visitor | None) -> Page:
    now = visitor.now if visitor else door.clock.now()
    found = []
    for one in public_calendars(door.house):
        coming = [each for each in coming_dates(door.house, one.name, now=now) or [] if not _is_off(each)]
        found.append((one.name, _title(one), _line(coming[0]) if coming else None))
    return page(OK, "public_calendars", visitor=visitor, calendars=found)


def _one(door: Door, visitor: Visitor | None, name: str) -> Page:
    now = visitor.now if visitor else door.clock.now()
    known = next((one for one in public_calendars(door.house) if one.name == name), None)
    coming = coming_dates(door.house, name, now=now)
    view = public_view(door.house.rules, name)
    if known is None or coming is None or view is None:
        return nothing_here(visitor)
    found = CalendarAddresses(known.url, _title(known))
    here = f"{(door.house.rules.public_url or '').rstrip('/')}{PATH}/{name}"
    return page(
        OK,
        "public_calendar",
        visitor=visitor,
        about=phrase(f"ical.about_{view.scope}", label=known.label),
        months=_by_month(coming[:MOST_DATES]),
        further=max(0, len(coming) - MOST_DATES),
        found=found,
        file=f"{FEED_PATH}/{name}.ics",
        file_name=f"{name}.ics",
        qr=qr_svg(here),
    )


def _title(one: PublicCalendar) -> str:
    return one.label or phrase("calendars.governance")


def _is_off(one: ComingDate) -> bool:
    return one.event.state.is_off


def _by_month(coming: Iterable[ComingDate]) -> list[tuple[str, list[Line]]]:
    months = groupby(coming, lambda one: one.when.on.replace(day=1))
    return [(month_title(month), [_line(one) for one in dates]) for month, dates in months]


def _line(one: ComingDate) -> Line:
    when, state = one.when, one.event.state
    on = None if state is EventState.TO_BE_SET else when.on
    hours = ""
    if when.at is not None:
        hours = phrase("calendars.hours", at=wall_time(when.at), until=wall_time(when.until.time()))
    more = DUTCH.description(one.event, one.part).splitlines()
    return Line(on, hours, DUTCH.summary(one.event, one.part), tuple(more), state.is_off)
