"""Actions: what a button or mail link may do, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from storage.store import Transaction
from storage.tables import actions


@dataclass(frozen=True, slots=True)
class KeptAction:
    """A stored action; `version` is the term's at the time the button was made."""

    id: int
    verb: str
    person_id: int
    case_id: int | None
    norm: str | None
    version: int
    payload: Mapping[str, str]
    expires_at: datetime
    used_at: datetime | None
    used_by: str | None


def add_actions(tx: Transaction, rows: list[dict[str, object]]) -> None:
    """Store actions (columns of the table)."""
    if rows:
        tx.execute(insert(actions), rows)


def action_by_hash(tx: Transaction, token_hash: str) -> KeptAction | None:
    """Return the action behind a token's hash."""
    row = tx.execute(select(actions).where(actions.c.token_hash == token_hash)).first()
    if row is None:
        return None
    return KeptAction(
        row.id,
        row.verb,
        row.person_id,
        row.case_id,
        row.norm,
        row.version,
        row.payload,
        row.expires_at,
        row.used_at,
        row.used_by,
    )


def use_action(tx: Transaction, action_id: int, *, by: str, now: datetime) -> bool:
    """Mark an action as used; return False when somebody used it before."""
    result = tx.execute(
        update(actions)
        .where(actions.c.id == action_id, actions.c.used_at.is_(None))
        .values(used_at=now, used_by=by)
    )
    return result.rowcount == 1


def delete_expired_actions(tx: Transaction, before: datetime) -> int:
    """Delete the actions that expired before that moment; return how many."""
    return tx.execute(delete(actions).where(actions.c.expires_at < before)).rowcount
