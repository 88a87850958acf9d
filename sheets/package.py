"""What is inside an XLSX file, looked at before anything parses it."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from core.errors import ProblemCode, refuse

MAX_UNPACKED = 400_000_000
_RATIO = 200
_RATIO_FROM = 10_000_000
_CHUNK = 1_048_576
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_LONGEST_TAG = 64
_DIALECTS = {"xl/workbook.bin": "xlsb", "content.xml": "ods"}

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
    EOFError,
    RuntimeError,
    OSError,
)
"""What a damaged package makes `zipfile` and `openpyxl` raise."""


def has_formulas(content: bytes) -> bool:
    """Check a package as a whole and tell whether a formula occurs in it.

    Raises `Refused` for what is no readable zip, unpacks to too much (as its directory says, and as it
    really does), declares XML entities, or is a spreadsheet of another kind.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _refuse_dialects(package)
            _refuse_bomb(sum(entry.file_size for entry in package.infolist()), len(content))
            return _scan(package, len(content))
    except BROKEN as error:
        raise refuse(ProblemCode.FILE_NOT_A_TABLE) from error


def _refuse_dialects(package: zipfile.ZipFile) -> None:
    for name, kind in _DIALECTS.items():
        if name in package.namelist():
            raise refuse(ProblemCode.FILE_LEGACY_EXCEL, kind=kind)


def _refuse_bomb(unpacked: int, packed: int) -> None:
    allowed = min(MAX_UNPACKED, max(_RATIO_FROM, _RATIO * packed))
    if unpacked > allowed:
        raise refuse(ProblemCode.FILE_BOMB, size=unpacked, limit=allowed)


def _scan(package: zipfile.ZipFile, packed: int) -> bool:
    unpacked = 0
    found = False
    for chunk, tail in _chunks(package):
        unpacked += len(chunk)
        _refuse_bomb(unpacked, packed)
        if b"<!DOCTYPE" in tail + chunk:  # no office program writes one: it only serves entity bombs
            raise refuse(ProblemCode.FILE_NOT_A_TABLE)
        found = found or _FORMULA.search(tail + chunk) is not None
    return found


def _chunks(package: zipfile.ZipFile) -> Iterator[tuple[bytes, bytes]]:
    """Yield every chunk of every part, with the end of the chunk before it."""
    for entry in package.infolist():
        with package.open(entry) as part:
            tail = b""
            while chunk := part.read(_CHUNK):
                yield chunk, tail
                tail = chunk[-_LONGEST_TAG:]
