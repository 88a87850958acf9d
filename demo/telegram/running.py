"""Running the stand-in: its own server, on a port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from fastapi import FastAPI

from demo.telegram.server import build_app
from demo.telegram.state import TelegramStandIn
from demo.telegram.transport import ClosableProtocol

START_SECONDS = 10.0
TICK_SECONDS = 0.1


class _Server(uvicorn.Server):
    """A server that leaves the signals of the process alone and stops at once."""

    def __init__(self, config: uvicorn.Config) -> None:
        """Prepare to run with `config`."""
        super().__init__(config)
        self.stop = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield

    async def main_loop(self) -> None:
        """Tick until the server is to stop."""
        ticks = 0
        while not self.stop.is_set() and not await self.on_tick(ticks):
            ticks = (ticks + 1) % 864_000
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), TICK_SECONDS)


@contextlib.asynccontextmanager
async def serve(
    state: TelegramStandIn, host: str = "127.0.0.1", port: int = 0, *, app: FastAPI | None = None
) -> AsyncIterator[str]:
    """Serve the stand-in while the context lasts and give its base URL, without a slash at the end.

    Port 0 takes a free port. `app` is an app of `build_app` with hooks for the page; without it the
    page has no personas. The same state may be served again later, as after an outage.
    """
    app = app or build_app(state)
    listener = socket.create_server((host, port))
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        http=ClosableProtocol,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    app.state.stopping = False
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await _started(server, running)
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        app.state.stopping = True
        state.bell.ring()
        server.should_exit = True
        server.stop.set()
        await running
        listener.close()


async def _started(server: uvicorn.Server, running: asyncio.Task[None]) -> None:
    """Return once the server accepts connections; raise when it stopped instead."""
    async with asyncio.timeout(START_SECONDS):
        while not server.started:
            if running.done():
                running.result()
                raise RuntimeError("the server of the stand-in did not start")
            await asyncio.sleep(0.01)
