"""Failures on command, as the bot meets them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from demo.telegram import TelegramStandIn, serve

USER = 11


def texts(state: TelegramStandIn) -> list[str]:
    return [message.text for message in state.bot_messages(USER)]


async def test_a_planned_status_refuses_the_next_calls_only(bot: Bot, started: TelegramStandIn) -> None:
    started.fail_next(method="sendMessage", status=502, times=2)
    for _ in range(2):
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.send_message(USER, "x")
    await bot.send_message(USER, "x")
    assert texts(started) == ["x"]
    assert [call.ok for call in started.calls_of("sendMessage")] == [False, False, True]


async def test_a_planned_failure_can_mean_one_chat(bot: Bot, started: TelegramStandIn) -> None:
    started.add_user(12, "Bram")
    started.start(12)
    started.fail_next(chat_id=12, status=403, description="Forbidden: bot was blocked by the user")
    await bot.send_message(USER, "x")
    with pytest.raises(Forbidden, match="bot was blocked"):
        await bot.send_message(12, "x")


async def test_a_planned_failure_can_mean_one_method(bot: Bot, started: TelegramStandIn) -> None:
    started.fail_next(method="editMessageText", status=400, description="Bad Request: chat not found")
    sent = await bot.send_message(USER, "x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.edit_message_text("y", USER, sent.message_id)
    assert texts(started) == ["x"]


async def test_a_planned_429_names_the_wait(bot: Bot, started: TelegramStandIn) -> None:
    started.fail_next(method="sendMessage", status=429, retry_after=7)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(USER, "x")
    assert caught.value.retry_after == timedelta(seconds=7)


async def test_a_timeout_after_effect_leaves_the_message(
    new_bot: Callable[..., Bot], started: TelegramStandIn
) -> None:
    started.fail_next("timeout_after_effect", method="sendMessage")
    async with new_bot(read_timeout=0.3) as impatient:
        with pytest.raises(TimedOut):
            await impatient.send_message(USER, "x")
    assert texts(started) == ["x"]


async def test_a_close_after_effect_leaves_the_message(bot: Bot, started: TelegramStandIn) -> None:
    started.fail_next("close_after_effect", method="sendMessage")
    with pytest.raises(NetworkError) as caught:
        await bot.send_message(USER, "x")
    assert not isinstance(caught.value, BadRequest | TimedOut)
    assert texts(started) == ["x"]


async def test_a_drop_has_no_effect(bot: Bot, started: TelegramStandIn) -> None:
    started.fail_next("drop", method="sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(USER, "x")
    assert texts(started) == []
    assert started.calls_of("sendMessage")[0].description == "connection closed before effect"


async def test_a_delay_answers_later(bot: Bot, started: TelegramStandIn) -> None:
    started.fail_next("delay", method="sendMessage", seconds=0.4)
    begin = time.monotonic()
    await bot.send_message(USER, "x")
    assert time.monotonic() - begin >= 0.4
    assert texts(started) == ["x"]


async def test_an_unnamed_failure_leaves_polls_alone(bot: Bot, started: TelegramStandIn) -> None:
    started.fail_next(status=500)
    assert await bot.get_updates() == ()
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.get_me()


async def test_offline_closes_calls_and_waiting_polls(bot: Bot, started: TelegramStandIn) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=10))
    await asyncio.sleep(0.2)
    started.go_offline()
    with pytest.raises(NetworkError):
        await asyncio.wait_for(poll, 2)
    with pytest.raises(NetworkError):
        await bot.send_message(USER, "x")
    started.go_online()
    await bot.send_message(USER, "y")
    assert texts(started) == ["y"]


async def test_a_stopped_server_ends_waiting_polls_and_can_start_again(state: TelegramStandIn) -> None:
    token = state.bot.token
    async with serve(state) as url:
        bot = Bot(token, base_url=f"{url}/bot")
        await bot.initialize()
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await asyncio.sleep(0.2)
        begin = time.monotonic()
    assert time.monotonic() - begin < 1.5
    assert await poll == ()
    await bot.shutdown()
    async with serve(state) as url, Bot(token, base_url=f"{url}/bot") as again:
        assert again.username == "termijnwacht_bot"
