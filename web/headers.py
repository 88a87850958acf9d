"""What every answer says to the browser about safety."""

from functools import cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
_SAME_FOR_ALL = "/style.css"
_ASKED_AGAIN = "/feeds/"
"""Calendars are stored by their client, which asks each time whether they changed; they say so themselves."""


def safe_headers(path: str) -> dict[str, str]:
    """Return the headers for an answer at that path; what is for one reader is stored nowhere."""
    return _ALWAYS if _is_stored(path) else _ALWAYS | {"Cache-Control": "no-store"}


def _is_stored(path: str) -> bool:
    return path == _SAME_FOR_ALL or path.startswith(_ASKED_AGAIN)


@cache
def _raw(*, stored: bool) -> list[tuple[bytes, bytes]]:
    """Return the headers as they are sent; made once, since each fetch of a calendar has them."""
    found = safe_headers(_SAME_FOR_ALL if stored else "/")
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in found.items()]


class SafeHeaders:
    """Adds the safe headers to every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                safe = _raw(stored=_is_stored(scope["path"]))
                names = {name for name, _ in safe}
                message["headers"] = [one for one in message.get("headers", ()) if one[0] not in names] + safe
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
