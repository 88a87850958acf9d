"""An import with every check, against a bare `executemany` of the same rows into the same tables.

Both sides write into a new database of their own with the same PRAGMAs, in one transaction. The bare side
gets the finished rows that the product wrote, and reads, checks and derives nothing.
"""

import random
import sqlite3
from datetime import date, timedelta
from pathlib import Path

from core.people import command_line
from services.imports import import_cases
from sheets import write_csv
from tests.bench.region import (
    MONDAY,
    MUNICIPALITIES,
    NOW,
    case_code,
    connect,
    holders,
    insert_sql,
    make_rules,
    new_house,
)
from tests.bench.report import Figure, at_most, side_by_side, timed

CASES = 50_000
ROUNDS = 3
LEAST_A_SECOND = 5_000
_HEADER = ("zaak", "gi", "gemeente", "maatregel", "in_kennis_gesteld", "uitspraak", "start", "einde")
_HEADER += ("jeugdbeschermer", "gekoppeld", "eerste_contact", "koers", "hulp_gestart")
_TABLES = ("cases", "facts", "terms")


def measure(folder: Path) -> list[Figure]:
    """Measure 50,000 new cases with all their dates."""
    rules = make_rules()
    pattern = new_house(folder / "pattern.db", rules)
    content = _file(folder / "pattern.db")
    actor = command_line("bench")
    import_cases(pattern, content, "zaken.csv", actor=actor, now=NOW)
    rows = {table: _dump(folder / "pattern.db", table) for table in _TABLES}
    pattern.store.close()
    numbers = iter(range(100))

    def product() -> float:
        house = new_house(folder / f"product-{next(numbers)}.db", make_rules())
        seconds = timed(lambda: import_cases(house, content, "zaken.csv", actor=actor, now=NOW))
        house.store.close()
        return seconds

    def bare() -> float:
        path = folder / f"bare-{next(numbers)}.db"
        new_house(path, rules).store.close()
        connection = connect(path)
        seconds = timed(lambda: _write(connection, rows))
        connection.close()
        return seconds

    taken, plain = side_by_side(ROUNDS, product, bare)
    a_second = CASES / taken
    pace = Figure(
        "import: cases a second", f"{a_second:.0f}", "", "", f"≥ {LEAST_A_SECOND}", a_second >= LEAST_A_SECOND
    )
    return [at_most("import: 50,000 cases with every check", taken, plain, 5), pace]


def _write(connection: sqlite3.Connection, rows: dict[str, tuple[str, list[tuple[object, ...]]]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statement, values in rows.values():
        connection.executemany(statement, values)
    connection.execute("COMMIT")


def _dump(path: Path, table: str) -> tuple[str, list[tuple[object, ...]]]:
    connection = connect(path)
    found = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own tables
    dumped = insert_sql(table, (column[0] for column in found.description)), found.fetchall()
    connection.close()
    return dumped


def _file(path: Path) -> bytes:
    connection = connect(path)
    staff = holders(connection)
    connection.close()
    chance = random.Random(2)  # noqa: S311 - the same file every time
    rows = []
    for number in range(1, CASES + 1):
        holder = staff[number % len(staff)]
        began = MONDAY - timedelta(days=chance.randrange(10, 330))
        place = MUNICIPALITIES[number % len(MUNICIPALITIES)]
        dates = [_iso(began, days) for days in (1, 0, 0, 365)]
        reached = [_iso(began, days) for days in (2, 3, 5, 8)]
        code = case_code(holder.organisation, number)
        rows.append((code, holder.organisation, place, "ots", *dates, holder.name, *reached))
    return write_csv(_HEADER, rows)


def _iso(began: date, days: int) -> str:
    return (began + timedelta(days=days)).isoformat()
