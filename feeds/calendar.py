"""A calendar as iCalendar bytes (RFC 5545, RFC 7986). The same calendar gives the same bytes, always."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Alarm, Component, Event, vDuration, vRecur, vText, vUri
from icalendar import Calendar as CalendarComponent

from core.calendars import (
    REFRESH,
    Calendar,
    CalendarEvent,
    CalendarWords,
    EventState,
    Override,
    Published,
    Recurrence,
    When,
)
from core.clocktime import local_moment
from feeds.lines import address, clean, one_line, to_bytes
from feeds.zone import zone_block

PRODUCT = "-//Termijnwacht//Termijnwacht//NL"
_COLOUR, _COLOUR_AS_HEX = "steelblue", "#4682B4"
_STATUS = {
    EventState.CONFIRMED: "CONFIRMED",
    EventState.EXPLAINED: "CONFIRMED",
    EventState.TO_BE_SET: "TENTATIVE",
    EventState.CANCELLED: "CANCELLED",
    EventState.NOT_HELD: "CANCELLED",
    EventState.DONE: "CANCELLED",
    EventState.GONE: "CANCELLED",
}
_DAY = timedelta(days=1)


class Method(StrEnum):
    """What a client does with a calendar that it is sent (RFC 5546)."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


def to_ical(calendar: Calendar, words: CalendarWords, *, zone: ZoneInfo) -> bytes:
    """Return a calendar to subscribe to; `zone` is where its wall times are."""
    made = _empty(Method.PUBLISH)
    name, about = vText(one_line(words.name(calendar))), vText(one_line(words.about(calendar)))
    for standard, as_known, text in (("name", "x-wr-calname", name), ("description", "x-wr-caldesc", about)):
        made.add(standard, text)
        made.add(as_known, text)
    made.add("color", _COLOUR)
    made.add("x-apple-calendar-color", _COLOUR_AS_HEX)
    made.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(REFRESH))
    if calendar.url:
        made.add("url", vUri(address(calendar.url)))
    made.add_component(zone_block(zone))
    for entry in sorted(calendar.entries, key=_in_order):
        for event in _events(entry, words, zone):
            made.add_component(event)
    return _bytes(made)


def to_document(entry: Published, words: CalendarWords, *, zone: ZoneInfo) -> bytes:
    """Return one dated meeting as a file for who asked for it; a later one with the same UID replaces it.

    It is published, of a cancelled meeting with that status: a cancellation has to name who invited whom
    (RFC 5546, 3.2.5). Refuses a series with ValueError.
    """
    return to_invitation(entry, words, zone=zone, method=Method.PUBLISH)


def to_invitation(
    entry: Published,
    words: CalendarWords,
    *,
    zone: ZoneInfo,
    method: Method,
    organizer: str | None = None,
    attendee: str | None = None,
) -> bytes:
    """Return one dated meeting as a file for who takes part; a later one with the same UID replaces it.

    `organizer` and `attendee` are mail addresses: a request and its cancellation need both, and what is
    published names nobody (RFC 5546, 3.2). Refuses a series with ValueError.
    """
    if entry.event.recurrence is not None:
        message = "an invitation is for one date"
        raise ValueError(message)
    if method is Method.CANCEL and not entry.event.state.is_off:
        entry = replace(entry, event=replace(entry.event, state=EventState.CANCELLED))
    event = _event(entry, words, zone, entry.event.when)
    if method is not Method.PUBLISH:
        _address(event, organizer, attendee)
    made = _empty(method)
    made.add_component(zone_block(zone))
    made.add_component(event)
    return _bytes(made)


def _address(event: Event, organizer: str | None, attendee: str | None) -> None:
    if not organizer or not attendee:
        message = "a request and its cancellation need an organizer and an attendee"
        raise ValueError(message)
    event.add("organizer", address(f"mailto:{organizer}"))
    parameters = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    event.add("attendee", address(f"mailto:{attendee}"), parameters=parameters)


def _empty(method: Method) -> CalendarComponent:
    made = CalendarComponent()
    made.add("version", "2.0")
    made.add("prodid", PRODUCT)
    made.add("calscale", "GREGORIAN")
    made.add("method", method.value)
    return made


def _bytes(made: CalendarComponent) -> bytes:
    return to_bytes(line for line in made.content_lines() if line)


def _in_order(entry: Published) -> tuple[date, str]:
    return entry.event.when.on, entry.event.uid


def _events(entry: Published, words: CalendarWords, zone: ZoneInfo) -> Iterator[Event]:
    """Yield an event, and after a series each of its dates that differs from the rule."""
    event, recurrence = entry.event, entry.event.recurrence
    whole = _event(entry, words, zone, event.when)
    if recurrence is None:
        yield whole
        return
    whole.add("rrule", _rule(recurrence, event.when, zone))
    for on in sorted(recurrence.left_out):
        whole.add("exdate", [_start(replace(event.when, on=on), zone)])
    yield whole
    for part in sorted(recurrence.overrides, key=lambda one: one.original_on):
        alone = _event(entry, words, zone, part.when, part)
        alone.add("recurrence-id", _start(replace(event.when, on=part.original_on), zone))
        yield alone


def _rule(recurrence: Recurrence, first: When, zone: ZoneInfo) -> vRecur:
    rule: vRecur = vRecur.from_ical(recurrence.rule.upper())
    until: date | datetime = recurrence.until_on
    if first.at is not None:
        until = local_moment(recurrence.until_on, first.at, zone)
    rule["UNTIL"] = [until]
    return rule


def _event(
    entry: Published, words: CalendarWords, zone: ZoneInfo, when: When, part: Override | None = None
) -> Event:
    event, made = entry.event, Event()
    state = part.state if part else event.state
    busy = event.busy and not state.is_off and when.at is not None
    made.add("uid", event.uid)
    made.add("sequence", entry.sequence)
    made.add("dtstamp", entry.changed_at)
    made.add("last-modified", entry.changed_at)
    begins, ends = _span(when, zone)
    made.add("dtstart", begins)
    if ends != begins:
        made.add("dtend", ends)
    made.add("summary", one_line(words.summary(event, part)))
    made.add("status", _STATUS[state])
    made.add("transp", "OPAQUE" if busy else "TRANSPARENT")
    made.add("x-microsoft-cdo-busystatus", "BUSY" if busy else "FREE")
    made.add("categories", [one_line(one) for one in words.categories(event)])
    place = one_line((part.place if part else event.place) or "")
    description = clean(words.description(event, part)).strip()
    if place:
        made.add("location", place)
    if description:
        made.add("description", description)
    if event.link:
        made.add("url", vUri(address(event.link)))
    if event.alarm is not None and not state.is_off:
        made.add_component(_alarm(event, words, part))
    return made


def _alarm(event: CalendarEvent, words: CalendarWords, part: Override | None) -> Component:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one_line(words.summary(event, part)))
    alarm.add("trigger", -(event.alarm or timedelta()))
    return alarm


def _start(when: When, zone: ZoneInfo) -> date | datetime:
    """Return when it begins; a wall time that the clock change skips as what the clock shows then."""
    return when.on if when.at is None else local_moment(when.on, when.at, zone).astimezone(zone)


def _span(when: When, zone: ZoneInfo) -> tuple[date, date] | tuple[datetime, datetime]:
    """Return when it begins and ends: of whole days the day after, which does not count.

    In the hour that the clock change repeats a wall time is two moments, and clients choose: there it is
    said in UTC.
    """
    if when.at is None:
        return when.on, when.on + _DAY
    begins = local_moment(when.on, when.at, zone)
    ends = begins + timedelta(minutes=when.minutes)
    local = begins.astimezone(zone), ends.astimezone(zone)
    return (begins, ends) if any(_comes_twice(one) for one in local) else local


def _comes_twice(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
