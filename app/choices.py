"""What somebody types for an institution, municipality, norm or status, turned into its code."""

from collections.abc import Mapping
from difflib import get_close_matches

from core.errors import ProblemCode, refuse
from core.rules import Municipality, Organisation, Rules
from core.terms import Status


def organisation_code(rules: Rules, text: str | None) -> str | None:
    """Return the code of an institution given by code or name. Refuses an unknown one."""
    return _code(rules.organisations, text, ProblemCode.ORGANISATION_UNKNOWN, "--gi")


def municipality_code(rules: Rules, text: str | None) -> str | None:
    """Return the code of a municipality given by code or name. Refuses an unknown one."""
    return _code(rules.municipalities, text, ProblemCode.MUNICIPALITY_UNKNOWN, "--gemeente")


def norm_code(rules: Rules, text: str | None) -> str | None:
    """Return the code of a norm. Refuses an unknown one."""
    if text is not None and text not in rules.norms.codes:
        raise refuse(ProblemCode.NORM_UNKNOWN, column="--norm", value=text, known=rules.norms.codes)
    return text


def status_named(text: str | None) -> Status | None:
    """Return a status by its name. Refuses an unknown one."""
    if text is None:
        return None
    try:
        return Status(text.lower())
    except ValueError as error:
        known = tuple(Status)
        raise refuse(ProblemCode.STATUS_UNKNOWN, column="--status", value=text, known=known) from error


def _code(
    known: Mapping[str, Organisation] | Mapping[str, Municipality],
    text: str | None,
    problem: ProblemCode,
    option: str,
) -> str | None:
    if text is None:
        return None
    by_text = {name.casefold(): (name, code) for code, entry in known.items() for name in (code, entry.name)}
    found = by_text.get(text.casefold())
    if found is None:
        near = get_close_matches(text.casefold(), list(by_text), 1, 0.5)
        closest = by_text[near[0]][0] if near else None
        raise refuse(problem, column=option, value=text, closest=closest, known=tuple(known))
    return found[1]
