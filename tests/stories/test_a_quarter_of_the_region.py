"""A quarter of the example region: July to September 2022, and the plan before its state of things."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.config import load_config, rules_of
from core.people import Role
from core.submissions import SubmissionStatus
from services.governance.access import Deed
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.guard import start_governance
from services.governance.matters import MatterKind, Ref, SubmissionMatter
from services.governance.overview import agenda
from services.governance.showing import show
from services.house import House
from services.people import NewPerson, add_person, sync_contacts
from storage.queries.people import link_chat
from storage.schema import migrate
from storage.store import open_store
from tests.factories import CHATS, CLI, actor, at
from tests.stories.world import PAGES, World, link_in, text_of, world_of

CONFIG = Path(__file__).parents[2] / "examples" / "noord-holland.toml"
STARTS = at(date(2022, 7, 1), 7, 45)
INSTITUTIONS = ("DJGB", "WSS", "LDH", "JBRA")
LEADERS = ("pl-regio", "pl-nw4")


@pytest.fixture
async def region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    for name in list(CHATS):
        monkeypatch.delitem(CHATS, name)
    for number, name in enumerate(LEADERS, 301):
        monkeypatch.setitem(CHATS, name, number)
    house = a_region(tmp_path)
    async with world_of(house, STARTS) as world:
        yield world
    house.store.close()


def a_region(folder: Path) -> House:
    """Return the example region with its leaders, an official and a data steward of each institution."""
    rules = rules_of(load_config(CONFIG, {}))
    reachable = {
        code: replace(one, contact_mail=f"postbus@{code.lower()}.example")
        for code, one in rules.organisations.items()
    }
    rules = replace(rules, organisations=reachable, public_url=PAGES)
    house = House(open_store(f"sqlite:///{folder / 'region.db'}"), rules, "story")
    migrate(house.store)
    sync_contacts(house, STARTS)
    people = [
        NewPerson(name, frozenset({Role.PROJECT_LEADER}), mail=f"{name}@regio.example") for name in LEADERS
    ]
    people.append(NewPerson("amb-1", frozenset({Role.OFFICIAL}), mail="amb-1@regio.example"))
    for code in INSTITUTIONS:
        name = f"gd-{code.lower()}"
        people.append(NewPerson(name, frozenset({Role.DATA_STEWARD}), code, mail=f"{name}@gi.example"))
    for new in people:
        added = add_person(house, new, actor=CLI, now=STARTS)
        if new.name in CHATS:
            with house.store.write() as tx:
                link_chat(tx, added.id, CHATS[new.name])
    start_governance(house, STARTS)
    return house


def receive(world: World, due_on: date, institution: str, value: str) -> None:
    """Record what an institution handed in today."""
    now = world.clock.now()
    ref = Ref(MatterKind.SUBMISSION, "uitvraag", due_on, institution)
    do(
        world.house,
        Deed.RECEIVE,
        ref,
        version=None,
        actor=actor(world.house, "pl-regio", now),
        now=now,
        filled=Filled(value),
    )


def standing(world: World, due_on: date) -> dict[str, str]:
    """Return how the submission of a date stands at each institution."""
    now = world.clock.now()
    found = {}
    for code in INSTITUTIONS:
        shown = show(world.house, Ref(MatterKind.SUBMISSION, "uitvraag", due_on, code), actor=CLI, now=now)
        assert isinstance(shown.matter, SubmissionMatter)
        found[code] = shown.matter.submission.status
    return found


def mails(world: World, address: str, words: str) -> list[str]:
    """Return the texts of mails to an address in which these words are."""
    return [text for mail in world.mails_to(address) if words in (text := text_of(mail))]


def meetings(world: World, first: date, last: date) -> dict[date, tuple[str, str, int | None]]:
    """Return for each meeting with the Rijk where it is, why, and by how much it drifts."""
    now = at(first)
    found = agenda(world.house, first, last, actor=actor(world.house, "pl-regio", now), now=now)
    return {
        one.on: (one.status, one.why, one.drift)
        for one in found
        if (one.ref.code, one.kind) == ("overleg-rijk", "meeting")
    }


async def open_entry(world: World, day: str, title: str) -> str:
    """Open an entry of the agenda, paging until it is there."""
    shown = await world.say("pl-regio", "/agenda")
    while not (found := re.search(rf"(\d+)\. {day}[^\n]* · {title}", shown)):
        shown = await world.press("pl-regio", "Volgende")
    return await world.press("pl-regio", f"{found[1]}. ")


async def test_three_submissions_of_which_one_comes_late_at_one_institution(region: World) -> None:
    july, august, september = date(2022, 7, 10), date(2022, 8, 10), date(2022, 9, 10)
    # The 10th of July is a Sunday: the working day before counts, and each institution hears both.
    await region.morning(date(2022, 7, 5))
    for code in INSTITUTIONS:
        asked = mails(region, f"gd-{code.lower()}@gi.example", "Uniforme uitvraag")
        assert "uiterlijk vr 8 jul (de werkdag bij zo 10 jul)" in asked[-1]
    await region.until(at(date(2022, 7, 8), 14))
    for code, value in (("DJGB", "14 wachtenden"), ("WSS", "0 wachtenden"), ("LDH", "2 wachtenden")):
        receive(region, july, code, value)
    # A working day after, the institution's mailbox hears it; after two the project leaders do, of it alone.
    await region.morning(date(2022, 7, 11))
    assert mails(region, "postbus@jbra.example", "nog niet ontvangen")
    assert not mails(region, "postbus@wss.example", "Uniforme uitvraag")
    said = await region.morning(date(2022, 7, 12))
    assert "Jeugdbescherming Regio Amsterdam: nog niet ontvangen; dat moest vr 8 jul" in said["pl-regio"][0]
    assert "wachtenden per gemeente, William Schrikker" not in said["pl-regio"][0]
    receive(region, july, "JBRA", "9 wachtenden")
    assert standing(region, july) == dict.fromkeys(INSTITUTIONS, SubmissionStatus.RECEIVED) | {
        "JBRA": SubmissionStatus.RECEIVED_LATE
    }
    # A recess stops no submission: in August and September everything comes in time.
    for due_on, asked_on, in_on in (
        (august, date(2022, 8, 5), date(2022, 8, 10)),
        (september, date(2022, 9, 6), date(2022, 9, 9)),
    ):
        before = len(mails(region, "gd-djgb@gi.example", "Uniforme uitvraag"))
        await region.morning(asked_on)
        assert len(mails(region, "gd-djgb@gi.example", "Uniforme uitvraag")) > before
        await region.until(at(in_on, 15))
        for code in INSTITUTIONS:
            receive(region, due_on, code, "0 wachtenden")
    said = await region.morning(date(2022, 9, 13))
    assert not any("Uniforme uitvraag" in text for text in said.get("pl-regio", []))
    assert standing(region, september) == dict.fromkeys(INSTITUTIONS, SubmissionStatus.RECEIVED)


async def test_of_two_meetings_one_falls_in_the_recess_and_the_other_is_moved(region: World) -> None:
    # Six weeks after 23 June is 4 August, in the recess: it comes in the first week after, and that drifts.
    assert meetings(region, date(2022, 7, 1), date(2022, 9, 30)) == {
        date(2022, 9, 1): ("planned", "zomerreces", 28),
        date(2022, 9, 15): ("planned", "", None),
    }
    shown = await open_entry(region, "do 1 sep 10.00", "Ambtelijk overleg Rijk")
    assert "Wegens: zomerreces" in shown
    assert "28 dagen langer na de vorige dan afgesproken" in shown
    # The agenda is to be sent ten working days before the new date.
    said = await region.morning(date(2022, 8, 18))
    assert "agenda versturen, uiterlijk do 18 aug" in said["pl-regio"][0]
    await open_entry(
        region, "do 18 aug", "Ambtelijk overleg Rijk, negen regio's en inspecties: agenda versturen"
    )
    assert "klaar op do 18 aug" in await region.press("pl-regio", "Klaar")
    await region.morning(date(2022, 8, 25))
    reminder = region.mails_to("amb-1@regio.example")[-1]
    assert "do 1 sep om 10.00 uur" in text_of(reminder)
    address = link_in(reminder, "Bekijken en antwoorden")
    version = re.search(r'name="version" value="(\d+)"', (await region.web.get(address)).text)
    assert version is not None
    answered = await region.web.post(address, data={"deed": "absent", "version": version[1]})
    assert "Vastgelegd: Ik kan niet" in answered.text
    said = await region.morning(date(2022, 8, 31))
    assert "Ambtelijk overleg Rijk, negen regio's en inspecties: do 1 sep om 10.00 uur" in said["pl-regio"][0]
    assert "1 kan niet" in said["pl-regio"][0]
    # Afterwards the chair says how it went, and is not asked again.
    said = await region.morning(date(2022, 9, 2))
    assert "van do 1 sep: is het doorgegaan?" in said["pl-regio"][0]
    await open_entry(region, "do 1 sep 10.00", "Ambtelijk overleg Rijk")
    await region.press("pl-regio", "Doorgegaan")
    assert "Uitkomst: actielijst gedeeld" in await region.say("pl-regio", "actielijst gedeeld")
    # The next one is moved by six days; who has only mail hears it once, and the reminder follows.
    await open_entry(region, "do 15 sep 10.00", "Ambtelijk overleg Rijk")
    await region.press("pl-regio", "Datum kiezen")
    await region.press("pl-regio", "21")
    assert "woensdag 21 september 2022" in await region.press("pl-regio", "Overslaan")
    await region.until(at(date(2022, 9, 5), 10))
    subjects = [mail["Subject"].strip() for mail in region.mails_to("amb-1@regio.example")]
    assert [subject for subject in subjects if subject.startswith("Gewijzigd")] == [
        "Gewijzigd: Ambtelijk overleg Rijk, negen regio's en inspecties op wo 21 sep"
    ]
    await region.morning(date(2022, 9, 14))
    assert "wo 21 sep om 10.00 uur" in text_of(region.mails_to("amb-1@regio.example")[-1])
    said = await region.morning(date(2022, 9, 16))
    assert not any("van do 15 sep" in text for text in said.get("pl-regio", []))
    said = await region.morning(date(2022, 9, 22))
    assert "van wo 21 sep: is het doorgegaan?" in said["pl-regio"][0]


async def test_a_leersessie_gets_a_date_in_time_and_its_invitations_go_out(region: World) -> None:
    # Four a year: the third quarter must not end without one; its host hears that sixty working days before.
    said = await region.morning(date(2022, 7, 8))
    assert "Ambtelijke leersessie Noord-Holland: kies een datum, uiterlijk vr 30 sep" in said["pl-regio"][0]
    await open_entry(region, "vr 30 sep", "Ambtelijke leersessie")
    await region.press("pl-regio", "Datum kiezen")
    await region.press("pl-regio", "»")
    await region.press("pl-regio", "»")
    await region.press("pl-regio", "29")
    shown = await region.press("pl-regio", "Overslaan")
    assert "donderdag 29 september 2022 om 13.00 uur" in shown
    assert "⬜ do 1 sep: uitnodigingen versturen" in shown
    # Twenty working days before, the invitations are to be sent; the host hears it two days before.
    said = await region.morning(date(2022, 8, 30))
    assert "uitnodigingen versturen, uiterlijk do 1 sep" in said["pl-regio"][0]
    await open_entry(region, "do 1 sep", "Ambtelijke leersessie Noord-Holland: uitnodigingen versturen")
    await region.press("pl-regio", "Klaar")
    said = await region.morning(date(2022, 9, 2))
    assert not any("uitnodigingen versturen" in text for text in said.get("pl-regio", []))
    # Everybody who is invited is reminded, and afterwards the outcome is noted: the quarter has its session.
    await region.morning(date(2022, 9, 22))
    assert mails(region, "amb-1@regio.example", "Ambtelijke leersessie Noord-Holland: do 29 sep om 13.00 uur")
    said = await region.morning(date(2022, 9, 30))
    assert "Ambtelijke leersessie Noord-Holland van do 29 sep: is het doorgegaan?" in said["pl-regio"][0]
    await open_entry(region, "do 29 sep 13.00", "Ambtelijke leersessie")
    await region.press("pl-regio", "Doorgegaan")
    assert "Uitkomst: lessen over escaleren" in await region.say("pl-regio", "lessen over escaleren gedeeld")
    said = await region.morning(date(2022, 10, 3))
    assert not any("is het doorgegaan" in text and "leersessie" in text for text in said.get("pl-regio", []))


async def test_the_plan_before_the_state_of_things(region: World) -> None:
    # Ten working days before the state of things of early December each owner is asked how it stands.
    asked_on = region.house.rules.calendar.back(date(2022, 12, 10), 10)
    said = await region.morning(asked_on)
    assert "hoe staat het? Nu wit." in said["pl-nw4"][0]
    # What is past its last month without a word comes first in the plan.
    shown = await region.say("pl-nw4", "/plan")
    assert shown.index("periode voorbij, sindsdien geen bericht") < shown.index("2. ")
    await region.press("pl-nw4", "Plan opstellen")
    await region.press("pl-nw4", "Hoe staat het")
    await region.press("pl-nw4", "gerealiseerd")
    assert "gerealiseerd, vastgesteld" in await region.say("pl-nw4", "vastgesteld en verstuurd")
    # What stagnates is said with a line of why, and asked about once more; what is done is not.
    await region.say("pl-nw4", "/plan")
    await region.press("pl-nw4", "Externe projectleiders")
    await region.press("pl-nw4", "Hoe staat het")
    await region.press("pl-nw4", "gestagneerd")
    shown = await region.say("pl-nw4", "niemand gevonden")
    assert "🔴 gestagneerd, niemand gevonden (pl-nw4)" in shown
    shown = await region.say("pl-nw4", "/plan")
    assert shown.startswith("Plan\n1 🟢 · 0 🟡 · 1 🔴 · 41 ⚪")
    assert "Plan opstellen" not in shown
    assert "Externe projectleiders" not in shown
    again = await region.morning(region.house.rules.calendar.back(date(2022, 12, 10), 3))
    assert any("Verbeterplan" in text for text in again["pl-nw4"])
    assert not any("Plan opstellen" in text for text in again["pl-nw4"])
