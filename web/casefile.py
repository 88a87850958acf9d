"""A case file by page: reported on first, imported by a button, under the same rules as in the chat."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.clocktime import local_date
from core.errors import NotAllowed, Problem, ProblemCode, Refused
from core.refusals import fold, without_personal_data
from core.rights import Verb
from services.imports import ImportReport
from services.signin import FILE_PATH, SIGN_IN_PATH
from services.uploads import import_upload, may_send_files, refuse_upload, report_upload
from templates import problem_place
from web.door import Door
from web.forms import Fields
from web.pages import (
    BAD,
    OK,
    TOO_LARGE,
    Page,
    first_sentence,
    moved,
    page,
    refused_page,
    sentence,
    sentences,
    stale_page,
)
from web.threads import aside
from web.uploading import LARGEST, Sent, read_upload
from web.visitor import Visitor

FIELD = "bestand"
MOST_PROBLEMS = 25


def file_routes(door: Door) -> APIRouter:
    """Return the routes of `/bestand`."""
    router = APIRouter()

    @router.get(FILE_PATH)
    async def get(request: Request) -> Response:
        return await door.show(request, _form)

    @router.post(FILE_PATH)
    async def post(request: Request) -> Response:
        return (await _take(door, request)).response()

    @router.post(FILE_PATH + "/inlezen")
    async def read_in(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _import(door, visitor, fields))

    @router.post(FILE_PATH + "/weg")
    async def forget(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _forget(door, visitor, fields))

    return router


def _form(visitor: Visitor, problem: Refused | None = None) -> Page:
    """Return the page that asks for a file. Refuses who may import nothing."""
    if not may_send_files(visitor.actor):
        details = {"verb": Verb.IMPORT, "actor": visitor.actor.name}
        raise NotAllowed(Problem(ProblemCode.NOT_ALLOWED, details))
    wrong = {FIELD: first_sentence(problem)} if problem else {}
    too_large = problem and problem.problems[0].code is ProblemCode.FILE_TOO_LARGE
    status = TOO_LARGE if too_large else BAD if problem else OK
    return page(status, "casefile", visitor=visitor, wrong=wrong, most=LARGEST // 1_000_000)


async def _take(door: Door, request: Request) -> Page:
    """Take a file in. Nothing of it is read before it is clear that the sender may send one."""
    visitor: Visitor | None = None
    try:
        visitor = await aside(door.visitor, request)
        if visitor is None:
            return moved(f"{SIGN_IN_PATH}?naar={FILE_PATH}")
        _form(visitor)
        return await _report(door, visitor, request)
    except Refused as refused:
        return refused_page(refused, visitor=visitor)


async def _report(door: Door, visitor: Visitor, request: Request) -> Page:
    try:
        sent = await read_upload(request, FIELD)
    except Refused as refused:
        return _form(visitor, refused)
    if not visitor.sent(sent.form_token):
        return stale_page(visitor)
    return await aside(_reported, door, visitor, sent)


def _reported(door: Door, visitor: Visitor, sent: Sent) -> Page:
    person, actor, now = visitor.person, visitor.actor, visitor.now
    try:
        made = report_upload(door.house, sent.filename, sent.content, person=person, actor=actor, now=now)
    except NotAllowed:
        raise
    except Refused as refused:
        return _no_table(visitor, sent.filename, refused)
    return _report_page(visitor, sent.filename, made.report, made.token)


def _no_table(visitor: Visitor, filename: str, refused: Refused) -> Page:
    """Return what is wrong with a file as a whole: it is no table, or its columns are not right."""
    unready = refused_page(refused, visitor=visitor)
    if unready.status != BAD:
        return unready
    found = _placed(list(refused.problems), refused)
    return page(BAD, "file_refused", visitor=visitor, filename=filename, problems=found)


def _placed(problems: list[Problem], refused: Refused) -> list[tuple[str, str]]:
    return list(zip(map(problem_place, problems), sentences(refused), strict=True))


def _report_page(visitor: Visitor, filename: str, report: ImportReport, token: str | None) -> Page:
    today = local_date(visitor.now)
    found = fold((without_personal_data(problem, today) for problem in report.refused), sentence)
    problems = [(problem_place(one.problem, one.more), sentence(one.problem)) for one in found]
    more = len(found) > MOST_PROBLEMS or report.unnamed > 0
    values = {"filename": filename, "report": report, "token": token, "more": more}
    return page(OK, "file_report", visitor=visitor, problems=problems[:MOST_PROBLEMS], **values)


def _import(door: Door, visitor: Visitor, fields: Fields) -> Page:
    token, person_id = fields.one("token"), visitor.person.id
    done = import_upload(door.house, token, person_id=person_id, now=visitor.now)
    if done is None:
        return page(OK, "file_gone", visitor=visitor)
    filename, report = done
    return _report_page(visitor, filename, report, None)


def _forget(door: Door, visitor: Visitor, fields: Fields) -> Page:
    refuse_upload(door.house, fields.one("token"), person_id=visitor.person.id, now=visitor.now)
    return moved(FILE_PATH)
