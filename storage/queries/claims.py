"""Claims on messages of the outbox: who is sending one, until when, and how it ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select, tuple_, update
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from core.outbox import Message, MessageState
from core.ports import ChannelName
from storage.queries.outbox import message_by_id, message_of_row
from storage.store import Transaction
from storage.tables import deliveries, messages

MessageColumns = ReadOnlyColumnCollection[str, Any]


def claim(
    tx: Transaction,
    *,
    now: datetime,
    claimed_by: str,
    lease_until: datetime,
    most: int,
) -> list[Message]:
    """Claim messages that may go out at `now`: pending ones, and those whose claim has run out.

    At most one for each reader, and none for whom one is under way: they arrive in order, and after an
    outage the digests of one reader become one. Another claimer sees them as taken.
    """
    chosen = (
        select(messages)
        .where(_is_ready(messages.c, now), ~_waits_for_another(now))
        .order_by(messages.c.send_after, messages.c.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=messages)
    )
    claimed = [message_of_row(row) for row in tx.execute(chosen)]
    for message in claimed:
        crashed = message.state is MessageState.SENDING
        tx.execute(
            update(messages)
            .where(messages.c.id == message.id)
            .values(
                state=MessageState.SENDING,
                claimed_by=claimed_by,
                lease_until=lease_until,
                attempts=messages.c.attempts + 1,
                repeated=messages.c.repeated | crashed,
            )
        )
    return [found for message in claimed if (found := message_by_id(tx, message.id))]


def _is_ready(columns: MessageColumns, now: datetime) -> ColumnElement[bool]:
    return or_(
        (columns.state == MessageState.PENDING) & (columns.send_after <= now),
        (columns.state == MessageState.SENDING) & (columns.lease_until <= now),
    )


def _waits_for_another(now: datetime) -> ColumnElement[bool]:
    """Hold for a message of whose reader another one is being sent, or goes before it."""
    other = messages.alias("other")
    under_way = (other.c.state == MessageState.SENDING) & (other.c.lease_until > now)
    is_earlier = tuple_(other.c.send_after, other.c.id) < tuple_(messages.c.send_after, messages.c.id)
    return (
        select(other.c.id)
        .where(
            other.c.person_id == messages.c.person_id,
            other.c.id != messages.c.id,
            under_way | (_is_ready(other.c, now) & is_earlier),
        )
        .exists()
    )


def claim_stands(tx: Transaction, message: Message) -> bool:
    """Tell whether a claimed message is still this claimer's."""
    present = message_by_id(tx, message.id)
    return present is not None and (present.state, present.claimed_by, present.attempts) == (
        MessageState.SENDING,
        message.claimed_by,
        message.attempts,
    )


def settle(tx: Transaction, message: Message, state: MessageState, **columns: object) -> bool:
    """Record how a claimed message ended; return False when the claim was lost meanwhile."""
    result = tx.execute(
        update(messages)
        .where(
            messages.c.id == message.id,
            messages.c.state == MessageState.SENDING,
            messages.c.claimed_by == message.claimed_by,
            messages.c.attempts == message.attempts,
        )
        .values(state=state, claimed_by=None, lease_until=None, **columns)
    )
    return result.rowcount == 1


def log_delivery(
    tx: Transaction, message_id: int, channel: ChannelName, *, outcome: str, detail: str, at: datetime
) -> None:
    """Keep one attempt to deliver."""
    tx.execute(
        insert(deliveries).values(
            message_id=message_id, channel=channel, outcome=outcome, detail=detail[:200], at=at
        )
    )
