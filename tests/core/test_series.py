"""Series and occurrences: where dates fall, and what closures, days off and people do to them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from core.chain import Step, plan_chain
from core.clocktime import local_moment
from core.meeting_changes import Change, Changes, Shift
from core.occurrence_book import OccurrenceBook
from core.occurrences import Days, MeetingStatus, differences, find, occurrences
from core.series import (
    Closure,
    InClosure,
    OnDayOff,
    RuleFlaw,
    Series,
    SeriesKind,
    agreed_days,
    check_rule,
    original_dates,
    slot_end,
)
from core.workdays import WorkingCalendar

CALENDAR = WorkingCalendar()
SUMMER = Closure("zomer", "zomerreces", date(2022, 7, 18), date(2022, 8, 28))
DAYS = Days(CALENDAR, (SUMMER,))
SIX_WEEKS = Series(
    "rijk", "Overleg Rijk", SeriesKind.MEETING, date(2022, 5, 12), rule="FREQ=WEEKLY;INTERVAL=6", at=time(10)
)
YEAR = (date(2022, 1, 1), date(2022, 12, 31))


def dates(series: Series, changes: Changes | None = None, days: Days = DAYS) -> list[date | None]:
    found = occurrences(series, days, *YEAR, changes or Changes())
    return [one.on for one in found if one.status is not MeetingStatus.SKIPPED]


def test_a_meeting_every_six_weeks_comes_every_six_weeks() -> None:
    free = replace(SIX_WEEKS, in_closure=InClosure.KEEP)

    assert dates(free) == [date(2022, 5, 12) + timedelta(weeks=6) * n for n in range(6)]
    assert agreed_days(free) == 42


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (InClosure.KEEP, date(2022, 8, 4)),
        (InClosure.NEXT_WORKING_WEEK, date(2022, 9, 1)),
        (InClosure.SKIP, None),
    ],
)
def test_what_happens_in_a_recess_is_the_series_choice(choice: InClosure, expected: date | None) -> None:
    found = find(replace(SIX_WEEKS, in_closure=choice), DAYS, date(2022, 8, 4))

    assert found is not None
    assert found.on == expected
    assert found.why == ("" if choice is InClosure.KEEP else "zomerreces")


def test_a_series_can_name_the_closures_that_count() -> None:
    assert date(2022, 8, 4) in dates(replace(SIX_WEEKS, closures=("kerst",)))


def test_weekly_meetings_of_a_recess_do_not_pile_up_in_the_week_after_it() -> None:
    weekly = Series("het", "HET", SeriesKind.MEETING, date(2022, 7, 4), rule="FREQ=WEEKLY")
    found = dates(weekly)

    assert len(found) == len(set(found))
    assert date(2022, 8, 29) in found
    assert not any(on and SUMMER.covers(on) for on in found)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (OnDayOff.KEEP, date(2022, 4, 27)),
        (OnDayOff.NEXT, date(2022, 4, 28)),
        (OnDayOff.PREVIOUS, date(2022, 4, 26)),
        (OnDayOff.SKIP, None),
    ],
)
def test_a_date_on_a_holiday_goes_where_the_series_says(rule: OnDayOff, expected: date | None) -> None:
    series = Series("x", "X", SeriesKind.MEETING, date(2022, 4, 27), rule="FREQ=YEARLY", on_day_off=rule)
    found = find(series, DAYS, date(2022, 4, 27))

    assert found is not None
    assert found.on == expected
    assert found.why == ("" if rule is OnDayOff.KEEP else "Koningsdag")


def test_a_moved_meeting_keeps_its_identity_and_goes_up_in_version() -> None:
    change = Change(date(2022, 5, 12), moved_on=date(2022, 5, 19), version=1)
    found = find(SIX_WEEKS, DAYS, date(2022, 5, 12), Changes({change.original_on: change}))

    assert found is not None
    assert (found.original_on, found.on, found.status, found.version) == (
        date(2022, 5, 12),
        date(2022, 5, 19),
        MeetingStatus.MOVED,
        1,
    )
    assert found.drift is None


def test_later_meetings_shift_along_only_when_that_was_said() -> None:
    shifted = Changes(shifts=(Shift(date(2022, 5, 12), 7),))
    free = replace(SIX_WEEKS, in_closure=InClosure.KEEP)

    assert dates(free, shifted)[1] == date(2022, 6, 30)
    assert dates(free)[1] == date(2022, 6, 23)
    taken_back = Changes(shifts=(Shift(date(2022, 5, 12), 7, withdrawn=True),))
    found = find(free, DAYS, date(2022, 6, 23), taken_back)
    assert found is not None
    assert (found.on, found.version) == (date(2022, 6, 23), 2)


def test_drift_from_the_agreed_six_weeks_is_told() -> None:
    found = {one.original_on: one.drift for one in occurrences(SIX_WEEKS, DAYS, *YEAR)}

    assert found[date(2022, 6, 23)] is None
    assert found[date(2022, 8, 4)] == 28
    assert found[date(2022, 9, 15)] is None


def test_a_cancelled_meeting_stays_in_the_list_with_its_reason() -> None:
    change = Change(date(2022, 5, 12), cancelled="niet genoeg mensen", version=1)
    found = find(SIX_WEEKS, DAYS, date(2022, 5, 12), Changes({change.original_on: change}))

    assert found is not None
    assert (found.status, found.why) == (MeetingStatus.CANCELLED, "niet genoeg mensen")


def test_an_added_meeting_stands_beside_the_rule() -> None:
    change = Change(date(2022, 5, 20), added=True, version=1)

    assert date(2022, 5, 20) in dates(SIX_WEEKS, Changes({change.original_on: change}))


def test_what_people_moved_stays_when_the_rule_changes_and_shows_as_a_difference() -> None:
    change = Change(date(2022, 5, 12), moved_on=date(2022, 5, 19), version=1)
    changes = Changes({change.original_on: change})
    other = replace(SIX_WEEKS, starts_on=date(2022, 5, 10))

    assert date(2022, 5, 19) in dates(other, changes)
    assert differences(other, changes) == [(date(2022, 5, 12), "not_in_rule")]
    assert differences(SIX_WEEKS, changes) == [(date(2022, 5, 12), "moved")]


def test_four_a_year_are_four_stretches_whose_date_is_to_be_set() -> None:
    sessions = Series("leren", "Leersessie", SeriesKind.MEETING, date(2022, 4, 22), times_a_year=4)
    found = occurrences(sessions, DAYS, date(2022, 1, 1), date(2022, 12, 31))

    assert [(one.original_on, one.on, one.due_on) for one in found] == [
        (date(2022, 4, 22), None, date(2022, 6, 30)),
        (date(2022, 7, 1), None, date(2022, 9, 30)),
        (date(2022, 10, 1), None, date(2022, 12, 31)),
    ]
    set_on = Changes({date(2022, 7, 1): Change(date(2022, 7, 1), moved_on=date(2022, 9, 22), version=1)})
    (second,) = occurrences(sessions, DAYS, date(2022, 7, 1), date(2022, 9, 30), set_on)
    assert (second.on, second.status) == (date(2022, 9, 22), MeetingStatus.PLANNED)
    assert slot_end(sessions, date(2022, 10, 1)) == date(2022, 12, 31)


def test_wall_time_stays_what_it_is_over_both_clock_changes() -> None:
    zone = ZoneInfo("Europe/Amsterdam")
    weekly = Series("w", "W", SeriesKind.MEETING, date(2026, 3, 24), rule="FREQ=WEEKLY", at=time(9, 30))
    found = occurrences(weekly, Days(CALENDAR), date(2026, 3, 24), date(2026, 11, 10))
    moments = [local_moment(one.on, time(9, 30), zone) for one in found if one.on]

    assert {moment.astimezone(zone).time() for moment in moments} == {time(9, 30)}
    hours = {(two - one).total_seconds() / 3600 for one, two in pairwise(moments)}
    assert {167.0, 168.0, 169.0} <= hours


@pytest.mark.parametrize(
    ("on", "at", "utc"),
    [
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_start_in_the_hour_that_the_clock_change_skips_or_repeats_is_one_moment(
    on: date, at: time, utc: datetime
) -> None:
    assert local_moment(on, at) == utc


@pytest.mark.parametrize(
    ("rule", "flaw"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31", "short_months"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "never"),
        ("FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=31", "never"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU", "never"),
        ("FREQ=HOURLY", "too_often"),
        ("FREQ=WEEKLY;BYHOUR=9", "part"),
        ("elke zes weken", "part"),
        ("FREQ=WEKELIJKS", "syntax"),
        ("FREQ=WEEKLY;INTERVAL=0", "interval"),
        ("FREQ=WEEKLY;INTERVAL=-1", "interval"),
        ("FREQ=WEEKLY;INTERVAL=99999999999999999999", "interval"),
        ("FREQ=DAILY;COUNT=0", "never"),
        ("FREQ=WEEKLY;UNTIL=20250101", "never"),
        ("FREQ=MONTHLY;BYDAY=6MO", "never"),
        ("FREQ=YEARLY;BYMONTH=13", "never"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "syntax"),
        ("FREQ=WEEKLY;FREQ=DAILY", "syntax"),
        ("FREQ=WEEKLY;BYDAY=1MO", "syntax"),
        ("FREQ=MONTHLY;BYMONTHDAY=-31", "short_months"),
        ("FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=1,4", "short_months"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "short_months"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_a_reason(rule: str, flaw: str) -> None:
    with pytest.raises(RuleFlaw, match=flaw):
        check_rule(rule, date(2026, 1, 5))


@pytest.mark.parametrize(
    "rule", ["FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"]
)
def test_a_rule_for_the_last_day_of_each_month_is_good(rule: str) -> None:
    start = date(2026, 1, 31)
    check_rule(rule, start)

    series = Series("s", "S", SeriesKind.SUBMISSION, start, rule=rule)
    ends = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
    assert list(original_dates(series, start, date(2026, 4, 30))) == ends


def test_a_monthly_rule_from_the_31st_is_refused() -> None:
    with pytest.raises(RuleFlaw, match="short_months"):
        check_rule("FREQ=MONTHLY", date(2026, 1, 31))


def test_the_steps_of_a_chain_are_counted_back_and_never_roll_forward() -> None:
    steps = (Step("agenda", "Agenda", 10), Step("stukken", "Stukken", 5), Step("brief", "Brief", 0))
    chain = plan_chain(steps, date(2026, 5, 6), CALENDAR, date(2026, 4, 20))

    assert [(one.step.code, one.due_on, one.too_early) for one in chain] == [
        ("agenda", date(2026, 4, 20), False),
        ("stukken", date(2026, 4, 28), False),
        ("brief", date(2026, 5, 6), False),
    ]
    moved = plan_chain(steps, date(2026, 4, 29), CALENDAR, date(2026, 4, 20))
    assert [one.too_early for one in moved] == [True, False, False]


days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
rules = st.sampled_from(
    [
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=3",
        "FREQ=WEEKLY;INTERVAL=6",
        "FREQ=MONTHLY;BYMONTHDAY=10",
        "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=YEARLY;BYMONTH=9;BYDAY=1TH",
        "FREQ=WEEKLY;COUNT=8",
        "FREQ=WEEKLY;UNTIL=20260101T000000",
    ]
)


@given(rule=rules, start=days)
def test_ten_years_as_agreed_are_what_dateutil_makes_of_the_rule(rule: str, start: date) -> None:
    last = start + timedelta(days=3650)
    begin, end = datetime.combine(start, time.min), datetime.combine(last, time.min)
    expected = [on.date() for on in rrulestr(rule, dtstart=begin).between(begin, end, inc=True)]
    series = Series("s", "S", SeriesKind.MEETING, start, rule=rule)

    assert list(original_dates(series, start, last)) == expected


@pytest.mark.parametrize(
    ("choice", "on"), [(InClosure.NEXT_WORKING_WEEK, date(2022, 9, 19)), (InClosure.SKIP, None)]
)
def test_a_saturday_does_not_roll_into_the_recess_that_begins_on_monday(
    choice: InClosure, on: date | None
) -> None:
    closure = Closure("c", "reces", date(2022, 9, 12), date(2022, 9, 16))
    saturday = date(2022, 9, 10)
    rule = "FREQ=WEEKLY;INTERVAL=3"
    series = Series("s", "S", SeriesKind.MEETING, saturday, rule=rule, in_closure=choice)
    found = occurrences(series, Days(CALENDAR, (closure,)), saturday, saturday + timedelta(days=14))
    assert [one.on for one in found if one.original_on == saturday] == [on]


@given(rule=rules, start=days, from_day=days, length=st.integers(0, 99), choice=st.sampled_from(InClosure))
def test_no_meeting_stays_in_a_recess_and_none_is_lost_or_doubled(
    rule: str, start: date, from_day: date, length: int, choice: InClosure
) -> None:
    closure = Closure("c", "reces", from_day, from_day + timedelta(days=length))
    series = Series("s", "S", SeriesKind.MEETING, start, rule=rule, in_closure=choice)
    first, last = start, start + timedelta(days=800)
    found = occurrences(series, Days(CALENDAR, (closure,)), first, last)
    on_days = [one.on for one in found if one.on]

    assert len({one.original_on for one in found}) == len(found)
    assert choice is InClosure.KEEP or not any(closure.covers(on) for on in on_days if on)
    assert all(CALENDAR.is_working_day(on) for on in on_days)
    inner = occurrences(
        series, Days(CALENDAR, (closure,)), first + timedelta(days=90), last - timedelta(days=90)
    )
    assert {one.original_on: one.on for one in inner}.items() <= {
        one.original_on: one.on for one in found
    }.items()


moves = st.dictionaries(st.integers(0, 8), st.integers(-20, 40), max_size=3)


@given(rule=rules, wished=st.lists(moves, min_size=1, max_size=5))
def test_what_is_remembered_of_a_series_is_what_is_worked_out_anew(
    rule: str, wished: list[dict[int, int]]
) -> None:
    series = Series("s", "S", SeriesKind.MEETING, date(2022, 5, 12), rule=rule)
    originals = list(original_dates(series, *YEAR))
    book = OccurrenceBook(most=2)
    for moved in wished:
        rows = {
            on: Change(on, moved_on=on + timedelta(days=days), version=1)
            for index, days in moved.items()
            for on in originals[index : index + 1]
        }
        changes = Changes(rows)
        assert list(book.between(series, DAYS, *YEAR, changes)) == occurrences(series, DAYS, *YEAR, changes)
        for on in originals[:3]:
            assert book.find(series, DAYS, on, changes) == find(series, DAYS, on, changes)


def test_what_is_remembered_of_a_series_does_not_outlive_its_closures() -> None:
    book = OccurrenceBook()

    open_on = book.find(SIX_WEEKS, Days(CALENDAR), date(2022, 8, 4), Changes())
    closed_on = book.find(SIX_WEEKS, DAYS, date(2022, 8, 4), Changes())
    assert (open_on and open_on.on, closed_on and closed_on.on) == (date(2022, 8, 4), date(2022, 9, 1))
