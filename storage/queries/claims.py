"""Claims on messages of the outbox: who is sending one, until when, and how it ended."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, insert, or_, select, update

from core.outbox import Message, MessageKind, MessageState
from core.ports import ChannelName
from storage.queries.outbox import message_by_id, message_of_row
from storage.store import Transaction
from storage.tables import deliveries, messages


def claim(
    tx: Transaction,
    *,
    now: datetime,
    claimed_by: str,
    lease_until: datetime,
    most: int,
) -> list[Message]:
    """Claim messages that may go out at `now`: pending ones, and those whose claim has run out.

    At most one for each reader. Another claimer sees them as taken.
    """
    ready = or_(
        (messages.c.state == MessageState.PENDING) & (messages.c.send_after <= now),
        (messages.c.state == MessageState.SENDING) & (messages.c.lease_until <= now),
    )
    chosen = (
        select(messages)
        .where(ready, ~_digest_under_way(now))
        .order_by(messages.c.send_after, messages.c.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=messages)
    )
    claimed = _one_each([message_of_row(row) for row in tx.execute(chosen)])
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


def _digest_under_way(now: datetime) -> ColumnElement[bool]:
    """Hold for a digest whose reader is being sent another one: after an outage they become one."""
    other = messages.alias("other")
    return (messages.c.kind == MessageKind.DIGEST) & (
        select(other.c.id)
        .where(
            other.c.person_id == messages.c.person_id,
            other.c.kind == MessageKind.DIGEST,
            other.c.id != messages.c.id,
            other.c.state == MessageState.SENDING,
            other.c.lease_until > now,
        )
        .exists()
    )


def _one_each(found: Iterable[Message]) -> list[Message]:
    """Return the first message of each reader: the next goes when it has ended, so they arrive in order."""
    first: dict[int, Message] = {}
    for message in found:
        first.setdefault(message.person_id, message)
    return list(first.values())


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
