"""The example of a whole region: what the public documents say, with their own dates and no people."""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from dateutil.relativedelta import MO, relativedelta
from dateutil.rrule import MONTHLY, rrule, rrulestr
from dateutil.tz import gettz

from app.config import load_config, rules_of
from core.clocktime import local_moment
from core.meeting_changes import Change, Changes
from core.occurrences import Days, occurrences
from core.series import Series, original_dates

EXAMPLES = Path(__file__).parents[2] / "examples"
RULES = rules_of(load_config(EXAMPLES / "noord-holland.toml", {}))
EXAMPLE = rules_of(load_config(EXAMPLES.parent / "config.example.toml", {}))
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


TEN_YEARS = timedelta(days=3652)
EVERY = {
    f"{name}:{code}": (series, rules.governance.days(rules.calendar))
    for name, rules in (("noord-holland", RULES), ("example", EXAMPLE))
    for code, series in rules.governance.series.items()
}


def by_dateutil(series: Series) -> list[date]:
    """Return ten years of a series by dateutil; of n times a year the first day of each stretch."""
    begin = datetime.combine(series.starts_on, time.min)
    if series.rule:
        rule = rrulestr(series.rule, dtstart=begin)
        return [on.date() for on in rule.between(begin, begin + TEN_YEARS, inc=True)]
    months = 12 // (series.times_a_year or 1)
    starts = rrule(MONTHLY, interval=months, dtstart=begin.replace(month=1, day=1), until=begin + TEN_YEARS)
    return [series.starts_on, *(on.date() for on in starts if on > begin)]


def after_closures(series: Series, days: Days, agreed: list[date]) -> dict[date, date | None]:
    """Return where each date ends up, None when it is left out: the same rules by dateutil's own means."""
    closed = {on: closure for on in agreed for closure in days.closures if closure.covers(on)}
    taken = {on for on in agreed if on not in closed}
    placed: dict[date, date | None] = {}
    for on in agreed:
        day = on
        while closure := next((one for one in days.closures if one.covers(day)), None):
            monday = closure.through_on + relativedelta(days=1, weekday=MO)
            day = days.calendar.on_or_after(monday + timedelta(days=day.weekday()))
        day = days.calendar.on_or_after(day)
        placed[on] = None if on in closed and day in taken else day
        taken |= {day} if on in closed else set()
    return placed


@pytest.mark.parametrize("name", sorted(EVERY))
def test_ten_years_are_what_dateutil_makes_of_them_after_closures_and_moves(name: str) -> None:
    series, days = EVERY[name]
    agreed = by_dateutil(series)
    moves = {on: on + timedelta(days=2) for on in agreed[::7]}
    changes = Changes({on: Change(on, moved_on=to, version=1) for on, to in moves.items()})
    first, last = agreed[0] - timedelta(days=9), agreed[-1] + timedelta(days=400)
    found = {one.original_on: one.on for one in occurrences(series, days, first, last, changes)}

    if series.is_submission:
        expected: dict[date, date | None] = {on: on for on in agreed}
    elif series.times_a_year:
        expected = dict.fromkeys(agreed)
    else:
        expected = after_closures(series, days, agreed)
    assert {on: found[on] for on in agreed} == expected | moves


@pytest.mark.parametrize("name", sorted(name for name, (one, _) in EVERY.items() if one.rule and one.at))
def test_ten_years_keep_their_wall_time_over_both_clock_changes(name: str) -> None:
    series, _ = EVERY[name]
    assert series.rule is not None
    assert series.at is not None
    begin = datetime.combine(series.starts_on, series.at, tzinfo=gettz("Europe/Amsterdam"))
    expected = rrulestr(series.rule, dtstart=begin).between(begin, begin + TEN_YEARS, inc=True)
    agreed = original_dates(series, series.starts_on, series.starts_on + TEN_YEARS)

    assert [local_moment(on, series.at) for on in agreed] == [one.astimezone(UTC) for one in expected]
    assert len({one.utcoffset() for one in expected}) == 2
