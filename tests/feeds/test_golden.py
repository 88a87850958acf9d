"""A whole calendar of each scope, byte for byte apart from the ends of its lines."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.calendars import (
    Calendar,
    CalendarEvent,
    CalendarScope,
    EventKind,
    EventState,
    Published,
    When,
    window_on,
)
from core.chain import Step
from core.clocktime import AMSTERDAM
from core.meeting_changes import Change, Changes
from core.meeting_events import Shown, series_events
from core.occurrences import Days
from core.series import Closure, OnDayOff, Series, SeriesKind
from core.workdays import WorkingCalendar
from feeds.calendar import to_ical
from templates.calendar_words import DUTCH
from tests.feeds.histories import name_of
from tests.goldens import Golden

TODAY = date(2026, 6, 10)
WINDOW = window_on(TODAY, 3, 12)
CHANGED_AT = datetime(2026, 6, 9, 14, 5, tzinfo=UTC)
DAYS = Days(WorkingCalendar(), (Closure("zomer", "zomerreces", date(2026, 7, 13), date(2026, 8, 21)),))
RIJK = Series(
    "overleg-rijk",
    "Ambtelijk overleg met het Rijk",
    SeriesKind.MEETING,
    date(2026, 1, 22),
    rule="FREQ=WEEKLY;INTERVAL=6",
    at=time(10),
    minutes=90,
    place="Provinciehuis, Haarlem",
    link="https://overleg.example.nl/rijk",
    steps=(Step("agenda", "agenda versturen", 10),),
)
CIJFERS = Series(
    "wachtlijst",
    "Wachtlijstcijfers",
    SeriesKind.SUBMISSION,
    date(2026, 1, 10),
    rule="FREQ=MONTHLY;BYMONTHDAY=10",
    on_day_off=OnDayOff.PREVIOUS,
)
LEREN = Series("leren", "Leersessie", SeriesKind.MEETING, date(2026, 4, 1), times_a_year=4)
CHANGES = Changes(
    {
        on: replace(change, version=1, changed_at=CHANGED_AT)
        for on, change in {
            date(2026, 4, 16): Change(date(2026, 4, 16), held=True),
            date(2026, 5, 28): Change(date(2026, 5, 28), held=False),
            date(2026, 10, 1): Change(date(2026, 10, 1), moved_on=date(2026, 10, 6), moved_at=time(13, 30)),
            date(2026, 11, 12): Change(date(2026, 11, 12), cancelled="te weinig mensen; later weer"),
            date(2026, 12, 24): Change(date(2026, 12, 24), place="online"),
            date(2026, 9, 3): Change(date(2026, 9, 3), added=True, moved_at=time(9)),
        }.items()
    }
)


def of_series(*series: Series, whole: bool) -> list[CalendarEvent]:
    done = frozenset({(date(2026, 7, 9), "agenda")}) if whole else frozenset()
    shown = Shown(WINDOW, TODAY - timedelta(days=30), whole, busy=whole, done=done)
    return [
        event
        for one in series
        for event in series_events(one, DAYS, CHANGES if one is RIJK else Changes(), shown, name_of)
    ]


def of_term(case: str, norm: str, on: date, state: EventState = EventState.CONFIRMED) -> CalendarEvent:
    return CalendarEvent(name_of("term", case, norm), EventKind.TERM, case, When(on), state, norm=norm)


TERMS = [
    of_term("NHZ-2026-014", "1", date(2026, 6, 12)),
    of_term("NHZ-2026-014", "2", date(2026, 7, 17), EventState.EXPLAINED),
    of_term("NHZ-2026-009", "3", date(2026, 6, 3), EventState.DONE),
    of_term("NHZ-2026-009", "crisisplek.2", date(2026, 6, 30)),
    of_term("NHZ-2026-002", "maatregel", date(2026, 8, 1), EventState.CANCELLED),
    of_term("", "", date(2026, 6, 20), EventState.GONE),
    CalendarEvent(
        name_of("needed", "NHZ-2026-014"),
        EventKind.NEEDED_BY,
        "NHZ-2026-014",
        When(date(2026, 6, 26)),
        norm="3",
    ),
]
PLANS = [
    CalendarEvent(
        name_of("milestone", "plan"),
        EventKind.MILESTONE,
        "Recruitmentplan opstellen",
        When(date(2026, 9, 30)),
        why="derde kwartaal",
    ),
    CalendarEvent(
        name_of("milestone", "gereed"),
        EventKind.MILESTONE,
        "Convenant getekend",
        When(date(2026, 6, 1)),
        EventState.DONE,
    ),
]
CONTENTS = {
    CalendarScope.GOVERNANCE: ("", of_series(RIJK, CIJFERS, LEREN, whole=False)),
    CalendarScope.MINE: ("", [*of_series(RIJK, whole=True), *TERMS]),
    CalendarScope.TEAM: ("", TERMS),
    CalendarScope.REGION: ("Noord-Holland", [*of_series(CIJFERS, LEREN, whole=True), *PLANS]),
    CalendarScope.SERIES: (RIJK.title, of_series(RIJK, whole=True)),
}


@pytest.mark.parametrize("scope", CalendarScope)
def test_a_calendar_says_word_for_word_what_it_said_before(scope: CalendarScope, golden: Golden) -> None:
    label, events = CONTENTS[scope]
    if scope is CalendarScope.MINE:
        events = [replace(event, alarm=timedelta(minutes=30)) if event.busy else event for event in events]
    entries = tuple(Published(event, 1, event.changed_at or CHANGED_AT) for event in events)
    body = to_ical(Calendar(scope, label, entries, "https://tw.example.nl"), DUTCH, zone=AMSTERDAM)

    golden(f"feeds/{scope}.ics", body.decode().replace("\r\n", "\n"))


@pytest.mark.parametrize(
    "hidden", ["te weinig mensen", "Haarlem", "online", "overleg.example.nl", "agenda versturen"]
)
def test_a_calendar_for_everybody_has_no_reason_place_link_or_preparation(hidden: str) -> None:
    events = of_series(RIJK, CIJFERS, LEREN, whole=False)
    entries = tuple(Published(event, 1, CHANGED_AT) for event in events)
    body = to_ical(Calendar(CalendarScope.GOVERNANCE, "", entries), DUTCH, zone=AMSTERDAM)

    assert hidden not in body.decode().replace("\r\n ", "")
    assert hidden in to_ical(
        Calendar(CalendarScope.MINE, "", tuple(Published(one, 1, CHANGED_AT) for one in CONTENTS["mine"][1])),
        DUTCH,
        zone=AMSTERDAM,
    ).decode().replace("\r\n ", "")
