"""Copies a database into memory, for rehearsals that must leave nothing behind."""

from sqlalchemy import insert, select

from storage.calendar_tables import metadata
from storage.store import Store, open_store

_ROWS = 5_000
_NOT_NEEDED = frozenset({"updates", "uploads", "audit", "deliveries", "strangers"}) | {
    "sign_in_requests",
    "sign_in_links",
    "sessions",
}


def copy_into_memory(store: Store) -> Store:
    """Return a store in memory with what the jobs read: one consistent moment of `store`."""
    copy = open_store("sqlite://")
    with copy.write() as target:
        metadata.create_all(target)
    with store.read() as source, copy.write() as target:
        for table in metadata.sorted_tables:
            if table.name in _NOT_NEEDED:
                continue
            result = source.execute(select(table))
            while rows := result.fetchmany(_ROWS):
                target.execute(insert(table), [dict(row._mapping) for row in rows])  # noqa: SLF001 - its public name
    return copy
