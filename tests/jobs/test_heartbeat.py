"""The sign of life: sent only when all is well, and its secret address never told."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date

import pytest

from app.channels import heartbeat_of
from app.config import Config
from jobs.heartbeat import Heartbeat
from jobs.schedule import Work
from jobs.watchdog import watch_pass
from services.house import House
from services.notices import guard_pass
from services.upkeep import last_heartbeat
from tests.factories import MONDAY, NOW, MovableClock, a_case, at

SECRET = "/ping/very-secret-path?key=also-secret"


class Outside:
    """A server that notes what it was asked and answers as told; `answer` None says nothing at all."""

    def __init__(self, answer: bytes | None) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.url = ""

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readline()).decode().strip())
        while (await reader.readline()).strip():
            pass
        if self.answer is None:
            await reader.read()
        elif self.answer == b"drip":
            for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
                writer.write(bytes([letter]))
                await asyncio.sleep(0.02)
        else:
            writer.write(self.answer)
        writer.close()


@asynccontextmanager
async def outside(answer: bytes | None) -> AsyncIterator[Outside]:
    server = Outside(answer)
    listening = await asyncio.start_server(server.converse, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}{SECRET}"
    try:
        yield server
    finally:
        listening.close()


def status(line: str, more: str = "") -> bytes:
    return f"HTTP/1.1 {line}\r\nContent-Length: 0\r\n{more}\r\n".encode()


async def test_a_sign_of_life_opens_the_address_once() -> None:
    async with outside(status("200 OK")) as server:
        assert await Heartbeat(server.url).beat() is True
    assert server.asked == [f"GET {SECRET} HTTP/1.1"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (status("500 Broken"), "500"),
        (status("404 Not Found"), "404"),
        (status("302 Found", "Location: http://127.0.0.1:9/elsewhere\r\n"), "302"),
        (b"this is no answer\r\n\r\n", "RemoteProtocolError"),
        (None, "ReadTimeout|TimeoutError"),
        (b"drip", "TimeoutError"),
    ],
)
async def test_a_sign_that_does_not_arrive_is_logged_without_its_secret(
    answer: bytes | None, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with outside(answer) as server:
            patience = 0.3 if answer in (None, b"drip") else 10.0
            assert await Heartbeat(server.url, patience=patience).beat() is False
    (record,) = caplog.records
    assert record.getMessage() in {f"heartbeat to 127.0.0.1 failed: {one}" for one in told.split("|")}
    assert "secret" not in caplog.text


async def test_a_server_that_is_not_there_is_logged_without_its_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert await Heartbeat(f"http://127.0.0.1:{port}{SECRET}").beat() is False
    assert [record.getMessage() for record in caplog.records] == [
        "heartbeat to 127.0.0.1 failed: ConnectError"
    ]
    assert "secret" not in caplog.text


async def test_only_when_all_is_well_word_is_sent(sqlite_house: House, clock: MovableClock) -> None:
    async with outside(status("200 OK")) as server:
        heartbeat = Heartbeat(server.url)
        assert await watch_pass(sqlite_house, clock, heartbeat) is True
        assert len(server.asked) == 1
        assert last_heartbeat(sqlite_house) == (NOW, True)
        # A term waits for a guard that does not run.
        a_case(sqlite_house, ordered=date(2026, 2, 23))
        assert await watch_pass(sqlite_house, clock, heartbeat) is False
        assert len(server.asked) == 1
        # The guard runs, and its message should have gone an hour ago.
        guard_pass(sqlite_house, at(MONDAY, 9, 0))
        clock.set(at(MONDAY, 10, 0))
        assert await watch_pass(sqlite_house, clock, heartbeat) is False
        assert len(server.asked) == 1
    assert last_heartbeat(sqlite_house) == (NOW, True)


async def test_word_that_did_not_arrive_is_noted_for_doctor(sqlite_house: House, clock: MovableClock) -> None:
    async with outside(status("500 Broken")) as server:
        assert await watch_pass(sqlite_house, clock, Heartbeat(server.url)) is True
    assert last_heartbeat(sqlite_house) == (NOW, False)


async def test_the_watchdog_job_sends_word(sqlite_house: House, clock: MovableClock) -> None:
    async with outside(status("200 OK")) as server:
        await Work(sqlite_house, {}, clock, Heartbeat(server.url)).watchdog()
    assert len(server.asked) == 1
    await Work(sqlite_house, {}, clock).watchdog()


def test_without_an_address_nobody_is_told() -> None:
    assert heartbeat_of(Config()) is None


@pytest.fixture
def loaded() -> Callable[[str], Config]:
    return lambda url: Config.model_validate({"watchdog": {"heartbeat_url": url}})


def test_the_configured_address_is_used_and_not_shown(loaded: Callable[[str], Config]) -> None:
    config = loaded("https://hartslag.example.nl/ping/geheim?x=1")
    assert isinstance(heartbeat_of(config), Heartbeat)
    assert "geheim" not in repr(config)
