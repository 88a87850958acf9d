"""The page of a matter of governance: what was agreed, and a form for each deed.

It is shown behind a mail link and to who is signed in. GET shows; only POST does. A form carries the version
that its reader saw, so that of two people one is told that it has changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from core.errors import NotAllowed, ProblemCode, Refused
from core.oversight import LADDER
from core.people import Actor
from core.planboard import Colour
from services.actions import ActionView
from services.calendars.meeting_files import meeting_file
from services.governance.access import HAS_BEEN, Deed, fields_of
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.matters import DeadlineMatter, MeetingMatter, Ref, SubmissionMatter, ref_of
from services.governance.reminding import Reminded
from services.governance.showing import Shown, show
from services.house import House
from templates import phrase
from web.pages import BAD, OK, Page, moved, nothing_here, page, refused_page, sentences, unknown_or_away
from web.visitor import Visitor

CALENDAR_FILE = "agendabestand"
"""What a page's address ends with, behind a question mark, for the calendar file of its meeting."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the page: by a link from a mail, or signed in as `visitor`."""

    name: str
    actor: Actor
    now: datetime
    view: ActionView | None = None
    visitor: Visitor | None = None


def reader_of(view: ActionView, now: datetime) -> Reader:
    """Return who has a link from a mail."""
    return Reader(view.person.name, view.actor, now, view=view)


def reader_signed_in(visitor: Visitor) -> Reader:
    """Return who is signed in."""
    return Reader(visitor.person.name, visitor.actor, visitor.now, visitor=visitor)


def matter_page(house: House, view: ActionView, now: datetime) -> Page:
    """Return the page of the matter that a link leads to."""
    ref = _ref(view)
    return show_matter(house, ref, reader_of(view, now)) if ref else nothing_here()


def do_at_page(house: House, view: ActionView, fields: Mapping[str, str], now: datetime) -> Page:
    """Do what a form of the page behind a link asks for, and return the page as it is then."""
    ref = _ref(view)
    return do_about(house, ref, reader_of(view, now), fields) if ref else nothing_here()


def do_about(
    house: House,
    ref: Ref,
    reader: Reader,
    fields: Mapping[str, str],
    *,
    then: Callable[[Ref], str] | None = None,
) -> Page:
    """Do what a form asks for; return the page as it is then, or where nothing is told go on to its path."""
    deed = fields.get("deed", "")
    if deed not in list(Deed):
        return nothing_here(reader.visitor)
    filled = Filled(
        fields.get("text", ""),
        fields.get("on", ""),
        fields.get("at", ""),
        fields.get("choice", ""),
        fields.get("case", ""),
        fields.get("until", ""),
        fields.get("evidence", ""),
        confirmed=fields.get("confirmed") == "ja",
    )
    version = int(fields["version"]) if fields.get("version", "").isdecimal() else None
    try:
        done = do(house, Deed(deed), ref, version=version, actor=reader.actor, now=reader.now, filled=filled)
    except NotAllowed as refused:
        return refused_page(refused, reader.view, reader.visitor)
    except Refused as refused:
        return show_matter(house, ref, reader, problem=refused, fields=fields)
    if then is not None and done.reminded is None:
        return moved(f"{then(done.matter.ref)}?gedaan={deed}")
    return show_matter(house, ref, reader, done=deed, reminded=done.reminded)


def file_answer(house: House, view: ActionView, now: datetime) -> Response:
    """Return the calendar file of the meeting that a link leads to. Refuses what has none."""
    ref = _ref(view)
    return nothing_here().response() if ref is None else file_of(house, ref, view.actor, now)


def file_of(house: House, ref: Ref, actor: Actor, now: datetime) -> Response:
    """Return the calendar file of a meeting. Refuses what has none."""
    from feeds.calendar import to_document  # noqa: PLC0415 - its library is only for who asks
    from templates.calendar_words import DUTCH  # noqa: PLC0415

    entry = meeting_file(house, ref, actor=actor, now=now)
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


def show_matter(
    house: House,
    ref: Ref,
    reader: Reader,
    *,
    problem: Refused | None = None,
    fields: Mapping[str, str] | None = None,
    done: str = "",
    reminded: Reminded | None = None,
) -> Page:
    """Return the page of a matter. What is not there and what the reader may not see look the same."""
    try:
        shown = show(house, ref, actor=reader.actor, now=reader.now)
    except Refused as refused:
        return unknown_or_away(refused, reader.visitor)
    asks = problem is not None and problem.problems[0].code is ProblemCode.DATE_CONCERNS
    names = {code: one.name for code, one in house.rules.organisations.items()}
    forms = [(deed, fields_of(deed, reader.actor), _choices(shown, deed)) for deed in shown.deeds]
    return page(
        BAD if problem else OK,
        "matter",
        visitor=reader.visitor,
        reader=reader.name,
        shown=shown,
        m=shown.matter,
        today=house.today(reader.now),
        organisation=names.get(ref.part, ref.part) if isinstance(shown.matter, SubmissionMatter) else "",
        at_once=[deed for deed, asked, _ in forms if not asked],
        forms=[form for form in forms if form[1]],
        from_today=HAS_BEEN,
        problems=sentences(problem) if problem else [],
        filled=dict(fields or {}),
        asks=asks,
        file=CALENDAR_FILE if _is_dated(shown) else "",
        done=done,
        reminded=reminded,
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
        return [(colour.value, phrase(f"colour.{colour}")[2:]) for colour in Colour]
    if deed is Deed.LADDER:
        return [(str(number), f"{number}. {name}") for number, name in enumerate(LADDER, 1)]
    if deed is Deed.CASE_OUTCOME:
        return list(shown.outcomes.items())
    if deed is Deed.BOX and isinstance(shown.matter, DeadlineMatter):
        return [(str(box.number), str(box.number)) for box in shown.boxes]
    return []
