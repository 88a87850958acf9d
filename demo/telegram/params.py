"""The parameters of one call, whichever way they were sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from demo.telegram.errors import Json, bad_request

_SECRET = {"secret_token"}


@dataclass(frozen=True)
class Upload:
    """A file sent along with a call."""

    name: str
    mime_type: str
    content: bytes = field(repr=False)


@dataclass
class Params:
    """Values by name: text from forms and queries, any JSON from a JSON body, and uploads."""

    values: Json = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a text; empty when it is missing."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int | None = None) -> int | None:
        """Return a whole number, or `default` when it is missing or no number."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def number(self, name: str, default: float) -> float:
        """Return a number, or `default` when it is missing or no number."""
        try:
            return float(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """Tell whether a flag is set."""
        return self.text(name).lower() in {"true", "1", "yes"}

    def decoded(self, name: str) -> Any:  # noqa: ANN401 - JSON of any shape
        """Return a JSON value, decoded when it was sent as text; None when it is missing."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def names(self, name: str) -> list[str] | None:
        """Return a JSON list of texts, or None when it is missing."""
        value = self.decoded(name)
        if value is None:
            return None
        if not isinstance(value, list):
            raise bad_request(f"{name} must be an Array of String")
        return [str(item) for item in value]

    def upload(self, name: str) -> Upload | None:
        """Return the file sent under a name, directly or by `attach://`."""
        if name in self.uploads:
            return self.uploads[name]
        return self.uploads.get(self.text(name).removeprefix("attach://"))

    def for_log(self) -> Json:
        """Return the parameters as the call log keeps them: decoded, without secrets or bytes."""
        shown: Json = {name: _decoded_or_text(value) for name, value in self.values.items()}
        for name in _SECRET & shown.keys():
            shown[name] = "***"
        files = {name: {"name": up.name, "size": len(up.content)} for name, up in self.uploads.items()}
        return {**shown, **files}


def _decoded_or_text(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return JSON objects and lists decoded, whole numbers as numbers, and other values as they are."""
    if not isinstance(value, str):
        return value
    if value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return int(value) if value.removeprefix("-").isdigit() and len(value) < 19 else value  # noqa: PLR2004
