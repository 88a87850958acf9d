"""What somebody filled in, as it came, and what it means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qs

from starlette.requests import Request

from core.errors import ProblemCode, refuse
from core.facts import COURSE_CHECKLIST, FactKind
from services.casefile import read_date

DAY, FIT, PERSON = "day", "fit", "person"
"""What can be left open; `web.choose_<name>` in the phrases asks for it."""

_MOST_BYTES = 8_000
_MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled-in form: the date as text, the choice, and the ticked items of the checklist."""

    on: str = ""
    value: str = ""
    ticked: tuple[FactKind, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


async def read_form(request: Request) -> Filled | None:
    """Read the form of a request; None when it is too large or no form at all."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return None
    try:
        fields = parse_qs(body.decode(), max_num_fields=_MOST_FIELDS, keep_blank_values=True)
    except ValueError:
        return None
    return _filled(fields)


def _filled(fields: Mapping[str, Sequence[str]]) -> Filled:
    ticked = fields.get("item", ())
    return Filled(
        on=fields.get("on", [""])[0].strip(),
        value=fields.get("value", [""])[0],
        fields={name: values[0] for name, values in fields.items()},
        ticked=tuple(kind for kind in COURSE_CHECKLIST if kind in ticked),
    )


def read_day(text: str) -> date:
    """Read a date field, also as people type it. Refuses an empty one, what is no date, and a day too far."""
    if not text:
        raise refuse(ProblemCode.VALUE_MISSING, column=DAY)
    return read_date(text)
