"""Compares what should have gone out with what did; says so in the log, to `doctor` and outside."""

import asyncio
import logging

from core.ports import Clock
from jobs.heartbeat import Heartbeat
from services.house import House
from services.upkeep import note_heartbeat, watch

_log = logging.getLogger(__name__)


async def watch_pass(house: House, clock: Clock, heartbeat: Heartbeat | None = None) -> bool:
    """Look once; return whether all is well. Only then `heartbeat` is told."""
    health = await asyncio.to_thread(watch, house, clock.now())
    if not health.well:
        _log.error("late messages: %s, unplanned terms: %s", health.late_messages, health.unplanned_terms)
    elif heartbeat is not None:
        arrived = await heartbeat.beat()
        await asyncio.to_thread(note_heartbeat, house, clock.now(), arrived=arrived)
    return health.well
