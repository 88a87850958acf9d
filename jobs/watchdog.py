"""Compares what should have gone out with what did, and says so in the log and to `doctor`."""

import asyncio
import logging

from core.ports import Clock
from services.house import House
from services.upkeep import watch

_log = logging.getLogger(__name__)


async def watch_pass(house: House, clock: Clock) -> bool:
    """Look once; return whether all is well."""
    health = await asyncio.to_thread(watch, house, clock.now())
    if not health.well:
        _log.error("late messages: %s, unplanned terms: %s", health.late_messages, health.unplanned_terms)
    return health.well
