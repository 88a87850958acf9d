"""A kill between any two steps of a ladder neither skips nor repeats a rung."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

import pytest

from core.facts import FactKind
from services import climbing, notices
from services.delivery import Prepared
from services.escalating import Answer
from services.escalation_views import case_escalations
from services.house import House
from services.items import add_item, ask_help, send_request
from services.notices import guard_pass
from storage.store import Store, Transaction
from tests.escalating import a_held_case, answer, region
from tests.factories import CALENDAR, CLI, MONDAY, NOW, a_case, at, deliver

FIRST, LAST = date(2026, 3, 3), date(2026, 6, 12)
CODES = ("GIA-2026-001", "GIA-2026-002", "GIA-2026-003")
_APART = timedelta(minutes=3)


class Killed(Exception):
    """The process ends here."""


class DyingStore:
    """A store whose process dies right after so many units of work have been kept."""

    def __init__(self, store: Store, lives: int) -> None:
        self._store, self.lives = store, lives

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Do one unit of work, and die after it when it is the last."""
        with self._store.write() as tx:
            yield tx
        self.lives -= 1
        if self.lives <= 0:
            raise Killed


@dataclass
class Days:
    """What was sent on which day, to whom and about what; sent again by a crash counts once."""

    sent: set[tuple[date, str, str]] = field(default_factory=set)
    deaths: int = 0

    def take(self, on: date, prepared: Prepared) -> None:
        """Note one message."""
        lines = getattr(prepared.view, "lines", ())
        about = ", ".join(
            f"{line.what} {line.view.code} {line.view.escalation.norm}"
            if hasattr(line, "what")
            else f"{line.codes} {line.term.key} {line.climbs_to}"
            for line in lines
        )
        self.sent.add((on, prepared.person.name, f"{prepared.message.kind}: {about}"))


def _a_region(house: House) -> House:
    made = region(house)
    a_held_case(made, CODES[0])
    a_held_case(made, CODES[1])
    a_case(made, CODES[2], protector=None, manager="tm-1")
    dates = {FactKind.ITEM_STARTED: MONDAY}
    add_item(made, CODES[1], "crisisplek", dates, actor=CLI, now=NOW)
    ask_help(made, CODES[0], "ggz", None, MONDAY, actor=CLI, now=NOW)
    send_request(made, CODES[0], "toegang", 1, MONDAY, actor=CLI, now=NOW)
    return made


def _a_pass(house: House, on: date, moment: datetime, days: Days) -> None:
    guard_pass(house, moment)
    deliver(house, moment, send=lambda prepared: days.take(on, prepared))


def _killed_often(house: House, on: date, moment: datetime, days: Days) -> None:
    """Let the first attempt die after one unit of work, the next after two, until one gets to its end."""
    for lives in range(1, 200):
        dying = cast("Store", DyingStore(house.store, lives))
        try:
            _a_pass(House(dying, house.rules, f"life-{on}-{lives}"), on, moment, days)
        except Killed:
            days.deaths += 1
            moment += _APART
        else:
            return


def _answers(house: House, on: date) -> None:
    """Answer as people would, on the same days in every run."""
    if on == date(2026, 5, 19):
        answer(house, "tm-1", Answer.ACCEPT, on, code=CODES[0])
    if on == date(2026, 5, 21):
        answer(house, "zm-noord", Answer.HAND_BACK, on, code=CODES[1], reason="wachtlijst")


def _live(house: House, days: Days, *, killed: bool) -> list[tuple[object, ...]]:
    """Run from `FIRST` through `LAST`; return the whole history of every escalation."""
    a_day = _killed_often if killed else _a_pass
    for on in (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)):
        if CALENDAR.is_working_day(on):
            a_day(house, on, at(on, 6, 0), days)
            a_day(house, on, at(on), days)
            _answers(house, on)
    return [
        (code, view.escalation.norm, step.kind, step.rung, step.person, house.today(step.at))
        for code in CODES
        for view in case_escalations(house, code, actor=CLI, now=at(LAST))
        for step in view.steps
    ]


def test_a_kill_after_any_unit_of_work_neither_skips_nor_repeats_a_rung(
    house: House, sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "BATCH", 1)  # each term and each escalation is a unit of work of its own
    monkeypatch.setattr(climbing, "BATCH", 1)
    undisturbed, disturbed = Days(), Days()

    expected = _live(_a_region(sqlite_house), undisturbed, killed=False)
    found = _live(_a_region(house), disturbed, killed=True)

    assert disturbed.deaths > len(undisturbed.sent)
    assert found == expected
    assert disturbed.sent == undisturbed.sent
    assert {norm for _, norm, *_ in expected} == {"1", "2", "3", "crisisplek.1", "toegang.1"}
