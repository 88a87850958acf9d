"""A rehearsal: what would go out in a period, computed in memory by the code that sends."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import date, time, timedelta

from app.clock import SetClock, SystemClock
from app.config import Config
from app.logs import set_up_logging
from app.opening import open_house
from core.clocktime import local_date, local_moment
from core.ports import Address, ChannelName, Content, Receipt
from jobs.advance import advance
from jobs.deliver import Courier
from services.delivery import Delivered, Prepared
from services.house import House
from services.rehearsal import rehearsal


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
    set_up_logging(quiet=True)
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
        if from_on <= local_date(step.at, zone) <= to_on
        and not step.delivered.outcome.startswith("withdrawn")
    ]


def _no_words(_prepared: Prepared) -> Content:
    return Content("")
