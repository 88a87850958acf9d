"""What /agenda says in the chat is what the reader's own calendar says, through a spring of changes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from core.calendars import CalendarEvent, EventKind, When
from services.calendars.subscriptions import view_of_wish
from services.house import House
from templates import phrase, short_day
from templates.calendar_words import DUTCH
from tests.calendar_histories import WISHES, Life
from tests.calendar_trust import Line, agreed_rules, lines_in, window_at
from tests.factories import CLI
from tests.stories.world import EARLY, World, world_of
from web.feeds import calendar_desk

_LINE = re.compile(r"^\d+\. (\S+ \d+ \S+?)(?: \d+\.\d\d)? · (.+)\n(.*)$", re.MULTILINE)
_WORKING_DAY = re.compile(r"werkdag: (\S+ \d+ \S+)")
_NAME = "tm-1"
"""Chairs the weekly table, owns a date of a plan, and her institution hands in."""


@pytest.fixture
async def region(sqlite_house: House) -> AsyncIterator[tuple[World, Life]]:
    house = House(sqlite_house.store, agreed_rules(), sqlite_house.worker)
    life = Life(house, now=EARLY)
    life.begin()
    async with world_of(house) as world:
        yield world, life


async def chat_says(world: World, today: date) -> list[tuple[date, str]]:
    """Return the day on which somebody has to be ready, and the title, of every line of every page."""
    days = {short_day(on): on for on in (today + timedelta(days=n) for n in range(-20, 140))}
    found, text = [], await world.say(_NAME, "/agenda")
    while True:
        for day, title, more in _LINE.findall(text):
            working = _WORKING_DAY.search(more)
            if not more.strip().startswith(phrase("meeting.cancelled")):
                found.append((days[working[1] if working else day], title))
        if not any(phrase("button.more") in one.text for one in world.said_to(_NAME)[-1].buttons):
            return found
        text = await world.press(_NAME, phrase("button.more"))


def calendar_says(life: Life) -> list[Line]:
    view = view_of_wish(life.house, WISHES[f"mine {_NAME}"], actor=CLI, now=life.now)
    body = calendar_desk(life.house).view(view, now=life.now).body
    return [line for _, line in lines_in(body, window_at(life.house, life.now)) if not line.is_off]


def titled(line: Line) -> tuple[date, str]:
    """Return a line of a calendar in the words of the chat."""
    submission = DUTCH.summary(CalendarEvent("", EventKind.SUBMISSION, "", When(line.on))).strip()
    return line.on, line.summary.removeprefix(f"{submission} ")


async def test_the_chat_and_the_calendar_say_the_same_after_every_change(region: tuple[World, Life]) -> None:
    world, life = region
    terms = DUTCH.categories(CalendarEvent("", EventKind.TERM, "", When(life.today)))[0]
    for step in (
        ("days", 2, 1, 0),
        ("deed", 7, 0, 24),
        ("deed", 12, 2, 3),
        ("add", 2, 11, 2),
        ("deed", 14, 1, 25),
        ("days", 40, 1, 0),
        ("record", 1, 0, 0),
        ("days", 58, 1, 0),
    ):
        life.take(step)
        world.clock.set(life.now)
        # what passed or was done is left out of the chat, and a working day can be over its edge
        first, last = life.today + timedelta(days=4), life.today + timedelta(days=110)
        chat = [one for one in await chat_says(world, life.today) if first <= one[0] <= last]
        own = [titled(one) for one in calendar_says(life) if first <= one.on <= last and one.kind != terms]
        assert sorted(chat) == sorted(own), life.happened
        assert len(own) > 3
    assert [done for done in life.happened if "refused" in done] == []
