"""The page of a matter of governance behind a mail link: what was agreed, and a form for each deed.

GET shows; only POST does. A form carries the version that its reader saw, so that of two people one is told
that it has changed.
"""

from collections.abc import Mapping
from datetime import datetime

from core.errors import NotAllowed, ProblemCode, Refused
from core.oversight import LADDER
from core.planboard import Colour
from services.actions import ActionView
from services.governance.access import Deed, fields_of
from services.governance.deeds import Filled, do
from services.governance.matters import DeadlineMatter, Ref, ref_of
from services.governance.showing import Shown, show
from services.house import House
from templates import phrase
from web.pages import BAD, OK, Page, nothing_here, page, refused_page, sentences, unknown_or_away


def matter_page(house: House, view: ActionView, now: datetime) -> Page:
    """Return the page of the matter that a link leads to."""
    ref = _ref(view)
    return _page(house, view, ref, now) if ref else nothing_here()


def do_at_page(house: House, view: ActionView, fields: Mapping[str, str], now: datetime) -> Page:
    """Do what a form of the page asks for, and return the page as it is then."""
    ref, deed = _ref(view), fields.get("deed", "")
    if ref is None or deed not in list(Deed):
        return nothing_here()
    filled = Filled(
        fields.get("text", ""),
        fields.get("on", ""),
        fields.get("at", ""),
        fields.get("choice", ""),
        confirmed=fields.get("confirmed") == "ja",
    )
    version = int(fields["version"]) if fields.get("version", "").isdigit() else None
    try:
        do(house, Deed(deed), ref, version=version, actor=view.actor, now=now, filled=filled)
    except NotAllowed as refused:
        return refused_page(refused, view)
    except Refused as refused:
        return _page(house, view, ref, now, problem=refused, fields=fields)
    return _page(house, view, ref, now, done=deed)


def _ref(view: ActionView) -> Ref | None:
    about = view.payload.get("about")
    return ref_of(about)[0] if about else None


def _page(
    house: House,
    view: ActionView,
    ref: Ref,
    now: datetime,
    *,
    problem: Refused | None = None,
    fields: Mapping[str, str] | None = None,
    done: str = "",
) -> Page:
    try:
        shown = show(house, ref, actor=view.actor, now=now)
    except Refused as refused:
        return unknown_or_away(refused)
    asks = problem is not None and problem.problems[0].code is ProblemCode.DATE_CONCERNS
    return page(
        BAD if problem else OK,
        "matter",
        view=view,
        shown=shown,
        m=shown.matter,
        today=house.today(now),
        forms=[(deed, fields_of(deed, view.actor), _choices(shown, deed)) for deed in shown.deeds],
        problems=sentences(problem) if problem else [],
        filled=dict(fields or {}),
        asks=asks,
        done=done,
    )


def _choices(shown: Shown, deed: Deed) -> list[tuple[str, str]]:
    if deed is Deed.COLOUR:
        return [(colour.value, phrase(f"colour.{colour}")) for colour in Colour]
    if deed is Deed.LADDER:
        return [(str(number), f"{number}. {name}") for number, name in enumerate(LADDER, 1)]
    if deed is Deed.BOX and isinstance(shown.matter, DeadlineMatter):
        return [(str(box.number), str(box.number)) for box in shown.boxes]
    return []
