"""XLSX through openpyxl's streaming mode; the values are those that were saved with the file."""

import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import cast

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from core.errors import ProblemCode, refuse
from sheets.package import BROKEN, has_formulas
from sheets.table import Shape, Table, make_table

# It warns of drop-down lists and styles that it would lose on saving; we never save what we read.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")

_LAST_ROW = 1_048_576
# A stray cell far to the right widens every row; this many cells is beyond any list of cases.
_MOST_CELLS = 20_000_000

_Rows = Iterator[tuple[int, Sequence[str]]]


def read_workbook(content: bytes, shape: Shape) -> Table:
    """Read the first visible sheet with a header.

    Raises `Refused` for a package that is damaged or dangerous, an empty workbook, a bad header, and
    while rows are walked for a formula that was saved without its value or a row with too many cells.
    """
    formulas = has_formulas(content)
    try:
        return _first_table(content, shape, formulas=formulas)
    except BROKEN as error:
        raise refuse(ProblemCode.FILE_NOT_A_TABLE) from error


def _first_table(content: bytes, shape: Shape, *, formulas: bool) -> Table:
    values = _open(content, data_only=True)
    sources = _open(content, data_only=False) if formulas else None
    dated = replace(shape, day_nought=values.epoch.date())
    for position, sheet in enumerate(values.worksheets):
        if sheet.sheet_state == "visible":
            raw = _checked(values, position, sources) if sources else _plain(values, position)
            table = make_table(_limited(raw), dated)
            if table:
                return table
    raise refuse(ProblemCode.FILE_EMPTY)


def _open(content: bytes, *, data_only: bool) -> Workbook:
    return load_workbook(io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False)


def _sheet(book: Workbook, position: int) -> Worksheet:
    sheet = book.worksheets[position]
    if not isinstance(sheet, ReadOnlyWorksheet):
        raise TypeError(sheet)
    sheet.reset_dimensions()  # some exporters state a size of one cell
    return cast("Worksheet", sheet)  # it has the same `iter_rows`


def _plain(book: Workbook, position: int) -> _Rows:
    for line, values in enumerate(_sheet(book, position).iter_rows(values_only=True), start=1):
        yield line, [_text(value) for value in values]


def _checked(book: Workbook, position: int, sources: Workbook) -> _Rows:
    """Yield rows as `_plain` does, and refuse a formula without a saved value."""
    rows = zip(_sheet(book, position).iter_rows(), _sheet(sources, position).iter_rows(), strict=True)
    for line, (values, formulas) in enumerate(rows, start=1):
        for column, (cell, source) in enumerate(zip(values, formulas, strict=True), start=1):
            # A formula whose saved value is an empty text keeps the type "str".
            if source.data_type == "f" and cell.value is None and cell.data_type != "str":
                letter = get_column_letter(column)
                raise refuse(ProblemCode.FILE_FORMULA_WITHOUT_VALUE, line=line, column=letter)
        yield line, [_text(cell.value) for cell in values]


def _limited(raw: _Rows) -> _Rows:
    """Yield rows as long as the sheet could come from Excel; damage shows as a refusal."""
    cells = 0
    try:
        for line, row in raw:
            cells += len(row)
            if line > _LAST_ROW or cells > _MOST_CELLS:
                raise refuse(ProblemCode.FILE_TOO_MANY_ROWS, line=line, limit=_LAST_ROW)
            yield line, row
    except BROKEN as error:
        raise refuse(ProblemCode.FILE_NOT_A_TABLE) from error


def _text(value: object) -> str:
    """Return a cell's value as the text that somebody would have typed."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return _day(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _day(moment: datetime) -> str:
    """Return the day alone when the time is midnight, as it is for every date cell."""
    return moment.date().isoformat() if moment.time() == time() else moment.isoformat(" ", "seconds")
