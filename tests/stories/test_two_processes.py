"""Two processes on one PostgreSQL: all is said once, and one that freezes and wakes up writes nothing."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from app.clock import SetClock
from bot.rendering import telegram_content
from core.outbox import MessageState
from core.ports import Address, ChannelName, Clock, Content, Receipt
from jobs.deliver import Courier
from jobs.schedule import Work
from services.house import House
from services.upkeep import passes
from storage.store import open_store
from storage.tables import messages, notices
from tests.factories import CHATS, a_row, at
from tests.stories.world import World, world_of

WEDNESDAY = date(2026, 3, 4)
MORNING = at(WEDNESDAY, 8, 30)
COUPLED = {"gekoppeld": "2026-03-02", "teammanager": "tm-1"}

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)


class FreezingClock:
    """A clock at which its process freezes when it asks the time for the `freeze_at`-th time."""

    def __init__(self, clock: SetClock, freeze_at: int) -> None:
        self._clock, self._left = clock, freeze_at
        self.frozen, self._thaw = threading.Event(), threading.Event()

    def now(self) -> datetime:
        now = self._clock.now()
        self._left -= 1
        if self._left == 0:
            self.frozen.set()
            assert self._thaw.wait(60)
        return now

    def thaw(self) -> None:
        self._thaw.set()


@dataclass
class Listener:
    """A channel that only notes that it was asked to send."""

    name: ChannelName = ChannelName.TELEGRAM
    asked: list[Content] = field(default_factory=list)

    async def send(self, _address: Address, content: Content, *, message_key: str) -> Receipt:
        self.asked.append(content)
        return Receipt(message_key)

    async def replace(self, _address: Address, _external_id: str, _content: Content) -> None:
        return


@dataclass
class Pair:
    """The world of the first process, and a second process on the same database."""

    world: World
    second: House

    def first_with(self, clock: Clock, listener: Listener) -> Work:
        """Return the jobs of the first process, under a clock of its own."""
        courier = Courier(listener, telegram_content)
        return Work(self.world.house, {ChannelName.TELEGRAM: courier}, clock)

    def second_work(self) -> Work:
        return Work(self.second, self.world.couriers, self.world.clock)

    def count(self) -> int:
        with self.second.store.read() as tx:
            return tx.execute(select(func.count()).select_from(notices)).scalar_one()

    def let_leases_run_out(self) -> None:
        with self.second.store.write() as tx:
            tx.execute(text("UPDATE leases SET expires_at = now() - interval '1 second'"))


@pytest.fixture
async def pair(house: House) -> AsyncIterator[Pair]:
    """A case whose worker is to be reminded this morning, and two processes that could do it."""
    second = House(
        open_store(house.store.engine.url.render_as_string(hide_password=False)), house.rules, "second"
    )
    async with world_of(house) as world:
        world.import_rows(a_row(**COUPLED))
        world.clock.set(MORNING)
        yield Pair(world, second)
    second.store.close()


async def test_two_processes_at_work_at_once_say_everything_once(pair: Pair) -> None:
    world = pair.world
    rows = [a_row(f"GIA-2026-{n:03}", jeugdbeschermer=f"jb-{n % 2 + 1}", **COUPLED) for n in range(2, 12)]
    world.import_rows(*rows)
    before = {name: len(world.said_to(name)) for name in CHATS}
    first, second = Work(world.house, world.couriers, world.clock), pair.second_work()
    for seconds in range(5):
        world.clock.set(MORNING + timedelta(seconds=seconds))
        await asyncio.gather(first.plan(), second.plan(), first.deliver(), second.deliver())
    heard = {name: len(world.said_to(name)) - before[name] for name in CHATS}
    assert {name: count for name, count in heard.items() if count} == {"jb-1": 1, "jb-2": 1}


async def test_a_process_that_freezes_while_planning_wakes_up_and_writes_nothing(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    world, listener = pair.world, Listener()
    clock = FreezingClock(world.clock, freeze_at=1)
    # The first process takes the turn to plan, and freezes before it has written anything.
    frozen = asyncio.create_task(asyncio.to_thread(asyncio.run, pair.first_with(clock, listener).plan()))
    assert await asyncio.to_thread(clock.frozen.wait, 60)
    # As long as its turn lasts the second one leaves it alone.
    await pair.second_work().plan()
    assert pair.count() == 0
    # When the turn has run out, the second one takes over, and the worker is reminded.
    pair.let_leases_run_out()
    before = len(world.said_to("jb-1"))
    await pair.second_work().plan()
    await pair.second_work().deliver()
    (reminded,) = world.said_to("jb-1")[before:]
    assert "GIA-2026-001" in reminded.text
    planned, ran = pair.count(), passes(pair.second)["guard"]
    # The first wakes up, finds that its turn is over, and has written nothing.
    with caplog.at_level(logging.WARNING):
        clock.thaw()
        await frozen
    assert "lease plan was taken over; nothing was written" in caplog.text
    assert (pair.count(), passes(pair.second)["guard"]) == (planned, ran)
    assert len(world.said_to("jb-1")) == before + 1
    assert listener.asked == []


async def test_a_process_that_freezes_with_a_message_in_hand_wakes_up_and_does_not_send_it(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    world, listener = pair.world, Listener()
    await pair.second_work().plan()
    # The first process claims the reminder, and freezes before it has sent it.
    clock = FreezingClock(world.clock, freeze_at=2)
    frozen = asyncio.create_task(asyncio.to_thread(asyncio.run, pair.first_with(clock, listener).deliver()))
    assert await asyncio.to_thread(clock.frozen.wait, 60)
    before = len(world.said_to("jb-1"))
    # Turn and claim run out; nobody knows whether it was sent, so the second one sends it as a repeat.
    pair.let_leases_run_out()
    world.clock.set(MORNING + timedelta(minutes=3))
    await pair.second_work().deliver()
    (repeated,) = world.said_to("jb-1")[before:]
    assert "misschien voor de tweede keer" in repeated.text
    # The first wakes up: the message is not its own any more, and there is nothing else for it to do.
    with caplog.at_level(logging.WARNING):
        clock.thaw()
        await frozen
    assert "lease send was taken over; nothing was written" in caplog.text
    assert listener.asked == []
    with pair.second.store.read() as tx:
        states = tx.execute(select(messages.c.state).where(messages.c.kind == "digest")).scalars().all()
    assert states == [MessageState.SENT]
