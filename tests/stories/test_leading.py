"""A project leader who does more than wait: has people reminded, and adds a meeting, in the chat."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from core.oversight import Oversight
from core.planboard import Deadline, DeadlineKind, read_period
from core.series import Visibility
from tests.factories import CHATS, at
from tests.stories.test_governance import a_world_with_leader, open_entry
from tests.stories.world import World, link_in, text_of

OFFICIAL = "amb-1@regio.example"
MARCH = date(2026, 3, 3)


@pytest.fixture
async def governed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setitem(CHATS, "pl-1", 190)
    async with a_world_with_leader(tmp_path) as made:
        yield made


async def test_who_has_not_answered_is_reminded_once_and_answers_from_the_reminder(governed: World) -> None:
    await governed.until(at(MARCH, 9))
    await governed.say("pl-1", "/agenda")
    await open_entry(governed, "ma 23 mrt 10.00")
    assert "2 personen krijgen nu een herinnering: amb-1, tm-1" in await governed.press("pl-1", "Herinneren")
    assert "Vandaag al herinnerd: amb-1, tm-1" in await governed.press("pl-1", "Herinneren")
    await governed.until(at(MARCH, 9, 5))
    # In the chat with buttons for the answer, by mail with a link to it.
    assert "Overleg Rijk: ma 23 mrt om 10.00 uur. Kom je?" in governed.last("tm-1")
    await governed.press("tm-1", "Ik kan niet")
    (mail,) = governed.mails_to(OFFICIAL)
    assert mail["Subject"] == "Herinnering: Overleg Rijk"
    assert "pl-1 vraagt je:" in text_of(mail)
    assert "Ik kom" in (await governed.web.get(link_in(mail, "Bekijken en antwoorden"))).text
    # The chair sees it, and the next day only the one who is still silent is asked again.
    await governed.until(at(date(2026, 3, 4), 9))
    await governed.say("pl-1", "/agenda")
    assert "tm-1: kan niet" in await open_entry(governed, "ma 23 mrt 10.00")
    assert "1 persoon krijgt nu een herinnering: amb-1" in await governed.press("pl-1", "Herinneren")


async def test_who_misses_is_reminded_in_the_evening_and_reads_it_in_the_morning(governed: World) -> None:
    await governed.until(at(MARCH, 21))
    await governed.say("pl-1", "/uitvraag")
    said = await governed.press("pl-1", "Herinner wie mist: Uniforme uitvraag, 10-3 (2)")
    assert (
        "2 personen krijgen een herinnering zodra de stille uren voorbij zijn (wo 4 mrt om 7.30 uur)" in said
    )
    before = len(governed.said_to("gd-b"))
    await governed.until(at(MARCH, 23))
    assert len(governed.said_to("gd-b")) == before
    await governed.until(at(date(2026, 3, 4), 7, 31))
    assert "Instelling B: nog niet ontvangen" in governed.last("gd-b")
    assert "⬜ Instelling B" in await governed.press("gd-b", "Bekijken")


async def test_a_silent_owner_is_reminded_from_the_plan(governed: World) -> None:
    await governed.until(at(date(2026, 6, 2), 9))
    assert "periode voorbij, sindsdien geen bericht" in await governed.say("pl-1", "/plan")
    # The only owner is the project leader: there is nobody else to remind.
    said = await governed.press("pl-1", "Herinner eigenaren van Verbeterplan (1 actie)")
    assert said == "Er is niemand anders om te herinneren."


async def test_a_meeting_is_added_and_an_odd_day_is_asked_about_first(governed: World) -> None:
    await governed.until(at(MARCH, 9))
    await governed.say("pl-1", "/agenda")
    assert "Aan welke reeks" in await governed.press("pl-1", "Bijeenkomst toevoegen")
    assert "op welke dag" in await governed.press("pl-1", "Overleg Rijk")
    await governed.press("pl-1", "Andere datum")
    assert "Hoe laat?" in await governed.press("pl-1", "21")
    assert "lees ik niet als een tijd" in await governed.say("pl-1", "tien uur")
    asked = await governed.say("pl-1", "9:30")
    assert "deze dag is geen werkdag" in asked
    said = await governed.press("pl-1", "Ja, opslaan")
    assert "Toegevoegd: Overleg Rijk, za 21 mrt om 9.30 uur" in said
    assert "zaterdag 21 maart 2026 om 9.30 uur" in await governed.press("pl-1", "Bijeenkomst openen")
    await governed.until(at(MARCH, 9, 30))
    assert governed.mails_to(OFFICIAL)[-1]["Subject"] == "Nieuwe datum: Overleg Rijk op za 21 mrt"
    assert "za 21 mrt 9.30 · Overleg Rijk" in await governed.say("pl-1", "/agenda")


async def test_a_link_shows_the_dates_to_who_has_no_account_until_it_is_taken_back(governed: World) -> None:
    series = replace(governed.house.rules.governance.series["overleg"], visibility=Visibility.LINK)
    agreed = replace(governed.house.rules.governance, series={"overleg": series})
    object.__setattr__(governed.house, "rules", replace(governed.house.rules, governance=agreed))
    await governed.until(at(MARCH, 9))
    await governed.say("pl-1", "/agenda")
    await open_entry(governed, "ma 23 mrt 10.00")
    said = await governed.press("pl-1", "Deellink maken")
    found = re.search(r"verder niets: (\S+)", said)
    assert found is not None, said
    page = await governed.web.get(found[1])
    assert "Maandag 23 maart 2026, 10.00 uur" in page.text
    assert "agenda versturen" not in page.text
    # Moved is moved, also for them.
    await governed.press("pl-1", "Datum kiezen")
    await governed.press("pl-1", "25")
    await governed.press("pl-1", "Overslaan")
    assert "Woensdag 25 maart 2026" in (await governed.web.get(found[1])).text
    assert found[1] not in await governed.press("pl-1", "Deellink intrekken")
    assert (await governed.web.get(found[1])).status_code == 404


async def test_a_step_of_the_ladder_is_told_in_full_and_a_wrong_answer_is_asked_again(
    governed: World,
) -> None:
    window = Deadline(
        "einde", "Einde van het toezicht", DeadlineKind.WINDOW, "pl-1", read_period("30 april 2026")
    )
    watched = Oversight("toezicht", "Verscherpt toezicht", ("pl-1",), (window,))
    rules = governed.house.rules
    agreed = replace(rules.governance, oversight={"toezicht": watched})
    object.__setattr__(governed.house, "rules", replace(rules, governance=agreed))
    await governed.until(at(MARCH, 9))
    await governed.say("pl-1", "/agenda")
    await open_entry(governed, "do 30 apr · Einde")
    await governed.press("pl-1", "Stap van de ladder")
    await governed.press("pl-1", "3. afspraken")
    await governed.say("pl-1", "2-3-2026")
    assert "Uiterlijk wanneer?" in await governed.say("pl-1", "elke week een overzicht")
    # The thirty-first of June is no day: it is said at once, and nothing else is lost.
    assert "31-6-2026" in await governed.say("pl-1", "31-6-2026")
    assert "Waar blijkt het uit?" in await governed.say("pl-1", "30-6-2026")
    # What may not be kept does not stay in the chat either.
    assert "lijkt een BSN te staan" in await governed.say("pl-1", "zie 111222333")
    assert not [one for one in governed.telegram.messages(CHATS["pl-1"]) if "111222333" in one.text]
    await governed.press("pl-1", "Overslaan")
    recorded = "Ladder, stap 3 sinds ma 2 mrt: elke week een overzicht (uiterlijk di 30 jun)"
    assert any(recorded in message.text for message in governed.said_to("pl-1"))
