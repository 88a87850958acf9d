"""Compares what should have gone out with what did; only when all is well an outside heartbeat is pinged."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from core.ports import Clock
from services.house import House
from services.upkeep import watch

_log = logging.getLogger(__name__)

Heartbeat = Callable[[], Awaitable[None]]


async def watch_pass(house: House, clock: Clock, heartbeat: Heartbeat | None = None) -> bool:
    """Look once; return whether all is well."""
    health = await asyncio.to_thread(watch, house, clock.now())
    if not health.well:
        _log.error("late messages: %s, unplanned terms: %s", health.late_messages, health.unplanned_terms)
    elif heartbeat is not None:
        await heartbeat()
    return health.well
