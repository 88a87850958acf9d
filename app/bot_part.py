"""The bot in this process: reaches Telegram, takes updates in by polling or webhook, and lets go cleanly."""

import asyncio
import logging
from contextlib import suppress

from telegram.error import InvalidToken, TelegramError
from tornado.httpserver import HTTPServer

from app.config import Config
from bot.application import BotApplication, add_handlers
from bot.desk import Desk
from bot.intake import Intake
from bot.webhook import listen
from core.errors import ProblemCode, refuse
from core.ports import Clock
from services.house import House
from services.leases import LeaseName, acquire
from services.upkeep import note_bot_name

_log = logging.getLogger(__name__)

_FIRST_RETRY, _LONGEST_RETRY = 2.0, 60.0
_LEASE_SECONDS = 20.0
_SWEEP_SECONDS = 10.0


class BotPart:
    """The bot. With `answers` False it only sends."""

    def __init__(
        self, config: Config, house: House, clock: Clock, application: BotApplication, *, answers: bool
    ) -> None:
        """Take an application that was not started."""
        self._config, self._house, self._clock = config, house, clock
        self._application, self._answers = application, answers
        self._desk = Desk(house, clock)
        self.intake = Intake(application, self._desk)
        self._tasks: list[asyncio.Task[None]] = []
        self._listener: HTTPServer | None = None
        self._reached = False
        self._may_poll = False

    async def start(self) -> None:
        """Reach Telegram once and begin. Refuses a wrong token; an unreachable Telegram is tried again."""
        add_handlers(self._application, self._desk)
        self._reached = await self._reach()
        if not self._reached:
            _log.warning("Telegram is out of reach; the service starts and keeps trying")
        self._tasks.append(asyncio.create_task(self._run()))

    async def stop(self) -> None:
        """Take nothing new, and finish what was taken in."""
        if self._listener is not None:
            self._listener.stop()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        await self.intake.drain()
        if self._reached:
            await self._application.shutdown()
        for request in self._application.bot._request:  # noqa: SLF001 - the library closes them only when initialised
            await request.shutdown()

    async def _reach(self) -> bool:
        try:
            await self._application.initialize()
        except InvalidToken as error:
            raise refuse(ProblemCode.TELEGRAM_TOKEN) from error
        except TelegramError as error:
            _log.warning("Telegram does not answer: %s", type(error).__name__)
            return False
        await asyncio.to_thread(note_bot_name, self._house, self._application.bot.username, self._clock.now())
        return True

    async def _run(self) -> None:
        pause = _FIRST_RETRY
        while not self._reached:
            await asyncio.sleep(pause)
            self._reached = await self._reach()
            pause = min(pause * 2, _LONGEST_RETRY)
        if not self._answers:
            return
        telegram = self._config.telegram
        await self.intake.handle_stored()
        if telegram.webhook_url and telegram.webhook_secret:
            await self._take_pushes(telegram.webhook_url, telegram.webhook_secret.get_secret_value())
            return
        self._tasks.append(asyncio.create_task(self._keep_poll_lease()))
        await self._until_no_webhook()
        await self.intake.poll(lambda: self._may_poll)

    async def _until_no_webhook(self) -> None:
        """Take away a webhook that an earlier configuration left: Telegram allows no polling beside it."""
        while True:
            try:
                await self._application.bot.delete_webhook()
            except TelegramError as error:
                _log.warning("Telegram does not answer: %s", type(error).__name__)
                await asyncio.sleep(_FIRST_RETRY)
            else:
                return

    async def _take_pushes(self, url: str, secret: str) -> None:
        self._listener = listen(self.intake, self._config.telegram.webhook_listen, secret)
        await self._application.bot.set_webhook(url, secret_token=secret)
        while True:
            await self.intake.handle_stored()
            await asyncio.sleep(_SWEEP_SECONDS)

    async def _keep_poll_lease(self) -> None:
        """Hold the lease for polling, so that of several processes one asks Telegram for updates."""
        while True:
            lease = await asyncio.to_thread(acquire, self._house, LeaseName.POLL)
            self._may_poll = lease is not None
            await asyncio.sleep(_LEASE_SECONDS)
