"""A group chat of a series: linked by a project leader, told of meetings, silent otherwise, and let go."""

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from demo.telegram import Chat
from services.governance.groups import linked_groups
from tests.bot.conftest import settled
from tests.factories import CHATS, CLI, at
from tests.stories.test_governance import a_world_with_leader, open_entry
from tests.stories.world import World

LEADER, STRANGER = 190, 900


@pytest.fixture
async def governed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setitem(CHATS, "pl-1", LEADER)
    async with a_world_with_leader(tmp_path) as made:
        yield made


def a_group(world: World, title: str = "Overleg Rijk en regio", owner: int = LEADER) -> Chat:
    """Create a group in which the bot is not yet."""
    return world.telegram.create_group(owner, title, members=(CHATS["tm-1"],))


def heard(world: World, chat: int) -> list[str]:
    """Return what the bot said in a group."""
    return [message.text for message in world.telegram.messages(chat) if message.from_bot]


async def a_code(world: World) -> str:
    """Let the project leader make a link at the screen of a meeting; return its code."""
    await world.say("pl-1", "/agenda")
    await open_entry(world, "ma 23 mrt 10.00")
    await world.press("pl-1", "Groep koppelen")
    button = world.said_to("pl-1")[-1].buttons[-1]
    found = re.fullmatch(r"https://t\.me/termijnwacht_bot\?startgroup=([\w-]+)", button.url or "")
    assert found is not None, button
    assert f"/start@termijnwacht_bot {found[1]}" in world.last("pl-1")
    return found[1]


async def a_linked_group(world: World) -> Chat:
    """Return a group that a project leader linked."""
    group = a_group(world)
    world.telegram.start_in_group(group.id, LEADER, await a_code(world))
    await world.telegram.wait_for_message(group.id, containing="Deze groep hoort nu bij Overleg Rijk")
    return group


def linked(world: World) -> list[str]:
    """Return the names of what groups are linked to."""
    return [one.name for one in linked_groups(world.house, actor=CLI, now=world.clock.now())]


async def test_a_linked_group_hears_of_its_meeting_and_of_nothing_else(governed: World) -> None:
    group = await a_linked_group(governed)
    # Whatever is said there, the bot is silent: commands, replies, a code that somebody tries again.
    for text in ("/vandaag", "/zaken@termijnwacht_bot", "/start", "hallo allemaal"):
        governed.telegram.send_text(CHATS["tm-1"], text, chat_id=group.id)
    await settled(governed)
    assert len(heard(governed, group.id)) == 1
    # Five working days before the meeting the group reads it with the participants, without buttons.
    await governed.morning(date(2026, 3, 16))
    assert heard(governed, group.id)[1:] == [
        "Overleggen · ma 16 mrt\n\n• Overleg Rijk: ma 23 mrt om 10.00 uur."
    ]
    assert governed.telegram.last_message(group.id).buttons == []
    # The submission of the 10th was told to the institutions alone.
    assert not any("Uitvraag" in text or "uitvraag" in text for text in heard(governed, group.id))


async def test_a_moved_and_a_cancelled_meeting_are_told_to_the_group_once(governed: World) -> None:
    group = await a_linked_group(governed)
    await governed.say("pl-1", "/agenda")
    await open_entry(governed, "ma 23 mrt 10.00")
    await governed.press("pl-1", "Datum kiezen")
    await governed.press("pl-1", "25")
    await governed.press("pl-1", "Overslaan")
    await governed.until(at(date(2026, 3, 2), 10))
    await governed.until(at(date(2026, 3, 3), 10))
    moved = "Overleg Rijk van ma 23 mrt is verplaatst.\nHet is woensdag 25 maart 2026 om 10.00 uur."
    assert heard(governed, group.id)[1:] == [moved]
    await governed.press("pl-1", "Laten vervallen")
    await governed.say("pl-1", "te weinig mensen")
    await governed.until(at(date(2026, 3, 3), 11))
    gone = "Overleg Rijk van wo 25 mrt gaat niet door.\nReden: te weinig mensen"
    assert heard(governed, group.id)[2:] == [gone]


async def test_a_code_that_is_no_good_gets_one_polite_sentence(governed: World) -> None:
    code = await a_code(governed)
    sentence = "Deze koppellink werkt niet (meer)"
    # A member who leads nothing cannot use it, and does not use it up.
    group = a_group(governed)
    governed.telegram.start_in_group(group.id, CHATS["tm-1"], code)
    await governed.telegram.wait_for_message(group.id, containing=sentence)
    # In a strangers' group it is said once, and then nothing more.
    governed.telegram.add_user(STRANGER, "iemand")
    other = a_group(governed, "Vreemd", owner=STRANGER)
    for _ in range(3):
        governed.telegram.start_in_group(other.id, STRANGER, "verzonnen")
    await settled(governed)
    assert [text.startswith(sentence) for text in heard(governed, other.id)] == [True]
    # In the private chat it is for a group.
    assert "Deze link is voor een groep" in await governed.say("pl-1", f"/start {code}")
    governed.telegram.start_in_group(group.id, LEADER, code)
    await governed.telegram.wait_for_message(group.id, containing="hoort nu bij")
    # Used once.
    governed.telegram.start_in_group(group.id, LEADER, code)
    await settled(governed)
    assert heard(governed, group.id)[-1].startswith(sentence)
    assert linked(governed) == ["Overleg Rijk"]


async def test_a_group_that_was_not_linked_gets_nothing(governed: World) -> None:
    group = a_group(governed)
    governed.telegram.add_bot_to_group(group.id, LEADER)
    for text in ("/start", "/agenda", "/help@termijnwacht_bot"):
        governed.telegram.send_text(LEADER, text, chat_id=group.id)
    await settled(governed)
    await governed.morning(date(2026, 3, 16))
    assert heard(governed, group.id) == []


async def test_a_group_that_becomes_a_supergroup_goes_on_at_its_new_address(governed: World) -> None:
    group = await a_linked_group(governed)
    new = governed.telegram.migrate_group(group.id)
    await settled(governed)
    await governed.morning(date(2026, 3, 16))
    assert [text.partition(" ·")[0] for text in heard(governed, new.id)] == ["Overleggen"]
    assert linked(governed) == ["Overleg Rijk"]


async def test_a_supergroup_is_followed_also_when_only_the_refusal_tells_it(governed: World) -> None:
    group = await a_linked_group(governed)
    await governed.stop_bot()
    new = governed.telegram.migrate_group(group.id)
    governed.telegram.bot.updates.pending.clear()
    await governed.start_bot()
    await governed.morning(date(2026, 3, 16))
    assert [text.partition(" ·")[0] for text in heard(governed, new.id)] == ["Overleggen"]


async def test_when_the_bot_is_put_out_its_project_leader_hears_it_and_can_link_again(
    governed: World,
) -> None:
    group = await a_linked_group(governed)
    governed.telegram.remove_bot_from_group(group.id, LEADER)
    await settled(governed)
    assert linked(governed) == []
    await governed.until(at(date(2026, 3, 2), 10))
    said = "Groep “Overleg Rijk en regio” is losgekoppeld\nDe bot is uit de groep gehaald."
    assert governed.last("pl-1").startswith(said)
    assert "Er is nog geen groep gekoppeld" in await governed.press("pl-1", "Groepen")
    await governed.press("pl-1", "Groep koppelen")
    shown = [button.text for button in governed.said_to("pl-1")[-1].buttons]
    assert shown == ["Regio Noord", "Regio Zuid", "Overleg Rijk", "Leersessie", "Groepen"]
    await governed.press("pl-1", "Regio Noord")
    code = (governed.said_to("pl-1")[-1].buttons[-1].url or "").partition("=")[2]
    governed.telegram.start_in_group(group.id, LEADER, code)
    await settled(governed)
    assert linked(governed) == ["Noord"]


async def test_a_project_leader_lists_the_groups_and_ends_a_link(governed: World) -> None:
    group = await a_linked_group(governed)
    listed = await governed.say("pl-1", "/groepen")
    assert "1. Groep “Overleg Rijk en regio”: Overleg Rijk" in listed
    assert "De groep hoort dan niets meer" in await governed.press("pl-1", "Groep loskoppelen")
    assert "De groep is losgekoppeld" in await governed.press("pl-1", "Groep loskoppelen")
    await governed.morning(date(2026, 3, 16))
    assert len(heard(governed, group.id)) == 1


async def test_who_leads_nothing_links_no_groups(governed: World) -> None:
    assert "mag" in (await governed.say("tm-1", "/groepen")).lower()
    assert linked(governed) == []
