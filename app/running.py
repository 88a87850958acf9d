"""The running service: bot, jobs and web in one process, or a part of them; started, kept going, stopped."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack

from app.bot_part import BotPart
from app.channels import couriers_for, heartbeat_of, telegram_application
from app.config import Config
from app.web_part import WebPart
from bot.application import BotApplication
from core.ports import Channel, ChannelName, Clock
from jobs.deliver import Courier, Couriers
from jobs.schedule import Work, build_scheduler
from services.governance.guard import start_governance
from services.house import House
from services.people import sync_contacts
from services.rules_change import apply_changed_rules

_log = logging.getLogger(__name__)

EVERYTHING = frozenset({"bot", "jobs", "web"})


class Service:
    """One process of the service. `start` returns when it is ready, `stop` when nothing is under way."""

    def __init__(
        self,
        config: Config,
        house: House,
        clock: Clock,
        only: frozenset[str] = EVERYTHING,
        *,
        replaced: Mapping[ChannelName, Channel] | None = None,
    ) -> None:
        """Take what the process has to work with, and which parts of the service it is.

        `replaced` are channels that take the place of configured ones.
        """
        self._replaced = replaced or {}
        self.config, self.house, self.clock, self.only = config, house, clock, only
        self.couriers: Couriers = {}
        self.work: Work | None = None
        self.web_url = ""
        self._parts = AsyncExitStack()

    async def start(self) -> None:
        """Start the parts. Refuses a wrong token or a taken port; waits out an unreachable Telegram."""
        try:
            await self._start()
        except BaseException:
            await self._parts.aclose()
            raise
        _log.info("ready: %s %s", ", ".join(sorted(self.only)), self.web_url)

    async def _start(self) -> None:
        await asyncio.to_thread(sync_contacts, self.house, self.clock.now())
        await asyncio.to_thread(start_governance, self.house, self.clock.now())
        application = telegram_application(self.config) if self.only & {"bot", "jobs"} else None
        configured = couriers_for(self.config, self.house, self.clock, application)
        self.couriers = {
            name: Courier(self._replaced.get(name, courier.channel), courier.render)
            for name, courier in configured.items()
        }
        if application is not None:
            await self._start_bot(application)
        if "jobs" in self.only:
            await self._start_jobs()
        if "web" in self.only:
            web = WebPart(self.config, self.house, self.clock)
            self.web_url = await web.start()
            self._parts.push_async_callback(web.stop)

    async def _start_bot(self, application: BotApplication) -> None:
        bot = BotPart(self.config, self.house, self.clock, application, answers="bot" in self.only)
        self._parts.push_async_callback(bot.stop)
        await bot.start()

    async def _start_jobs(self) -> None:
        derived = await asyncio.to_thread(apply_changed_rules, self.house, self.clock.now())
        if derived:
            _log.info("the rules have changed: %s cases were derived again", derived)
        self.work = Work(self.house, self.couriers, self.clock, heartbeat_of(self.config))
        scheduler = build_scheduler(self.work)
        scheduler.start()
        # Shutting the scheduler down cancels what it runs, and a message that went out has to be recorded.
        self._parts.callback(scheduler.shutdown, wait=False)
        self._parts.push_async_callback(self.work.finish)
        self._parts.callback(scheduler.pause)

    async def stop(self) -> None:
        """Take nothing new, finish what is under way, close everything."""
        await self._parts.aclose()
        _log.info("stopped")
