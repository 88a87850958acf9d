"""The chat hands out links that sign in on the pages."""

import re

from tests.bot.conftest import settled
from tests.factories import CHATS, PAGES, a_row, csv_of
from tests.stories.world import World


def link_in(text: str) -> str:
    found = re.search(rf"{PAGES}/inloggen/\S+", text)
    assert found is not None, text
    return found[0]


async def test_web_gives_a_link_that_signs_in_once(world: World) -> None:
    link = link_in(await world.say("jb-1", "/web"))
    assert "Je logt in als jb-1." in (await world.web.get(link)).text
    entered = await world.web.post(link)
    assert entered.status_code == 303
    assert (await world.web.get("/overzicht")).status_code == 200
    assert (await world.web.post(link)).status_code == 404
    other = link_in(await world.say("jb-1", "/web"))
    assert other != link


async def test_a_stranger_gets_no_link(world: World) -> None:
    world.telegram.add_user(999, "vreemd")
    world.telegram.send_text(999, "/web")
    await settled(world)
    texts = [message.text for message in world.telegram.messages(999) if message.from_bot]
    assert len(texts) == 1
    assert "/inloggen/" not in texts[0]


async def test_where_files_may_not_go_through_the_chat_the_bot_hands_out_a_page(world: World) -> None:
    content = csv_of(a_row())
    world.telegram.send_document(CHATS["gd-1"], content, "zaken.csv")
    await world.telegram.wait_for_message(CHATS["gd-1"], containing="horen hier niet in de chat", timeout=10)
    entered = await world.web.post(link_in(world.last("gd-1")))
    assert entered.headers["location"] == "/bestand"
    form = await world.web.get("/bestand")
    token = re.search(r'name="formulier" value="(\w+)"', form.text)
    assert token is not None
    files = {"bestand": ("zaken.csv", content, "text/csv")}
    report = await world.web.post("/bestand", data={"formulier": token[1]}, files=files)
    assert "1 rij: 1 nieuw" in report.text


async def test_who_may_import_nothing_gets_no_link(world: World) -> None:
    world.telegram.send_document(CHATS["jb-1"], csv_of(a_row()), "zaken.csv")
    await world.telegram.wait_for_message(CHATS["jb-1"], containing="kan de gegevensbeheerder", timeout=10)
    assert "/inloggen/" not in world.last("jb-1")
