"""The page behind a mail link: GET asks, POST acts. A link has its owner's rights, checked each time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from core.errors import NotAllowed, Problem, ProblemCode, Refused
from core.facts import standing
from core.ports import Clock
from core.rights import Verb
from services.actions import ActionDone, ActionVerb, ActionView, Offer, Offered, look_up, offer_these
from services.case_views import CaseView
from services.house import House
from web.agreements import do_at_page, matter_page
from web.case_list_page import list_page
from web.case_page import case_page
from web.forms import FIT, PERSON, Filled, read_form
from web.pages import BAD, OK, Page, nothing_here, page, refused_page, sentences, unknown_or_away
from web.questions import Incomplete, Question, answer, may_answer, question_of
from web.threads import aside

_NOT_HERE = frozenset({ActionVerb.IMPORT})
_LOOKING_OR_ABSENT = _NOT_HERE | {ActionVerb.OPEN, ActionVerb.TODAY}
_RIGHT = {ActionVerb.COUPLE: Verb.COUPLE, ActionVerb.WITHDRAW: Verb.WITHDRAW_FACT}


def action_routes(house: House, clock: Clock) -> APIRouter:
    """Return the routes of `/a/{token}`."""
    router = APIRouter()

    @router.get("/a/{token}")
    async def get(token: str, zaak: str | None = None) -> Response:
        return _response(await aside(ask, house, token, clock.now(), zaak))

    @router.head("/a/{token}")
    async def head(token: str) -> Response:
        found = await aside(exists, house, token, clock.now())
        return Response(status_code=OK if found else nothing_here().status)

    @router.post("/a/{token}")
    async def post(token: str, request: Request) -> Response:
        filled = await read_form(request)
        if filled is None:
            return _response(nothing_here())
        return _response(await aside(act, house, token, filled, clock.now()))

    return router


def ask(house: House, token: str, now: datetime, code: str | None = None) -> Page:
    """Return the page that asks. It records nothing; the links on it get tokens of their own.

    `code` is the case that was picked from a list of all cases.
    """
    try:
        view = look_up(house, token, now=now)
        if view.verb is ActionVerb.GOVERNANCE:
            return matter_page(house, view, now)
        shown = _look_around(house, view, code, now)
        if shown or view.case is None:
            return shown or nothing_here()
        if view.decided:
            return _decided(house, view, view.case, now)
        if not may_answer(view, view.case):
            return refused_page(_not_allowed(view), view)
        question = question_of(house, view, view.case, now)
    except Refused as refused:
        return unknown_or_away(refused)
    return _question(question, Filled(on=_suggested(question)))


def _look_around(house: House, view: ActionView, code: str | None, now: datetime) -> Page | None:
    """Return the page of a link that only looks; None for one that acts."""
    if view.verb is ActionVerb.TODAY and code is None:
        return list_page(house, view, now)
    if view.verb is ActionVerb.TODAY:
        return case_page(house, replace(view, codes=(str(code),)), now)
    if view.case is None or view.verb in _NOT_HERE:
        return nothing_here()
    return case_page(house, view, now) if view.verb is ActionVerb.OPEN else None


def exists(house: House, token: str, now: datetime) -> bool:
    """Tell whether a token stands for something, without a trace."""
    try:
        view = look_up(house, token, now=now)
    except Refused:
        return False
    return (view.case is not None and view.verb not in _NOT_HERE) or view.verb in (
        ActionVerb.TODAY,
        ActionVerb.GOVERNANCE,
    )


def act(house: House, token: str, filled: Filled, now: datetime) -> Page:
    """Do what the token stands for, once, and return the page that says what was done or why it was not."""
    try:
        view = look_up(house, token, now=now)
    except Refused as refused:
        return unknown_or_away(refused)
    if view.verb is ActionVerb.GOVERNANCE:
        return do_at_page(house, view, filled.fields, now)
    case = view.case
    if case is None or view.verb in _LOOKING_OR_ABSENT:
        return ask(house, token, now)
    if view.decided:
        return _decided(house, view, case, now)
    try:
        question = question_of(house, view, case, now)
    except Refused as refused:
        return unknown_or_away(refused)
    return _act(house, token, question, filled, now)


def _act(house: House, token: str, question: Question, filled: Filled, now: datetime) -> Page:
    try:
        done = answer(house, token, question, filled, now)
    except NotAllowed as refused:
        return refused_page(refused, question.view)
    except Refused as refused:
        return _question(question, filled, problem=refused)
    if isinstance(done, Incomplete):
        return _question(done.question, filled, saved=True)
    if done.view.decided and done.view.case is not None:
        return _decided(house, done.view, done.view.case, now)
    return _done(house, done, now)


def _question(
    question: Question, filled: Filled, *, problem: Refused | None = None, saved: bool = False
) -> Page:
    problems = sentences(problem) if problem else []
    values = {"q": question, "view": question.view, "filled": filled, "problems": problems, "saved": saved}
    return page(BAD if problem else OK, "question", **values, wrong=_field(problem))


def _field(problem: Refused | None) -> str:
    """Return the name of the field that a problem is about, or nothing."""
    if problem is None:
        return ""
    return "value" if problem.problems[0].column in (FIT, PERSON) else "on"


def _suggested(question: Question) -> str:
    tomorrow_or_today = max(question.today, question.first_on or question.today)
    return tomorrow_or_today.isoformat()


def _decided(house: House, view: ActionView, case: CaseView, now: datetime) -> Page:
    present = standing(case.facts, view.kind) if view.kind else None
    links = _links(house, view, case, now)
    return page(OK, "decided", view=view, case=case, term=_term(view, case), present=present, links=links)


def _done(house: House, done: ActionDone, now: datetime) -> Page:
    view = done.view
    if view.case is None:
        return nothing_here()
    back = [ActionVerb.WITHDRAW] if _can_be_taken_back(done) else []
    links = _links(house, view, view.case, now, back)
    return page(OK, "done", view=view, case=view.case, term=_term(view, view.case), done=done, links=links)


def _can_be_taken_back(done: ActionDone) -> bool:
    return done.view.verb is ActionVerb.RECORD and any(one.changed for one in done.recorded)


def _links(
    house: House, view: ActionView, case: CaseView, now: datetime, further: Sequence[ActionVerb] = ()
) -> list[Offered]:
    """Return links to go on with: the whole case, and to take back what was just recorded."""
    also = tuple(int(text) for text in view.payload.get("also", "").split(",") if text)
    offers = [Offer(ActionVerb.OPEN, case.case.id, view.norm, also=also)]
    offers += [Offer(verb, case.case.id, view.norm, view.kind, also=also) for verb in further]
    return offer_these(house, offers, {case.case.id: case.case.code}, view.person, now, long=True)


def _term(view: ActionView, case: CaseView) -> object:
    return case.term(view.norm) if view.norm else None


def _not_allowed(view: ActionView) -> Refused:
    verb = _RIGHT.get(view.verb, Verb.RECORD_FACT)
    return NotAllowed(Problem(ProblemCode.NOT_ALLOWED, {"verb": verb, "actor": view.actor.name}))


def _response(shown: Page) -> HTMLResponse:
    return HTMLResponse(shown.html, status_code=shown.status)
