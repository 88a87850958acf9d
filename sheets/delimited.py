"""CSV as Excel and case systems write it, streamed: the memory in use does not grow with the file."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import Problem, ProblemCode, Refused, refuse
from sheets.table import Shape, Table, make_table

_CHUNK = 65_536
_LONGEST_LINE = 1_000_000
_DELIMITERS = ";\t,"
_NOTHING = f'{_DELIMITERS} "\r\n'
_SEPARATOR_LINE = re.compile(r"sep=([;,\t|])\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Encoding:
    name: str
    bom: bytes = b""


_MARKED = (
    _Encoding("utf-8", codecs.BOM_UTF8),
    _Encoding("utf-16-le", codecs.BOM_UTF16_LE),
    _Encoding("utf-16-be", codecs.BOM_UTF16_BE),
)


def read_delimited(content: bytes, shape: Shape) -> Table:
    """Read delimited text in UTF-8, marked UTF-16 or Windows-1252, separated by `;`, `,` or tab.

    Raises `Refused` for bytes that are no text, a bad header, and while rows are walked for an open
    quote, a row with too many cells or too many rows.
    """
    lines = _Lines(content, _encoding(content))
    delimiter, skipped = _delimiter(content, lines.encoding)
    for _ in range(skipped):
        next(lines)
    table = make_table(_records(lines, delimiter), shape)
    if table is None:
        raise refuse(ProblemCode.FILE_EMPTY)
    return table


class _Lines:
    """The physical lines of a text with their endings; `number` is the line that was given last."""

    def __init__(self, content: bytes, encoding: _Encoding) -> None:
        source = io.BytesIO(content)
        source.seek(len(encoding.bom))
        self._text = io.TextIOWrapper(source, encoding.name, newline="")
        self.encoding = encoding
        self.number = 0
        self.length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(_LONGEST_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        self.length = len(line)
        if self.length >= _LONGEST_LINE:
            raise refuse(ProblemCode.FILE_CELL_TOO_LONG, line=self.number, limit=csv.field_size_limit())
        return line


def _encoding(content: bytes) -> _Encoding:
    """Return the encoding in which the whole content is text."""
    marked = next((encoding for encoding in _MARKED if content.startswith(encoding.bom)), None)
    if marked is None and _unreadable(content, _Encoding("utf-8")) is None:
        return _Encoding("utf-8")
    chosen = marked or _Encoding("cp1252")
    problem = _unreadable(content, chosen)
    if problem:
        raise Refused(problem)
    return chosen


def _unreadable(content: bytes, encoding: _Encoding) -> Problem | None:
    """Return what the first byte that is no text in this encoding is, and on which line."""
    decoder = codecs.getincrementaldecoder(encoding.name)()
    newlines = io.IncrementalNewlineDecoder(decoder, translate=True)
    line = 1
    for start in range(len(encoding.bom), len(content), _CHUNK):
        chunk = content[start : start + _CHUNK]
        try:
            text = newlines.decode(chunk, final=start + _CHUNK >= len(content))
        except UnicodeDecodeError as error:
            line += _line_ends(error.object[: error.start].decode(encoding.name, "replace"))
            return _bad_byte(line, error.object[error.start])
        if "\0" in text:
            return _bad_byte(line + text[: text.index("\0")].count("\n"), 0)
        line += text.count("\n")
    return None


def _bad_byte(line: int, byte: int) -> Problem:
    return Problem(ProblemCode.FILE_ENCODING, {"byte": f"0x{byte:02X}"}, line=line)


def _line_ends(text: str) -> int:
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def _delimiter(content: bytes, encoding: _Encoding) -> tuple[str, int]:
    """Return what separates cells, and how many lines before the header are no part of the table."""
    lines = _Lines(content, encoding)
    for line in lines:
        stated = _SEPARATOR_LINE.fullmatch(line)
        if stated:
            return stated[1], lines.number
        if line.strip(_NOTHING):
            before = lines.number - 1
            return _most_frequent(line, lines), before
    raise refuse(ProblemCode.FILE_EMPTY)


def _most_frequent(line: str, following: Iterator[str]) -> str:
    """Return the delimiter that the header has most of outside quotes, also if it spans more lines."""
    counts = dict.fromkeys(_DELIMITERS, 0)
    quoted = False
    length = 0
    while line:
        length += len(line)
        for character in line:
            if character == '"':
                quoted = not quoted
            elif not quoted and character in counts:
                counts[character] += 1
        line = next(following, "") if quoted and length < _CHUNK else ""
    return max(counts, key=lambda delimiter: counts[delimiter])


def _records(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line on which it starts."""
    # Strict: a lenient reader glues rows together after a forgotten quote, and a case would be lost.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        first = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken_record(first, lines) from error
        yield first, cells


def _broken_record(first: int, lines: _Lines) -> Refused:
    limit = csv.field_size_limit()
    if lines.number == first and lines.length > limit:
        return refuse(ProblemCode.FILE_CELL_TOO_LONG, line=first, limit=limit)
    return refuse(ProblemCode.FILE_QUOTE_OPEN, line=first)
