"""What the form of an action says of what was not right: the sentences, the fields, and likely names."""

from collections.abc import Mapping
from datetime import date

from core.errors import Refused
from services.free_text import LONGEST, likely_names
from services.house import House
from web.forms import COUPLING, DAY, FIT, NEED, NOTE, OF_THE_FORM, OUTCOME, PERSON, REASON, Filled
from web.pages import sentences

_FIELD = {
    **dict.fromkeys((FIT, PERSON, REASON, OUTCOME), "value"),
    DAY: "on",
    NEED: "hulpvraag",
    COUPLING: "soort",
    "nieuwe_datum": "on",
    "overdracht_gepland": "overdracht_gepland",
    "aanmelder": "aanmelder",
    "trede": "trede",
    NOTE: NOTE,
}


def said_of(problem: Refused | None, given: Filled, house: House, today: date) -> Mapping[str, object]:
    """Return for a template the sentences, the names of the fields that are wrong, and the likely names.

    What was written stays in the form; a piece of it that looks like a name is only told to who wrote it.
    """
    names = {
        name: found
        for name, text in given.texts.items()
        if (found := likely_names(text, house.rules, today) if problem else [])
    }
    return {
        "problems": sentences(problem) if problem else [],
        "wrong": {_field(one.column, given) for one in problem.problems} if problem else set(),
        "names": names,
        "longest": LONGEST,
    }


def _field(column: str | None, given: Filled) -> str:
    """Return the name of the field that a problem is about: that of the date unless it says another."""
    if column in given.fields:
        return f"{OF_THE_FORM}{column}"
    return _FIELD.get(column or "", "on")
