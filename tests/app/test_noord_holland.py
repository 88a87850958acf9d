"""The example of a whole region: what the public documents say, with their own dates and no people."""

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr

from app.config import load_config, rules_of
from core.occurrences import Change, Changes, MeetingStatus, occurrences

EXAMPLES = Path(__file__).parents[2] / "examples"
RULES = rules_of(load_config(EXAMPLES / "noord-holland.toml", {}))
DAYS = RULES.governance.days(RULES.calendar)
SERIES = RULES.governance.series


@pytest.mark.parametrize(
    ("on", "count"), [(date(2021, 5, 31), 5), (date(2022, 4, 22), 4), (date(2026, 1, 1), 4)]
)
def test_the_number_of_institutions_is_that_of_its_day(on: date, count: int) -> None:
    assert sum(one.holds_cases_on(on) for one in RULES.organisations.values()) == count


def test_there_are_nine_regions_and_municipalities_end_where_they_merged() -> None:
    assert len(RULES.regions) == 9
    assert RULES.municipalities["dijk-en-waard"].valid_from == date(2022, 1, 1)
    assert RULES.municipalities["langedijk"].valid_to == date(2022, 1, 1)


def test_what_only_concerns_the_three_of_the_plan_names_the_three() -> None:
    assert {SERIES[code].organisations for code in ("bi-gemeente", "hr-cijfers")} == {("DJGB", "WSS", "LDH")}


def test_every_municipality_of_the_province_is_in_one_region_on_its_own_days() -> None:
    def count(on: date) -> int:
        rows = RULES.municipalities.values()
        return sum(
            (one.valid_from or date.min) <= on < (one.valid_to or date.max) and one.name != "Eemnes"
            for one in rows
        )

    assert [count(on) for on in (date(2021, 12, 31), date(2022, 1, 1), date(2022, 3, 24))] == [47, 45, 44]


@pytest.mark.parametrize("name", ["noord-holland.toml", "noord-holland-routes.toml"])
def test_every_entry_of_the_example_has_a_source(name: str) -> None:
    tables = tomllib.loads((EXAMPLES / name).read_text(encoding="utf-8"))
    rows = [row for table, found in tables.items() if table != "include" for row in found]

    assert [row.get("code") for row in rows if not (row.get("source") or row.get("assumed"))] == []


def test_what_is_loaded_carries_its_source_too() -> None:
    governance = RULES.governance
    sources = [one.source for one in (*SERIES.values(), *DAYS.closures)]
    for holder in (*governance.plans.values(), *governance.oversight.values()):
        sources += [one.source for one in (holder, *holder.deadlines)]
    sources += [action.source for plan in governance.plans.values() for action in plan.actions]

    assert len(sources) > 80
    assert all(source and source != "niet vermeld" for source in sources)


def test_owners_are_functions_whom_nobody_named() -> None:
    governance = RULES.governance
    named = {one.chair for one in SERIES.values()} | {
        step.owner for one in SERIES.values() for step in one.steps
    }
    for plan in governance.plans.values():
        named |= {plan.leader, *(one.owner for one in (*plan.actions, *plan.deadlines))}
        assert all(action.assumed for action in plan.actions)
    named |= {name for one in governance.oversight.values() for name in one.leads}

    functions = {"pl-regio", "pl-nw4", "secretaris", "tm-nk", "ret-leiding", "cjg-haarlem"}
    assert named - {None} == functions


def test_every_summer_from_2022_on_has_its_recess_and_only_that_of_the_plan_is_no_assumption() -> None:
    assert {closure.from_on.year: closure.assumed for closure in DAYS.closures} == {
        2022: False,
        2023: True,
        2024: True,
        2025: True,
        2026: True,
        2027: True,
    }
    assert all(5 <= (one.through_on - one.from_on).days // 7 <= 6 for one in DAYS.closures)


@pytest.mark.parametrize("code", sorted(code for code, one in SERIES.items() if one.rule))
def test_ten_years_are_what_dateutil_makes_of_them_after_closures_and_a_move(code: str) -> None:
    series = SERIES[code]
    first = series.starts_on
    last = first + timedelta(days=3650)
    begin = datetime.combine(first, time.min)
    agreed = [
        on.date()
        for on in rrulestr(series.rule or "", dtstart=begin).between(
            begin, datetime.combine(last, time.min), inc=True
        )
    ]
    moved = Change(agreed[0], moved_on=agreed[0] + timedelta(days=2), version=1)
    found = {
        one.original_on: one
        for one in occurrences(
            series, DAYS, first - timedelta(days=9), last + timedelta(days=70), Changes({agreed[0]: moved})
        )
    }

    assert set(agreed) <= set(found)
    assert (found[agreed[0]].on, found[agreed[0]].status) == (moved.moved_on, MeetingStatus.MOVED)
    for on in agreed[1:]:
        one = found[on]
        closure = next((closed for closed in DAYS.closures if closed.covers(on)), None)
        if series.is_submission or (closure is None and RULES.calendar.is_working_day(on)):
            assert one.on == on
        elif closure is not None and one.on is not None:
            assert one.on > closure.through_on
        elif closure is None:
            assert one.on == RULES.calendar.on_or_after(on)
