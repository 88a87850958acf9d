"""Listens for the updates that Telegram pushes: stored before the push is answered."""

import hmac
import json
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.intake import Intake

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
LARGEST = 1_000_000


class _Push(RequestHandler):
    """One pushed update."""

    def initialize(self, intake: Intake, secret: str) -> None:
        self._intake, self._secret = intake, secret

    async def post(self, *_path: str) -> None:
        given = self.request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            self.set_status(403)
            return
        payload = _read(self.request.body)
        if payload is None:
            self.set_status(400)
            return
        await self._intake.take([(payload["update_id"], payload)])


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        payload = json.loads(body)
    except ValueError:
        return None
    is_update = isinstance(payload, dict) and isinstance(payload.get("update_id"), int)
    return payload if is_update else None


def listen(intake: Intake, address: str, secret: str) -> HTTPServer:
    """Listen on `host:port` for pushes that carry the secret; the caller stops the server."""
    host, _, port = address.rpartition(":")
    server = HTTPServer(
        Application([(r"/.*", _Push, {"intake": intake, "secret": secret})]), max_body_size=LARGEST
    )
    server.listen(int(port), address=host)
    return server
