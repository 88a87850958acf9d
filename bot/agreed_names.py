"""The names of matters as buttons carry them: short, and read in one place."""

from datetime import date

from bot.date_picker import compact, read_day
from core.errors import ProblemCode, refuse
from services.governance.matters import NO_DAY, MatterKind, Ref
from services.house import House

_LETTERS = {
    MatterKind.MEETING: "m",
    MatterKind.STEP: "p",
    MatterKind.SUBMISSION: "u",
    MatterKind.ACTION: "a",
    MatterKind.DEADLINE: "d",
}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}


def packed(ref: Ref, house: House) -> tuple[str, ...]:
    """Return the parts of a button for a matter; an institution is its place in the configuration."""
    letter = _LETTERS[ref.kind]
    if ref.kind in (MatterKind.ACTION, MatterKind.DEADLINE):
        return letter, ref.code, ref.part
    if ref.kind is MatterKind.SUBMISSION and ref.part:
        part = str(list(house.rules.organisations).index(ref.part))
        return letter, ref.code, compact(ref.original_on), part
    parts = (letter, ref.code, compact(ref.original_on))
    return (*parts, ref.part) if ref.part else parts


def packed_plainly(ref: Ref) -> tuple[str, ...]:
    """Return the parts of a button without the configuration: of a submission its date, for everybody."""
    letter = _LETTERS[ref.kind]
    if ref.kind in (MatterKind.ACTION, MatterKind.DEADLINE):
        return letter, ref.code, ref.part
    parts = (letter, ref.code, compact(ref.original_on))
    return (*parts, ref.part) if ref.kind is MatterKind.STEP else parts


def unpacked(parts: tuple[str, ...], house: House) -> Ref:
    """Read the parts of a button. Refuses what names nothing."""
    kind = _KINDS.get(parts[0]) if len(parts) > 2 else None  # noqa: PLR2004 - letter, code, date or part
    if kind is None:
        raise refuse(ProblemCode.MATTER_UNKNOWN)
    if kind in (MatterKind.ACTION, MatterKind.DEADLINE):
        return Ref(kind, parts[1], NO_DAY, parts[2])
    on: date | None = read_day(parts[2])
    part = parts[3] if len(parts) > 3 else ""  # noqa: PLR2004 - the part comes fourth
    if kind is MatterKind.SUBMISSION and part:
        codes = list(house.rules.organisations)
        part = codes[int(part)] if part.isdigit() and int(part) < len(codes) else "?"
    if on is None:
        raise refuse(ProblemCode.MATTER_UNKNOWN)
    return Ref(kind, parts[1], on, part)
