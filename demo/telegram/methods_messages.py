"""Methods that send, edit and delete messages, and answer pressed buttons."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from demo.telegram.context import (
    Context,
    known_chat,
    message_in,
    read_caption,
    read_text,
    writable_chat,
)
from demo.telegram.entities import FormattedText
from demo.telegram.errors import Json, bad_request
from demo.telegram.keyboards import Keyboard, read_markup
from demo.telegram.model import Alert, Chat, Message, StoredFile
from demo.telegram.params import Upload

DELETE_WITHIN = timedelta(hours=48)
MAX_ANSWER = 200
MAX_UPLOAD = 50_000_000
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_IMAGE_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")


def send_message(ctx: Context) -> Json:
    """Send a text."""
    chat = writable_chat(ctx)
    content = read_text(ctx)
    return _send(ctx, chat, content, None)


def send_document(ctx: Context) -> Json:
    """Send a file, uploaded or known by its file id."""
    chat = writable_chat(ctx)
    content = read_caption(ctx)
    return _send(ctx, chat, content, _read_file(ctx, "document"))


def send_photo(ctx: Context) -> Json:
    """Send a picture, uploaded or known by its file id."""
    chat = writable_chat(ctx)
    content = read_caption(ctx)
    return _send(ctx, chat, content, _read_file(ctx, "photo"))


def send_chat_action(ctx: Context) -> bool:
    """Accept that the bot is busy; the page does not show it."""
    writable_chat(ctx)
    if not ctx.params.text("action"):
        raise bad_request("wrong parameter action in request")
    return True


def edit_message_text(ctx: Context) -> Json:
    """Replace the text and keyboard of a message of the bot."""
    chat = writable_chat(ctx)
    content = read_text(ctx)
    message = _editable(ctx, chat)
    if message.file is not None:
        raise bad_request("there is no text in the message to edit")
    return _edit(ctx, message, content)


def edit_message_caption(ctx: Context) -> Json:
    """Replace the caption and keyboard of a file the bot sent."""
    chat = writable_chat(ctx)
    content = read_caption(ctx)
    message = _editable(ctx, chat)
    if message.file is None:
        raise bad_request("there is no caption in the message to edit")
    return _edit(ctx, message, content)


def edit_message_reply_markup(ctx: Context) -> Json:
    """Replace the keyboard of a message of the bot."""
    message = _editable(ctx, writable_chat(ctx))
    return _edit(ctx, message, message.content)


def delete_message(ctx: Context) -> bool:
    """Delete a message of at most 48 hours old; in a group only an own one, unless administrator."""
    chat = known_chat(ctx)
    message = message_in(ctx, chat, "message to delete not found")
    if ctx.world.now() - message.date > DELETE_WITHIN:
        raise bad_request("message can't be deleted for everyone")
    own = message.sender.id == ctx.bot.user.id
    if not own and chat.user is None and chat.bot_status != "administrator":
        raise bad_request("message can't be deleted")
    ctx.world.remove_message(message)
    return True


def answer_callback_query(ctx: Context) -> bool:
    """Answer a pressed button once, within the time Telegram waits."""
    query_id = ctx.params.text("callback_query_id")
    query = ctx.bot.queries.get(query_id)
    if query is None or time.monotonic() - query.at > ctx.world.query_lifetime:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = ctx.params.text("text")
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    del ctx.bot.queries[query_id]
    shown = ctx.params.flag("show_alert")
    revision = ctx.world.touch()
    ctx.world.alerts.append(Alert(query_id, query.user.id, query.chat.id, text, shown, revision))
    ctx.world.bell.ring()
    return True


def get_file(ctx: Context) -> Json:
    """Return where a file of at most 20 MB can be downloaded."""
    stored = ctx.world.files.get(ctx.params.text("file_id"))
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(stored.content) > 20 * 1024 * 1024:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
        "file_path": stored.path,
    }


def _send(ctx: Context, chat: Chat, content: FormattedText, file: StoredFile | None) -> Json:
    """Check the keyboard, the reply and the limits, and send."""
    keyboard = _markup(ctx)
    reply_to = _reply_to(ctx, chat)
    if ctx.world.limits is not None:
        ctx.world.limits.check(chat.id)
    message = ctx.world.store_message(
        chat, ctx.bot.user, content, keyboard=keyboard, file=file, reply_to=reply_to
    )
    return message.as_json()


def _markup(ctx: Context) -> Keyboard:
    """Return the inline keyboard of the call."""
    return read_markup(ctx.params.decoded("reply_markup"))


def _reply_to(ctx: Context, chat: Chat) -> Message | None:
    """Return the message that is replied to; refuse when it is gone, unless the bot does not mind."""
    given: Any = ctx.params.decoded("reply_parameters") or {}
    message_id = given.get("message_id") or ctx.params.integer("reply_to_message_id")
    if not message_id:
        return None
    message = chat.messages.get(int(message_id))
    if message is not None and not message.deleted:
        return message
    if given.get("allow_sending_without_reply") or ctx.params.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _editable(ctx: Context, chat: Chat) -> Message:
    """Return the message of the bot that is to be edited."""
    message = message_in(ctx, chat, "message to edit not found")
    if message.sender.id != ctx.bot.user.id:
        raise bad_request("message can't be edited")
    return message


def _edit(ctx: Context, message: Message, content: FormattedText) -> Json:
    """Edit a message; without change Telegram refuses."""
    keyboard = _markup(ctx)
    if (content, keyboard) == (message.content, message.keyboard):
        raise bad_request(NOT_MODIFIED)
    ctx.world.change_message(message, content, keyboard)
    return message.as_json()


def _read_file(ctx: Context, name: str) -> StoredFile:
    """Return the file of a call: a new upload, or one that was sent before."""
    upload = ctx.params.upload(name)
    if upload is not None:
        return _store_upload(ctx, upload, is_photo=name == "photo")
    given = ctx.params.text(name)
    if not given:
        raise bad_request(f"there is no {name} in the request")
    stored = ctx.world.files.get(given)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return stored


def _store_upload(ctx: Context, upload: Upload, *, is_photo: bool) -> StoredFile:
    """Keep an upload; refuse an empty file, and a photo that is no picture."""
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > MAX_UPLOAD:
        raise bad_request("file is too big")
    if is_photo and not upload.content.startswith(_IMAGE_STARTS):
        raise bad_request("IMAGE_PROCESS_FAILED")
    return ctx.world.store_file(
        upload.content, upload.name, mime_type=upload.mime_type or None, is_photo=is_photo
    )
