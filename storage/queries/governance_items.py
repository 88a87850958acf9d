"""What of governance has to be said when: the index that the guard asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from storage.bulk import execute_many
from storage.governance_tables import items
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class Item:
    """Something that may have to be said: `kind` with the code, original date and part that name it."""

    kind: str
    code: str
    original_on: date
    part: str = ""
    told_through_on: date | None = None
    next_notice_on: date | None = None
    id: int = 0


_KEY = ("kind", "code", "original_on", "part")


def due_items(tx: Transaction, today: date, most: int) -> list[Item]:
    """Return at most `most` items of which something may be due by `today`."""
    query = select(items).where(items.c.next_notice_on <= today).order_by(items.c.next_notice_on, items.c.id)
    return [_item(row) for row in tx.execute(query.limit(most))]


def items_of(tx: Transaction, kind: str) -> list[Item]:
    """Return all items of a kind."""
    return [_item(row) for row in tx.execute(select(items).where(items.c.kind == kind))]


def _item(row: object) -> Item:
    return Item(**{name: getattr(row, name) for name in Item.__dataclass_fields__})


def put_items(tx: Transaction, rows: Sequence[Item]) -> None:
    """Add items; one that is there is told and looked at anew as given."""
    values = [
        {name: getattr(row, name) for name in (*_KEY, "told_through_on", "next_notice_on")} for row in rows
    ]
    execute_many(tx, _PUT[tx.dialect.name], values)


def _put_statement(make: Callable[..., Any]) -> Any:  # noqa: ANN401 - each engine has its own class
    new = make(items)
    return new.on_conflict_do_update(
        index_elements=list(_KEY),
        set_={
            "told_through_on": new.excluded.told_through_on,
            "next_notice_on": new.excluded.next_notice_on,
        },
    )


_PUT = {"sqlite": _put_statement(insert_sqlite), "postgresql": _put_statement(insert_postgresql)}

_MOVE = (
    update(items)
    .where(items.c.id == bindparam("key_id"))
    .values(told_through_on=bindparam("new_told"), next_notice_on=bindparam("new_next"))
)


def move_items(tx: Transaction, rows: Sequence[tuple[int, date | None, date | None]]) -> None:
    """Set for each item id the day told through and the next day."""
    names = ("key_id", "new_told", "new_next")
    execute_many(tx, _MOVE, [dict(zip(names, row, strict=True)) for row in rows])


def wake(tx: Transaction, code: str, on: date, *, anew: bool = False) -> None:
    """Let the guard look on `on` at what still speaks of a series, plan or oversight.

    `anew` forgets what was told of it.
    """
    values: dict[str, object] = {"next_notice_on": on}
    if anew:
        values["told_through_on"] = None
    speaks = items.c.next_notice_on.is_not(None)
    tx.execute(update(items).where(items.c.code == code, speaks).values(values))


def next_item_day(tx: Transaction) -> date | None:
    """Return the first day on which there may be something to say."""
    found: date | None = tx.execute(
        select(func.min(items.c.next_notice_on)).where(items.c.next_notice_on.is_not(None))
    ).scalar_one()
    return found


def any_item_due(tx: Transaction, today: date) -> bool:
    """Tell whether an item waits for the guard."""
    return tx.execute(select(items.c.id).where(items.c.next_notice_on <= today).limit(1)).first() is not None
