"""The real bot against the stand-in for Telegram: a staffed SQLite house, and a clock that stands still."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import time

import pytest
from aiosmtpd.smtp import SMTP

from app.clock import SetClock
from core.desks import Desk, DeskBook, Route, RouteStep, WeeklyTable
from core.ladder import Delay, LadderRung
from core.people import Role
from demo.telegram import TelegramStandIn, serve
from services.house import House
from services.people import NewPerson, add_person
from tests.factories import CHATS, CLI, MONDAY, at
from tests.stories.world import TOKEN, World


@pytest.fixture
async def world(sqlite_house: House) -> AsyncIterator[World]:
    """A region early on Monday 2 March 2026, with the bot running and everybody's chat open."""
    clock = SetClock(at(MONDAY, 7, 45))
    telegram = TelegramStandIn(TOKEN, now=clock.now)
    async with serve(telegram) as url:
        made = World(sqlite_house, clock, telegram, url)
        smtp = await asyncio.get_running_loop().create_server(
            lambda: SMTP(made.letterbox, hostname="bot.test"), "127.0.0.1", 0
        )
        made.smtp_port = smtp.sockets[0].getsockname()[1]
        for name, chat in CHATS.items():
            telegram.add_user(chat, name)
            telegram.start(chat)
        try:
            await made.start_bot()
            for chat in CHATS.values():
                await telegram.wait_for_message(chat, containing="al aangemeld", timeout=10)
            await settled(made)
            yield made
        finally:
            await made.stop_bot()
            await made.web.aclose()
            smtp.close()


@pytest.fixture
def allow_files(world: World) -> Callable[[], None]:
    """Let case files go through the chat, as the demo does."""

    def allow() -> None:
        rules = world.house.rules
        allowed = replace(rules, privacy=replace(rules.privacy, case_files_in_chat=True))
        object.__setattr__(world.house, "rules", allowed)

    return allow


@pytest.fixture
def allow_text(world: World) -> Callable[[], None]:
    """Let text about a case go through the chat."""

    def allow() -> None:
        rules = world.house.rules
        allowed = replace(rules, privacy=replace(rules.privacy, free_text_in_chat=True))
        object.__setattr__(world.house, "rules", allowed)

    return allow


DESKS = DeskBook(
    [
        Desk("zm", "zorgmakelaar", "Zorgmakelaar Noord", region="noord", contact="zm-noord", assumed=True),
        Desk(
            "ret",
            "expertteam",
            "Expertteam Noord",
            region="noord",
            contact="ret-noord",
            answer_within=Delay(3),
            table=WeeklyTable(4, time(9, 0), 3, time(12, 0)),
        ),
    ],
    [
        Route(
            (
                RouteStep(LadderRung("zorgmakelaar", "loket:zorgmakelaar"), "met de beschikbaarheidswijzer"),
                RouteStep(
                    LadderRung("expertteam", "loket:expertteam", top=True, recheck=Delay(2), form=True)
                ),
            ),
            region="noord",
            source="Verbeterplan 2022",
        )
    ],
)


@pytest.fixture
def desks(world: World) -> None:
    """Give region Noord a zorgmakelaar and an expert team, with their mailboxes and a route."""
    rules = world.house.rules
    changed = replace(rules, escalation=replace(rules.escalation, desks=DESKS))
    object.__setattr__(world.house, "rules", changed)
    for name in ("zm-noord", "ret-noord"):
        new = NewPerson(name, frozenset({Role.CONTACT}), mail=f"{name}@region.example")
        add_person(world.house, new, actor=CLI, now=world.clock.now())


async def settled(world: World) -> None:
    """Wait until every update was taken in and handled."""
    await world.telegram.wait_until(lambda: not world.telegram.bot.updates.pending, timeout=10)
    assert world.bot is not None
    await world.bot.intake.drain()


async def force(world: World, name: str, data: str) -> str:
    """Press a button that was never shown, on the newest message; return the alert."""
    query = world.telegram.press(CHATS[name], world.said_to(name)[-1], data, force=True)
    alert = await world.telegram.wait_for_alert(query, timeout=10)
    return str(alert.text)


def labels(world: World, name: str) -> list[str]:
    """Return the words of the buttons under the newest message."""
    return [button.text for button in world.said_to(name)[-1].buttons]


def heard(world: World, chat: int) -> list[str]:
    """Return what the bot said in a chat."""
    return [message.text for message in world.telegram.messages(chat) if message.from_bot]


def bytes_of(house: House) -> bytes:
    """Return all bytes that the database keeps on disk, its journal too."""
    path = house.store.engine.url.database
    assert path is not None
    found = b""
    for name in (path, f"{path}-wal", f"{path}-journal"):
        try:
            with open(name, "rb") as file:  # noqa: PTH123 - a name with a suffix
                found += file.read()
        except FileNotFoundError:
            continue
    return found


def checkpoint(house: House) -> None:
    """Write the journal of the database into its file."""
    with sqlite3.connect(str(house.store.engine.url.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
