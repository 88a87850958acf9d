"""Refuses what the browser itself says another site is sending."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from web.pages import stale_page

_LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})


class OwnFormsOnly:
    """Answers a form from another site before anything of it is read; browsers that say nothing pass."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and scope["method"] not in _LOOKING:
            site = Headers(scope=scope).get("sec-fetch-site")
            if site is not None and site not in _OWN:
                await stale_page().response()(scope, receive, send)
                return
        await self._app(scope, receive, send)
