"""Made-up people, cases and files for tests. No name in here is anybody's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from core.cadence import OwnDays
from core.clocktime import local_moment
from core.facts import FactKind
from core.norms import BUILT_IN_NORMS, NormBook
from core.outbox import Message
from core.people import Actor, Person, Role, command_line
from core.ports import ChannelName, DeliveryFailed, Receipt
from core.rules import Municipality, NoticeRules, Organisation, Rules
from core.workdays import WorkingCalendar
from services.case_views import CaseView
from services.cases import NewCase, open_case
from services.delivery import (
    Delivered,
    Prepared,
    View,
    claim_messages,
    prepare,
    record_failure,
    record_sent,
)
from services.digests import DigestView
from services.directory import read_directory
from services.house import House
from services.notices import guard_pass
from services.people import NewPerson, add_person, sync_contacts
from storage.queries.people import link_chat

MONDAY = date(2026, 3, 2)
"""The Monday on which most stories begin: norm 1 is due on 9 March, 2 on 13 April, 3 on 2 June."""
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""Nine o'clock in the morning of that Monday, in Amsterdam."""
CALENDAR = WorkingCalendar()
PAGES = "http://pages.test"
"""Where the pages are."""
CLI = command_line("test")
"""The administrator on the command line: may do everything."""
ALL_CHANNELS = (ChannelName.TELEGRAM, ChannelName.MAIL)

PEOPLE = (
    NewPerson("jb-1", frozenset({Role.PROTECTOR}), "GIA", "noord", mail="jb-1@gia.example"),
    NewPerson("jb-2", frozenset({Role.PROTECTOR}), "GIA", "noord"),
    NewPerson("jb-3", frozenset({Role.PROTECTOR}), "GIA", "zuid"),
    NewPerson("tm-1", frozenset({Role.MANAGER}), "GIA", "noord"),
    NewPerson("tm-2", frozenset({Role.MANAGER}), "GIA", "zuid"),
    NewPerson("gd-1", frozenset({Role.DATA_STEWARD}), "GIA"),
    NewPerson("jb-b", frozenset({Role.PROTECTOR}), "GIB", "west"),
    NewPerson("gd-b", frozenset({Role.DATA_STEWARD}), "GIB"),
    NewPerson("beheer-1", frozenset({Role.ADMINISTRATOR}), mail="beheer@region.example"),
)
CHATS = {person.name: 100 + number for number, person in enumerate(PEOPLE)}
"""The Telegram chat of each of `PEOPLE`; only jb-1 and beheer-1 have a mail address too."""


class MovableClock:
    """A clock that stands still until it is moved; implements `core.ports.Clock`."""

    def __init__(self, now: datetime = NOW) -> None:
        """Start at a UTC moment."""
        self._now = now

    def now(self) -> datetime:
        """Return the present UTC moment."""
        return self._now

    def set(self, now: datetime) -> None:
        """Go to a UTC moment."""
        self._now = now

    def move(self, **duration: float) -> None:
        """Go on by a duration, in the words of `timedelta`."""
        self._now += timedelta(**duration)


def make_rules(**notices: object) -> Rules:
    """Return the rules of a region with the institutions GIA (with a contact) and GIB; `notices` as given."""
    return Rules(
        calendar=CALENDAR,
        organisations={
            "GIA": Organisation(
                "GIA", "Instelling A", contact="meldpunt-gia", contact_mail="meldpunt@gia.example"
            ),
            "GIB": Organisation("GIB", "Instelling B"),
        },
        municipalities={
            code: Municipality(code, code.capitalize(), region)
            for code, region in (("alkmaar", "noord"), ("hoorn", "noord"), ("haarlem", "zuid"))
        },
        regions={"noord": "Noord", "zuid": "Zuid"},
        notices=replace(NoticeRules(), **notices),  # type: ignore[arg-type]
        public_url=PAGES,
    )


def norms_only(rules: Rules) -> Rules:
    """Return these rules with the three norms alone: no ladders and no other dates."""
    return replace(rules, norms=NormBook(replace(norm, ladder=()) for norm in BUILT_IN_NORMS))


def staff(house: House, now: datetime = NOW) -> None:
    """Add `PEOPLE` with their chats, and the contact of GIA."""
    for new in PEOPLE:
        person = add_person(house, new, actor=CLI, now=now)
        with house.store.write() as tx:
            link_chat(tx, person.id, CHATS[new.name])
    sync_contacts(house, now)


def person(house: House, name: str, now: datetime = NOW) -> Person:
    """Return somebody by user name."""
    found = read_directory(house, now).named(name)
    assert found is not None, name
    return found


def actor(house: House, name: str, now: datetime = NOW) -> Actor:
    """Return somebody as an actor, with the people they stand in for at `now`."""
    return read_directory(house, now).actor(person(house, name, now), house.today(now))


def at(on: date, hour: int = 8, minute: int = 30) -> datetime:
    """Return the UTC moment of a local time, half past eight unless told: when digests go out."""
    return local_moment(on, time(hour, minute))


def weekdays(*days: int) -> OwnDays:
    """Return own working days, 1 for Monday to 5 for Friday."""
    return OwnDays(frozenset(days))


def a_case(
    house: House,
    code: str = "GIA-2026-001",
    *,
    ordered: date = MONDAY,
    protector: str | None = "jb-1",
    manager: str | None = None,
    family: str | None = None,
    now: datetime = NOW,
    measure: str = "ots",
    **dates: date,
) -> CaseView:
    """Open a case whose institution was notified on the day of the ruling; `dates` by name of `FactKind`."""
    starts = {FactKind.NOTIFIED: ordered, FactKind.ORDERED: ordered}
    new = NewCase(
        code=code,
        organisation=code[:3],
        municipality="alkmaar",
        measure=measure,
        family=family,
        protector=protector,
        manager=manager,
        dates=starts | {FactKind[name.upper()]: on for name, on in dates.items()},
    )
    return open_case(house, new, actor=CLI, now=now)


def a_row(code: str = "GIA-2026-001", **cells: str) -> dict[str, str]:
    """Return the cells of a row of a case file; `cells` adds to them or replaces them."""
    return {
        "zaak": code,
        "gi": code[:3],
        "gemeente": "alkmaar",
        "maatregel": "ots",
        "in_kennis_gesteld": "2026-03-02",
        "uitspraak": "2026-03-02",
        "jeugdbeschermer": "jb-1" if code.startswith("GIA") else "",
        **cells,
    }


def csv_of(*rows: Mapping[str, str]) -> bytes:
    """Return a case file as Excel writes it: semicolons, UTF-8 with BOM, every column that a row has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [";".join(columns), *(";".join(row.get(name, "") for name in columns) for row in rows)]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


@dataclass(frozen=True)
class Post:
    """How one message ended: who was to read it, what it said (None when not prepared), the outcome."""

    recipient: str
    outcome: str
    view: View | None
    channel: ChannelName | None
    message: Message

    @property
    def lines(self) -> list[tuple[tuple[str, ...], str]]:
        """Return the lines of a digest: case codes and norm of each."""
        view = self.view
        if not isinstance(view, DigestView):
            return []
        return [(line.codes, line.term.norm.code) for line in view.lines]


Send = Callable[[Prepared], None]
_receipts = count(1)


def deliver(
    house: House, now: datetime, *, send: Send | None = None, channels: Collection[ChannelName] = ALL_CHANNELS
) -> list[Post]:
    """Deliver all that may go out at `now` and return how each ended; `send` may raise `DeliveryFailed`."""
    posts: list[Post] = []
    while claimed := claim_messages(house, now):
        posts += [post for message in claimed if (post := _deliver_one(house, message, now, send, channels))]
    return posts


def _deliver_one(
    house: House, message: Message, now: datetime, send: Send | None, channels: Collection[ChannelName]
) -> Post | None:
    prepared = prepare(house, message, now, channels)
    if prepared is None:
        return None
    if isinstance(prepared, Delivered):
        return Post(prepared.recipient, prepared.outcome, None, prepared.channel, message)
    try:
        if send:
            send(prepared)
    except DeliveryFailed as failure:
        ended = record_failure(house, prepared, failure, now)
    else:
        ended = record_sent(house, prepared, Receipt(str(next(_receipts))), now)
    return Post(ended.recipient, ended.outcome, prepared.view, ended.channel, message)


def run_day(house: House, on: date, send: Send | None = None) -> list[Post]:
    """Plan at six in the morning of a local day and deliver at half past eight; return what was sent."""
    guard_pass(house, at(on, 6, 0))
    return [post for post in deliver(house, at(on), send=send) if post.outcome == "sent"]


def run_days(house: House, first: date, last: date) -> dict[date, list[Post]]:
    """Run every working day from `first` through `last`; return what was sent on the days with something."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    sent = {on: run_day(house, on) for on in days if CALENDAR.is_working_day(on)}
    return {on: posts for on, posts in sent.items() if posts}


def told(posts: Sequence[Post], name: str) -> list[tuple[tuple[str, ...], str]]:
    """Return the lines that somebody was sent."""
    return [line for post in posts if post.recipient == name for line in post.lines]


def days_told(sent: Mapping[date, Sequence[Post]], name: str, norm: str) -> list[date]:
    """Return the days on which somebody was sent a line about a norm."""
    return [on for on, posts in sent.items() if any(line[1] == norm for line in told(posts, name))]


@dataclass
class Failing:
    """A way of sending that fails as often as told, then works; `seen` is what it was handed."""

    failures: list[DeliveryFailed]
    seen: list[Prepared] = field(default_factory=list)

    def __call__(self, prepared: Prepared) -> None:
        """Fail, or take the message."""
        self.seen.append(prepared)
        if self.failures:
            raise self.failures.pop(0)
