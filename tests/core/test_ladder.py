"""Ladders: who is asked in turn, when, and that climbing always ends (D26-D31)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clocktime import AMSTERDAM, Quiet, local_date, local_moment
from core.ladder import (
    BEFORE_THE_FIRST,
    Climb,
    Delay,
    DelayUnit,
    Ladder,
    LadderFlaw,
    LadderRung,
    Pace,
    RungMode,
    announced_on,
    climb,
    expanded,
    first_moment,
    flaw_of,
    next_forced,
    rerouted,
    sooner,
    top_of,
)
from core.workdays import WorkingCalendar

CALENDAR = WorkingCalendar()
PACE = Pace(CALENDAR, AMSTERDAM)
MONDAY = date(2026, 3, 2)
NOW = local_moment(MONDAY, time(9, 0))
INFORM = RungMode.INFORM


def hours(count: int) -> Delay:
    return Delay(count, DelayUnit.HOURS)


def rung(code: str, **columns: object) -> LadderRung:
    return LadderRung(code, code, **columns)  # type: ignore[arg-type]


LADDER = (
    rung("tm", at=Delay(-9)),
    rung("zm"),
    rung("inspectie", mode=INFORM),
    rung("ret", top=True, recheck=Delay(2)),
    rung("instelling", mode=INFORM),
)


# ---- what cannot be used


@pytest.mark.parametrize(
    ("ladder", "flaw"),
    [
        ((), LadderFlaw.NOBODY_ACTS),
        ((rung("a", at=Delay(1), mode=INFORM),), LadderFlaw.NOBODY_ACTS),
        ((rung("a"), rung("b", at=Delay(1))), LadderFlaw.NO_FIRST_MOMENT),
        ((rung("a", at=Delay(1), top=True), rung("b")), LadderFlaw.ACTS_ABOVE_TOP),
        ((rung("a", at=Delay(1), top=True), rung("b", mode=INFORM, top=True)), LadderFlaw.TWO_TOPS),
        ((rung("a", at=Delay(1)), rung("b", at=Delay(-3))), LadderFlaw.GOES_BACK),
        ((rung("a", at=Delay(1)), rung("b", at=hours(2))), LadderFlaw.MIXED_UNITS),
        (LADDER, None),
    ],
)
def test_a_ladder_that_cannot_begin_or_end_is_seen(ladder: Ladder, flaw: LadderFlaw | None) -> None:
    assert flaw_of(ladder) == flaw


# ---- where it goes


@pytest.mark.parametrize(
    ("place", "way"),
    [
        (BEFORE_THE_FIRST, Climb((), 0)),
        (0, Climb((), 1)),
        (1, Climb((2,), 3)),
        (3, Climb((4,), None)),
    ],
)
def test_it_goes_to_the_next_rung_that_acts_and_informs_those_in_between(place: int, way: Climb) -> None:
    assert climb(LADDER, place) == way


def test_the_top_is_the_marked_rung_else_the_last_that_acts() -> None:
    assert top_of(LADDER) == 3
    assert top_of(tuple(replace(one, top=False) for one in LADDER)) == 3
    assert top_of((rung("tm", at=Delay(1)), rung("i", mode=INFORM))) == 0


def test_the_steps_of_a_route_take_its_place_and_the_first_takes_its_moment() -> None:
    ladder = (rung("tm", at=Delay(-9)), LadderRung("route", "route", at=Delay(-4)), rung("i", mode=INFORM))
    steps = (rung("adviseur", at=Delay(-8)), rung("ret"))

    found = expanded(ladder, steps)

    assert [(one.code, one.at) for one in found] == [
        ("tm", Delay(-9)),
        ("adviseur", Delay(-4)),
        ("ret", None),
        ("i", None),
    ]
    assert [one.code for one in expanded(ladder, ())] == ["tm", "i"]


# ---- another route half-way


OLD = (rung("tm", at=Delay(-9)), rung("zorgmakelaar"), rung("ret-a", top=True), rung("i", mode=INFORM))
NEW = (rung("tm", at=Delay(-9)), rung("adviseur"), rung("ret-b", top=True), rung("i", mode=INFORM))


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        (BEFORE_THE_FIRST, ["tm", "adviseur", "ret-b", "i"]),
        (0, ["tm", "adviseur", "ret-b", "i"]),
        (1, ["tm", "zorgmakelaar", "adviseur", "ret-b", "i"]),
        (2, ["tm", "zorgmakelaar", "ret-a", "adviseur", "ret-b", "i"]),
    ],
)
def test_what_lies_ahead_is_of_the_new_route_and_what_was_done_stays(place: int, codes: list[str]) -> None:
    found = rerouted(OLD, place, NEW)

    assert [one.code for one in found] == codes
    assert flaw_of(found) is None
    assert found[top_of(found)].code == "ret-b"


# ---- moments


def test_working_days_are_counted_from_the_date_and_begin_before_the_digests() -> None:
    assert PACE.moment(Delay(-9), date(2026, 6, 2), NOW) == local_moment(date(2026, 5, 19), time(6, 0))
    assert PACE.moment(Delay(1), date(2026, 4, 3), NOW) == local_moment(date(2026, 4, 7), time(6, 0))
    assert PACE.moment(Delay(0), date(2026, 3, 8), NOW) == local_moment(date(2026, 3, 6), time(6, 0))


def test_hours_are_counted_from_the_beginning() -> None:
    assert PACE.moment(hours(4), MONDAY, NOW) == NOW + timedelta(hours=4)


@pytest.mark.parametrize(
    ("begins", "count", "ends"),
    [
        (time(18, 30), 1, (3, time(8, 0))),
        (time(17, 0), 2, (2, time(19, 0))),
        (time(17, 0), 4, (3, time(9, 30))),
        (time(22, 0), 1, (3, time(8, 30))),
        (time(9, 0), 13, (3, time(10, 30))),
        (time(9, 0), 23, (4, time(9, 0))),
    ],
)
def test_hours_in_which_nothing_is_delivered_do_not_count(
    begins: time, count: int, ends: tuple[int, time]
) -> None:
    day, at = ends

    found = PACE.after(local_moment(MONDAY, begins), hours(count))

    assert found == local_moment(date(2026, 3, day), at)


def test_quiet_hours_that_do_not_pass_midnight_count_alike() -> None:
    pace = Pace(CALENDAR, AMSTERDAM, quiet=Quiet(time(12, 0), time(13, 0)))

    assert pace.after(local_moment(MONDAY, time(11, 0)), hours(2)) == local_moment(MONDAY, time(14, 0))


def test_it_is_announced_the_working_day_before_it_leaves() -> None:
    # Tuesday after Easter; the working day before it is Maundy Thursday.
    assert announced_on((rung("tm", at=Delay(1)),), date(2026, 4, 2), PACE) == date(2026, 4, 2)
    assert announced_on((rung("tm", at=Delay(-9)),), date(2026, 6, 2), PACE) == date(2026, 5, 18)
    assert announced_on((rung("tm", at=hours(1)),), MONDAY, PACE) is None
    assert announced_on((), MONDAY, PACE) is None


def test_the_first_moment_is_that_of_the_first_rung() -> None:
    assert first_moment(LADDER, date(2026, 6, 2), NOW, PACE) == PACE.moment(Delay(-9), date(2026, 6, 2), NOW)


def test_the_next_rung_with_a_moment_begins_whatever_the_present_one_does() -> None:
    ladder = (rung("a", at=Delay(-9)), rung("i", mode=INFORM, at=Delay(-8)), rung("b", at=Delay(-5)))
    due = date(2026, 6, 2)

    assert next_forced(ladder, 0, due, NOW, PACE) == PACE.moment(Delay(-5), due, NOW)
    assert next_forced(ladder, 2, due, NOW, PACE) is None
    assert next_forced(LADDER, 0, due, NOW, PACE) is None


def test_a_forced_moment_that_has_passed_shortens_nothing() -> None:
    later = NOW + timedelta(days=3)

    assert sooner(later, NOW + timedelta(days=1), NOW) == NOW + timedelta(days=1)
    assert sooner(later, NOW - timedelta(days=1), NOW) == later
    assert sooner(later, None, NOW) == later


# ---- every ladder ends


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """Draw a ladder that has passed `flaw_of`, of up to six rungs."""
    length = draw(st.integers(1, 6))
    modes = draw(st.lists(st.sampled_from(RungMode), min_size=length, max_size=length))
    ats = sorted(draw(st.lists(st.integers(-20, 10), min_size=length, max_size=length)))
    held = draw(st.lists(st.booleans(), min_size=length, max_size=length))
    waits = draw(st.lists(st.integers(1, 5), min_size=length, max_size=length))
    made = [
        rung(
            str(n),
            mode=modes[n],
            at=Delay(ats[n]) if held[n] or n == 0 else None,
            accept_within=Delay(waits[n]),
        )
        for n in range(length)
    ]
    if RungMode.ACT not in modes:
        made[-1] = replace(made[-1], mode=RungMode.ACT)
    acting = [n for n, one in enumerate(made) if one.mode is RungMode.ACT]
    if draw(st.booleans()):
        made[acting[-1]] = replace(made[acting[-1]], top=True)
    return tuple(made)


@given(ladders(), st.integers(-1, 5), st.integers(-40, 40))
def test_clock_steps_alone_reach_the_top_without_skipping_or_going_back(
    ladder: Ladder, start: int, days: int
) -> None:
    assert flaw_of(ladder) is None
    acting = [n for n, one in enumerate(ladder) if one.mode is RungMode.ACT]
    place = max((n for n in acting if n <= start), default=BEFORE_THE_FIRST)
    now, due = NOW, MONDAY + timedelta(days=days)
    visited, informed = [], []
    while (way := climb(ladder, place)).offer is not None:
        informed += way.inform
        assert way.offer > place
        place = way.offer
        visited.append(place)
        within = PACE.after(now, ladder[place].accept_within)
        moment = sooner(within, next_forced(ladder, place, due, NOW, PACE), now)
        assert now < moment <= within
        now = moment
    informed += way.inform

    assert place == top_of(ladder)
    assert visited == [n for n in acting if n > start]
    assert informed == sorted(set(informed))
    waited = sum(ladder[n].accept_within.count for n in visited)
    assert CALENDAR.between(MONDAY, local_date(now, AMSTERDAM)) <= waited


@given(ladders(), st.integers(-60, 60))
def test_the_announcement_is_always_before_the_first_moment(ladder: Ladder, days: int) -> None:
    due = MONDAY + timedelta(days=days)
    announced = announced_on(ladder, due, PACE)

    assert announced is not None
    assert CALENDAR.is_working_day(announced)
    assert CALENDAR.add(announced, 1) == local_date(first_moment(ladder, due, NOW, PACE), AMSTERDAM)


@given(st.integers(0, 500_000), st.integers(1, 60))
def test_hours_always_end_when_something_is_delivered(minutes: int, count: int) -> None:
    now, quiet = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes), Quiet()

    found = PACE.after(now, hours(count))

    assert found >= now + timedelta(hours=count)
    local = found.astimezone(AMSTERDAM).time()
    assert not quiet.covers(local) or local == quiet.starts
