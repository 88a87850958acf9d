"""Calendars on a real socket: a client that hangs, absurd headers, and hundreds of guesses."""

from __future__ import annotations

import http.client
import socket
import threading
import time as wall
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

import pytest
import uvicorn

from app.web_part import bind
from core.governance import Governance
from core.series import Series, SeriesKind, Visibility
from services.house import House
from tests.web.conftest import Office
from web.app import build_web

PUBLIC = "/feeds/governance.ics"
MEETING = Series(
    "overleg",
    "Regionaal overleg",
    SeriesKind.MEETING,
    date(2026, 9, 14),
    rule="FREQ=WEEKLY;INTERVAL=6",
    at=time(10),
    visibility=Visibility.PUBLIC,
)


@pytest.fixture
def port(office: Office) -> Iterator[int]:
    rules = replace(office.house.rules, governance=Governance({MEETING.code: MEETING}))
    app = build_web(House(office.house.store, rules), office.clock, ready=lambda: True)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, access_log=False, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    listening = bind("127.0.0.1", 0)
    listening.listen()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield int(listening.getsockname()[1])
    server.should_exit = True
    thread.join(timeout=30)


def ask(port: int, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> tuple[int, int]:
    """Return the status and how many bytes came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, headers=headers or {})
    answer = connection.getresponse()
    found = answer.status, len(answer.read())
    connection.close()
    return found


def raw(port: int, request: bytes) -> bytes:
    """Return the first bytes that come back for what was sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(request)
        return line.recv(64)


def test_a_client_that_hangs_keeps_nobody_else_waiting(port: int) -> None:
    silent = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(50)]
    for line in silent[:25]:
        line.sendall(f"GET {PUBLIC} HTTP/1.1\r\nHost: x\r\nX-Half".encode())
    started = wall.monotonic()
    status, size = ask(port, PUBLIC)
    assert (status, size > 500) == (200, True)
    assert wall.monotonic() - started < 20
    for line in silent:
        line.close()
    assert ask(port, PUBLIC) == (status, size)


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /feeds/governance.ics HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET /feeds/" + b"a" * 200_000 + b".ics HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /feeds/governance.ics HTTP/1.1\r\nHost: x\r\nBroken header\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_absurd_requests_are_refused_and_change_nothing(port: int, request_: bytes) -> None:
    before = ask(port, PUBLIC)
    assert raw(port, request_).split(b" ")[1:2] == [b"400"]
    assert ask(port, PUBLIC) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": '"' + "x" * 30_000 + '"'},
        {"If-None-Match": ",".join(['"x"'] * 5_000)},
        {"If-Modified-Since": "x" * 30_000},
        {"User-Agent": "\xff" * 30_000},
        {"Range": "bytes=" + ",".join(f"{n}-{n}" for n in range(3_000))},
        {"Accept-Encoding": "gzip, br, zstd, identity;q=0"},
    ],
)
def test_long_headers_are_read_as_what_they_say(port: int, headers: dict[str, str]) -> None:
    assert ask(port, PUBLIC, headers) == ask(port, PUBLIC)


def test_hundreds_of_guesses_learn_nothing_and_stop_nobody(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    seen: Counter[int] = Counter()
    for number in range(300):
        connection.request("GET", f"/feeds/{number:043d}.ics")
        answer = connection.getresponse()
        answer.read()
        seen[answer.status] += 1
        if number % 100 == 0:
            assert ask(port, PUBLIC)[0] == 200
    connection.close()
    assert seen == {404: 20, 429: 280}
    assert ask(port, PUBLIC)[0] == 200


def test_head_on_a_socket_carries_no_bytes(port: int) -> None:
    assert ask(port, PUBLIC, method="HEAD") == (200, 0)
