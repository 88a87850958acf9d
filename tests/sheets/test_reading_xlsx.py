"""What an XLSX file may look like, and what is said when it is broken or dangerous."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.worksheet.worksheet import Worksheet

from core.errors import Problem, ProblemCode, Refused
from sheets import SheetRow, Table, read_table

DATES = frozenset({"start"})
SHEET = "xl/worksheets/sheet1.xml"


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    return saved(book)


def rewritten(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the same package with one part changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return target.getvalue()


def read(content: bytes, name: str = "zaken.xlsx", **limits: int) -> Table:
    return read_table(content, name, date_columns=DATES, **limits)


def problem(content: bytes, name: str = "zaken.xlsx", **limits: int) -> Problem:
    with pytest.raises(Refused) as refused:
        list(read(content, name, **limits).rows)
    return refused.value.problems[0]


def test_values_are_the_text_that_somebody_would_have_typed() -> None:
    content = workbook(
        (" Zaak ", "START", "n", "moment"),
        ("AB-1", date(2026, 3, 1), 123.0, datetime(2026, 3, 1, 13, 45)),  # noqa: DTZ001
        (None, None, "", " "),
        ("AB-2", 46082, 1.5, True),
        ("AB-3", 46082.75, "007", date(2026, 3, 2)),
    )
    table = read(content)
    assert table.header == ("zaak", "start", "n", "moment")
    assert [(row.line, *row.cells.values()) for row in table.rows] == [
        (2, "AB-1", "2026-03-01", "123", "2026-03-01 13:45:00"),
        (4, "AB-2", "2026-03-01", "1.5", "TRUE"),
        (5, "AB-3", "2026-03-01", "007", "2026-03-02"),
    ]


def test_a_1904_workbook_keeps_its_days() -> None:
    book = Workbook()
    book.epoch = MAC_EPOCH
    book.worksheets[0].append(("start", "n"))
    book.worksheets[0].append((date(2026, 3, 1), 1))
    book.worksheets[0].append((46082 - 1462, 46082))
    assert [row.cells["start"] for row in read(saved(book)).rows] == ["2026-03-01", "2026-03-01"]


def test_a_moment_in_a_date_column_is_a_day() -> None:
    content = workbook(("start",), (datetime(2026, 3, 1, 13, 45),))  # noqa: DTZ001
    assert [row.cells for row in read(content).rows] == [{"start": "2026-03-01"}]


def test_the_first_visible_sheet_with_a_header_is_read() -> None:
    book = Workbook()
    book.worksheets[0].sheet_state = "hidden"
    book.worksheets[0].append(("hidden",))
    book.create_sheet("empty")
    wanted: Worksheet = book.create_sheet("zaken")
    wanted["B3"] = "gi"
    wanted["A3"] = "zaak"
    wanted["A5"] = "AB-1"
    assert list(read(saved(book)).rows) == [SheetRow(5, {"zaak": "AB-1", "gi": ""})]


def test_a_wrong_stated_size_hides_no_rows() -> None:
    wrong = rewritten(
        workbook(("zaak", "gi"), ("AB-1", "x")),
        SHEET,
        lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', xml),
    )
    assert list(read(wrong).rows) == [SheetRow(2, {"zaak": "AB-1", "gi": "x"})]


def formula(saved_value: bytes, kind: bytes = b"") -> bytes:
    def fill(xml: bytes) -> bytes:
        return re.sub(
            rb"<c r=\"B2\"[^>]*>(<f>.*?</f>)<v ?/?>(</v>)?", rb'<c r="B2"' + kind + rb">\1" + saved_value, xml
        )

    return rewritten(workbook(("zaak", "gi"), ("AB-1", '=IF(A1="","",1)')), SHEET, fill)


@pytest.mark.parametrize(
    ("saved_value", "kind", "expected"),
    [(b"<v>7</v>", b"", "7"), (b"<v>tekst</v>", b' t="str"', "tekst"), (b"<v></v>", b' t="str"', "")],
)
def test_the_saved_value_of_a_formula_counts(saved_value: bytes, kind: bytes, expected: str) -> None:
    assert list(read(formula(saved_value, kind)).rows) == [SheetRow(2, {"zaak": "AB-1", "gi": expected})]


def test_a_formula_without_a_saved_value_is_refused_with_its_cell() -> None:
    content = workbook(("zaak", "gi"), ("AB-1", "=A1"))
    assert problem(content) == Problem(ProblemCode.FILE_FORMULA_WITHOUT_VALUE, line=2, column="B")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    target = io.BytesIO(workbook(("zaak",)))
    with (
        zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/media/bomb.bin", "w", force_zip64=True) as part,
    ):
        for _ in range(100):
            part.write(bytes(1_048_576))
    found = problem(target.getvalue())
    assert found.code == ProblemCode.FILE_BOMB
    assert found.details["size"] > 100 * 1_048_576  # type: ignore[operator]


def test_a_zip_that_lies_about_its_size_is_refused() -> None:
    target = io.BytesIO(workbook(("zaak",)))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/bomb.bin", bytes(30_000_000))
    lying = target.getvalue().replace((30_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert problem(lying).code in {ProblemCode.FILE_BOMB, ProblemCode.FILE_NOT_A_TABLE}


def test_xml_entities_are_refused() -> None:
    content = rewritten(
        workbook(("zaak",)),
        SHEET,
        lambda xml: b'<!DOCTYPE a [<!ENTITY b "bbbb">]>' + xml,
    )
    assert problem(content) == Problem(ProblemCode.FILE_NOT_A_TABLE)


def test_a_row_number_from_nowhere_ends_soon() -> None:
    content = rewritten(
        workbook(("zaak",), ("AB-1",)),
        SHEET,
        lambda xml: xml.replace(b'<row r="2"', b'<row r="99999999999"').replace(b' r="A2"', b""),
    )
    assert problem(content).code == ProblemCode.FILE_TOO_MANY_ROWS


def zipped(name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr(name, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (zipped("xl/workbook.bin"), "xlsb"),
        (zipped("content.xml"), "ods"),
    ],
)
def test_other_spreadsheets_are_named(content: bytes, kind: str) -> None:
    assert problem(content) == Problem(ProblemCode.FILE_LEGACY_EXCEL, {"kind": kind})


@pytest.mark.parametrize(
    "content",
    [
        zipped("readme.txt"),
        b"PK\x03\x04 torn off",
        workbook(("zaak",), ("AB-1",))[:-200],
        b"zaak;gi\nAB-1;x\n",
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    assert problem(content) == Problem(ProblemCode.FILE_NOT_A_TABLE)


def test_a_torn_sheet_is_refused_while_it_is_read() -> None:
    content = workbook(("zaak",), *(("AB-1",),) * 2000)
    torn = rewritten(content, SHEET, lambda xml: xml[: len(xml) // 2])
    assert problem(torn) == Problem(ProblemCode.FILE_NOT_A_TABLE)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), Problem(ProblemCode.FILE_EMPTY)),
        ((("a", None, "b"),), Problem(ProblemCode.FILE_HEADER_EMPTY, {"position": 2}, line=1)),
        ((("a", "A"),), Problem(ProblemCode.FILE_HEADER_DOUBLE, line=1, column="a")),
        (
            (("a", "b"), (1, 2, 3)),
            Problem(ProblemCode.FILE_CELLS_TOO_MANY, {"cells": 3, "expected": 2}, line=2),
        ),
        ((("a",), (1,), (2,), (3,)), Problem(ProblemCode.FILE_TOO_MANY_ROWS, {"limit": 2}, line=4)),
    ],
)
def test_a_broken_sheet_is_refused_with_the_place(
    rows: tuple[tuple[object, ...], ...], expected: Problem
) -> None:
    assert problem(workbook(*rows), max_rows=2) == expected


def test_the_content_decides_before_the_name() -> None:
    assert read(workbook(("zaak",), ("AB-1",)), "zaken.csv").header == ("zaak",)
