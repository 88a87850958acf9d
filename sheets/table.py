"""A table as it is read: a header and rows of text, whatever kind of file it came from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from core.errors import ProblemCode, refuse

SYSTEM_1900 = date(1899, 12, 30)
"""Day nought of Excel's usual date system, for every day after February 1900."""

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
# Outside these years a number is a typing error ("2026" would be a day in 1905): it stays as it was typed.
_EARLIEST, _LATEST = date(1950, 1, 1), date(2120, 1, 1)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: the line that the user sees in the file, and a stripped text for every header name."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Header names (stripped, lower case, unique) and the rows below them, without the empty ones.

    `rows` streams and can be walked once; walking it raises `Refused` at the first row that is broken.
    """

    header: tuple[str, ...]
    rows: Iterator[SheetRow]


@dataclass(frozen=True, slots=True)
class Shape:
    """How raw rows become `SheetRow`s."""

    date_columns: frozenset[str]
    max_rows: int
    day_nought: date = SYSTEM_1900


def is_blank(cells: Sequence[str]) -> bool:
    """Tell whether a row holds nothing but white space."""
    return not any(cell and not cell.isspace() for cell in cells)


def make_table(raw: Iterator[tuple[int, Sequence[str]]], shape: Shape) -> Table | None:
    """Return the table in raw rows of (line, cells), or None when all of them are empty.

    Raises `Refused` for a header with an empty or a double name.
    """
    for line, cells in raw:
        if not is_blank(cells):
            header = _header(line, cells)
            return Table(header, _rows(raw, header, shape))
    return None


@lru_cache(maxsize=20_000)
def day_text(text: str, day_nought: date) -> str:
    """Return `YYYY-MM-DD` for an Excel serial number or an ISO local moment, and other text as it is."""
    moment = _MOMENT.fullmatch(text)
    if moment:
        return moment[1]
    if not _SERIAL.fullmatch(text):
        return text
    day = day_nought + timedelta(days=int(text[:5]))
    return day.isoformat() if _EARLIEST <= day < _LATEST else text


def _header(line: int, cells: Sequence[str]) -> tuple[str, ...]:
    names = [cell.strip().lower() for cell in cells]
    while not names[-1]:  # Excel keeps columns that were once used
        names.pop()
    for position, name in enumerate(names, start=1):
        if not name:
            raise refuse(ProblemCode.FILE_HEADER_EMPTY, line=line, position=position)
        if name in names[: position - 1]:
            raise refuse(ProblemCode.FILE_HEADER_DOUBLE, line=line, column=name)
    return tuple(names)


def _rows(
    raw: Iterator[tuple[int, Sequence[str]]], header: tuple[str, ...], shape: Shape
) -> Iterator[SheetRow]:
    count = 0
    dated = shape.date_columns.intersection(header)
    for line, cells in raw:
        if is_blank(cells):
            continue
        count += 1
        if count > shape.max_rows:
            raise refuse(ProblemCode.FILE_TOO_MANY_ROWS, line=line, limit=shape.max_rows)
        named = _named(line, cells, header)
        for name in dated:
            named[name] = day_text(named[name], shape.day_nought)
        yield SheetRow(line, named)


def _named(line: int, cells: Sequence[str], header: tuple[str, ...]) -> dict[str, str]:
    width = len(header)
    if len(cells) > width and not is_blank(cells[width:]):
        raise refuse(ProblemCode.FILE_CELLS_TOO_MANY, line=line, cells=_filled(cells), expected=width)
    named = dict.fromkeys(header, "")
    named.update(zip(header, map(str.strip, cells), strict=False))
    return named


def _filled(cells: Sequence[str]) -> int:
    """Count up to the last cell that is not empty."""
    return max(position for position, cell in enumerate(cells, start=1) if cell.strip())
