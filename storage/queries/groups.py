"""Group chats: the one-time codes that link them, and what each is linked to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, insert, select, update

from core.groups import GroupLink, GroupScope
from storage.governance_tables import group_codes, groups
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class KeptCode:
    """What is kept of a code: what it links to, and who made it."""

    id: int
    scope: GroupScope
    target: str
    made_by: str


def add_group_code(
    tx: Transaction,
    code_hash: str,
    scope: GroupScope,
    target: str,
    *,
    made_by: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Store a code; earlier unused ones that the same person made for the same end."""
    same = (group_codes.c.scope == scope, group_codes.c.target == target, group_codes.c.made_by == made_by)
    tx.execute(
        update(group_codes)
        .where(*same, group_codes.c.used_at.is_(None), group_codes.c.expires_at > now)
        .values(expires_at=now)
    )
    values = {"code_hash": code_hash, "scope": scope, "target": target, "made_by": made_by}
    tx.execute(insert(group_codes).values(**values, expires_at=expires_at))


def valid_group_code(tx: Transaction, code_hash: str, now: datetime) -> KeptCode | None:
    """Return the code that can still be used at `now`, None for any other."""
    query = select(group_codes).where(
        group_codes.c.code_hash == code_hash,
        group_codes.c.used_at.is_(None),
        group_codes.c.expires_at > now,
    )
    row = tx.execute(query).first()
    return KeptCode(row.id, GroupScope(row.scope), row.target, row.made_by) if row else None


def use_group_code(tx: Transaction, code: KeptCode, now: datetime) -> bool:
    """Use a code; return whether nobody was first."""
    used = tx.execute(
        update(group_codes)
        .where(group_codes.c.id == code.id, group_codes.c.used_at.is_(None))
        .values(used_at=now)
    )
    return used.rowcount == 1


def forget_group_codes(tx: Transaction, before: datetime) -> None:
    """Delete the codes that ended before a moment."""
    tx.execute(delete(group_codes).where(group_codes.c.expires_at < before))


def put_group_link(tx: Transaction, link: GroupLink) -> None:
    """Keep what a group is linked to, in place of what it was linked to."""
    drop_group_link(tx, link.person_id)
    tx.execute(
        insert(groups).values(
            person_id=link.person_id,
            scope=link.scope,
            target=link.target,
            title=link.title,
            linked_by=link.linked_by,
            linked_at=link.linked_at,
        )
    )


def drop_group_link(tx: Transaction, person_id: int) -> None:
    """Forget what a group is linked to."""
    tx.execute(delete(groups).where(groups.c.person_id == person_id))


def group_link_of(tx: Transaction, person_id: int) -> GroupLink | None:
    """Return what a group is linked to."""
    row = tx.execute(select(groups).where(groups.c.person_id == person_id)).first()
    return _link(row) if row else None


def group_links(tx: Transaction) -> list[GroupLink]:
    """Return the links of all groups, in the order they were made."""
    return [_link(row) for row in tx.execute(select(groups).order_by(groups.c.linked_at, groups.c.person_id))]


def _link(row: Row[tuple[object, ...]]) -> GroupLink:
    return GroupLink(
        row.person_id, GroupScope(row.scope), row.target, row.title, row.linked_by, row.linked_at
    )
