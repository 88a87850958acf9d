"""How updates reach a bot: polls, confirmation, webhooks, buttons, files and commands."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MenuButtonCommands,
    Update,
)
from telegram.error import BadRequest, Conflict
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from demo.telegram import TelegramStandIn

TOKEN = "123456:test-token"
USER = 11
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x03\x00\x00\x00\x02rest"


async def test_a_deep_link_arrives_as_a_start_command(bot: Bot, state: TelegramStandIn) -> None:
    state.start(USER, "CODE9")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "/start CODE9"
    assert [(e.type, e.offset, e.length) for e in update.message.entities] == [("bot_command", 0, 6)]


async def test_an_offset_confirms_and_drops_what_came_before(bot: Bot, state: TelegramStandIn) -> None:
    for text in ("een", "twee", "drie"):
        state.send_text(USER, text)
    first, second, third = await bot.get_updates()
    assert [u.update_id - first.update_id for u in (first, second, third)] == [0, 1, 2]
    again = await bot.get_updates(offset=second.update_id)
    assert [u.message.text for u in again if u.message] == ["twee", "drie"]
    kept = await bot.get_updates()
    assert [u.update_id for u in kept] == [second.update_id, third.update_id]


async def test_a_poll_waits_for_the_next_update(bot: Bot, state: TelegramStandIn) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=10))
    await asyncio.sleep(0.2)
    assert not poll.done()
    state.send_text(USER, "hallo")
    (update,) = await asyncio.wait_for(poll, 2)
    assert update.message is not None
    assert update.message.text == "hallo"


async def test_a_poll_without_updates_ends_empty_after_its_timeout(bot: Bot) -> None:
    begin = time.monotonic()
    assert await bot.get_updates(timeout=1) == ()
    assert 0.9 <= time.monotonic() - begin < 3


async def test_a_second_poll_ends_the_first_with_a_conflict(bot: Bot, state: TelegramStandIn) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=10))
    await asyncio.sleep(0.2)
    second = asyncio.create_task(bot.get_updates(timeout=10))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await asyncio.wait_for(first, 2)
    state.send_text(USER, "hallo")
    assert len(await asyncio.wait_for(second, 2)) == 1


async def test_allowed_updates_filter_what_is_queued_later(bot: Bot, state: TelegramStandIn) -> None:
    await bot.get_updates(allowed_updates=["my_chat_member"])
    state.send_text(USER, "hallo")
    state.block(USER)
    (update,) = await bot.get_updates()
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"


async def test_a_group_shows_the_bot_only_commands_and_replies(bot: Bot, state: TelegramStandIn) -> None:
    group = state.create_group(USER, "Team")
    state.add_bot_to_group(group.id, USER)
    sent = await bot.send_message(group.id, "Vraag")
    state.send_text(USER, "zomaar", chat_id=group.id)
    state.send_text(USER, "/lijst@termijnwacht_bot", chat_id=group.id)
    state.send_text(USER, "/lijst@andere_bot", chat_id=group.id)
    asked = state.chat(group.id).messages[sent.message_id]
    state.send_text(USER, "antwoord", chat_id=group.id, reply_to=asked)
    texts = [u.message.text for u in await bot.get_updates() if u.message and u.message.text]
    assert texts == ["/lijst@termijnwacht_bot", "antwoord"]


@contextlib.asynccontextmanager
async def receiver(statuses: list[int]) -> AsyncIterator[tuple[str, list[tuple[str, dict[str, object]]]]]:
    """Listen for posted updates and answer with the given statuses, then with 200."""
    got: list[tuple[str, dict[str, object]]] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.split(": ", 1) for line in head.splitlines()[1:] if line)
        body = await reader.readexactly(int(headers["Content-Length"]))
        got.append((headers.get("X-Telegram-Bot-Api-Secret-Token", ""), json.loads(body)))
        status = statuses.pop(0) if statuses else 200
        writer.write(f"HTTP/1.1 {status} Reason\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook", got


async def test_a_webhook_gets_each_update_again_until_it_is_accepted(
    bot: Bot, state: TelegramStandIn
) -> None:
    async with receiver([500]) as (hook, got):
        await bot.set_webhook(hook, secret_token="geheim_1")
        state.send_text(USER, "een")
        state.send_text(USER, "twee")
        await state.wait_until(lambda: len(got) == 3 and not state.bot.updates.pending)
        assert [secret for secret, _ in got] == ["geheim_1"] * 3
        assert [body["message"]["text"] for _, body in got] == ["een", "een", "twee"]  # type: ignore[index]
        info = await bot.get_webhook_info()
        assert (info.url, info.pending_update_count) == (hook, 0)
        assert info.last_error_message == "Wrong response from the webhook: 500 Reason"
        await bot.delete_webhook()
    assert state.calls_of("setWebhook")[0].params["secret_token"] == "***"


async def test_a_poll_conflicts_with_a_webhook(bot: Bot) -> None:
    async with receiver([]) as (hook, _):
        await bot.set_webhook(hook)
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
        assert await bot.get_updates() == ()


async def test_a_webhook_needs_https_away_from_loopback(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="an https url must be provided for webhook"):
        await bot.set_webhook("http://hook.example/x")


async def test_a_document_reaches_the_bot_with_its_bytes(bot: Bot, state: TelegramStandIn) -> None:
    state.send_document(USER, b"BEGIN:VCALENDAR", "rooster.ics", caption="hier")
    (update,) = await bot.get_updates()
    assert update.message is not None
    document = update.message.document
    assert document is not None
    assert (document.file_name, document.mime_type, update.message.caption) == (
        "rooster.ics",
        "text/calendar",
        "hier",
    )
    assert bytes(await (await document.get_file()).download_as_bytearray()) == b"BEGIN:VCALENDAR"


async def test_a_file_over_20_mb_cannot_be_fetched(bot: Bot, state: TelegramStandIn) -> None:
    fits = state.send_document(USER, b"x" * (20 * 1024 * 1024), "past.bin")
    large = state.send_document(USER, b"x" * (20 * 1024 * 1024 + 1), "groot.bin")
    assert fits.file is not None
    assert large.file is not None
    assert (await bot.get_file(fits.file.file_id)).file_size == 20 * 1024 * 1024
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(large.file.file_id)
    with pytest.raises(BadRequest, match="Wrong file_id"):
        await bot.get_file("onbekend")


async def test_the_bot_sends_documents_and_photos(bot: Bot, started: TelegramStandIn) -> None:
    sent = await bot.send_document(USER, b"inhoud", filename="brief.txt", caption="Brief")
    assert sent.document is not None
    again = await bot.send_document(USER, sent.document.file_id)
    assert again.document is not None
    assert again.document.file_id == sent.document.file_id
    photo = await bot.send_photo(USER, PNG)
    assert [(size.width, size.height) for size in photo.photo] == [(3, 2)]
    files = [m.file.content for m in started.bot_messages(USER) if m.file]
    assert files == [b"inhoud", b"inhoud", PNG]
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(USER, b"geen plaatje")
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(USER, b"", filename="leeg.txt")


async def test_a_pressed_button_is_answered_once(bot: Bot, started: TelegramStandIn) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Ja, klopt", callback_data="ja:1")]])
    await bot.send_message(USER, "Klopt dit?", reply_markup=markup)
    message = started.last_message(USER)
    query_id = started.press(USER, message, "ja")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert (update.callback_query.id, update.callback_query.data) == (query_id, "ja:1")
    await update.callback_query.answer("Genoteerd", show_alert=True)
    alert = await started.wait_for_alert(query_id)
    assert (alert.text, alert.show_alert, alert.user_id) == ("Genoteerd", True, USER)
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id"):
        await update.callback_query.answer()


async def test_an_expired_query_cannot_be_answered(bot: Bot, started: TelegramStandIn) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Ja", callback_data="ja")]])
    await bot.send_message(USER, "Klopt dit?", reply_markup=markup)
    query_id = started.press(USER, started.last_message(USER), "Ja")
    started.expire_queries()
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(query_id)


async def test_only_a_shown_button_can_be_pressed_unless_forced(bot: Bot, started: TelegramStandIn) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Ja", callback_data="ja")]])
    sent = await bot.send_message(USER, "Klopt dit?", reply_markup=markup)
    message = started.last_message(USER)
    old = started.button(message, "ja")
    await bot.edit_message_reply_markup(USER, sent.message_id)
    with pytest.raises(ValueError, match="has no button"):
        started.press(USER, message, old)
    started.press(USER, message, old, force=True)
    started.press(USER, message, "raw:data", force=True)
    pressed = [u.callback_query.data for u in await bot.get_updates() if u.callback_query]
    assert pressed == ["ja", "raw:data"]


async def test_a_button_is_found_by_part_of_its_label(bot: Bot, started: TelegramStandIn) -> None:
    rows = [[InlineKeyboardButton(label, callback_data=label) for label in ("Ja", "Ja, later", "Nee")]]
    await bot.send_message(USER, "?", reply_markup=InlineKeyboardMarkup(rows))
    message = started.last_message(USER)
    assert started.button(message, "later").callback_data == "Ja, later"
    assert started.button(message, "ja").callback_data == "Ja"
    with pytest.raises(LookupError, match="0 buttons match 'misschien'"):
        started.button(message, "misschien")


async def test_commands_are_kept_per_scope(bot: Bot, started: TelegramStandIn) -> None:
    await bot.set_my_commands([BotCommand("start", "Beginnen")])
    private = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand("lijst", "Overzicht")], scope=private)
    await bot.set_my_commands([BotCommand("hulp", "Uitleg")], scope=BotCommandScopeChat(USER))
    assert [c.command for c in await bot.get_my_commands()] == ["start"]
    assert [c.command for c in await bot.get_my_commands(scope=private)] == ["lijst"]
    assert [c.command for c in await bot.get_my_commands(scope=BotCommandScopeChat(USER))] == ["hulp"]
    await bot.delete_my_commands(scope=BotCommandScopeChat(USER))
    assert await bot.get_my_commands(scope=BotCommandScopeChat(USER)) == ()
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Lijst!", "Overzicht")])
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.set_my_commands([BotCommand("a", "b")], scope=BotCommandScopeChat(404))


async def test_the_bot_describes_itself(bot: Bot, started: TelegramStandIn) -> None:
    await bot.set_my_description("Bewaakt termijnen")
    await bot.set_my_short_description("Termijnen")
    await bot.set_chat_menu_button(USER, MenuButtonCommands())
    assert (await bot.get_my_description()).description == "Bewaakt termijnen"
    assert (await bot.get_my_short_description()).short_description == "Termijnen"
    assert (await bot.get_chat_menu_button(USER)).type == "commands"
    assert await bot.send_chat_action(USER, "typing") is True


async def test_the_call_log_has_no_token(bot: Bot, started: TelegramStandIn) -> None:
    await bot.send_message(USER, "hallo")
    call = await started.wait_for_call("sendMessage")
    assert (call.params["chat_id"], call.params["text"], call.ok) == (USER, "hallo", True)
    assert not any("test-token" in repr(entry) for entry in started.calls)
    assert "test-token" not in repr(started.bot)


async def test_an_application_talks_with_a_user(url: str, state: TelegramStandIn) -> None:
    async def on_start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Klaar", callback_data="klaar")]])
        await update.message.reply_html("<b>Welkom</b>", reply_markup=markup)

    async def on_press(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer()
        await update.callback_query.edit_message_text("Afgerond")

    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot")
    app = builder.build()
    app.add_handler(CommandHandler("start", on_start))
    app.add_handler(CallbackQueryHandler(on_press))
    async with app:
        await app.start()
        assert app.updater is not None
        await app.updater.start_polling()
        state.start(USER)
        welcome = await state.wait_for_message(USER, containing="Welkom")
        query_id = state.press(USER, welcome, "Klaar")
        await state.wait_for_edit(welcome, containing="Afgerond")
        assert (await state.wait_for_alert(query_id)).text == ""
        await app.updater.stop()
        await app.stop()
    assert welcome.buttons == []
