"""What real parsers read is what was written."""

from collections.abc import Callable
from datetime import date, time, timedelta

import icalendar
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from core.calendars import CalendarScope, EventKind, EventState, Override, Recurrence, When
from core.clocktime import AMSTERDAM
from feeds.calendar import to_ical
from feeds.lines import clean, one_line
from templates.calendar_words import DUTCH
from tests.feeds.expanders import (
    Dated,
    Expand,
    IcalJs,
    by_hand,
    by_home_assistant,
    by_recurring_ical_events,
)
from tests.feeds.histories import calendar_of, histories
from tests.feeds.samples import HARD, PLAIN, TEXTS, calendar, meeting, published

Texts = tuple[str, str, str]
"""A title, a place and a description."""


def with_icalendar(body: bytes) -> Texts:
    (event,) = icalendar.Calendar.from_ical(body).events
    assert not event.errors
    return str(event["SUMMARY"]), str(event.get("LOCATION", "")), str(event.get("DESCRIPTION", ""))


def with_home_assistant(body: bytes) -> Texts:
    (event,) = IcsCalendarStream.calendar_from_ics(body.decode()).events
    return event.summary or "", event.location or "", event.description or ""


def with_vobject(body: bytes) -> Texts:
    event = vobject.readOne(body.decode(), validate=True).vevent
    return event.summary.value, event.getChildValue("location", ""), event.getChildValue("description", "")


READERS = [with_icalendar, with_home_assistant, with_vobject]


@pytest.mark.parametrize("read", READERS)
@given(title=TEXTS, place=TEXTS, why=TEXTS)
def test_texts_come_back_as_they_went_in(
    read: Callable[[bytes], Texts], title: str, place: str, why: str
) -> None:
    body = to_ical(calendar(meeting(title=title, place=place, why=why)), PLAIN, zone=AMSTERDAM)

    assert read(body) == (one_line(title), one_line(place), clean(why).strip())


@given(title=TEXTS)
def test_titles_come_back_from_ical_js_as_they_went_in(ical_js: IcalJs, title: str) -> None:
    (found,) = ical_js(to_ical(calendar(meeting(title=title)), PLAIN, zone=AMSTERDAM))

    assert found.summary == one_line(title)


@pytest.mark.parametrize("title", HARD)
def test_a_hard_title_is_one_category_and_adds_no_line(title: str) -> None:
    body = to_ical(calendar(meeting(title=title, place=title, why=title), label=title), PLAIN, zone=AMSTERDAM)
    (event,) = icalendar.Calendar.from_ical(body).events

    assert [str(one) for one in event["CATEGORIES"].cats] == [one_line(title)]
    assert b"\r\nATTENDEE" not in body
    assert b"\r\nBEGIN:VALARM" not in body


def _recurring(count: int) -> Recurrence:
    until_on = date(2026, 6, 4) + timedelta(days=7 * (count - 1))
    moved = Override(date(2026, 6, 18), When(date(2026, 6, 19)), EventState.CANCELLED)
    return Recurrence("FREQ=WEEKLY", until_on, (date(2026, 6, 11),), (moved,))


@pytest.mark.parametrize("expand", [by_recurring_ical_events, by_hand, by_home_assistant])
def test_an_empty_calendar_and_one_of_five_hundred_dates_are_read(expand: Expand) -> None:
    assert expand(to_ical(calendar(), DUTCH, zone=AMSTERDAM)) == []
    many = expand(to_ical(calendar(meeting(recurrence=_recurring(500))), DUTCH, zone=AMSTERDAM))
    assert (len(many), _cancelled(many)) == (499, ["2026-06-19"])


def test_an_empty_calendar_and_one_of_five_hundred_dates_are_read_by_ical_js(ical_js: IcalJs) -> None:
    assert ical_js(to_ical(calendar(), DUTCH, zone=AMSTERDAM)) == []
    many = ical_js(to_ical(calendar(meeting(recurrence=_recurring(500))), DUTCH, zone=AMSTERDAM))
    assert (len(many), _cancelled(many)) == (499, ["2026-06-19"])


def _cancelled(dated: list[Dated]) -> list[str]:
    return [one.begins for one in dated if one.status == "CANCELLED"]


@given(history=histories())
@settings(max_examples=60)
def test_strict_parsers_find_no_fault_and_no_uid_twice(history) -> None:
    body = to_ical(calendar_of(history.events()), DUTCH, zone=AMSTERDAM)
    events = icalendar.Calendar.from_ical(body).events
    names = [
        (str(one["UID"]), str(one["RECURRENCE-ID"].dt) if "RECURRENCE-ID" in one else "") for one in events
    ]

    assert len(names) == len(set(names))
    assert [one.errors for one in events] == [[] for _ in events]
    assert len(IcsCalendarStream.calendar_from_ics(body.decode()).events) == len(events)
    assert len(vobject.readOne(body.decode(), validate=True).contents.get("vevent", [])) == len(events)


@given(
    kind=st.sampled_from(EventKind),
    state=st.sampled_from(EventState),
    scope=st.sampled_from(CalendarScope),
    when=st.sampled_from([When(date(2026, 6, 4)), When(date(2026, 6, 4), time(10), 90)]),
)
def test_every_kind_in_every_state_is_read_by_the_strictest(
    kind: EventKind, state: EventState, scope: CalendarScope, when: When
) -> None:
    norm = "2" if kind in (EventKind.TERM, EventKind.NEEDED_BY) else None
    event = meeting(kind=kind, state=state, norm=norm, alarm=timedelta(hours=15), when=when)
    body = to_ical(calendar(event, scope=scope), DUTCH, zone=AMSTERDAM)
    (read,) = IcsCalendarStream.calendar_from_ics(body.decode()).events

    assert (read.uid, read.sequence, read.summary) == (event.uid, 3, DUTCH.summary(event))
    assert read.status is not None
    assert (read.status.value == "CANCELLED") == state.is_off
    assert published(event).changed_at.replace(microsecond=0) == read.dtstamp
