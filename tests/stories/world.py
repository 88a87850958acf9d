"""A small region for stories: the real bot, jobs, mail and pages, against a stand-in for Telegram."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx
from aiosmtpd.smtp import SMTP

from app.bot_part import BotPart
from app.channels import MailWords
from app.clock import SetClock
from app.config import Config
from bot.application import build_application
from bot.rendering import telegram_content
from bot.sender import TelegramChannel
from core.ports import ChannelName
from demo.telegram import Message, TelegramStandIn, serve
from jobs.advance import Step, advance
from jobs.deliver import Courier, Couriers
from mail.sender import MailChannel, MailSettings
from services.case_views import CaseView
from services.cases import read_case
from services.house import House
from services.imports import ImportReport, import_cases
from storage.schema import migrate
from storage.store import open_store
from tests.factories import CHATS, CLI, MONDAY, at, csv_of, make_rules, staff
from web.app import build_web

TOKEN = "123456:story-token"
EARLY = at(MONDAY, 7, 45)
PAGES = "http://pages.test"


class _Letterbox:
    """Takes every mail in."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        content = getattr(envelope, "content", b"")
        self.mails.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"


class World:
    """Everybody in it, and what they can do."""

    def __init__(self, house: House, clock: SetClock, telegram: TelegramStandIn, url: str) -> None:
        self.house, self.clock, self.telegram, self.url = house, clock, telegram, url
        self.letterbox = _Letterbox()
        self.couriers: Couriers = {}
        self.bot: BotPart | None = None
        self.smtp_port = 0
        self.web = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=build_web(house, clock, ready=lambda: True)), base_url=PAGES
        )

    async def start_bot(self) -> None:
        """Start the bot and its channels, as after a restart."""
        application = build_application(TOKEN, self.url)
        self.bot = BotPart(Config(), self.house, self.clock, application, answers=True)
        await self.bot.start()
        mail = {"enabled": True, "host": "127.0.0.1", "sender": "wacht@example.nl"}
        config = Config.model_validate({"web": {"public_url": PAGES}, "mail": mail})
        settings = MailSettings("127.0.0.1", self.smtp_port, "none", None, None, "wacht@example.nl")
        self.couriers = {
            ChannelName.TELEGRAM: Courier(TelegramChannel(application.bot), telegram_content),
            ChannelName.MAIL: Courier(MailChannel(settings, self.clock.now), MailWords(config, self.house)),
        }

    async def stop_bot(self) -> None:
        """Stop the bot; what it took in is finished first."""
        if self.bot is not None:
            await self.bot.stop()
            self.bot = None

    def import_rows(self, *rows: dict[str, str]) -> ImportReport:
        """Import a case file with these rows."""
        return import_cases(self.house, csv_of(*rows), "zaken.csv", actor=CLI, now=self.clock.now())

    async def until(self, moment: datetime) -> list[Step]:
        """Let the jobs run at every moment up to this one."""
        return await advance(self.house, self.couriers, self.clock, moment)

    async def morning(self, on: date) -> dict[str, list[str]]:
        """Let everything happen until just after half past eight; return what each was sent that day."""
        await self.until(at(on, 0, 1))
        before = {name: len(self.said_to(name)) for name in CHATS}
        await self.until(at(on, 8, 31))
        said = {name: self.said_to(name)[before[name] :] for name in CHATS}
        return {name: [message.text for message in messages] for name, messages in said.items() if messages}

    async def mornings(self, *days: date) -> dict[date, list[str]]:
        """Return for each of these days who was sent something."""
        return {on: sorted(await self.morning(on)) for on in days}

    def said_to(self, name: str) -> list[Message]:
        """Return what the bot has said to somebody."""
        return [message for message in self.telegram.messages(CHATS[name]) if message.from_bot]

    def last(self, name: str) -> str:
        """Return the text of the last message to somebody."""
        return self.said_to(name)[-1].text

    async def press(self, name: str, label: str) -> str:
        """Press the newest button with this label, wait until the bot is done; return what it says last."""
        message = next(
            found
            for found in reversed(self.said_to(name))
            if any(label in button.text for button in found.buttons)
        )
        query = self.telegram.press(CHATS[name], message, label)
        alert = await self.telegram.wait_for_alert(query, timeout=10)
        return alert.text or self.last(name)

    async def say(self, name: str, text: str) -> str:
        """Type something and wait for the answer."""
        before = self.said_to(name)[-1] if self.said_to(name) else None
        self.telegram.send_text(CHATS[name], text)
        await self.telegram.wait_until(
            lambda: bool(self.said_to(name)) and self.said_to(name)[-1] is not before, timeout=10
        )
        return self.last(name)

    def mails_to(self, address: str) -> list[EmailMessage]:
        """Return the mails to an address."""
        return [mail for mail in self.letterbox.mails if mail["To"] == address]

    def case(self, code: str = "GIA-2026-001") -> CaseView:
        """Return a case as the administrator sees it."""
        return read_case(self.house, code, actor=CLI, now=self.clock.now())

    def status(self, norm: str, code: str = "GIA-2026-001") -> str:
        """Return the status of a case's term."""
        found = self.case(code).term(norm)
        assert found is not None
        return found.status


def text_of(mail: EmailMessage) -> str:
    """Return the plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(mail: EmailMessage, label: str) -> str:
    """Return the address behind a label in a mail."""
    found = re.search(rf"{re.escape(label)}: (\S+)", text_of(mail))
    assert found is not None, text_of(mail)
    return found[1]


@asynccontextmanager
async def a_world(folder: Path, **notices: object) -> AsyncIterator[World]:
    """Build a region with everybody of `tests.factories.PEOPLE`, early on Monday 2 March 2026."""
    store = open_store(f"sqlite:///{folder / 'story.db'}")
    migrate(store)
    house = House(store, make_rules(**notices), "story")
    staff(house, EARLY)
    async with world_of(house) as world:
        yield world
    store.close()


@asynccontextmanager
async def world_of(house: House, starts: datetime = EARLY) -> AsyncIterator[World]:
    """Let a staffed house come alive: with everybody's chat, a mail server, and the bot running."""
    clock = SetClock(starts)
    telegram = TelegramStandIn(TOKEN, now=clock.now)
    async with serve(telegram) as url:
        world = World(house, clock, telegram, url)
        smtp = await asyncio.get_running_loop().create_server(
            lambda: SMTP(world.letterbox, hostname="story.test"), "127.0.0.1", 0
        )
        world.smtp_port = smtp.sockets[0].getsockname()[1]
        try:
            await world.start_bot()
            for name, chat in CHATS.items():
                telegram.add_user(chat, name)
                telegram.start(chat)
                await telegram.wait_for_message(chat, containing="al aangemeld", timeout=10)
            yield world
        finally:
            await world.stop_bot()
            await world.web.aclose()
            smtp.close()
