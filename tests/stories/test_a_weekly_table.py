"""A weekly table: what is asked of it comes on its agenda, moves along with it, and comes back (D30, D32)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from core.desks import DeskBook, WeeklyTable
from core.governance import Governance
from core.people import Role
from core.series import Participants, Series, SeriesKind
from services.escalating import Answer, Given, answer_escalation, escalate_to
from services.governance.guard import start_governance
from services.house import House
from services.people import NewPerson, add_person
from storage.queries.people import link_chat
from tests.bot.conftest import DESKS
from tests.factories import CHATS, CLI, MONDAY, a_row, actor, at
from tests.stories.world import World, a_world, text_of

LEADER = 190
CODE = "GIA-2026-001"
TABLE = Series(
    "tafel",
    "Tafel Noord",
    SeriesKind.MEETING,
    date(2026, 3, 5),
    rule="FREQ=WEEKLY",
    at=time(9),
    chair="pl-1",
    participants=Participants(contacts=("ret-noord",)),
    region="noord",
    case_agenda=True,
)


def with_table(house: House) -> None:
    """Let the expert team of Noord meet each Thursday; what is to be discussed is in by Wednesday noon."""
    desks = [
        replace(desk, table=WeeklyTable(4, time(9), 3, time(12), "tafel")) if desk.code == "ret" else desk
        for desk in DESKS.desks
    ]
    rules = house.rules
    escalation = replace(rules.escalation, desks=DeskBook(desks, DESKS.routes))
    agreed = Governance({"tafel": TABLE})
    object.__setattr__(house, "rules", replace(rules, escalation=escalation, governance=agreed))


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with a_world(tmp_path) as made:
        monkeypatch.setitem(CHATS, "pl-1", LEADER)
        with_table(made.house)
        now = made.clock.now()
        for name, role in (
            ("pl-1", Role.PROJECT_LEADER),
            ("ret-noord", Role.CONTACT),
            ("zm-noord", Role.CONTACT),
        ):
            new = NewPerson(name, frozenset({role}), mail=f"{name}@regio.example")
            person = add_person(made.house, new, actor=CLI, now=now)
            if name == "pl-1":
                with made.house.store.write() as tx:
                    link_chat(tx, person.id, LEADER)
        start_governance(made.house, now)
        made.telegram.add_user(LEADER, "pl-1")
        made.telegram.start(LEADER)
        await made.telegram.wait_for_message(LEADER, containing="al aangemeld", timeout=10)
        yield made


def apply(world: World) -> None:
    """Let the jeugdbeschermer ask the expert team at once, with an application."""
    world.import_rows(a_row(CODE, gekoppeld="2026-03-02", eerste_contact="2026-03-02", koers="2026-03-02"))
    now, mine = world.clock.now(), actor(world.house, "jb-1", world.clock.now())
    asked = escalate_to(world.house, CODE, "3", "expertteam", "wachtlijst", actor=mine, now=now)
    given = Given(applied_by="jb-1")
    answer_escalation(
        world.house, asked.view.escalation.id, Answer.APPLY, given, actor=mine, now=world.clock.now()
    )


async def open_table(world: World, day: str) -> str:
    """Open a meeting of the table from the agenda."""
    await world.say("pl-1", "/agenda")
    line = next(line for line in world.last("pl-1").splitlines() if f"{day} 9.00 · Tafel Noord" in line)
    return await world.press("pl-1", line.partition(" ")[0])


async def test_a_case_comes_on_the_agenda_and_back_with_its_outcome(world: World) -> None:
    await world.until(at(MONDAY, 10))
    apply(world)
    # Monday is before the cut-off: it is for this Thursday, and the jeugdbeschermer reads so.
    assert "op de agenda van do 5 mrt gezet door jb-1" in await world.say("jb-1", f"/opschaling {CODE}")
    assert "Zaken op de agenda:\nGIA-2026-001" in await open_table(world, "do 5 mrt")
    # The chair is reminded with a number, the desk gets no code of it in a reminder.
    said = await world.morning(date(2026, 3, 4))
    assert "Tafel Noord: do 5 mrt om 9.00 uur. Op de agenda: 1 zaak." in said["pl-1"][0]
    reminder = next(
        text for mail in world.mails_to("ret-noord@regio.example") if "Tafel Noord" in (text := text_of(mail))
    )
    assert "Op de agenda" not in reminder
    # The meeting is put off: the case goes along to the next one.
    await open_table(world, "do 5 mrt")
    await world.press("pl-1", "Laten vervallen")
    await world.say("pl-1", "de zaal is dicht")
    assert CODE in await open_table(world, "do 12 mrt")
    assert "op de agenda van do 12 mrt gezet door pl-1" in await world.say("jb-1", f"/opschaling {CODE}")
    # Afterwards each case asks its outcome; until it is told, the chair hears of it.
    await world.until(at(date(2026, 3, 12), 14))
    await open_table(world, "do 12 mrt")
    await world.press("pl-1", "Doorgegaan")
    assert "Uitkomst van een zaak" in [button.text for button in (await skipped(world)).buttons]
    said = await world.morning(date(2026, 3, 13))
    assert "van 1 zaak is de uitkomst nog niet vastgelegd" in said["pl-1"][0]
    await world.press("pl-1", "Uitkomst van een zaak")
    await world.press("pl-1", CODE)
    assert "GIA-2026-001: advies gekregen" in await world.press("pl-1", "advies gekregen")
    await world.until(at(date(2026, 3, 13), 10))
    assert "De uitkomst van de tafel (advies gekregen). De termijn loopt door" in world.last("jb-1")
    assert any(
        "De uitkomst van de tafel (advies gekregen)" in text_of(mail)
        for mail in world.mails_to("ret-noord@regio.example")
    )


async def skipped(world: World):  # type: ignore[no-untyped-def]
    """Skip the question that was asked last; return what is shown then."""
    await world.press("pl-1", "Overslaan")
    return world.said_to("pl-1")[-1]


async def test_a_project_leader_adds_a_case_and_takes_it_off(world: World) -> None:
    await world.until(at(MONDAY, 10))
    world.import_rows(a_row(CODE), a_row("GIA-2026-009", gemeente="haarlem"))
    await open_table(world, "do 5 mrt")
    await world.press("pl-1", "Zaak op de agenda")
    # A case of another region is as unknown as one that is not there.
    assert "ken ik hier niet" in await world.say("pl-1", "GIA-2026-009")
    assert "Zaken op de agenda:\nGIA-2026-001" in await world.say("pl-1", CODE.lower())
    await world.press("pl-1", "Zaak van de agenda")
    assert "Zaken op de agenda" not in await world.press("pl-1", CODE)
