"""The page of an action: GET asks, POST acts. It has its owner's rights, checked each time.

A link from a mail works for who has it; one from a page of a session only for who is signed in.
"""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.errors import NotAllowed, Problem, ProblemCode, Refused
from core.facts import standing
from core.rights import Verb
from services.actions import ActionVerb, ActionView, Offer, Offered
from services.case_views import CaseView
from services.performing import ActionDone
from web.agreements import CALENDAR_FILE, do_at_page, file_answer, matter_page
from web.case_list_page import list_page, page_number
from web.case_page import case_page, offered_here
from web.coming import Coming
from web.door import Door
from web.escalation_page import answer_escalation_page, ask_escalation
from web.forms import Fields, Filled, filled, read_fields
from web.pages import (
    BAD,
    OK,
    Page,
    nothing_here,
    page,
    refused_page,
    stale_page,
    unknown_or_away,
)
from web.questions import Incomplete, Question, answer, may_answer, question_of
from web.said import said_of
from web.threads import aside

_NOT_HERE = frozenset({ActionVerb.IMPORT})
_LOOKING_OR_ABSENT = _NOT_HERE | {ActionVerb.OPEN, ActionVerb.TODAY}
_RIGHT = {ActionVerb.COUPLE: Verb.COUPLE, ActionVerb.WITHDRAW: Verb.WITHDRAW_FACT}


def action_routes(door: Door) -> APIRouter:
    """Return the routes of `/a/{token}`."""
    router = APIRouter()

    def post_page(request: Request, token: str, fields: Fields) -> Page:
        try:
            here = Coming(door.house, token, door.clock.now(), door.visitor(request))
        except Refused as refused:
            return unknown_or_away(refused)
        return act(here, fields)

    @router.get("/a/{token}")
    async def get(token: str, request: Request) -> Response:
        return await aside(_look, door, request, token)

    @router.head("/a/{token}")
    async def head(token: str) -> Response:
        found = await aside(exists, Coming(door.house, token, door.clock.now(), None))
        return Response(status_code=OK if found else nothing_here().status)

    @router.post("/a/{token}")
    async def post(token: str, request: Request) -> Response:
        fields = await read_fields(request)
        if fields is None:
            return nothing_here().response()
        return (await aside(post_page, request, token, fields)).response()

    return router


def _look(door: Door, request: Request, token: str) -> Response:
    """Return the page that asks, or the calendar file of the meeting that it is about."""
    query = request.query_params
    try:
        here = Coming(door.house, token, door.clock.now(), door.visitor(request))
        if CALENDAR_FILE in query:
            return file_answer(here.house, here.look(), here.now)
    except Refused as refused:
        return unknown_or_away(refused).response()
    number = page_number(query.get("blad"))
    return ask(here, query.get("zaak"), number, query.get("hulpvraag", "")).response()


def ask(  # noqa: PLR0911 - one for each kind of link
    here: Coming, code: str | None = None, number: int = 1, need: str = ""
) -> Page:
    """Return the page that asks. It records nothing; the links on it get tokens of their own.

    `code` is the case that was picked from a list of all cases, of which `number` is the page; `need` the
    number of the need for help that is meant.
    """
    try:
        view = here.look()
        if view.verb is ActionVerb.GOVERNANCE:
            return matter_page(here.house, view, here.now)
        if view.escalation is not None:
            return ask_escalation(here, view)
        shown = _look_around(here, view, code, number)
        if shown or view.case is None:
            return shown or nothing_here(here.owner(view))
        if view.decided:
            return _decided(here, view, view.case)
        if not may_answer(view, view.case):
            return refused_page(_not_allowed(view), view, here.owner(view))
        question = question_of(here.house, view, view.case, here.now)
    except Refused as refused:
        return unknown_or_away(refused, here.visitor)
    return _question(here, question, Filled(on=_suggested(question), need=need))


def _look_around(here: Coming, view: ActionView, code: str | None, number: int) -> Page | None:
    """Return the page of a link that only looks; None for one that acts."""
    visitor = here.owner(view)
    if view.verb is ActionVerb.TODAY and code is None:
        return list_page(here.house, view.actor, here.now, number, visitor)
    if view.verb is ActionVerb.TODAY:
        view = replace(view, codes=(str(code),))
    elif view.case is None or view.verb in _NOT_HERE:
        return nothing_here(visitor)
    elif view.verb is not ActionVerb.OPEN:
        return None
    return case_page(here.house, view.codes, view.person, view.actor, here.now, visitor)


def exists(here: Coming) -> bool:
    """Tell whether a token stands for something, without a trace."""
    try:
        view = here.look()
    except Refused:
        return False
    if view.escalation is not None:
        return True
    looks = view.verb in (ActionVerb.TODAY, ActionVerb.GOVERNANCE)
    return (view.case is not None and view.verb not in _NOT_HERE) or looks


def act(here: Coming, fields: Fields) -> Page:
    """Do what the token stands for, once, and return the page that says what was done or why it was not."""
    try:
        view = here.look()
    except Refused as refused:
        return unknown_or_away(refused, here.visitor)
    if view.verb is ActionVerb.GOVERNANCE:
        asked = {name: fields.one(name) for name in fields.names()}
        return do_at_page(here.house, view, asked, here.now)
    if view.escalation is not None:
        return answer_escalation_page(here, view, fields)
    if view.case is None or view.verb in _LOOKING_OR_ABSENT:
        return ask(here)
    return _act_on(here, view, view.case, fields)


def _act_on(here: Coming, view: ActionView, case: CaseView, fields: Fields) -> Page:
    if not here.may_send(view, fields):
        return stale_page(here.owner(view))
    if view.decided:
        return _decided(here, view, case)
    try:
        question = question_of(here.house, view, case, here.now)
    except Refused as refused:
        return unknown_or_away(refused, here.visitor)
    return _act(here, question, filled(fields))


def _act(here: Coming, question: Question, given: Filled) -> Page:
    try:
        done = answer(here.house, here.token, question, given, here.now)
    except NotAllowed as refused:
        return refused_page(refused, question.view, here.owner(question.view))
    except Refused as refused:
        return _question(here, question, given, problem=refused)
    if isinstance(done, Incomplete):
        return _question(here, done.question, given, saved=True)
    if done.view.decided and done.view.case is not None:
        return _decided(here, done.view, done.view.case)
    return _done(here, done)


def _question(
    here: Coming, question: Question, given: Filled, *, problem: Refused | None = None, saved: bool = False
) -> Page:
    values = {"q": question, "view": question.view, "filled": given, "saved": saved}
    said = said_of(problem, given, here.house, question.today)
    visitor = here.owner(question.view)
    return page(BAD if problem else OK, "question", visitor=visitor, **values, **said)


def _suggested(question: Question) -> str:
    """Return the day to begin with; when help will be there instead is for who knows to say."""
    if question.view.verb is ActionVerb.EXPLAIN:
        return ""
    tomorrow_or_today = max(question.today, question.first_on or question.today)
    return tomorrow_or_today.isoformat()


def _decided(here: Coming, view: ActionView, case: CaseView) -> Page:
    values = {"view": view, "case": case, "term": _term(view, case), "links": _links(here, view, case)}
    present = standing(case.facts, view.kind) if view.kind else None
    return page(OK, "decided", visitor=here.owner(view), present=present, **values)


def _done(here: Coming, done: ActionDone) -> Page:
    view = done.view
    if view.case is None:
        return nothing_here(here.owner(view))
    back = [ActionVerb.WITHDRAW] if _can_be_taken_back(done) else []
    values = {"view": view, "case": view.case, "term": _term(view, view.case), "done": done}
    links = _links(here, view, view.case, back)
    return page(OK, "done", visitor=here.owner(view), links=links, **values)


def _can_be_taken_back(done: ActionDone) -> bool:
    return done.view.verb is ActionVerb.RECORD and any(one.changed for one in done.recorded)


def _links(
    here: Coming, view: ActionView, case: CaseView, further: Sequence[ActionVerb] = ()
) -> list[Offered]:
    """Return links to go on with: the whole case, and to take back what was just recorded."""
    also = tuple(int(text) for text in view.payload.get("also", "").split(",") if text)
    offers = [Offer(ActionVerb.OPEN, case.case.id, view.norm, also=also)]
    offers += [Offer(verb, case.case.id, view.norm, view.kind, also=also) for verb in further]
    return offered_here(here.house, offers, case.case, view.person, here.now, here.owner(view))


def _term(view: ActionView, case: CaseView) -> object:
    return case.term(view.norm) if view.norm else None


def _not_allowed(view: ActionView) -> Refused:
    verb = _RIGHT.get(view.verb, Verb.RECORD_FACT)
    return NotAllowed(Problem(ProblemCode.NOT_ALLOWED, {"verb": verb, "actor": view.actor.name}))
