"""Signing in on the pages: who asked for a link, the links themselves, and sessions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from storage.store import Transaction
from storage.tables import sessions, sign_in_links, sign_in_requests


@dataclass(frozen=True, slots=True)
class KeptLink:
    """A link that can still be used; `leads_to` is the page it opens, empty for the usual one."""

    person_id: int
    leads_to: str


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A session; `seen_at` is when its owner was last there."""

    id: int
    person_id: int
    seen_at: datetime


def note_request(tx: Transaction, address_hash: str, now: datetime) -> None:
    """Note that somebody asked for a link to an address."""
    tx.execute(insert(sign_in_requests).values(address_hash=address_hash, asked_at=now))


def requests_since(tx: Transaction, address_hash: str, since: datetime) -> int:
    """Count how often a link to an address was asked for since that moment."""
    query = select(func.count()).where(
        sign_in_requests.c.address_hash == address_hash, sign_in_requests.c.asked_at > since
    )
    return tx.execute(query).scalar_one()


def add_link(
    tx: Transaction,
    person_id: int,
    token_hash: str,
    leads_to: str,
    *,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Store a link by which somebody signs in once."""
    tx.execute(
        insert(sign_in_links).values(
            person_id=person_id,
            token_hash=token_hash,
            leads_to=leads_to,
            created_at=now,
            expires_at=expires_at,
        )
    )


def usable_link(tx: Transaction, token_hash: str, now: datetime) -> KeptLink | None:
    """Return the link with that hash when it can be used at `now`."""
    row = tx.execute(
        select(sign_in_links.c.person_id, sign_in_links.c.leads_to).where(
            sign_in_links.c.token_hash == token_hash,
            sign_in_links.c.used_at.is_(None),
            sign_in_links.c.expires_at > now,
        )
    ).first()
    return KeptLink(row.person_id, row.leads_to) if row else None


def use_link(tx: Transaction, token_hash: str, now: datetime) -> KeptLink | None:
    """Use a link, once; return it, or None when it cannot be used or somebody was first."""
    found = usable_link(tx, token_hash, now)
    used = tx.execute(
        update(sign_in_links)
        .where(sign_in_links.c.token_hash == token_hash, sign_in_links.c.used_at.is_(None))
        .values(used_at=now)
    )
    return found if used.rowcount == 1 else None


def add_session(tx: Transaction, person_id: int, token_hash: str, now: datetime) -> None:
    """Store a session that begins now."""
    tx.execute(
        insert(sessions).values(person_id=person_id, token_hash=token_hash, created_at=now, seen_at=now)
    )


def session_by_hash(tx: Transaction, token_hash: str) -> KeptSession | None:
    """Return the session with that hash, however long ago its owner was there."""
    row = tx.execute(select(sessions).where(sessions.c.token_hash == token_hash)).first()
    return KeptSession(row.id, row.person_id, row.seen_at) if row else None


def session_seen(tx: Transaction, session_id: int, now: datetime) -> None:
    """Note that the owner of a session is there."""
    tx.execute(update(sessions).where(sessions.c.id == session_id).values(seen_at=now))


def delete_session(tx: Transaction, session_id: int) -> None:
    """End a session."""
    tx.execute(delete(sessions).where(sessions.c.id == session_id))


def delete_sign_ins_of(tx: Transaction, person_id: int) -> None:
    """End every session of a person, and every link by which one could begin."""
    tx.execute(delete(sessions).where(sessions.c.person_id == person_id))
    tx.execute(delete(sign_in_links).where(sign_in_links.c.person_id == person_id))


def delete_old_sign_ins(tx: Transaction, *, asked: datetime, expired: datetime, seen: datetime) -> None:
    """Forget requests asked, links expired and sessions last seen before these moments."""
    tx.execute(delete(sign_in_requests).where(sign_in_requests.c.asked_at < asked))
    tx.execute(delete(sign_in_links).where(sign_in_links.c.expires_at < expired))
    tx.execute(delete(sessions).where(sessions.c.seen_at < seen))
