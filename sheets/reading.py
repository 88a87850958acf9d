"""The front door for files: what kind is it, and who reads it."""

from pathlib import PurePath

from core.errors import ProblemCode, refuse
from sheets.delimited import read_delimited
from sheets.table import Shape, Table
from sheets.workbook import read_workbook

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"<", b"{")
_ZIPPED_NAMES = frozenset({".xlsx", ".xlsm", ".xltx", ".xlsb", ".ods", ".zip"})

MAX_BYTES = 60_000_000
"""A larger file is refused before it is read."""


def read_table(
    content: bytes,
    filename: str,
    *,
    date_columns: frozenset[str] = frozenset(),
    max_bytes: int = MAX_BYTES,
    max_rows: int = 200_000,
) -> Table:
    """Read a CSV or XLSX file as text cells; the content decides which it is, then the name.

    A date cell anywhere, and an Excel serial number in one of `date_columns` (lower-case header names),
    becomes `YYYY-MM-DD`. Raises `Refused` at once for a file that is no table or has a bad header, and
    while the rows are walked for a row that is broken.
    """
    if len(content) > max_bytes:
        raise refuse(ProblemCode.FILE_TOO_LARGE, size=len(content), limit=max_bytes)
    shape = Shape(date_columns, max_rows)
    if content.startswith(_ZIP):
        return read_workbook(content, shape)
    _refuse_other_kinds(content, PurePath(filename).suffix.lower())
    return read_delimited(content, shape)


def _refuse_other_kinds(content: bytes, suffix: str) -> None:
    if content.startswith(_OLE):
        kind = "encrypted" if _ENCRYPTED in content else "xls"
        raise refuse(ProblemCode.FILE_LEGACY_EXCEL, kind=kind)
    if not content or content.isspace():
        raise refuse(ProblemCode.FILE_EMPTY)
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if suffix in _ZIPPED_NAMES or start.startswith(_OTHER_KINDS):
        raise refuse(ProblemCode.FILE_NOT_A_TABLE)
