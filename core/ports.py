"""What the house needs from outside: a clock, and channels that carry a message to a person."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ChannelName(StrEnum):
    """The ways to reach somebody."""

    TELEGRAM = "telegram"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: `label` in Dutch, and either callback `data` (at most 64 bytes) or a `url`."""

    label: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar file with a mail. `method` is the one inside it (RFC 5546).

    `is_the_message` says that the mail is about this meeting alone: clients then show it as an invitation.
    """

    name: str
    body: bytes
    method: str
    is_the_message: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """A rendered message. `text` is Telegram HTML or, for mail, plain text with its `subject`."""

    text: str
    subject: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[CalendarFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: a chat or a mail address."""

    channel: ChannelName
    chat_id: int | None = None
    mail: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the channel calls the message that it took."""

    external_id: str


class Outcome(StrEnum):
    """How a delivery that did not succeed has to be understood."""

    NOT_SENT = "not_sent"
    UNCLEAR = "unclear"
    REFUSED_FOR_GOOD = "refused_for_good"
    ADDRESS_MOVED = "address_moved"


@dataclass(eq=False)
class DeliveryFailed(Exception):
    """A message was not, or perhaps not, delivered.

    `retry_after` is in seconds, `moved_to` a group's new chat id, `detail` holds no text of the message.
    """

    outcome: Outcome
    detail: str
    retry_after: float | None = None
    moved_to: int | None = field(default=None)


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present UTC moment."""
        ...


class Channel(Protocol):
    """Carries rendered messages to one kind of address."""

    name: ChannelName

    async def send(self, address: Address, content: Content, *, message_key: str) -> Receipt:
        """Send once; raise `DeliveryFailed` when it did not surely arrive.

        `message_key` is the same at every attempt of one message.
        """
        ...

    async def replace(self, address: Address, external_id: str, content: Content) -> None:
        """Replace what was sent before, where the channel can; else do nothing."""
        ...
