"""The help chain in the chat: needs by number, where each stands, requests, and what to think of next."""

from datetime import date

from core.facts import FactKind
from core.help import Need
from services.blockers import register_blocker
from services.cases import record_fact
from services.items import ask_help, record_need
from tests.bot.conftest import heard, labels
from tests.factories import CHATS, CLI, MONDAY, a_case, actor
from tests.stories.world import World, text_of

CODE = "GIA-2026-001"
KINDS = ("ambulante hulp", "gezinsbehandeling", "jeugd-ggz", "verblijf", "crisishulp", "dagbesteding")


def needs(world: World) -> tuple[Need, ...]:
    return world.case().needs


async def open_needs(world: World) -> str:
    await world.say("jb-1", f"/zaak {CODE}")
    return await world.press("jb-1", "Hulpvragen")


async def test_a_need_is_asked_by_number_and_its_kind_is_never_said_again(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    assert "Er is nog geen hulpvraag vastgelegd." in await open_needs(world)
    await world.press("jb-1", "Nieuwe hulpvraag")
    await world.press("jb-1", "jeugd-ggz")
    await world.press("jb-1", "aanbieder")
    done = await world.press("jb-1", "Vandaag")
    assert f"✅ {CODE}: hulpvraag 1 (gevraagd ma 2 mrt) vastgelegd." in done
    (need,) = needs(world)
    assert (need.help_kind, need.asked_of, need.asked_on) == ("ggz", "aanbieder", MONDAY)
    shown = await open_needs(world)
    assert "Hulpvraag 1 (gevraagd ma 2 mrt)" in shown
    assert "gevraagd aan: aanbieder" in shown
    said = " ".join(heard(world, CHATS["jb-1"]))
    assert [kind for kind in KINDS if kind in said] == []


async def test_a_need_that_was_a_mistake_is_taken_back(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    await open_needs(world)
    await world.press("jb-1", "Nieuwe hulpvraag")
    await world.press("jb-1", "verblijf")
    await world.press("jb-1", "Overslaan")
    await world.press("jb-1", "Vandaag")
    assert "Teruggedraaid: hulpvraag 1" in await world.press("jb-1", "Terugdraaien")
    assert needs(world) == ()


async def test_each_step_of_a_need_is_recorded_and_an_intake_is_no_start(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    me, now = actor(world.house, "jb-1"), world.clock.now()
    ask_help(world.house, CODE, "verblijf", None, MONDAY, actor=me, now=now)
    for label, value in (
        ("Is de hulp gecontracteerd?", "nee"),
        ("Financiering akkoord", "Vandaag"),
        ("Intake geweest", "Vandaag"),
    ):
        await open_needs(world)
        await world.press("jb-1", "Hulpvraag 1 bijwerken")
        await world.press("jb-1", label)
        await world.press("jb-1", value)
    assert world.status("3") == "open"
    await open_needs(world)
    await world.press("jb-1", "Hulpvraag 1 bijwerken")
    await world.press("jb-1", "Hulp gestart")
    await world.press("jb-1", "Past bij de koers")
    done = await world.press("jb-1", "Vandaag")
    assert "hulpvraag 1 (gevraagd ma 2 mrt), hulp gestart ma 2 mrt vastgelegd" in done
    assert world.status("3") == "met"
    (need,) = needs(world)
    assert (need.contracted, need.funded_on, need.intake_on) == ("nee", MONDAY, MONDAY)
    assert "Teruggedraaid: hulp gestart" in await world.press("jb-1", "Terugdraaien")
    assert world.status("3") == "open"


async def test_a_start_after_the_due_date_prompts_to_ask_for_help_today(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY, manager="tm-1")
    ask_help(world.house, CODE, "ggz", None, MONDAY, actor=actor(world.house, "jb-1"), now=world.clock.now())
    await open_needs(world)
    await world.press("jb-1", "Hulpvraag 1 bijwerken")
    await world.press("jb-1", "Wachten: verwachte start")
    await world.press("jb-1", "Andere datum")
    for _ in range(4):
        await world.press("jb-1", "»")
    done = await world.press("jb-1", "13")
    assert "verwachte start van de hulp ma 13 jul vastgelegd" in done
    assert "Hulp nodig om het eerder te regelen?" in done
    answered = await world.press("jb-1", "Ja, nu om hulp vragen")
    assert "Goed, ik vraag nu om hulp." in answered
    assert "Ligt nu bij tm-1" in answered


async def test_a_known_wait_at_the_course_prompts_the_zorgmakelaar(world: World, desks: None) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    me, now = actor(world.house, "jb-1"), world.clock.now()
    ask_help(world.house, CODE, "ggz", None, MONDAY, actor=me, now=now)
    record_need(world.house, CODE, 1, FactKind.HELP_WAITING, date(2026, 5, 4), actor=me, now=now)
    for kind in (FactKind.COURSE_GOALS, FactKind.COURSE_HELP, FactKind.COURSE_AGREED, FactKind.CHILD_SPOKEN):
        record_fact(world.house, CODE, kind, None, actor=me, now=now)
    await world.say("jb-1", f"/zaak {CODE}")
    await world.press("jb-1", "Koers vastleggen")
    done = await world.press("jb-1", "Vandaag")
    assert "De zorgmakelaar kan meedenken" in done
    assert "Ligt nu bij zm-noord" in await world.press("jb-1", "Zorgmakelaar vragen")
    # A second press leaves it there.
    assert "Er is niets veranderd" in await world.press("jb-1", "Zorgmakelaar vragen")


async def test_a_course_without_help_prompts_to_consult_the_municipality(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    me, now = actor(world.house, "jb-1"), world.clock.now()
    for kind in (FactKind.COURSE_GOALS, FactKind.COURSE_HELP, FactKind.COURSE_AGREED, FactKind.CHILD_SPOKEN):
        record_fact(world.house, CODE, kind, None, actor=me, now=now)
    await world.say("jb-1", f"/zaak {CODE}")
    await world.press("jb-1", "Koers vastleggen")
    assert "Overleg je met de gemeente" in await world.press("jb-1", "Vandaag")
    await world.press("jb-1", "Overlegd met de gemeente")
    assert "overlegd met de gemeente op ma 2 mrt vastgelegd" in await world.press("jb-1", "Vandaag")
    assert world.case().ledger[FactKind.CONSULTED].on == MONDAY


async def test_help_that_started_asks_which_need_when_several_are_open(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    me, now = actor(world.house, "jb-1"), world.clock.now()
    for kind in ("ggz", "verblijf"):
        ask_help(world.house, CODE, kind, None, MONDAY, actor=me, now=now)
    await world.say("jb-1", f"/zaak {CODE}")
    assert "om welke hulpvraag gaat het?" in await world.press("jb-1", "Hulp gestart")
    await world.press("jb-1", "hulpvraag 2")
    await world.press("jb-1", "Past bij de koers")
    assert "hulp gestart op ma 2 mrt vastgelegd" in await world.press("jb-1", "Vandaag")
    assert [need.started_on for need in needs(world)] == [None, MONDAY]
    assert world.status("3") == "open"
    assert "Teruggedraaid" in await world.press("jb-1", "Terugdraaien")
    assert [need.started_on for need in needs(world)] == [None, None]


async def test_a_request_carries_its_own_term_and_gets_its_answer(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    await open_needs(world)
    await world.press("jb-1", "Aanvraag vastleggen")
    await world.press("jb-1", "aanvraag bij de lokale toegang")
    sent = await world.press("jb-1", "Vandaag")
    assert "aanvraag toegang 1, verstuurd ma 2 mrt. Antwoord verwacht uiterlijk ma 13 apr" in sent
    assert "nog geen antwoord" in await open_needs(world)
    await world.say("jb-1", f"/zaak {CODE}")
    await world.press("jb-1", "Antwoord vastleggen · aanvraag toegang 1")
    await world.press("jb-1", "nee")
    done = await world.press("jb-1", "Vandaag")
    assert "Aanvraag toegang 1: 🟢 gehaald" in done
    assert world.case().items["toegang.1"][FactKind.REQUEST_ANSWERED].value == "nee"
    assert "antwoord ma 2 mrt" in await open_needs(world)


async def test_a_registered_blocker_is_shown_when_such_help_is_chosen(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    now = world.clock.now()
    register_blocker(
        world.house, "opnamestop", "De Poort", MONDAY, None, help_kind="verblijf", actor=CLI, now=now
    )
    await open_needs(world)
    await world.press("jb-1", "Nieuwe hulpvraag")
    await world.press("jb-1", "verblijf")
    await world.press("jb-1", "Overslaan")
    assert "Let op, in het register staat: opnamestop: De Poort." in await world.press("jb-1", "Vandaag")


async def test_an_earlier_button_of_a_chain_answers_nothing_later(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    await open_needs(world)
    await world.press("jb-1", "Nieuwe hulpvraag")
    message = world.said_to("jb-1")[-1]
    first = str(message.buttons[0].callback_data)
    await world.press("jb-1", "jeugd-ggz")
    for _ in range(2):
        query = world.telegram.press(CHATS["jb-1"], message, first, force=True)
        await world.telegram.wait_for_alert(query, timeout=10)
    assert "aan wie is het gevraagd?" in world.last("jb-1")
    await world.press("jb-1", "gemeente")
    await world.press("jb-1", "Gisteren")
    (need,) = needs(world)
    assert (need.help_kind, need.asked_of) == ("ggz", "gemeente")


async def test_no_chat_and_no_mail_repeats_a_kind_of_help_or_a_note(world: World) -> None:
    """Everything that could leak is in the data: kinds, reasons, notes, municipality and measure."""
    from services.explanations import explain  # noqa: PLC0415 - what only this test needs

    a_case(world.house, protector_coupled=MONDAY, manager="tm-1")
    me, now = actor(world.house, "jb-1"), world.clock.now()
    ask_help(world.house, CODE, "ggz", "aanbieder", MONDAY, actor=me, now=now)
    record_need(world.house, CODE, 1, FactKind.HELP_WAITING, date(2026, 9, 1), actor=me, now=now)
    for until in (date(2026, 7, 1), date(2026, 8, 3)):
        explain(world.house, CODE, "3", "plafond", until, note="geheime toelichting", actor=me, now=now)
    for day in (3, 4, 5, 6, 9, 10):
        await world.morning(date(2026, 3, day))
    await open_needs(world)
    await world.say("jb-1", "/vandaag")
    await world.say("jb-1", "/zaken")
    await world.say("jb-1", f"/opschaling {CODE}")
    said = [text for chat in CHATS.values() for text in heard(world, chat)]
    said += [text_of(mail) + str(mail["Subject"]) for mail in world.letterbox.mails]
    leaks = (*KINDS, "geheime toelichting", "Alkmaar", "ondertoezichtstelling")
    assert [(word, text) for text in said for word in leaks if word in text] == []
    assert any("Hulp nodig?" in text or "Kun je helpen" in text for text in said)
    assert labels(world, "jb-1") != []


async def test_a_restart_in_the_middle_of_a_chain_loses_no_answer(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    await open_needs(world)
    await world.press("jb-1", "Nieuwe hulpvraag")
    await world.press("jb-1", "verblijf")
    await world.stop_bot()
    await world.start_bot()
    await world.press("jb-1", "gemeente")
    await world.press("jb-1", "Vandaag")
    (need,) = needs(world)
    assert (need.help_kind, need.asked_of, need.asked_on) == ("verblijf", "gemeente", MONDAY)
