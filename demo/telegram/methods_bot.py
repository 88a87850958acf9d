"""Methods about the bot itself: its name, commands, descriptions, webhook and chats.

The refusal of a too long description is worded after Telegram's style; the other descriptions are
Telegram's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from demo.telegram.acting import member_json
from demo.telegram.context import Context, known_chat
from demo.telegram.errors import Json, bad_request, forbidden
from demo.telegram.model import Bot, Chat, Webhook

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
MAX_COMMANDS = 100
DESCRIPTION_LIMITS = {"description": 512, "short_description": 120}


def get_me(ctx: Context) -> Json:
    """Return the bot account."""
    return {
        **ctx.bot.user.as_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": not ctx.world.group_privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_webhook(ctx: Context) -> bool:
    """Post updates to an https address, or to a loopback address; an empty one removes the webhook."""
    url = ctx.params.text("url")
    secret = ctx.params.text("secret_token")
    parts = urlsplit(url)
    if url and parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    ctx.bot.updates.allow(ctx.params.names("allowed_updates"))
    ctx.bot.webhook = Webhook(url, secret or None) if url else None
    return _drop_pending(ctx)


def delete_webhook(ctx: Context) -> bool:
    """Stop posting updates."""
    ctx.bot.webhook = None
    return _drop_pending(ctx)


def get_webhook_info(ctx: Context) -> Json:
    """Return the webhook and how it goes."""
    webhook = ctx.bot.webhook
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(ctx.bot.updates.pending),
    }
    if ctx.bot.updates.allowed:
        info["allowed_updates"] = sorted(ctx.bot.updates.allowed)
    if webhook:
        info["max_connections"] = webhook.max_connections
        if webhook.last_error and webhook.last_error_at:
            info["last_error_date"] = int(webhook.last_error_at.timestamp())
            info["last_error_message"] = webhook.last_error
    return info


def set_my_commands(ctx: Context) -> bool:
    """Keep the commands of one scope and language."""
    given: Any = ctx.params.decoded("commands")
    if not isinstance(given, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(given) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    ctx.bot.commands[_scope_key(ctx)] = [_read_command(command) for command in given]
    ctx.world.touch()
    return True


def get_my_commands(ctx: Context) -> list[Json]:
    """Return the commands of exactly one scope and language."""
    return ctx.bot.commands.get(_scope_key(ctx), [])


def delete_my_commands(ctx: Context) -> bool:
    """Forget the commands of one scope and language."""
    ctx.bot.commands.pop(_scope_key(ctx), None)
    ctx.world.touch()
    return True


def commands_for(bot: Bot, chat: Chat, language: str = "") -> list[Json]:
    """Return the commands a chat shows: the narrowest scope that has any, the language first."""
    wide = "all_private_chats" if chat.user is not None else "all_group_chats"
    for scope in (f"chat:{chat.id}", wide, "default"):
        for code in dict.fromkeys((language, "")):
            if found := bot.commands.get((scope, code)):
                return found
    return []


def description_setter(field: str) -> Callable[[Context], bool]:
    """Return the method that keeps `field` per language."""

    def set_text(ctx: Context) -> bool:
        text = ctx.params.text(field)
        if len(text) > DESCRIPTION_LIMITS[field]:
            raise bad_request(f"bot {field.replace('_', ' ')} is too long")
        ctx.bot.descriptions[(field, ctx.params.text("language_code"))] = text
        return True

    return set_text


def description_getter(field: str) -> Callable[[Context], Json]:
    """Return the method that shows `field` for a language, or else the general one."""

    def get_text(ctx: Context) -> Json:
        texts = ctx.bot.descriptions
        general = texts.get((field, ""), "")
        return {field: texts.get((field, ctx.params.text("language_code")), general)}

    return get_text


def set_chat_menu_button(ctx: Context) -> bool:
    """Keep the menu button of a private chat, or of all when no chat is named."""
    chat_id = ctx.params.integer("chat_id", 0) or 0
    if chat_id and chat_id not in ctx.world.users:
        raise bad_request("chat not found")
    ctx.bot.menu_buttons[chat_id] = ctx.params.decoded("menu_button") or {"type": "default"}
    return True


def get_chat_menu_button(ctx: Context) -> Json:
    """Return the menu button of a private chat, or the one of all."""
    buttons = ctx.bot.menu_buttons
    general = buttons.get(0, {"type": "commands"})
    return buttons.get(ctx.params.integer("chat_id", 0) or 0, general)


def get_chat(ctx: Context) -> Json:
    """Return a chat with its details."""
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
        False,
    )
    details: Json = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    return known_chat(ctx).as_json() | details


def get_chat_member(ctx: Context) -> Json:
    """Return how a person or the bot belongs to a chat."""
    chat = known_chat(ctx)
    user_id = ctx.params.integer("user_id") or 0
    if user_id == ctx.bot.user.id:
        return member_json(ctx.bot.user, chat.bot_status or "member")
    user = ctx.world.users.get(user_id)
    if user is None:
        raise bad_request("invalid user_id specified")
    if chat.user is not None:
        return member_json(user, "member" if user_id == chat.id else "left")
    return member_json(user, chat.members.get(user_id, "left"))


def leave_chat(ctx: Context) -> bool:
    """Let the bot leave a group."""
    chat = known_chat(ctx)
    if chat.user is not None:
        raise bad_request("chat member status can't be changed in private chats")
    if chat.bot_status in {"left", "kicked"}:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    chat.bot_status = "left"
    ctx.world.touch()
    return True


def _drop_pending(ctx: Context) -> bool:
    """Drop the waiting updates when asked to, and wake polls and webhook."""
    if ctx.params.flag("drop_pending_updates"):
        ctx.bot.updates.pending = []
    ctx.world.bell.ring()
    return True


def _scope_key(ctx: Context) -> tuple[str, str]:
    """Return the scope and language of a commands call; an unknown chat is refused."""
    scope: Any = ctx.params.decoded("scope") or {"type": "default"}
    kind = str(scope.get("type", ""))
    language = ctx.params.text("language_code")
    if not kind.startswith("chat"):
        return kind, language
    try:
        chat_id = int(scope.get("chat_id", ""))
    except ValueError:
        raise bad_request("chat not found") from None
    if chat_id not in ctx.world.users and chat_id not in ctx.bot.chats:
        raise bad_request("chat not found")
    member = f":{scope['user_id']}" if "user_id" in scope else ""
    return f"{kind}:{chat_id}{member}", language


def _read_command(value: Any) -> Json:  # noqa: ANN401 - JSON of any shape
    """Return one checked command."""
    command = str(value.get("command", "")).removeprefix("/")
    description = str(value.get("description", "")).strip()
    if not re.fullmatch(r"[a-z0-9_]{1,32}", command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:  # noqa: PLR2004 - Telegram's limit
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}
