"""The guard's pass, against bare SQL that reads and writes the same rows and moves the same moments.

Both sides work on one file, in turns, and what a turn wrote is taken back before the next; so pages are
equally warm. The bare side gets the finished rows of a pass of the product and decides nothing. It works in
one transaction with the same PRAGMAs, the product in batches. The product's side begins every turn with a
calendar of which nothing has been remembered, as on the first pass of a day.
"""

import sqlite3
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.house import House
from services.notices import guard_pass
from tests.bench.region import MONDAY, NOW, Filler, connect, insert_sql, make_rules, new_house
from tests.bench.report import Figure, at_most, side_by_side, timed

DUE = 10_000
ROUNDS = 5
_READ = (
    "SELECT t.case_id, t.norm, t.start_on, t.due_on, t.needed_by_on, t.ends_on, t.coupled, t.told_through_on,"
    " c.organisation, c.protector_id, c.manager_id, t.explained_on, t.party, t.escalate_on"
    " FROM terms t JOIN cases c ON c.id = t.case_id"
    " WHERE t.next_notice_on <= ? ORDER BY t.next_notice_on"
)
_MOVE = "UPDATE terms SET told_through_on = ?, next_notice_on = ? WHERE case_id = ? AND norm = ?"

_Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class _Work:
    """What one pass reads, writes and moves, as plain rows; `back` moves it back."""

    messages: tuple[str, _Rows]
    notices: tuple[str, _Rows]
    moves: _Rows
    back: _Rows


class _Region:
    """One database with terms, and the two sides that work on it."""

    def __init__(self, path: Path, terms: int) -> None:
        rules = make_rules()
        self._house = new_house(path, rules)
        Filler(path, rules, MONDAY).fill(terms // 3 + 1, due=DUE)
        self._bare = connect(path)
        self._work = self._learn()
        self._undo()

    def product(self) -> float:
        """Return the seconds of one pass of the guard."""
        house = House(self._house.store, make_rules())
        seconds = timed(lambda: guard_pass(house, NOW))
        self._undo()
        return seconds

    def bare(self) -> float:
        """Return the seconds of the same reading and writing without the product."""
        seconds = timed(self._bare_pass)
        self._undo()
        return seconds

    def close(self) -> None:
        """Let go of the file."""
        self._bare.close()
        self._house.store.close()

    def _learn(self) -> _Work:
        """Run one pass and keep what it wrote."""
        before = _moments(self._bare, MONDAY)
        done = guard_pass(self._house, NOW)
        assert done.terms == len(before) == DUE, (done, len(before))
        sql = (
            "SELECT told_through_on, next_notice_on, case_id, norm FROM terms WHERE case_id = ? AND norm = ?"
        )
        moves = [self._bare.execute(sql, row[2:]).fetchone() for row in before]
        return _Work(_dump(self._bare, "messages"), _dump(self._bare, "notices"), moves, before)

    def _bare_pass(self) -> None:
        work, bare = self._work, self._bare
        bare.execute("BEGIN IMMEDIATE")
        assert len(bare.execute(_READ, (MONDAY.isoformat(),)).fetchall()) == DUE
        bare.executemany(*work.messages)
        bare.executemany(*work.notices)
        bare.executemany(_MOVE, work.moves)
        bare.execute("COMMIT")

    def _undo(self) -> None:
        self._bare.execute("BEGIN IMMEDIATE")
        self._bare.execute("DELETE FROM notices")
        self._bare.execute("DELETE FROM messages")
        self._bare.executemany(_MOVE, self._work.back)
        self._bare.execute("COMMIT")
        self._bare.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _moments(connection: sqlite3.Connection, today: date) -> _Rows:
    sql = "SELECT told_through_on, next_notice_on, case_id, norm FROM terms WHERE next_notice_on <= ?"
    return connection.execute(sql, (today.isoformat(),)).fetchall()


def _dump(connection: sqlite3.Connection, table: str) -> tuple[str, _Rows]:
    """Return a table's rows and the statement that writes them."""
    found = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own tables
    return insert_sql(table, (column[0] for column in found.description)), found.fetchall()


def measure(folder: Path) -> list[Figure]:
    """Measure the pass over a million and over a hundred thousand open terms, 10,000 of them due."""
    many, few = _Region(folder / "many.db", 1_000_000), _Region(folder / "few.db", 100_000)
    product, bare, product_few = side_by_side(ROUNDS, many.product, many.bare, few.product)
    many.close()
    few.close()
    return [
        at_most("guard: 10,000 of 1,000,000 due", product, bare, 5),
        at_most("guard: the same due of 1,000,000 / of 100,000", product, product_few, 1.5),
    ]
