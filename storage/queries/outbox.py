"""The outbox: notices and the messages that carry them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from core.outbox import Message, MessageKind, MessageState, NewNotice, Notice, NoticeState
from core.ports import ChannelName
from storage.bulk import execute_many
from storage.store import Transaction
from storage.tables import messages, notices


@dataclass(frozen=True, slots=True)
class Digest:
    """A person's message of a day, as far as who writes into it needs to know."""

    id: int
    state: MessageState


def add_message(
    tx: Transaction,
    person_id: int,
    kind: MessageKind,
    day_on: date,
    *,
    send_after: datetime,
    now: datetime,
    payload: Mapping[str, object] | None = None,
) -> int:
    """Put a message in the outbox; return its id."""
    values = _new_message(person_id, kind, day_on, send_after=send_after, now=now)
    new = insert(messages).values(values | {"payload": dict(payload or {})}).returning(messages.c.id)
    message_id: int = tx.execute(new).scalar_one()
    return message_id


def _new_message(
    person_id: int, kind: MessageKind, day_on: date, *, send_after: datetime, now: datetime
) -> dict[str, object]:
    return {
        "person_id": person_id,
        "kind": kind,
        "day_on": day_on,
        "payload": {},
        "state": MessageState.PENDING,
        "send_after": send_after,
        "created_at": now,
        "attempts": 0,
        "repeated": False,
    }


def ensure_digests(
    tx: Transaction, wanted: Mapping[tuple[int, date], datetime], *, now: datetime
) -> dict[tuple[int, date], Digest]:
    """Return the digest of each (person id, day), made where there is none and kept from being claimed.

    `wanted` holds the moment at which a new one goes out. One that was withdrawn goes out after all, since it
    has something to say again.
    """
    new = [
        _new_message(person_id, MessageKind.DIGEST, day_on, send_after=send_after, now=now)
        for (person_id, day_on), send_after in wanted.items()
    ]
    execute_many(tx, _ADD_DIGESTS[tx.dialect.name], new)
    found: dict[tuple[int, date], Digest] = {}
    for day in sorted({day_on for _, day_on in wanted}):
        people = [person_id for person_id, day_on in wanted if day_on == day]
        for person_id, digest in digests_of_day(tx, day, people, lock=True).items():
            found[person_id, day] = _revived(tx, digest)
    return found


_ADD_DIGESTS = {
    "sqlite": insert_sqlite(messages).on_conflict_do_nothing(),
    "postgresql": insert_postgresql(messages).on_conflict_do_nothing(),
}


def _revived(tx: Transaction, digest: Digest) -> Digest:
    if digest.state is not MessageState.WITHDRAWN:
        return digest
    revive_digest(tx, digest.id)
    return replace(digest, state=MessageState.PENDING)


def digests_of_day(
    tx: Transaction, day_on: date, person_ids: Sequence[int], *, lock: bool = False
) -> dict[int, Digest]:
    """Return each person's digest of that day, in whatever state it is.

    `lock` keeps them from being claimed until the unit of work ends.
    """
    found: dict[int, Digest] = {}
    for start in range(0, len(person_ids), 500):
        query = select(messages.c.id, messages.c.person_id, messages.c.state).where(
            messages.c.kind == MessageKind.DIGEST,
            messages.c.day_on == day_on,
            messages.c.person_id.in_(person_ids[start : start + 500]),
        )
        for row in tx.execute(query.order_by(messages.c.id).with_for_update() if lock else query):
            found[row.person_id] = Digest(row.id, MessageState(row.state))
    return found


def waiting_digests(tx: Transaction, person_id: int, now: datetime) -> list[Message]:
    """Return a person's digests that could go out at `now`, oldest first; nobody claims them meanwhile."""
    query = select(messages).where(
        messages.c.person_id == person_id,
        messages.c.kind == MessageKind.DIGEST,
        messages.c.state == MessageState.PENDING,
        messages.c.send_after <= now,
    )
    return [message_of_row(row) for row in tx.execute(query.order_by(messages.c.day_on).with_for_update())]


def add_notices(tx: Transaction, rows: Sequence[tuple[NewNotice, int]], *, now: datetime) -> None:
    """Store notices with the message that carries each.

    One that was written before is left as it is, unless it was closed: then it holds again and is told again.
    """
    values = [_notice_columns(notice, message_id, now) for notice, message_id in rows]
    execute_many(tx, _ADD_NOTICES[tx.dialect.name], values)


def _add_or_reopen(make: Callable[..., Any]) -> Any:  # noqa: ANN401 - each engine has its own class
    new = make(notices)
    return new.on_conflict_do_update(
        index_elements=["subject", "rung", "person_id", "occasion"],
        set_={
            "state": NoticeState.OPEN,
            "message_id": new.excluded.message_id,
            "deferred": False,
            "created_at": new.excluded.created_at,
        },
        where=notices.c.state != NoticeState.OPEN,
    )


_ADD_NOTICES = {
    "sqlite": _add_or_reopen(insert_sqlite),
    "postgresql": _add_or_reopen(insert_postgresql),
}


def _notice_columns(new: NewNotice, message_id: int, now: datetime) -> dict[str, object]:
    return {
        "subject": new.subject,
        "rung": new.rung,
        "person_id": new.person_id,
        "occasion": new.occasion,
        "case_id": new.case_id,
        "norm": new.norm,
        "due_on": new.due_on,
        "occasion_on": new.occasion_on,
        "message_id": message_id,
        "state": NoticeState.OPEN,
        "deferred": False,
        "created_at": now,
    }


def move_notices(tx: Transaction, from_ids: Sequence[int], message_id: int) -> None:
    """Let one message carry all that others were to say."""
    tx.execute(update(notices).where(notices.c.message_id.in_(from_ids)).values(message_id=message_id))


def message_by_id(tx: Transaction, message_id: int) -> Message | None:
    """Return the message with that id."""
    row = tx.execute(select(messages).where(messages.c.id == message_id)).first()
    return message_of_row(row) if row else None


def notices_of(tx: Transaction, message_id: int) -> list[Notice]:
    """Return the notices that a message carries, in the order they were written."""
    query = select(notices).where(notices.c.message_id == message_id).order_by(notices.c.id)
    return [_notice(row) for row in tx.execute(query)]


def open_notices_of_case(tx: Transaction, case_id: int) -> list[tuple[Notice, MessageState]]:
    """Return a case's notices that still stand, with the state of their message."""
    query = (
        select(notices, messages.c.state.label("message_state"))
        .join(messages, messages.c.id == notices.c.message_id)
        .where(notices.c.case_id == case_id, notices.c.state == NoticeState.OPEN)
    )
    return [(_notice(row), MessageState(row.message_state)) for row in tx.execute(query)]


def close_notices(tx: Transaction, notice_ids: Iterable[int], state: NoticeState) -> None:
    """Mark notices as resolved or withdrawn."""
    ids = list(notice_ids)
    if ids:
        tx.execute(update(notices).where(notices.c.id.in_(ids)).values(state=state))


def carry_over(tx: Transaction, notice_ids: Iterable[int], message_id: int) -> None:
    """Let a later message carry notices for which an earlier one had no room; they come first there."""
    ids = list(notice_ids)
    if ids:
        tx.execute(update(notices).where(notices.c.id.in_(ids)).values(message_id=message_id, deferred=True))


def withdraw_pending(tx: Transaction, message_ids: Iterable[int]) -> None:
    """Withdraw messages that were not claimed yet."""
    ids = list(message_ids)
    if ids:
        tx.execute(
            update(messages)
            .where(messages.c.id.in_(ids), messages.c.state == MessageState.PENDING)
            .values(state=MessageState.WITHDRAWN)
        )


def withdraw_emptied(tx: Transaction, message_ids: Iterable[int]) -> None:
    """Withdraw the waiting messages among these of which no notice stands any more."""
    withdraw_pending(
        tx,
        [
            message_id
            for message_id in message_ids
            if not any(notice.state is NoticeState.OPEN for notice in notices_of(tx, message_id))
        ],
    )


def notices_about_all(
    tx: Transaction, subjects: Sequence[str]
) -> dict[str, list[tuple[Notice, MessageState]]]:
    """Return the open notices about each subject, each with the state of its message."""
    found: dict[str, list[tuple[Notice, MessageState]]] = {subject: [] for subject in subjects}
    query = (
        select(notices, messages.c.state.label("message_state"))
        .join(messages, messages.c.id == notices.c.message_id)
        .where(notices.c.subject.in_(list(subjects)), notices.c.state == NoticeState.OPEN)
    )
    for row in tx.execute(query.order_by(notices.c.id)):
        found[row.subject].append((_notice(row), MessageState(row.message_state)))
    return found


def notices_about(tx: Transaction, subject: str) -> list[tuple[Notice, MessageState]]:
    """Return the open notices about a subject, each with the state of its message."""
    return notices_about_all(tx, [subject])[subject]


def revive_digest(tx: Transaction, message_id: int) -> None:
    """Let a withdrawn message go out after all, since it has something to say again."""
    tx.execute(
        update(messages)
        .where(messages.c.id == message_id, messages.c.state == MessageState.WITHDRAWN)
        .values(state=MessageState.PENDING)
    )


def pending_for(tx: Transaction, person_id: int) -> list[Message]:
    """Return what waits to be sent to a person."""
    query = select(messages).where(
        messages.c.person_id == person_id, messages.c.state == MessageState.PENDING
    )
    return [message_of_row(row) for row in tx.execute(query.order_by(messages.c.send_after, messages.c.id))]


def waiting_messages(tx: Transaction, person_id: int, kind: MessageKind) -> list[Message]:
    """Return what waits to be sent to a person of a kind; nobody claims it meanwhile."""
    query = select(messages).where(
        messages.c.person_id == person_id,
        messages.c.kind == kind,
        messages.c.state == MessageState.PENDING,
    )
    return [message_of_row(row) for row in tx.execute(query.order_by(messages.c.id).with_for_update())]


def undelivered(tx: Transaction, person_id: int, since_on: date) -> int:
    """Count the messages for a person, meant for `since_on` or later, that wait or could not be delivered."""
    query = select(func.count()).where(
        messages.c.person_id == person_id,
        messages.c.day_on >= since_on,
        messages.c.state.in_((MessageState.PENDING, MessageState.FAILED)),
    )
    return tx.execute(query).scalar_one()


def told_today(
    tx: Transaction, person_id: int, kind: MessageKind, day_on: date, payload: Mapping[str, object]
) -> bool:
    """Tell whether a message of that kind and content was put in the outbox for that day before."""
    query = select(messages.c.payload).where(
        messages.c.person_id == person_id, messages.c.kind == kind, messages.c.day_on == day_on
    )
    return any(row.payload == payload for row in tx.execute(query))


def mark_stale(tx: Transaction, message_ids: Iterable[int], at: datetime) -> None:
    """Ask for messages that were sent, or are being sent, to be shown anew: what they say has changed."""
    ids = list(message_ids)
    if ids:
        tx.execute(
            update(messages)
            .where(messages.c.id.in_(ids), messages.c.state.in_((MessageState.SENT, MessageState.SENDING)))
            .values(refresh_at=at)
        )


def stale_messages(tx: Transaction, most: int) -> list[Message]:
    """Return sent messages that have to be shown anew."""
    query = select(messages).where(messages.c.refresh_at.is_not(None), messages.c.state == MessageState.SENT)
    return [message_of_row(row) for row in tx.execute(query.order_by(messages.c.refresh_at).limit(most))]


def refreshed(tx: Transaction, message_id: int) -> None:
    """Note that a message was shown anew."""
    tx.execute(update(messages).where(messages.c.id == message_id).values(refresh_at=None))


def next_send_moment(tx: Transaction, after: datetime) -> datetime | None:
    """Return the first moment after `after` at which a pending message may go out."""
    query = (
        select(messages.c.send_after)
        .where(messages.c.state == MessageState.PENDING, messages.c.send_after > after)
        .order_by(messages.c.send_after)
        .limit(1)
    )
    return tx.execute(query).scalar()


def overdue_messages(tx: Transaction, before: datetime) -> int:
    """Count the messages that should have gone out before that moment and did not."""
    query = select(messages.c.id).where(
        messages.c.state.in_((MessageState.PENDING, MessageState.SENDING)), messages.c.send_after < before
    )
    return len(tx.execute(query).all())


def message_of_row(row: Row[Any]) -> Message:
    """Return a row of messages as what it stores."""
    return Message(
        id=row.id,
        person_id=row.person_id,
        kind=MessageKind(row.kind),
        day_on=row.day_on,
        state=MessageState(row.state),
        send_after=row.send_after,
        attempts=row.attempts,
        repeated=row.repeated,
        channel=ChannelName(row.channel) if row.channel else None,
        claimed_by=row.claimed_by,
        chat_id=row.chat_id,
        external_id=row.external_id,
        sent_at=row.sent_at,
        payload=row.payload,
    )


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        id=row.id,
        subject=row.subject,
        rung=row.rung,
        person_id=row.person_id,
        occasion=row.occasion,
        occasion_on=row.occasion_on,
        case_id=row.case_id,
        norm=row.norm,
        due_on=row.due_on,
        message_id=row.message_id,
        state=NoticeState(row.state),
        deferred=row.deferred,
    )
