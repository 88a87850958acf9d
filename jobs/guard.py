"""Plans: asks the guard what is due, and writes it down."""

import asyncio

from core.ports import Clock
from services.governance.guard import governance_pass
from services.house import House
from services.leases import Lease
from services.notices import GuardPass, guard_pass
from services.trouble import warn_of_holidays


async def plan_pass(house: House, clock: Clock, lease: Lease | None = None) -> GuardPass:
    """Write every notice that is due by now, and a warning when the known days off run out."""
    now = clock.now()
    passed = await asyncio.to_thread(guard_pass, house, now, lease)
    agreed = await asyncio.to_thread(governance_pass, house, now, lease)
    await asyncio.to_thread(warn_of_holidays, house, now, lease)
    return GuardPass(passed.terms, passed.notices + agreed)
