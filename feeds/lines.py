"""Content lines as calendar clients want them: folded at 75 octets, never inside a character or an escape."""

import re
from collections.abc import Iterable

LONGEST = 75
"""Octets of a line, its end apart (RFC 5545, 3.1)."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ufeff]")


def clean(text: str) -> str:
    """Return a text with plain line ends and without the characters that make clients refuse a calendar."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).replace("\t", " ")


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
