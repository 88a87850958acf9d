"""The links to the dates of a series."""

from datetime import datetime

from sqlalchemy import insert, select, update

from storage.governance_tables import links
from storage.store import Transaction


def link_of(tx: Transaction, series: str) -> str | None:
    """Return the token of the link to a series, None when there is none that works."""
    return tx.execute(
        select(links.c.token).where(links.c.series == series, links.c.revoked_at.is_(None))
    ).scalar()


def links_in_use(tx: Transaction) -> dict[str, str]:
    """Return the token of each series that has a link that works."""
    query = select(links.c.series, links.c.token).where(links.c.revoked_at.is_(None))
    return {row.series: row.token for row in tx.execute(query)}


def series_of(tx: Transaction, token: str) -> str | None:
    """Return the series to which a link that works leads."""
    return tx.execute(
        select(links.c.series).where(links.c.token == token, links.c.revoked_at.is_(None))
    ).scalar()


def add_link(tx: Transaction, series: str, token: str, *, by: str, now: datetime) -> None:
    """Keep a link to a series that has none."""
    tx.execute(insert(links).values(series=series, token=token, made_by=by, made_at=now))


def end_links(tx: Transaction, series: str, *, by: str, now: datetime) -> None:
    """Take the link to a series back; it never works again."""
    standing = update(links).where(links.c.series == series, links.c.revoked_at.is_(None))
    tx.execute(standing.values(revoked_at=now, revoked_by=by))
