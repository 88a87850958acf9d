"""What calendars say in Dutch, and what they keep to themselves."""

from datetime import date, time

import pytest

from core.calendars import CalendarScope, EventKind, EventState, Override, When
from templates.calendar_words import DUTCH
from tests.feeds.samples import calendar, meeting

ON = When(date(2026, 6, 4))


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [
        (EventKind.MEETING, EventState.CONFIRMED, "Overleg"),
        (EventKind.MEETING, EventState.CANCELLED, "Vervallen: Overleg"),
        (EventKind.MEETING, EventState.NOT_HELD, "Ging niet door: Overleg"),
        (EventKind.MEETING, EventState.TO_BE_SET, "Nog te plannen: Overleg (uiterlijk do 4 jun)"),
        (EventKind.MEETING, EventState.GONE, "Vervallen: Overleg"),
        (EventKind.SUBMISSION, EventState.CONFIRMED, "Aanleveren: Overleg"),
        (EventKind.PREPARATION, EventState.DONE, "Gedaan: Overleg"),
        (EventKind.MILESTONE, EventState.DONE, "Gedaan: Overleg"),
    ],
)
def test_a_title_says_how_it_stands(kind: EventKind, state: EventState, said: str) -> None:
    assert DUTCH.summary(meeting(kind=kind, state=state, when=ON)) == said


@pytest.mark.parametrize(
    ("norm", "state", "said"),
    [
        ("1", EventState.CONFIRMED, "NHZ-7: norm 1"),
        ("2", EventState.EXPLAINED, "NHZ-7: norm 2, nieuwe datum"),
        ("3", EventState.DONE, "Gehaald: NHZ-7: norm 3"),
        ("crisisplek.1", EventState.CONFIRMED, "NHZ-7: crisisplek 1"),
        ("maatregel", EventState.CANCELLED, "Vervallen: NHZ-7: maatregel"),
    ],
)
def test_a_term_is_called_by_its_case_code_and_short_name(norm: str, state: EventState, said: str) -> None:
    event = meeting(kind=EventKind.TERM, title="NHZ-7", norm=norm, state=state, when=ON)

    assert DUTCH.summary(event) == said


def test_an_earlier_date_that_was_necessary_says_so() -> None:
    event = meeting(kind=EventKind.NEEDED_BY, title="NHZ-7", norm="3", when=ON)

    assert DUTCH.summary(event) == "NHZ-7: norm 3, eerder nodig"


@pytest.mark.parametrize("kind", [EventKind.TERM, EventKind.NEEDED_BY])
def test_what_left_a_calendar_names_no_case_and_why_a_case_is_late_is_never_said(kind: EventKind) -> None:
    event = meeting(kind=kind, title="NHZ-7", norm="3", state=EventState.GONE, when=ON, why="wachtlijst")

    assert (DUTCH.summary(event), DUTCH.description(event)) == ("Vervallen", "")


def test_a_date_of_a_series_says_where_it_came_from_and_why() -> None:
    part = Override(date(2026, 6, 4), When(date(2026, 6, 9), time(13)), why="zomerreces")

    assert DUTCH.description(meeting(), part) == "Eerst op donderdag 4 juni 2026.\nReden: zomerreces"
    same_day = Override(date(2026, 6, 4), When(date(2026, 6, 4), time(13)), EventState.CANCELLED)
    assert DUTCH.description(meeting(), same_day) == ""
    assert DUTCH.summary(meeting(), same_day) == "Vervallen: Overleg"


def test_a_deadline_on_a_day_off_says_both_dates() -> None:
    event = meeting(
        kind=EventKind.SUBMISSION, when=When(date(2026, 1, 9)), formal_on=date(2026, 1, 10), title="Cijfers"
    )

    assert DUTCH.description(event) == (
        "Afgesproken datum: zaterdag 10 januari 2026. De werkdag die hier staat, geldt als uiterste dag."
    )


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        (CalendarScope.GOVERNANCE, "Termijnwacht: overleggen en aanleveringen"),
        (CalendarScope.MINE, "Termijnwacht: mijn termijnen en overleggen"),
        (CalendarScope.TEAM, "Termijnwacht: termijnen van mijn team"),
        (CalendarScope.REGION, "Termijnwacht: overleggen van Noord"),
        (CalendarScope.SERIES, "Termijnwacht: Noord"),
    ],
)
def test_a_calendar_has_a_name_and_says_that_it_is_no_alarm(scope: CalendarScope, name: str) -> None:
    made = calendar(scope=scope)

    assert DUTCH.name(made) == name
    assert DUTCH.about(made).endswith(
        "Dit is een overzicht en geen alarm: je agenda kijkt soms pas na een dag of er iets is veranderd."
    )


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_can_be_sorted_by_one_word(kind: EventKind) -> None:
    (word,) = DUTCH.categories(meeting(kind=kind))

    assert word[0].isupper()
