"""A year of a subscription that vdirsyncer keeps: what changed is written anew, nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from core.calendars import CalendarScope
from core.facts import CouplingKind, FactKind
from core.rules import CalendarRules
from services.calendars.subscriptions import Wish, create_feed, own_feeds
from services.cases import record_fact, withdraw
from services.governance.access import Deed
from services.governance.adding import add_meeting
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.matters import Ref
from services.house import House
from services.reassignment import reassign_person
from tests.calendar_trust import add_region, agreed_rules
from tests.factories import CLI, NOW, MovableClock, a_case, actor, at
from tests.web.vdirsyncing import Copy, Subscriber, events_in, program, serving
from web.app import build_web

CALENDARS = ("governance", "mine")
CASE = "GIA-2026-001"
NORM_1, NORM_2, NORM_3 = (f"{CASE}: norm {number}" for number in (1, 2, 3))
TALK, TABLE, NIGHT = "Regionaal overleg", "Zorgtafel", "Nachtoverleg"
QUESTIONS, FIGURES = "Aanleveren: Uniforme uitvraag", "Aanleveren: Kwartaalcijfers"


@dataclass
class Polite:
    """A client that says what it has, as GNOME and Thunderbird do."""

    client: httpx.Client
    url: str
    etag: str = ""
    modified_at: datetime = NOW
    body: bytes = b""

    def poll(self) -> bool:
        """Fetch what is new; tell whether there was anything."""
        said = {"If-None-Match": self.etag} if self.etag else {}
        answer = self.client.get(self.url, headers=said)
        modified_at = parsedate_to_datetime(answer.headers["last-modified"])
        assert modified_at >= self.modified_at
        since = {"If-Modified-Since": answer.headers["last-modified"]}
        assert self.client.get(self.url, headers=since).status_code == 304
        if answer.status_code == 304:
            assert answer.headers["etag"] == self.etag
            return False
        assert answer.status_code == 200
        assert not self.etag or modified_at > self.modified_at
        self.etag, self.modified_at, self.body = answer.headers["etag"], modified_at, answer.content
        return True


@dataclass
class Year:
    """A region whose calendars somebody follows, from the second of March 2026."""

    house: House
    clock: MovableClock
    subscriber: Subscriber
    clients: dict[str, Polite]
    sequences: dict[str, dict[str, int]] = field(default_factory=dict)
    known: dict[str, dict[str, Copy]] = field(default_factory=dict)

    def after(self, on: date, happens: Callable[[House, datetime], object] | None = None) -> list[set[str]]:
        """Go to a day, let something happen, synchronise; return which titles came or changed in each."""
        self.clock.set(at(on, 12))
        if happens is not None:
            happens(self.house, self.clock.now())
        before = {name: self.subscriber.files(name) for name in CALENDARS}
        self.subscriber.sync()
        found = [self._look(name, before[name]) for name in CALENDARS]
        self._sync_again()
        return found

    def _look(self, name: str, before: dict[str, tuple[bytes, int]]) -> set[str]:
        """Compare a folder with what another client gets, and with what was in it."""
        fresh = self.clients[name].poll()
        events = events_in(self.clients[name].body)
        files, known = self.subscriber.files(name), self.known.get(name, {})
        copies = self.subscriber.copies(name)
        assert sorted(one.said for one in copies.values()) == sorted(one.said for one in events.values())
        kept = {file: one for file, one in files.items() if file in before}
        assert kept == {file: before[file] for file in kept}
        changed = {uid for uid, one in events.items() if known.get(uid) != one}
        assert len(files) - len(kept) == len(changed)
        assert len(before) - len(kept) == len({uid for uid in known if known[uid] != events.get(uid)})
        assert fresh == (files != before)
        sequences = self.sequences.setdefault(name, {})
        for uid, one in events.items():
            assert one.sequence >= sequences.get(uid, 0) + (uid in changed and uid in known)
            sequences[uid] = one.sequence
        self.known[name] = events
        return {events[uid].title for uid in changed}

    def titles(self, name: str) -> set[str]:
        """Return what is in a folder."""
        return {one.title for one in self.subscriber.copies(name).values()}

    def _sync_again(self) -> None:
        """Synchronise an hour later, when nothing changed: no file is touched."""
        self.clock.move(hours=1)
        before = {name: self.subscriber.files(name) for name in CALENDARS}
        self.subscriber.sync()
        assert {name: self.subscriber.files(name) for name in CALENDARS} == before
        assert not any(client.poll() for client in self.clients.values())


@pytest.fixture
def year(sqlite_house: House, tmp_path: Path) -> Iterator[Year]:
    program()
    clock = MovableClock()
    rules = replace(agreed_rules(), calendars=CalendarRules())
    house = House(sqlite_house.store, rules, sqlite_house.worker)
    add_region(house)
    a_case(house, CASE, protector="jb-1")
    app = build_web(house, clock, ready=lambda: True)
    with serving(app) as root, httpx.Client(trust_env=False) as client:
        there = House(house.store, replace(rules, public_url=root), house.worker)
        mine = create_feed(there, Wish(CalendarScope.MINE), actor=actor(house, "jb-1"), now=NOW).url
        urls = {"governance": f"{root}/feeds/governance.ics", "mine": mine}
        clients = {name: Polite(client, url) for name, url in urls.items()}
        yield Year(house, clock, Subscriber(tmp_path / "vdirsyncer", urls), clients)


def deed(
    deed: Deed, series: str, original_on: date, on: date | None = None
) -> Callable[[House, datetime], object]:
    def happens(house: House, now: datetime) -> object:
        filled = Filled("reden", on.isoformat() if on else "", confirmed=True)
        ref, leader = Ref.of_meeting(series, original_on), actor(house, "pl-1", now)
        return do(house, deed, ref, version=None, actor=leader, now=now, filled=filled)

    return happens


def adds(house: House, now: datetime) -> None:
    leader = actor(house, "pl-1", now)
    add_meeting(house, "open", "2026-06-03", "14:00", actor=leader, now=now, confirmed=True)


def meets_norm_1(house: House, now: datetime) -> None:
    for kind in (FactKind.PROTECTOR_COUPLED, FactKind.FIRST_CONTACT):
        record_fact(house, CASE, kind, house.today(now), actor=CLI, now=now)


def corrects(house: House, now: datetime) -> None:
    record_fact(house, CASE, FactKind.ORDERED, date(2026, 2, 27), actor=CLI, now=now)


def takes_back(house: House, now: datetime) -> None:
    withdraw(house, CASE, FactKind.FIRST_CONTACT, actor=CLI, now=now)


def leaves(house: House, now: datetime) -> None:
    kind = CouplingKind.UNPLANNED
    reassign_person(house, "jb-1", ["jb-2"], house.today(now), kind, actor=CLI, now=now)


@pytest.mark.timeout(300)
def test_a_year_of_changes_and_both_clock_changes_leaves_a_subscription_whole(year: Year) -> None:
    first, _ = year.after(date(2026, 3, 2))
    assert {TALK, TABLE, NIGHT, QUESTIONS} < first
    moved = deed(Deed.MOVE, "open", date(2026, 5, 18), date(2026, 5, 20))
    assert year.after(date(2026, 3, 5), moved) == [{TALK}, set()]
    assert year.after(date(2026, 3, 6), meets_norm_1) == [set(), {f"Gehaald: {NORM_1}"}]
    # the clock goes forward on 29 March, and the window moves on the first
    assert year.after(date(2026, 3, 30)) == [set(), set()]
    assert year.after(date(2026, 4, 1)) == [{TALK, TABLE, NIGHT, QUESTIONS}, {QUESTIONS, FIGURES}]
    assert year.after(date(2026, 4, 8), deed(Deed.CANCEL, "tafel", date(2026, 5, 4))) == [{TABLE}, set()]
    assert year.after(date(2026, 4, 13), corrects) == [set(), {NORM_2, NORM_3}]
    assert year.after(date(2026, 4, 14), takes_back) == [set(), {NORM_1}]
    assert year.after(date(2026, 4, 28), adds) == [{TALK}, set()]
    shifted = deed(Deed.MOVE_ALL, "tafel", date(2026, 6, 1), date(2026, 6, 8))
    assert year.after(date(2026, 4, 29), shifted) == [{TABLE}, set()]
    assert year.after(date(2026, 4, 30), deed(Deed.RESET, "tafel", date(2026, 6, 1))) == [{TABLE}, set()]
    year.after(date(2026, 6, 2))
    assert year.after(date(2026, 6, 10), leaves) == [set(), {"Vervallen"}]
    assert CASE.encode() not in year.clients["mine"].body
    year.after(date(2026, 10, 24))
    assert year.titles("mine") == {QUESTIONS, FIGURES}
    # the clock goes back on 25 October
    assert year.after(date(2026, 10, 26)) == [set(), set()]
    year.after(date(2027, 3, 1))
    (kept,) = own_feeds(year.house, actor=actor(year.house, "jb-1"), now=year.clock.now())
    assert (kept.client, kept.used_on) == ("vdirsyncer", date(2027, 3, 1))
