"""The store says plainly what is wrong, and writers wait for each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select, text

from core.errors import ProblemCode, Refused
from storage.schema import current_revision, migrate
from storage.store import Store, open_store
from storage.tables import audit
from tests.factories import NOW

if TYPE_CHECKING:
    from tests.conftest import Postgres


def problem(work: Callable[[], object]) -> ProblemCode:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.problems[0].code


def write_something(store: Store) -> None:
    with store.write() as tx:
        tx.execute(insert(audit).values(at=NOW, actor="x", verb="test", subject="x", details={}))


def test_a_missing_directory_is_said_plainly(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")
    assert problem(lambda: migrate(store)) is ProblemCode.DATABASE_UNREACHABLE


def test_a_file_that_is_no_database_is_said_plainly_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(b"these are notes, not a database\n" * 100)
    store = open_store(f"sqlite:///{path}")
    assert problem(lambda: migrate(store)) is ProblemCode.DATABASE_UNREACHABLE
    assert path.read_bytes().startswith(b"these are notes")


def test_a_read_only_database_is_said_plainly(sqlite_files: Path) -> None:
    store = open_store(f"sqlite:///file:{sqlite_files / 'migrated.db'}?mode=ro&uri=true")
    assert problem(lambda: write_something(store)) is ProblemCode.DATABASE_READ_ONLY
    store.close()


def test_a_full_disk_is_said_plainly(sqlite_files: Path, tmp_path: Path) -> None:
    path = tmp_path / "full.db"
    path.write_bytes((sqlite_files / "migrated.db").read_bytes())
    store = open_store(f"sqlite:///{path}")

    def fill() -> None:
        with store.write() as tx:
            pages = tx.execute(text("PRAGMA page_count")).scalar_one()
            tx.execute(text(f"PRAGMA max_page_count = {pages}"))
            for _ in range(1000):
                row = {"at": NOW, "actor": "x", "verb": "test", "subject": "x", "details": {"a": "b" * 9999}}
                tx.execute(insert(audit).values(row))

    assert problem(fill) is ProblemCode.DISK_FULL
    store.close()


def test_a_server_that_is_not_there_is_said_plainly() -> None:
    store = open_store("postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=2")
    assert problem(lambda: current_revision(store)) is ProblemCode.DATABASE_UNREACHABLE


def test_a_database_that_is_not_on_the_server_is_said_plainly(postgres: Postgres) -> None:
    store = open_store(postgres.url("not_made"))
    assert problem(lambda: current_revision(store)) is ProblemCode.DATABASE_UNREACHABLE


def test_two_writers_wait_instead_of_failing(store: Store) -> None:
    def work(_number: int) -> None:
        for _ in range(5):
            with store.write() as tx:
                before = tx.execute(select(func.count()).select_from(audit)).scalar_one()
                time.sleep(0.002)
                row = {"at": NOW, "actor": "x", "verb": "test", "subject": str(before), "details": {}}
                tx.execute(insert(audit).values(row))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    with store.read() as tx:
        subjects = tx.execute(select(audit.c.subject).order_by(audit.c.id)).scalars().all()
    assert len(subjects) == 30
    if store.is_sqlite:
        assert subjects == [str(number) for number in range(30)]


def test_a_unit_of_work_that_breaks_keeps_nothing(store: Store) -> None:
    def broken() -> None:
        with store.write() as tx:
            tx.execute(insert(audit).values(at=NOW, actor="x", verb="test", subject="x", details={}))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    with store.read() as tx:
        assert tx.execute(select(func.count()).select_from(audit)).scalar_one() == 0


def test_a_reader_sees_one_moment_while_others_write(store: Store) -> None:
    count = select(func.count()).select_from(audit)
    with store.read() as tx:
        before = tx.execute(count).scalar_one()
        writer = threading.Thread(target=write_something, args=(store,))
        writer.start()
        writer.join()
        assert (before, tx.execute(count).scalar_one()) == (0, 0)
    with store.read() as tx:
        assert tx.execute(count).scalar_one() == 1
