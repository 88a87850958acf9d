"""A spring of governance: submissions of which one is late, meetings around a recess, a move, and a plan."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from core.chain import Step
from core.governance import Governance
from core.people import Role
from core.planboard import Deadline, DeadlineKind, Plan, PlanAction, read_period
from core.series import Closure, Participants, Series, SeriesKind
from services.governance.guard import start_governance
from services.people import NewPerson, add_person
from storage.queries.people import link_chat
from tests.factories import CHATS, CLI, at
from tests.services.test_governance import MEETING, TENTH
from tests.stories.world import World, a_world, link_in, text_of

SESSION = Series(
    "leersessie",
    "Leersessie",
    SeriesKind.MEETING,
    date(2026, 1, 1),
    times_a_year=4,
    at=time(13),
    chair="pl-1",
    participants=Participants(roles=("ambtenaar",)),
    steps=(Step("uitnodigen", "uitnodigingen versturen", 20),),
)
PLAN = Plan(
    "plan",
    "Verbeterplan",
    "pl-1",
    (PlanAction("werven", "Zorgmakelaar werven", "pl-1", read_period("maart - mei 2026")),),
    (Deadline("stand", "Stand van zaken", DeadlineKind.REFERENCE, "pl-1", read_period("begin juni 2026")),),
)
RECESS = Closure("mei", "meivakantie", date(2026, 4, 27), date(2026, 5, 10))


@pytest.fixture
async def governed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setitem(CHATS, "pl-1", 190)
    async with a_world_with_leader(tmp_path) as made:
        yield made


def a_world_with_leader(folder: Path):  # type: ignore[no-untyped-def]
    import contextlib  # noqa: PLC0415 - one helper

    @contextlib.asynccontextmanager
    async def make() -> AsyncIterator[World]:
        chat = CHATS.pop("pl-1")
        async with a_world(folder) as world:
            CHATS["pl-1"] = chat
            series = {one.code: one for one in (MEETING, TENTH, SESSION)}
            agreed = Governance(series, (RECESS,), plans={"plan": PLAN})
            object.__setattr__(world.house, "rules", replace(world.house.rules, governance=agreed))
            now = world.clock.now()
            leader = NewPerson("pl-1", frozenset({Role.PROJECT_LEADER}), mail="pl-1@regio.example")
            person = add_person(world.house, leader, actor=CLI, now=now)
            official = NewPerson("amb-1", frozenset({Role.OFFICIAL}), mail="amb-1@regio.example")
            add_person(world.house, official, actor=CLI, now=now)
            with world.house.store.write() as tx:
                link_chat(tx, person.id, chat)
            start_governance(world.house, now)
            world.telegram.add_user(chat, "pl-1")
            world.telegram.start(chat)
            await world.telegram.wait_for_message(chat, containing="al aangemeld", timeout=10)
            yield world

    return make()


async def open_entry(world: World, day: str) -> str:
    """Open the entry of the agenda, which was said last, that falls on a day."""
    number = re.search(rf"(\d+)\. {day}", world.last("pl-1"))
    assert number is not None, world.last("pl-1")
    return await world.press("pl-1", f"{number[1]}. ")


async def test_a_submission_that_one_institution_sends_late(governed: World) -> None:
    # Three working days before the 10th the data leads hear it; nobody else does.
    said = await governed.morning(date(2026, 3, 5))
    assert "Instelling A: aanleveren uiterlijk di 10 mrt" in said["gd-1"][0]
    assert "Instelling B" in said["gd-b"][0]
    # On the 10th the project leader records what came in: zero is an answer.
    await governed.until(at(date(2026, 3, 10), 10))
    await governed.say("pl-1", "/uitvraag")
    assert "⬜ Instelling A" in governed.last("pl-1")
    await governed.press("pl-1", "GIA · 10-3")
    await governed.press("pl-1", "Ontvangst vastleggen")
    assert "Op welke dag" in await governed.say("pl-1", "0 wachtenden")
    assert "0 wachtenden (vastgelegd door pl-1)" in await governed.press("pl-1", "10")
    # Two working days later only B is missing, and the project leader hears of B alone.
    said = await governed.morning(date(2026, 3, 12))
    assert "Instelling B: nog niet ontvangen" in said["pl-1"][0]
    assert "Instelling A" not in said["pl-1"][0]
    # In May the 10th is a Sunday: the working day before counts, and both are shown.
    said = await governed.morning(date(2026, 5, 7))
    assert "uiterlijk vr 8 mei (de werkdag bij zo 10 mei)" in said["gd-b"][0]


async def test_a_meeting_that_is_moved_reaches_who_has_only_mail(governed: World) -> None:
    await governed.until(at(date(2026, 3, 3), 9))
    assert "ma 23 mrt 10.00 · Overleg Rijk" in await governed.say("pl-1", "/agenda")
    assert "Voorbereiding" in await open_entry(governed, "ma 23 mrt 10.00")
    # A Saturday is asked about, not refused.
    await governed.press("pl-1", "Datum kiezen")
    await governed.press("pl-1", "28")
    asked = await governed.press("pl-1", "Overslaan")
    assert "geen werkdag" in asked
    await governed.press("pl-1", "Annuleren")
    await governed.say("pl-1", "/agenda")
    await open_entry(governed, "ma 23 mrt 10.00")
    await governed.press("pl-1", "Datum kiezen")
    await governed.press("pl-1", "25")
    assert "woensdag 25 maart 2026" in await governed.press("pl-1", "Overslaan")
    # Everybody who had the date hears it once.
    await governed.until(at(date(2026, 3, 3), 10))
    (mail,) = governed.mails_to("amb-1@regio.example")
    assert mail["Subject"] == "Gewijzigd: Overleg Rijk op wo 25 mrt"
    await governed.until(at(date(2026, 3, 4), 10))
    assert len(governed.mails_to("amb-1@regio.example")) == 1
    # The reminder follows the new date, and its link answers on a page.
    await governed.until(at(date(2026, 3, 18), 10))
    reminder = governed.mails_to("amb-1@regio.example")[-1]
    assert "Overleg Rijk: wo 25 mrt om 10.00 uur" in text_of(reminder)
    address = link_in(reminder, "Bekijken en antwoorden")
    page = await governed.web.get(address)
    assert "Ik kan niet" in page.text
    assert "Verplaatsen" not in page.text
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version is not None
    done = await governed.web.post(address, data={"deed": "absent", "version": version[1]})
    assert "Vastgelegd: Ik kan niet" in done.text
    said = await governed.morning(date(2026, 3, 24))
    assert "1 kan niet" in said["pl-1"][0]


async def test_an_extra_meeting_reaches_everybody_and_is_cancelled_again(governed: World) -> None:
    await governed.until(at(date(2026, 3, 3), 9))
    await governed.say("pl-1", "/agenda")
    await open_entry(governed, "ma 23 mrt 10.00")
    assert "Overleg Rijk: op welke dag" in await governed.press("pl-1", "Extra bijeenkomst")
    await governed.press("pl-1", "Andere datum")
    assert "dan om 10.00 uur, zoals de reeks" in await governed.press("pl-1", "16")
    # For the agenda, ten working days before, it is too late already: that is asked about.
    assert "geen tijd meer" in await governed.press("pl-1", "Overslaan")
    assert "ma 16 mrt om 10.00 uur. Iedereen" in await governed.press("pl-1", "Ja, opslaan")
    assert "maandag 16 maart 2026 om 10.00 uur" in await governed.press("pl-1", "Bijeenkomst openen")
    await governed.until(at(date(2026, 3, 3), 10))
    (mail,) = governed.mails_to("amb-1@regio.example")
    assert mail["Subject"] == "Nieuwe datum: Overleg Rijk op ma 16 mrt"
    await governed.press("pl-1", "Laten vervallen")
    assert "Reden: toch niet nodig" in await governed.say("pl-1", "toch niet nodig")
    await governed.until(at(date(2026, 3, 3), 11))
    assert [one["Subject"] for one in governed.mails_to("amb-1@regio.example")][1:] == [
        "Vervallen: Overleg Rijk van ma 16 mrt"
    ]


async def test_a_leersessie_gets_its_date_and_its_chain(governed: World) -> None:
    # The quarter would end on 31 March without one: the host hears that twenty working days before.
    said = await governed.morning(date(2026, 3, 3))
    assert "Leersessie: kies een datum" in said["pl-1"][0]
    await governed.say("pl-1", "/agenda")
    await open_entry(governed, "di 31 mrt")
    await governed.press("pl-1", "Datum kiezen")
    await governed.press("pl-1", "30")
    asked = await governed.press("pl-1", "Overslaan")
    assert "geen tijd meer" in asked
    shown = await governed.press("pl-1", "Ja, opslaan")
    assert "maandag 30 maart 2026 om 13.00 uur" in shown
    assert "(daar is geen tijd meer voor)" in shown


async def test_the_plan_before_the_state_of_things_is_drawn_up(governed: World) -> None:
    said = await governed.morning(date(2026, 5, 27))
    assert "Verbeterplan, Zorgmakelaar werven (maart - mei 2026): hoe staat het?" in said["pl-1"][0]
    await governed.say("pl-1", "/plan")
    await governed.press("pl-1", "Zorgmakelaar werven")
    await governed.press("pl-1", "Hoe staat het")
    await governed.press("pl-1", "gerealiseerd")
    assert "gerealiseerd, begonnen op 1 mei" in await governed.say("pl-1", "begonnen op 1 mei")
    said = await governed.morning(date(2026, 6, 5))
    assert not any("Zorgmakelaar" in text for text in said.get("pl-1", []))


async def test_looking_at_the_agenda_leaves_the_daily_message_as_it_is(governed: World) -> None:
    said = await governed.morning(date(2026, 3, 5))
    (daily,) = said["gd-1"]
    assert "agenda" not in daily.casefold()
    agenda = await governed.press("gd-1", "Bekijken en antwoorden")
    assert agenda.startswith("Agenda")
    assert daily in [message.text for message in governed.said_to("gd-1")]
