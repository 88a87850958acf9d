"""Calendar subscriptions, and what each calendar has said so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from core.calendars import CalendarScope, EventKind, When
from core.publishing import Kept
from storage.calendar_tables import calendars, events, feeds
from storage.store import Transaction
from storage.tables import people, versions

_INSTALLATION = "installation"


@dataclass(frozen=True, slots=True)
class Feed:
    """A subscription. `target` is the code of its series or region; `person_id` is None for nobody's own.

    `through_on` is its last local day, `used_on` the last day on which a client came, `client` which kind.
    """

    id: int
    scope: CalendarScope
    target: str
    person_id: int | None
    alarms: bool
    through_on: date | None
    created_at: datetime
    created_by: str
    revoked_at: datetime | None
    used_on: date | None
    client: str | None


def _insert(tx: Transaction) -> Any:  # noqa: ANN401 - each dialect has its own type
    return insert_sqlite if tx.dialect.name == "sqlite" else insert_postgresql


def installation_of(tx: Transaction) -> str:
    """Return the random name that this installation has for ever, and that keeps its events apart."""
    query = select(versions.c.token).where(versions.c.name == _INSTALLATION)
    return str(tx.execute(query).scalar_one())


def add_feed(
    tx: Transaction,
    secret_hash: str,
    scope: CalendarScope,
    target: str,
    *,
    person_id: int | None,
    alarms: bool,
    through_on: date | None,
    by: str,
    now: datetime,
) -> int:
    """Keep a subscription; return its number."""
    values: dict[str, object] = {"scope": scope.value, "target": target, "person_id": person_id}
    values |= {"alarms": alarms, "through_on": through_on, "created_at": now, "created_by": by}
    added = tx.execute(insert(feeds).values(secret_hash=secret_hash, **values).returning(feeds.c.id))
    return int(added.scalar_one())


def usable_feed(tx: Transaction, secret_hash: str, today: date) -> Feed | None:
    """Return the subscription of a secret; None when unknown, revoked, ended, or its owner has left."""
    query = (
        select(feeds)
        .join(people, people.c.id == feeds.c.person_id, isouter=True)
        .where(feeds.c.secret_hash == secret_hash, feeds.c.revoked_at.is_(None))
        .where(people.c.revoked_at.is_(None))
        .where(or_(feeds.c.through_on.is_(None), feeds.c.through_on >= today))
    )
    row = tx.execute(query).first()
    return _feed(row) if row else None


def feeds_of(tx: Transaction, person_id: int | None = None) -> list[Feed]:
    """Return the subscriptions that were not revoked, of one person or all, the oldest first."""
    query = select(feeds).where(feeds.c.revoked_at.is_(None)).order_by(feeds.c.id)
    if person_id is not None:
        query = query.where(feeds.c.person_id == person_id)
    return [_feed(row) for row in tx.execute(query)]


def feed_by_id(tx: Transaction, feed_id: int) -> Feed | None:
    """Return a subscription, revoked or not."""
    row = tx.execute(select(feeds).where(feeds.c.id == feed_id)).first()
    return _feed(row) if row else None


def _feed(row: Row[Any]) -> Feed:
    return Feed(
        row.id,
        CalendarScope(row.scope),
        row.target,
        row.person_id,
        row.alarms,
        row.through_on,
        row.created_at,
        row.created_by,
        row.revoked_at,
        row.used_on,
        row.client,
    )


def end_feeds(tx: Transaction, condition_ids: Sequence[int], now: datetime) -> None:
    """Revoke subscriptions by number."""
    tx.execute(
        update(feeds)
        .where(feeds.c.id.in_(condition_ids), feeds.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def note_use(tx: Transaction, feed_id: int, on: date, client: str) -> None:
    """Keep on which day a client last came, and which kind."""
    tx.execute(update(feeds).where(feeds.c.id == feed_id).values(used_on=on, client=client))


def kept_events(tx: Transaction, view: str) -> dict[str, Kept]:
    """Return what a calendar has said so far, by UID."""
    return {row.uid: _kept(row) for row in tx.execute(select(events).where(events.c.view == view))}


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        row.uid,
        row.digest,
        row.sequence,
        row.changed_at,
        EventKind(row.kind),
        row.title,
        When(row.on, row.at, row.minutes),
        row.last_on,
        row.gone_at,
    )


def keep_events(tx: Transaction, view: str, changed: Iterable[Kept]) -> None:
    """Remember what a calendar says anew."""
    rows = [
        {
            "view": view,
            "uid": one.uid,
            "digest": one.digest,
            "sequence": one.sequence,
            "changed_at": one.changed_at,
            "kind": one.kind.value,
            "title": one.title,
            "on": one.when.on,
            "at": one.when.at,
            "minutes": one.when.minutes,
            "last_on": one.last_on,
            "gone_at": one.gone_at,
        }
        for one in changed
    ]
    if not rows:
        return
    new = _insert(tx)(events)
    names = [name for name in rows[0] if name not in ("view", "uid")]
    tx.execute(
        new.on_conflict_do_update(
            index_elements=["view", "uid"], set_={name: new.excluded[name] for name in names}
        ),
        rows,
    )


def hold_calendar(tx: Transaction, view: str, now: datetime) -> None:
    """Let nobody else settle this calendar until the unit of work ends."""
    new = _insert(tx)(calendars).values(view=view, body_hash="", modified_at=now)
    tx.execute(new.on_conflict_do_nothing())
    tx.execute(select(calendars.c.view).where(calendars.c.view == view).with_for_update())


def body_of(tx: Transaction, view: str) -> tuple[str, datetime] | None:
    """Return the hash of the bytes that a calendar last had and since when; None before the first."""
    row = tx.execute(select(calendars).where(calendars.c.view == view)).first()
    return (row.body_hash, row.modified_at) if row else None


def keep_body(tx: Transaction, view: str, body_hash: str, modified_at: datetime) -> None:
    """Remember which bytes a calendar has, and since when."""
    key = calendars.c.view == view
    tx.execute(update(calendars).where(key).values(body_hash=body_hash, modified_at=modified_at))
