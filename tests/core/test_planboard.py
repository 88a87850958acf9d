"""The plan board and submissions: periods as said, colours, and what is late."""

from datetime import UTC, date, datetime

import pytest

from core.occurrences import Days, find
from core.oversight import count_characters
from core.planboard import Colour, PlanAction, Word, action_state, read_period
from core.series import OnDayOff, Series, SeriesKind
from core.submissions import Receipt, SubmissionStatus, submissions_of, working_deadline
from core.workdays import WorkingCalendar

CALENDAR = WorkingCalendar()
NOW = datetime(2026, 1, 8, 9, tzinfo=UTC)
TENTH = Series(
    "uitvraag",
    "Uitvraag",
    SeriesKind.SUBMISSION,
    date(2022, 5, 10),
    rule="FREQ=MONTHLY;BYMONTHDAY=10",
    on_day_off=OnDayOff.PREVIOUS,
)


@pytest.mark.parametrize(
    ("said", "first", "latest"),
    [
        ("15 juli 2022", date(2022, 7, 15), date(2022, 7, 15)),
        ("juni 2022", date(2022, 6, 1), date(2022, 6, 30)),
        ("Q2 2022", date(2022, 4, 1), date(2022, 6, 30)),
        ("medio juni 2022", date(2022, 6, 10), date(2022, 6, 15)),
        ("medio 2022", date(2022, 4, 1), date(2022, 6, 30)),
        ("begin december 2022", date(2022, 12, 1), date(2022, 12, 10)),
        ("eind maart 2023", date(2023, 3, 21), date(2023, 3, 31)),
        ("voor juni 2022", date(2000, 1, 1), date(2022, 5, 31)),
        ("vóór 1 juni 2022", date(2000, 1, 1), date(2022, 5, 31)),
        ("tot augustus 2022", date(2000, 1, 1), date(2022, 7, 31)),
        ("sept - okt 2022", date(2022, 9, 1), date(2022, 10, 31)),
        ("december 2022 tot en met januari 2023", date(2022, 12, 1), date(2023, 1, 31)),
        ("2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("feb 2024", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_a_period_is_kept_as_said_with_a_computed_latest_day(said: str, first: date, latest: date) -> None:
    period = read_period(said)

    assert (period.said, period.first_on, period.latest_on) == (said, first, latest)


@pytest.mark.parametrize(
    "said",
    [
        "binnenkort",
        "tot en met juni 2022",
        "31 juni 2022",
        "Q5 2022",
        "okt 2022 - sept 2022",
        "juni",
        "",
        "a - b - c 2022",
    ],
)
def test_what_is_no_period_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_period(said)


ACTION = PlanAction("werven", "Zorgmakelaar werven", "pl-1", read_period("aug - sept 2022"))


def word(on: date, colour: Colour = Colour.YELLOW) -> Word:
    return Word(colour, "loopt nog", NOW, on, "pl-1")


def test_an_action_past_its_last_month_without_a_word_is_silent() -> None:
    assert not action_state(ACTION, (), date(2022, 9, 30)).silent
    assert action_state(ACTION, (), date(2022, 10, 1)).silent
    assert action_state(ACTION, (word(date(2022, 9, 1)),), date(2022, 10, 1)).silent


@pytest.mark.parametrize("colour", [Colour.GREEN, Colour.RED])
def test_what_is_done_or_stagnated_is_not_silent(colour: Colour) -> None:
    assert not action_state(ACTION, (word(date(2022, 9, 1), colour),), date(2022, 10, 1)).silent


def test_a_word_after_the_last_month_is_a_word() -> None:
    state = action_state(ACTION, (word(date(2022, 10, 3)),), date(2022, 10, 4))

    assert (state.silent, state.colour) == (False, Colour.YELLOW)


def test_the_working_deadline_is_the_working_day_before_unless_the_series_says_otherwise() -> None:
    sunday = date(2026, 5, 10)

    assert working_deadline(TENTH, sunday, CALENDAR) == date(2026, 5, 8)
    assert working_deadline(TENTH, date(2026, 6, 10), CALENDAR) == date(2026, 6, 10)


def test_every_institution_owes_its_own_submission_and_a_correction_keeps_the_first() -> None:
    occurrence = find(TENTH, Days(CALENDAR), date(2026, 1, 10))
    assert occurrence is not None
    first = Receipt("GIA", "12 wachtenden", date(2026, 1, 9), NOW, "pl-1")
    again = Receipt("GIA", "0 wachtenden", date(2026, 1, 12), NOW, "pl-1")
    late = Receipt("GIB", "3 wachtenden", date(2026, 1, 12), NOW, "pl-1")

    found = submissions_of(
        occurrence, ("GIA", "GIB", "GIC"), (first, again, late), CALENDAR, date(2026, 1, 12)
    )

    assert [(one.organisation, one.status, one.missing) for one in found] == [
        ("GIA", SubmissionStatus.RECEIVED, False),
        ("GIB", SubmissionStatus.RECEIVED_LATE, False),
        ("GIC", SubmissionStatus.LATE, True),
    ]
    assert {(one.due_on, one.working_due_on) for one in found} == {(date(2026, 1, 10), date(2026, 1, 9))}
    assert found[0].receipt == again
    assert found[0].receipts == (first, again)


def test_characters_are_counted_as_a_form_counts_them() -> None:
    assert count_characters("  een\r\ntwee ") == 8
