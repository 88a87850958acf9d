"""What came in from a chat: updates, questions that wait for an answer, files that wait for a decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from storage.store import Transaction
from storage.tables import questions, strangers, updates, uploads


@dataclass(frozen=True, slots=True)
class Question:
    """Something the bot asked a person; `draft` holds what was answered so far."""

    id: int
    person_id: int
    kind: str
    draft: Mapping[str, str]
    chat_id: int
    message_id: int | None


def keep_updates(tx: Transaction, rows: Iterable[tuple[int, str]], now: datetime) -> None:
    """Store updates by id with their JSON; one that is known is left as it is."""
    make = insert_sqlite if tx.dialect.name == "sqlite" else insert_postgresql
    values = [
        {"update_id": update_id, "payload": payload, "received_at": now, "attempts": 0}
        for update_id, payload in rows
    ]
    if values:
        tx.execute(make(updates).on_conflict_do_nothing(), values)


def unhandled_updates(tx: Transaction, most: int) -> list[tuple[int, str]]:
    """Return the oldest updates that were not handled: id and JSON."""
    query = select(updates.c.update_id, updates.c.payload).where(updates.c.handled_at.is_(None))
    rows = tx.execute(query.order_by(updates.c.update_id).limit(most))
    return [(row.update_id, row.payload or "{}") for row in rows]


def updates_handled(tx: Transaction, update_ids: Sequence[int], now: datetime) -> None:
    """Note that updates were handled and forget what they said."""
    tx.execute(
        update(updates).where(updates.c.update_id.in_(list(update_ids))).values(handled_at=now, payload=None)
    )


def update_tried(tx: Transaction, update_id: int) -> int:
    """Count one more attempt at an update; return the number of attempts."""
    tx.execute(
        update(updates).where(updates.c.update_id == update_id).values(attempts=updates.c.attempts + 1)
    )
    query = select(updates.c.attempts).where(updates.c.update_id == update_id)
    attempts: int = tx.execute(query).scalar_one()
    return attempts


def highest_update_id(tx: Transaction) -> int | None:
    """Return the highest update id that was stored."""
    return tx.execute(select(func.max(updates.c.update_id))).scalar()


def delete_old_updates(tx: Transaction, before: datetime) -> int:
    """Delete handled updates received before that moment; return how many."""
    return tx.execute(
        delete(updates).where(updates.c.handled_at.is_not(None), updates.c.received_at < before)
    ).rowcount


def ask(
    tx: Transaction, person_id: int, kind: str, draft: Mapping[str, str], *, chat_id: int, now: datetime
) -> int:
    """Store a question; earlier open ones of the person end. Return its id."""
    end_questions(tx, person_id, now)
    values = {"person_id": person_id, "kind": kind, "draft": dict(draft), "chat_id": chat_id}
    new = insert(questions).values(**values, asked_at=now).returning(questions.c.id)
    question_id: int = tx.execute(new).scalar_one()
    return question_id


def open_question(tx: Transaction, person_id: int) -> Question | None:
    """Return the question that waits for an answer of this person."""
    row = tx.execute(
        select(questions)
        .where(questions.c.person_id == person_id, questions.c.answered_at.is_(None))
        .order_by(questions.c.id.desc())
        .limit(1)
    ).first()
    return Question(row.id, row.person_id, row.kind, row.draft, row.chat_id, row.message_id) if row else None


def change_question(tx: Transaction, question_id: int, **columns: object) -> None:
    """Change columns of a question."""
    tx.execute(update(questions).where(questions.c.id == question_id).values(**columns))


def end_questions(tx: Transaction, person_id: int, now: datetime) -> None:
    """End every open question of a person."""
    tx.execute(
        update(questions)
        .where(questions.c.person_id == person_id, questions.c.answered_at.is_(None))
        .values(answered_at=now)
    )


def keep_upload(tx: Transaction, person_id: int, filename: str, content: bytes, now: datetime) -> int:
    """Store a file that waits for a decision; return its id."""
    values = {"person_id": person_id, "filename": filename[:200], "content": content}
    new = insert(uploads).values(**values, uploaded_at=now).returning(uploads.c.id)
    upload_id: int = tx.execute(new).scalar_one()
    return upload_id


def upload_by_id(tx: Transaction, upload_id: int) -> tuple[str, bytes] | None:
    """Return name and content of a kept file."""
    row = tx.execute(select(uploads.c.filename, uploads.c.content).where(uploads.c.id == upload_id)).first()
    return (row.filename, row.content) if row else None


def delete_upload(tx: Transaction, upload_id: int) -> None:
    """Forget a kept file."""
    tx.execute(delete(uploads).where(uploads.c.id == upload_id))


def delete_old_uploads(tx: Transaction, before: datetime) -> int:
    """Forget the files that were kept before that moment; return how many."""
    return tx.execute(delete(uploads).where(uploads.c.uploaded_at < before)).rowcount


def delete_old_questions(tx: Transaction, before: datetime) -> int:
    """Forget the questions that were asked before that moment, answered or not; return how many."""
    return tx.execute(delete(questions).where(questions.c.asked_at < before)).rowcount


def note_stranger(tx: Transaction, chat_id: int, now: datetime) -> bool:
    """Note a chat of somebody unknown; return whether it was new."""
    make = insert_sqlite if tx.dialect.name == "sqlite" else insert_postgresql
    result = tx.execute(make(strangers).values(chat_id=chat_id, greeted_at=now).on_conflict_do_nothing())
    return result.rowcount == 1
