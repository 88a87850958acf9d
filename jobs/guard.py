"""Plans: asks the guard what is due, and writes it down."""

import asyncio

from core.ports import Clock
from services.governance.guard import governance_pass
from services.house import House
from services.leases import Lease
from services.notices import GuardPass, guard_pass


async def plan_pass(house: House, clock: Clock, lease: Lease | None = None) -> GuardPass:
    """Write every notice that is due by now, of cases and of governance."""
    done = await asyncio.to_thread(guard_pass, house, clock.now(), lease)
    written = await asyncio.to_thread(governance_pass, house, clock.now(), lease)
    return GuardPass(done.terms, done.notices + written)
