"""What every handler works with: the house and the clock, and one visit of one person."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ParamSpec, TypeVar

from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.fitting import fitted
from core.people import Actor, Person
from core.ports import Button, Clock
from services.house import House

_P = ParamSpec("_P")
_R = TypeVar("_R")

Rows = Sequence[Sequence[Button]]

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Desk:
    """One installation, as the bot sees it."""

    house: House
    clock: Clock


async def in_thread(function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
    """Run a service, which blocks, away from the event loop."""
    return await asyncio.to_thread(function, *args, **kwargs)


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Return rows of buttons as Telegram wants them."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.label, callback_data=button.data, url=button.url) for button in row]
            for row in rows
        ]
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """One update of one known person in a private chat, with the moment at which it is handled."""

    desk: Desk
    bot: Bot
    person: Person
    actor: Actor
    now: datetime
    chat_id: int
    args: tuple[str, ...] = ()
    message: Message | None = None
    query: CallbackQuery | None = None

    @property
    def house(self) -> House:
        """Return the installation."""
        return self.desk.house

    @property
    def today(self) -> date:
        """Return the local date of the visit."""
        return self.desk.house.today(self.now)

    async def say(self, text: str, rows: Rows = ()) -> Message:
        """Send a new message."""
        return await self.bot.send_message(
            self.chat_id,
            fitted(text),
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(rows),
            link_preview_options=NO_PREVIEW,
        )

    async def show(self, text: str, rows: Rows = ()) -> None:
        """Replace the message whose button was pressed; without one, send a new message."""
        message = self.query.message if self.query else None
        if message is None:
            await self.say(text, rows)
            return
        try:
            await self.bot.edit_message_text(
                fitted(text),
                chat_id=self.chat_id,
                message_id=message.message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(rows),
                link_preview_options=NO_PREVIEW,
            )
        except BadRequest as error:
            await self._after_failed_edit(error, text, rows)

    async def _after_failed_edit(self, error: BadRequest, text: str, rows: Rows) -> None:
        reason = str(error).lower()
        if "not modified" in reason:
            return
        if "message to edit not found" in reason or "can't be edited" in reason:
            await self.say(text, rows)
            return
        raise error

    async def answer(self, text: str = "", *, alert: bool = False) -> None:
        """Answer the press of a button; a press that is too old to be answered needs no answer."""
        if self.query is None:
            return
        try:
            await self.query.answer(text or None, show_alert=alert)
        except BadRequest as error:
            if "query is too old" not in str(error).lower():
                raise
