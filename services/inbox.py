"""What comes in from the chat: every update is stored before it is confirmed, and handled from the store."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from core.people import Person
from services.house import House
from storage.queries.inbox import (
    Question,
    ask,
    change_question,
    delete_upload,
    end_questions,
    highest_update_id,
    keep_updates,
    keep_upload,
    open_question,
    unhandled_updates,
    update_tried,
    updates_handled,
    upload_by_id,
)

MOST_ATTEMPTS = 3

__all__ = ["Question"]


def store_updates(house: House, updates: Iterable[tuple[int, str]], now: datetime) -> None:
    """Store updates (id, JSON) so that they may be confirmed; one that is known is left alone."""
    with house.store.write() as tx:
        keep_updates(tx, updates, now)


def updates_to_handle(house: House, most: int = 200) -> list[tuple[int, str]]:
    """Return the oldest updates that were not handled yet."""
    with house.store.read() as tx:
        return unhandled_updates(tx, most)


def next_update_offset(house: House) -> int | None:
    """Return the offset that confirms every stored update; None when there is none."""
    with house.store.read() as tx:
        highest = highest_update_id(tx)
    return None if highest is None else highest + 1


def mark_handled(house: House, update_ids: Sequence[int], now: datetime) -> None:
    """Note that updates were handled; what they said is forgotten."""
    with house.store.write() as tx:
        updates_handled(tx, update_ids, now)


def may_try_again(house: House, update_id: int) -> bool:
    """Count an attempt that failed; return whether there is another one."""
    with house.store.write() as tx:
        return update_tried(tx, update_id) < MOST_ATTEMPTS


def ask_question(
    house: House, person: Person, kind: str, draft: Mapping[str, str], *, chat_id: int, now: datetime
) -> int:
    """Remember a question to a person; an earlier open one ends."""
    with house.store.write() as tx:
        return ask(tx, person.id, kind, draft, chat_id=chat_id, now=now)


def question_of(house: House, person: Person) -> Question | None:
    """Return the question that waits for this person's answer."""
    with house.store.read() as tx:
        return open_question(tx, person.id)


def change_draft(house: House, question: Question, draft: Mapping[str, str]) -> None:
    """Keep what was answered so far."""
    with house.store.write() as tx:
        change_question(tx, question.id, draft=dict(draft))


def close_question(house: House, person: Person, now: datetime) -> None:
    """End whatever was asked of a person."""
    with house.store.write() as tx:
        end_questions(tx, person.id, now)


def store_upload(house: House, person: Person, filename: str, content: bytes, now: datetime) -> int:
    """Keep a file until a button decides about it."""
    with house.store.write() as tx:
        return keep_upload(tx, person.id, filename, content, now)


def read_upload(house: House, upload_id: int) -> tuple[str, bytes] | None:
    """Return name and content of a kept file; None when it is gone."""
    with house.store.read() as tx:
        return upload_by_id(tx, upload_id)


def forget_upload(house: House, upload_id: int) -> None:
    """Forget a kept file."""
    with house.store.write() as tx:
        delete_upload(tx, upload_id)


KEEP_UPLOADS = timedelta(days=1)
KEEP_UPDATES = timedelta(days=7)
KEEP_ACTIONS = timedelta(days=30)
KEEP_QUESTIONS = timedelta(days=7)
