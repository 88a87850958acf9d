"""What the command line runs: the service itself, one pass of the jobs, and a rehearsal."""

import asyncio
import os
import signal
import socket
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from app.channels import couriers_for, telegram_application
from app.clock import SetClock, SystemClock
from app.config import Config
from app.lock import only_service
from app.opening import open_house, sqlite_file
from app.running import Service
from core.clocktime import local_date, local_moment
from core.ports import Address, ChannelName, Content, Receipt
from jobs.advance import advance
from jobs.deliver import Courier
from jobs.full_pass import full_pass
from services.delivery import Delivered, Prepared
from services.house import House
from services.rehearsal import rehearsal


@dataclass(frozen=True, slots=True)
class TickReport:
    """One full pass of the jobs: as of which UTC moment, and how each message ended."""

    at: datetime
    deliveries: list[Delivered]


def serve(config: Config, only: frozenset[str]) -> None:
    """Run the service until it is interrupted or terminated."""
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


def run_tick(config: Config, at: datetime | None) -> TickReport:
    """Plan and deliver once as of `at` (aware; None for now). It sends. Refused while the service runs on SQLite."""
    with only_service(sqlite_file(config)):
        house = open_house(config, worker=f"tick:{os.getpid()}")
        try:
            clock = SetClock(at or SystemClock().now())
            return TickReport(clock.now(), asyncio.run(_tick(config, house, clock)))
        finally:
            house.store.close()


async def _tick(config: Config, house: House, clock: SetClock) -> list[Delivered]:
    application = telegram_application(config)
    try:
        return await full_pass(house, couriers_for(config, house, clock, application), clock)
    finally:
        if application is not None:
            for request in application.bot._request:  # noqa: SLF001 - closed without having been initialised
                await request.shutdown()


class _Rehearsal:
    """A channel that takes everything and sends nothing."""

    def __init__(self, name: ChannelName) -> None:
        self.name = name

    async def send(self, _address: Address, _content: Content, *, message_key: str) -> Receipt:
        return Receipt(message_key)

    async def replace(self, _address: Address, _external_id: str, _content: Content) -> None:
        return


def run_preview(config: Config, from_on: date, to_on: date) -> list[Delivered]:
    """Return every message that would go out from `from_on` through `to_on` if nothing changes.

    Computed in memory by the code that sends; `message.day_on` is the day on which each would go out.
    """
    real = open_house(config)
    try:
        house = rehearsal(real)
    finally:
        real.store.close()
    try:
        return asyncio.run(_preview(house, _channels(config), from_on, to_on))
    finally:
        house.store.close()


def _channels(config: Config) -> list[ChannelName]:
    names = [ChannelName.TELEGRAM] if config.telegram.enabled else []
    return [*names, ChannelName.MAIL] if config.mail.enabled else names


async def _preview(
    house: House, channels: Collection[ChannelName], from_on: date, to_on: date
) -> list[Delivered]:
    zone = house.rules.zone
    clock = SetClock(min(SystemClock().now(), local_moment(from_on, time(0, 0), zone)))
    couriers = {name: Courier(_Rehearsal(name), _no_words) for name in channels}
    end = local_moment(to_on + timedelta(days=1), time(0, 0), zone) - timedelta(seconds=1)
    steps = await advance(house, couriers, clock, end)
    return [
        replace(step.delivered, message=replace(step.delivered.message, day_on=local_date(step.at, zone)))
        for step in steps
        if from_on <= local_date(step.at, zone) <= to_on and step.delivered.outcome == "sent"
    ]


def _no_words(_prepared: Prepared) -> Content:
    return Content("")
