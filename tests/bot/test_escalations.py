"""Escalations in the chat: announced, held, taken, handed back, sent on; late presses; the history."""

from datetime import date

from core.facts import FactKind
from services.cases import record_fact
from services.escalating import escalate_now
from services.items import ask_help, record_need
from tests.bot.conftest import heard, labels
from tests.factories import CHATS, CLI, MONDAY, a_case, actor, at
from tests.stories.world import World, text_of

CODE = "GIA-2026-001"
EXPECTED = date(2026, 9, 1)


def waits(world: World, manager: str | None = "tm-1") -> None:
    """Open a case of which help is expected long after norm 3."""
    a_case(world.house, protector_coupled=MONDAY, first_contact=MONDAY, manager=manager)
    me, now = actor(world.house, "jb-1"), world.clock.now()
    ask_help(world.house, CODE, "verblijf", "aanbieder", MONDAY, actor=me, now=now)
    record_need(world.house, CODE, 1, FactKind.HELP_WAITING, EXPECTED, actor=me, now=now)


def climb(world: World) -> None:
    """Let the escalation of norm 3 leave now."""
    escalate_now(world.house, CODE, "3", actor=actor(world.house, "jb-1"), now=world.clock.now())


async def test_a_known_wait_is_announced_first_and_can_be_held_with_a_reason(world: World) -> None:
    waits(world)
    (digest,) = (await world.morning(MONDAY))["jb-1"]
    assert "Hulp nodig? Gaat di 3 mrt naar de teammanager, tenzij het dan geregeld is." in digest
    assert "hulp verwacht di 1 sep" in digest
    assert "1. Nog niet, want …" in labels(world, "jb-1")
    assert "Nog niet opschalen, want …" in await world.press("jb-1", "Nog niet, want …")
    held = await world.press("jb-1", "gezin of netwerk nog niet zover")
    assert "Goed, ik wacht twee werkdagen." in held
    assert "tm-1" not in await world.morning(date(2026, 3, 3))
    # Once only: then it leaves.
    (asked,) = (await world.morning(date(2026, 3, 4)))["tm-1"]
    assert "Kun je helpen? Deze vraag ligt nu bij jou." in asked


async def test_of_a_case_without_a_worker_the_manager_hears_that_it_comes_to_her(world: World) -> None:
    a_case(world.house, protector=None, manager="tm-1")
    now = world.clock.now()
    record_fact(world.house, CODE, FactKind.HELP_WAITING, EXPECTED, actor=CLI, now=now)
    digest = (await world.morning(MONDAY))["tm-1"][0]
    assert "Niet geregeld? Dan wordt het di 3 mrt een hulpvraag aan jou." in digest
    assert "naar de teammanager" not in digest
    assert "nog niemand gekoppeld" in digest


async def test_a_manager_takes_it_and_a_second_press_says_who_has_it(world: World) -> None:
    waits(world)
    climb(world)
    await world.until(at(MONDAY, 9, 30))
    asked = world.last("tm-1")
    assert f"{CODE} · norm 3: passende hulp" in asked
    assert "Uiterlijk di 2 jun." in asked
    assert "De hulp wordt pas op di 1 sep verwacht." in asked
    assert "Jeugdbeschermer: jb-1." in asked
    assert "Graag een antwoord vóór" in asked
    question = world.said_to("tm-1")[-1]
    assert "Fijn, jij hebt het nu." in await world.press("tm-1", "Ik pak dit op")
    query = world.telegram.press(CHATS["tm-1"], question, "Ik pak dit op")
    await world.telegram.wait_for_alert(query, timeout=10)
    late = world.last("tm-1")
    assert "Er is niets veranderd: iemand was je voor, of het is al verder." in late
    assert "Ligt nu bij tm-1" in late


async def test_it_is_handed_back_with_a_reason_and_comes_back_with_it(world: World) -> None:
    waits(world)
    climb(world)
    await world.until(at(MONDAY, 9, 30))
    await world.press("tm-1", "Teruggeven, want …")
    assert "Teruggegeven." in await world.press("tm-1", "wachten op de gemeente")
    await world.until(at(MONDAY, 9, 45))
    back = world.last("jb-1")
    assert "tm-1 geeft de vraag terug (wachten op de gemeente)." in back
    assert labels(world, "jb-1") == ["Ik pak dit op", "Naar een andere trede, want …"]


async def test_a_desk_reads_code_norm_dates_and_holder_only(world: World, desks: None) -> None:
    waits(world)
    climb(world)
    await world.say("jb-1", f"/opschaling {CODE}")
    assert "Naar wie moet het?" in await world.press("jb-1", "Naar een andere trede, want …")
    assert labels(world, "jb-1") == ["Zorgmakelaar Noord", "Expertteam Noord"]
    await world.press("jb-1", "Zorgmakelaar Noord")
    sent = await world.press("jb-1", "wachtlijst bij de aanbieder")
    assert "Doorgestuurd." in sent
    assert "Ligt nu bij zm-noord (de zorgmakelaar): gevraagd." in sent
    await world.until(at(MONDAY, 9, 45))
    (mail,) = world.mails_to("zm-noord@region.example")
    said = text_of(mail)
    assert f"Zaak {CODE} · norm 3: passende hulp" in said
    assert "Jeugdbeschermer: jb-1." in said
    assert "Ik pak dit op: http://pages.test/a/" in said
    hidden = ("verblijf", "Alkmaar", "ondertoezichtstelling", "tm-1", "Instelling A")
    assert [word for word in hidden if word in said + str(mail["Subject"])] == []


async def test_the_history_tells_who_had_it_when_and_which_answer(world: World) -> None:
    waits(world)
    climb(world)
    await world.until(at(MONDAY, 9, 30))
    await world.press("tm-1", "Ik pak dit op")
    await world.say("jb-1", f"/zaak {CODE}")
    shown = await world.press("jb-1", "Opschalingen")
    assert "Ligt nu bij tm-1 (de teammanager): opgepakt." in shown
    lines = [line.split(": ", 1)[1] for line in shown.splitlines() if line.startswith("•")]
    assert lines == ["aangekondigd aan jb-1", "gevraagd aan tm-1", "opgepakt door tm-1"]
    assert await world.say("jb-1", f"/opschaling {CODE} 3") == shown
    assert "nog niets opgeschaald" in await world.say("jb-1", f"/opschaling {CODE} 2")


async def test_what_waits_is_one_list_with_its_answers(world: World) -> None:
    assert "Er wacht nu geen opschaling op jou" in await world.say("tm-1", "/opschaling")
    waits(world)
    climb(world)
    mine = await world.say("tm-1", "/opschaling")
    assert mine.startswith("1 opschaling wacht op jou")
    assert labels(world, "tm-1") == [
        "Ik pak dit op",
        "Teruggeven, want …",
        "Naar een andere trede, want …",
    ]
    await world.press("tm-1", "Ik pak dit op")
    await world.say("tm-1", "/opschaling")
    assert "Wat kwam er uit de tafel?" in await world.press("tm-1", "Uitkomst vastleggen")
    assert "Uitkomst genoteerd." in await world.press("tm-1", "advies gekregen")
    assert "uitkomst vastgelegd door tm-1 (advies gekregen)" in await world.say("tm-1", f"/opschaling {CODE}")


async def test_somebody_elses_escalation_is_unknown(world: World) -> None:
    waits(world)
    climb(world)
    assert "ken ik niet" in await world.say("jb-b", f"/opschaling {CODE}")


async def test_an_expert_team_wants_to_know_who_applies(world: World, desks: None) -> None:
    waits(world)
    climb(world)
    await world.say("jb-1", f"/opschaling {CODE}")
    await world.press("jb-1", "Naar een andere trede, want …")
    await world.press("jb-1", "Expertteam Noord")
    sent = await world.press("jb-1", "er is geen plek")
    assert "Ligt nu bij ret-noord" in sent
    await world.say("jb-1", f"/opschaling {CODE}")
    assert "wie is de aanmelder?" in await world.press("jb-1", "Aanmelden")
    assert "Aangemeld." in await world.press("jb-1", "jb-1")
    await world.say("jb-1", f"/opschaling {CODE}")
    assert "Aanmelden" not in labels(world, "jb-1")
    await world.until(at(MONDAY, 9, 45))
    mails = [text_of(mail) for mail in world.mails_to("ret-noord@region.example")]
    assert any("Deze zaak is aangemeld door jb-1." in said for said in mails)


async def test_what_was_sent_about_it_shows_that_it_is_over(world: World) -> None:
    waits(world)
    climb(world)
    await world.until(at(MONDAY, 9, 30))
    me, now = actor(world.house, "jb-1"), world.clock.now()
    record_need(world.house, CODE, 1, FactKind.HELP_STARTED, MONDAY, value="passend", actor=me, now=now)
    await world.until(at(MONDAY, 9, 45))
    (asked,) = [text for text in heard(world, CHATS["tm-1"]) if CODE in text]
    assert "Opgelost." in asked
    assert "Kun je helpen" not in asked


async def test_the_route_card_says_who_within_what_term_and_which_table(world: World, desks: None) -> None:
    card = await world.say("jb-1", "/route hoorn")
    assert "Route in Hoorn · regio Noord" in card
    assert "1. Zorgmakelaar Noord: met de beschikbaarheidswijzer" in card
    assert "antwoord binnen 2 werkdagen (aangenomen)" in card
    assert "2. Expertteam Noord" in card
    assert "antwoord binnen 3 werkdagen\n" in card
    assert "tafel do 9.00 uur; eerstvolgende do 5 mrt, inbrengen tot 4-3-2026 om 12.00 uur" in card
    assert "Bron: Verbeterplan 2022" in card
    assert "Bedoel je 'Hoorn'" in await world.say("jb-1", "/route Horn")
    assert "nog geen route" in await world.say("jb-1", "/route Haarlem")
    assert "Zo gebruik je het: /route" in await world.say("jb-1", "/route")
    waits(world)
    await world.say("jb-1", f"/zaak {CODE}")
    await world.press("jb-1", "Meer …")
    assert "Route in Alkmaar" in await world.press("jb-1", "Route van de gemeente")
