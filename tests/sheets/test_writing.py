"""Written files read back as they were, and no cell acts as a formula."""

import io
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from sheets import read_table, write_csv, write_xlsx

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
tables = st.lists(st.tuples(cells, cells), max_size=8)


def harmless(text: str) -> str:
    plain = CONTROLS.sub("", text)
    return ("'" + plain if plain.startswith(("=", "+", "-", "@", "\t", "\r")) else plain).strip()


def lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(tables)
def test_csv_reads_back_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    found = read_table(write_csv(("a", "b"), rows), "x.csv")
    expected = [(harmless(a), harmless(b)) for a, b in rows]
    assert [tuple(row.cells.values()) for row in found.rows] == [row for row in expected if any(row)]


@settings(deadline=None)
@given(tables)
def test_xlsx_reads_back_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    found = read_table(write_xlsx(("a", "b"), rows), "x.xlsx")
    expected = [tuple(lines(CONTROLS.sub("", cell)).strip() for cell in row) for row in rows]
    assert [tuple(row.cells.values()) for row in found.rows] == [row for row in expected if any(row)]


def test_csv_is_what_a_dutch_excel_opens() -> None:
    content = write_csv(("zaak", "dag"), [("caf\u00e9; x", date(2026, 3, 1)), (None, 4)])
    assert content == b"\xef\xbb\xbf" + 'zaak;dag\r\n"caf\u00e9; x";2026-03-01\r\n;4\r\n'.encode()


@pytest.mark.parametrize("text", ["=1+1", "+31", "-x", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_acts_as_a_formula(text: str) -> None:
    assert f"'{text}" in write_csv(("a",), [(text,)]).decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(write_xlsx(("a",), [(text,)]))).worksheets[0]
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].quotePrefix


def test_values_keep_their_kind_in_a_workbook() -> None:
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    content = write_xlsx(("dag", "n", "moment"), [(date(2026, 3, 1), 3, moment)])
    assert load_workbook(io.BytesIO(content)).worksheets[0]["A2"].is_date
    row = next(read_table(content, "x.xlsx").rows)
    assert row.cells == {"dag": "2026-03-01", "n": "3", "moment": "2026-03-01 09:30:00+00:00"}
