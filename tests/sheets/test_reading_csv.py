"""What a CSV file may look like, and what is said when it is broken."""

import tracemalloc

import pytest

from core.errors import Problem, ProblemCode, Refused
from sheets import SheetRow, read_table

HEADER = "zaak;gi;opmerking\r\n"


def rows(content: str | bytes, **options: object) -> list[SheetRow]:
    data = content.encode() if isinstance(content, str) else content
    return list(read_table(data, "zaken.csv", **options).rows)  # type: ignore[arg-type]


def problem(content: str | bytes, name: str = "zaken.csv", **options: object) -> Problem:
    data = content.encode() if isinstance(content, str) else content
    with pytest.raises(Refused) as refused:
        list(read_table(data, name, **options).rows)  # type: ignore[arg-type]
    return refused.value.problems[0]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_header_decides_on_the_delimiter(delimiter: str) -> None:
    text = delimiter.join(("zaak", '"gi;,\t"', "c")) + "\n" + delimiter.join(("AB-1", "x", '"1;2,3"'))
    assert rows(text) == [SheetRow(2, {"zaak": "AB-1", "gi;,": "x", "c": "1;2,3"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_that_excel_writes_are_read(encoding: str) -> None:
    content = (HEADER + "AB-1;gi;caf\u00e9 \u20ac\r\n").encode(encoding)
    assert rows(content)[0].cells["opmerking"] == "caf\u00e9 \u20ac"


def test_utf16_big_endian_with_mark_is_read() -> None:
    content = b"\xfe\xff" + (HEADER + "AB-1;gi;\u00eb\r\n").encode("utf-16-be")
    assert rows(content)[0].cells["opmerking"] == "\u00eb"


def test_a_byte_that_windows_1252_lacks_is_refused_with_its_line() -> None:
    content = HEADER.encode() + b"AB-1;gi;\xe9\r\nAB-2;gi;\x81\r\n"
    assert problem(content) == Problem(ProblemCode.FILE_ENCODING, {"byte": "0x81"}, line=3)


def test_a_bad_byte_far_into_the_file_has_the_right_line() -> None:
    content = HEADER.encode() + b"AB-1;gi;\xe9 text\r\n" * 20_000 + b"AB-2;gi;\x8d"
    assert problem(content).line == 20_002


def test_a_marked_utf8_file_is_not_taken_for_windows_1252() -> None:
    content = b"\xef\xbb\xbf" + HEADER.encode() + b"AB-1;gi;\xe9\r\n"
    assert problem(content) == Problem(ProblemCode.FILE_ENCODING, {"byte": "0xE9"}, line=2)


@pytest.mark.parametrize("content", [b"zaak;gi\nAB\x00;x\n", "zaak;gi\nAB;x\n".encode("utf-16-le")])
def test_nul_bytes_are_refused(content: bytes) -> None:
    found = problem(content)
    assert (found.code, found.details) == (ProblemCode.FILE_ENCODING, {"byte": "0x00"})


def test_separators_and_newlines_within_quotes_belong_to_the_cell() -> None:
    text = HEADER + 'AB-1;gi;"een; twee\r\n""drie"""\r\n\r\nAB-2;gi;\r\n'
    assert rows(text) == [
        SheetRow(2, {"zaak": "AB-1", "gi": "gi", "opmerking": 'een; twee\r\n"drie"'}),
        SheetRow(5, {"zaak": "AB-2", "gi": "gi", "opmerking": ""}),
    ]


def test_the_separator_line_of_excel_is_no_header() -> None:
    table = read_table(b"sep=,\r\nzaak,a;b;c\r\nAB-1,x\r\n", "zaken.csv")
    assert table.header == ("zaak", "a;b;c")
    assert list(table.rows) == [SheetRow(3, {"zaak": "AB-1", "a;b;c": "x"})]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_counts_as_one_line(ending: str) -> None:
    text = ending.join(("", ";;", "Zaak ; GI", "", " ; ", "AB-1;x", "AB-2"))
    assert rows(text) == [SheetRow(6, {"zaak": "AB-1", "gi": "x"}), SheetRow(7, {"zaak": "AB-2", "gi": ""})]


def test_columns_that_were_once_used_are_dropped() -> None:
    assert rows("zaak;gi;;\nAB-1;x;;\n") == [SheetRow(2, {"zaak": "AB-1", "gi": "x"})]


def test_a_file_with_only_a_header_is_an_empty_table() -> None:
    table = read_table(b"zaak;gi", "zaken.csv")
    assert (table.header, list(table.rows)) == (("zaak", "gi"), [])


def test_serial_numbers_in_date_columns_become_days() -> None:
    text = "start;aantal\n46082;46082\n46082,5;1\n2026;1\n20260301;1\n1-3-2026;1\n2026-03-01 13:45;1\n"
    found = [row.cells["start"] for row in rows(text, date_columns=frozenset({"start", "einde"}))]
    assert found == ["2026-03-01", "2026-03-01", "2026", "20260301", "1-3-2026", "2026-03-01"]
    assert rows(text)[0].cells["aantal"] == "46082"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Problem(ProblemCode.FILE_EMPTY)),
        ("\ufeff \r\n;;\r\n", Problem(ProblemCode.FILE_EMPTY)),
        ("sep=;\r\n", Problem(ProblemCode.FILE_EMPTY)),
        ("zaak;;gi\n", Problem(ProblemCode.FILE_HEADER_EMPTY, {"position": 2}, line=1)),
        ("\nzaak;gi;ZAAK \n", Problem(ProblemCode.FILE_HEADER_DOUBLE, line=2, column="zaak")),
        ("a;b\n1;2\n1;2;3\n", Problem(ProblemCode.FILE_CELLS_TOO_MANY, {"cells": 3, "expected": 2}, line=3)),
        ('a;b\n1;2\n1;"2\n3;4\n', Problem(ProblemCode.FILE_QUOTE_OPEN, line=3)),
        ('a;b\n1;"2\n3;4\n5;"x"\n', Problem(ProblemCode.FILE_QUOTE_OPEN, line=2)),
        ('"a;b\n1;2\n', Problem(ProblemCode.FILE_QUOTE_OPEN, line=1)),
        ('a;b\n1;"' + "3;4\n" * 50_000, Problem(ProblemCode.FILE_QUOTE_OPEN, line=2)),
        ("a;b\n1;" + "x" * 200_000, Problem(ProblemCode.FILE_CELL_TOO_LONG, {"limit": 131_072}, line=2)),
        ("a;b\n" + "x;" * 600_000, Problem(ProblemCode.FILE_CELL_TOO_LONG, {"limit": 131_072}, line=2)),
        ("<html><table>", Problem(ProblemCode.FILE_NOT_A_TABLE)),
        ("%PDF-1.7\n", Problem(ProblemCode.FILE_NOT_A_TABLE)),
    ],
)
def test_a_broken_file_is_refused_with_the_place(text: str, expected: Problem) -> None:
    assert problem(text) == expected


def test_limits_are_named() -> None:
    assert problem("a;b\n1;2\n", max_bytes=7) == Problem(ProblemCode.FILE_TOO_LARGE, {"size": 8, "limit": 7})
    assert problem("a\n1\n\n2\n3\n", max_rows=2) == Problem(
        ProblemCode.FILE_TOO_MANY_ROWS, {"limit": 2}, line=5
    )


def test_fifty_megabytes_stream_through_little_memory() -> None:
    line = b"AB-2026-00001;gi;" + b"x" * 3980 + b"\r\n"
    content = HEADER.encode() + line * 12_500
    assert len(content) > 49_000_000
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_table(content, "zaken.csv").rows)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 12_500
    assert peak < 5_000_000
