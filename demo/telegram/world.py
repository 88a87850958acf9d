"""The world of the stand-in: bots, users, chats and files, and how messages come and go."""

from __future__ import annotations

import mimetypes
import secrets
import struct
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import PurePosixPath

from demo.telegram.bell import Bell
from demo.telegram.entities import FormattedText
from demo.telegram.errors import Json
from demo.telegram.failures import FailurePlan
from demo.telegram.keyboards import Keyboard
from demo.telegram.limits import RateLimits
from demo.telegram.model import Alert, Bot, Call, Chat, Message, StoredFile, User

CALLS_KEPT = 20_000
PNG_HEADER = b"\x89PNG\r\n\x1a\n"


class World:
    """State shared by the HTTP server, the page and the tests; changes happen under `lock`."""

    def __init__(
        self,
        *tokens: str,
        username: str = "termijnwacht_bot",
        now: Callable[[], datetime] | None = None,
        limits: RateLimits | None = None,
        group_privacy: bool = True,
    ) -> None:
        """Start with one bot per token (`number:secret`), no users, and no limits on sending.

        `now` dates the messages. With `group_privacy`, groups only show the bot commands and replies.
        """
        if not tokens:
            raise ValueError("a stand-in needs at least one bot token")
        self.now = now or (lambda: datetime.now(UTC))  # noqa: TID251 - no clock was given
        self.limits = limits
        self.group_privacy = group_privacy
        self.lock = threading.RLock()
        self.bell = Bell()
        self.failures = FailurePlan()
        self.offline = False
        self.query_lifetime = 60.0
        self.hang_seconds = 60.0
        self.users: dict[int, User] = {}
        self.files: dict[str, StoredFile] = {}
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.alerts: list[Alert] = []
        self.revision = 0
        self.instance = secrets.token_hex(6)
        self.bots = [_new_bot(token, number, username) for number, token in enumerate(tokens)]

    @property
    def bot(self) -> Bot:
        """Return the first bot, the one the user actions talk to unless told otherwise."""
        return self.bots[0]

    def bot_by_token(self, token: str) -> Bot | None:
        """Return the bot with exactly this token."""
        for bot in self.bots:
            if secrets.compare_digest(bot.token.encode(), token.encode("utf-8", "replace")):
                return bot
        return None

    def add_user(
        self, user_id: int, first_name: str, username: str | None = None, language_code: str = "nl"
    ) -> User:
        """Add a person, or return the person who already has this id."""
        if user_id <= 0:
            raise ValueError("a user id is positive")
        with self.lock:
            return self.users.setdefault(user_id, User(user_id, first_name, username, language_code))

    def user(self, user_id: int) -> User:
        """Return the person with this id; KeyError when there is none."""
        return self.users[user_id]

    def private_chat(self, user_id: int, bot: Bot | None = None) -> Chat:
        """Return the chat between a person and the bot; it exists before anyone wrote in it."""
        bot = bot or self.bot
        if user_id not in bot.chats:
            bot.chats[user_id] = Chat(user_id, "private", user=self.user(user_id))
        return bot.chats[user_id]

    def chat(self, chat_id: int, bot: Bot | None = None) -> Chat:
        """Return a private chat or group by id; KeyError when there is none."""
        bot = bot or self.bot
        return bot.chats[chat_id] if chat_id in bot.chats else self.private_chat(chat_id, bot)

    def touch(self) -> int:
        """Return a new revision and wake everyone who waits."""
        self.revision += 1
        self.bell.ring()
        return self.revision

    def store_message(
        self,
        chat: Chat,
        sender: User,
        content: FormattedText | None = None,
        *,
        keyboard: Keyboard = (),
        file: StoredFile | None = None,
        service: Json | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Add a message to a chat under its next message id."""
        message = Message(
            chat.next_message_id,
            chat,
            sender,
            self.now(),
            content or FormattedText(""),
            keyboard,
            file,
            service or {},
            reply_to,
        )
        chat.next_message_id += 1
        chat.messages[message.message_id] = message
        message.revision = self.touch()
        return message

    def change_message(self, message: Message, content: FormattedText, keyboard: Keyboard) -> None:
        """Edit a message in place."""
        if content.text != message.text:
            message.versions.append(message.text)
        message.content = content
        message.keyboard = keyboard
        message.edited = self.now()
        message.revision = self.touch()

    def remove_message(self, message: Message) -> None:
        """Delete a message for everyone."""
        message.deleted = True
        message.revision = self.touch()

    def store_file(
        self, content: bytes, name: str, *, mime_type: str | None = None, is_photo: bool = False
    ) -> StoredFile:
        """Keep a file under a new file id."""
        number = len(self.files)
        folder = "photos" if is_photo else "documents"
        suffix = PurePosixPath(name).suffix or (".jpg" if is_photo else "")
        guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
        width, height = _image_size(content) if is_photo else (0, 0)
        stored = StoredFile(
            file_id=f"BQACAgQAAxk{secrets.token_urlsafe(24)}",
            unique_id=f"AgAD{secrets.token_urlsafe(8)}",
            name=name,
            mime_type=mime_type or guessed,
            content=content,
            path=f"{folder}/file_{number}{suffix}",
            is_photo=is_photo,
            width=width,
            height=height,
        )
        self.files[stored.file_id] = stored
        return stored

    def publish(self, bot: Bot, kind: str, content: Json) -> None:
        """Queue an update for the bot and wake its poll or webhook."""
        bot.updates.add(kind, content)
        self.bell.ring()


def _new_bot(token: str, number: int, username: str) -> Bot:
    """Return the bot account of a token; its user id is the number the token starts with."""
    digits = token.partition(":")[0]
    if not digits.isdigit():
        raise ValueError("a bot token looks like number:secret")
    name = username if number == 0 else f"{username.removesuffix('_bot')}{number + 1}_bot"
    return Bot(token, User(int(digits), "Termijnwacht", name, is_bot=True))


def _image_size(content: bytes) -> tuple[int, int]:
    """Return the size a PNG states; other pictures are shown as 512 by 512."""
    if content.startswith(PNG_HEADER) and len(content) >= 24:  # noqa: PLR2004 - the header ends there
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    return 512, 512
