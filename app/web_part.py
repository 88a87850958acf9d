"""The web server in this process."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn

from app.config import Config
from core.errors import ProblemCode, refuse
from core.ports import Clock
from services.house import House
from services.upkeep import database_answers
from web.app import build_web
from web.signin import Ways


class _Server(uvicorn.Server):
    """A server whose process handles the signals itself; `ready` is set once it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class WebPart:
    """The web server: bound before it starts, so that a taken port is refused plainly."""

    def __init__(self, config: Config, house: House, clock: Clock) -> None:
        """Take what the pages need."""
        self._web = config.web
        ways = Ways(mail=config.mail.enabled, chat=config.telegram.enabled)
        token = config.web.metrics_token
        app = build_web(
            house,
            clock,
            ready=lambda: database_answers(house),
            ways=ways,
            metrics_token=token.get_secret_value() if token else None,
        )
        self._server = _Server(
            uvicorn.Config(
                app,
                access_log=False,
                log_config=None,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=5,
            )
        )
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Serve; return the address. Refuses a port that is taken."""
        listening = bind(self._web.host, self._web.port)
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]))
        await self._server.ready.wait()
        host, port = listening.getsockname()[:2]
        return f"http://{host}:{port}"

    async def stop(self) -> None:
        """Answer what was asked, then stop."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task


def bind(host: str, port: int) -> socket.socket:
    """Return a socket on an address, port 0 for any that is free. Refuses a port that is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small answers at once only where the protocol is named; else each waits some 40 ms
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise refuse(ProblemCode.PORT_TAKEN, host=host, port=port) from error
    return listening
