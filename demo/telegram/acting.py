"""Acting as a person in Telegram: what the tests and the page do on the other side of the bot."""

from __future__ import annotations

import secrets
import time

from demo.telegram.entities import plain
from demo.telegram.errors import Json
from demo.telegram.keyboards import Button
from demo.telegram.model import Bot, Chat, Message, Query, StoredFile, User
from demo.telegram.world import World

SUPERGROUP_OFFSET = 1_000_000_000_000


class Acting(World):
    """The actions of people; each one becomes an update for the bot, as in Telegram."""

    def start(self, user_id: int, code: str | None = None, *, bot: Bot | None = None) -> Message:
        """Press Start, with the code of a deep link; a person who blocked the bot unblocks it first."""
        chat = self.private_chat(user_id, bot)
        if chat.blocked:
            self.unblock(user_id, bot=bot)
        return self.send_text(user_id, f"/start {code}" if code else "/start", bot=bot)

    def send_text(
        self,
        user_id: int,
        text: str,
        *,
        chat_id: int | None = None,
        reply_to: Message | None = None,
        bot: Bot | None = None,
    ) -> Message:
        """Write a text in the private chat with the bot, or in a group the person is a member of."""
        with self.lock:
            bot = bot or self.bot
            chat = self._writable(bot, user_id, chat_id)
            content = plain(text)
            if not content.text:
                raise ValueError("Telegram does not send an empty text")
            message = self.store_message(chat, self.user(user_id), content, reply_to=reply_to)
            self._deliver(bot, message)
            return message

    def edit_text(self, message: Message, text: str, *, bot: Bot | None = None) -> None:
        """Edit a text the person wrote before."""
        with self.lock:
            bot = bot or self.bot
            self.change_message(message, plain(text), ())
            if self._shown_to_bot(bot, message):
                self.publish(bot, "edited_message", message.as_json())

    def send_document(
        self,
        user_id: int,
        content: bytes,
        filename: str,
        *,
        caption: str = "",
        mime_type: str | None = None,
        chat_id: int | None = None,
        bot: Bot | None = None,
    ) -> Message:
        """Send a file."""
        stored = self.store_file(content, filename, mime_type=mime_type)
        return self._send_file(user_id, stored, caption, chat_id, bot)

    def send_photo(
        self,
        user_id: int,
        content: bytes,
        *,
        caption: str = "",
        chat_id: int | None = None,
        bot: Bot | None = None,
    ) -> Message:
        """Send a picture as a photo."""
        stored = self.store_file(content, "photo.jpg", is_photo=True)
        return self._send_file(user_id, stored, caption, chat_id, bot)

    def press(
        self,
        user_id: int,
        message: Message,
        button: Button | str,
        *,
        force: bool = False,
        bot: Bot | None = None,
    ) -> str:
        """Press a callback button and return the id of the callback query.

        `button` is a button of the message or part of its label. With `force` the button may have
        gone, and a text that is no label is taken as the callback data: an old keyboard on a phone.
        """
        with self.lock:
            bot = bot or self.bot
            data = _pressed_data(message, button, force=force)
            query_id = str(secrets.randbits(62))
            user = self.user(user_id)
            bot.queries[query_id] = Query(user, message.chat, time.monotonic())
            query: Json = {
                "id": query_id,
                "from": user.as_json(),
                "message": message.as_json(),
                "chat_instance": message.chat.instance,
                "data": data,
            }
            self.publish(bot, "callback_query", query)
            return query_id

    def expire_queries(self, *, bot: Bot | None = None) -> None:
        """Let every pressed button become too old to answer."""
        (bot or self.bot).queries.clear()

    def block(self, user_id: int, *, bot: Bot | None = None) -> None:
        """Block the bot."""
        self._set_blocked(user_id, bot or self.bot, blocked=True)

    def unblock(self, user_id: int, *, bot: Bot | None = None) -> None:
        """Allow the bot again."""
        self._set_blocked(user_id, bot or self.bot, blocked=False)

    def deactivate(self, user_id: int) -> None:
        """Remove the account of a person."""
        with self.lock:
            self.user(user_id).deactivated = True
            self.touch()

    def create_group(
        self,
        owner_id: int,
        title: str,
        *,
        members: tuple[int, ...] = (),
        supergroup: bool = False,
        bot: Bot | None = None,
    ) -> Chat:
        """Create a group without the bot in it."""
        with self.lock:
            bot = bot or self.bot
            number = sum(1 for chat_id in bot.chats if chat_id < 0) + 1
            chat_id = -(SUPERGROUP_OFFSET + 2000 + number) if supergroup else -(4000 + number)
            chat = Chat(chat_id, "supergroup" if supergroup else "group", title)
            chat.members = {owner_id: "creator", **{self.user(member).id: "member" for member in members}}
            bot.chats[chat_id] = chat
            self.touch()
            return chat

    def add_bot_to_group(
        self, chat_id: int, user_id: int, *, administrator: bool = False, bot: Bot | None = None
    ) -> Message:
        """Let a member add the bot to a group."""
        with self.lock:
            bot = bot or self.bot
            chat = bot.chats[chat_id]
            self._set_bot_status(bot, chat, user_id, "administrator" if administrator else "member")
            return self._service(bot, chat, user_id, {"new_chat_members": [bot.user.as_json()]})

    def start_in_group(self, chat_id: int, user_id: int, code: str, *, bot: Bot | None = None) -> Message:
        """Choose a group after a `startgroup` link: the bot is added where it is not, and gets the code."""
        with self.lock:
            bot = bot or self.bot
            if bot.chats[chat_id].bot_status not in {"member", "administrator"}:
                self.add_bot_to_group(chat_id, user_id, bot=bot)
            return self.send_text(user_id, f"/start@{bot.user.username} {code}", chat_id=chat_id, bot=bot)

    def remove_bot_from_group(self, chat_id: int, user_id: int, *, bot: Bot | None = None) -> None:
        """Let a member remove the bot from a group."""
        with self.lock:
            bot = bot or self.bot
            self._set_bot_status(bot, bot.chats[chat_id], user_id, "kicked")

    def migrate_group(self, chat_id: int, *, bot: Bot | None = None) -> Chat:
        """Turn a group into a supergroup, which has a new id; the old id refuses messages."""
        with self.lock:
            bot = bot or self.bot
            old = bot.chats[chat_id]
            new = Chat(chat_id - SUPERGROUP_OFFSET, "supergroup", old.title, bot_status=old.bot_status)
            new.members = dict(old.members)
            bot.chats[new.id] = new
            owner = next(member for member, status in old.members.items() if status == "creator")
            self._service(bot, old, owner, {"migrate_to_chat_id": new.id})
            self._service(bot, new, owner, {"migrate_from_chat_id": old.id})
            old.migrated_to = new.id
            return new

    def _writable(self, bot: Bot, user_id: int, chat_id: int | None) -> Chat:
        """Return the chat a person writes in; ValueError when Telegram would not let them."""
        chat = bot.chats[chat_id] if chat_id is not None else self.private_chat(user_id, bot)
        if chat.user is None:
            if user_id not in chat.members:
                raise ValueError(f"user {user_id} is not a member of chat {chat.id}")
        elif chat.blocked or chat.user.deactivated:
            raise ValueError(f"user {user_id} blocked the bot or has no account")
        chat.started = True
        return chat

    def _deliver(self, bot: Bot, message: Message) -> None:
        """Queue a message of a person for the bot when the bot may see it."""
        if self._shown_to_bot(bot, message):
            self.publish(bot, "message", message.as_json())

    def _shown_to_bot(self, bot: Bot, message: Message) -> bool:
        """Tell whether the bot sees a message: in groups privacy mode hides most of them."""
        chat = message.chat
        if chat.user is not None:
            return True
        if chat.bot_status not in {"member", "administrator"}:
            return False
        if chat.bot_status == "administrator" or not self.group_privacy or message.service:
            return True
        answers_bot = message.reply_to is not None and message.reply_to.sender.id == bot.user.id
        return answers_bot or _is_command_for(message.text, bot.user)

    def _send_file(
        self, user_id: int, stored: StoredFile, caption: str, chat_id: int | None, bot: Bot | None
    ) -> Message:
        """Send a stored file with a caption."""
        with self.lock:
            bot = bot or self.bot
            chat = self._writable(bot, user_id, chat_id)
            message = self.store_message(chat, self.user(user_id), plain(caption), file=stored)
            self._deliver(bot, message)
            return message

    def _service(self, bot: Bot, chat: Chat, user_id: int, content: Json) -> Message:
        """Add a service message to a group."""
        message = self.store_message(chat, self.user(user_id), service=content)
        self._deliver(bot, message)
        return message

    def _set_blocked(self, user_id: int, bot: Bot, *, blocked: bool) -> None:
        """Block or unblock the bot and tell the bot so; nothing happens when it already is so."""
        with self.lock:
            chat = self.private_chat(user_id, bot)
            if chat.blocked == blocked:
                return
            chat.blocked = blocked
            status = ("member", "kicked") if blocked else ("kicked", "member")
            self._publish_membership(bot, chat, user_id, *status)
            self.touch()

    def _set_bot_status(self, bot: Bot, chat: Chat, user_id: int, status: str) -> None:
        """Change the membership of the bot in a group and tell the bot so."""
        before = chat.bot_status or "left"
        chat.bot_status = status
        self._publish_membership(bot, chat, user_id, before, status)
        self.touch()

    def _publish_membership(self, bot: Bot, chat: Chat, user_id: int, old: str, new: str) -> None:
        """Queue a `my_chat_member` update."""
        content: Json = {
            "chat": chat.as_json(),
            "from": self.user(user_id).as_json(),
            "date": int(self.now().timestamp()),
            "old_chat_member": member_json(bot.user, old),
            "new_chat_member": member_json(bot.user, new),
        }
        self.publish(bot, "my_chat_member", content)


def member_json(user: User, status: str) -> Json:
    """Return a chat member as the Bot API shows it."""
    shown: Json = {"user": user.as_json(), "status": status}
    if status == "creator":
        return {**shown, "is_anonymous": False}
    if status == "kicked":
        return {**shown, "until_date": 0}
    if status == "administrator":
        rights = (
            "manage_chat",
            "delete_messages",
            "manage_video_chats",
            "restrict_members",
            "promote_members",
            "change_info",
            "invite_users",
            "post_stories",
            "edit_stories",
            "delete_stories",
        )
        shown |= {"can_be_edited": False, "is_anonymous": False}
        return shown | {f"can_{right}": right in {"manage_chat", "delete_messages"} for right in rights}
    return shown


def _is_command_for(text: str, user: User) -> bool:
    """Tell whether a text is a command that this bot should see in a group."""
    first = text.split(maxsplit=1)[0] if text else ""
    _, at, name = first.partition("@")
    return first.startswith("/") and (not at or name.lower() == (user.username or "").lower())


def _pressed_data(message: Message, button: Button | str, *, force: bool) -> str:
    """Return the callback data of a pressed button; ValueError when it cannot be pressed."""
    shown = [] if message.deleted else message.buttons
    if isinstance(button, str):
        label = button.lower()
        found = next((shown_one for shown_one in shown if label in shown_one.text.lower()), None)
        if found is None and force:
            return button
    else:
        found = button if force or button in shown else None
    if found is None:
        labels = ", ".join(shown_one.text for shown_one in shown) or "none"
        raise ValueError(f"message {message.message_id} has no button {button!r}; its buttons: {labels}")
    if found.callback_data is None:
        raise ValueError(f"button {found.text!r} is not a callback button")
    return found.callback_data
