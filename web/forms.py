"""What somebody filled in, as it came, and what it means."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qs

from starlette.requests import Request

from core.errors import ProblemCode, Refused, refuse
from core.facts import COURSE_CHECKLIST, FactKind
from services.casefile import read_date

DAY, FIT, PERSON = "day", "fit", "person"
REASON, OUTCOME, NEED, COUPLING = "reason", "outcome", "need", "coupling"
"""What can be left open; `choose_<name>` in the phrases of the pages asks for it."""

FORM_TOKEN = "formulier"  # noqa: S105 - the name of a field

NOTE, NO_NAME = "toelichting", "geen_naam"
"""The field of a short text, and the pieces of it of which the writer said that they are no name."""

OF_THE_FORM = "veld_"
"""Before the code of a field of an application form."""

_MOST_BYTES = 64_000
_MOST_FIELDS = 200


class Fields:
    """The fields of a form as they came."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        """Take the values of each field, in order."""
        self._values = values

    def one(self, name: str) -> str:
        """Return the first value of a field, without spaces around it; empty when there is none."""
        return next(iter(self._values.get(name, ())), "").strip()

    def all(self, name: str) -> Sequence[str]:
        """Return every value of a field."""
        return self._values.get(name, ())

    def text(self, name: str) -> str:
        """Return a longer text, its lines ended as they are counted."""
        return self.one(name).replace("\r\n", "\n")

    def names(self) -> Iterable[str]:
        """Return the name of every field that came."""
        return self._values.keys()


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled-in form of an action, each field as it came.

    `on` is the date as text, `value` the choice, `ticked` what was ticked of the checklist; `note` and
    `fields` (by code) are short texts, `no_names` the pieces of them that are no name.
    """

    on: str = ""
    value: str = ""
    ticked: tuple[FactKind, ...] = ()
    note: str = ""
    no_names: tuple[str, ...] = ()
    need: str = ""
    coupling: str = ""
    handover_on: str = ""
    rung: str = ""
    applied_by: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> Mapping[str, str]:
        """Return every short text that was written, by the name of its field."""
        return {NOTE: self.note} | {f"{OF_THE_FORM}{code}": text for code, text in self.fields.items()}


async def read_fields(request: Request) -> Fields | None:
    """Read the form of a request; None when it is too large or no form at all."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return None
    try:
        return Fields(parse_qs(body.decode(), max_num_fields=_MOST_FIELDS, keep_blank_values=True))
    except ValueError:
        return None


def filled(fields: Fields) -> Filled:
    """Return what the form of an action holds."""
    ticked = fields.all("item")
    return Filled(
        on=fields.one("on"),
        value=fields.one("value"),
        ticked=tuple(kind for kind in COURSE_CHECKLIST if kind in ticked),
        note=fields.text(NOTE),
        no_names=tuple(fields.all(NO_NAME)),
        need=fields.one("hulpvraag"),
        coupling=fields.one("soort"),
        handover_on=fields.one("overdracht_gepland"),
        rung=fields.one("trede"),
        applied_by=fields.one("aanmelder"),
        fields={
            name.removeprefix(OF_THE_FORM): fields.text(name)
            for name in fields.names()
            if name.startswith(OF_THE_FORM)
        },
    )


def read_day(text: str) -> date:
    """Read a date field, also as people type it. Refuses an empty one, what is no date, and a day too far."""
    if not text:
        raise refuse(ProblemCode.VALUE_MISSING, column=DAY)
    return read_date(text)


class Reading:
    """A form being read field by field; `wrong` gathers the sentence of each field that is not right."""

    def __init__(self, fields: Fields, sentence: Callable[[Refused], str]) -> None:
        """Take the fields, and what puts a refusal into words."""
        self.fields, self.wrong = fields, dict[str, str]()
        self._sentence = sentence

    def text(self, name: str) -> str:
        """Return a text that must be there."""
        text = self.fields.one(name)
        if not text:
            self.refuse(name, refuse(ProblemCode.VALUE_MISSING, column=name))
        return text

    def choice(self, name: str, offered: Collection[str]) -> str:
        """Return one of what was offered."""
        text = self.fields.one(name)
        if text not in offered:
            self.refuse(name, refuse(ProblemCode.VALUE_MISSING, column=name))
        return text

    def day(self, name: str, *, needed: bool = True) -> date | None:
        """Return a day; None when it was left open or cannot be."""
        text = self.fields.one(name)
        if not text and not needed:
            return None
        try:
            return read_day(text)
        except Refused as refused:
            self.refuse(name, refused)
            return None

    def refuse(self, name: str, refused: Refused) -> None:
        """Keep that a field is not right; of each field the first reason."""
        self.wrong.setdefault(name, self._sentence(refused))
