"""Guards free text about a case: nothing personal in it, and only where it may be typed (decision 12)."""

from collections.abc import Collection
from datetime import date

from core.errors import Problem, ProblemCode, Refused
from core.privacy import MarkerKind, find_markers
from core.rules import Rules

LONGEST = 600
_PROBLEMS = {
    MarkerKind.BSN: ProblemCode.TEXT_HAS_BSN,
    MarkerKind.BIRTH_DATE: ProblemCode.TEXT_HAS_BIRTH_DATE,
    MarkerKind.LIKELY_NAME: ProblemCode.TEXT_LIKELY_NAME,
}


def guarded_text(
    text: str | None,
    rules: Rules,
    today: date,
    *,
    column: str = "toelichting",
    no_names: Collection[str] = (),
) -> str | None:
    """Return the text to keep, None for none.

    Refuses a BSN, a birth date, and what looks like a name unless it is among `no_names`, the pieces of text
    of which the writer said that they are no name; never repeats what was found. Refuses over 600 characters.
    """
    text = (text or "").strip()
    if not text:
        return None
    if len(text) > LONGEST:
        raise Refused(Problem(ProblemCode.TEXT_TOO_LONG, {"used": len(text), "most": LONGEST}, column=column))
    markers = find_markers(text, case_code=rules.privacy.case_code, today=today)
    found = [
        marker
        for marker in markers
        if marker.kind is not MarkerKind.LIKELY_NAME or text[marker.start : marker.end] not in no_names
    ]
    if found:
        kinds = dict.fromkeys(marker.kind for marker in found)
        raise Refused(*(Problem(_PROBLEMS[kind], {}, column=column) for kind in kinds))
    return text


def likely_names(text: str, rules: Rules, today: date) -> list[str]:
    """Return the pieces of a text that look like a name, for the question whether they are one."""
    markers = find_markers(text, case_code=rules.privacy.case_code, today=today)
    return [text[one.start : one.end] for one in markers if one.kind is MarkerKind.LIKELY_NAME]
