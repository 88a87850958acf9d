"""Stopping the jobs: nothing new is begun, and what is under way is finished and recorded."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from bot.rendering import telegram_content
from core.outbox import MessageKind
from core.ports import Address, ChannelName, Content, Receipt
from jobs.deliver import IN_FLIGHT, Courier
from jobs.schedule import Work
from services.house import House
from storage.queries.outbox import add_message
from storage.queries.people import change_person
from storage.tables import messages
from tests.factories import MONDAY, NOW, PEOPLE, MovableClock, person


class SlowChannel:
    """A channel that takes a message when it is told to."""

    name = ChannelName.TELEGRAM

    def __init__(self) -> None:
        self.begun = 0
        self.full, self.taken = asyncio.Event(), asyncio.Event()

    async def send(self, _address: Address, _content: Content, *, message_key: str) -> Receipt:
        self.begun += 1
        if self.begun == IN_FLIGHT:
            self.full.set()
        await self.taken.wait()
        return Receipt(message_key)

    async def replace(self, _address: Address, _external_id: str, _content: Content) -> None:
        return


OTHER = "gd-b"
READERS = [one.name for one in PEOPLE if one.name != OTHER]


def put_messages(house: House, *readers: str) -> None:
    """Put messages in the outbox about somebody who cannot be reached, one for each that is named."""
    ids = [person(house, name).id for name in readers]
    with house.store.write() as tx:
        change_person(tx, person(house, OTHER).id, chat_id=None)
        for reader in ids:
            add_message(
                tx,
                reader,
                MessageKind.UNREACHABLE,
                MONDAY,
                send_after=NOW,
                now=NOW,
                payload={"person": OTHER},
            )


def states(house: House) -> dict[str, int]:
    query = select(messages.c.state, func.count()).group_by(messages.c.state)
    with house.store.read() as tx:
        return {row.state: row.count_1 for row in tx.execute(query)}


async def test_messages_in_flight_are_recorded_before_the_work_ends(
    sqlite_house: House, clock: MovableClock
) -> None:
    put_messages(sqlite_house, *READERS, *READERS, *READERS)
    assert len(READERS) == IN_FLIGHT
    channel = SlowChannel()
    work = Work(sqlite_house, {ChannelName.TELEGRAM: Courier(channel, telegram_content)}, clock)
    await work.plan()
    delivering = asyncio.create_task(work.deliver())
    await asyncio.wait_for(channel.full.wait(), 30)
    ending = asyncio.create_task(work.finish())
    await asyncio.sleep(0.1)
    assert not ending.done()
    channel.taken.set()
    await asyncio.gather(ending, delivering)
    assert states(sqlite_house) == {"sent": IN_FLIGHT, "pending": 2 * IN_FLIGHT}


async def test_after_the_end_nothing_is_begun(sqlite_house: House, clock: MovableClock) -> None:
    put_messages(sqlite_house, "tm-1")
    channel = SlowChannel()
    work = Work(sqlite_house, {ChannelName.TELEGRAM: Courier(channel, telegram_content)}, clock)
    await work.plan()
    await work.finish()
    clock.set(NOW + timedelta(days=1))
    for job in (work.plan, work.deliver, work.watchdog, work.tidy):
        await job()
    assert (channel.begun, states(sqlite_house)) == (0, {"pending": 1})
