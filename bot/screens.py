"""The screens of the bot: a case, a list, why a date is what it is. Text and buttons, nothing sent."""

from collections.abc import Sequence
from datetime import date

from bot.callbacks import Act, Look, pack
from bot.paging import page_of, pages_of, turning
from bot.rendering import begin_button, in_rows, why_label
from core.people import Role
from core.ports import Button
from core.terms import Status
from services.actions import Offered
from services.case_lists import CaseSummary
from services.case_views import CaseView, Explanation
from services.couplings import steadiness_of
from templates import phrase, render, term_name

PAGE = 8
LEAFING = "b"
"""Marks the button of a page: the list is leafed through in place."""
Screen = tuple[str, list[list[Button]]]


def case_screen(view: CaseView, offers: Sequence[Offered]) -> Screen:
    """Return a case with a button for each thing its reader can do."""
    rows = [[begin_button(offer, full=True)] for offer in offers]
    code = view.case.code
    rows += _further(code)
    many = len(view.terms) > _LONG_LABELS
    why = [Button(why_label(term.key, short=many), pack(Look.WHY, code, term.key)) for term in view.terms]
    later = [
        Button(phrase("button.later_norm", term=term_name(term.key)), pack(Act.LATER, code, term.key))
        for term in view.terms
        if term.term.is_open and term.status is not Status.ENDED and view.may_record
    ]
    rows += in_rows(why, 2 if many else 1) + in_rows(later, 2)
    return render("telegram/case.html", view=view, face=steadiness_of(view)), rows


_LONG_LABELS = 3
"""With more terms than this the reasons of their dates get short labels, two a row."""


def _further(code: str) -> list[list[Button]]:
    """Return the ways to the help chain, the escalations and what else can be recorded."""
    return [
        [
            Button(phrase("button.needs"), pack(Look.NEEDS, code)),
            Button(phrase("button.escalations"), pack(Look.HISTORY, code)),
        ],
        [Button(phrase("button.more_of_case"), pack(Look.MORE, code))],
    ]


def list_screen(
    items: Sequence[CaseSummary], page: int, verb: Look, *, title: str, empty: str, roles: frozenset[Role]
) -> Screen:
    """Return one page of a list of cases, each with a button that opens it."""
    pages = pages_of(len(items), PAGE)
    page = min(max(page, 1), pages)
    shown = page_of(items, page, PAGE)
    text = render(
        "telegram/list.html",
        items=shown,
        title=title,
        empty=empty,
        page=page,
        pages=pages,
        show_protector=Role.PROTECTOR not in roles,
        hidden="",
    )
    rows = in_rows(
        [
            Button(
                phrase("button.line", number=number, label=item.case.code), pack(Look.CASE, item.case.code)
            )
            for number, item in enumerate(shown, 1)
        ],
        2,
    )
    return text, [*rows, *turning(page, PAGE, len(items), lambda other: pack(verb, other, LEAFING))]


def why_screen(why: Explanation, today: date) -> Screen:
    """Return why a term falls on its day."""
    rows = []
    if why.case_code:
        rows = [[Button(phrase("button.open", code=why.case_code), pack(Look.CASE, why.case_code))]]
    return render("telegram/why.html", why=why, today=today), rows
