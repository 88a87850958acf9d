"""The Telegram channel: sends what the outbox hands over and says how each delivery ended."""

import httpx
from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.desk import NO_PREVIEW, keyboard
from core.ports import Address, ChannelName, Content, DeliveryFailed, Outcome, Receipt

_DEAD_CHAT = (
    "chat not found",
    "user is deactivated",
    "peer_id_invalid",
    "user not found",
    "group chat was deactivated",
    "not enough rights to send",
    "have no rights to send",
    "chat_write_forbidden",
)
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class TelegramChannel:
    """Carries messages to linked private chats."""

    name = ChannelName.TELEGRAM

    def __init__(self, bot: Bot) -> None:
        """Take a bot whose requests are initialised."""
        self._bot = bot

    async def send(self, address: Address, content: Content, *, message_key: str) -> Receipt:  # noqa: ARG002
        """Send once; raise `DeliveryFailed` when it did not surely arrive.

        Telegram has no key by which it would know a repeated message, so `message_key` is not used.
        """
        if address.chat_id is None:
            raise DeliveryFailed(Outcome.REFUSED_FOR_GOOD, "no chat")
        try:
            sent = await self._bot.send_message(
                address.chat_id,
                content.text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(content.buttons),
                link_preview_options=NO_PREVIEW,
            )
        except TelegramError as error:
            raise failure_of(error) from error
        return Receipt(str(sent.message_id))

    async def replace(self, address: Address, external_id: str, content: Content) -> None:
        """Show a sent message anew; one that cannot be edited any more is left as it is."""
        if address.chat_id is None:
            return
        try:
            await self._bot.edit_message_text(
                content.text,
                chat_id=address.chat_id,
                message_id=int(external_id),
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(content.buttons),
                link_preview_options=NO_PREVIEW,
            )
        except BadRequest as error:
            reason = str(error).lower()
            if not any(part in reason for part in ("not modified", "not found", "can't be edited")):
                raise failure_of(error) from error
        except TelegramError as error:
            raise failure_of(error) from error


def failure_of(error: TelegramError) -> DeliveryFailed:
    """Return how a delivery that raised this error has to be understood.

    The narrow classes come first: `BadRequest` and `TimedOut` are both kinds of `NetworkError`.
    """
    kind = type(error).__name__
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        seconds = wait if isinstance(wait, int | float) else wait.total_seconds()
        return DeliveryFailed(Outcome.NOT_SENT, kind, retry_after=float(seconds))
    if isinstance(error, ChatMigrated):
        return DeliveryFailed(Outcome.ADDRESS_MOVED, kind, moved_to=error.new_chat_id)
    if isinstance(error, Forbidden):
        return DeliveryFailed(Outcome.REFUSED_FOR_GOOD, kind)
    if isinstance(error, BadRequest):
        dead = any(part in str(error).lower() for part in _DEAD_CHAT)
        return DeliveryFailed(Outcome.REFUSED_FOR_GOOD if dead else Outcome.NOT_SENT, f"{kind}: {error}")
    if isinstance(error, TimedOut | NetworkError):
        return DeliveryFailed(_network_outcome(error), kind)
    return DeliveryFailed(Outcome.NOT_SENT, kind)


def _network_outcome(error: TelegramError) -> Outcome:
    """Return NOT_SENT when no connection was made or Telegram answered with an error of its own."""
    cause = error.__cause__
    if cause is None and not isinstance(error, TimedOut):
        return Outcome.NOT_SENT
    return Outcome.NOT_SENT if isinstance(cause, _NEVER_SENT) else Outcome.UNCLEAR
