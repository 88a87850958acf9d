"""What managers keep an eye on: who waits, whose cases go to others, what keeps help from starting."""

from collections.abc import Callable
from datetime import date

from core.facts import FactKind
from services.blockers import present_blockers
from services.items import ask_help, record_need
from tests.bot.conftest import labels
from tests.factories import CLI, MONDAY, a_case, actor, at
from tests.stories.world import World


def three_groups(world: World) -> None:
    """Open a case for each of the three groups, and one of which help started."""
    now = world.clock.now()
    late, early = date(2025, 11, 3), date(2026, 2, 27)
    a_case(world.house, "GIA-2026-001", ordered=late)
    a_case(world.house, "GIA-2026-002", help_needed_by=early)
    for code, fit in (("GIA-2026-003", "niet_passend"), ("GIA-2026-004", "passend")):
        a_case(world.house, code)
        ask_help(world.house, code, "ggz", None, MONDAY, actor=CLI, now=now)
        record_need(world.house, code, 1, FactKind.HELP_STARTED, MONDAY, value=fit, actor=CLI, now=now)


async def test_who_waits_is_counted_in_three_groups_and_listed_by_page(world: World) -> None:
    three_groups(world)
    shown = await world.say("tm-1", "/wachtenden")
    assert shown.splitlines()[1:] == [
        "1 · wacht langer dan drie maanden",
        "1 · hulp was eerder nodig",
        "1 · er is hulp, maar die past niet",
    ]
    group = await world.press("tm-1", "er is hulp, maar die past niet (1)")
    assert "GIA-2026-003 · jb-1" in group
    assert labels(world, "tm-1") == ["GIA-2026-003"]


async def test_who_waits_is_not_for_a_jeugdbeschermer(world: World) -> None:
    three_groups(world)
    assert "Je mag dit niet" in await world.say("jb-1", "/wachtenden")
    assert "Je mag dit niet" in await world.say("jb-1", "/overdragen")


async def test_a_long_group_is_leafed_through(world: World) -> None:
    for number in range(1, 15):
        a_case(world.house, f"GIA-2026-{number:03d}", ordered=date(2025, 11, 3))
    await world.say("tm-1", "/wachtenden")
    assert "bladzijde 1 van 2" in await world.press("tm-1", "wacht langer dan drie maanden (14)")
    assert "GIA-2026-014" in await world.press("tm-1", "Volgende")


async def test_a_whole_caseload_is_handed_over_with_one_confirmation(world: World) -> None:
    for number in range(1, 6):
        a_case(world.house, f"GIA-2026-{number:03d}", protector="jb-2", protector_coupled=MONDAY)
    await world.say("tm-1", "/overdragen")
    await world.press("tm-1", "jb-2")
    assert "Nog iemand erbij?" in await world.press("tm-1", "jb-1")
    await world.press("tm-1", "✔ Klaar")
    await world.press("tm-1", "niet gepland")
    sure = await world.press("tm-1", "Vandaag")
    assert "5 zaken van jb-2 gaan vanaf ma 2 mrt naar jb-1 (niet gepland)" in sure
    assert "5 zaken van jb-2 overgedragen." in await world.press("tm-1", "Ja, overdragen")
    assert {world.case(f"GIA-2026-{number:03d}").protector for number in range(1, 6)} == {"jb-1"}
    await world.until(at(MONDAY, 9, 30))
    told = [message.text for message in world.said_to("jb-1") if "nu van jou" in message.text]
    assert len(told) == 1
    assert "5 zaken zijn nu van jou, overgedragen door tm-1" in told[0]
    assert "GIA-2026-001, GIA-2026-002, GIA-2026-003, GIA-2026-004 en GIA-2026-005." in told[0]


async def test_a_handover_that_is_refused_asks_the_last_step_again(world: World) -> None:
    await world.say("tm-1", "/overdragen")
    await world.press("tm-1", "jb-2")
    await world.press("tm-1", "jb-1")
    await world.press("tm-1", "✔ Klaar")
    await world.press("tm-1", "geplande overdracht")
    assert "0 zaken van jb-2 gaan" in await world.press("tm-1", "Vandaag")
    assert "heeft geen lopende zaken" in await world.press("tm-1", "Ja, overdragen")
    assert "Klopt dit?" in world.last("tm-1")
    assert await world.press("tm-1", "Annuleren") == "Niets veranderd."


async def test_a_blocker_is_registered_at_a_municipality_and_ended(world: World) -> None:
    assert "Er staat nu niets in het register." in await world.say("jb-1", "/belemmeringen")
    await world.press("jb-1", "Belemmering toevoegen")
    await world.press("jb-1", "budgetplafond bereikt")
    await world.press("jb-1", "Noord")
    await world.press("jb-1", "jeugd-ggz")
    await world.press("jb-1", "Vandaag")
    asked = await world.press("jb-1", "Overslaan")
    assert "die typ je niet in de chat, maar op de website: http://pages.test" in asked
    assert labels(world, "jb-1") == ["Alkmaar", "Hoorn", "Annuleren"]
    added = await world.press("jb-1", "Hoorn")
    assert "Vastgelegd: budgetplafond bereikt, Hoorn, vanaf ma 2 mrt." in added
    (kept,) = present_blockers(world.house, actor=CLI, now=world.clock.now())
    assert (kept.kind, kept.place, kept.help_kind, kept.region) == ("plafond", "Hoorn", "ggz", "noord")
    shown = await world.say("jb-2", "/belemmeringen")
    assert "1. budgetplafond bereikt: Hoorn (Noord), vanaf ma 2 mrt" in shown
    assert "ggz" not in shown
    await world.press("jb-2", "1 loopt af")
    assert "tot en met ma 2 mrt" in await world.press("jb-2", "Vandaag")


async def test_a_provider_is_typed_where_the_chat_may_carry_text(
    world: World, allow_text: Callable[[], None]
) -> None:
    allow_text()
    await world.say("jb-1", "/belemmeringen")
    await world.press("jb-1", "Belemmering toevoegen")
    await world.press("jb-1", "opnamestop")
    await world.press("jb-1", "Overslaan")
    await world.press("jb-1", "Overslaan")
    await world.press("jb-1", "Vandaag")
    await world.press("jb-1", "Overslaan")
    await world.say("jb-1", "de poort")
    (kept,) = present_blockers(world.house, actor=actor(world.house, "jb-1"), now=world.clock.now())
    assert (kept.place, kept.region, kept.through_on) == ("de poort", None, None)
