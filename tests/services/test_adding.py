"""A meeting beside what the rule of a series gives: who may add one, where it goes, what stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from core.errors import NotAllowed, ProblemCode
from core.occurrences import MeetingStatus, Occurrence
from core.outbox import MessageKind
from services.governance.access import Deed
from services.governance.adding import add_meeting, addable_series, concerns_about
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.matters import MeetingMatter, Ref
from services.governance.overview import agenda
from services.governance.showing import show
from services.house import House
from tests.factories import MONDAY, NOW, actor, deliver
from tests.services.test_governance import FIRST, code
from tests.services.test_governance import governed as governed  # noqa: PLC0414 - a fixture
from tests.stories.test_governance import SESSION


def add(
    house: House, on: str = "2026-04-02", at: str = "", *, series: str = "overleg", sure: bool = True
) -> Ref:
    pl = actor(house, "pl-1")
    return add_meeting(house, series, on, at, actor=pl, now=NOW, confirmed=sure)


def found(house: House, ref: Ref) -> Occurrence:
    matter = show(house, ref, actor=actor(house, "pl-1"), now=NOW).matter
    assert isinstance(matter, MeetingMatter)
    return matter.occurrence


def change(house: House, deed: Deed, ref: Ref, filled: Filled) -> None:
    do(house, deed, ref, version=None, actor=actor(house, "pl-1"), now=NOW, filled=filled)


def dates(house: House, title: str = "Overleg Rijk") -> list[tuple[date, str]]:
    seen = agenda(house, MONDAY, date(2026, 5, 31), actor=actor(house, "pl-1"), now=NOW)
    return [(one.on, one.status) for one in seen if (one.kind, one.title) == ("meeting", title)]


def test_it_is_told_to_everybody_of_the_series_once(governed: House) -> None:
    ref = add(governed)
    posts = [one for one in deliver(governed, NOW) if one.message.kind is MessageKind.CHANGED]
    assert sorted(one.recipient for one in posts) == ["amb-1", "tm-1"]
    assert (found(governed, ref).on, found(governed, ref).at) == (date(2026, 4, 2), time(10))


def test_the_date_of_a_meeting_that_was_moved_away_is_free_and_both_stand(governed: House) -> None:
    change(governed, Deed.MOVE, FIRST, Filled(on="2026-03-26", at="11:00"))
    ref = add(governed, "2026-03-23", "09:30")
    assert ref != FIRST
    assert (found(governed, ref).on, found(governed, ref).at) == (date(2026, 3, 23), time(9, 30))
    assert (found(governed, FIRST).on, found(governed, FIRST).at) == (date(2026, 3, 26), time(11))


def test_the_date_of_a_cancelled_meeting_gets_a_new_one_and_that_stays_cancelled(governed: House) -> None:
    change(governed, Deed.CANCEL, FIRST, Filled("geen agenda"))
    add(governed, "2026-03-23")
    assert dates(governed)[:2] == [(date(2026, 3, 23), "cancelled"), (date(2026, 3, 23), "planned")]


def test_a_second_one_on_the_same_day_is_asked_about_and_then_there(governed: House) -> None:
    assert code(lambda: add(governed, "2026-03-23", sure=False)) is ProblemCode.DATE_CONCERNS
    assert concerns_about(governed, "overleg", date(2026, 3, 23), now=NOW) == ("on_another",)
    refs = {FIRST, add(governed, "2026-03-23"), add(governed, "2026-03-23")}
    assert [found(governed, one).on for one in refs] == [date(2026, 3, 23)] * 3
    assert [on for on, _ in dates(governed)].count(date(2026, 3, 23)) == 3


def test_of_a_series_with_dates_to_be_set_the_stretch_keeps_its_own_date_to_set(governed: House) -> None:
    agreed = replace(governed.rules.governance, series={"leersessie": SESSION})
    house = House(governed.store, replace(governed.rules, governance=agreed), governed.worker)
    ref = add(house, "2026-04-01", series="leersessie")
    assert found(house, ref).on == date(2026, 4, 1)
    slot = Ref.of_meeting("leersessie", date(2026, 4, 1))
    assert found(house, slot).status is MeetingStatus.TO_BE_SET


def test_an_added_meeting_moves_and_is_cancelled_but_was_never_agreed(governed: House) -> None:
    ref = add(governed)
    deeds = show(governed, ref, actor=actor(governed, "pl-1"), now=NOW).deeds
    assert (Deed.MOVE in deeds, Deed.CANCEL in deeds, Deed.RESET in deeds) == (True, True, False)
    change(governed, Deed.MOVE, ref, Filled(on="2026-04-09"))
    assert (found(governed, ref).on, found(governed, ref).status) == (date(2026, 4, 9), MeetingStatus.PLANNED)
    change(governed, Deed.CANCEL, ref, Filled("toch niet"))
    assert code(lambda: change(governed, Deed.RESET, ref, Filled())) is ProblemCode.MATTER_OVER


@pytest.mark.parametrize(
    ("on", "concern"),
    [("2026-02-20", "past"), ("2026-04-28", "closure"), ("2026-04-06", "day_off"), ("2026-03-06", "chain")],
)
def test_an_odd_date_is_asked_about_and_done_when_confirmed(governed: House, on: str, concern: str) -> None:
    assert code(lambda: add(governed, on, sure=False)) is ProblemCode.DATE_CONCERNS
    assert concern in concerns_about(governed, "overleg", date.fromisoformat(on), now=NOW)
    assert found(governed, add(governed, on)).on == date.fromisoformat(on)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"on": ""}, ProblemCode.VALUE_MISSING),
        ({"on": "morgen"}, ProblemCode.DATE_NOT_READ),
        ({"on": "2026-02-30"}, ProblemCode.DATE_IMPOSSIBLE),
        ({"on": "2199-01-01"}, ProblemCode.DATE_OUT_OF_RANGE),
        ({"at": "25:00"}, ProblemCode.TIME_FORM),
        ({"at": "tien uur"}, ProblemCode.TIME_FORM),
        ({"series": "uitvraag"}, ProblemCode.SERIES_UNKNOWN),
        ({"series": "niets"}, ProblemCode.SERIES_UNKNOWN),
        ({"series": ""}, ProblemCode.SERIES_UNKNOWN),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_added(
    governed: House, given: dict[str, str], problem: ProblemCode
) -> None:
    before = dates(governed)
    assert code(lambda: add(governed, **given)) is problem  # type: ignore[arg-type]
    assert dates(governed) == before


@pytest.mark.parametrize("name", ["tm-1", "amb-1", "gd-1", "jb-1"])
def test_who_does_not_lead_adds_nothing(governed: House, name: str) -> None:
    who = actor(governed, name)
    assert addable_series(governed, who) == []
    with pytest.raises(NotAllowed):
        add_meeting(governed, "overleg", "2026-04-02", "", actor=who, now=NOW)


def test_only_meetings_of_ones_own_region_can_be_added_to(governed: House) -> None:
    series = {
        code: replace(one, region="noord") if code == "overleg" else one
        for code, one in governed.rules.governance.series.items()
    }
    agreed = replace(governed.rules.governance, series=series)
    house = House(governed.store, replace(governed.rules, governance=agreed), governed.worker)
    assert [one.code for one in addable_series(house, actor(house, "pl-1"))] == ["overleg"]
    assert addable_series(house, actor(house, "pl-z")) == []
