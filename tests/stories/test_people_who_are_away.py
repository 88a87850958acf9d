"""Somebody is absent, or cannot be reached."""

from datetime import date

from core.facts import FactKind
from tests.factories import CHATS, MONDAY, a_row
from tests.stories.world import World, link_in, text_of

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 3, day) for day in (3, 4, 5, 6))
COUPLED = {"gekoppeld": "2026-03-02"}


async def test_an_absent_jeugdbeschermer_is_stood_in_for(world: World) -> None:
    world.import_rows(a_row(**COUPLED))
    # jb-1 is away from Tuesday through Thursday; jb-2 stands in.
    await world.morning(MONDAY)
    await world.say("jb-1", "/waarneming")
    assert "Vanaf welke dag" in await world.press("jb-1", "Ik ben er niet")
    assert "Tot en met welke dag" in await world.press("jb-1", "3")
    assert "Wie neemt waar" in await world.press("jb-1", "5")
    assert "jb-2 neemt waar voor jb-1 van di 3 mrt tot en met do 5 mrt" in await world.press("jb-1", "jb-2")
    await world.until(world.clock.now())
    assert "Je neemt waar voor jb-1" in world.last("jb-2")
    # The reminder of Wednesday goes to jb-2, who can record what happened.
    said = await world.morning(WEDNESDAY)
    assert list(said) == ["jb-2"]
    assert "GIA-2026-001" in said["jb-2"][0]
    await world.press("jb-2", "Eerste contact vastleggen")
    assert "Norm 1: 🟢 gehaald" in await world.press("jb-2", "Vandaag")
    # From Friday on everything is jb-1's again.
    world.import_rows(
        a_row("GIA-2026-002", in_kennis_gesteld="2026-03-03", uitspraak="2026-03-03", **COUPLED)
    )
    assert list(await world.morning(FRIDAY)) == ["jb-1"]


async def test_a_blocked_chat_falls_back_to_mail_and_is_answered_by_its_link(any_world: World) -> None:
    world = any_world
    world.import_rows(a_row(**COUPLED))
    world.telegram.block(CHATS["jb-1"])
    # jb-1 has blocked the bot: the reminder comes by mail in the same minute.
    await world.morning(WEDNESDAY)
    (mail,) = world.mails_to("jb-1@gia.example")
    assert "GIA-2026-001" in text_of(mail)
    link = link_in(mail, "Eerste contact vastleggen")
    # A scanner that opens the link records nothing.
    page = await world.web.get(link)
    assert (page.status_code, FactKind.FIRST_CONTACT in world.case().ledger) == (200, False)
    # Only confirming does.
    done = await world.web.post(link, data={"on": "2026-03-04"})
    assert done.status_code == 200
    assert world.status("1") == "met"
    # A second time tells what was decided.
    again = await world.web.post(link, data={"on": "2026-03-05"})
    assert "jb-1" in again.text
    told = world.case().ledger[FactKind.FIRST_CONTACT]
    assert told.on == WEDNESDAY


async def test_the_manager_hears_once_that_somebody_cannot_be_reached(world: World) -> None:
    world.import_rows(a_row(jeugdbeschermer="jb-2", teammanager="tm-1", **COUPLED))
    world.telegram.block(CHATS["jb-2"])
    said = await world.morning(WEDNESDAY)
    assert [text.splitlines()[0] for text in said["tm-1"]] == ["jb-2 is niet te bereiken"]
    assert "jb-2" not in said
