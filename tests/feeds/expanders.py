"""Four ways to read the dates in a calendar: as clients do, each with its own parser and its own rules."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import icalendar
import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from ical.calendar_stream import IcsCalendarStream

FIRST, LAST = date(1999, 1, 1), date(2101, 1, 1)
"""Wider than any calendar."""
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, order=True)
class Dated:
    """One date that a client shows; `begins` and `ends` are days, or moments in UTC, in ISO form."""

    uid: str
    begins: str
    ends: str
    status: str
    summary: str

    @property
    def on(self) -> date:
        """Return its day in the Netherlands."""
        from core.clocktime import local_date  # noqa: PLC0415 - what is tested stays out of the expanding

        if len(self.begins) == len("2026-01-01"):
            return date.fromisoformat(self.begins)
        return local_date(datetime.fromisoformat(self.begins))


Expand = Callable[[bytes], list[Dated]]


def said(value: date) -> str:
    """Return a day, or a moment in UTC, in ISO form."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


def _dated(component: Any, begins: date, ends: date) -> Dated:
    words = str(component["STATUS"]), str(component["SUMMARY"])
    return Dated(str(component["UID"]), said(begins), said(ends), *words)


def by_recurring_ical_events(body: bytes) -> list[Dated]:
    """Expand with the library that most Python programs use."""
    query = recurring_ical_events.of(icalendar.Calendar.from_ical(body), skip_bad_series=False)
    return sorted(_dated(one, one.start, one.end) for one in query.between(FIRST, LAST))


def by_hand(body: bytes) -> list[Dated]:
    """Expand as RFC 5545 says, on wall time, with dateutil's rules alone."""
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    parts = [one for one in events if "RECURRENCE-ID" in one]
    found = [_dated(one, one.start, one.end) for one in parts]
    for master in (one for one in events if "RECURRENCE-ID" not in one):
        other = {said(one["RECURRENCE-ID"].dt) for one in parts if one["UID"] == master["UID"]}
        left_out = {said(day.dt) for line in _listed(master.get("EXDATE")) for day in line.dts}
        length = master.end - master.start
        found += [
            _dated(master, begins, begins + length)
            for begins in _starts(master)
            if said(begins) not in other | left_out
        ]
    return sorted(found)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _starts(master: Any) -> Iterator[date]:
    start = master.start
    if "RRULE" not in master:
        yield start
        return
    timed = isinstance(start, datetime)
    zone = start.tzinfo if isinstance(start, datetime) else None
    rule = dict(master["RRULE"])
    until = rule.pop("UNTIL")[0]
    naive = datetime.combine(start, start.time() if isinstance(start, datetime) else time.min)
    text = icalendar.vRecur(rule).to_ical().decode()
    for wall in rrulestr(text, dtstart=naive):
        begins = wall.replace(tzinfo=zone) if timed else wall.date()
        if begins > until:
            return
        yield begins


def by_home_assistant(body: bytes) -> list[Dated]:
    """Expand with Home Assistant's parser, which refuses a whole calendar for one bad line."""
    calendar = IcsCalendarStream.calendar_from_ics(body.decode())
    return sorted(
        Dated(one.uid, said(one.start), said(one.end), str(one.status.value), one.summary)
        for one in calendar.timeline_tz(UTC)
    )


class IcalJs:
    """Expands with ical.js, the library of Nextcloud and Thunderbird, in one Node for the whole session."""

    def __init__(self, node: str, module: Path) -> None:
        """Start Node."""
        command = [node, str(_FOLDER / "expand.mjs"), str(module)]
        environment = os.environ | {"TZ": "America/New_York"}  # a client may be anywhere
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, encoding="utf-8"
        )

    def __call__(self, body: bytes) -> list[Dated]:
        """Expand a calendar."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"body": body.decode()}) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        assert "problem" not in told, told
        return sorted(
            Dated(uid, _read(begins), _read(ends), status, summary)
            for uid, begins, ends, status, summary in told["dates"]
        )

    def close(self) -> None:
        """End Node."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()


def _read(text: str) -> str:
    return said(datetime.fromisoformat(text)) if "T" in text else text


def start_ical_js() -> IcalJs:
    """Start ical.js; skips, by name, where Node or the package is not there."""
    node = shutil.which("node")
    module = Path(sys.prefix) / "node_modules" / "ical.js" / "dist" / "ical.js"
    if node is None or not module.is_file():
        pytest.skip("ical.js: Node or the package is not there")
    return IcalJs(node, module)
