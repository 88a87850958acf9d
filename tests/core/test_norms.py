"""Counting a term: strict, and by the Algemene termijnenwet (ATW)."""

import calendar as gregorian
from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from core.cadence import Cadence
from core.errors import Refused
from core.facts import FactKind
from core.norms import (
    BUILT_IN_NORMS,
    STATUTORY_PLAN_LENGTH,
    Counted,
    Length,
    Norm,
    NormBook,
    Rounding,
    Unit,
    add_months,
    count,
    skipped_days,
)
from core.workdays import SkippedDay, WorkingCalendar

CALENDAR = WorkingCalendar()
WITHOUT_DECREES = WorkingCalendar()
WITHOUT_DECREES._added.clear()

DAYS, WEEKS, MONTHS, WORKING_DAYS = Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.WORKING_DAYS

dates = st.dates(date(2020, 1, 1), date(2035, 12, 31))
lengths = st.builds(Length, st.integers(1, 30), st.sampled_from(Unit))


def strict(start_on: date, number: int, unit: Unit) -> date:
    return count(start_on, Length(number, unit), Rounding.STRICT, CALENDAR).due_on


def atw(start_on: date, number: int, unit: Unit, calendar: WorkingCalendar = CALENDAR) -> date:
    return count(start_on, Length(number, unit), Rounding.ATW, calendar).due_on


# ---- art. 1 and 2 ATW, ECLI:NL:HR:2017:2225


def test_ecli_nl_hr_2017_2225_three_months_end_on_the_same_day_number() -> None:
    counted = count(date(2016, 2, 29), Length(3, MONTHS), Rounding.ATW, CALENDAR)

    assert counted == Counted(due_on=date(2016, 5, 30), strict_on=date(2016, 5, 29), atw_on=date(2016, 5, 30))


@pytest.mark.parametrize(
    ("start_on", "due_on"),
    [
        (date(2026, 4, 30), date(2026, 7, 30)),
        (date(2026, 2, 28), date(2026, 5, 28)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 8, 31), date(2026, 11, 30)),
        (date(2026, 10, 15), date(2027, 1, 15)),
        (date(2019, 6, 20), date(2019, 9, 20)),
    ],
)
def test_months_keep_the_day_number_or_end_on_the_last_day(start_on: date, due_on: date) -> None:
    assert strict(start_on, 3, MONTHS) == due_on


def test_art_2_atw_a_term_of_four_days_over_christmas_holds_two_working_days() -> None:
    counted = count(date(2025, 12, 24), Length(4, DAYS), Rounding.ATW, CALENDAR)

    assert (counted.strict_on, counted.due_on) == (date(2025, 12, 28), date(2025, 12, 30))


@pytest.mark.parametrize(
    ("start_on", "number", "due_on"),
    [
        (date(2025, 12, 24), 2, date(2025, 12, 29)),
        (date(2025, 12, 24), 3, date(2025, 12, 30)),
        (date(2026, 3, 6), 3, date(2026, 3, 10)),
        (date(2026, 3, 5), 3, date(2026, 3, 9)),
    ],
)
def test_art_2_atw_holds_from_three_days_on(start_on: date, number: int, due_on: date) -> None:
    assert atw(start_on, number, DAYS) == due_on


@pytest.mark.parametrize(
    ("start_on", "due_on", "without_decrees"),
    [
        (date(2024, 11, 13), date(2024, 12, 30), date(2024, 12, 27)),
        (date(2027, 3, 24), date(2027, 5, 10), date(2027, 5, 7)),
    ],
)
def test_art_1_atw_the_longest_rolls_of_six_weeks(
    start_on: date, due_on: date, without_decrees: date
) -> None:
    assert atw(start_on, 6, WEEKS) == due_on
    assert atw(start_on, 6, WEEKS, WITHOUT_DECREES) == without_decrees


def test_the_start_day_does_not_count() -> None:
    monday = date(2026, 3, 2)

    assert [strict(monday, 1, unit) for unit in Unit] == [
        date(2026, 3, 3),
        date(2026, 3, 3),
        date(2026, 3, 9),
        date(2026, 4, 2),
    ]


def test_strict_leaves_a_date_on_a_sunday_and_shows_the_rolled_one() -> None:
    sunday = count(date(2026, 3, 15), Length(6, WEEKS), Rounding.STRICT, CALENDAR)

    assert sunday == Counted(due_on=date(2026, 4, 26), strict_on=date(2026, 4, 26), atw_on=date(2026, 4, 28))


def test_a_term_that_ends_after_2099_is_refused() -> None:
    with pytest.raises(Refused):
        count(date(2099, 12, 1), Length(3, MONTHS), Rounding.STRICT, CALENDAR)


# ---- which days were skipped


def test_of_a_working_day_term_every_day_off_inside_is_shown() -> None:
    length = Length(5, WORKING_DAYS)
    counted = count(date(2026, 5, 11), length, Rounding.STRICT, CALENDAR)

    assert [day.on.day for day in skipped_days(date(2026, 5, 11), length, counted, CALENDAR)] == [
        14,
        15,
        16,
        17,
    ]


def test_of_other_terms_the_days_rolled_over_are_shown() -> None:
    length = Length(6, WEEKS)
    start_on = date(2026, 3, 15)
    rolled = count(start_on, length, Rounding.ATW, CALENDAR)
    strict_count = count(start_on, length, Rounding.STRICT, CALENDAR)

    assert skipped_days(start_on, length, rolled, CALENDAR) == (
        SkippedDay(date(2026, 4, 26), "zondag"),
        SkippedDay(date(2026, 4, 27), "Koningsdag", "art. 3 lid 1 Algemene termijnenwet"),
    )
    assert skipped_days(start_on, length, strict_count, CALENDAR) == ()


# ---- the norms as data


def test_the_three_norms_are_these() -> None:
    kind = FactKind
    assert [
        (norm.code, norm.length, norm.rounding, norm.starts, norm.evidence, norm.needed_by, norm.valid_from)
        for norm in BUILT_IN_NORMS
    ] == [
        (
            "1",
            Length(5, WORKING_DAYS),
            Rounding.STRICT,
            ((kind.NOTIFIED,), (kind.MEASURE_STARTED, kind.ORDERED)),
            (kind.PROTECTOR_COUPLED, kind.FIRST_CONTACT),
            None,
            None,
        ),
        (
            "2",
            Length(6, WEEKS),
            Rounding.STRICT,
            ((kind.MEASURE_STARTED, kind.ORDERED, kind.NOTIFIED),),
            (kind.COURSE_SET,),
            kind.COURSE_NEEDED_BY,
            None,
        ),
        (
            "3",
            Length(3, MONTHS),
            Rounding.STRICT,
            ((kind.ORDERED, kind.MEASURE_STARTED, kind.NOTIFIED),),
            (kind.HELP_STARTED,),
            kind.HELP_NEEDED_BY,
            None,
        ),
    ]
    assert all(norm.source for norm in BUILT_IN_NORMS)
    assert Length(6, WEEKS) == STATUTORY_PLAN_LENGTH


def test_the_cadence_of_the_three_norms_is_this() -> None:
    assert [norm.cadence for norm in BUILT_IN_NORMS] == [
        Cadence(
            protector_before=(3, 2, 1, 0),
            manager_before=(1, 0),
            manager_daily_while_uncoupled=True,
            after=(1, 2, 3, 5),
            weekly_after=True,
            needed_by_before=(5, 2, 0),
            needed_by_after=(1,),
        ),
        Cadence(protector_before=(15, 10, 5, 2, 0), manager_before=(2, 0)),
        Cadence(protector_before=(30, 20, 10, 5, 2, 0), manager_before=(5, 0)),
    ]


def versions() -> tuple[Norm, Norm, Norm]:
    def version(weeks: int, valid_from: date | None) -> Norm:
        return Norm(
            "x",
            "x",
            Length(weeks, WEEKS),
            ((FactKind.ORDERED,),),
            (FactKind.COURSE_SET,),
            "x",
            valid_from=valid_from,
        )

    return version(6, None), version(5, date(2026, 1, 1)), version(4, date(2027, 1, 1))


def test_the_version_in_force_is_the_last_that_began_by_the_start_of_the_clock() -> None:
    always, second, third = versions()
    book = NormBook([second, third, always])

    assert book.newest_first("x") == (third, second, always)
    assert book.in_force("x", date(2025, 12, 31)) == always
    assert book.in_force("x", date(2026, 1, 1)) == second
    assert book.in_force("x", date(2027, 1, 1)) == third


def test_before_the_first_version_there_is_no_norm() -> None:
    _always, second, _third = versions()
    book = NormBook([second])

    assert book.in_force("x", date(2025, 12, 31)) is None
    assert book.in_force("y", date(2026, 1, 1)) is None
    assert (book.codes, book.newest_first("y")) == (("x",), ())


# ---- for every day


def naive_strict(start_on: date, length: Length) -> date:
    if length.unit is MONTHS:
        month = start_on.month - 1 + length.count
        year, month = start_on.year + month // 12, month % 12 + 1
        return date(year, month, min(start_on.day, gregorian.monthrange(year, month)[1]))
    on, left = start_on, length.count * (7 if length.unit is WEEKS else 1)
    while left:
        on += timedelta(days=1)
        left -= 1 if length.unit is not WORKING_DAYS else CALENDAR.is_working_day(on)
    return on


def naive_atw(start_on: date, strict_on: date, unit: Unit) -> date:
    """Art. 1: not on a day off. Art. 2: two working days in a term of three days or more."""
    if unit is WORKING_DAYS:
        return strict_on
    on = strict_on
    while True:
        inside = [start_on + timedelta(days=n) for n in range(1, (on - start_on).days + 1)]
        working = sum(CALENDAR.is_working_day(day) for day in inside)
        enough = working >= 2 or (strict_on - start_on).days < 3
        if CALENDAR.is_working_day(on) and enough:
            return on
        on += timedelta(days=1)


@given(dates, lengths)
def test_a_term_is_what_counting_day_by_day_gives(start_on: date, length: Length) -> None:
    strict_on = naive_strict(start_on, length)
    atw_on = naive_atw(start_on, strict_on, length.unit)

    assert count(start_on, length, Rounding.STRICT, CALENDAR) == Counted(strict_on, strict_on, atw_on)
    assert count(start_on, length, Rounding.ATW, CALENDAR) == Counted(atw_on, strict_on, atw_on)


@given(dates, st.integers(1, 60))
def test_months_are_those_of_dateutil(start_on: date, months: int) -> None:
    assert add_months(start_on, months) == start_on + relativedelta(months=months)


@given(dates, lengths)
def test_rolling_only_moves_on_and_ends_on_a_working_day(start_on: date, length: Length) -> None:
    counted = count(start_on, length, Rounding.STRICT, CALENDAR)

    assert start_on < counted.strict_on <= counted.atw_on
    assert CALENDAR.is_working_day(counted.atw_on)


@given(dates, dates, lengths, st.sampled_from(Rounding))
def test_a_later_start_is_never_due_earlier(
    one: date, other: date, length: Length, rounding: Rounding
) -> None:
    first, last = sorted((one, other))

    due = [count(on, length, rounding, CALENDAR).due_on for on in (first, last)]
    assert due == sorted(due)


@given(dates, lengths, st.sampled_from(Rounding))
def test_the_skipped_days_explain_the_date_exactly(
    start_on: date, length: Length, rounding: Rounding
) -> None:
    counted = count(start_on, length, rounding, CALENDAR)
    skipped = skipped_days(start_on, length, counted, CALENDAR)

    moved_from = start_on + timedelta(length.count) if length.unit is WORKING_DAYS else counted.strict_on
    rolled_by_art_2 = length.unit is DAYS and length.count >= 3 and rounding is Rounding.ATW
    if not rolled_by_art_2:
        assert moved_from + timedelta(len(skipped)) == counted.due_on
    assert all(not CALENDAR.is_working_day(day.on) for day in skipped)
