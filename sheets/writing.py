"""Tables written for Excel, in which no cell can act as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import chain
from typing import TypeAlias, cast

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Value: TypeAlias = str | int | float | date | datetime | None
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Characters that XML cannot hold, and that nobody typed.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return the table as CSV for a Dutch Excel: UTF-8 with BOM, `;`, CRLF, dates as `YYYY-MM-DD`.

    A text that Excel would take for a formula gets an apostrophe in front.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in chain([header], rows):
        writer.writerow([_harmless(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return the table as an XLSX workbook with a bold, fixed header row; dates are real date cells."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([_heading(sheet, name) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _harmless(value: Value) -> str:
    if isinstance(value, str):
        plain = _UNWRITABLE.sub("", value)
        return f"'{plain}" if plain.startswith(_FORMULA_STARTS) else plain
    if isinstance(value, date):
        return _iso(value)
    return "" if value is None else str(value)


def _iso(value: date) -> str:
    return value.isoformat(" ", "seconds") if isinstance(value, datetime) else value.isoformat()


def _heading(sheet: WriteOnlyWorksheet, name: str) -> Cell:
    cell = _cell(sheet, name)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Value) -> Cell:
    if isinstance(value, datetime) and value.tzinfo:
        value = _iso(value)  # Excel knows no offsets
    plain = _UNWRITABLE.sub("", value) if isinstance(value, str) else value
    cell: Cell = WriteOnlyCell(sheet, cast("datetime | str | float | None", plain))
    if not isinstance(value, str):
        return cell
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(_FORMULA_STARTS)  # it stays text when somebody edits it
    return cell
