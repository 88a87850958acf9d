"""Histories of a region through the services: what people do, days that pass, and what calendars say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.calendars import CalendarScope, uid_of
from core.errors import Refused
from core.facts import COURSE_CHECKLIST, CouplingKind, FactKind, Fit
from services.absences import end_absence, set_absence
from services.calendars.desk import CalendarDesk, Served
from services.calendars.subscriptions import Wish, create_feed, view_of_wish
from services.calendars.views import GOVERNANCE_NAME, View
from services.case_lists import CaseFilter, list_cases
from services.cases import record_fact, withdraw
from services.couplings import couple
from services.explanations import explain
from services.governance.access import Deed
from services.governance.adding import add_meeting
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.matters import MatterKind, Ref
from services.governance.overview import Entry, agenda
from services.governance.showing import show
from services.house import House
from services.reassignment import reassign_person
from storage.queries.calendars import installation_of
from tests.calendar_trust import add_region, lines_in, lines_listed, seen, window_at
from tests.factories import CLI, NOW, a_case, actor, at
from web.feeds import calendar_desk

Step = tuple[str, int, int, int]
"""What happens, and three numbers that say to what and how."""

WISHES: Mapping[str, Wish] = {
    "mine jb-1": Wish(CalendarScope.MINE, person="jb-1"),
    "mine jb-2": Wish(CalendarScope.MINE, person="jb-2", alarms=True),
    "mine tm-1": Wish(CalendarScope.MINE, person="tm-1"),
    "mine pl-1": Wish(CalendarScope.MINE, person="pl-1"),
    "mine amb-n": Wish(CalendarScope.MINE, person="amb-n"),
    "mine meldpunt-gia": Wish(CalendarScope.MINE, person="meldpunt-gia"),
    "team tm-1": Wish(CalendarScope.TEAM, person="tm-1"),
    "team tm-2": Wish(CalendarScope.TEAM, person="tm-2"),
    "region zuid pl-1": Wish(CalendarScope.REGION, "zuid", "pl-1"),
    "region noord amb-1": Wish(CalendarScope.REGION, "noord", "amb-1"),
    "series besloten amb-1": Wish(CalendarScope.SERIES, "besloten", "amb-1"),
    "series open jb-1": Wish(CalendarScope.SERIES, "open", "jb-1"),
}
PUBLIC = (GOVERNANCE_NAME, "open", "tafel")
_BY_SCOPE = [
    [name for name in (*PUBLIC, *WISHES) if name.partition(" ")[0] in scope]
    for scope in ((GOVERNANCE_NAME,), ("mine",), ("team",), ("region",), ("series", "open", "tafel"))
]

_PROTECTORS = ("jb-1", "jb-2", "jb-3")
_TIMES = ("", "", "09:00", "02:30", "23:30")
_HOURS = ((0, 5), (8, 30), (23, 55))
_MEETING_DEEDS = (
    Deed.MOVE,
    Deed.MOVE_ALL,
    Deed.CANCEL,
    Deed.RESET,
    Deed.HELD,
    Deed.NOT_HELD,
    Deed.PLACE,
    Deed.AGENDA_ADD,
)
_FACTS = (
    FactKind.ORDERED,
    FactKind.NOTIFIED,
    FactKind.PROTECTOR_COUPLED,
    FactKind.FIRST_CONTACT,
    *COURSE_CHECKLIST,
    FactKind.COURSE_SET,
    FactKind.HELP_ASKED,
    FactKind.HELP_STARTED,
)
_AHEAD = (FactKind.COURSE_NEEDED_BY, FactKind.HELP_NEEDED_BY, FactKind.MEASURE_ENDS)
_GONE = timedelta(days=28)
_EVENT = re.compile(rb"^BEGIN:VEVENT\r\n.*?^END:VEVENT\r\n", re.MULTILINE | re.DOTALL)
_UNSAID = re.compile(rb"^(SEQUENCE|DTSTAMP|LAST-MODIFIED):.*\r\n", re.MULTILINE)


@dataclass(frozen=True)
class Mark:
    """What was last said of an event: its number and moment, and its bytes without these."""

    sequence: int
    modified_at: str
    bare: bytes


@dataclass
class Life:
    """A region that lives: what happens in it is asked of the services, one step after another."""

    house: House
    now: datetime = NOW
    secrets: dict[str, str] = field(default_factory=dict)
    happened: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Add people, their subscriptions, and a case of each of three protectors and of nobody."""
        add_region(self.house)
        for number in range(4):
            self.take(("open", number, number, 1))
        for name, wish in WISHES.items():
            made = create_feed(self.house, wish, actor=CLI, now=self.now)
            self.secrets[name] = made.url.rsplit("/", 1)[1].removesuffix(".ics")

    @property
    def today(self) -> date:
        """Return the local day."""
        return self.house.today(self.now)

    def take(self, step: Step) -> None:
        """Let something happen; what the services refuse changes nothing, and is noted as such."""
        name, *numbers = step
        try:
            done = _HOW[name](self, *numbers)
        except Refused as refused:
            done = f"{name} refused: {refused.problems[0].code}"
        self.happened.append(done)

    def meetings(self, kind: str = "meeting") -> list[Entry]:
        """Return what can be picked from the agenda around today."""
        first, last = self.today - timedelta(days=40), self.today + timedelta(days=120)
        return [one for one in agenda(self.house, first, last, actor=CLI, now=self.now) if one.kind == kind]

    def a_code(self, pick: int) -> str:
        """Return the code of a case, running or not; opens the first one."""
        if not self.codes:
            _opens(self, pick, 0, 0)
        return self.codes[pick % len(self.codes)]


def _passes(life: Life, days: int, hour: int, _: int) -> str:
    later = at(life.today + timedelta(days=days), *_HOURS[hour % len(_HOURS)])
    life.now = max(later, life.now + timedelta(minutes=7))
    return f"it is {life.now.isoformat()}"


def _does(life: Life, pick: int, which: int, how: int) -> str:
    found = life.meetings()
    entry, leader = found[pick % len(found)], actor(life.house, "pl-1", life.now)
    possible = show(life.house, entry.ref, actor=leader, now=life.now).deeds
    deeds = [deed for deed in _MEETING_DEEDS if deed in possible]
    deed = deeds[which % len(deeds)]
    on, time = entry.on + timedelta(days=how % 70 - 20), _TIMES[how % len(_TIMES)]
    text = life.a_code(how) if deed is Deed.AGENDA_ADD else f"reden {how}"
    filled = Filled(text, on.isoformat(), time, confirmed=True)
    do(life.house, deed, entry.ref, version=None, actor=leader, now=life.now, filled=filled)
    return f"{deed} {entry.ref.code} {entry.on}"


def _adds(life: Life, pick: int, days: int, time: int) -> str:
    series = ("open", "besloten", "tafel", "leer", "nacht")[pick % 5]
    on = life.today + timedelta(days=days * 3 - 20)
    leader, at_ = actor(life.house, "pl-1", life.now), _TIMES[time % len(_TIMES)]
    add_meeting(life.house, series, on.isoformat(), at_, actor=leader, now=life.now, confirmed=True)
    return f"add {series}"


def _prepares(life: Life, pick: int, _: int, __: int) -> str:
    found = [one for one in life.meetings("preparation") if one.status != "done"]
    entry, leader = found[pick % len(found)], actor(life.house, "pl-1", life.now)
    do(life.house, Deed.STEP, entry.ref, version=None, actor=leader, now=life.now)
    return f"step {entry.ref.code}"


def _records(life: Life, pick: int, _: int, __: int) -> str:
    plans = life.house.rules.governance.plans.values()
    refs = [(plan.code, one.code) for plan in plans for one in plan.deadlines]
    code, part = refs[pick % len(refs)]
    ref, leader = Ref(MatterKind.DEADLINE, code, part=part), actor(life.house, "pl-1", life.now)
    filled = Filled("verstuurd")
    do(life.house, Deed.RECORD, ref, version=None, actor=leader, now=life.now, filled=filled)
    return f"record {part}"


def _receives(life: Life, pick: int, _: int, __: int) -> str:
    found = life.meetings("submission")
    entry, leader = found[pick % len(found)], actor(life.house, "pl-1", life.now)
    ref = Ref(entry.ref.kind, entry.ref.code, entry.ref.original_on, "GIA")
    do(life.house, Deed.RECEIVE, ref, version=None, actor=leader, now=life.now, filled=Filled("12"))
    return f"receive {entry.ref.code}"


def _opens(life: Life, pick: int, days: int, ends: int) -> str:
    code = f"GIA-2026-{len(life.codes) + 1:03}"
    protector = (*_PROTECTORS, None)[pick % 4]
    dates = {} if ends % 3 else {"measure_ends": life.today + timedelta(days=20 + ends)}
    ordered = life.today - timedelta(days=days % 30)
    a_case(life.house, code, ordered=ordered, protector=protector, now=life.now, **dates)
    life.codes.append(code)
    return "open"


def _tells(life: Life, pick: int, which: int, days: int) -> str:
    code, kind = life.a_code(pick), (*_FACTS, *_AHEAD)[which % len((*_FACTS, *_AHEAD))]
    on: date | None = life.today + timedelta(days=days if kind in _AHEAD else -(days % 20))
    value = list(Fit)[days % 4] if kind is FactKind.HELP_STARTED else None
    on = None if kind in COURSE_CHECKLIST else on
    record_fact(life.house, code, kind, on, value=value, actor=CLI, now=life.now)
    return f"fact {kind}"


def _sets_course(life: Life, pick: int, _: int, __: int) -> str:
    code = life.a_code(pick)
    for kind in COURSE_CHECKLIST:
        record_fact(life.house, code, kind, None, actor=CLI, now=life.now)
    record_fact(life.house, code, FactKind.COURSE_SET, life.today, actor=CLI, now=life.now)
    return "course"


def _meets_norm_1(life: Life, pick: int, _: int, __: int) -> str:
    code, today = life.a_code(pick), life.today
    found = {one.case.code: one for one in list_cases(life.house, actor=CLI, now=life.now)}
    name = (found[code].protector if code in found else None) or "jb-1"
    couple(life.house, code, name, today, actor=CLI, now=life.now)
    record_fact(life.house, code, FactKind.FIRST_CONTACT, today, actor=CLI, now=life.now)
    return "contact"


def _withdraws(life: Life, pick: int, which: int, _: int) -> str:
    kind = (*_FACTS, *_AHEAD)[which % len((*_FACTS, *_AHEAD))]
    withdraw(life.house, life.a_code(pick), kind, actor=CLI, now=life.now)
    return f"withdraw {kind}"


def _explains(life: Life, pick: int, norm: int, days: int) -> str:
    reason = next(iter(life.house.rules.escalation.reasons))
    new_on = life.today + timedelta(days=10 + days * 3)
    code, key = life.a_code(pick), "23"[norm % 2]
    explain(life.house, code, key, reason, new_on, actor=CLI, now=life.now)
    return f"explain {key}"


def _reassigns(life: Life, old: int, new: int, _: int) -> str:
    names = _PROTECTORS[old % 3], _PROTECTORS[(old + 1 + new % 2) % 3]
    kind = CouplingKind.UNPLANNED
    reassign_person(life.house, names[0], [names[1]], life.today, kind, actor=CLI, now=life.now)
    return "reassign"


def _leaves(life: Life, who: int, begins: int, days: int) -> str:
    name, substitute = (("jb-1", "jb-2"), ("jb-2", "jb-3"), ("jb-3", "tm-1"), ("tm-1", "tm-2"))[who % 4]
    first = life.today + timedelta(days=begins % 9)
    last = first + timedelta(days=days)
    set_absence(life.house, name, substitute, first, last, actor=CLI, now=life.now)
    return f"absent {name}"


def _returns(life: Life, who: int, _: int, __: int) -> str:
    end_absence(life.house, ("jb-1", "jb-2", "jb-3", "tm-1")[who % 4], actor=CLI, now=life.now)
    return "back"


_HOW: Mapping[str, Callable[[Life, int, int, int], str]] = {
    "days": _passes,
    "deed": _does,
    "add": _adds,
    "prepare": _prepares,
    "record": _records,
    "receive": _receives,
    "open": _opens,
    "fact": _tells,
    "course": _sets_course,
    "contact": _meets_norm_1,
    "withdraw": _withdraws,
    "explain": _explains,
    "reassign": _reassigns,
    "absent": _leaves,
    "back": _returns,
}
STEPS = tuple(_HOW)


class Watch:
    """Follows every calendar through a history: against the lists, and against what it said before."""

    def __init__(self, life: Life) -> None:
        """Take the region; the desk remembers for as long as the history lasts, as a service does."""
        self._life, self._desk = life, calendar_desk(life.house)
        self._said: dict[str, dict[str, Mark]] = {}
        self._present: dict[str, frozenset[str]] = {}
        self._served: dict[str, Served] = {}
        self._gone: dict[str, dict[str, date]] = {}
        self._turn = 0
        self.public_bodies: set[bytes] = set()

    def look(self) -> None:
        """Look at a calendar of every scope, each time of somebody else."""
        self._turn += 1
        for names in _BY_SCOPE:
            self.look_at(names[self._turn % len(names)])

    def look_at_all(self) -> None:
        """Look at every calendar once, also as after a restart."""
        for name in (*PUBLIC, *WISHES):
            self.look_at(name)
        self._look_after_a_restart()

    def look_at(self, name: str) -> None:
        """Fetch a calendar and compare it."""
        served = self._fetch(self._desk, name)
        assert self._fetch(self._desk, name) == served, name
        before = self._served.get(name)
        if before is None or before.body != served.body:
            self._compare_with_before(name, served, before)
        else:
            assert served == before, name
        self._served[name] = served
        self._compare_with_lists(name, served.body)
        if name == GOVERNANCE_NAME:
            self.public_bodies.add(served.body)

    def _look_after_a_restart(self) -> None:
        """Check that a desk which remembers nothing hands out the same bytes, stamps and marks."""
        fresh = calendar_desk(self._life.house)
        for name, served in self._served.items():
            assert self._fetch(fresh, name) == served, name

    def _fetch(self, desk: CalendarDesk, name: str) -> Served:
        life = self._life
        if name in PUBLIC:
            found = desk.public(name, now=life.now)
        else:
            found = desk.secret(life.secrets[name], now=life.now, client="other")
        assert found is not None, name
        return found

    def view(self, name: str) -> View:
        """Return what a calendar shows to whom."""
        if name == GOVERNANCE_NAME:
            return View(CalendarScope.GOVERNANCE)
        if name in PUBLIC:
            return View(CalendarScope.SERIES, name)
        return view_of_wish(self._life.house, WISHES[name], actor=CLI, now=self._life.now)

    def _compare_with_lists(self, name: str, body: bytes) -> None:
        life = self._life
        window = window_at(life.house, life.now)
        found = [(uid, line) for uid, line in lines_in(body, window) if line in seen([line], window)]
        listed = seen(lines_listed(life.house, self.view(name), life.now), window)
        told = sorted(line for _, line in found)
        assert [one for one in told if not one.is_off] == [one for one in listed if not one.is_off], name
        left = list(told)
        for one in (line for line in listed if line.is_off):
            assert one in left, (name, one)
            left.remove(one)
        assert [line for line in told if line.is_off and line.on < life.today - _GONE] == [], name
        self._check_gone(name, [uid for uid, line in found if line.is_off and line in left])

    def _check_gone(self, name: str, uids: Sequence[str]) -> None:
        """Check that what the lists do not have was in the calendar, and not too long ago."""
        today, known = self._life.today, self._gone.get(name, {})
        self._gone[name] = {uid: known.get(uid, today) for uid in uids}
        for uid, since in self._gone[name].items():
            assert uid in self._said[name], (name, uid)
            assert today - since <= _GONE, (name, uid)

    def _compare_with_before(self, name: str, served: Served, before: Served | None) -> None:
        """Check what clients stand on: one event a UID, and numbers and moments that only rise."""
        said = self._said.get(name, {})
        marks = _marks(served.body)
        for uid, mark in marks.items():
            if uid in said:
                known = said[uid]
                assert mark.sequence >= known.sequence, (name, uid)
                assert mark.modified_at >= known.modified_at, (name, uid)
                came_back = uid not in self._present.get(name, ())
                changed = came_back or mark.bare != known.bare
                assert changed == (mark.sequence > known.sequence), (name, uid)
        if before is not None:
            assert served.modified_at > before.modified_at, name
            assert served.etag != before.etag, name
        self._said[name], self._present[name] = said | marks, frozenset(marks)

    def secrets_of_cases(self) -> list[bytes]:
        """Return what nobody may find in a public calendar: secrets, codes, people, and names of events."""
        life = self._life
        with life.house.store.read() as tx:
            installation = installation_of(tx)
        cases = list_cases(life.house, actor=CLI, now=life.now, only=CaseFilter(include_ended=True))
        uids = [
            uid_of(installation, kind, str(one.case.id), view.key)
            for one in cases
            for view in one.terms
            for kind in ("term", "needed_by")
        ]
        codes = [one.case.code for one in cases]
        return [one.encode() for one in (*life.secrets.values(), *uids, *codes, *_PROTECTORS, "GIA-", "zaak")]


def _marks(body: bytes) -> dict[str, Mark]:
    """Return the mark of each event; its dates that differ from the rule belong to it."""
    found: dict[str, list[bytes]] = {}
    names = set()
    for event in _EVENT.findall(body.replace(b"\r\n ", b"")):
        name = _values(b"UID", event), _values(b"RECURRENCE-ID", event)
        assert name not in names, name
        names.add(name)
        found.setdefault(name[0][0], []).append(event)
    return {uid: _mark(events) for uid, events in found.items()}


def _values(name: bytes, event: bytes) -> tuple[str, ...]:
    found = re.findall(rb"^" + name + rb"[^:]*:(.*)\r\n", event, re.MULTILINE)
    return tuple(one.decode() for one in found)


def _mark(events: Sequence[bytes]) -> Mark:
    numbers = {one for event in events for one in _values(b"SEQUENCE", event)}
    moments = {one for event in events for one in _values(b"(?:DTSTAMP|LAST-MODIFIED)", event)}
    assert (len(numbers), len(moments)) == (1, 1), events
    bare = b"".join(_UNSAID.sub(b"", one) for one in events)
    return Mark(int(numbers.pop()), moments.pop(), bare)
