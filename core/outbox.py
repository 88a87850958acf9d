"""Notices and the messages that carry them: the outbox and its states."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from core.ports import ChannelName


class MessageState(StrEnum):
    """Where a message is.

    pending: to be sent from `send_after` on. sending: claimed, perhaps under way. sent: the channel took it.
    uncertain: sent twice without a clear answer. failed: no channel is left. withdrawn: no longer true or
    wanted.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class MessageKind(StrEnum):
    """What a message is about."""

    DIGEST = "digest"
    URGENT = "urgent"
    ASSIGNED = "assigned"
    SUBSTITUTE = "substitute"
    UNREACHABLE = "unreachable"
    ESCALATION = "escalation"
    ALERT = "alert"
    REASSIGNED = "reassigned"
    INVITATION = "invitation"
    TROUBLE = "trouble"
    HOLIDAYS = "holidays"
    SIGN_IN = "sign_in"
    CHANGED = "changed"
    GROUP_ENDED = "group_ended"
    REMINDER = "reminder"

    @property
    def answers_a_person(self) -> bool:
        """Tell whether somebody waits for it: it goes at once, also in quiet hours and rehearsals."""
        return self is MessageKind.SIGN_IN

    @property
    def by_mail_only(self) -> bool:
        """Tell whether a linked chat is no way to say it."""
        return self in (MessageKind.INVITATION, MessageKind.SIGN_IN)


class NoticeState(StrEnum):
    """Whether a notice still stands."""

    OPEN = "open"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice about to be written: one thing for one person.

    `subject`, `rung`, person and `occasion` together are unique.
    """

    subject: str
    rung: str
    person_id: int
    occasion: str
    occasion_on: date
    case_id: int | None = None
    norm: str | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A stored notice."""

    id: int
    subject: str
    rung: str
    person_id: int
    occasion: str
    occasion_on: date
    case_id: int | None
    norm: str | None
    due_on: date | None
    message_id: int
    state: NoticeState
    deferred: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A stored message. Moments are UTC, `day_on` is the local day it is meant for."""

    id: int
    person_id: int
    kind: MessageKind
    day_on: date
    state: MessageState
    send_after: datetime
    attempts: int
    repeated: bool
    channel: ChannelName | None = None
    claimed_by: str | None = None
    chat_id: int | None = None
    external_id: str | None = None
    sent_at: datetime | None = None
    payload: Mapping[str, object] = field(default_factory=dict)
