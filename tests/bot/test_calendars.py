"""/kalender: making a calendar, seeing which there are, and ending one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from urllib.parse import urlsplit

import icalendar
import pytest

from core.governance import Governance
from core.series import Participants, Series, SeriesKind, Visibility
from tests.bot.conftest import force, labels, settled
from tests.factories import CHATS, a_case
from tests.stories.world import World

OPEN = Series(
    "open",
    "Regionaal overleg",
    SeriesKind.MEETING,
    date(2026, 3, 9),
    rule="FREQ=WEEKLY;INTERVAL=6",
    at=time(10),
    visibility=Visibility.PUBLIC,
)
CLOSED = replace(
    OPEN,
    code="besloten",
    title="Besloten overleg",
    visibility=Visibility.MEMBERS,
    participants=Participants(people=("jb-1",)),
)


@pytest.fixture(autouse=True)
def meetings(world: World) -> None:
    agreed = Governance({one.code: one for one in (OPEN, CLOSED)})
    object.__setattr__(world.house, "rules", replace(world.house.rules, governance=agreed))


def at_public_address(world: World, root: str) -> None:
    object.__setattr__(world.house, "rules", replace(world.house.rules, public_url=root))


async def make_mine(world: World, name: str = "jb-1") -> str:
    """Make the calendar of somebody's own; return what is said with its address."""
    await world.say(name, "/kalender")
    await world.press(name, "Nieuwe agenda")
    await world.press(name, "Mijn termijnen en overleggen")
    await world.press(name, "Zonder herinneringen")
    return next(one.text for one in world.said_to(name) if "maar één keer" in one.text)


def address_in(text: str) -> str:
    return next(word for word in text.split() if word.startswith("http") and word.endswith(".ics"))


async def test_a_calendar_is_made_with_a_few_presses_and_its_address_works(world: World) -> None:
    a_case(world.house)
    said = await make_mine(world)
    assert "deel het met niemand" in said
    file = world.said_to("jb-1")[-1].file
    picture = world.said_to("jb-1")[-2].file
    assert file is not None
    assert picture is not None
    assert picture.content.startswith(b"\x89PNG")
    assert file.name == "agenda-mine.ics"
    fetched = await world.web.get(urlsplit(address_in(said)).path, headers={"User-Agent": "iOS/18 x"})
    assert fetched.content == file.content
    titles = {str(event["summary"]) for event in icalendar.Calendar.from_ical(file.content).walk("VEVENT")}
    assert "GIA-2026-001: norm 1" in titles
    listed = await world.say("jb-1", "/kalender")
    assert "1. Mijn termijnen en overleggen: laatst opgehaald vandaag door Apple" in listed
    assert address_in(said) not in listed
    assert "http://pages.test/feeds/open.ics" in listed


async def test_a_calendar_is_ended_after_a_question(world: World) -> None:
    said = await make_mine(world)
    await world.say("jb-1", "/kalender")
    asked = await world.press("jb-1", "1 intrekken")
    assert "meteen niets meer" in asked
    assert await world.press("jb-1", "Trek in") == "Ingetrokken"
    await settled(world)
    assert "nog geen eigen agenda" in world.last("jb-1")
    assert (await world.web.get(urlsplit(address_in(said)).path)).status_code == 404


async def test_the_choice_is_what_ones_role_allows(world: World) -> None:
    await world.say("jb-1", "/kalender")
    await world.press("jb-1", "Nieuwe agenda")
    assert labels(world, "jb-1") == [
        "Mijn termijnen en overleggen",
        "Besloten overleg",
        "Overleggen en aanleveringen",
        "Annuleren",
    ]
    await world.say("tm-1", "/kalender")
    await world.press("tm-1", "Nieuwe agenda")
    assert labels(world, "tm-1") == [
        "Mijn termijnen en overleggen",
        "Termijnen van mijn team",
        "Overleggen en aanleveringen",
        "Annuleren",
    ]


async def test_an_address_inside_the_house_is_said_to_be_out_of_reach_for_google(world: World) -> None:
    assert "kunnen dit adres niet ophalen" in await make_mine(world)


async def test_an_address_outside_gives_one_tap_links(world: World) -> None:
    at_public_address(world, "https://termijnwacht.regio.nl")
    said = await make_mine(world)
    assert "kunnen dit adres niet ophalen" not in said
    message = next(one for one in world.said_to("jb-1") if "maar één keer" in one.text)
    links = {button.text: button.url for button in message.buttons if button.url}
    assert set(links) == {"Google", "Outlook op het web"}
    assert str(links["Outlook op het web"]).startswith(
        "https://outlook.office.com/calendar/0/addfromweb?url=https%3A"
    )


async def test_a_button_pressed_twice_makes_one_calendar(world: World) -> None:
    await make_mine(world)
    assert (
        await force(world, "jb-1", "M:0::0") == "Deze agenda heb je net gemaakt; het adres staat hierboven."
    )
    listed = await world.say("jb-1", "/kalender")
    assert "1. Mijn" in listed
    assert "2. " not in listed


async def test_a_calendar_that_was_ended_elsewhere_is_said_so(world: World) -> None:
    await make_mine(world)
    await world.say("jb-1", "/kalender")
    await world.press("jb-1", "1 intrekken")
    message = world.said_to("jb-1")[-1]
    for expected in ("Ingetrokken", "Deze was al ingetrokken"):
        query = world.telegram.press(CHATS["jb-1"], message, "Trek in")
        alert = await world.telegram.wait_for_alert(query, timeout=10)
        assert alert.text == expected
