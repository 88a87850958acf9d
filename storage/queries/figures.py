"""Counts for operators: nothing in them tells of a person or a case."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import case, func, or_, select

from core.outbox import MessageKind, MessageState
from storage.store import Transaction
from storage.tables import messages, terms


def count_messages(tx: Transaction) -> Mapping[tuple[MessageState, MessageKind], int]:
    """Count the messages of each state and kind; what does not occur is absent."""
    query = select(messages.c.state, messages.c.kind, func.count())
    rows = tx.execute(query.group_by(messages.c.state, messages.c.kind))
    return {(MessageState(state), MessageKind(kind)): count for state, kind, count in rows}


def waiting_since(tx: Transaction, now: datetime) -> datetime | None:
    """Return since when the longest waiting message could have gone, None when none waits."""
    query = select(func.min(messages.c.send_after)).where(
        messages.c.state.in_((MessageState.PENDING, MessageState.SENDING)), messages.c.send_after <= now
    )
    since: datetime | None = tx.execute(query).scalar_one()
    return since


def count_open_terms(
    tx: Transaction, today: date, guarded_from: date | None
) -> Mapping[tuple[str, str], int]:
    """Count the open terms by norm and by when they are due, of measures that have not ended.

    When is `before_start` (before this installation began to guard), `passed`, `today` or `later`.
    """
    due = case(
        (terms.c.due_on < (guarded_from or date.min), "before_start"),
        (terms.c.due_on < today, "passed"),
        (terms.c.due_on == today, "today"),
        else_="later",
    ).label("due")
    running = or_(terms.c.ends_on.is_(None), terms.c.ends_on > today)
    query = select(terms.c.norm, due, func.count()).where(terms.c.met_on.is_(None), running)
    return {(norm, when): count for norm, when, count in tx.execute(query.group_by(terms.c.norm, due))}
