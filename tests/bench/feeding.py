"""Calendars: 304 and 200 of a thousand events against a server that only answers the same bytes.

Both are processes of their own; a client on loopback keeps its connection, as a proxy does. Answers are
counted in CPU seconds of the server, since the machine may be doing something else too. So is what five
thousand subscribers cost who ask once an hour, while somebody records something six hundred times and moves a
meeting sixty times.
"""

import http.client
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Self

from app.clock import SystemClock
from core.occurrences import MeetingStatus
from core.people import command_line
from services.governance.access import Deed
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.overview import agenda
from services.house import House
from storage.queries.office import leave_audit
from tests.bench.feed_region import region_with_calendars
from tests.bench.report import Figure, say, side_by_side

REQUESTS, ROUNDS = 1_000, 5
SUBSCRIBERS, PERSONAL, RECORDINGS, MOVES = 5_000, 160, 600, 60
GUESSES = 10_000
PUBLIC = "/feeds/governance.ics"
_ROOT = Path(__file__).parents[2]
_HOUR, _MINUTE = 3600, 60


def measure(folder: Path) -> list[Figure]:
    """Measure a response, a change, and an hour of subscribers."""
    clock = SystemClock()
    house, team, personal = region_with_calendars(folder / "house.db", clock.now(), PERSONAL)
    with ExitStack() as stack:
        stack.callback(house.store.close)
        ours = stack.enter_context(_Server("ours", folder / "house.db"))
        kept = folder / "kept.json"
        kept.write_text(json.dumps({address: ours.whole(address) for address in (team, PUBLIC)}))
        bare = stack.enter_context(_Server("bare", kept))
        events = ours.whole(team)["body"].count("BEGIN:VEVENT")
        say(f"   the calendar has {events} events, {len(ours.whole(team)['body']) // 1024} kB")
        figures = [
            _compared(f"feed: 304 of {events} events", ours, bare, team, ours.etag(team)),
            _compared(f"feed: 200 of {events} events", ours, bare, team, None),
            _change(house, ours, clock.now()),
            _guesses(ours),
        ]
        return [*figures, _hour(house, ours, team, personal, clock)]


class _Server:
    """A server in a process of its own with one connection that stays open."""

    def __init__(self, kind: str, path: Path) -> None:
        self._arguments = (sys.executable, "-m", "tests.bench.feed_server", kind, str(path))

    def __enter__(self) -> Self:
        self._process = Popen(self._arguments, stdout=PIPE, text=True, cwd=_ROOT, env=os.environ)
        assert self._process.stdout is not None
        port = int(self._process.stdout.readline())
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._process.terminate()
        self._process.wait()

    def get(self, path: str, etag: str | None = None) -> tuple[int, bytes, http.client.HTTPMessage]:
        self._connection.request("GET", path, headers={"If-None-Match": etag} if etag else {})
        answer = self._connection.getresponse()
        return answer.status, answer.read(), answer.headers

    def whole(self, path: str) -> dict[str, object]:
        _, body, headers = self.get(path)
        kept = {name: text for name, text in headers.items() if name not in ("date", "content-length")}
        return {"body": body.decode(), "headers": kept}

    def etag(self, path: str) -> str:
        return str(self.get(path)[2]["ETag"])

    def cpu(self) -> float:
        return float(self.get("/cpu")[1])

    def many(self, path: str, etag: str | None) -> float:
        """Ask a thousand times; return the CPU seconds that the server took."""
        expected = 304 if etag else 200
        before = self.cpu()
        for _ in range(REQUESTS):
            status = self.get(path, etag)[0]
            assert status == expected
        return self.cpu() - before


def _compared(name: str, ours: _Server, bare: _Server, path: str, etag: str | None) -> Figure:
    sides: list[Callable[[], float]] = [partial(side.many, path, etag) for side in (ours, bare)]
    product, plain = side_by_side(ROUNDS, *sides)
    share = plain / product
    a_second = [f"{REQUESTS / seconds:.0f}/CPU s" for seconds in (product, plain)]
    return Figure(name, *a_second, f"{share:.2f}", "≥ 0.5 of bare", share >= 0.5)


def _move_a_meeting(house: House, now: datetime, turn: int) -> None:
    """Move some coming meeting to the next day, or back."""
    actor, today = command_line("bench"), house.today(now)
    coming = [
        one
        for one in agenda(house, today, today.replace(year=today.year + 1), actor=actor, now=now)
        if one.status in (MeetingStatus.PLANNED, MeetingStatus.MOVED)
    ]
    entry = coming[turn % len(coming)]
    on = entry.on.fromordinal(entry.on.toordinal() + 1)
    filled = Filled(on=on.isoformat(), confirmed=True)
    do(house, Deed.MOVE, entry.ref, version=None, actor=actor, now=now, filled=filled)


def _change(house: House, ours: _Server, now: datetime) -> Figure:
    etag = ours.etag(PUBLIC)
    _move_a_meeting(house, now, 3)
    started = time.perf_counter()
    status = ours.get(PUBLIC, etag)[0]
    seconds = time.perf_counter() - started
    name = "feed: a change is in the next fetch, which takes"
    return Figure(name, f"{seconds:.3f} s", "", "", "≤ 1 s", status == 200 and seconds <= 1)


def _guesses(ours: _Server) -> Figure:
    """Guess a thousand secrets; tell what ten thousand in a minute would take of a core."""
    before = ours.cpu()
    for number in range(REQUESTS):
        ours.get(f"/feeds/{number:043d}.ics")
    share = (ours.cpu() - before) / REQUESTS * GUESSES / _MINUTE
    status = ours.get(PUBLIC)[0]
    name = f"feed: {GUESSES} wrong secrets in a minute, share of a core"
    return Figure(name, f"{share:.1%}", "", "", "< 25 %", status == 200 and share < 0.25)


def _hour(house: House, ours: _Server, team: str, personal: list[str], clock: SystemClock) -> Figure:
    """Let everybody ask once: most the public calendar, some their own, each with what they had before."""
    own = [team, *personal]
    etags = {path: ours.etag(path) for path in (PUBLIC, *own)}
    before = ours.cpu()
    for number in range(SUBSCRIBERS):
        if number % (SUBSCRIBERS // RECORDINGS) == 0:
            with house.store.write() as tx:
                leave_audit(tx, actor="bench", verb="record", subject="x", now=clock.now())
        if number % (SUBSCRIBERS // MOVES) == 0:
            _move_a_meeting(house, clock.now(), number)
        path = own[number % len(own)] if number % 4 == 0 else PUBLIC
        etags[path] = str(ours.get(path, etags[path])[2]["ETag"])
    share = (ours.cpu() - before) / _HOUR
    name = f"feed: {SUBSCRIBERS} subscribers that ask hourly, share of a core"
    return Figure(name, f"{share:.2%}", "", "", "< 2 %", share < 0.02)
