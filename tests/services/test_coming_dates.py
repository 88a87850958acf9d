"""What comes in a public calendar, date by date, and which calendars somebody can have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.calendars import CalendarEvent, CalendarScope, EventState
from core.errors import Refused
from core.governance import Governance
from core.people import Role
from core.series import Closure, Participants, Series, SeriesKind, Visibility
from services.calendars.addresses import CalendarAddresses, Reach
from services.calendars.choices import Choice, possible_calendars, public_calendars
from services.calendars.coming import ComingDate, coming_dates
from services.calendars.desk import CalendarDesk
from services.calendars.views import View
from services.governance.access import Deed
from services.governance.adding import add_meeting
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.matters import Ref
from services.house import House
from services.people import NewPerson, add_person
from templates.calendar_words import DUTCH
from tests.factories import CLI, NOW, PAGES, actor, make_rules
from tests.series import ON_THE_TENTH, OPEN_MEETING

OPEN = replace(OPEN_MEETING, participants=Participants())
TABLE = Series(
    "tafel",
    "Bestuurlijke tafel",
    SeriesKind.MEETING,
    date(2026, 1, 1),
    times_a_year=2,
    at=time(13, 30),
    chair="pl-1",
    visibility=Visibility.PUBLIC,
)
CLOSED = replace(
    OPEN, code="besloten", title="Besloten overleg", visibility=Visibility.MEMBERS, region="zuid"
)
RECESS = Closure("zomer", "zomervakantie", date(2026, 7, 4), date(2026, 8, 16))
TODAY = date(2026, 3, 2)


def with_governance(house: House, *series: Series) -> House:
    agreed = Governance({one.code: one for one in series}, (RECESS,))
    return House(house.store, replace(make_rules(), governance=agreed, public_url=PAGES), house.worker)


@pytest.fixture
def governed(house: House) -> House:
    made = with_governance(house, OPEN, TABLE, ON_THE_TENTH, CLOSED)
    for name, role, region in (
        ("pl-1", Role.PROJECT_LEADER, None),
        ("pl-n", Role.PROJECT_LEADER, "noord"),
        ("amb-1", Role.OFFICIAL, None),
    ):
        add_person(made, NewPerson(name, frozenset({role}), region=region), actor=CLI, now=NOW)
    return made


def lead(
    house: House, deed: Deed, original_on: date, filled: Filled | None = None, code: str = "open"
) -> None:
    ref, leader = Ref.of_meeting(code, original_on), actor(house, "pl-1")
    do(house, deed, ref, version=None, actor=leader, now=NOW, filled=filled or Filled())


def coming(house: House, name: str = "governance", now: datetime = NOW) -> list[ComingDate]:
    found = coming_dates(house, name, now=now)
    assert found is not None
    return found


def said(house: House, name: str = "governance") -> list[tuple[date, str]]:
    return [(one.when.on, DUTCH.summary(one.event, one.part)) for one in coming(house, name)]


def test_dates_come_in_order_with_what_is_public_of_them(governed: House) -> None:
    first = said(governed)[:5]
    assert first == [
        (date(2026, 3, 10), "Aanleveren: Uniforme uitvraag"),
        (date(2026, 4, 7), "Regionaal overleg"),
        (date(2026, 4, 10), "Aanleveren: Uniforme uitvraag"),
        (date(2026, 5, 8), "Aanleveren: Uniforme uitvraag"),
        (date(2026, 5, 18), "Regionaal overleg"),
    ]
    everything = repr(coming(governed))
    assert [
        word for word in ("Stadhuis", "overleg.example", "agenda versturen", "Besloten") if word in everything
    ] == []


def test_what_moved_and_what_was_cancelled_is_said_without_the_reason(governed: House) -> None:
    lead(governed, Deed.MOVE, date(2026, 4, 6), Filled(on="2026-04-08", at="11:00", confirmed=True))
    lead(governed, Deed.CANCEL, date(2026, 5, 18), Filled(text="te weinig punten"))
    moved, cancelled = coming(governed, "open")[:2]
    assert (moved.when.on, moved.when.at) == (date(2026, 4, 8), time(11))
    assert DUTCH.description(moved.event, moved.part) == "Eerst op maandag 6 april 2026."
    assert DUTCH.summary(cancelled.event, cancelled.part) == "Vervallen: Regionaal overleg"
    assert "te weinig punten" not in repr(cancelled)


def test_a_date_that_is_to_be_set_is_there_with_its_last_day(governed: House) -> None:
    first = coming(governed, "tafel")[0]
    assert first.event.state is EventState.TO_BE_SET
    assert DUTCH.summary(first.event) == "Nog te plannen: Bestuurlijke tafel (uiterlijk di 30 jun)"


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (datetime(2026, 4, 7, 21, 0, tzinfo=UTC), date(2026, 4, 7)),
        (datetime(2026, 4, 7, 23, 0, tzinfo=UTC), date(2026, 5, 18)),
    ],
)
def test_what_is_today_still_comes_until_midnight_here(governed: House, now: datetime, first: date) -> None:
    assert coming(governed, "open", now)[0].when.on == first


@pytest.mark.parametrize("name", ["besloten", "nergens", "", "GOVERNANCE", "../governance"])
def test_what_is_not_public_gives_nothing(governed: House, name: str) -> None:
    assert coming_dates(governed, name, now=NOW) is None


def expanded(event: CalendarEvent, last: date) -> Iterator[tuple[date, time | None, str, str]]:
    """Expand an event of a calendar as a client does."""
    if event.recurrence is None:
        yield event.when.on, event.when.at, DUTCH.summary(event), DUTCH.description(event)
        return
    rule = event.recurrence
    start = datetime.combine(event.when.on, time.min)
    odd = {one.original_on: one for one in rule.overrides}
    for moment in rrulestr(rule.rule, dtstart=start).between(
        start, datetime.combine(last, time.min), inc=True
    ):
        on = moment.date()
        if on > rule.until_on:
            return
        part = odd.get(on)
        if on not in rule.left_out:
            when = part.when if part else replace(event.when, on=on)
            yield (
                when.on,
                when.at,
                DUTCH.summary(replace(event, when=when), part),
                DUTCH.description(event, part),
            )


DEEDS = st.lists(
    st.tuples(
        st.sampled_from([Deed.MOVE, Deed.MOVE_ALL, Deed.CANCEL, Deed.RESET]),
        st.integers(0, 8),
        st.integers(-60, 60),
    ),
    max_size=6,
)
_numbers = count()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, added=st.lists(st.integers(10, 450), max_size=2))
def test_the_dates_are_those_of_the_calendar_after_any_history(
    governed: House, deeds: list[tuple[Deed, int, int]], added: list[int]
) -> None:
    """Each history goes on a series of its own, so that one house serves them all."""
    series = replace(OPEN, code=f"reeks-{next(_numbers)}")
    house = with_governance(governed, series, replace(ON_THE_TENTH, code=f"{series.code}-u"))
    leader = actor(house, "pl-1")
    for deed, number, days in deeds:
        original = date(2026, 2, 23) + timedelta(weeks=6 * number)
        on = (original + timedelta(days=days)).isoformat()
        with suppress(Refused):  # what a history may not do leaves it as it was
            lead(house, deed, original, Filled(on=on, text="regel", confirmed=True), series.code)
    for days in added:
        on = (TODAY + timedelta(days=days)).isoformat()
        with suppress(Refused):
            add_meeting(house, series.code, on, "10:00", confirmed=True, actor=leader, now=NOW)
    desk = CalendarDesk(house, lambda calendar: repr(calendar).encode())
    entries = desk.calendar(View(CalendarScope.GOVERNANCE), now=NOW).entries
    clients = {
        one
        for entry in entries
        for one in expanded(entry.event, date(2028, 1, 1))
        if one[0] >= TODAY and entry.event.state is not EventState.GONE
    }
    ours = {
        (one.when.on, one.when.at, DUTCH.summary(one.event, one.part), DUTCH.description(one.event, one.part))
        for one in coming(house)
    }
    assert ours == clients


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("jb-1", [Choice(CalendarScope.MINE)]),
        ("tm-1", [Choice(CalendarScope.MINE), Choice(CalendarScope.TEAM)]),
        ("gd-1", [Choice(CalendarScope.MINE)]),
        ("amb-1", [Choice(CalendarScope.MINE)]),
        (
            "pl-n",
            [
                Choice(CalendarScope.MINE),
                Choice(CalendarScope.REGION, "noord", "Noord"),
                Choice(CalendarScope.SERIES, "open", "Regionaal overleg"),
                Choice(CalendarScope.SERIES, "tafel", "Bestuurlijke tafel"),
                Choice(CalendarScope.SERIES, "uitvraag", "Uniforme uitvraag"),
            ],
        ),
    ],
)
def test_what_can_be_had_follows_the_role(governed: House, name: str, choices: list[Choice]) -> None:
    found = possible_calendars(governed, actor=actor(governed, name), now=NOW)
    handing_in = [Choice(CalendarScope.SERIES, "uitvraag", "Uniforme uitvraag")]
    expected = choices + (handing_in if name in ("jb-1", "tm-1", "gd-1") else [])
    assert found == [*expected, Choice(CalendarScope.GOVERNANCE)]


def test_who_takes_part_can_have_a_closed_series(governed: House) -> None:
    member = replace(CLOSED, participants=Participants(people=("jb-1",)))
    house = with_governance(governed, member)
    assert possible_calendars(house, actor=actor(house, "jb-1"), now=NOW) == [
        Choice(CalendarScope.MINE),
        Choice(CalendarScope.SERIES, "besloten", "Besloten overleg"),
    ]
    assert public_calendars(house) == []


@pytest.mark.parametrize(
    ("root", "reach", "reachable"),
    [
        ("https://termijnwacht.regio.nl", Reach.INTERNET, True),
        ("https://termijnwacht.regio.nl:8443/weg", Reach.INTERNET, True),
        ("http://termijnwacht.regio.nl", Reach.INTERNET, False),
        ("https://8.8.8.8", Reach.INTERNET, True),
        ("https://10.0.0.4", Reach.NETWORK, False),
        ("http://192.168.1.2:8080", Reach.NETWORK, False),
        ("https://[fd00::1]", Reach.NETWORK, False),
        ("https://termijnwacht", Reach.NETWORK, False),
        ("https://termijnwacht.intern", Reach.NETWORK, False),
        ("http://127.0.0.1:8080", Reach.COMPUTER, False),
        ("http://[::1]:8080", Reach.COMPUTER, False),
        ("https://LOCALHOST", Reach.COMPUTER, False),
    ],
)
def test_an_address_tells_from_where_it_can_be_fetched(root: str, reach: Reach, *, reachable: bool) -> None:
    found = CalendarAddresses(f"{root}/feeds/governance.ics", "Overleggen & meer")
    assert (found.reach, found.is_reachable) == (reach, reachable)


def test_the_addresses_for_clients_carry_the_calendar_as_each_wants_it() -> None:
    found = CalendarAddresses("https://t.regio.nl/feeds/governance.ics", "Overleggen & meer")
    url, name = "https%3A%2F%2Ft.regio.nl%2Ffeeds%2Fgovernance.ics", "Overleggen%20%26%20meer"
    query = f"/calendar/0/addfromweb?url={url}&name={name}"
    assert found.webcal == "webcal://t.regio.nl/feeds/governance.ics"
    assert found.outlook == f"https://outlook.office.com{query}"
    assert found.outlook_at_home == f"https://outlook.live.com{query}"
