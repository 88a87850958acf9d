"""Telegram takes at most 4096 characters: how long a text is for it, and what fits."""

import re
from html import unescape

from templates import phrase

MOST_CHARACTERS = 4096
_TAG = re.compile(r"<[^<>]*>")


def fits(text: str) -> bool:
    """Tell whether Telegram takes the text: it counts UTF-16 units, after the tags were taken out."""
    return len(unescape(_TAG.sub("", text)).encode("utf-16-le", "surrogatepass")) // 2 <= MOST_CHARACTERS


def fitted(text: str) -> str:
    """Return the text, or as many of its first lines as fit, with a last line that says so.

    In every template a tag ends on the line on which it begins.
    """
    if fits(text):
        return text
    lines = text.splitlines()
    while lines and not fits("\n".join([*lines, "", phrase("chat.cut")])):
        lines.pop()
    return "\n".join([*lines, "", phrase("chat.cut")])
