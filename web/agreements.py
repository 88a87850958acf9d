"""The page of a matter of governance behind a mail link: what was agreed, and a form for each deed.

GET shows; only POST does. A form carries the version that its reader saw, so that of two people one is told
that it has changed.
"""

from collections.abc import Mapping
from datetime import datetime

from starlette.responses import Response

from core.errors import NotAllowed, ProblemCode, Refused
from core.oversight import LADDER
from core.planboard import Colour
from services.actions import ActionView
from services.calendars.meeting_files import meeting_file
from services.governance.access import Deed, fields_of
from services.governance.deeds import Filled, do
from services.governance.matters import DeadlineMatter, MeetingMatter, Ref, ref_of
from services.governance.showing import Shown, show
from services.house import House
from templates import phrase
from web.pages import BAD, OK, Page, nothing_here, page, refused_page, sentences, unknown_or_away

CALENDAR_FILE = "agendabestand"
"""What a page's address ends with, behind a question mark, for the calendar file of its meeting."""


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
        fields.get("case", ""),
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


def file_answer(house: House, view: ActionView, now: datetime) -> Response:
    """Return the calendar file of the meeting that a link leads to. Refuses what has none."""
    from feeds.calendar import to_document  # noqa: PLC0415 - its library is only for who asks
    from templates.calendar_words import DUTCH  # noqa: PLC0415

    ref = _ref(view)
    if ref is None:
        return nothing_here().response()
    entry = meeting_file(house, ref, actor=view.actor, now=now)
    body = to_document(entry, DUTCH, zone=house.rules.zone)
    name = phrase("ical.file_name", on=entry.event.when.on)
    return Response(
        body,
        headers={
            "Content-Type": "text/calendar; method=PUBLISH; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


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
        file=CALENDAR_FILE if _is_dated(shown) else "",
        done=done,
    )


def _is_dated(shown: Shown) -> bool:
    return isinstance(shown.matter, MeetingMatter) and shown.matter.occurrence.on is not None


def _choices(shown: Shown, deed: Deed) -> dict[str, list[tuple[str, str]]]:
    """Return what can be picked in each field of a deed's form."""
    found = {"choice": _of_choice(shown, deed)}
    if isinstance(shown.matter, MeetingMatter):
        found["case"] = [(one.code, one.code) for one in shown.matter.open_cases]
    return found


def _of_choice(shown: Shown, deed: Deed) -> list[tuple[str, str]]:
    if deed is Deed.COLOUR:
        return [(colour.value, phrase(f"colour.{colour}")) for colour in Colour]
    if deed is Deed.LADDER:
        return [(str(number), f"{number}. {name}") for number, name in enumerate(LADDER, 1)]
    if deed is Deed.CASE_OUTCOME:
        return list(shown.outcomes.items())
    if deed is Deed.BOX and isinstance(shown.matter, DeadlineMatter):
        return [(str(box.number), str(box.number)) for box in shown.boxes]
    return []
