"""The service as a process: how it starts on a bad day, is killed, and is stopped."""

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import select, text

from core.outbox import MessageKind
from core.people import Role
from demo.telegram import TelegramStandIn, serve
from services.house import House
from services.people import NewPerson, add_person
from storage.queries.outbox import add_message
from storage.queries.people import link_chat
from storage.tables import messages
from tests.factories import CLI
from tests.processes.installation import ROOT, TOKEN, Installation, Running

READERS = {f"jb-{number}": 100 + number for number in range(1, 5)}
NOW = datetime.now(UTC)  # noqa: TID251 - the service has the clock of this machine


@contextmanager
def opened(installation: Installation) -> Iterator[House]:
    house = installation.open()
    try:
        yield house
    finally:
        house.store.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def ready(service: Running) -> str:
    return await asyncio.to_thread(service.wait_until_ready)


async def test_a_wrong_token_is_refused_at_the_start(installation: Installation) -> None:
    async with serve(TelegramStandIn("123456:another-token")) as url:
        installation.write_config(url)
        done = await asyncio.to_thread(installation.run, "run")
    assert done.status == 1
    assert done.err.splitlines()[-1].startswith(
        "Telegram weigert dit bot-token. Zet het token van @BotFather"
    )
    assert TOKEN not in done.err + done.out


async def test_the_service_starts_without_telegram_says_so_and_keeps_trying(
    installation: Installation,
) -> None:
    port = free_port()
    installation.write_config(f"http://127.0.0.1:{port}")
    with installation.service() as service:
        pages = await ready(service)
        assert "Telegram is out of reach; the service starts and keeps trying" in service.said()
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{pages}/readyz")).status_code == 200
        # Telegram comes back, and somebody writes to the bot.
        telegram = TelegramStandIn(TOKEN)
        telegram.add_user(7, "somebody")
        async with serve(telegram, port=port):
            telegram.start(7)
            await telegram.wait_for_message(7, containing="voor medewerkers met een uitnodiging", timeout=60)
            assert await asyncio.to_thread(service.stop) == 0
        assert "stopped" in service.said()
        assert TOKEN not in service.said()


def put_messages(house: House) -> None:
    """Put a message in the outbox for each of the readers, about somebody who cannot be reached."""
    protector = frozenset({Role.PROTECTOR})
    add_person(house, NewPerson("jb-9", protector, "GIA"), actor=CLI, now=NOW)
    for name, chat in READERS.items():
        reader = add_person(house, NewPerson(name, protector, "GIA"), actor=CLI, now=NOW)
        with house.store.write() as tx:
            link_chat(tx, reader.id, chat)
            add_message(
                tx,
                reader.id,
                MessageKind.UNREACHABLE,
                house.today(NOW),
                send_after=NOW,
                now=NOW,
                payload={"person": "jb-9"},
            )


def states(house: House) -> list[tuple[str, int, bool]]:
    columns = (messages.c.state, messages.c.attempts, messages.c.repeated)
    query = select(*columns).where(messages.c.kind == MessageKind.UNREACHABLE)
    with house.store.read() as tx:
        return [tuple(row) for row in tx.execute(query.order_by(messages.c.id))]


def let_claims_run_out(house: House) -> None:
    """Let two minutes pass for what was claimed."""
    with house.store.write() as tx:
        tx.execute(text("UPDATE messages SET lease_until = :past"), {"past": str(NOW - timedelta(hours=1))})


async def test_killed_with_four_messages_in_flight_each_comes_again_marked_as_a_repeat(
    installation: Installation,
) -> None:
    telegram = TelegramStandIn(TOKEN)
    telegram.hang_seconds = 600.0

    def heard(chat: int) -> list[str]:
        return [one.text for one in telegram.messages(chat) if one.from_bot]

    for name, chat in READERS.items():
        telegram.add_user(chat, name)
        telegram.start(chat)
    telegram.bot.updates.pending.clear()
    async with serve(telegram) as url:
        installation.write_config(url)
        with opened(installation) as house:
            put_messages(house)
        # Telegram takes all four and does not answer; in that moment the process is killed.
        telegram.fail_next("timeout_after_effect", method="sendMessage", times=4)
        with installation.service() as service:
            await ready(service)
            await telegram.wait_until(lambda: all(map(heard, READERS.values())), timeout=60)
            assert await asyncio.to_thread(service.stop, signal.SIGKILL) == -signal.SIGKILL
        with opened(installation) as house:
            assert states(house) == [("sending", 1, False)] * 4
            let_claims_run_out(house)
        # It is started again: nobody knows whether they were read, so they come again and say so.
        telegram.failures.clear()
        with installation.service() as service:
            await telegram.wait_until(
                lambda: all(len(heard(chat)) == 2 for chat in READERS.values()), timeout=60
            )
            assert await asyncio.to_thread(service.stop) == 0
    for chat in READERS.values():
        first, again = heard(chat)
        assert not first.startswith("Dit bericht komt misschien")
        assert again == f"Dit bericht komt misschien voor de tweede keer.\n\n{first}"
    with opened(installation) as house:
        assert states(house) == [("sent", 2, True)] * 4


async def test_stopped_with_four_messages_in_flight_it_records_them_and_none_comes_again(
    installation: Installation,
) -> None:
    telegram = TelegramStandIn(TOKEN)
    for name, chat in READERS.items():
        telegram.add_user(chat, name)
        telegram.start(chat)
    telegram.bot.updates.pending.clear()
    async with serve(telegram) as url:
        installation.write_config(url)
        with opened(installation) as house:
            put_messages(house)
        telegram.fail_next("delay", method="sendMessage", times=4, seconds=2.0)
        with installation.service() as service:
            await ready(service)
            await telegram.wait_until(lambda: not telegram.failures.planned, timeout=60)
            assert await asyncio.to_thread(service.stop) == 0
            assert "Traceback" not in service.said()
    with opened(installation) as house:
        assert states(house) == [("sent", 1, False)] * 4


async def test_the_demo_cleans_up_after_ctrl_c(installation: Installation) -> None:
    folder = installation.folder
    with installation.service(module="demo") as demo:
        chat = (await asyncio.to_thread(demo.wait_for, r"Chat +(http://\S+)"))[1]
        assert list(folder.glob("termijnwacht-demo-*/demo.db"))
        async with httpx.AsyncClient() as client:
            assert (await client.get(chat)).status_code == 200
        assert await asyncio.to_thread(demo.stop, signal.SIGINT) == 0
        assert list(folder.glob("termijnwacht-demo-*")) == []
        assert "Traceback" not in demo.said()
    assert not list(ROOT.glob("demo.db*"))
