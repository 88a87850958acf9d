"""The service as a process: it holds the lock, runs until it is told to stop, and lets go."""

import asyncio
import os
import signal
import socket

from app.clock import SystemClock
from app.config import Config
from app.lock import only_service
from app.logs import set_up_logging
from app.opening import open_house, sqlite_file
from app.running import Service


def serve(config: Config, only: frozenset[str]) -> None:
    """Run the service until it is interrupted or terminated."""
    set_up_logging()
    with only_service(sqlite_file(config)):
        house = open_house(config, worker=f"{socket.gethostname()}:{os.getpid()}")
        try:
            asyncio.run(_serve(Service(config, house, SystemClock(), only)))
        finally:
            house.store.close()


async def _serve(service: Service) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    await service.start()
    try:
        await stopping.wait()
    finally:
        await service.stop()
