"""/kalender: making a calendar, seeing which there are, and ending one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from urllib.parse import urlsplit

import icalendar
import pytest

from core.calendars import CalendarScope
from core.governance import Governance
from core.series import Participants, Series, SeriesKind, Visibility
from services.calendars.subscriptions import Wish, create_feed, revoke_feed
from tests.bot.conftest import bytes_of, force, heard, labels, settled
from tests.factories import CHATS, CLI, a_case
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
    assert file.name == "mijn-agenda.ics"
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
    assert "kunnen hier niet bij" in await make_mine(world)


async def test_an_address_outside_gives_one_tap_links(world: World) -> None:
    at_public_address(world, "https://termijnwacht.regio.nl")
    said = await make_mine(world)
    assert "kunnen hier niet bij" not in said
    message = next(one for one in world.said_to("jb-1") if "maar één keer" in one.text)
    links = {button.text: button.url for button in message.buttons if button.url}
    assert set(links) == {"Google", "Outlook op het web"}
    assert str(links["Outlook op het web"]).startswith(
        "https://outlook.office.com/calendar/0/addfromweb?url=https%3A"
    )


async def test_a_button_pressed_twice_makes_one_calendar(world: World) -> None:
    await make_mine(world)
    assert (
        await force(world, "jb-1", "M:mine::0")
        == "Deze agenda heb je net gemaakt; het adres staat hierboven."
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


async def test_no_secret_is_left_on_disk_when_its_message_is_pressed(world: World) -> None:
    said = await make_mine(world)
    secret = address_in(said).rpartition("/")[2].removesuffix(".ics")
    await world.press("jb-1", "Klaar")
    await settled(world)
    assert secret.encode() not in bytes_of(world.house)


def with_series(world: World, *series: Series) -> None:
    agreed = Governance({one.code: one for one in series})
    object.__setattr__(world.house, "rules", replace(world.house.rules, governance=agreed))


async def test_an_address_that_could_not_be_shown_gives_way_to_one_that_can(world: World) -> None:
    await world.say("jb-1", "/kalender")
    await world.press("jb-1", "Nieuwe agenda")
    await world.press("jb-1", "Mijn termijnen en overleggen")
    world.telegram.fail_next(
        method="editMessageText", chat_id=CHATS["jb-1"], status=502, description="Bad Gateway"
    )
    await world.press("jb-1", "Zonder herinneringen")
    await settled(world)
    said = next(one.text for one in world.said_to("jb-1") if "maar één keer" in one.text)
    assert (await world.web.get(urlsplit(address_in(said)).path)).status_code == 200
    listed = await world.say("jb-1", "/kalender")
    assert "1. Mijn" in listed
    assert "2. " not in listed


async def test_more_series_than_fit_are_chosen_a_page_at_a_time(world: World) -> None:
    closed = [replace(CLOSED, code=f"besloten-{n:02}", title=f"Besloten {n:02}") for n in range(20)]
    with_series(world, *closed)
    await world.say("jb-1", "/kalender")
    await world.press("jb-1", "Nieuwe agenda")
    assert labels(world, "jb-1")[-2:] == ["Volgende", "Annuleren"]
    await world.press("jb-1", "Volgende")
    assert labels(world, "jb-1")[-3:] == ["Vorige", "Volgende", "Annuleren"]
    await world.press("jb-1", "Volgende")
    shown = labels(world, "jb-1")
    assert shown[-3:] == ["Besloten 19", "Vorige", "Annuleren"]
    await world.press("jb-1", "Besloten 19")
    await world.press("jb-1", "Met herinneringen")
    assert "1. Besloten 19, met herinneringen: nog nooit opgehaald" in await world.say("jb-1", "/kalender")


async def test_a_code_of_any_length_fits_on_its_button(world: World) -> None:
    with_series(world, replace(CLOSED, code="x" * 40, title="Lang"))
    await world.say("jb-1", "/kalender")
    await world.press("jb-1", "Nieuwe agenda")
    await world.press("jb-1", "Lang")
    await world.press("jb-1", "Zonder herinneringen")
    assert "1. Lang: nog nooit opgehaald" in await world.say("jb-1", "/kalender")


async def test_a_button_from_before_what_can_be_had_changed_makes_nothing(world: World) -> None:
    await world.say("jb-1", "/kalender")
    for data in ("M:series:besloten-2:0", "M:team::0", "M:region:noord:0", "L:series:open"):
        assert await force(world, "jb-1", data) == "Deze agenda is er niet meer voor jou. Kies een andere."
    assert "nog geen eigen agenda" in await world.say("jb-1", "/kalender")


async def test_any_number_of_calendars_can_be_ended(world: World) -> None:
    wish = Wish(CalendarScope.MINE, person="jb-1")
    for _ in range(120):
        create_feed(world.house, wish, actor=CLI, now=world.clock.now())
    await world.say("jb-1", "/kalender")
    assert labels(world, "jb-1")[:2] == ["Nieuwe agenda", "1 intrekken"]
    assert labels(world, "jb-1")[-2:] == ["15 intrekken", "Volgende"]
    for _ in range(7):
        await world.press("jb-1", "Volgende")
    assert labels(world, "jb-1")[-2:] == ["15 intrekken", "Vorige"]
    await world.press("jb-1", "15 intrekken")
    assert await world.press("jb-1", "Trek in") == "Ingetrokken"


async def test_ending_what_ended_elsewhere_says_so_at_the_first_press(world: World) -> None:
    await make_mine(world)
    await world.say("jb-1", "/kalender")
    revoke_feed(world.house, 1, actor=CLI, now=world.clock.now())
    assert await world.press("jb-1", "1 intrekken") == "Deze was al ingetrokken"
    await settled(world)
    assert "nog geen eigen agenda" in world.last("jb-1")


async def test_somebody_elses_calendar_cannot_be_ended(world: World) -> None:
    said = await make_mine(world)
    await world.say("tm-1", "/kalender")
    assert "ken ik niet" in await force(world, "tm-1", "T:1")
    assert (await world.web.get(urlsplit(address_in(said)).path)).status_code == 200


async def test_without_an_address_of_the_website_that_is_said_and_nothing_offered(world: World) -> None:
    object.__setattr__(world.house, "rules", replace(world.house.rules, public_url=None))
    assert "De website heeft nog geen adres" in await world.say("jb-1", "/kalender")
    assert labels(world, "jb-1") == []


@pytest.mark.parametrize(
    ("root", "why"),
    [
        ("http://termijnwacht.regio.nl", "begint niet met https"),
        ("https://wacht.intern", "alleen binnen jullie eigen netwerk"),
        ("https://192.168.1.4:8443", "alleen binnen jullie eigen netwerk"),
    ],
)
async def test_why_google_cannot_come_near_is_said_before_and_after(
    world: World, root: str, why: str
) -> None:
    at_public_address(world, root)
    assert why in await world.say("jb-1", "/kalender")
    said = await make_mine(world)
    assert why in said
    message = next(one for one in world.said_to("jb-1") if "maar één keer" in one.text)
    assert [button.text for button in message.buttons] == ["Klaar"]


async def test_what_is_public_leads_to_its_page_and_the_rest_is_counted(world: World) -> None:
    at_public_address(world, "https://termijnwacht.regio.nl")
    many = [replace(OPEN, code=f"open-{n:02}", title=f"Overleg {n:02}") for n in range(30)]
    with_series(world, *many)
    said = await world.say("jb-1", "/kalender")
    assert "- Overleg 06: https://termijnwacht.regio.nl/feeds/open-06.ics" in said
    assert "Overleg 07" not in said
    assert "en nog 23: https://termijnwacht.regio.nl/agendas" in said
    assert "kunnen hier niet bij" not in said
    links = [one["url"] for one in world.said_to("jb-1")[-1].entities if one["type"] == "text_link"]
    assert links[:2] == [
        "https://termijnwacht.regio.nl/agendas/governance",
        "https://termijnwacht.regio.nl/agendas/open-00",
    ]


async def test_no_page_of_the_website_has_a_secret_in_its_address(world: World) -> None:
    at_public_address(world, "https://termijnwacht.regio.nl")
    said = await make_mine(world)
    secret = address_in(said).rpartition("/")[2].removesuffix(".ics")
    message = next(one for one in world.said_to("jb-1") if "maar één keer" in one.text)
    ours = [str(button.url) for button in message.buttons if "regio.nl" in urlsplit(str(button.url)).netloc]
    assert ours == []
    assert [word for word in said.split() if secret in word] == [
        f"https://termijnwacht.regio.nl/feeds/{secret}.ics",
        f"webcal://termijnwacht.regio.nl/feeds/{secret}.ics",
    ]


async def test_a_group_hears_nothing_of_calendars(world: World) -> None:
    group = world.telegram.create_group(CHATS["jb-1"], "Overleg")
    world.telegram.add_bot_to_group(group.id, CHATS["jb-1"])
    world.telegram.send_text(CHATS["jb-1"], "/kalender", chat_id=group.id)
    await settled(world)
    assert heard(world, group.id) == []
