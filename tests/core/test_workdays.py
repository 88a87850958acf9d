"""Working days against the Algemene termijnenwet (ATW), day by day and against a second listing."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ProblemCode, Refused
from core.workdays import (
    DECREE_DAYS,
    DECREE_DAYS_KNOWN_THROUGH,
    Holiday,
    SkippedDay,
    WorkingCalendar,
    kings_day,
    statutory_holidays,
)

CALENDAR = WorkingCalendar()
WITHOUT_DECREES = WorkingCalendar()
WITHOUT_DECREES._added.clear()

dates = st.dates(date(2020, 1, 1), date(2035, 12, 31))
numbers = st.integers(1, 120)


def naive_add(start_on: date, count: int, calendar: WorkingCalendar = CALENDAR) -> date:
    """Count day by day."""
    on = start_on
    while count:
        on += timedelta(days=1)
        count -= on.weekday() < 5 and calendar.holiday(on) is None
    return on


# ---- art. 3 ATW: which days


def test_art_3_atw_names_these_days_in_2026() -> None:
    assert [(holiday.on, holiday.name) for holiday in statutory_holidays(2026)] == [
        (date(2026, 1, 1), "Nieuwjaarsdag"),
        (date(2026, 4, 3), "Goede Vrijdag"),
        (date(2026, 4, 6), "tweede paasdag"),
        (date(2026, 4, 27), "Koningsdag"),
        (date(2026, 5, 5), "Bevrijdingsdag"),
        (date(2026, 5, 14), "Hemelvaartsdag"),
        (date(2026, 5, 25), "tweede pinksterdag"),
        (date(2026, 12, 25), "eerste kerstdag"),
        (date(2026, 12, 26), "tweede kerstdag"),
    ]


def test_only_good_friday_rests_on_lid_2() -> None:
    by_lid_2 = [h.name for h in statutory_holidays(2026) if h.source == "art. 3 lid 2 Algemene termijnenwet"]

    assert by_lid_2 == ["Goede Vrijdag"]


def test_art_3_lid_3_atw_decree_days_are_these_ten_fridays() -> None:
    assert [holiday.on for holiday in DECREE_DAYS] == [
        date(2023, 4, 28),
        date(2023, 5, 19),
        date(2024, 5, 10),
        date(2024, 12, 27),
        date(2025, 5, 30),
        date(2026, 1, 2),
        date(2026, 5, 15),
        date(2027, 5, 7),
        date(2028, 4, 28),
        date(2028, 5, 26),
    ]
    assert {holiday.on.isoweekday() for holiday in DECREE_DAYS} == {5}
    assert date(2028, 12, 31) == DECREE_DAYS_KNOWN_THROUGH


@pytest.mark.parametrize("on", [date(2026, 5, 4), date(2027, 4, 26)])
def test_a_monday_between_days_off_that_no_decree_names_is_a_working_day(on: date) -> None:
    assert CALENDAR.is_working_day(on)


@pytest.mark.parametrize(
    ("year", "on"),
    [
        (2013, date(2013, 4, 30)),
        (2014, date(2014, 4, 26)),
        (2024, date(2024, 4, 27)),
        (2025, date(2025, 4, 26)),
        (2026, date(2026, 4, 27)),
        (2031, date(2031, 4, 26)),
        (2036, date(2036, 4, 26)),
    ],
)
def test_koningsdag_moves_to_saturday_when_it_is_a_sunday(year: int, on: date) -> None:
    assert kings_day(year) == on


@pytest.mark.parametrize("on", [date(2025, 4, 28), date(2031, 4, 28), date(2036, 4, 28)])
def test_koningsdag_never_moves_to_monday(on: date) -> None:
    assert CALENDAR.is_working_day(on)


@pytest.mark.parametrize(
    ("year", "weekday"), [(2025, 1), (2026, 2), (2027, 3), (2028, 5), (2031, 1), (2032, 3)]
)
def test_every_5_may_is_a_day_off(year: int, weekday: int) -> None:
    on = date(year, 5, 5)

    assert on.isoweekday() == weekday
    assert not CALENDAR.is_working_day(on)


@pytest.mark.parametrize("year", range(2020, 2036))
def test_the_statutory_days_are_those_of_a_second_listing(year: int) -> None:
    listed = holidays.country_holidays("NL", years=year, categories=("public", "optional"))
    sundays_of_easter_and_whitsun = {on for on in listed if on.isoweekday() == 7 and on.month in {3, 4, 5, 6}}

    expected = set(listed) - sundays_of_easter_and_whitsun
    statutory = {holiday.on for holiday in statutory_holidays(year)}
    assert {on for on in statutory if on.isoweekday() != 7} == {on for on in expected if on.isoweekday() != 7}


def test_a_configured_holiday_does_not_count() -> None:
    extra = Holiday(date(2029, 5, 11), "dag bij koninklijk besluit", "Stcrt.")
    calendar = WorkingCalendar([extra], known_through=date(2031, 12, 31))

    assert CALENDAR.is_working_day(extra.on)
    assert not calendar.is_working_day(extra.on)
    assert calendar.add(date(2029, 5, 10), 1) == date(2029, 5, 14)
    assert calendar.skipped(date(2029, 5, 10), date(2029, 5, 11)) == (
        SkippedDay(extra.on, extra.name, extra.source),
    )


def test_a_statutory_holiday_keeps_its_own_name_when_it_is_configured_too() -> None:
    calendar = WorkingCalendar([Holiday(date(2026, 5, 5), "iets anders", "werkgever")])

    assert calendar.holiday(date(2026, 5, 5)) == CALENDAR.holiday(date(2026, 5, 5))


# ---- counting


@pytest.mark.parametrize(
    ("start_on", "due_on", "without_decrees"),
    [
        (date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 9)),
        (date(2025, 12, 24), date(2026, 1, 6), date(2026, 1, 5)),
        (date(2028, 12, 22), date(2029, 1, 3), date(2029, 1, 3)),
        (date(2026, 5, 8), date(2026, 5, 19), date(2026, 5, 18)),
        (date(2026, 5, 11), date(2026, 5, 20), date(2026, 5, 19)),
        (date(2027, 4, 30), date(2027, 5, 12), date(2027, 5, 11)),
        (date(2026, 5, 2), date(2026, 5, 11), date(2026, 5, 11)),
    ],
)
def test_five_working_days_with_and_without_the_decree_days(
    start_on: date, due_on: date, without_decrees: date
) -> None:
    assert CALENDAR.add(start_on, 5) == due_on
    assert WITHOUT_DECREES.add(start_on, 5) == without_decrees


def test_five_working_days_take_at_most_12_calendar_days_and_13_with_decree_days() -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(3288)]

    assert max((WITHOUT_DECREES.add(on, 5) - on).days for on in days) == 12
    assert max((CALENDAR.add(on, 5) - on).days for on in days) == 13


@pytest.mark.parametrize(
    ("on", "rolled", "without_decrees"),
    [
        (date(2024, 12, 25), date(2024, 12, 30), date(2024, 12, 27)),
        (date(2027, 5, 5), date(2027, 5, 10), date(2027, 5, 7)),
        (date(2024, 3, 29), date(2024, 4, 2), date(2024, 4, 2)),
        (date(2024, 3, 30), date(2024, 4, 2), date(2024, 4, 2)),
        (date(2026, 5, 5), date(2026, 5, 6), date(2026, 5, 6)),
        (date(2016, 5, 29), date(2016, 5, 30), date(2016, 5, 30)),
    ],
)
def test_art_1_atw_rolls_to_the_first_day_that_is_not_off(
    on: date, rolled: date, without_decrees: date
) -> None:
    assert CALENDAR.on_or_after(on) == rolled
    assert WITHOUT_DECREES.on_or_after(on) == without_decrees


def test_the_longest_roll_is_four_days_and_five_with_decree_days() -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(3288)]

    assert max((WITHOUT_DECREES.on_or_after(on) - on).days for on in days) == 4
    assert max((CALENDAR.on_or_after(on) - on).days for on in days) == 5


@pytest.mark.parametrize(
    ("from_on", "count", "expected"),
    [
        (date(2026, 5, 5), 0, date(2026, 5, 4)),
        (date(2026, 5, 6), 0, date(2026, 5, 6)),
        (date(2026, 5, 6), 1, date(2026, 5, 4)),
        (date(2026, 5, 17), 0, date(2026, 5, 13)),
        (date(2026, 5, 18), 1, date(2026, 5, 13)),
    ],
)
def test_art_1_lid_2_atw_counting_back_never_rolls_forward(from_on: date, count: int, expected: date) -> None:
    assert CALENDAR.back(from_on, count) == expected


def test_the_days_that_were_skipped_say_why() -> None:
    assert CALENDAR.skipped(date(2025, 12, 31), date(2026, 1, 5)) == (
        SkippedDay(date(2026, 1, 1), "Nieuwjaarsdag", "art. 3 lid 1 Algemene termijnenwet"),
        SkippedDay(
            date(2026, 1, 2),
            "dag bij koninklijk besluit",
            "art. 3 lid 3 Algemene termijnenwet, koninklijk besluit 2026-2028",
        ),
        SkippedDay(date(2026, 1, 3), "zaterdag"),
        SkippedDay(date(2026, 1, 4), "zondag"),
    )


@pytest.mark.parametrize("on", [date(1999, 12, 31), date(2100, 1, 1)])
def test_a_day_that_the_calendar_does_not_know_is_refused(on: date) -> None:
    for ask in (
        CALENDAR.is_working_day,
        CALENDAR.on_or_after,
        lambda day: CALENDAR.add(day, 1),
        lambda day: CALENDAR.back(day, 1),
    ):
        with pytest.raises(Refused) as caught:
            ask(on)
        assert caught.value.problems[0].code == ProblemCode.DATE_OUT_OF_RANGE


def test_counting_out_of_the_calendar_is_refused() -> None:
    for ask in (
        lambda: CALENDAR.add(date(2099, 12, 31), 1),
        lambda: CALENDAR.back(date(2000, 1, 3), 1),
        lambda: CALENDAR.back(date(2000, 1, 1), 0),
    ):
        with pytest.raises(Refused):
            ask()


# ---- for every day


@given(dates, numbers)
def test_adding_is_counting_day_by_day(start_on: date, count: int) -> None:
    assert CALENDAR.add(start_on, count) == naive_add(start_on, count)


@given(dates, numbers)
def test_a_day_so_many_working_days_on_is_a_working_day(start_on: date, count: int) -> None:
    assert CALENDAR.is_working_day(CALENDAR.add(start_on, count))


@given(dates, numbers)
def test_counting_back_undoes_counting_on(start_on: date, count: int) -> None:
    assert CALENDAR.back(CALENDAR.add(start_on, count), count) == CALENDAR.back(start_on, 0)


@given(dates, dates, numbers)
def test_a_later_start_never_ends_earlier(one: date, other: date, count: int) -> None:
    first, last = sorted((one, other))

    assert CALENDAR.add(first, count) <= CALENDAR.add(last, count)


@given(dates, dates)
def test_working_and_skipped_days_together_are_all_days(one: date, other: date) -> None:
    first, last = sorted((one, min(other, one + timedelta(days=200))))

    skipped = CALENDAR.skipped(first, last)

    assert len(skipped) + CALENDAR.between(first, last) == (last - first).days
    assert all(not CALENDAR.is_working_day(day.on) and day.reason for day in skipped)
    assert CALENDAR.between(last, first) == -CALENDAR.between(first, last)
