"""A meeting in one's own calendar: by mail each letter replaces the one before, in the chat a file does."""

from collections.abc import AsyncIterator
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import icalendar
import pytest

from tests.factories import CHATS, PAGES, at
from tests.stories.test_governance import a_world_with_leader, open_entry
from tests.stories.world import World, link_in

OFFICIAL = "amb-1@regio.example"


@pytest.fixture
async def governed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setitem(CHATS, "pl-1", 190)
    async with a_world_with_leader(tmp_path) as made:
        yield made


def parts(mail: EmailMessage) -> list[EmailMessage]:
    return [part for part in mail.walk() if part.get_content_type() == "text/calendar"]  # type: ignore[misc]


def event_in(part: EmailMessage) -> icalendar.Event:
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == str(calendar["method"])
    (event,) = calendar.walk("VEVENT")
    return event


def told(event: icalendar.Event) -> tuple[str, str, str]:
    return event["dtstart"].dt.strftime("%d-%m %H:%M"), str(event["status"]), str(event["summary"])


async def move(world: World, day: str) -> None:
    await world.press("pl-1", "Datum kiezen")
    await world.press("pl-1", day)
    await world.press("pl-1", "Overslaan")


async def test_three_mails_whose_invitations_replace_each_other(governed: World) -> None:
    # The reminder of five working days before brings the meeting, and stays a letter.
    await governed.until(at(date(2026, 3, 16), 9))
    (reminder,) = governed.mails_to(OFFICIAL)
    (invited,) = parts(reminder)
    assert (invited.get_filename(), invited.get_content_disposition()) == (
        "overleg-2026-03-23.ics",
        "attachment",
    )
    first = event_in(invited)
    assert told(first) == ("23-03 10:00", "CONFIRMED", "Overleg Rijk")
    assert str(first["organizer"]) == "mailto:wacht@example.nl"
    assert str(first["attendee"]) == f"mailto:{OFFICIAL}"
    # It moves: the mail is the invitation, in the letter and as a file.
    await governed.say("pl-1", "/agenda")
    await open_entry(governed, "ma 23 mrt 10.00")
    await move(governed, "25")
    await governed.press("pl-1", "Ja")  # its preparation would have begun before today
    await governed.until(at(date(2026, 3, 16), 10))
    changed = governed.mails_to(OFFICIAL)[-1]
    assert [part.get_content_disposition() for part in parts(changed)] == [None, "attachment"]
    second = event_in(parts(changed)[0])
    assert told(second) == ("25-03 10:00", "CONFIRMED", "Overleg Rijk")
    # It is cancelled: the mail takes it out again.
    await governed.say("pl-1", "/agenda")
    await open_entry(governed, "wo 25 mrt 10.00")
    await governed.press("pl-1", "Laten vervallen")
    await governed.say("pl-1", "te weinig punten")
    await governed.until(at(date(2026, 3, 16), 11))
    cancelled = governed.mails_to(OFFICIAL)[-1]
    assert [part.get_param("method") for part in parts(cancelled)] == ["CANCEL", "CANCEL"]
    third = event_in(parts(cancelled)[0])
    assert told(third) == ("25-03 10:00", "CANCELLED", "Vervallen: Overleg Rijk")
    assert len({str(one["uid"]) for one in (first, second, third)}) == 1
    assert [int(one["sequence"]) for one in (first, second, third)] == [0, 1, 2]


async def test_a_file_in_the_chat_is_replaced_by_the_next_one(governed: World) -> None:
    await governed.until(at(date(2026, 3, 3), 9))
    await governed.say("pl-1", "/agenda")
    await open_entry(governed, "ma 23 mrt 10.00")
    await governed.press("pl-1", "Agendabestand")
    first = governed.said_to("pl-1")[-1]
    assert "een nieuw bestand" in first.text
    await move(governed, "25")
    await governed.press("pl-1", "Agendabestand")
    second = governed.said_to("pl-1")[-1]
    assert first.file is not None
    assert second.file is not None
    assert (first.file.name, second.file.name) == ("overleg-2026-03-23.ics", "overleg-2026-03-25.ics")
    calendars = [icalendar.Calendar.from_ical(one.file.content) for one in (first, second) if one.file]
    assert [str(one["method"]) for one in calendars] == ["PUBLISH", "PUBLISH"]
    events = [one.walk("VEVENT")[0] for one in calendars]
    assert events[0]["uid"] == events[1]["uid"]
    assert [int(one["sequence"]) for one in events] == [0, 1]
    assert "attendee" not in events[0]


async def test_the_file_of_a_cancelled_meeting_says_so_in_the_chat_and_on_its_page(governed: World) -> None:
    await governed.until(at(date(2026, 3, 16), 9))
    address = link_in(governed.mails_to(OFFICIAL)[0], "Bekijken en antwoorden")
    await governed.say("pl-1", "/agenda")
    await open_entry(governed, "ma 23 mrt 10.00")
    await governed.press("pl-1", "Laten vervallen")
    await governed.say("pl-1", "te weinig punten")
    await governed.press("pl-1", "Agendabestand")
    sent = governed.said_to("pl-1")[-1]
    assert "gaat niet door" in sent.text
    assert sent.file is not None
    page = await governed.web.get(f"{address}?agendabestand")
    for content in (sent.file.content, page.content):
        calendar = icalendar.Calendar.from_ical(content)
        (event,) = calendar.walk("VEVENT")
        assert str(calendar["method"]) == "PUBLISH"
        assert told(event) == ("23-03 10:00", "CANCELLED", "Vervallen: Overleg Rijk")
        assert int(event["sequence"]) == 1


async def test_the_page_behind_a_mail_link_has_the_file_too(governed: World) -> None:
    await governed.until(at(date(2026, 3, 16), 9))
    (reminder,) = governed.mails_to(OFFICIAL)
    address = link_in(reminder, "Bekijken en antwoorden")
    page = await governed.web.get(address)
    assert 'href="?agendabestand"' in page.text
    file = await governed.web.get(f"{address}?agendabestand")
    assert file.headers["content-type"] == "text/calendar; method=PUBLISH; charset=utf-8"
    (event,) = icalendar.Calendar.from_ical(file.content).walk("VEVENT")
    assert told(event) == ("23-03 10:00", "CONFIRMED", "Overleg Rijk")
    nothing = await governed.web.get(f"{PAGES}/a/nergens?agendabestand")
    assert nothing.status_code == 404
