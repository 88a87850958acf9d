"""Updates come in once, whatever goes wrong around them."""

import httpx
import pytest

from bot.callbacks import Look, pack, unpack
from bot.intake import without_our_words
from bot.webhook import SECRET_HEADER, listen
from tests.factories import CHATS, MONDAY, a_case
from tests.stories.world import World


async def test_polling_goes_on_after_telegram_was_away(world: World) -> None:
    world.telegram.go_offline()
    await world.telegram.wait_until(lambda: True, timeout=1)
    world.telegram.go_online()
    assert "Wat je hier kunt" in await world.say("jb-1", "/help")


async def test_polling_goes_on_after_another_poller_was_there(world: World) -> None:
    world.telegram.fail_next(method="getUpdates", status=409, description="Conflict: terminated")
    assert "Wat je hier kunt" in await world.say("jb-1", "/help")


async def test_an_answer_that_fails_in_passing_is_given_after_all(world: World) -> None:
    a_case(world.house, protector_coupled=MONDAY)
    world.telegram.fail_next(
        method="sendMessage", chat_id=CHATS["jb-1"], status=502, description="Bad Gateway"
    )
    assert "GIA-2026-001" in await world.say("jb-1", "/zaak GIA-2026-001")


async def test_a_webhook_wants_its_secret_and_stores_before_it_answers(world: World) -> None:
    assert world.bot is not None
    server = listen(world.bot.intake, "127.0.0.1:0", "geheim")
    port = next(iter(server._sockets.values())).getsockname()[1]
    url, before = f"http://127.0.0.1:{port}/telegram", len(world.said_to("jb-1"))
    async with httpx.AsyncClient() as client:
        assert (await client.post(url, json=update(1))).status_code == 403
        headers = {SECRET_HEADER: "geheim"}
        assert (await client.post(url, content=b"{", headers=headers)).status_code == 400
        for _ in range(2):
            assert (await client.post(url, json=update(900_001), headers=headers)).status_code == 200
    await world.telegram.wait_until(lambda: len(world.said_to("jb-1")) > before, timeout=10)
    await world.bot.intake.drain()
    server.stop()
    assert len(world.said_to("jb-1")) == before + 1


def update(number: int) -> dict[str, object]:
    """Return a pushed /help of jb-1."""
    chat = CHATS["jb-1"]
    return {
        "update_id": number,
        "message": {
            "message_id": 77,
            "date": 1772434800,
            "chat": {"id": chat, "type": "private", "first_name": "jb-1"},
            "from": {"id": chat, "is_bot": False, "first_name": "jb-1"},
            "text": "/help",
            "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
        },
    }


def test_button_data_that_would_not_fit_is_refused() -> None:
    code = "ABCDEF-2026-" + "1" * 28
    assert unpack(pack(Look.WHY, code, "norm-eigen")).args == (code, "norm-eigen")
    with pytest.raises(ValueError, match="64 bytes"):
        pack(Look.WHY, "x" * 64)


def test_a_message_of_ours_comes_in_as_a_place_without_its_words() -> None:
    place = {"message_id": 5, "date": 1772434800, "chat": {"id": 7, "type": "private"}}
    ours = place | {"text": "https://x/feeds/geheim.ics", "reply_markup": {"inline_keyboard": []}}
    pressed = {"update_id": 1, "callback_query": {"id": "9", "data": "C", "message": ours}}
    told = {"message_id": 6, "text": "ja", "reply_to_message": ours, "quote": {"text": "geheim"}}
    assert without_our_words(pressed) == {
        "update_id": 1,
        "callback_query": {"id": "9", "data": "C", "message": place},
    }
    assert without_our_words({"update_id": 2, "message": told}) == {
        "update_id": 2,
        "message": {"message_id": 6, "text": "ja", "reply_to_message": place},
    }
    assert ours["text"] == "https://x/feeds/geheim.ics"
    assert without_our_words({"update_id": 3, "my_chat_member": {}}) == {"update_id": 3, "my_chat_member": {}}
