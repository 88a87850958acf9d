"""How each way in which Telegram can fail is understood."""

from collections.abc import AsyncIterator

import pytest

from bot.application import build_application
from bot.sender import TelegramChannel
from core.ports import Address, ChannelName, Content, DeliveryFailed, Outcome
from demo.telegram import TelegramStandIn, serve

TOKEN = "123456:sender-token"
CHAT = 11
ADDRESS = Address(ChannelName.TELEGRAM, chat_id=CHAT)


@pytest.fixture
async def telegram() -> AsyncIterator[tuple[TelegramStandIn, TelegramChannel]]:
    """A chat that was started, and the channel to it."""
    state = TelegramStandIn(TOKEN)
    state.hang_seconds = 0.2
    state.add_user(CHAT, "jb-1")
    async with serve(state) as url:
        application = build_application(TOKEN, url)
        await application.initialize()
        state.start(CHAT)
        yield state, TelegramChannel(application.bot)
        await application.shutdown()


async def failure(channel: TelegramChannel, address: Address = ADDRESS, text: str = "hoi") -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        await channel.send(address, Content(text), message_key="1")
    return failed.value


async def test_what_is_sent_gets_the_number_of_its_message(telegram) -> None:
    state, channel = telegram
    receipt = await channel.send(ADDRESS, Content("<b>hoi</b>"), message_key="1")
    assert (receipt.external_id, state.last_message(CHAT).text) == (
        str(state.last_message(CHAT).message_id),
        "hoi",
    )


@pytest.mark.parametrize(
    ("planned", "outcome", "retry_after"),
    [
        ({"status": 429, "retry_after": 3}, Outcome.NOT_SENT, 3.0),
        (
            {"status": 403, "description": "Forbidden: bot was blocked by the user"},
            Outcome.REFUSED_FOR_GOOD,
            None,
        ),
        ({"status": 400, "description": "Bad Request: chat not found"}, Outcome.REFUSED_FOR_GOOD, None),
        ({"status": 400, "description": "Bad Request: something else"}, Outcome.NOT_SENT, None),
        ({"status": 502, "description": "Bad Gateway"}, Outcome.NOT_SENT, None),
    ],
)
async def test_an_answer_of_telegram_is_understood(telegram, planned, outcome, retry_after) -> None:
    state, channel = telegram
    state.fail_next(method="sendMessage", **planned)
    failed = await failure(channel)
    assert (failed.outcome, failed.retry_after) == (outcome, retry_after)


async def test_a_connection_that_breaks_after_the_call_is_unclear(telegram) -> None:
    state, channel = telegram
    state.fail_next("close_after_effect", method="sendMessage")
    assert (await failure(channel)).outcome is Outcome.UNCLEAR
    assert state.last_message(CHAT).text == "hoi"


async def test_an_unknown_chat_and_broken_words_are_told_apart(telegram) -> None:
    _, channel = telegram
    unknown = Address(ChannelName.TELEGRAM, chat_id=999)
    assert (await failure(channel, unknown)).outcome is Outcome.REFUSED_FOR_GOOD
    assert (await failure(channel, text="<b>open")).outcome is Outcome.NOT_SENT


async def test_without_a_connection_nothing_was_sent() -> None:
    application = build_application(TOKEN, "http://127.0.0.1:9")
    channel = TelegramChannel(application.bot)
    assert (await failure(channel)).outcome is Outcome.NOT_SENT


async def test_a_chat_that_moved_is_followed(telegram) -> None:
    state, channel = telegram
    state.fail_next(method="sendMessage", status=400, migrate_to_chat_id=-100123)
    failed = await failure(channel)
    assert (failed.outcome, failed.moved_to) == (Outcome.ADDRESS_MOVED, -100123)


async def test_showing_anew_what_is_unchanged_or_gone_is_quiet(telegram) -> None:
    state, channel = telegram
    receipt = await channel.send(ADDRESS, Content("hoi"), message_key="1")
    await channel.replace(ADDRESS, receipt.external_id, Content("hoi"))
    await channel.replace(ADDRESS, receipt.external_id, Content("dag"))
    await channel.replace(ADDRESS, "999", Content("dag"))
    assert state.last_message(CHAT).text == "dag"
