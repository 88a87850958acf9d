"""Plans: asks the guard what is due, and writes it down."""

import asyncio

from core.ports import Clock
from services.house import House
from services.leases import Lease
from services.notices import GuardPass, guard_pass


async def plan_pass(house: House, clock: Clock, lease: Lease | None = None) -> GuardPass:
    """Write every notice that is due by now."""
    return await asyncio.to_thread(guard_pass, house, clock.now(), lease)
