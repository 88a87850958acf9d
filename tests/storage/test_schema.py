"""Migrations make exactly the tables that the code describes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError, StatementError

from core.errors import ProblemCode, Refused
from services.house import House
from storage.calendar_tables import metadata
from storage.schema import current_revision, migrate, require_current
from storage.store import Store, open_store
from storage.tables import passes
from tests.factories import MONDAY, NOW, a_case


def problem(work: Callable[[], object]) -> ProblemCode:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.problems[0].code


def test_migrations_from_empty_make_the_tables_of_the_code(empty_store: Store) -> None:
    assert migrate(empty_store) is True
    with empty_store.read() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_partial_indexes_have_the_same_conditions(empty_store: Store, tmp_path: Path) -> None:
    migrate(empty_store)
    if not empty_store.is_sqlite:
        pytest.skip("the text of an index is compared on SQLite")
    made = open_store(f"sqlite:///{tmp_path / 'made.db'}")
    with made.write() as tx:
        metadata.create_all(tx)
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
    with empty_store.read() as migrated, made.read() as created:
        assert [tuple(row) for row in migrated.execute(query)] == [
            tuple(row) for row in created.execute(query)
        ]
    made.close()


def test_migrating_twice_changes_nothing(empty_store: Store) -> None:
    migrate(empty_store)
    revision = current_revision(empty_store)
    assert migrate(empty_store) is False
    assert current_revision(empty_store) == revision
    require_current(empty_store)


def test_a_database_that_was_never_migrated_is_refused(empty_store: Store) -> None:
    assert problem(lambda: require_current(empty_store)) is ProblemCode.DATABASE_NOT_READY

    def read() -> None:
        with empty_store.read() as tx:
            tx.execute(passes.select())

    assert problem(read) is ProblemCode.DATABASE_NOT_READY


def test_a_database_of_a_newer_version_is_refused_and_left_alone(store: Store) -> None:
    with store.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert problem(lambda: migrate(store)) is ProblemCode.DATABASE_NEWER
    assert problem(lambda: require_current(store)) is ProblemCode.DATABASE_NEWER
    assert current_revision(store) == "9999"


def test_naive_moments_are_refused(store: Store) -> None:
    naive = datetime(2026, 3, 2, 8, 0)  # noqa: DTZ001 - what must be refused
    with pytest.raises(StatementError, match="offset"), store.write() as tx:
        tx.execute(insert(passes).values(job="guard", ran_at=naive, detail=""))
    with store.read() as tx:
        assert tx.execute(passes.select()).all() == []


def test_moments_come_back_in_utc(store: Store) -> None:
    local = NOW.astimezone()
    with store.write() as tx:
        tx.execute(insert(passes).values(job="guard", ran_at=local, detail=""))
    with store.read() as tx:
        found = tx.execute(passes.select()).one().ran_at
    assert (found, str(found.tzinfo)) == (NOW, "UTC")


DOUBLES = {
    "case": """
        INSERT INTO cases (code, organisation, municipality, measure, created_at, created_by)
        SELECT code, organisation, municipality, measure, created_at, created_by FROM cases
    """,
    "name": """
        INSERT INTO people (name, roles, weekdays, created_at)
        SELECT name, roles, weekdays, created_at FROM people
    """,
    "chat": """
        INSERT INTO people (name, chat_id, roles, weekdays, created_at)
        SELECT 'other', chat_id, roles, weekdays, created_at FROM people WHERE name = 'jb-1'
    """,
    "term": "INSERT INTO terms SELECT * FROM terms",
}


@pytest.mark.parametrize("statement", DOUBLES.values(), ids=DOUBLES.keys())
def test_what_is_one_of_a_kind_stays_so(house: House, statement: str) -> None:
    a_case(house)
    with pytest.raises(IntegrityError), house.store.write() as tx:
        tx.execute(text(statement))


def test_a_fact_of_no_case_is_refused(store: Store) -> None:
    values = {"case_id": 99, "on": MONDAY, "at": "2026-03-02 08:00:00+00:00"}
    statement = text(
        "INSERT INTO facts (case_id, kind, measure_no, source, recorded_at, recorded_by)"
        " VALUES (:case_id, 'koers', 1, '', :at, 'x')"
    )
    with pytest.raises(IntegrityError), store.write() as tx:
        tx.execute(statement, {key: values[key] for key in ("case_id", "at")})
