"""The bytes of a calendar to subscribe to, property by property."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from core.calendars import (
    Calendar,
    CalendarEvent,
    CalendarScope,
    EventKind,
    EventState,
    Override,
    Recurrence,
    When,
)
from core.clocktime import AMSTERDAM
from feeds.calendar import PRODUCT, to_ical
from templates.calendar_words import DUTCH
from tests.feeds.samples import CHANGED_AT, calendar, meeting, published

SERIES = meeting(
    recurrence=Recurrence(
        "FREQ=WEEKLY;INTERVAL=6",
        date(2026, 11, 19),
        (date(2026, 8, 27), date(2026, 7, 16)),
        (Override(date(2026, 10, 8), When(date(2026, 10, 9), time(13), 60), place="elders"),),
    )
)


def lines_of(*events: CalendarEvent, **values: object) -> list[str]:
    """Return the unfolded lines of a calendar."""
    body = to_ical(calendar(*events, **values), DUTCH, zone=AMSTERDAM)
    return unfolded(body)


def unfolded(body: bytes) -> list[str]:
    return body.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def in_event(lines: list[str], number: int = 0) -> list[str]:
    """Return the lines of one event, in their order."""
    begins = [at for at, line in enumerate(lines) if line == "BEGIN:VEVENT"][number]
    return lines[begins + 1 : lines.index("END:VEVENT", begins)]


def values_of(lines: list[str], name: str) -> list[str]:
    return [line for line in lines if re.match(rf"{name}[;:]", line)]


def test_a_calendar_says_what_it_is_and_when_to_come_back() -> None:
    head = lines_of()[: lines_of().index("BEGIN:VTIMEZONE")]

    assert {
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:Termijnwacht: overleggen van Noord",
        "X-WR-CALNAME:Termijnwacht: overleggen van Noord",
        "COLOR:steelblue",
        "X-APPLE-CALENDAR-COLOR:#4682B4",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "URL:https://tw.example.nl",
    } <= set(head)
    (about,), (as_known,) = values_of(head, "DESCRIPTION"), values_of(head, "X-WR-CALDESC")
    assert about.partition(":")[2] == as_known.partition(":")[2]
    assert "geen alarm" in about


def test_a_calendar_without_an_address_says_none() -> None:
    body = to_ical(Calendar(CalendarScope.MINE, "", ()), DUTCH, zone=AMSTERDAM)

    assert values_of(unfolded(body), "URL") == []


@pytest.mark.parametrize(
    "name", ["ATTENDEE", "ORGANIZER", "CLASS", "RDATE", "SOURCE", "X-WR-TIMEZONE", "COUNT"]
)
def test_what_harms_in_a_calendar_is_not_in_it(name: str) -> None:
    assert values_of(lines_of(SERIES, meeting("twee")), name) == []


def test_the_bytes_have_no_mark_in_front_and_end_every_line_with_crlf() -> None:
    body = to_ical(calendar(SERIES), DUTCH, zone=AMSTERDAM)

    assert body.startswith(b"BEGIN:VCALENDAR\r\n")
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert body.count(b"\n") == body.count(b"\r") == body.count(b"\r\n")


def test_the_time_zone_has_one_rule_for_summer_and_one_for_winter_before_the_events() -> None:
    lines = lines_of(SERIES)
    block = lines[lines.index("BEGIN:VTIMEZONE") : lines.index("END:VTIMEZONE")]

    assert lines.index("END:VTIMEZONE") < lines.index("BEGIN:VEVENT")
    assert sorted(values_of(block, "RRULE")) == [
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    ]
    assert values_of(block, "DTSTART") == ["DTSTART:19810329T020000", "DTSTART:19961027T030000"]
    assert values_of(block, "TZID") == ["TZID:Europe/Amsterdam"]


def test_times_and_block_have_the_name_of_the_house_zone() -> None:
    lines = unfolded(to_ical(calendar(meeting()), DUTCH, zone=ZoneInfo("Europe/Brussels")))

    assert "TZID:Europe/Brussels" in lines
    assert "DTSTART;TZID=Europe/Brussels:20260604T100000" in lines


def test_a_zone_with_other_clocks_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="America/New_York does not keep Dutch time"):
        to_ical(calendar(), DUTCH, zone=ZoneInfo("America/New_York"))


def test_the_moment_of_the_last_change_is_stamp_and_last_modified_in_whole_utc_seconds() -> None:
    event = in_event(lines_of(meeting()))

    assert values_of(event, "DTSTAMP") == ["DTSTAMP:20260601T073015Z"]
    assert values_of(event, "LAST-MODIFIED") == ["LAST-MODIFIED:20260601T073015Z"]
    assert values_of(event, "SEQUENCE") == ["SEQUENCE:3"]


def test_a_moment_with_another_offset_is_said_in_utc() -> None:
    entry = replace(published(meeting()), changed_at=CHANGED_AT.astimezone(timezone(timedelta(hours=2))))
    body = to_ical(Calendar(CalendarScope.MINE, "", (entry,)), DUTCH, zone=AMSTERDAM)

    assert b"\r\nDTSTAMP:20260601T073015Z\r\n" in body


def test_the_same_calendar_gives_the_same_bytes_in_whatever_order_its_entries_came() -> None:
    one, two = meeting("een"), meeting("twee", when=When(date(2026, 5, 1)))
    body = to_ical(calendar(one, two), DUTCH, zone=AMSTERDAM)

    assert to_ical(calendar(two, one), DUTCH, zone=AMSTERDAM) == body
    assert body.index(b"UID:twee") < body.index(b"UID:een")


def test_a_meeting_has_wall_times_and_a_deadline_a_day_whose_end_does_not_count() -> None:
    assert values_of(in_event(lines_of(meeting())), "DT(START|END)") == [
        "DTSTART;TZID=Europe/Amsterdam:20260604T100000",
        "DTEND;TZID=Europe/Amsterdam:20260604T113000",
    ]
    deadline = meeting(kind=EventKind.SUBMISSION, when=When(date(2026, 12, 31)))
    assert values_of(in_event(lines_of(deadline)), "DT(START|END)") == [
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
    ]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (
            When(date(2026, 6, 4), time(23), 120),
            (";TZID=Europe/Amsterdam:20260604T230000", "20260605T010000"),
        ),
        (
            When(date(2026, 3, 29), time(2, 30), 30),
            (";TZID=Europe/Amsterdam:20260329T033000", "20260329T040000"),
        ),
        (
            When(date(2026, 3, 29), time(1, 30), 60),
            (";TZID=Europe/Amsterdam:20260329T013000", "20260329T033000"),
        ),
        (When(date(2026, 10, 25), time(2, 30), 30), (":20261025T003000Z", "20261025T010000Z")),
        (When(date(2026, 10, 25), time(1, 30), 60), (":20261024T233000Z", "20261025T003000Z")),
        (
            When(date(2026, 10, 25), time(1, 30), 180),
            (";TZID=Europe/Amsterdam:20261025T013000", "20261025T033000"),
        ),
    ],
)
def test_a_meeting_lasts_as_long_as_agreed_over_a_clock_change(when: When, expected: tuple[str, str]) -> None:
    begins, ends = values_of(in_event(lines_of(meeting(when=when))), "DT(START|END)")

    assert (begins.removeprefix("DTSTART"), ends.rpartition(":")[2]) == expected


def test_a_series_has_its_rule_what_is_left_out_in_order_and_each_other_date() -> None:
    lines = lines_of(SERIES)
    whole, other = in_event(lines), in_event(lines, 1)

    assert values_of(whole, "RRULE") == ["RRULE:FREQ=WEEKLY;UNTIL=20261119T090000Z;INTERVAL=6"]
    assert values_of(whole, "EXDATE") == [
        "EXDATE;TZID=Europe/Amsterdam:20260716T100000",
        "EXDATE;TZID=Europe/Amsterdam:20260827T100000",
    ]
    assert values_of(other, "(UID|RECURRENCE-ID|DTSTART|LOCATION)") == [
        "DTSTART;TZID=Europe/Amsterdam:20261009T130000",
        "UID:een@termijnwacht",
        "RECURRENCE-ID;TZID=Europe/Amsterdam:20261008T100000",
        "LOCATION:elders",
    ]


def test_a_series_of_whole_days_has_days_everywhere() -> None:
    rule = Recurrence(
        "FREQ=MONTHLY;BYMONTHDAY=10",
        date(2026, 12, 10),
        (date(2026, 7, 10),),
        (Override(date(2026, 10, 10), When(date(2026, 10, 9)), formal_on=date(2026, 10, 10)),),
    )
    series = meeting(kind=EventKind.SUBMISSION, when=When(date(2026, 6, 10)), recurrence=rule)
    whole, other = in_event(lines_of(series)), in_event(lines_of(series), 1)

    assert values_of(whole, "(RRULE|EXDATE)") == [
        "RRULE:FREQ=MONTHLY;UNTIL=20261210;BYMONTHDAY=10",
        "EXDATE;VALUE=DATE:20260710",
    ]
    assert values_of(other, "RECURRENCE-ID") == ["RECURRENCE-ID;VALUE=DATE:20261010"]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (EventState.CONFIRMED, "CONFIRMED"),
        (EventState.EXPLAINED, "CONFIRMED"),
        (EventState.TO_BE_SET, "TENTATIVE"),
        (EventState.CANCELLED, "CANCELLED"),
        (EventState.NOT_HELD, "CANCELLED"),
        (EventState.DONE, "CANCELLED"),
        (EventState.GONE, "CANCELLED"),
    ],
)
def test_each_state_has_its_status(state: EventState, status: str) -> None:
    assert values_of(in_event(lines_of(meeting(state=state))), "STATUS") == [f"STATUS:{status}"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"busy": True}, ["TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"]),
        ({}, ["TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"]),
        (
            {"busy": True, "state": EventState.CANCELLED},
            ["TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"],
        ),
        (
            {"busy": True, "when": When(date(2026, 6, 4))},
            ["TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"],
        ),
    ],
)
def test_only_a_meeting_that_one_takes_part_in_takes_time(values: dict[str, object], said: list[str]) -> None:
    assert values_of(in_event(lines_of(meeting(**values))), "(TRANSP|X-MICROSOFT-CDO-BUSYSTATUS)") == said


def test_an_alarm_only_shows_something_and_only_of_what_is_still_on() -> None:
    event = in_event(lines_of(meeting(alarm=timedelta(minutes=30))))

    assert event[-5:] == [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Overleg",
        "TRIGGER:-PT30M",
        "END:VALARM",
    ]
    off = in_event(lines_of(meeting(alarm=timedelta(minutes=30), state=EventState.CANCELLED)))
    assert "BEGIN:VALARM" not in off
    assert "BEGIN:VALARM" not in in_event(lines_of(meeting()))


def test_nothing_in_the_bytes_asks_what_time_it_is() -> None:
    changed = datetime(2020, 1, 1, tzinfo=UTC)
    entry = replace(published(meeting()), changed_at=changed)
    body = to_ical(Calendar(CalendarScope.MINE, "", (entry,)), DUTCH, zone=AMSTERDAM)

    moments = set(re.findall(rb"\d{8}T\d{6}Z?", body))
    assert moments == {
        b"19810329T020000",
        b"19961027T030000",
        b"20200101T000000Z",
        b"20260604T100000",
        b"20260604T113000",
    }
