"""Watching what the bot does: questions for tests, answered from the state."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from demo.telegram.failures import Failure, FailureKind
from demo.telegram.keyboards import Button
from demo.telegram.model import Alert, Call, Message
from demo.telegram.world import World

Found = TypeVar("Found")


class Watching(World):
    """Looks at chats and calls, and waits until the bot did something."""

    def messages(self, chat_id: int) -> list[Message]:
        """Return the messages of a chat that are not deleted, oldest first."""
        with self.lock:
            return [message for message in self.chat(chat_id).messages.values() if not message.deleted]

    def bot_messages(self, chat_id: int) -> list[Message]:
        """Return the messages the bot sent to a chat that are not deleted, oldest first."""
        return [message for message in self.messages(chat_id) if message.from_bot]

    def last_message(self, chat_id: int) -> Message:
        """Return the newest message of the bot in a chat; LookupError when there is none."""
        messages = self.bot_messages(chat_id)
        if not messages:
            raise LookupError(f"the bot sent nothing to chat {chat_id}")
        return messages[-1]

    def button(self, message: Message, label_part: str) -> Button:
        """Return the one button whose label contains `label_part`, in any letter case.

        A label that is exactly `label_part` wins; LookupError when none or several are left.
        """
        wanted = label_part.lower()
        found = [button for button in message.buttons if wanted in button.text.lower()]
        exact = [button for button in found if button.text.lower() == wanted]
        choices = exact or found
        if len(choices) != 1:
            labels = ", ".join(button.text for button in message.buttons) or "none"
            raise LookupError(f"{len(choices)} buttons match {label_part!r}; the buttons: {labels}")
        return choices[0]

    def calls_of(self, method: str, chat_id: int | None = None) -> list[Call]:
        """Return the calls of one method, oldest first, for one chat when given."""
        calls = [call for call in list(self.calls) if call.method.lower() == method.lower()]
        return [call for call in calls if chat_id is None or str(call.params.get("chat_id")) == str(chat_id)]

    def fail_next(
        self,
        kind: FailureKind = "error",
        *,
        method: str | None = None,
        chat_id: int | None = None,
        times: int = 1,
        status: int = 500,
        description: str | None = None,
        retry_after: int | None = None,
        migrate_to_chat_id: int | None = None,
        seconds: float = 0.0,
    ) -> None:
        """Plan what goes wrong with the next calls; see `Failure` for the kinds."""
        failure = Failure(
            kind, method, chat_id, times, status, description, retry_after, migrate_to_chat_id, seconds
        )
        with self.lock:
            self.failures.add(failure)

    def go_offline(self) -> None:
        """Close the connection of every call, also of a waiting getUpdates."""
        self.offline = True
        self.bell.ring()

    def go_online(self) -> None:
        """Answer calls again."""
        self.offline = False

    async def wait_until(self, check: Callable[[], Found | None], timeout: float = 5.0) -> Found:  # noqa: ASYNC109 - the error tells what came
        """Return the first truthy result of `check`; TimeoutError after `timeout` seconds."""
        found = await self.bell.until(check, timeout)
        if not found:
            raise TimeoutError(f"nothing happened within {timeout} seconds")
        return found

    async def wait_for_message(
        self,
        chat_id: int,
        *,
        containing: str | None = None,
        matching: str | None = None,
        after: int | Message = 0,
        timeout: float = 5.0,  # noqa: ASYNC109 - the message names it
    ) -> Message:
        """Return the first message of the bot after message `after` with this text in it.

        `containing` is a plain part of the text, `matching` a regular expression to search for.
        TimeoutError names what the bot did send.
        """
        first = after.message_id if isinstance(after, Message) else after

        def check() -> Message | None:
            later = (m for m in self.bot_messages(chat_id) if m.message_id > first)
            return next((m for m in later if _has(m, containing, matching)), None)

        found = await self.bell.until(check, timeout)
        if found is None:
            sent = [m.text for m in self.bot_messages(chat_id) if m.message_id > first]
            wanted = containing or matching
            raise TimeoutError(f"no message with {wanted!r} in chat {chat_id} in {timeout} s; sent: {sent}")
        return found

    async def wait_for_edit(
        self,
        message: Message,
        *,
        containing: str | None = None,
        since: int = 0,
        timeout: float = 5.0,  # noqa: ASYNC109 - the message names it
    ) -> Message:
        """Return `message` once it was edited after revision `since` and has this text in it."""

        def check() -> Message | None:
            changed = message.edited is not None and message.revision > since
            return message if changed and _has(message, containing, None) else None

        found = await self.bell.until(check, timeout)
        if found is None:
            raise TimeoutError(f"no edit with {containing!r} in {timeout} s; text is: {message.text!r}")
        return found

    async def wait_for_alert(self, query_id: str, timeout: float = 5.0) -> Alert:  # noqa: ASYNC109 - the error tells what came
        """Return the answer of the bot to a pressed button."""

        def check() -> Alert | None:
            return next((alert for alert in list(self.alerts) if alert.query_id == query_id), None)

        return await self.wait_until(check, timeout)

    async def wait_for_call(
        self,
        method: str,
        *,
        chat_id: int | None = None,
        count: int = 1,
        timeout: float = 5.0,  # noqa: ASYNC109 - the message names it
    ) -> Call:
        """Return the call with number `count` of a method, for one chat when given."""

        def check() -> Call | None:
            calls = self.calls_of(method, chat_id)
            return calls[count - 1] if len(calls) >= count else None

        return await self.wait_until(check, timeout)


def _has(message: Message, containing: str | None, matching: str | None) -> bool:
    """Tell whether the text of a message fits."""
    if containing is not None and containing not in message.text:
        return False
    return matching is None or re.search(matching, message.text) is not None
