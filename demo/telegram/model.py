"""What the stand-in remembers: users, chats, messages, files, and what the bot did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from demo.telegram.entities import FormattedText
from demo.telegram.errors import Json
from demo.telegram.keyboards import Button, Keyboard
from demo.telegram.updates import UpdateQueue


@dataclass
class User:
    """A person or a bot."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str = "nl"
    is_bot: bool = False
    deactivated: bool = False

    def as_json(self) -> Json:
        """Return the user as the Bot API shows it."""
        shown: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            shown["username"] = self.username
        if not self.is_bot:
            shown["language_code"] = self.language_code
        return shown


@dataclass(frozen=True)
class StoredFile:
    """A file sent by a user or the bot."""

    file_id: str
    unique_id: str
    name: str
    mime_type: str
    content: bytes = field(repr=False)
    path: str
    is_photo: bool = False
    width: int = 0
    height: int = 0

    def as_json(self) -> Json:
        """Return the file as a document or as one photo size."""
        shown: Json = {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }
        if self.is_photo:
            return {**shown, "width": self.width, "height": self.height}
        return {**shown, "file_name": self.name, "mime_type": self.mime_type}


@dataclass(eq=False)
class Chat:
    """A private chat or group as one bot knows it.

    `bot_status` is the bot's membership of a group: None before it was ever added.
    """

    id: int
    kind: str
    title: str | None = None
    user: User | None = None
    started: bool = False
    blocked: bool = False
    bot_status: str | None = None
    members: dict[int, str] = field(default_factory=dict)
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    next_message_id: int = 1

    @property
    def instance(self) -> str:
        """Return the `chat_instance` of callback queries from this chat."""
        return str(abs(self.id) * 7919 + 17)

    def as_json(self) -> Json:
        """Return the chat as messages show it."""
        if self.user is None:
            return {"id": self.id, "type": self.kind, "title": self.title}
        shown: Json = {"id": self.id, "type": self.kind, "first_name": self.user.first_name}
        if self.user.username:
            shown["username"] = self.user.username
        return shown


@dataclass(eq=False)
class Message:
    """A message in a chat; it changes in place when it is edited or deleted.

    `revision` grows over all chats with every change. `versions` holds the earlier texts.
    """

    message_id: int
    chat: Chat = field(repr=False)
    sender: User = field(repr=False)
    date: datetime
    content: FormattedText = field(default_factory=lambda: FormattedText(""))
    keyboard: Keyboard = ()
    file: StoredFile | None = None
    service: Json = field(default_factory=dict)
    reply_to: Message | None = field(default=None, repr=False)
    edited: datetime | None = None
    deleted: bool = False
    revision: int = 0
    versions: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the text or caption without formatting."""
        return self.content.text

    @property
    def entities(self) -> tuple[Json, ...]:
        """Return the entities of the text or caption."""
        return self.content.entities

    @property
    def buttons(self) -> list[Button]:
        """Return the inline buttons row by row."""
        return [button for row in self.keyboard for button in row]

    @property
    def from_bot(self) -> bool:
        """Tell whether the bot sent this message."""
        return self.sender.is_bot

    def as_json(self, *, with_reply: bool = True) -> Json:
        """Return the message as the Bot API shows it; a deleted message is inaccessible."""
        shown: Json = {"message_id": self.message_id, "chat": self.chat.as_json()}
        if self.deleted:
            return {**shown, "date": 0}
        shown |= {"from": self.sender.as_json(), "date": int(self.date.timestamp()), **self.service}
        shown |= self._content_json()
        if self.keyboard:
            rows = [[button.as_json() for button in row] for row in self.keyboard]
            shown["reply_markup"] = {"inline_keyboard": rows}
        if self.edited:
            shown["edit_date"] = int(self.edited.timestamp())
        if with_reply and self.reply_to:
            shown["reply_to_message"] = self.reply_to.as_json(with_reply=False)
        return shown

    def _content_json(self) -> Json:
        """Return the fields for the text, or for the file and its caption."""
        shown: Json = {}
        if self.file:
            sizes: Any = [self.file.as_json()] if self.file.is_photo else self.file.as_json()
            shown["photo" if self.file.is_photo else "document"] = sizes
        prefix = "caption" if self.file else "text"
        if self.text:
            shown[prefix] = self.text
        if self.entities:
            shown["caption_entities" if self.file else "entities"] = [dict(e) for e in self.entities]
        return shown


@dataclass(frozen=True)
class Query:
    """A pressed button that the bot may still answer; `at` is on the monotonic clock."""

    user: User
    chat: Chat
    at: float


@dataclass(frozen=True)
class Call:
    """One call the bot made, with how it ended. Files are shown by name and size, secrets never."""

    method: str
    params: Json
    at: datetime
    ok: bool
    description: str | None = None


@dataclass(frozen=True)
class Alert:
    """An answer to a pressed button; the text is empty when the bot only stopped the waiting."""

    query_id: str
    user_id: int
    chat_id: int
    text: str
    show_alert: bool
    revision: int


@dataclass
class Webhook:
    """Where updates are posted."""

    url: str
    secret_token: str | None = None
    max_connections: int = 40
    last_error: str | None = None
    last_error_at: datetime | None = None


@dataclass(eq=False)
class Bot:
    """One bot account with everything it sees and did."""

    token: str = field(repr=False)
    user: User
    chats: dict[int, Chat] = field(default_factory=dict)
    updates: UpdateQueue = field(default_factory=UpdateQueue)
    webhook: Webhook | None = None
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    descriptions: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)


@dataclass(frozen=True)
class Persona:
    """Someone the visitor of the demo page can be; `start_code` is the invitation of the deep link."""

    user_id: int
    name: str
    description: str
    start_code: str | None = None


@dataclass(frozen=True)
class Mail:
    """A mail as the demo page shows it."""

    to: str
    subject: str
    body: str
    at: datetime


@dataclass(frozen=True)
class Link:
    """Another page the demo page leads to."""

    title: str
    url: str
