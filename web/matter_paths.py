"""Where the page of each matter of governance is, for who is signed in."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

from services.governance.matters import MatterKind, Ref

MATTER_PATH, AGENDA_PATH, SUBMISSIONS_PATH, PLAN_PATH = "/afspraak", "/agenda", "/uitvraag", "/plan"

_WORDS = {
    MatterKind.MEETING: "overleg",
    MatterKind.STEP: "voorbereiding",
    MatterKind.SUBMISSION: "aanlevering",
    MatterKind.ACTION: "actie",
    MatterKind.DEADLINE: "datum",
}
_KINDS = {word: kind for kind, word in _WORDS.items()}
_WITHOUT_DATE = (MatterKind.ACTION, MatterKind.DEADLINE)


def path_of(ref: Ref) -> str:
    """Return the path of a matter; of a date of submissions that of all submissions."""
    if ref.kind is MatterKind.SUBMISSION and not ref.part:
        return SUBMISSIONS_PATH
    dated = () if ref.kind in _WITHOUT_DATE else (ref.original_on.isoformat(),)
    parts = (_WORDS[ref.kind], ref.code, *dated, *([ref.part] if ref.part else []))
    return "/".join([MATTER_PATH, *(quote(part, safe="") for part in parts)])


def ref_at(word: str, code: str, rest: Sequence[str]) -> Ref | None:
    """Read the parts of a path behind `/afspraak`; None for what names no matter."""
    kind = _KINDS.get(word)
    if kind in _WITHOUT_DATE:
        return Ref(kind, code, part=rest[0]) if kind and len(rest) == 1 else None
    wanted = 1 if kind is MatterKind.MEETING else 2
    if kind is None or len(rest) != wanted:
        return None
    try:
        original_on = date.fromisoformat(rest[0])
    except ValueError:
        return None
    return Ref(kind, code, original_on, *rest[1:])
