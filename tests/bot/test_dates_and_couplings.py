"""Other dates of a case and who holds it, in the chat."""

from datetime import date

from core.facts import CouplingKind, FactKind
from services.couplings import couple, steadiness
from services.items import add_item
from tests.bot.conftest import labels
from tests.factories import CLI, MONDAY, a_case, actor, at
from tests.stories.world import World

CODE = "GIA-2026-001"


async def more(world: World, name: str = "jb-1") -> str:
    await world.say(name, f"/zaak {CODE}")
    return await world.press(name, "Meer …")


async def test_a_crisis_place_gets_its_end_and_is_extended_with_a_reason(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    await more(world)
    await world.press("jb-1", "Datum toevoegen")
    await world.press("jb-1", "crisisplek")
    added = await world.press("jb-1", "Vandaag")
    assert f"✅ {CODE}: crisisplek 1 vastgelegd." in added
    assert "Crisisplek 1: einde van de crisisplek, zo 24 mei." in added
    why = await world.say("jb-1", f"/waarom {CODE} crisisplek.1")
    assert f"{CODE} · crisisplek 1: einde van de crisisplek" in why
    assert "Er is geen einddatum vastgelegd. Daarom geteld: 12 weken vanaf het begin" in why
    await more(world)
    await world.press("jb-1", "Verlengen: crisisplek 1")
    await world.press("jb-1", "Andere datum")
    for _ in range(3):
        await world.press("jb-1", "»")
    await world.press("jb-1", "12")
    assert "waarom is het verlengd?" in world.last("jb-1")
    done = await world.press("jb-1", "hulp kwam te laat")
    assert "Crisisplek 1: einde van de crisisplek, do 11 jun." in done
    assert "te laat" not in done
    screen = await world.say("jb-1", f"/zaak {CODE}")
    assert "Crisisplek 1 · einde van de crisisplek" in screen
    assert "nog nodig: vervolgplek" in screen
    assert "Vervolgplek vastleggen · crisisplek 1" in labels(world, "jb-1")


async def test_a_date_added_by_mistake_is_taken_back_as_a_whole(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    await more(world)
    await world.press("jb-1", "Datum toevoegen")
    await world.press("jb-1", "machtiging")
    await world.press("jb-1", "Vandaag")
    await world.press("jb-1", "Andere datum")
    await world.press("jb-1", "»")
    added = await world.press("jb-1", "30")
    assert "Machtiging 1: einde van de machtiging" in added
    assert "Uitvoering machtiging 1" in added
    assert "Teruggedraaid: machtiging 1" in await world.press("jb-1", "Terugdraaien")
    assert world.case().items == {}
    assert [term.key for term in world.case().terms] == ["1", "2", "3"]


async def test_a_decision_asks_its_outcome_and_a_place_may_lie_ahead(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    dates = {FactKind.ITEM_STARTED: MONDAY, FactKind.ITEM_ENDS: date(2026, 3, 13)}
    me, now = actor(world.house, "jb-1"), world.clock.now()
    add_item(world.house, CODE, "machtiging", dates, actor=me, now=now)
    await world.say("jb-1", f"/zaak {CODE}")
    assert "wat is de uitkomst?" in await world.press("jb-1", "Besluit vastleggen · machtiging 1")
    await world.press("jb-1", "geen verlenging")
    assert "besluit op ma 2 mrt vastgelegd" in await world.press("jb-1", "Vandaag")
    await world.say("jb-1", f"/zaak {CODE}")
    await world.press("jb-1", "Vervolgplek vastleggen · machtiging 1")
    await world.press("jb-1", "Andere datum")
    done = await world.press("jb-1", "12")
    assert "Machtiging 1: 🟢" in done
    assert world.status("machtiging.1") == "met"


async def test_moving_to_another_municipality_keeps_the_clocks(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    before = [(term.key, term.term.due_on) for term in world.case().terms]
    await more(world)
    await world.press("jb-1", "Verhuisd naar een andere gemeente")
    assert "Klopt dit?" in await world.press("jb-1", "Hoorn")
    assert "hoort nu bij Hoorn" in await world.press("jb-1", "Ja, opslaan")
    assert world.case().case.municipality == "hoorn"
    assert [(term.key, term.term.due_on) for term in world.case().terms] == before


async def test_coupling_a_case_that_was_held_asks_how_and_a_second_unplanned_switch_alarms(
    world: World,
) -> None:
    a_case(world.house, protector_coupled=MONDAY, manager="tm-1")
    for name in ("jb-2", "jb-1"):
        await world.say("tm-1", f"/zaak {CODE}")
        await world.press("tm-1", "Andere jeugdbeschermer koppelen")
        assert "hoe komt diegene bij deze zaak?" in await world.press("tm-1", name)
        await world.press("tm-1", "niet gepland")
        assert f"Jeugdbeschermer: {name}" in await world.press("tm-1", "Vandaag")
    screen = await world.say("tm-1", f"/zaak {CODE}")
    assert "Ongeplande wisselingen: 2" in screen
    assert steadiness(world.house, CODE, actor=CLI, now=world.clock.now()).unplanned == 2
    await world.until(at(MONDAY, 9, 30))
    assert "voor de 2e keer ongepland gewisseld" in world.last("tm-1")
    assert f"{CODE} openen" in labels(world, "tm-1")


async def test_an_intake_team_needs_the_day_on_which_it_hands_over(world: World) -> None:
    a_case(world.house, protector=None, manager="tm-1")
    await world.say("tm-1", f"/zaak {CODE}")
    await world.press("tm-1", "Jeugdbeschermer koppelen")
    await world.press("tm-1", "jb-2")
    await world.press("tm-1", "Instroomteam, wachtlijst of anders")
    assert "draagt het over aan de vaste jeugdbeschermer" in await world.press("tm-1", "instroomteam")
    await world.press("tm-1", "»")
    await world.press("tm-1", "13")
    assert "Jeugdbeschermer: jb-2" in await world.press("tm-1", "Vandaag")
    told = world.case().items["overdracht.1"][FactKind.HANDOVER_PLANNED]
    assert (told.on, told.value) == (date(2026, 4, 13), None)
    assert "Bij het instroomteam: 1 dag" in await world.say("tm-1", f"/zaak {CODE}")


async def test_a_handover_is_planned_reminded_and_done(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY, manager="tm-1")
    await more(world, "tm-1")
    await world.press("tm-1", "Overdracht plannen")
    await world.press("tm-1", "jb-2")
    await world.press("tm-1", "Andere datum")
    assert "overdracht aan jb-2 gepland op do 5 mrt" in await world.press("tm-1", "5")
    said = await world.morning(date(2026, 3, 4))
    assert any("overdracht 1" in text for text in said["jb-1"])
    assert any("overdracht 1" in text for text in said["jb-2"])
    await world.say("jb-1", f"/zaak {CODE}")
    await world.press("jb-1", "Overdrachtsgesprek vastleggen · overdracht 1")
    await world.press("jb-1", "Vandaag")
    assert world.case().protector == "jb-2"
    assert "Terugdraaien" not in labels(world, "jb-1")


async def test_somebody_left_and_a_new_one_is_coupled_at_once(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY, manager="tm-1")
    await more(world, "tm-1")
    await world.press("tm-1", "Jeugdbeschermer weg")
    gone = await world.press("tm-1", "Vandaag")
    assert "vanaf ma 2 mrt is er geen jeugdbeschermer. De termijnen lopen door." in gone
    assert "Een nieuwe is nodig uiterlijk di 3 mrt." in gone
    await world.press("tm-1", "Jeugdbeschermer koppelen")
    await world.press("tm-1", "jb-2")
    await world.press("tm-1", "geplande overdracht")
    assert "Jeugdbeschermer: jb-2" in await world.press("tm-1", "Vandaag")
    assert world.status("koppeling.1") == "met"


async def test_a_jeugdbeschermer_cannot_take_themselves_off_a_case(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    await more(world)
    assert [text for text in labels(world, "jb-1") if "weg" in text or "Overdracht" in text] == []


async def test_a_planned_coupling_is_not_counted_as_unplanned(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    now = world.clock.now()
    couple(world.house, CODE, "jb-2", MONDAY, kind=CouplingKind.PLANNED, actor=CLI, now=now)
    assert "wisselingen" not in await world.say("jb-2", f"/zaak {CODE}")
