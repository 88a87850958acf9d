"""The guard's pass over cases of all kinds, with ladders that begin and escalations that climb.

The bare side reads and writes the same rows: due terms, the cases, terms and escalations of what begins, the
escalations whose moment has come with their case and terms; messages, notices, escalations and steps go in,
terms and escalations move. It gets the finished rows of a pass of the product and decides nothing.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

from core.desks import Desk, DeskBook, Route, RouteStep
from core.ladder import LadderRung
from core.rules import EscalationRules, Rules
from services.house import House
from services.notices import guard_pass
from tests.bench.region import MONDAY, NOW, Filler, connect, insert_sql, make_rules, new_house
from tests.bench.report import Figure, at_most, side_by_side, timed

CASES, DUE, BEGIN, CLIMB = 100_000, 10_000, 1_000, 1_000
ROUNDS = 5
_STAMP = "%Y-%m-%d %H:%M:%S.%f"
_READ = (
    "SELECT t.*, c.organisation, c.protector_id, c.manager_id FROM terms t JOIN cases c ON c.id = t.case_id"
    " WHERE t.next_notice_on <= ? ORDER BY t.next_notice_on"
)
_READ_CLIMB = "SELECT * FROM escalations WHERE next_at <= ? ORDER BY next_at, id"
_OF_CASES = (
    "SELECT * FROM cases WHERE id IN ({})",
    "SELECT * FROM terms WHERE case_id IN ({})",
    "SELECT * FROM escalations WHERE case_id IN ({})",
)
_MOVE = (
    "UPDATE terms SET told_through_on = ?, next_notice_on = ?, escalate_on = ? WHERE case_id = ? AND norm = ?"
)
_CLIMBED = (
    "UPDATE escalations SET stage = ?, rung = ?, holder_id = ?, previous_id = ?, since_at = ?, next_at = ?,"
    " version = ? WHERE id = ?"
)
_MOVED = _CLIMBED.partition(" SET ")[2].replace(" = ?", "").partition(" WHERE")[0]
_ADDED = ("messages", "notices", "escalations", "escalation_steps")
_CHUNK = 500
_MOMENTS = "SELECT told_through_on, next_notice_on, escalate_on, case_id, norm FROM terms"

_Rows = list[tuple[object, ...]]


def _rules() -> Rules:
    desks = (
        Desk("zm", "zorgmakelaar", "zorgmakelaar", region="noord"),
        Desk("ret", "expertteam", "expertteam", region="noord"),
    )
    steps = (
        RouteStep(LadderRung("zorgmakelaar", "loket:zorgmakelaar")),
        RouteStep(LadderRung("expertteam", "loket:expertteam", top=True)),
    )
    book = DeskBook(desks, (Route(steps, region="noord"),))
    return replace(make_rules(), escalation=EscalationRules(book))


class _Region:
    """One database with cases of all kinds, and the two sides that work on it."""

    def __init__(self, path: Path) -> None:
        self._house = new_house(path, _rules())
        Filler(path, make_rules(), MONDAY).fill(CASES, due=DUE)
        self._bare = connect(path)
        self._add_other_dates()
        self._begun = self._let_begin()
        self._climbing = self._let_climb()
        self._before = self._moments()
        self._kept = {table: self._last(table) for table in _ADDED}
        self._added, self._after = self._learn()
        self._undo()

    def product(self) -> float:
        """Return the seconds of one pass of the guard."""
        house = House(self._house.store, _rules())
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

    def _add_other_dates(self) -> None:
        """Give every second case a crisis place and every third a request, both later than today."""
        for norm, every in (("crisisplek.1", 2), ("toegang.1", 3)):
            columns = [row[1] for row in self._bare.execute("PRAGMA table_info(terms)")]
            taken = ", ".join(
                {"norm": f"'{norm}'", "next_notice_on": "?"}.get(name, f'"{name}"') for name in columns
            )
            quoted = ", ".join(f'"{name}"' for name in columns)
            self._bare.execute(
                f"INSERT INTO terms ({quoted}) SELECT {taken} FROM terms"  # noqa: S608 - our own tables
                f" WHERE norm = '3' AND case_id % {every} = 0",
                ((MONDAY + timedelta(days=14)).isoformat(),),
            )

    def _let_begin(self) -> list[int]:
        """Let the ladder of some of the due terms begin today; return their cases."""
        due = "SELECT case_id FROM terms WHERE norm = '3' AND next_notice_on <= ? ORDER BY case_id LIMIT ?"
        ids = [row[0] for row in self._bare.execute(due, (MONDAY.isoformat(), BEGIN))]
        sql = "UPDATE terms SET escalate_on = ? WHERE norm = '3' AND case_id = ?"
        self._bare.executemany(sql, [(MONDAY.isoformat(), case_id) for case_id in ids])
        return ids

    def _let_climb(self) -> list[int]:
        """Give other cases an escalation that was not answered in time; return their cases."""
        sql = (
            "SELECT t.case_id, t.due_on, c.manager_id, c.protector_id"
            " FROM terms t JOIN cases c ON c.id = t.case_id"
            " WHERE t.norm = '3' AND t.next_notice_on > ? AND c.protector_id IS NOT NULL"
            " ORDER BY t.case_id LIMIT ?"
        )
        found = self._bare.execute(sql, (MONDAY.isoformat(), CLIMB)).fetchall()
        ladder = _rules().escalation.desks.frozen(
            _rules().norms.newest_first("3")[0].ladder, _rules().scope("GIA", "GM0361"), MONDAY
        )
        kept = json.dumps([asdict(rung) for rung in ladder])
        then, now = (
            moment.strftime(_STAMP) for moment in (NOW - timedelta(days=4), NOW - timedelta(minutes=1))
        )
        rows = [
            (None, case_id, "3", due_on, kept, "offered", 0, manager, protector, 0, 0, then, then, now, 2)
            for case_id, due_on, manager, protector in found
        ]
        names = (
            "id case_id norm watched_on ladder stage rung holder_id previous_id held forecast"
            " began_at since_at next_at version"
        )
        self._bare.executemany(insert_sql("escalations", names.split()), rows)
        return [row[0] for row in found]

    def _moments(self) -> _Rows:
        sql = f"{_MOMENTS} WHERE next_notice_on <= ?"
        return self._bare.execute(sql, (MONDAY.isoformat(),)).fetchall()

    def _last(self, table: str) -> int:
        found: int = self._bare.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}").fetchone()[0]  # noqa: S608
        return found

    def _states(self, ids: Iterable[int]) -> _Rows:
        sql = f"SELECT {_MOVED}, id FROM escalations WHERE case_id = ?"  # noqa: S608 - our own tables
        return [self._bare.execute(sql, (case_id,)).fetchone() for case_id in ids]

    def _learn(self) -> tuple[dict[str, tuple[str, _Rows]], tuple[_Rows, _Rows]]:
        """Run one pass and keep what it wrote and moved."""
        self._waiting = self._states(self._climbing)
        done = guard_pass(self._house, NOW)
        assert done.terms == len(self._before) == DUE, (done, len(self._before))
        added = {table: self._dump(table) for table in _ADDED}
        assert len(added["escalations"][1]) == BEGIN, len(added["escalations"][1])
        sql = f"{_MOMENTS} WHERE case_id = ? AND norm = ?"
        moved = [self._bare.execute(sql, row[3:]).fetchone() for row in self._before]
        climbed = self._states(self._climbing)
        assert climbed != self._waiting
        return added, (moved, climbed)

    def _dump(self, table: str) -> tuple[str, _Rows]:
        found = self._bare.execute(f"SELECT * FROM {table} WHERE id > ?", (self._kept[table],))  # noqa: S608
        return insert_sql(table, (column[0] for column in found.description)), found.fetchall()

    def _bare_pass(self) -> None:
        bare, (moved, climbed) = self._bare, self._after
        bare.execute("BEGIN IMMEDIATE")
        assert len(bare.execute(_READ, (MONDAY.isoformat(),)).fetchall()) == DUE
        found = bare.execute(_READ_CLIMB, (NOW.strftime(_STAMP),)).fetchall()
        assert len(found) == CLIMB
        for ids in (self._begun, self._climbing):
            self._read_of(ids)
        bare.executemany(_MOVE, moved)
        bare.executemany(_CLIMBED, climbed)
        for table in _ADDED:
            bare.executemany(*self._added[table])
        bare.execute("COMMIT")

    def _read_of(self, ids: Sequence[int]) -> None:
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            for sql in _OF_CASES:
                self._bare.execute(sql.format(", ".join("?" * len(chunk))), chunk).fetchall()

    def _undo(self) -> None:
        bare = self._bare
        bare.execute("BEGIN IMMEDIATE")
        for table in ("notices", "messages", "escalation_steps", "escalations"):
            bare.execute(f"DELETE FROM {table} WHERE id > ?", (self._kept[table],))  # noqa: S608 - our own tables
        bare.executemany(_MOVE, self._before)
        bare.executemany(_CLIMBED, self._waiting)
        bare.execute("COMMIT")
        bare.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def measure(folder: Path) -> list[Figure]:
    """Measure a pass over 100,000 cases: 10,000 terms due, 1,000 ladders begin, 1,000 escalations climb."""
    region = _Region(folder / "ladders.db")
    product, bare = side_by_side(ROUNDS, region.product, region.bare)
    region.close()
    name = f"guard: {DUE:,} due, {BEGIN:,} ladders begin, {CLIMB:,} climb, {CASES:,} cases"
    return [at_most(name, product, bare, 5)]
