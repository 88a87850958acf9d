"""Formatted text: Telegram's HTML style, and the entities Telegram finds by itself.

Offsets and lengths count UTF-16 code units, as in the Bot API.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from demo.telegram.errors import ApiError, Json, bad_request

TAG_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_ESCAPES = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}
_ESCAPE = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>/]+)(?:\s*=\s*("[^"]*"|'[^']*'|[\w.\-]+))?""")
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]])|(?<!\S)(?P<bot_command>/\w{1,64}(?:@\w+)?)"
)


@dataclass(frozen=True)
class FormattedText:
    """Plain text with the entities that format it."""

    text: str
    entities: tuple[Json, ...] = ()


@dataclass
class _Open:
    """A start tag that waits for its end tag."""

    tag: str
    start: int
    attributes: dict[str, str]


def utf16_length(text: str) -> int:
    """Return the length of `text` in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> FormattedText:
    """Return the text and entities of `source`; raise Telegram's 400 when it is not well-formed."""
    parser = _HtmlParser(source)
    parser.run()
    return _trimmed("".join(parser.out), parser.entities)


def plain(source: str) -> FormattedText:
    """Return `source` trimmed, with the links and commands Telegram finds in it."""
    return with_found_entities(_trimmed(source, []))


def with_found_entities(formatted: FormattedText) -> FormattedText:
    """Return `formatted` with its bare links and commands marked, outside code and links."""
    taken = [e for e in formatted.entities if e["type"] in {"code", "pre", "text_link"}]
    found = [e for e in _find(formatted.text) if not any(_overlap(e, t) for t in taken)]
    return FormattedText(formatted.text, _ordered([*formatted.entities, *found]))


def _find(text: str) -> list[Json]:
    """Return the entities for links and commands written plainly in `text`."""
    return [
        {
            "type": match.lastgroup,
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match.group()),
        }
        for match in _FOUND.finditer(text)
    ]


def _overlap(one: Json, other: Json) -> bool:
    """Tell whether two entities share a code unit."""
    return bool(
        one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"]
    )


def _ordered(entities: list[Json]) -> tuple[Json, ...]:
    """Return entities from first to last, the outer before the inner."""
    return tuple(sorted(entities, key=lambda e: (e["offset"], -e["length"])))


def _trimmed(text: str, entities: list[Json]) -> FormattedText:
    """Drop white space around `text` and move the entities along."""
    left = utf16_length(text) - utf16_length(text.lstrip())
    body = text.strip()
    size = utf16_length(body)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - left, 0)
        end = min(entity["offset"] + entity["length"] - left, size)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return FormattedText(body, _ordered(kept))


class _HtmlParser:
    """One pass over a source text, after the rules of Telegram's own parser."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.out: list[str] = []
        self.entities: list[Json] = []
        self.length = 0
        self.open: list[_Open] = []

    def run(self) -> None:
        """Read the whole source."""
        position = 0
        while position < len(self.source):
            take = self._tag if self.source[position] == "<" else self._text
            position = take(position)
        if self.open:
            raise _refusal(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')

    def _text(self, position: int) -> int:
        """Take one character or escape and return where the next begins."""
        escape = _ESCAPE.match(self.source, position) if self.source[position] == "&" else None
        shown = _unescape(escape.group()) if escape else self.source[position]
        self.out.append(shown)
        self.length += utf16_length(shown)
        return escape.end() if escape else position + 1

    def _tag(self, position: int) -> int:
        """Take one tag and return where the text goes on."""
        if self.source[position + 1 : position + 2] == "/":
            return self._end_tag(position)
        return self._start_tag(position)

    def _start_tag(self, begin: int) -> int:
        """Take a start tag: its name must be allowed and its attributes well-formed."""
        name = re.compile(r"[^\s>]*").match(self.source, begin + 1)
        tag = name.group().lower() if name else ""
        position = begin + 1 + len(tag)
        if position >= len(self.source):
            raise _refusal(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if tag not in TAG_TYPES:
            raise _refusal(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        attributes, position = self._attributes(begin, tag, position)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _refusal(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self.open.append(_Open(tag, self.length, attributes))
        return position

    def _attributes(self, begin: int, tag: str, position: int) -> tuple[dict[str, str], int]:
        """Return the attributes of a start tag and the position after its end."""
        attributes: dict[str, str] = {}
        while match := _ATTRIBUTE.match(self.source, position):
            value = match.group(2) or ""
            quoted = value[:1] in {'"', "'"}
            attributes[match.group(1).lower()] = _unescaped(value[1:-1] if quoted else value)
            position = match.end()
        while self.source[position : position + 1].isspace():
            position += 1
        if position >= len(self.source):
            raise _refusal(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}')
        if self.source[position] != ">":
            raise _refusal(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
        return attributes, position + 1

    def _end_tag(self, begin: int) -> int:
        """Take an end tag: it must close the last start tag."""
        if not self.open:
            raise _refusal(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        match = re.compile(r"([^\s>]*)\s*>").match(self.source, begin + 2)
        if match is None:
            raise _refusal(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        opened = self.open.pop()
        found = match.group(1).lower()
        if found not in {"", opened.tag}:
            raise _refusal(
                f"Unmatched end tag at byte offset {self._bytes(begin)}, "
                f'expected "</{opened.tag}>", found "</{found}>"'
            )
        if self.length > opened.start:
            self._add(opened)
        return match.end()

    def _add(self, opened: _Open) -> None:
        """Keep the entity of a closed tag; a link without a usable address is plain text."""
        entity: Json = {
            "type": TAG_TYPES[opened.tag],
            "offset": opened.start,
            "length": self.length - opened.start,
        }
        if opened.tag == "a":
            shown = "".join(self.out).encode("utf-16-le", "surrogatepass")[opened.start * 2 :]
            url = opened.attributes.get("href") or shown.decode("utf-16-le", "replace")
            if not re.match(r"(?:https?|tg|mailto|tel):|[\w-]+(?:\.[\w-]+)+", url):
                return
            entity["url"] = url if re.match(r"\w+:", url) else f"http://{url}"
        if opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        self.entities.append(entity)

    def _bytes(self, position: int) -> int:
        """Return a position in the source as a byte offset."""
        return len(self.source[:position].encode("utf-8", "surrogatepass"))


def _unescape(escape: str) -> str:
    """Return the character an escape stands for."""
    if escape in _ESCAPES:
        return _ESCAPES[escape]
    digits = escape[2:-1]
    number = int(digits[1:], 16) if digits[:1] in {"x", "X"} else int(digits)
    return chr(number) if 0 < number <= sys.maxunicode else escape


def _unescaped(text: str) -> str:
    """Return `text` with every escape replaced."""
    return _ESCAPE.sub(lambda match: _unescape(match.group()), text)


def _refusal(reason: str) -> ApiError:
    """Return the 400 refusal for text that cannot be parsed."""
    return bad_request(f"can't parse entities: {reason}")
