"""A series as calendar events: what is by the rule, what differs, what is left out and what is single."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendars import CalendarEvent, EventKind, EventState, Override, When, window_on
from core.chain import Step
from core.meeting_changes import Change, Changes
from core.meeting_events import Shown, series_events
from core.occurrences import Days
from core.series import Closure, InClosure, OnDayOff, Series, SeriesKind
from core.workdays import WorkingCalendar
from tests.feeds.histories import CHANGED_AT, History, histories, name_of

TODAY = date(2026, 6, 10)
WINDOW = window_on(TODAY, 3, 12)
SHOWN = Shown(WINDOW, TODAY - timedelta(days=30), whole=True, busy=True)
DAYS = Days(WorkingCalendar())
WEEKLY = Series(
    "reeks",
    "Overleg",
    SeriesKind.MEETING,
    date(2025, 1, 2),
    rule="FREQ=WEEKLY",
    at=time(10),
    on_day_off=OnDayOff.KEEP,
)
ON = date(2026, 6, 25)
"""A Thursday of the series."""


def events(
    series: Series = WEEKLY, *changes: Change, shown: Shown = SHOWN, days: Days = DAYS
) -> list[CalendarEvent]:
    return series_events(series, days, Changes({one.original_on: one for one in changes}), shown, name_of)


def the_rule(*changes: Change, series: Series = WEEKLY, shown: Shown = SHOWN) -> CalendarEvent:
    (found,) = [one for one in events(series, *changes, shown=shown) if one.recurrence]
    return found


def test_a_series_without_changes_is_one_event_from_its_first_day_to_the_end_of_the_window() -> None:
    (found,) = events()

    assert found.when == When(date(2025, 1, 2), time(10), 60)
    assert found.recurrence is not None
    assert (found.recurrence.rule, found.recurrence.until_on) == ("FREQ=WEEKLY", date(2027, 6, 24))
    assert (found.recurrence.left_out, found.recurrence.overrides) == ((), ())


@given(months=st.integers(0, 30))
def test_the_window_never_moves_the_start_nor_the_name_of_a_series(months: int) -> None:
    later = replace(SHOWN, window=window_on(TODAY + timedelta(days=30 * months), 3, 12))

    assert the_rule(shown=later).when == the_rule().when
    assert the_rule(shown=later).uid == the_rule().uid


def test_a_moved_date_is_an_override_that_remembers_its_day_by_the_rule() -> None:
    found = the_rule(
        Change(ON, moved_on=date(2026, 6, 30), moved_at=time(13), version=1, changed_at=CHANGED_AT)
    )

    assert found.recurrence is not None
    assert found.recurrence.overrides == (Override(ON, When(date(2026, 6, 30), time(13), 60)),)
    assert found.changed_at == CHANGED_AT


@pytest.mark.parametrize("days", [-900, 700])
def test_a_date_that_went_far_away_is_left_out_and_not_read_at_its_old_place(days: int) -> None:
    found = the_rule(Change(ON, moved_on=ON + timedelta(days=days), version=1))

    assert found.recurrence is not None
    assert found.recurrence.left_out == (ON,)


def test_a_series_keeps_its_start_when_its_first_date_went_far_away() -> None:
    first = WEEKLY.starts_on
    found = the_rule(Change(first, moved_on=first - timedelta(days=400), version=1))

    assert found.when.on == first
    assert found.recurrence is not None
    assert found.recurrence.left_out == (first,)


def test_a_cancelled_date_stays_as_such_for_a_while_and_is_left_out_after() -> None:
    recent = the_rule(Change(ON, cancelled="ziekte", version=1))
    long_ago = the_rule(Change(date(2026, 4, 2), cancelled="ziekte", version=1))

    assert recent.recurrence is not None
    assert [one.state for one in recent.recurrence.overrides] == [EventState.CANCELLED]
    assert long_ago.recurrence is not None
    assert (long_ago.recurrence.overrides, long_ago.recurrence.left_out) == ((), (date(2026, 4, 2),))


def test_a_date_that_a_recess_took_is_left_out_also_when_somebody_cancels_it() -> None:
    days = replace(DAYS, closures=(Closure("z", "zomer", ON, ON),))
    series = replace(WEEKLY, in_closure=InClosure.SKIP)
    (found,) = events(series, Change(ON, cancelled="dubbel", version=1), days=days)

    assert found.recurrence is not None
    assert (found.recurrence.overrides, found.recurrence.left_out) == ((), (ON,))


def test_an_added_date_is_an_event_of_its_own() -> None:
    extra = date(2026, 6, 23)
    found = [one for one in events(WEEKLY, Change(extra, added=True, version=1)) if not one.recurrence]

    assert [(one.uid, one.when) for one in found] == [
        (name_of("meeting", "reeks", "2026-06-23"), When(extra, time(10), 60))
    ]


def test_a_deadline_takes_the_whole_day_also_when_a_time_was_agreed() -> None:
    series = replace(WEEKLY, kind=SeriesKind.SUBMISSION, at=time(17))
    found = the_rule(series=series)

    assert found.kind is EventKind.SUBMISSION
    assert found.when == When(WEEKLY.starts_on)
    assert found.recurrence is not None
    assert found.recurrence.overrides == ()


def test_a_deadline_on_a_day_off_is_an_override_with_both_dates() -> None:
    series = Series(
        "cijfers",
        "Cijfers",
        SeriesKind.SUBMISSION,
        date(2026, 5, 10),
        rule="FREQ=MONTHLY;BYMONTHDAY=10",
        on_day_off=OnDayOff.PREVIOUS,
    )
    found = the_rule(series=series)

    assert found.recurrence is not None
    first = found.recurrence.overrides[0]
    assert (first.original_on, first.when, first.formal_on) == (
        date(2026, 5, 10),
        When(date(2026, 5, 8)),
        date(2026, 5, 10),
    )


@pytest.mark.parametrize(
    ("rule", "at", "minutes", "alike"),
    [
        ("FREQ=WEEKLY", time(10), 60, True),
        ("FREQ=WEEKLY", None, 60, True),
        ("FREQ=WEEKLY", time(1, 59), 30, False),
        ("FREQ=WEEKLY", time(2, 30), 30, False),
        ("FREQ=WEEKLY", time(3), 30, True),
        ("FREQ=WEEKLY", time(0), 119, True),
        ("FREQ=WEEKLY", time(0), 120, False),
        ("FREQ=WEEKLY", time(22), 240, False),
        ("FREQ=WEEKLY", time(22), 180, True),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", time(10), 60, False),
        ("freq=monthly;byday=mo,tu;bysetpos=-1", time(10), 60, False),
    ],
)
def test_a_rule_that_clients_read_differently_is_single_dates(
    rule: str,
    at: time | None,
    minutes: int,
    alike: bool,  # noqa: FBT001
) -> None:
    found = events(replace(WEEKLY, rule=rule, at=at, minutes=minutes))

    assert [one.recurrence is not None for one in found] == ([True] if alike else [False] * len(found))
    assert len(found) == 1 if alike else len(found) > 12


def test_bounds_of_a_rule_are_left_to_the_last_day() -> None:
    found = the_rule(series=replace(WEEKLY, rule="FREQ=WEEKLY;COUNT=3"))

    assert found.recurrence is not None
    assert (found.recurrence.rule, found.recurrence.until_on) == ("FREQ=WEEKLY", date(2025, 1, 16))


def test_a_date_still_to_be_set_is_a_day_and_one_that_was_held_on_no_known_day_is_nothing() -> None:
    series = Series("leren", "Leersessie", SeriesKind.MEETING, date(2026, 4, 1), times_a_year=4)

    assert next((one.when.on, one.state) for one in events(series)) == (
        date(2026, 6, 30),
        EventState.TO_BE_SET,
    )
    held = events(series, Change(date(2026, 4, 1), held=True, version=1))
    assert next(one.when.on for one in held) == date(2026, 9, 30)


def test_preparation_is_shown_with_the_whole_and_from_the_window_on() -> None:
    series = replace(WEEKLY, starts_on=date(2000, 1, 6), rule="FREQ=WEEKLY", steps=(Step("a", "agenda", 5),))
    done = replace(SHOWN, done=frozenset({(ON, "a")}))
    steps = [one for one in events(series, shown=done) if one.kind is EventKind.PREPARATION]

    assert min(one.when.on for one in steps) >= WINDOW.first
    assert [one.when.on for one in steps if one.state is EventState.DONE] == [date(2026, 6, 18)]
    assert [one for one in events(series, shown=replace(SHOWN, whole=False)) if not one.recurrence] == []


@given(history=histories())
def test_names_are_unique_and_each_date_of_a_rule_is_left_out_or_different_at_most_once(
    history: History,
) -> None:
    found = history.events()

    assert len({one.uid for one in found}) == len(found)
    for one in found:
        if one.recurrence is not None:
            different = [part.original_on for part in one.recurrence.overrides]
            said = [*one.recurrence.left_out, *different]
            assert len(said) == len(set(said))
            assert all(one.when.on <= on <= one.recurrence.until_on for on in said)


@given(history=histories())
def test_without_the_whole_nothing_tells_a_place_a_link_or_a_reason(history: History) -> None:
    for one in history.events(whole=False):
        parts = one.recurrence.overrides if one.recurrence else ()
        assert (one.place, one.link, one.why) == (None, None, "")
        assert {(part.place, part.why) for part in parts} <= {(None, "")}


def test_a_series_that_nobody_changed_tells_no_moment() -> None:
    assert the_rule().changed_at is None
