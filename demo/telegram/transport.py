"""Closing connections without an answer, and noticing that the other side closed."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, MutableMapping
from typing import Any

from fastapi import Request, Response
from uvicorn.protocols.http.h11_impl import H11Protocol

_TRANSPORT = "stand_in.transport"
_LOOK_SECONDS = 0.1


class ClosableProtocol(H11Protocol):
    """HTTP as uvicorn speaks it; the app can reach the connection itself."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Give the app of this connection its transport, and send small answers at once."""
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        inner = self.app

        async def app(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401
            scope.setdefault("extensions", {})[_TRANSPORT] = transport
            await inner(scope, receive, send)

        self.app = app


async def closed_connection(request: Request) -> Response:
    """Close the connection of a request; the response returned goes nowhere."""
    transport = request.scope.get("extensions", {}).get(_TRANSPORT)
    if transport is None:
        raise RuntimeError("closing connections needs the server that `serve` runs")
    transport.abort()
    await asyncio.sleep(0.01)
    return Response(status_code=500)


async def wait_for_disconnect(request: Request, seconds: float | None, stop: Callable[[], bool]) -> None:
    """Return when the other side closed, after `seconds`, or soon after `stop` says so."""
    waiting = asyncio.create_task(_disconnected(request))
    loop = asyncio.get_running_loop()
    deadline = None if seconds is None else loop.time() + seconds
    try:
        while not stop() and (deadline is None or loop.time() < deadline):
            done, _ = await asyncio.wait({waiting}, timeout=_LOOK_SECONDS)
            if done:
                return
    finally:
        waiting.cancel()


async def _disconnected(request: Request) -> None:
    """Return when the connection is gone."""
    with contextlib.suppress(RuntimeError):
        while (await request.receive())["type"] != "http.disconnect":
            pass
