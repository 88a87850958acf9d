"""Opening a case: one form, the same rules as in the chat."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.errors import NotAllowed, ProblemCode, Refused
from core.facts import FactKind
from services.cases import open_case
from services.opening import OpeningChoices, opening_choices, own_new_case
from web.door import Door
from web.forms import Fields, Reading
from web.pages import BAD, OK, Page, first_sentence, moved, page
from web.visitor import Visitor

_DATES = (FactKind.NOTIFIED, FactKind.ORDERED)
_PERSONAL = frozenset({ProblemCode.CASE_CODE_BSN, ProblemCode.CASE_CODE_NAME})
_FIELD = {
    ProblemCode.CASE_EXISTS: "zaak",
    ProblemCode.ORGANISATION_UNKNOWN: "gi",
    ProblemCode.MUNICIPALITY_UNKNOWN: "gemeente",
    ProblemCode.MEASURE_UNKNOWN: "maatregel",
}


def opening_routes(door: Door) -> APIRouter:
    """Return the routes of `/nieuw`."""
    router = APIRouter()

    @router.get("/nieuw")
    async def get(request: Request) -> Response:
        return await door.show(request, lambda visitor: _form(door, visitor))

    @router.post("/nieuw")
    async def post(request: Request) -> Response:
        return await door.take(request, lambda visitor, fields: _open(door, visitor, fields))

    return router


def _form(door: Door, visitor: Visitor) -> Page:
    choices = opening_choices(door.house, actor=visitor.actor, now=visitor.now)
    return _page(door, visitor, choices, Fields({}), {})


def _page(
    door: Door, visitor: Visitor, choices: OpeningChoices, fields: Fields, wrong: dict[str, str]
) -> Page:
    given = {name: fields.one(name) for name in ("zaak", "gi", "gemeente", "maatregel", *_DATES)}
    options = {
        "organisations": [(found.code, found.name) for found in choices.organisations],
        "municipalities": [(found.code, found.name) for found in choices.municipalities],
        "measures": [(found.code, found.name) for found in choices.measures],
    }
    today, status = door.house.today(visitor.now), BAD if wrong else OK
    return page(status, "opening", visitor=visitor, given=given, wrong=wrong, today=today, **options)


def _open(door: Door, visitor: Visitor, fields: Fields) -> Page:
    """Open the case, or show the form again with every field that is not right."""
    choices = opening_choices(door.house, actor=visitor.actor, now=visitor.now)
    form = Reading(fields, first_sentence)
    code = form.text("zaak").upper()
    organisation = form.choice("gi", [found.code for found in choices.organisations])
    municipality = form.choice("gemeente", [found.code for found in choices.municipalities])
    measure = form.choice("maatregel", [found.code for found in choices.measures])
    dates = {kind: on for kind in _DATES if (on := form.day(kind, needed=False))}
    if form.wrong:
        return _page(door, visitor, choices, fields, form.wrong)
    new = own_new_case(visitor.actor, code, organisation, municipality, measure, dates)
    try:
        opened = open_case(door.house, new, actor=visitor.actor, now=visitor.now)
    except NotAllowed:
        raise
    except Refused as refused:
        problem = refused.problems[0]
        field = problem.column or _FIELD.get(problem.code, "")
        given = _without_code(fields) if problem.code in _PERSONAL else fields
        return _page(door, visitor, choices, given, {field: first_sentence(refused)})
    return moved(f"/zaken/{opened.case.code}?geopend")


def _without_code(fields: Fields) -> Fields:
    """Return what was filled in but for the code: what looks like a BSN or a name is not shown again."""
    names = ("gi", "gemeente", "maatregel", *_DATES)
    return Fields({name: fields.all(name) for name in names})
