"""Lets the demo begin as if it had been running: what people did before is recorded on those days."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from core.clocktime import local_moment
from core.occurrences import MeetingStatus, Occurrence
from core.people import Actor
from services.directory import read_directory
from services.governance.access import Deed
from services.governance.deeds import do
from services.governance.filling import NOTHING, Filled
from services.governance.guard import start_governance
from services.governance.matters import MatterKind, Matters, Ref
from services.house import House
from services.people import sync_contacts
from services.scene import set_scene
from storage.queries.governance_items import items_of, put_items

_TOLD = Path(__file__).with_name("happened.toml")
_LEADER = "pl-1"
_BACK, _AHEAD = timedelta(days=75), timedelta(days=60)
_SILENT_FOR = timedelta(days=7)
_AT = time(10, 0)
_SET_BEFORE = 10
_LATE, _LATE_AT = "uitvraag", "GIB"
_MOVED, _MOVED_DAYS = "noordje", timedelta(days=5)
_ANSWERED = "overleg-rijk"


def let_happen(house: House, now: datetime) -> None:
    """Record what happened before `now`: words, outcomes, receipts, meetings, one move and some answers.

    One submission is left late, the last meeting unanswered, one action silent; what was due in the last week
    is still to be told.
    """
    sync_contacts(house, now)
    start_governance(house, now - _BACK)
    past = _Past(house, now, tomllib.loads(_TOLD.read_text(encoding="utf-8")))
    past.speak_of_plans()
    past.hand_in(_between(house, now))
    past.meet(_between(house, now))
    past.plan_ahead(_between(house, now))
    _wake(house, now)


def _between(house: House, now: datetime) -> list[Occurrence]:
    today = house.today(now)
    with house.store.read() as tx:
        return Matters(set_scene(tx, house, now)).between(today - _BACK, today + _AHEAD)


def _wake(house: House, now: datetime) -> None:
    """Let the guard look at everything: what was due before the last week has been told."""
    today = house.today(now)
    with house.store.write() as tx:
        rows = [row for kind in MatterKind for row in items_of(tx, kind)]
        told = today - _SILENT_FOR
        put_items(tx, [replace(row, told_through_on=told, next_notice_on=today) for row in rows])


class _Past:
    """The weeks before the demo begins."""

    def __init__(self, house: House, now: datetime, told: Mapping[str, Any]) -> None:
        self._house, self._now, self._told = house, now, told
        self._today = house.today(now)

    def _do(self, deed: Deed, ref: Ref, on: date, filled: Filled = NOTHING, name: str = _LEADER) -> None:
        """Do something on a past day, or now when that is today."""
        now = min(local_moment(on, _AT, self._house.rules.zone), self._now)
        do(self._house, deed, ref, version=None, actor=self._actor(name), now=now, filled=filled)

    def _actor(self, name: str) -> Actor:
        directory = read_directory(self._house, self._now)
        person = directory.named(name)
        if person is None:
            raise LookupError(name)
        return directory.actor(person, self._today)

    def _ago(self, days: int) -> date:
        return self._today - timedelta(days=days)

    def speak_of_plans(self) -> None:
        """Record the words about actions, the outcomes of dates and the texts of the response."""
        plans = self._house.rules.governance.plans
        for plan, words in self._told["words"].items():
            for code, colour, days, why in words:
                ref = Ref(MatterKind.ACTION, plan, part=code)
                action = plans[plan].action(code)
                owner = action.owner if action else _LEADER
                self._do(Deed.COLOUR, ref, self._ago(days), Filled(why, choice=colour), owner)
        for holder, outcomes in self._told["outcomes"].items():
            for code, days, value in outcomes:
                self._do(
                    Deed.RECORD, Ref(MatterKind.DEADLINE, holder, part=code), self._ago(days), Filled(value)
                )
        for code, texts in self._told["boxes"].items():
            for number, text in texts:
                ref = Ref(MatterKind.DEADLINE, "toezicht", part=code)
                self._do(Deed.BOX, ref, self._today, Filled(text, choice=str(number)))

    def hand_in(self, found: Iterable[Occurrence]) -> None:
        """Record every receipt of the past, but for one institution the last one that was due."""
        past = [one for one in found if one.series.is_submission and one.sorted_on < self._today]
        last = max(one.original_on for one in past if one.series.code == _LATE)
        values = {code: cycle(texts) for code, texts in self._told["receipts"].items()}
        for one in past:
            for institution in one.series.organisations:
                if (one.series.code, one.original_on, institution) != (_LATE, last, _LATE_AT):
                    ref = Ref(MatterKind.SUBMISSION, one.series.code, one.original_on, institution)
                    self._do(Deed.RECEIVE, ref, one.sorted_on, Filled(next(values[one.series.code])))
        corrected = Ref(MatterKind.SUBMISSION, _LATE, last, "GIA")
        self._do(Deed.RECEIVE, corrected, last + timedelta(days=1), Filled("13 wachtenden"))

    def meet(self, found: Iterable[Occurrence]) -> None:
        """Record how past meetings went, but for the last one; dates to be set were set in time."""
        past = [one for one in found if not one.series.is_submission and one.sorted_on < self._today]
        asked = max((one for one in past if one.on), key=lambda one: one.sorted_on, default=None)
        for one in past:
            if one is asked or one.status is MeetingStatus.SKIPPED:
                continue
            ref = Ref.of_meeting(one.series.code, one.original_on)
            held_on = one.sorted_on
            if one.status is MeetingStatus.TO_BE_SET:
                held_on = self._house.rules.calendar.back(one.due_on, _SET_BEFORE)
                self._do(Deed.MOVE, ref, held_on, Filled(on=held_on.isoformat(), confirmed=True))
            self._do(Deed.HELD, ref, held_on, Filled(self._told["held"].get(one.series.code, "")))

    def plan_ahead(self, found: Iterable[Occurrence]) -> None:
        """Move one meeting that is to come, take its answers, and do what its preparation asked already."""
        moved = next(self._coming(found, _MOVED))
        on = self._house.rules.calendar.on_or_after(moved.sorted_on + _MOVED_DAYS)
        ref = Ref.of_meeting(_MOVED, moved.original_on)
        self._do(Deed.MOVE, ref, self._today, Filled(on=on.isoformat(), at="11:00", confirmed=True))
        coming = next(self._coming(found, _ANSWERED))
        self._do(Deed.PRESENT, Ref.of_meeting(_ANSWERED, coming.original_on), self._today, name="amb-1")

    def _coming(self, found: Iterable[Occurrence], code: str) -> Iterator[Occurrence]:
        return (one for one in found if one.series.code == code and one.sorted_on > self._today)
