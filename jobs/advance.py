"""Walks the clock forward through every moment at which something goes out, in order."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

from core.clocktime import local_moment
from jobs.deliver import Couriers
from jobs.full_pass import full_pass
from services.delivery import Delivered
from services.house import House
from services.upkeep import next_moments


class SettableClock(Protocol):
    """A clock that can be set."""

    def now(self) -> datetime:
        """Return the present UTC moment."""
        ...

    def set(self, now: datetime) -> None:
        """Set the present UTC moment."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """How one message ended, and at which UTC moment."""

    at: datetime
    delivered: Delivered


async def advance(house: House, couriers: Couriers, clock: SettableClock, until: datetime) -> list[Step]:
    """Run a full pass at every moment until `until` at which something is due, and one at `until` itself."""
    steps: list[Step] = []
    while True:
        now = clock.now()
        steps += [Step(now, delivered) for delivered in await full_pass(house, couriers, clock)]
        if now >= until:
            return steps
        clock.set(min(await _next_moment(house, now) or until, until))


async def _next_moment(house: House, now: datetime) -> datetime | None:
    sending, guarding = await asyncio.to_thread(next_moments, house, now)
    candidates = [moment for moment in (sending, _start_of(house, guarding)) if moment and moment > now]
    return min(candidates, default=None)


def _start_of(house: House, on: date | None) -> datetime | None:
    return local_moment(on, time(0, 0), house.rules.zone) if on else None
