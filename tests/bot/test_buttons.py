"""What buttons and typed answers do, once, late, twice or not at all."""

from dataclasses import replace
from datetime import date, time

from sqlalchemy import select

from core.facts import FactKind
from core.people import Role
from services.cases import record_fact
from services.people import NewPerson, add_person
from storage.tables import questions, updates
from tests.factories import CHATS, CLI, MONDAY, a_case, a_row, actor, csv_of, person
from tests.stories.world import World

BSN = "123456782"


async def test_a_button_pressed_twice_tells_what_was_decided(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    await world.say("jb-1", "/zaak GIA-2026-001")
    await world.press("jb-1", "Eerste contact vastleggen")
    await world.press("jb-1", "Vandaag")
    screen = next(m for m in world.said_to("jb-1") if m.text.startswith("GIA-2026-001"))
    query = world.telegram.press(CHATS["jb-1"], screen, "Eerste contact vastleggen")
    await world.telegram.wait_for_alert(query, timeout=10)
    assert "Deze knop is al gebruikt door jb-1" in world.last("jb-1")
    assert "🟢 gehaald" in world.last("jb-1")


async def test_a_term_that_moved_on_meanwhile_is_told(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    await world.say("jb-1", "/zaak GIA-2026-001")
    contact, now = FactKind.FIRST_CONTACT, world.clock.now()
    record_fact(world.house, "GIA-2026-001", contact, MONDAY, actor=actor(world.house, "tm-1"), now=now)
    assert "de zaak is intussen veranderd" in await world.press("jb-1", "Eerste contact vastleggen")


async def test_another_date_is_picked_from_a_month_and_the_future_cannot_be_pressed(world: World) -> None:
    a_case(world.house, ordered=date(2026, 2, 20), protector_coupled=date(2026, 2, 20))
    await world.say("jb-1", "/zaak GIA-2026-001")
    await world.press("jb-1", "Eerste contact vastleggen")
    await world.press("jb-1", "Andere datum")
    march = [button.text for button in world.said_to("jb-1")[-1].buttons]
    assert [text for text in march if text.isdigit()] == ["1", "2"]
    await world.press("jb-1", "«")
    assert "eerste contact op vr 27 feb vastgelegd" in await world.press("jb-1", "27")
    # And what was a mistake is taken back.
    assert "Teruggedraaid" in await world.press("jb-1", "Terugdraaien")
    assert FactKind.FIRST_CONTACT not in world.case().ledger


async def test_a_day_can_be_typed_and_one_that_is_refused_typed_again(world: World) -> None:
    a_case(world.house, ordered=date(2026, 2, 20), protector_coupled=date(2026, 2, 20))
    await world.say("jb-1", "/zaak GIA-2026-001")
    await world.press("jb-1", "Eerste contact vastleggen")
    assert "31-2-2026" in await world.say("jb-1", "31-2-2026")
    assert "toekomst" in await world.say("jb-1", "27-3-2026")
    assert "eerste contact op vr 27 feb vastgelegd" in await world.say("jb-1", "27-2-2026")
    # Then nothing is asked any more.
    assert "Ik heb je nu niets gevraagd" in await world.say("jb-1", "26-2-2026")
    assert world.case().ledger[FactKind.FIRST_CONTACT].on == date(2026, 2, 27)


async def test_asking_a_day_does_not_end_a_question_that_waits_for_an_answer(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    await world.say("jb-1", "/zaak GIA-2026-001")
    screen = world.said_to("jb-1")[-1]
    await world.say("jb-1", "/nieuw")
    query = world.telegram.press(CHATS["jb-1"], screen, "Eerste contact vastleggen")
    await world.telegram.wait_for_alert(query, timeout=10)
    assert "GIA-2026-002" in await world.say("jb-1", "GIA-2026-002")


async def test_a_forged_button_of_somebody_else_is_refused(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    await world.say("jb-1", "/zaak GIA-2026-001")
    token = next(
        b.callback_data for b in world.said_to("jb-1")[-1].buttons if b.text == "Eerste contact vastleggen"
    )
    await world.say("jb-b", "/help")
    query = world.telegram.press(CHATS["jb-b"], world.said_to("jb-b")[-1], str(token), force=True)
    alert = await world.telegram.wait_for_alert(query, timeout=10)
    assert alert.text != ""
    assert FactKind.FIRST_CONTACT not in world.case().ledger


async def test_unknown_button_data_is_answered_quietly(world: World) -> None:
    await world.say("jb-1", "/help")
    before = len(world.said_to("jb-1"))
    query = world.telegram.press(CHATS["jb-1"], world.said_to("jb-1")[-1], "?:1", force=True)
    assert (await world.telegram.wait_for_alert(query, timeout=10)).text == ""
    assert len(world.said_to("jb-1")) == before


async def test_a_manager_leafs_through_a_large_team_to_couple_somebody(world: World) -> None:
    for number in range(10, 20):
        new = NewPerson(f"jb-{number}", frozenset({Role.PROTECTOR}), "GIA", "noord")
        add_person(world.house, new, actor=CLI, now=world.clock.now())
    a_case(world.house, protector=None, manager="tm-1")
    await world.say("tm-1", "/zaak GIA-2026-001")
    await world.press("tm-1", "Jeugdbeschermer koppelen")
    await world.press("tm-1", "Volgende")
    await world.press("tm-1", "jb-2")
    assert "Jeugdbeschermer: jb-2" in await world.press("tm-1", "Vandaag")


async def test_lists_are_leafed_through_in_place(world: World) -> None:
    for number in range(1, 12):
        a_case(world.house, f"GIA-2026-{number:03d}")
    assert "bladzijde 1 van 2" in await world.say("jb-1", "/zaken")
    before = len(world.said_to("jb-1"))
    assert "bladzijde 2 van 2" in await world.press("jb-1", "Volgende")
    assert "bladzijde 1 van 2" in await world.press("jb-1", "Vorige")
    assert len(world.said_to("jb-1")) == before


async def test_settings_change_the_person(world: World) -> None:
    await world.say("jb-1", "/instellingen")
    assert "om 9.30 uur" in await world.press("jb-1", "9.30")
    assert "ma, di, do en vr" in await world.press("jb-1", "✔ wo")
    changed = person(world.house, "jb-1", world.clock.now())
    assert (changed.send_at, sorted(changed.days.weekdays)) == (time(9, 30), [1, 2, 4, 5])


async def test_stopping_asks_first_and_unlinks(world: World) -> None:
    assert "Wil je deze chat ontkoppelen?" in await world.say("jb-1", "/stop")
    assert await world.press("jb-1", "Annuleren") == "Niets veranderd."
    await world.say("jb-1", "/stop")
    assert "ontkoppeld" in await world.press("jb-1", "Ja, ontkoppelen")
    assert person(world.house, "jb-1", world.clock.now()).chat_id is None


async def test_why_and_later_are_answered(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    assert "Zo gebruik je het: /waarom" in await world.say("jb-1", "/waarom")
    why = await world.say("jb-1", "/waarom gia-2026-001 1")
    assert "Uiterlijk maandag 9 maart 2026" in why
    assert "za 7 mrt: zaterdag" in why
    await world.say("jb-1", "/zaak GIA-2026-001")
    assert "wanneer wil je hier weer over horen?" in await world.press("jb-1", "Later · norm 2")
    assert "Je hoort op do 5 mrt weer van GIA-2026-001" in await world.press("jb-1", "Over 3 werkdagen")


async def test_a_case_is_opened_in_a_few_presses(world: World) -> None:
    await world.say("jb-1", "/nieuw")
    assert "welke gemeente" in await world.say("jb-1", "gia-2026-123")
    assert "Bedoel je" in await world.say("jb-1", "Hoorm")
    assert "welke maatregel" in await world.say("jb-1", "Hoorn")
    await world.press("jb-1", "ondertoezichtstelling")
    await world.press("jb-1", "Vandaag")
    assert "Klopt dit?" in await world.press("jb-1", "Gisteren")
    await world.press("jb-1", "Ja, opslaan")
    view = world.case("GIA-2026-123")
    assert (view.protector, view.case.municipality) == ("jb-1", "hoorn")
    assert view.ledger[FactKind.ORDERED].on == date(2026, 3, 1)


async def test_a_bsn_typed_as_a_code_is_deleted_and_kept_nowhere(world: World) -> None:
    await world.say("jb-1", "/nieuw")
    await world.say("jb-1", BSN)
    assert len(world.telegram.calls_of("deleteMessage", CHATS["jb-1"])) == 1
    assert BSN not in [m.text for m in world.telegram.messages(CHATS["jb-1"]) if not m.deleted]
    await world.stop_bot()
    with world.house.store.write() as tx:
        assert tx.execute(select(updates.c.payload).where(updates.c.payload.is_not(None))).all() == []
        assert tx.execute(select(questions.c.draft)).scalars().all() == [{"organisation": "GIA"}]
    assert BSN not in world.last("jb-1")


async def test_loose_text_without_a_question_is_answered(world: World) -> None:
    assert "niets gevraagd" in await world.say("jb-1", "hallo daar")
    await world.say("jb-1", "/nieuw")
    old = world.said_to("jb-1")[-1]
    assert await world.press("jb-1", "Annuleren") == "Niets veranderd."
    query = world.telegram.press(CHATS["jb-1"], old, f"q:1:{BSN}", force=True)
    await world.telegram.wait_for_alert(query, timeout=10)
    assert "al beantwoord of vervallen" in world.last("jb-1")


async def send_file(world: World, name: str, content: bytes) -> str:
    before = len(world.said_to(name))
    world.telegram.send_document(CHATS[name], content, "zaken.csv")
    await world.telegram.wait_until(lambda: len(world.said_to(name)) > before, timeout=10)
    return world.last(name)


async def test_a_file_is_reported_on_first_and_imported_by_a_button(world: World) -> None:
    content = csv_of(a_row())
    assert "kan de gegevensbeheerder" in await send_file(world, "jb-1", content)
    assert "horen hier niet in de chat" in await send_file(world, "gd-1", content)
    allow_files(world)
    wrong = await send_file(
        world, "gd-1", content.replace(b"gekoppeld", b"gekopeld").replace(b"maatregel", b"maatregl")
    )
    assert "maatregl" in wrong
    report = await send_file(world, "gd-1", content)
    assert "1 rij: 1 nieuw" in report
    assert "is ingelezen" in await world.press("gd-1", "Inlezen")
    assert world.case().case.code == "GIA-2026-001"


async def test_rows_of_another_institution_are_one_refusal_and_a_bsn_is_not_shown_back(world: World) -> None:
    allow_files(world)
    others = [a_row(f"GIB-2026-{number:03}") for number in range(1, 41)]
    report = await send_file(world, "gd-1", csv_of(*others, a_row(gemeente="123456782")))
    assert "regel 2 en nog 39 regels, kolom gi: Je mag dit niet (zaken inlezen)" in report
    assert report.count("•") == 2
    assert "regel 42, kolom gemeente: Deze gemeente staat niet in de configuratie" in report
    assert "123456782" not in report


async def test_a_name_that_was_typed_is_not_shown_back(world: World) -> None:
    said = await world.say("jb-1", "/zaak 123456782")
    assert "ken ik niet" in said
    assert "123456782" not in said


def allow_files(world: World) -> None:
    """Let case files go through the chat, as the demo does."""
    rules = world.house.rules
    allowed = replace(rules, privacy=replace(rules.privacy, case_files_in_chat=True))
    object.__setattr__(world.house, "rules", allowed)


async def test_a_chat_that_was_lost_works_again_when_its_owner_writes(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    world.telegram.block(CHATS["jb-1"])
    await world.morning(date(2026, 3, 4))
    assert person(world.house, "jb-1", world.clock.now()).chat_id is None
    world.telegram.unblock(CHATS["jb-1"])
    await world.say("jb-1", "/vandaag")
    assert person(world.house, "jb-1", world.clock.now()).chat_id == CHATS["jb-1"]
