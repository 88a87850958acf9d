"""A meeting as a file: published, asked for, or taken back."""

from dataclasses import replace
from datetime import date

import icalendar
import pytest

from core.calendars import EventState, Published, Recurrence
from core.clocktime import AMSTERDAM
from feeds.calendar import Method, to_invitation
from templates.calendar_words import DUTCH
from tests.feeds.samples import meeting, published
from tests.feeds.test_calendar import in_event, unfolded, values_of

ADDRESSES = {"organizer": "termijnwacht@region.example", "attendee": "jb-1@gia.example"}


def invitation(entry: Published, method: Method, **addresses: str) -> list[str]:
    return unfolded(to_invitation(entry, DUTCH, zone=AMSTERDAM, method=method, **addresses))


def test_what_is_published_names_nobody_even_when_it_could() -> None:
    lines = invitation(published(meeting()), Method.PUBLISH, **ADDRESSES)

    assert values_of(lines, "METHOD") == ["METHOD:PUBLISH"]
    assert values_of(lines, "(ORGANIZER|ATTENDEE)") == []


def test_a_request_names_who_asks_and_who_is_asked() -> None:
    lines = invitation(published(meeting()), Method.REQUEST, **ADDRESSES)

    assert values_of(lines, "METHOD") == ["METHOD:REQUEST"]
    assert values_of(lines, "ORGANIZER") == ["ORGANIZER:mailto:termijnwacht@region.example"]
    assert values_of(lines, "ATTENDEE") == [
        "ATTENDEE;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:jb-1@gia.example"
    ]
    assert values_of(in_event(lines), "STATUS") == ["STATUS:CONFIRMED"]


@pytest.mark.parametrize("method", [Method.REQUEST, Method.CANCEL])
@pytest.mark.parametrize("lacking", ["organizer", "attendee"])
def test_a_request_without_somebody_is_refused(method: Method, lacking: str) -> None:
    with pytest.raises(ValueError, match="organizer and an attendee"):
        invitation(published(meeting()), method, **(ADDRESSES | {lacking: ""}))


def test_a_series_is_no_invitation() -> None:
    series = meeting(recurrence=Recurrence("FREQ=WEEKLY", date(2026, 7, 2)))

    with pytest.raises(ValueError, match="one date"):
        invitation(published(series), Method.PUBLISH)


def test_a_later_one_replaces_the_first_and_a_cancellation_takes_it_back() -> None:
    event = meeting()
    moved = replace(event, when=replace(event.when, on=date(2026, 6, 5)))
    files = [
        invitation(published(event, 0), Method.REQUEST, **ADDRESSES),
        invitation(published(moved, 1), Method.REQUEST, **ADDRESSES),
        invitation(published(moved, 2), Method.CANCEL, **ADDRESSES),
    ]

    assert [values_of(lines, "UID") for lines in files] == [["UID:een@termijnwacht"]] * 3
    assert [values_of(lines, "SEQUENCE") for lines in files] == [
        ["SEQUENCE:0"],
        ["SEQUENCE:1"],
        ["SEQUENCE:2"],
    ]
    assert values_of(files[2], "(METHOD|STATUS|SUMMARY)") == [
        "METHOD:CANCEL",
        "SUMMARY:Vervallen: Overleg",
        "STATUS:CANCELLED",
    ]


def test_a_cancellation_keeps_what_kind_of_off_it_is() -> None:
    entry = published(meeting(state=EventState.NOT_HELD))

    lines = invitation(entry, Method.CANCEL, **ADDRESSES)

    assert values_of(lines, "SUMMARY") == ["SUMMARY:Ging niet door: Overleg"]


def test_an_address_cannot_add_a_line() -> None:
    hostile = ADDRESSES | {"attendee": "a@b.example\r\nBEGIN:VALARM"}
    body = to_invitation(published(meeting()), DUTCH, zone=AMSTERDAM, method=Method.REQUEST, **hostile)

    (event,) = icalendar.Calendar.from_ical(body).events
    assert event.subcomponents == []


def test_the_file_knows_its_time_zone() -> None:
    lines = invitation(published(meeting()), Method.REQUEST, **ADDRESSES)

    assert lines.index("END:VTIMEZONE") < lines.index("BEGIN:VEVENT")
    assert values_of(lines, "(REFRESH-INTERVAL|X-WR-CALNAME|NAME|RRULE)") == [
        line for line in lines if line.startswith("RRULE:FREQ=YEARLY")
    ]
