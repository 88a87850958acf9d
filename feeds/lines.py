"""Content lines as calendar clients want them: folded at 75 octets, never inside a character or an escape."""

import re
from collections.abc import Iterable

LONGEST = 75
"""Octets of a line, its end apart (RFC 5545, 3.1)."""

_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_MISREAD = re.compile(r"\\(?=[nN,;\\\n]|\Z)")
_SPACED = re.compile(r" *\n\s*")


def clean(text: str) -> str:
    """Return a text with plain line ends and without what makes clients refuse or misread a calendar.

    A backslash before n, a comma or a semicolon is taken for an escape by many of them, however it is
    written: there it becomes a slash.
    """
    plain = _CONTROL.sub("", _LINE_ENDS.sub("\n", text)).replace("\t", " ")
    return _MISREAD.sub("/", plain)


def one_line(text: str) -> str:
    """Return a text cleaned, on one line."""
    return _MISREAD.sub("/", _SPACED.sub(" ", clean(text)).strip())


def address(text: str) -> str:
    """Return a URI without line ends, control characters and spaces, which its value type cannot carry."""
    return clean(text).replace("\n", "").strip().replace(" ", "%20")


def to_bytes(lines: Iterable[str]) -> bytes:
    """Return content lines as the bytes of a calendar."""
    return b"".join(folded(line) for line in lines)


def folded(line: str) -> bytes:
    """Return one content line with its end, folded where it is too long.

    Some clients reject a fold inside a character, or between a backslash and what it escapes.
    """
    whole = line.encode()
    if len(whole) <= LONGEST:
        return whole + b"\r\n"
    pieces, piece, room = [], b"", LONGEST
    for unit in _units(line):
        if len(piece) + len(unit) > room:
            pieces.append(piece)
            piece, room = b"", LONGEST - 1  # a space goes before it
        piece += unit
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"


def _units(line: str) -> Iterable[bytes]:
    """Yield what must stay together: a character, or a backslash with the character behind it."""
    at = 0
    while at < len(line):
        width = 2 if line[at] == "\\" and at + 1 < len(line) else 1
        yield line[at : at + width].encode()
        at += width
