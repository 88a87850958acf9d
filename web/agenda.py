"""The agenda, who handed in and the plan as pages; the page of each matter; adding and sharing."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.errors import NotAllowed, Problem, ProblemCode, Refused
from core.rights import Nearness, Verb, demand
from core.workdays import FIRST_DAY, LAST_DAY
from services.governance.access import Deed
from services.governance.adding import add_meeting, addable_series
from services.governance.matters import MatterKind, Ref
from services.governance.overview import Entry, agenda, board, records_receipt, submissions_at
from services.governance.reminding import Reminded, remind_all, waiting_owners
from services.governance.sharing import share_series, shareable_series, unshare_series
from web.agreements import CALENDAR_FILE, do_about, file_of, reader_signed_in, show_matter
from web.door import Door
from web.forms import Fields, Reading
from web.matter_paths import AGENDA_PATH, MATTER_PATH, PLAN_PATH, SUBMISSIONS_PATH, path_of, ref_at
from web.pages import BAD, OK, Page, first_sentence, moved, nothing_here, page, refused_page
from web.threads import aside
from web.visitor import Visitor

WEEKS = 4
_PAGE = timedelta(weeks=WEEKS)
_BACK = timedelta(days=10)
_CLOSED = ("held", "not_held", "done", "received", "unknown", "cancelled")
_FIELD = {"series": "reeks", "on": "dag", "at": "tijd"}


@dataclass(frozen=True, slots=True)
class Week:
    """A week with what falls in it; both days are included."""

    first: date
    last: date
    entries: tuple[Entry, ...]


def agenda_routes(door: Door) -> APIRouter:
    """Return the routes of the agenda, of submissions and of the plan."""
    router = APIRouter()

    @router.api_route(AGENDA_PATH, methods=["GET", "HEAD"])
    async def look(request: Request) -> Response:
        query = request.query_params
        everything, from_on = query.get("welke") == "alles", query.get("vanaf", "")
        return await door.show(
            request, lambda v: _agenda(door, v, everything=everything, first=_monday(door, v, from_on))
        )

    @router.get(AGENDA_PATH + "/nieuw")
    async def form(request: Request) -> Response:
        return await door.show(request, lambda visitor: _form(door, visitor, Fields({}), {}))

    @router.post(AGENDA_PATH + "/nieuw")
    async def add(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _add(door, visitor, fields))

    @router.post(AGENDA_PATH + "/delen")
    async def share(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _share(door, visitor, fields))

    @router.get(SUBMISSIONS_PATH)
    async def submissions(request: Request) -> Response:
        return await door.show(request, lambda visitor: _submissions(door, visitor))

    @router.post(SUBMISSIONS_PATH)
    async def remind_institutions(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _remind_institutions(door, visitor, fields))

    @router.get(PLAN_PATH)
    async def plan(request: Request) -> Response:
        return await door.show(request, lambda visitor: _plan(door, visitor))

    @router.post(PLAN_PATH)
    async def remind_owners(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _remind_owners(door, visitor, fields))

    _add_matters(router, door)
    return router


def _add_matters(router: APIRouter, door: Door) -> None:
    path = MATTER_PATH + "/{word}/{code}/{rest:path}"

    @router.get(path)
    async def matter(request: Request, word: str, code: str, rest: str) -> Response:
        ref, query = ref_at(word, code, rest.split("/")), request.query_params
        if CALENDAR_FILE in query:
            return await aside(_file, door, request, ref)
        done = query.get("gedaan", "")
        return await door.show(request, lambda visitor: _matter(door, visitor, ref, done))

    @router.post(path)
    async def act(request: Request, word: str, code: str, rest: str) -> Response:
        ref = ref_at(word, code, rest.split("/"))
        return await door.take(request, lambda visitor, fields: _act(door, visitor, ref, fields))


# --- the agenda ---


def _monday(door: Door, visitor: Visitor, text: str) -> date:
    """Return the Monday of the week that is asked for, this week for what is no day that can be shown."""
    on = door.house.today(visitor.now)
    with suppress(ValueError):
        on = date.fromisoformat(text) if text else on
    on = min(max(on, FIRST_DAY + 2 * _PAGE), LAST_DAY - 3 * _PAGE)
    return on - timedelta(days=on.weekday())


def _agenda(door: Door, visitor: Visitor, *, everything: bool, first: date) -> Page:
    demand(visitor.actor, Verb.SEE_AGREEMENT, Nearness.OWN)
    house, today = door.house, door.house.today(visitor.now)
    last = first + _PAGE - timedelta(days=1)
    this_week = first <= today <= first + timedelta(days=6)
    begin = first - _BACK if this_week else first
    found = agenda(house, begin, last, actor=visitor.actor, now=visitor.now, mine=not everything)
    earlier = [one for one in found if one.on < first and one.status not in _CLOSED]
    return page(
        OK,
        "own_agenda",
        visitor=visitor,
        weeks=_weeks(one for one in found if one.on >= first),
        earlier=earlier,
        first=first,
        last=last,
        before=first - _PAGE,
        after=first + _PAGE,
        this_week=this_week,
        everything=everything,
        today=today,
        path_of=path_of,
        may_add=bool(addable_series(house, visitor.actor)),
        shareable=shareable_series(house, visitor.actor),
    )


def _weeks(entries: Iterable[Entry]) -> list[Week]:
    found = groupby(entries, key=lambda one: one.on - timedelta(days=one.on.weekday()))
    return [Week(monday, monday + timedelta(days=6), tuple(inside)) for monday, inside in found]


def _share(door: Door, visitor: Visitor, fields: Fields) -> Page:
    work = unshare_series if fields.one("wat") == "intrekken" else share_series
    work(door.house, fields.one("reeks"), actor=visitor.actor, now=visitor.now)
    return moved(f"{AGENDA_PATH}#delen")


def _form(door: Door, visitor: Visitor, fields: Fields, wrong: dict[str, str], *, asks: bool = False) -> Page:
    series = addable_series(door.house, visitor.actor)
    if not series:
        details = {"verb": Verb.LEAD_AGREEMENT, "actor": visitor.actor.name}
        raise NotAllowed(Problem(ProblemCode.NOT_ALLOWED, details))
    return page(
        BAD if wrong else OK,
        "add_meeting",
        visitor=visitor,
        series=[(one.code, one.title) for one in series],
        given={name: fields.one(name) for name in ("reeks", "dag", "tijd")},
        wrong=wrong,
        asks=asks,
    )


def _add(door: Door, visitor: Visitor, fields: Fields) -> Page:
    house, form = door.house, Reading(fields, first_sentence)
    series = form.choice("reeks", [one.code for one in addable_series(house, visitor.actor)])
    day = form.day("dag")
    if form.wrong or day is None:
        return _form(door, visitor, fields, form.wrong)
    sure = fields.one("zeker") == "ja"
    try:
        ref = add_meeting(
            house,
            series,
            day.isoformat(),
            fields.one("tijd"),
            actor=visitor.actor,
            now=visitor.now,
            confirmed=sure,
        )
    except NotAllowed:
        raise
    except Refused as refused:
        problem = refused.problems[0]
        form.refuse(_FIELD.get(problem.column or "", "dag"), refused)
        asks = problem.code is ProblemCode.DATE_CONCERNS
        return _form(door, visitor, fields, form.wrong, asks=asks)
    return moved(f"{path_of(ref)}?gedaan={Deed.ADD}")


# --- submissions and the plan ---


def _submissions(door: Door, visitor: Visitor, reminded: Reminded | None = None) -> Page:
    demand(visitor.actor, Verb.SEE_AGREEMENT, Nearness.OWN)
    house, today = door.house, door.house.today(visitor.now)
    found = submissions_at(house, today, actor=visitor.actor, now=visitor.now)
    return page(
        OK,
        "submissions",
        visitor=visitor,
        found=found,
        leads={one.series.code for one, _ in found if records_receipt(visitor.actor, one.series)},
        names={code: one.name for code, one in house.rules.organisations.items()},
        paths={
            (one.series.code, one.original_on, one.organisation): path_of(
                Ref(MatterKind.SUBMISSION, one.series.code, one.original_on, one.organisation)
            )
            for _, owed in found
            for one in owed
        },
        today=today,
        reminded=reminded,
    )


def _remind_institutions(door: Door, visitor: Visitor, fields: Fields) -> Page:
    try:
        on = date.fromisoformat(fields.one("datum"))
    except ValueError:
        return nothing_here(visitor)
    ref = Ref(MatterKind.SUBMISSION, fields.one("reeks"), on)
    done = remind_all(door.house, ref, actor=visitor.actor, now=visitor.now)
    return _submissions(door, visitor, done)


def _plan(door: Door, visitor: Visitor, reminded: Reminded | None = None) -> Page:
    demand(visitor.actor, Verb.SEE_AGREEMENT, Nearness.OWN)
    found = board(door.house, actor=visitor.actor, now=visitor.now)
    plans = [
        (plan, sorted(states, key=lambda one: (not one.silent, one.action.period.latest_on, one.action.code)))
        for plan, states in found
    ]
    waiting = waiting_owners(door.house, actor=visitor.actor, now=visitor.now)
    paths = {
        (plan.code, one.action.code): path_of(Ref(MatterKind.ACTION, plan.code, part=one.action.code))
        for plan, states in found
        for one in states
    }
    counts = {plan.code: count for plan, count in waiting}
    return page(
        OK,
        "plan",
        visitor=visitor,
        plans=plans,
        waiting=counts,
        paths=paths,
        reminded=reminded,
        today=door.house.today(visitor.now),
    )


def _remind_owners(door: Door, visitor: Visitor, fields: Fields) -> Page:
    ref = Ref(MatterKind.ACTION, fields.one("plan"))
    return _plan(door, visitor, remind_all(door.house, ref, actor=visitor.actor, now=visitor.now))


# --- one matter ---


def _matter(door: Door, visitor: Visitor, ref: Ref | None, done: str) -> Page:
    if ref is None:
        return nothing_here(visitor)
    said = done if done in list(Deed) else ""
    return show_matter(door.house, ref, reader_signed_in(visitor), done=said)


def _act(door: Door, visitor: Visitor, ref: Ref | None, fields: Fields) -> Page:
    if ref is None:
        return nothing_here(visitor)
    given = {name: fields.text(name) for name in fields.names()}
    return do_about(door.house, ref, reader_signed_in(visitor), given, then=path_of)


def _file(door: Door, request: Request, ref: Ref | None) -> Response:
    """Return the calendar file of a meeting to who is signed in."""
    visitor: Visitor | None = None
    try:
        visitor = door.visitor(request)
        if visitor is None:
            return moved(f"/inloggen?naar={request.url.path}").response()
        if ref is None:
            return nothing_here(visitor).response()
        return file_of(door.house, ref, visitor.actor, visitor.now)
    except Refused as refused:
        return refused_page(refused, visitor=visitor).response()
