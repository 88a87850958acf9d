"""What became of the messages in the outbox: for staff and operators, without any text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from core.outbox import Message, MessageKind, MessageState
from core.ports import ChannelName
from storage.queries.outbox import message_of_row
from storage.store import Transaction
from storage.tables import deliveries, messages


@dataclass(frozen=True, slots=True)
class LoggedMessage:
    """A message with its last attempt to deliver, if there was any."""

    message: Message
    last_channel: ChannelName | None
    last_outcome: str | None
    last_at: datetime | None


def logged_messages(
    tx: Transaction, *, state: MessageState | None, person_id: int | None, most: int
) -> list[LoggedMessage]:
    """Return at most `most` messages with how their last attempt ended, the newest first."""
    last = (
        select(func.max(deliveries.c.id))
        .where(deliveries.c.message_id == messages.c.id)
        .correlate(messages)
        .scalar_subquery()
    )
    attempt = (deliveries.c.channel.label("last_channel"), deliveries.c.outcome, deliveries.c.at)
    query = select(messages, *attempt).outerjoin(deliveries, deliveries.c.id == last)
    if state is not None:
        query = query.where(messages.c.state == state)
    if person_id is not None:
        query = query.where(messages.c.person_id == person_id)
    return [
        LoggedMessage(
            message_of_row(row),
            ChannelName(row.last_channel) if row.last_channel else None,
            row.outcome,
            row.at,
        )
        for row in tx.execute(query.order_by(messages.c.id.desc()).limit(most))
    ]


def messages_by_ids(tx: Transaction, message_ids: Sequence[int]) -> Mapping[int, Message]:
    """Return these messages by id."""
    found: dict[int, Message] = {}
    for start in range(0, len(message_ids), 500):
        query = select(messages).where(messages.c.id.in_(message_ids[start : start + 500]))
        found |= {row.id: message_of_row(row) for row in tx.execute(query)}
    return found


def messages_of_kind(tx: Transaction, person_id: int, kind: MessageKind, since_on: date) -> list[Message]:
    """Return what somebody was or will be sent of that kind, meant for `since_on` or later, by day."""
    query = select(messages).where(
        messages.c.person_id == person_id, messages.c.kind == kind, messages.c.day_on >= since_on
    )
    return [message_of_row(row) for row in tx.execute(query.order_by(messages.c.day_on, messages.c.id))]


def ended_badly(tx: Transaction, since_on: date) -> Mapping[MessageState, int]:
    """Count the messages meant for `since_on` or later that failed or of which it is not known."""
    states = (MessageState.FAILED, MessageState.UNCERTAIN)
    query = select(messages.c.state, func.count()).where(
        messages.c.state.in_(states), messages.c.day_on >= since_on
    )
    return {MessageState(state): count for state, count in tx.execute(query.group_by(messages.c.state))}
