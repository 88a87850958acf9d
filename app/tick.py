"""One pass of the jobs, as of any moment."""

import asyncio
import os
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.channels import couriers_for, heartbeat_of, telegram_application
from app.clock import SetClock, SystemClock
from app.config import Config
from app.lock import only_service
from app.logs import set_up_logging
from app.opening import open_house, sqlite_file
from jobs.full_pass import full_pass
from jobs.watchdog import watch_pass
from services.delivery import Delivered
from services.governance.guard import start_governance
from services.house import House
from services.people import sync_contacts
from services.rules_change import apply_changed_rules
from services.upkeep import note_ran_ahead

_ALLOWED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class TickReport:
    """One full pass of the jobs: as of which UTC moment, and how each message ended.

    `ahead` says that the moment had not come yet.
    """

    at: datetime
    deliveries: list[Delivered]
    ahead: bool


def run_tick(config: Config, at: datetime | None) -> TickReport:
    """Plan and deliver once as of `at` (aware; None for now). It sends.

    Refused while the service runs on SQLite. A pass as of now also looks whether all is well, and says so
    outside where that is configured.
    """
    set_up_logging(quiet=True)
    with only_service(sqlite_file(config)):
        house = open_house(config, worker=f"tick:{os.getpid()}")
        try:
            clock = SetClock(at or SystemClock().now())
            sync_contacts(house, clock.now())
            apply_changed_rules(house, clock.now())
            start_governance(house, clock.now())
            deliveries = asyncio.run(_tick(config, house, clock, watches=at is None))
            ahead = clock.now() > SystemClock().now() + _ALLOWED
            if ahead:
                note_ran_ahead(house, clock.now())
            return TickReport(clock.now(), deliveries, ahead)
        finally:
            house.store.close()


async def _tick(config: Config, house: House, clock: SetClock, *, watches: bool) -> list[Delivered]:
    application = telegram_application(config)
    try:
        done = await full_pass(house, couriers_for(config, house, clock, application), clock)
        if watches:
            await watch_pass(house, clock, heartbeat_of(config))
        return done
    finally:
        if application is not None:
            for request in application.bot._request:  # noqa: SLF001 - closed without having been initialised
                await request.shutdown()
