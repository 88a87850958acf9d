"""Explaining why a term is late: a reason from the list, a new date, and text only where it may be."""

import re
from collections.abc import Callable
from datetime import date

from core.facts import FactKind
from services.explanations import explain
from storage.tables import questions
from tests.bot.conftest import heard
from tests.factories import CHATS, MONDAY, a_case, actor, at
from tests.stories.world import World

REASON = "wachtlijst bij de aanbieder"
NOTE = "Overlegd met wethouder Jansen-de Wit over de plek"


def told(world: World) -> list[tuple[str | None, date | None, str | None]]:
    """Return reason, new date and note of every explanation of help that stands."""
    facts = world.case().facts
    return [
        (fact.value, fact.on, fact.note)
        for fact in facts
        if fact.kind is FactKind.HELP_EXPLAINED and fact.stands()
    ]


async def test_a_term_is_explained_with_three_presses_and_taken_back(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    world.clock.set(at(date(2026, 6, 1), 9))
    await world.say("jb-1", "/zaak GIA-2026-001")
    why = await world.press("jb-1", "Uitleggen · norm 3")
    assert "wat staat er in de weg?" in why
    assert "http://pages.test/zaken/GIA-2026-001" in why
    assert "wanneer is het wel zover?" in await world.press("jb-1", REASON)
    done = await world.press("jb-1", "Over 4 weken")
    assert "🔵 GIA-2026-001: norm 3 uitgelegd tot ma 29 jun" in done
    assert REASON not in done
    assert told(world) == [("wachtlijst", date(2026, 6, 29), None)]
    assert world.status("3") == "explained"
    assert "Teruggedraaid: uitleg bij passende hulp" in await world.press("jb-1", "Terugdraaien")
    assert world.status("3") == "open"


async def test_a_new_date_can_be_picked_from_a_month_and_never_before_the_present_one(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    await world.say("jb-1", "/zaak GIA-2026-001")
    await world.press("jb-1", "Uitleggen · norm 3")
    await world.press("jb-1", REASON)
    quick = [button.text for button in world.said_to("jb-1")[-1].buttons]
    assert quick == ["Andere datum"]
    await world.press("jb-1", "Andere datum")
    june = [button.text for button in world.said_to("jb-1")[-1].buttons if button.text.isdigit()]
    assert june[0] == "3"
    assert "uitgelegd tot di 30 jun" in await world.press("jb-1", "30")


async def test_a_second_explanation_says_that_the_manager_hears_of_it(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY, manager="tm-1")
    me, now = actor(world.house, "jb-1"), world.clock.now()
    explain(world.house, "GIA-2026-001", "3", "plafond", date(2026, 7, 1), actor=me, now=now)
    await world.say("jb-1", "/zaak GIA-2026-001")
    await world.press("jb-1", "Uitleggen · norm 3")
    await world.press("jb-1", REASON)
    await world.press("jb-1", "Andere datum")
    assert "Dit is de 2e uitleg" in await world.press("jb-1", "31")
    await world.until(at(MONDAY, 9, 30))
    alert = world.last("tm-1")
    assert "norm 3 is voor de 2e keer uitgelegd" in alert
    assert "Kun je helpen" in alert
    assert [word for word in (REASON, "budgetplafond") if word in alert] == []


async def test_the_same_explanation_pressed_twice_counts_once(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    await world.say("jb-1", "/zaak GIA-2026-001")
    await world.press("jb-1", "Uitleggen · norm 3")
    await world.press("jb-1", REASON)
    await world.press("jb-1", "Andere datum")
    month = world.said_to("jb-1")[-1]
    data = next(button.callback_data for button in month.buttons if button.text == "30")
    await world.press("jb-1", "30")
    query = world.telegram.press(CHATS["jb-1"], month, str(data), force=True)
    await world.telegram.wait_for_alert(query, timeout=10)
    assert len(told(world)) == 1
    screen = await world.say("jb-1", "/zaak GIA-2026-001")
    assert re.search(r"uitgelegd tot di 30 jun \(nog \d+ werkdagen\) \(norm: di 2 jun\)", screen)
    assert "Deze knop is al gebruikt door jb-1" in heard(world, CHATS["jb-1"])[-2]


async def test_a_line_of_text_is_asked_where_it_may_be_and_a_likely_name_is_asked_about(
    world: World, allow_text: Callable[[], None]
) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    allow_text()
    await world.say("jb-1", "/zaak GIA-2026-001")
    assert "website" not in await world.press("jb-1", "Uitleggen · norm 3")
    await world.press("jb-1", REASON)
    await world.press("jb-1", "Andere datum")
    assert "één regel bij schrijven" in await world.press("jb-1", "30")
    assert told(world) == []
    assert "lijkt een naam in te staan" in await world.say("jb-1", NOTE)
    done = await world.press("jb-1", "Dit is geen naam")
    assert "uitgelegd tot di 30 jun" in done
    assert "Jansen" not in done
    assert told(world) == [("wachtlijst", date(2026, 6, 30), NOTE)]
    with world.house.store.read() as tx:
        kept = tx.execute(questions.select().where(questions.c.kind == "explain_note")).one()
        assert kept.draft == {}


async def test_a_bsn_in_the_line_is_taken_out_of_the_chat_and_asked_again(
    world: World, allow_text: Callable[[], None]
) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    allow_text()
    await world.say("jb-1", "/zaak GIA-2026-001")
    await world.press("jb-1", "Uitleggen · norm 3")
    await world.press("jb-1", REASON)
    await world.press("jb-1", "Andere datum")
    await world.press("jb-1", "30")
    await world.say("jb-1", "bsn 123456782")
    assert len(world.telegram.calls_of("deleteMessage", CHATS["jb-1"])) == 1
    assert "BSN" in world.last("jb-1")
    assert told(world) == []
    await world.press("jb-1", "Overslaan")
    assert told(world) == [("wachtlijst", date(2026, 6, 30), None)]


async def test_norm_1_has_nothing_to_explain(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    await world.say("jb-1", "/zaak GIA-2026-001")
    shown = [button.text for button in world.said_to("jb-1")[-1].buttons]
    assert [text for text in shown if "Uitleggen" in text] == ["Uitleggen · norm 2", "Uitleggen · norm 3"]
