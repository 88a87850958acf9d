"""When whom is told: the default cadence as a table, and every occasion exactly once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cadence import (
    EVERY_WORKING_DAY,
    Cadence,
    Guarded,
    Occasion,
    OccasionKind,
    OwnDays,
    Rung,
    next_occasion,
    owed_occasion,
)
from core.norms import BUILT_IN_NORMS, Rounding, count
from core.workdays import WorkingCalendar

CALENDAR = WorkingCalendar()
DAY = timedelta(days=1)
START = date(2026, 9, 1)
"""A Tuesday in a season without holidays."""
NORMS = {norm.code: norm for norm in BUILT_IN_NORMS}
SHORT = {
    OccasionKind.BEFORE: "-",
    OccasionKind.AFTER: "+",
    OccasionKind.NEEDED_BEFORE: "needed-",
    OccasionKind.NEEDED_AFTER: "needed+",
}


def guarded_by(norm: str, *, coupled: bool = True, needed_by_on: date | None = None) -> Guarded:
    due_on = count(START, NORMS[norm].length, Rounding.STRICT, CALENDAR).due_on
    return Guarded(START, due_on, needed_by_on, coupled)


def walk(
    guarded: Guarded,
    cadence: Cadence,
    rung: Rung,
    days: OwnDays = EVERY_WORKING_DAY,
    *,
    first: date = START,
    last: date,
    every: int = 1,
) -> list[tuple[date, Occasion]]:
    """Run a guard every so many days, as the program does; return the day of each notice and its occasion."""
    told: list[tuple[date, Occasion]] = []
    told_through: date | None = first - DAY
    today = first
    while today <= last:
        owed = owed_occasion(guarded, cadence, CALENDAR, rung, days, told_through, today)
        if owed:
            told.append((today, owed))
            told_through = today
        today += every * DAY
    return told


def all_next(
    guarded: Guarded, cadence: Cadence, rung: Rung, days: OwnDays, *, after_on: date, last: date
) -> list[Occasion]:
    """Ask for the next occasion again and again."""
    found: list[Occasion] = []
    while (
        occasion := next_occasion(guarded, cadence, CALENDAR, rung, days, after_on)
    ) and occasion.on <= last:
        found.append(occasion)
        after_on = occasion.on
    return found


def notation(told: list[tuple[date, Occasion]]) -> list[str]:
    return [f"{SHORT[occasion.kind]}{occasion.offset}" for _, occasion in told if occasion.kind in SHORT]


# ---- the default cadence


@pytest.mark.parametrize(
    ("norm", "rung", "expected"),
    [
        ("1", Rung.PROTECTOR, ["-3", "-2", "-1", "-0", "+1", "+2", "+3", "+5"]),
        ("1", Rung.MANAGER, ["-1", "-0", "+1", "+2", "+3", "+5"]),
        ("2", Rung.PROTECTOR, ["-15", "-10", "-5", "-2", "-0", "+1", "+2", "+3", "+5"]),
        ("2", Rung.MANAGER, ["-2", "-0", "+1", "+2", "+3", "+5"]),
        ("3", Rung.PROTECTOR, ["-30", "-20", "-10", "-5", "-2", "-0", "+1", "+2", "+3", "+5"]),
        ("3", Rung.MANAGER, ["-5", "-0", "+1", "+2", "+3", "+5"]),
    ],
)
def test_the_default_cadence(norm: str, rung: Rung, expected: list[str]) -> None:
    guarded = guarded_by(norm)

    told = walk(guarded, NORMS[norm].cadence, rung, last=guarded.due_on + 40 * DAY)

    assert notation(told) == expected
    for today, occasion in told:
        offset = CALENDAR.between(guarded.due_on, today)
        assert today == occasion.on
        assert occasion.kind is OccasionKind.WEEKLY or abs(offset) == occasion.offset


def test_the_manager_hears_of_norm_1_every_working_day_while_nobody_is_coupled() -> None:
    guarded = guarded_by("1", coupled=False)

    told = walk(guarded, NORMS["1"].cadence, Rung.MANAGER, last=guarded.due_on)

    assert [(today, occasion.kind) for today, occasion in told] == [
        (date(2026, 9, day), OccasionKind.UNCOUPLED) for day in (1, 2, 3, 4, 7, 8)
    ]
    assert len({occasion.key for _, occasion in told}) == len(told)


@pytest.mark.parametrize("code", ["2", "3"])
def test_of_other_norms_nobody_hears_daily(code: str) -> None:
    open_term, coupled = guarded_by(code, coupled=False), guarded_by(code)

    for rung in Rung:
        cadence, last = NORMS[code].cadence, coupled.due_on
        assert walk(open_term, cadence, rung, last=last) == walk(coupled, cadence, rung, last=last)


def test_after_the_fifth_day_it_is_weekly_on_the_first_working_day_and_never_stops() -> None:
    guarded = guarded_by("1")
    last = guarded.due_on + 700 * DAY

    told = walk(guarded, NORMS["1"].cadence, Rung.PROTECTOR, last=last)
    weekly = [today for today, occasion in told if occasion.kind is OccasionKind.WEEKLY]

    assert guarded.due_on == date(2026, 9, 8)
    assert weekly[:3] == [date(2026, 9, 21), date(2026, 9, 28), date(2026, 10, 5)]
    assert date(2027, 3, 30) in weekly
    weeks = [today.isocalendar()[:2] for today in weekly]
    assert len(weeks) == len(set(weeks)) == 99


def test_without_weekly_it_ends_with_the_last_day_named() -> None:
    cadence = Cadence(protector_before=(1,), after=(2,), weekly_after=False)
    guarded = guarded_by("1")

    assert notation(walk(guarded, cadence, Rung.PROTECTOR, last=date(2027, 9, 1))) == ["-1", "+2"]
    assert (
        next_occasion(guarded, cadence, CALENDAR, Rung.PROTECTOR, EVERY_WORKING_DAY, date(2026, 9, 10))
        is None
    )


@pytest.mark.parametrize(
    "cadence", [Cadence(protector_before=(), after=()), Cadence(protector_before=(15,), after=())]
)
def test_weekly_begins_after_the_due_date_also_when_nothing_is_told_around_it(cadence: Cadence) -> None:
    guarded = guarded_by("2")

    told = walk(guarded, cadence, Rung.PROTECTOR, last=guarded.due_on + 14 * DAY)

    weekly = [today for today, occasion in told if occasion.kind is OccasionKind.WEEKLY]
    assert guarded.due_on == date(2026, 10, 13)
    assert weekly == [date(2026, 10, 19), date(2026, 10, 26)]


# ---- the earlier date of the professionals


def test_d10_an_earlier_date_has_its_own_reminders() -> None:
    guarded = guarded_by("2", needed_by_on=date(2026, 9, 25))

    told = walk(guarded, NORMS["2"].cadence, Rung.MANAGER, last=guarded.due_on)

    assert notation(told) == ["needed-5", "needed-2", "needed-0", "needed+1", "-2", "-0"]
    assert [today.day for today, _ in told] == [18, 23, 25, 28, 9, 13]


def test_d10_a_date_that_is_not_earlier_changes_nothing() -> None:
    due_on = guarded_by("2").due_on
    later, none = guarded_by("2", needed_by_on=due_on), guarded_by("2")

    cadence, last = NORMS["2"].cadence, due_on + 30 * DAY
    assert walk(later, cadence, Rung.PROTECTOR, last=last) == walk(none, cadence, Rung.PROTECTOR, last=last)


# ---- part-time


def test_who_works_part_time_is_reminded_on_the_last_own_day_before_and_told_on_the_first_after() -> None:
    monday_and_thursday = OwnDays(frozenset({1, 4}))
    guarded = guarded_by("2")

    told = walk(
        guarded,
        NORMS["2"].cadence,
        Rung.PROTECTOR,
        monday_and_thursday,
        last=guarded.due_on + 21 * DAY,
    )

    assert [(f"{today:%a %d %b}", occasion.kind, occasion.offset) for today, occasion in told] == [
        ("Mon 21 Sep", OccasionKind.BEFORE, 15),
        ("Mon 28 Sep", OccasionKind.BEFORE, 10),
        ("Mon 05 Oct", OccasionKind.BEFORE, 5),
        ("Thu 08 Oct", OccasionKind.BEFORE, 2),
        ("Mon 12 Oct", OccasionKind.BEFORE, 0),
        ("Thu 15 Oct", OccasionKind.AFTER, 2),
        ("Mon 19 Oct", OccasionKind.AFTER, 3),
        ("Thu 22 Oct", OccasionKind.AFTER, 5),
        ("Mon 26 Oct", OccasionKind.WEEKLY, 0),
        ("Mon 02 Nov", OccasionKind.WEEKLY, 0),
    ]


def test_weeks_without_an_own_working_day_are_passed_over() -> None:
    """Christmas 2028 and New Year 2029 are Mondays."""
    mondays = OwnDays(frozenset({1}))
    guarded = Guarded(date(2028, 11, 1), date(2028, 11, 8), None, coupled=True)

    told = walk(guarded, Cadence(), Rung.PROTECTOR, mondays, first=date(2028, 12, 12), last=date(2029, 1, 16))

    assert [today for today, _ in told] == [
        date(2028, 12, 18),
        date(2029, 1, 8),
        date(2029, 1, 15),
    ]


@pytest.mark.parametrize(
    ("on", "last", "first"),
    [
        (date(2026, 9, 2), date(2026, 9, 2), date(2026, 9, 2)),
        (date(2026, 9, 3), date(2026, 9, 2), date(2026, 9, 7)),
        (date(2026, 5, 25), date(2026, 5, 20), date(2026, 5, 27)),
    ],
)
def test_own_days_around_a_day(on: date, last: date, first: date) -> None:
    monday_and_wednesday = OwnDays(frozenset({1, 3}))

    assert monday_and_wednesday.last_on_or_before(on, CALENDAR) == last
    assert monday_and_wednesday.first_on_or_after(on, CALENDAR) == first


# ---- late, missed, ended


def test_after_three_days_of_outage_what_was_missed_is_said_once() -> None:
    guarded = guarded_by("1")
    cadence = NORMS["1"].cadence

    def owed(told_through: date | None, today: date) -> Occasion | None:
        return owed_occasion(
            guarded, cadence, CALENDAR, Rung.PROTECTOR, EVERY_WORKING_DAY, told_through, today
        )

    before_outage, back = date(2026, 9, 3), date(2026, 9, 7)
    assert owed(before_outage, back) == Occasion(back, OccasionKind.BEFORE, 1)
    assert owed(back, back) is None
    weekend = date(2026, 9, 6)
    assert owed(before_outage, weekend) == Occasion(date(2026, 9, 4), OccasionKind.BEFORE, 2)
    assert owed(weekend, weekend) is None


def test_a_guard_that_runs_for_the_first_time_long_after_says_the_last_thing_only() -> None:
    owed = owed_occasion(
        guarded_by("1"),
        NORMS["1"].cadence,
        CALENDAR,
        Rung.PROTECTOR,
        EVERY_WORKING_DAY,
        None,
        date(2027, 1, 6),
    )
    assert owed == Occasion(date(2027, 1, 4), OccasionKind.WEEKLY)


def test_nothing_is_told_from_the_day_that_the_measure_ends() -> None:
    due_on = guarded_by("1").due_on
    ending = Guarded(START, due_on, None, coupled=True, stops_on=date(2026, 9, 10))

    told = walk(ending, NORMS["1"].cadence, Rung.PROTECTOR, last=date(2026, 12, 1))

    assert notation(told) == ["-3", "-2", "-1", "-0", "+1"]
    protector, every_day = Rung.PROTECTOR, EVERY_WORKING_DAY
    after_on = date(2026, 9, 9)
    assert next_occasion(ending, NORMS["1"].cadence, CALENDAR, protector, every_day, after_on) is None


def test_the_key_of_an_occasion_is_one_of_a_kind() -> None:
    assert [
        Occasion(START, OccasionKind.BEFORE, 3).key,
        Occasion(START, OccasionKind.WEEKLY).key,
        Occasion(START, OccasionKind.UNCOUPLED).key,
    ] == ["before:3", "weekly:2026-09-01", "uncoupled:2026-09-01"]


# ---- for every cadence

offsets = st.lists(st.integers(0, 20), unique=True, max_size=5).map(tuple)
offsets_after = st.lists(st.integers(1, 12), unique=True, max_size=4).map(tuple)
cadences = st.builds(
    Cadence, offsets, offsets, st.booleans(), offsets_after, st.booleans(), offsets, offsets_after
)
own_days = st.builds(OwnDays, st.frozensets(st.integers(1, 5), min_size=1))
rungs = st.sampled_from(Rung)


@st.composite
def guardeds(draw: st.DrawFn) -> Guarded:
    start_on = draw(st.dates(date(2024, 1, 1), date(2029, 6, 1)))
    due_on = start_on + timedelta(draw(st.integers(5, 60)))
    needed_by_on = draw(st.none() | st.integers(1, 60).map(lambda n: start_on + timedelta(n)))
    stops_on = draw(st.none() | st.integers(10, 150).map(lambda n: start_on + timedelta(n)))
    return Guarded(start_on, due_on, needed_by_on, draw(st.booleans()), stops_on)


@given(guardeds(), cadences, rungs, own_days)
def test_day_by_day_each_occasion_is_told_once_on_its_own_day(
    guarded: Guarded, cadence: Cadence, rung: Rung, days: OwnDays
) -> None:
    first, last = guarded.start_on - 40 * DAY, guarded.due_on + 60 * DAY

    told = walk(guarded, cadence, rung, days, first=first, last=last)
    asked = all_next(guarded, cadence, rung, days, after_on=first - DAY, last=last)

    assert [occasion for _, occasion in told] == asked
    assert [today for today, _ in told] == [occasion.on for occasion in asked]
    assert len({occasion.key for occasion in asked}) == len(asked)


@given(guardeds(), cadences, rungs, own_days, st.integers(-10, 100))
def test_what_is_next_is_owed_on_its_day_and_nothing_is_owed_before(
    guarded: Guarded, cadence: Cadence, rung: Rung, days: OwnDays, told_after: int
) -> None:
    told_through = guarded.start_on + told_after * DAY

    def owed(today: date) -> Occasion | None:
        return owed_occasion(guarded, cadence, CALENDAR, rung, days, told_through, today)

    following = next_occasion(guarded, cadence, CALENDAR, rung, days, told_through)
    until = following.on if following else told_through + 60 * DAY

    days_before = [told_through + n * DAY for n in range((until - told_through).days)]
    assert [day for day in days_before if owed(day)] == []
    assert owed(until) == following


@given(guardeds(), cadences, rungs, own_days, st.integers(2, 9))
def test_a_guard_that_runs_seldom_tells_no_more_than_the_last_that_was_missed(
    guarded: Guarded, cadence: Cadence, rung: Rung, days: OwnDays, every: int
) -> None:
    first, last = guarded.start_on, guarded.due_on + 40 * DAY
    asked = all_next(guarded, cadence, rung, days, after_on=first - DAY, last=last)

    told = walk(guarded, cadence, rung, days, first=first, last=last, every=every)

    runs = [first + n * every * DAY for n in range(((last - first).days // every) + 1)]
    expected = []
    for previous, run in zip([first - DAY, *runs], runs, strict=False):
        missed = [occasion for occasion in asked if previous < occasion.on <= run]
        stopped = guarded.stops_on is not None and run >= guarded.stops_on
        if missed and not stopped:
            expected.append((run, missed[-1]))
    assert told == expected


@given(guardeds(), cadences, rungs, own_days)
def test_reminders_fall_on_own_working_days(
    guarded: Guarded, cadence: Cadence, rung: Rung, days: OwnDays
) -> None:
    asked = all_next(guarded, cadence, rung, days, after_on=guarded.start_on, last=guarded.due_on + 40 * DAY)

    assert {occasion.on.isoweekday() for occasion in asked} <= days.weekdays
    assert all(CALENDAR.is_working_day(occasion.on) for occasion in asked)
