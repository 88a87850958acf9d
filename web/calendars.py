"""The own calendars: which there are and who fetched them, making one, and ending one.

The address of a fresh calendar is in the answer to the form that made it, and nowhere else.
"""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.calendars import CalendarScope
from core.errors import NotAllowed, ProblemCode, Refused, refuse
from core.rights import Nearness, Verb, demand
from services.calendars.addresses import CalendarAddresses
from services.calendars.choices import Choice, possible_calendars, public_calendars
from services.calendars.subscriptions import FEED_PATH, FeedView, Wish, create_feed, own_feeds, revoke_feed
from services.tickets import give_ticket, take_ticket
from templates import phrase
from web.door import Door
from web.forms import Fields, Reading
from web.pages import BAD, OK, Page, first_sentence, moved, nothing_here, page
from web.qr import qr_svg
from web.visitor import CALENDARS_PATH as PATH
from web.visitor import Visitor

WHICH, ALARMS, THROUGH = "welke", "herinneringen", "tot"
TOLD = ("gemaakt", "ingetrokken")
_GROUPS = {
    CalendarScope.MINE: "own",
    CalendarScope.TEAM: "own",
    CalendarScope.REGION: "region",
    CalendarScope.SERIES: "series",
    CalendarScope.GOVERNANCE: "public",
}


@dataclass(frozen=True, slots=True)
class Option:
    """A calendar that can be chosen, as the form names it."""

    key: str
    name: str


def calendar_routes(door: Door) -> APIRouter:
    """Return the routes of `/kalender`."""
    router = APIRouter()

    @router.get(PATH)
    async def get(request: Request) -> Response:
        told = next((one for one in TOLD if one in request.query_params), "")
        return await door.show(request, lambda visitor: _page(door, visitor, Fields({}), {}, told=told))

    @router.post(PATH)
    async def post(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _make(door, visitor, fields))

    @router.get(PATH + "/{number}/intrekken")
    async def ask(number: str, request: Request) -> Response:
        return await door.show(request, lambda visitor: _ask_end(door, visitor, number))

    @router.post(PATH + "/{number}/intrekken")
    async def end(number: str, request: Request) -> Response:
        return await door.take(request, lambda visitor, _fields: _end(door, visitor, number))

    return router


def _page(door: Door, visitor: Visitor, fields: Fields, wrong: dict[str, str], *, told: str = "") -> Page:
    house, now = door.house, visitor.now
    demand(visitor.actor, Verb.SUBSCRIBE, Nearness.OWN)
    return page(
        BAD if wrong else OK,
        "calendars",
        visitor=visitor,
        wrong=wrong,
        told=told,
        feeds=[(one, name_of(one)) for one in own_feeds(house, actor=visitor.actor, now=now)],
        groups=_grouped(possible_calendars(house, actor=visitor.actor, now=now)),
        public=bool(public_calendars(house)),
        given={name: fields.one(name) for name in (WHICH, ALARMS, THROUGH)},
        today=house.today(now),
        ticket=give_ticket(house, visitor.person, now),
    )


def name_of(one: FeedView | Choice) -> str:
    """Return what a calendar is called."""
    return phrase(f"calendars.{one.scope}", label=one.label)


def _key(choice: Choice) -> str:
    return f"{choice.scope}:{choice.target}"


def _grouped(choices: list[Choice]) -> list[tuple[str, list[Option]]]:
    """Return what can be chosen under the name of its group, in the order in which it came."""
    groups: dict[str, list[Option]] = {}
    for one in choices:
        title = phrase(f"calendars.group_{_GROUPS[one.scope]}")
        groups.setdefault(title, []).append(Option(_key(one), name_of(one)))
    return list(groups.items())


def _make(door: Door, visitor: Visitor, fields: Fields) -> Page:
    """Make what was asked for and show its address; a second press of the button makes nothing."""
    house, form = door.house, Reading(fields, first_sentence)
    demand(visitor.actor, Verb.SUBSCRIBE, Nearness.OWN)
    choices = {_key(one): one for one in possible_calendars(house, actor=visitor.actor, now=visitor.now)}
    chosen = choices.get(form.choice(WHICH, choices))
    through_on = form.day(THROUGH, needed=False)
    if through_on is not None and through_on < house.today(visitor.now):
        form.refuse(THROUGH, refuse(ProblemCode.FEED_ENDED))
    if form.wrong or chosen is None:
        return _page(door, visitor, fields, form.wrong)
    if not take_ticket(house, fields.one("bewijs"), visitor.person, visitor.now):
        return moved(f"{PATH}?{TOLD[0]}")
    return _made(door, visitor, fields, chosen, through_on)


def _made(door: Door, visitor: Visitor, fields: Fields, chosen: Choice, through_on: date | None) -> Page:
    alarms = fields.one(ALARMS) == "ja"
    wish = Wish(chosen.scope, chosen.target, alarms=alarms, through_on=through_on)
    try:
        made = create_feed(door.house, wish, actor=visitor.actor, now=visitor.now)
    except NotAllowed:
        raise
    except Refused as refused:
        field = THROUGH if refused.problems[0].column == "--until" else WHICH
        return _page(door, visitor, fields, {field: first_sentence(refused)})
    found = CalendarAddresses(made.url, name_of(chosen))
    return page(
        OK,
        "calendar_made",
        visitor=visitor,
        found=found,
        alarms=alarms,
        through_on=through_on,
        file=FEED_PATH + made.url.rpartition(FEED_PATH)[2],
        file_name=phrase(f"ical.whole_file_{chosen.scope}"),
        qr=qr_svg(found.webcal),
    )


def _own(door: Door, visitor: Visitor, number: str) -> FeedView | None:
    mine = own_feeds(door.house, actor=visitor.actor, now=visitor.now)
    return next((one for one in mine if str(one.id) == number), None)


def _ask_end(door: Door, visitor: Visitor, number: str) -> Page:
    found = _own(door, visitor, number)
    if found is None:
        return nothing_here(visitor)
    today = door.house.today(visitor.now)
    return page(OK, "calendar_end", visitor=visitor, feed=found, title=name_of(found), today=today)


def _end(door: Door, visitor: Visitor, number: str) -> Page:
    """End one's own calendar; one that had ended in the meantime is left at that."""
    found = _own(door, visitor, number)
    if found is not None:
        revoke_feed(door.house, found.id, actor=visitor.actor, now=visitor.now)
    return moved(f"{PATH}?{TOLD[1]}")
