"""Reply markup: what Telegram accepts, and inline keyboards as values.

The refusals for an empty button text and for a keyboard that is not a list of rows are worded after
Telegram's style; the other descriptions are Telegram's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from demo.telegram.errors import Json, bad_request

MAX_BUTTONS = 100
MAX_CALLBACK_BYTES = 64
_OTHER_ACTIONS = (
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


@dataclass(frozen=True)
class Button:
    """One inline button: a callback button, a link, or another kind that can only be shown."""

    text: str
    callback_data: str | None = None
    url: str | None = None

    def as_json(self) -> Json:
        """Return the button as the Bot API shows it."""
        values = {"text": self.text, "callback_data": self.callback_data, "url": self.url}
        return {key: value for key, value in values.items() if value is not None}


Keyboard = tuple[tuple[Button, ...], ...]


def read_markup(value: Any) -> Keyboard:  # noqa: ANN401 - JSON of any shape
    """Return the inline keyboard in a `reply_markup` value; other markup shows no inline keyboard."""
    if value in (None, "", {}):
        return ()
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in value:
        return ()
    return _read_rows(value["inline_keyboard"])


def _read_rows(rows: Any) -> Keyboard:  # noqa: ANN401 - JSON of any shape
    """Return the checked rows of an inline keyboard; empty rows disappear."""
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be of type Array of Arrays')
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return tuple(tuple(_read_button(button) for button in row) for row in rows if row)


def _read_button(value: Any) -> Button:  # noqa: ANN401 - JSON of any shape
    """Return one checked inline button."""
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise bad_request("can't parse inline keyboard button: Text must be non-empty")
    if value.get("url"):
        return Button(text, url=_checked_url(str(value["url"])))
    if "callback_data" in value:
        return Button(text, callback_data=_checked_data(str(value["callback_data"])))
    if any(action in value for action in _OTHER_ACTIONS):
        return Button(text)
    raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")


def _checked_data(data: str) -> str:
    """Return callback data of 1 to 64 bytes."""
    if not 1 <= len(data.encode("utf-8", "surrogatepass")) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _checked_url(url: str) -> str:
    """Return an address Telegram accepts on a button: tg links, and http(s) with a dotted host."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
    except ValueError:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL") from None
    if parts.scheme == "tg":
        return url
    if parts.scheme not in {"http", "https"}:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    if any(char.isspace() for char in url) or not ("." in host.strip(".") or ":" in host):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return url if "://" in url else f"http://{url}"
