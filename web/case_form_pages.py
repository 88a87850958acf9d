"""The pages on which something is added to a case: a form, taken once, back to the case."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.errors import NotAllowed, Problem, ProblemCode, Refused
from core.facts import FactKind
from core.rights import Verb
from services.cases import read_case
from services.tickets import give_ticket, take_ticket
from web.case_forms import CASE_FORMS, CaseForm, Desk
from web.door import Door
from web.forms import Fields, Reading
from web.pages import BAD, OK, Page, first_sentence, moved, nothing_here, page
from web.visitor import Visitor

TICKET = "bewijs"
_EVERY_FIELD = (
    "soort",
    "gevraagd_bij",
    "gevraagd",
    "hulpvraag",
    "verstuurd",
    "tot",
    "reden",
    "op",
    "wie",
    "gemeente",
)
_FIELD = {
    FactKind.HELP_ASKED: "gevraagd",
    FactKind.REQUEST_SENT: "verstuurd",
    FactKind.UNCOUPLED: "op",
    FactKind.HANDOVER_PLANNED: "op",
    FactKind.MEASURE_ENDS: "tot",
}
_OF_A_CODE = {
    ProblemCode.PERSON_OTHER_ORGANISATION: "wie",
    ProblemCode.PERSON_WRONG_ROLE: "wie",
    ProblemCode.PERSON_REVOKED: "wie",
}


def case_form_routes(door: Door) -> APIRouter:
    """Return the routes of `/zaken/{code}/{form}`."""
    router = APIRouter()

    @router.get("/zaken/{code}/{name}")
    @router.get("/zaken/{code}/{name}/{about}")
    async def get(request: Request, code: str, name: str, about: str = "") -> Response:
        about = about or request.query_params.get("soort", "")
        return await door.show(request, lambda visitor: _ask(door, visitor, code, name, about))

    @router.post("/zaken/{code}/{name}")
    @router.post("/zaken/{code}/{name}/{about}")
    async def post(request: Request, code: str, name: str, about: str = "") -> Response:
        return await door.take(
            request, lambda visitor, fields: _take(door, visitor, code, name, about, fields)
        )

    return router


def _desk(door: Door, visitor: Visitor, code: str, form: CaseForm, about: str) -> Desk:
    """Return where the form is filled in. Refuses a case that is nothing to the visitor, and who may not."""
    view = read_case(door.house, code, actor=visitor.actor, now=visitor.now)
    if not form.is_for(view):
        verb = Verb.COUPLE if form.couples else Verb.RECORD_FACT
        raise NotAllowed(Problem(ProblemCode.NOT_ALLOWED, {"verb": verb, "actor": visitor.actor.name}))
    return Desk(door.house, visitor, view, about)


def _ask(door: Door, visitor: Visitor, code: str, name: str, about: str) -> Page:
    form = CASE_FORMS.get(name)
    if form is None:
        return nothing_here(visitor)
    return _page(name, form, _desk(door, visitor, code, form, about), Fields({}), {})


def _page(name: str, form: CaseForm, at: Desk, fields: Fields, wrong: dict[str, str]) -> Page:
    values = {
        "form": name,
        "view": at.view,
        "given": {one: fields.one(one) for one in (*_EVERY_FIELD, *fields.names())},
        "ticket": give_ticket(at.house, at.visitor.person, at.visitor.now),
        "today": at.view.today,
        **form.options(at),
    }
    return page(BAD if wrong else OK, f"case_{name}", visitor=at.visitor, wrong=wrong, **values)


def _take(door: Door, visitor: Visitor, code: str, name: str, about: str, fields: Fields) -> Page:
    """Do what the form asks, once; show it again with every field that is not right."""
    form = CASE_FORMS.get(name)
    if form is None:
        return nothing_here(visitor)
    at = _desk(door, visitor, code, form, about)
    reading = Reading(fields, first_sentence)
    work = form.read(at, reading)
    if reading.wrong:
        return _page(name, form, at, fields, reading.wrong)
    back = moved(f"/zaken/{at.code}?gedaan={name}")
    if not take_ticket(door.house, fields.one(TICKET), visitor.person, visitor.now):
        return back
    try:
        work()
    except NotAllowed:
        raise
    except Refused as refused:
        return _page(name, form, at, fields, {_field_of(refused, fields): first_sentence(refused)})
    return back


def _field_of(refused: Refused, fields: Fields) -> str:
    """Return the field that a refusal is about, empty when none on the page is."""
    problem = refused.problems[0]
    name = _OF_A_CODE.get(problem.code) or _FIELD.get(problem.column or "", problem.column or "")  # type: ignore[call-overload]
    return name if name in fields.names() else ""
