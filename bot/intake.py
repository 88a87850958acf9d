"""Takes updates in: stored before they are confirmed to Telegram, handled from the store in order of chat."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.access import tell_failure
from bot.application import BotApplication
from bot.desk import Desk, in_thread
from core.errors import Refused
from services.inbox import mark_handled, may_try_again, next_update_offset, store_updates, updates_to_handle

_log = logging.getLogger(__name__)

POLL_SECONDS = 20
_ALLOWED = ["message", "callback_query", "my_chat_member"]
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
MOST_CHATS_AT_ONCE = 32
REMEMBERED = 20_000
_PLACE = ("message_id", "date", "chat")
_QUOTED = ("quote", "external_reply")


class Intake:
    """The way of every update: from Telegram into the store, from the store to its handler."""

    def __init__(self, application: BotApplication, desk: Desk) -> None:
        """Take the application whose handlers answer."""
        self._application, self._desk = application, desk
        self._waiting: dict[int, asyncio.Queue[tuple[int, Update]]] = {}
        self._known: dict[int, None] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._limit = asyncio.Semaphore(MOST_CHATS_AT_ONCE)
        self._handled: list[int] = []
        self._noting: asyncio.Task[None] | None = None

    async def poll(self, may_poll: Callable[[], bool] = lambda: True) -> None:
        """Ask Telegram for updates for ever; trouble is waited out, and said in the log."""
        pause = _FIRST_PAUSE
        while True:
            if not may_poll():
                await asyncio.sleep(_FIRST_PAUSE)
                continue
            try:
                await self._poll_once()
                pause = _FIRST_PAUSE
            except RetryAfter as error:
                wait = error.retry_after
                await asyncio.sleep(float(wait if isinstance(wait, int | float) else wait.total_seconds()))
            except TimedOut:
                continue
            except (NetworkError, Conflict, InvalidToken, TelegramError) as error:
                _log.warning(
                    "Telegram is out of reach (%s); trying again in %.0f s", type(error).__name__, pause
                )
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            except Refused as refused:
                _log.error("updates cannot be stored: %s", refused)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _poll_once(self) -> None:
        offset = await in_thread(next_update_offset, self._desk.house)
        updates = await self._application.bot.get_updates(
            offset=offset, timeout=POLL_SECONDS, allowed_updates=_ALLOWED
        )
        if updates:
            await self.take([(update.update_id, update.to_dict()) for update in updates])
        else:
            await self.handle_stored()

    async def take(self, updates: list[tuple[int, dict[str, Any]]]) -> None:
        """Store updates, then hand them to their handlers; returns once they are stored."""
        rows = [(update_id, json.dumps(without_our_words(payload))) for update_id, payload in updates]
        await in_thread(store_updates, self._desk.house, rows, self._desk.clock.now())
        await self.handle_stored()

    async def handle_stored(self) -> None:
        """Hand every stored update that is not under way to its handler, in order within a chat."""
        for update_id, payload in await in_thread(updates_to_handle, self._desk.house):
            if update_id in self._known:
                continue
            self._remember(update_id)
            update = Update.de_json(json.loads(payload), self._application.bot)
            chat = update.effective_chat
            self._enqueue(chat.id if chat else 0, update_id, update)

    def _remember(self, update_id: int) -> None:
        """Keep ids for a while after they were handled: an older look at the store may still name them."""
        self._known[update_id] = None
        while len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]

    def _enqueue(self, chat_id: int, update_id: int, update: Update) -> None:
        queue = self._waiting.get(chat_id)
        if queue is None:
            queue = self._waiting[chat_id] = asyncio.Queue()
            task = asyncio.create_task(self._work_off(chat_id, queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        queue.put_nowait((update_id, update))

    async def _work_off(self, chat_id: int, queue: "asyncio.Queue[tuple[int, Update]]") -> None:
        while not queue.empty():
            update_id, update = queue.get_nowait()
            async with self._limit:
                await self._handle(update_id, update)
        if self._waiting.get(chat_id) is queue:
            del self._waiting[chat_id]

    async def _handle(self, update_id: int, update: Update) -> None:
        """Handle one update; one that fails in passing is tried again, then its sender is told."""
        house = self._desk.house
        while True:
            try:
                await self._dispatch(update)
                break
            except Exception as error:  # noqa: BLE001 - no handler may stop the others' updates
                _log.exception("update %s failed", update_id)
                if not (await in_thread(may_try_again, house, update_id) and _is_passing(error)):
                    await tell_failure(update)
                    break
                await asyncio.sleep(_pause_after(error))
        self._note_handled(update_id)

    def _note_handled(self, update_id: int) -> None:
        """Note in the store that an update was handled; those of a crowd are noted together.

        One that a crash kept from being noted is handled again and then acts no more.
        """
        self._handled.append(update_id)
        if self._noting is None or self._noting.done():
            self._noting = asyncio.create_task(self._note_all())

    async def _note_all(self) -> None:
        while self._handled:
            ids, self._handled = self._handled, []
            try:
                await in_thread(mark_handled, self._desk.house, ids, self._desk.clock.now())
            except Refused as refused:
                self._handled = ids + self._handled
                _log.error("handled updates cannot be noted, the next one tries again: %s", refused)
                return

    async def _dispatch(self, update: Update) -> None:
        for handler in self._application.handlers[0]:
            check = handler.check_update(update)
            if check is not None and check is not False:
                context = self._application.context_types.context.from_update(update, self._application)
                await handler.handle_update(update, self._application, check, context)
                return

    async def drain(self) -> None:
        """Wait until what was taken in has been handled, and that is noted."""
        while self._tasks:
            await asyncio.gather(*self._tasks)
        if self._noting is not None:
            await self._noting


def without_our_words(update: dict[str, Any]) -> dict[str, Any]:
    """Return an update in which a message of ours is but a place: its words can hold a secret address.

    What somebody pressed or answered comes back whole with the press or answer, and would be stored.
    """
    kept = dict(update)
    for kind, place in (("callback_query", "message"), ("message", "reply_to_message")):
        if isinstance(kept.get(kind), dict) and isinstance(kept[kind].get(place), dict):
            ours = kept[kind][place]
            kept[kind] = kept[kind] | {place: {name: ours[name] for name in _PLACE if name in ours}}
    if isinstance(kept.get("message"), dict):
        kept["message"] = {name: value for name, value in kept["message"].items() if name not in _QUOTED}
    return kept


def _pause_after(error: Exception) -> float:
    """Return how many seconds to wait before an update is tried again."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return min(float(wait if isinstance(wait, int | float) else wait.total_seconds()), _LONGEST_PAUSE)
    return _FIRST_PAUSE


def _is_passing(error: Exception) -> bool:
    return isinstance(error, NetworkError | RetryAfter | Refused)
