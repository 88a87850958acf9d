"""Who may speak to the bot, and what a stranger hears."""

import json

from core.people import Role
from services.invitations import invite
from services.people import NewPerson, add_person, revoke
from tests.factories import CHATS, CLI, a_case, person
from tests.stories.world import World

STRANGER, LEADER = 900, 910


def heard(world: World, chat: int) -> list[str]:
    return [message.text for message in world.telegram.messages(chat) if message.from_bot]


async def settled(world: World) -> None:
    """Wait until every update has been handled."""
    await world.telegram.wait_until(lambda: not world.telegram.bot.updates.pending, timeout=10)
    assert world.bot is not None
    await world.bot.intake.drain()


async def test_a_stranger_hears_one_refusal_and_then_nothing(world: World) -> None:
    a_case(world.house)
    world.telegram.add_user(STRANGER, "wie")
    for text in ("/start", "/zaken", "/zaak GIA-2026-001", "hallo"):
        world.telegram.send_text(STRANGER, text)
    world.telegram.send_document(STRANGER, b"zaak;gi", "zaken.csv")
    await world.telegram.wait_for_message(STRANGER, containing="uitnodiging", timeout=10)
    await settled(world)
    (refusal,) = heard(world, STRANGER)
    assert "uitnodigingslink" in refusal
    assert "GIA-2026-001" not in refusal


async def test_an_invitation_links_a_chat_once(world: World) -> None:
    code = invite(world.house, "jb-3", actor=CLI, now=world.clock.now()).code
    for chat in (901, 902):
        world.telegram.add_user(chat, "nieuw")
        world.telegram.start(chat, code)
        await world.telegram.wait_until(lambda chat=chat: bool(heard(world, chat)), timeout=10)
    assert "Welkom, jb-3" in heard(world, 901)[0]
    assert "werkt niet (meer)" in heard(world, 902)[0]
    assert person(world.house, "jb-3").chat_id == 901


async def test_a_revoked_person_is_told_so_at_the_press_of_a_button(world: World) -> None:
    a_case(world.house)
    await world.say("jb-1", "/zaak GIA-2026-001")
    revoke(world.house, "jb-1", actor=CLI, now=world.clock.now())
    before = len(world.said_to("jb-1"))
    query = world.telegram.press(CHATS["jb-1"], world.said_to("jb-1")[-1], "Koppeling vastleggen")
    alert = await world.telegram.wait_for_alert(query, timeout=10)
    assert alert.text == "Je bent niet (meer) aangemeld bij Termijnwacht."
    assert len(world.said_to("jb-1")) == before


async def test_a_group_gets_silence(world: World) -> None:
    group = world.telegram.create_group(CHATS["jb-1"], "Team noord")
    world.telegram.add_bot_to_group(group.id, CHATS["jb-1"])
    world.telegram.send_text(CHATS["jb-1"], "/zaken", chat_id=group.id)
    await settled(world)
    assert heard(world, group.id) == []


async def test_somebody_elses_case_is_unknown(world: World) -> None:
    a_case(world.house)
    answer = await world.say("jb-b", "/zaak GIA-2026-001")
    assert "GIA-2026-001" in answer
    assert "Norm" not in answer


async def test_a_command_that_nobody_knows_is_named_before_the_help(world: World) -> None:
    answer = await world.say("jb-1", "/vandag")
    assert answer.startswith("/vandag ken ik niet.")
    assert "/vandaag" in answer
    assert "ken ik niet" not in await world.say("jb-1", "/help")


async def test_who_may_open_no_case_is_told_before_a_code_is_asked(world: World) -> None:
    leader = NewPerson("pl-1", frozenset({Role.PROJECT_LEADER}), region="noord")
    add_person(world.house, leader, actor=CLI, now=world.clock.now())
    code = invite(world.house, "pl-1", actor=CLI, now=world.clock.now()).code
    world.telegram.add_user(LEADER, "pl")
    world.telegram.start(LEADER, code)
    await world.telegram.wait_until(lambda: bool(heard(world, LEADER)), timeout=10)
    world.telegram.send_text(LEADER, "/nieuw")
    await world.telegram.wait_until(lambda: len(heard(world, LEADER)) > 1, timeout=10)
    assert "code" not in heard(world, LEADER)[-1].casefold()


async def test_each_menu_holds_what_the_roles_allow(world: World) -> None:
    menus = {}
    for name in ("jb-1", "tm-1", "gd-1", "beheer-1"):
        await world.say(name, "/help")
        menus[name] = [name for name, _ in commands(world, CHATS[name])]
    case_work = ["vandaag", "zaken", "zaak", "waarom", "opschaling", "route"]
    own = [
        "belemmeringen",
        "waarneming",
        "agenda",
        "uitvraag",
        "plan",
        "kalender",
        "instellingen",
        "web",
        "help",
        "stop",
    ]
    team = ["wachtenden", "overdragen"]
    assert menus == {
        "jb-1": [*case_work, "nieuw", *own],
        "tm-1": [*case_work, "nieuw", *team, *own],
        "gd-1": [*case_work, "nieuw", *team, *own],
        "beheer-1": [*case_work, "nieuw", *team, *own[:5], "groepen", *own[5:]],
    }


def commands(world: World, chat: int) -> list[tuple[str, str]]:
    """Return the menu that was last set for a chat."""
    call = world.telegram.calls_of("setMyCommands")
    mine = [found for found in call if str(chat) in str(found.params.get("scope"))]
    listed = mine[-1].params["commands"]
    found = json.loads(listed) if isinstance(listed, str) else listed
    return [(entry["command"], entry["description"]) for entry in found]
