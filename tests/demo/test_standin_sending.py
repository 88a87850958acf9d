"""What Telegram accepts and refuses when a bot sends, edits and deletes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter

from demo.telegram import RateLimits, TelegramStandIn

USER = 11


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(label, callback_data=f"d:{label}")] for label in labels]
    return InlineKeyboardMarkup(rows)


async def refusal_of(bot: Bot, text: str, **extra: object) -> str:
    with pytest.raises(BadRequest) as caught:
        await bot.send_message(USER, text, **extra)  # type: ignore[arg-type]
    return str(caught.value)


async def test_get_me_names_the_bot(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.is_bot, me.username) == (123456, True, "termijnwacht_bot")


async def test_an_unknown_token_is_refused_with_401(new_bot: Callable[..., Bot]) -> None:
    with pytest.raises(InvalidToken, match="Unauthorized"):
        await new_bot("999:other")._post("getMe")


async def test_an_unknown_method_is_refused_with_404(bot: Bot) -> None:
    with pytest.raises(InvalidToken, match="Not Found"):
        await bot._post("sendNothing")


async def test_html_becomes_text_with_entities_in_utf16_units(bot: Bot, started: TelegramStandIn) -> None:
    html = '👪 <b>Let <i>op</i></b> &lt;3 &amp; <a href="https://a.example/?x=1&amp;y=2">hier</a>'
    message = await bot.send_message(USER, html, parse_mode="HTML")
    assert message.text == "👪 Let op <3 & hier"
    assert [(e.type, e.offset, e.length, e.url) for e in message.entities] == [
        ("bold", 3, 6, None),
        ("italic", 7, 2, None),
        ("text_link", 15, 4, "https://a.example/?x=1&y=2"),
    ]
    assert started.last_message(USER).text == message.text


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("code", "code"),
        ("pre", "pre"),
        ("blockquote", "blockquote"),
        ("tg-spoiler", "spoiler"),
    ],
)
async def test_every_allowed_tag_has_its_entity(
    bot: Bot, started: TelegramStandIn, tag: str, kind: str
) -> None:
    message = await bot.send_message(USER, f"a <{tag}>b</{tag}>", parse_mode="HTML")
    assert [(e.type, e.offset, e.length) for e in message.entities] == [(kind, 2, 1)]


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("é<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("5 < 6", 'Unsupported start tag "" at byte offset 2'),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<span class="x">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_wrong_html_is_refused(bot: Bot, started: TelegramStandIn, html: str, reason: str) -> None:
    refused = await refusal_of(bot, html, parse_mode="HTML")
    assert refused.lower() == f"can't parse entities: {reason}".lower()
    assert started.bot_messages(USER) == []


async def test_the_longest_text_counts_utf16_units_after_parsing(bot: Bot, started: TelegramStandIn) -> None:
    await bot.send_message(USER, "<b>" + "👪" * 2048 + "</b>", parse_mode="HTML")
    assert await refusal_of(bot, "👪" * 2048 + "a") == "Message is too long"


@pytest.mark.parametrize("text", [" \n ", "<b> </b>"])
async def test_an_empty_text_is_refused(bot: Bot, started: TelegramStandIn, text: str) -> None:
    assert await refusal_of(bot, text, parse_mode="HTML") == "Message text is empty"


async def test_a_caption_has_at_most_1024_units(bot: Bot, started: TelegramStandIn) -> None:
    await bot.send_document(USER, b"x", filename="a.txt", caption="a" * 1024)
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(USER, b"x", filename="a.txt", caption="a" * 1025)


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        (InlineKeyboardButton("Ja", callback_data="é" * 33), "Button_data_invalid"),
        (InlineKeyboardButton(" ", callback_data="x"), "Text must be non-empty"),
        (InlineKeyboardButton("Ja", url="ftp://a.example"), "Unsupported URL protocol"),
        (InlineKeyboardButton("Ja", url="http://localhost:8000/"), "Wrong HTTP URL"),
        (InlineKeyboardButton("Ja"), "Text buttons are unallowed"),
    ],
)
async def test_a_wrong_button_is_refused(
    bot: Bot, started: TelegramStandIn, button: InlineKeyboardButton, reason: str
) -> None:
    refused = await refusal_of(bot, "Vraag", reply_markup=InlineKeyboardMarkup([[button]]))
    assert reason.lower() in refused.lower()


async def test_callback_data_of_64_bytes_is_accepted(bot: Bot, started: TelegramStandIn) -> None:
    button = InlineKeyboardButton("Ja", callback_data="é" * 32)
    await bot.send_message(USER, "Vraag", reply_markup=InlineKeyboardMarkup([[button]]))
    assert started.last_message(USER).buttons[0].callback_data == "é" * 32


async def test_more_than_100_buttons_are_refused(bot: Bot, started: TelegramStandIn) -> None:
    await bot.send_message(USER, "Vraag", reply_markup=keyboard(*map(str, range(100))))
    refused = await refusal_of(bot, "Vraag", reply_markup=keyboard(*map(str, range(101))))
    assert refused == "Reply_markup_too_long"


async def test_an_unknown_chat_is_not_found(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(404, "x")


async def test_a_user_who_never_pressed_start_cannot_be_written(bot: Bot) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(USER, "x")


async def test_a_user_who_blocked_the_bot_cannot_be_written(bot: Bot, started: TelegramStandIn) -> None:
    started.block(USER)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(USER, "x")
    started.unblock(USER)
    assert (await bot.send_message(USER, "x")).text == "x"


async def test_a_removed_account_cannot_be_written(bot: Bot, started: TelegramStandIn) -> None:
    started.deactivate(USER)
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(USER, "x")


async def test_an_edit_replaces_text_and_keyboard(bot: Bot, started: TelegramStandIn) -> None:
    sent = await bot.send_message(USER, "Oud", reply_markup=keyboard("Ja"))
    await bot.edit_message_text("Nieuw", USER, sent.message_id)
    message = started.last_message(USER)
    assert (message.text, message.buttons, message.versions) == ("Nieuw", [], ["Oud"])
    assert message.edited is not None


async def test_an_edit_without_change_is_refused(bot: Bot, started: TelegramStandIn) -> None:
    sent = await bot.send_message(USER, "Oud", reply_markup=keyboard("Ja"))
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text("Oud", USER, sent.message_id, reply_markup=keyboard("Ja"))
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(USER, sent.message_id, reply_markup=keyboard("Ja"))


async def test_only_an_own_known_message_can_be_edited(bot: Bot, started: TelegramStandIn) -> None:
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", USER, 99)
    theirs = started.send_text(USER, "hallo")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", USER, theirs.message_id)


async def test_a_deleted_message_is_gone_for_reply_edit_and_delete(
    bot: Bot, started: TelegramStandIn
) -> None:
    sent = await bot.send_message(USER, "x")
    assert await bot.delete_message(USER, sent.message_id) is True
    assert started.bot_messages(USER) == []
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(USER, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("y", USER, sent.message_id)
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(USER, "y", reply_to_message_id=sent.message_id)


async def test_a_message_older_than_48_hours_cannot_be_deleted(bot: Bot, started: TelegramStandIn) -> None:
    sent = await bot.send_message(USER, "x")
    later = started.last_message(USER).date + timedelta(hours=49)
    started.now = lambda: later
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_message(USER, sent.message_id)


async def test_message_ids_ascend_per_chat(bot: Bot, started: TelegramStandIn) -> None:
    ids = [(await bot.send_message(USER, str(number))).message_id for number in range(3)]
    assert ids == [2, 3, 4]


async def test_a_group_needs_the_bot_in_it(bot: Bot, state: TelegramStandIn) -> None:
    group = state.create_group(USER, "Team")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(group.id, "x")
    state.add_bot_to_group(group.id, USER)
    assert (await bot.send_message(group.id, "x")).chat.title == "Team"
    state.remove_bot_from_group(group.id, USER)
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(group.id, "x")


async def test_a_migrated_group_names_its_new_id(bot: Bot, state: TelegramStandIn) -> None:
    group = state.create_group(USER, "Team")
    state.add_bot_to_group(group.id, USER)
    new = state.migrate_group(group.id)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "x")
    assert caught.value.new_chat_id == new.id
    assert (await bot.send_message(new.id, "x")).chat.type == "supergroup"


async def test_leaving_a_group_ends_membership(bot: Bot, state: TelegramStandIn) -> None:
    group = state.create_group(USER, "Team", supergroup=True)
    state.add_bot_to_group(group.id, USER)
    assert (await bot.get_chat_member(group.id, USER)).status == "creator"
    assert (await bot.get_chat(group.id)).title == "Team"
    assert await bot.leave_chat(group.id) is True
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(group.id, "x")


async def test_sending_too_fast_asks_to_wait(bot: Bot, started: TelegramStandIn) -> None:
    started.limits = RateLimits(burst=2, clock=lambda: 100.0)
    for _ in range(2):
        await bot.send_message(USER, "x")
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(USER, "x")
    assert caught.value.retry_after == timedelta(seconds=1)
    assert len(started.bot_messages(USER)) == 2


async def test_a_group_gets_at_most_20_messages_per_minute(bot: Bot, state: TelegramStandIn) -> None:
    group = state.create_group(USER, "Team")
    state.add_bot_to_group(group.id, USER)
    times = iter(range(1000, 2000))
    state.limits = RateLimits(clock=lambda: float(next(times)))
    for _ in range(20):
        await bot.send_message(group.id, "x")
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(group.id, "x")
    assert caught.value.retry_after == timedelta(seconds=40)


async def test_all_chats_together_get_at_most_30_messages_per_second(
    bot: Bot, state: TelegramStandIn
) -> None:
    state.limits = RateLimits(clock=lambda: 5.0)
    for user_id in range(100, 131):
        state.add_user(user_id, "Iemand")
        state.start(user_id)
    for user_id in range(100, 130):
        await bot.send_message(user_id, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(130, "x")
