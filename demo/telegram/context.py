"""What every method of the Bot API needs: the caller, its parameters, and the chat it means."""

from __future__ import annotations

from dataclasses import dataclass

from demo.telegram.entities import (
    FormattedText,
    parse_html,
    plain,
    utf16_length,
    with_found_entities,
)
from demo.telegram.errors import ApiError, bad_request, forbidden
from demo.telegram.model import Bot, Chat, Message
from demo.telegram.params import Params
from demo.telegram.world import World

MAX_TEXT = 4096
MAX_CAPTION = 1024


@dataclass(frozen=True)
class Context:
    """One call of one bot."""

    world: World
    bot: Bot
    params: Params


def known_chat(ctx: Context) -> Chat:
    """Return the chat of `chat_id`, or refuse as Telegram does for a chat the bot never saw."""
    if not ctx.params.text("chat_id"):
        raise bad_request("chat_id is empty")
    chat_id = ctx.params.integer("chat_id")
    if chat_id in ctx.world.users:
        return ctx.world.private_chat(chat_id, ctx.bot)
    chat = ctx.bot.chats.get(chat_id) if chat_id is not None else None
    if chat is None or chat.bot_status is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": chat.migrated_to},
        )
    return chat


def writable_chat(ctx: Context) -> Chat:
    """Return the chat of `chat_id` when the bot may write there."""
    chat = known_chat(ctx)
    if chat.user is None:
        if chat.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {chat.kind} chat")
        return chat
    if chat.user.deactivated:
        raise forbidden("user is deactivated")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")
    return chat


def message_in(ctx: Context, chat: Chat, missing: str) -> Message:
    """Return the message of `message_id`, or refuse with `missing`."""
    message = chat.messages.get(ctx.params.integer("message_id") or 0)
    if message is None or message.deleted:
        raise bad_request(missing)
    return message


def read_text(ctx: Context) -> FormattedText:
    """Return the formatted `text` of 1 to 4096 code units."""
    content = _formatted(ctx, "text", "entities")
    if not content.text:
        raise bad_request("message text is empty")
    if utf16_length(content.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return content


def read_caption(ctx: Context) -> FormattedText:
    """Return the formatted `caption` of at most 1024 code units."""
    content = _formatted(ctx, "caption", "caption_entities")
    if utf16_length(content.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return content


def _formatted(ctx: Context, name: str, entities_name: str) -> FormattedText:
    """Return a text with its entities: parsed from HTML, given as a list, or none."""
    source = ctx.params.text(name)
    mode = ctx.params.text("parse_mode").lower()
    if mode == "html":
        return with_found_entities(parse_html(source))
    if mode:
        raise bad_request("unsupported parse_mode")
    given = ctx.params.decoded(entities_name)
    return FormattedText(source.strip(), tuple(given)) if given else plain(source)
