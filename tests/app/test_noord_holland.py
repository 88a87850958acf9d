"""The example of a whole region: what the public documents say, with their own dates and no people."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr

from app.config import load_config, rules_of
from core.occurrences import Change, Changes, MeetingStatus, occurrences

RULES = rules_of(load_config(Path(__file__).parents[2] / "examples" / "noord-holland.toml", {}))
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


def test_everything_has_a_source() -> None:
    sources = [one.source for one in SERIES.values()]
    sources += [action.source for plan in RULES.governance.plans.values() for action in plan.actions]
    sources += [closure.source for closure in DAYS.closures]

    assert all(source and source != "niet vermeld" for source in sources)


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
