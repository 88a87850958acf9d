"""The store: opens the database, gives units of work, and says plainly when it cannot."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool

from core.errors import ProblemCode, Refused, refuse

BUSY_TIMEOUT_SECONDS = 30

_LAST_AUDITED = "SELECT max(id) FROM audit"
_SNAPSHOT = "SELECT pg_current_snapshot()::text"

Transaction = Connection
"""A unit of work: everything in it is kept together or not at all."""


class Store:
    """One database, SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        """Take an engine as `open_store` makes it."""
        self.engine = engine
        self._turn: AbstractContextManager[object] = RLock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        """Tell whether only one process may write at a time."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Give a unit of work that may change things; on SQLite it holds the write lock from its start.

        There the threads of a process take turns: SQLite itself would let them sleep, ever longer.
        """
        with self._turn, _plain_errors(), self.engine.connect() as connection:
            connection = connection.execution_options(writes=True)  # noqa: PLW2901 - the same connection
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Give a unit of work that only looks: one consistent moment of the database."""
        with _plain_errors(), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")  # noqa: PLW2901 - the same connection
            with connection.begin():
                yield connection

    def data_mark(self) -> str:
        """Return a text that is another one whenever somebody has changed anything since.

        Every change leaves an audit row. On PostgreSQL rows may become visible in another order than they
        were numbered, so there it is what a unit of work could see at all. It is asked for at every fetch of
        a calendar, hence on the driver's own connection.
        """
        query = _LAST_AUDITED if self.is_sqlite else _SNAPSHOT
        with _plain_errors(), closing(self.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(query)
            (found,) = cursor.fetchone() or (None,)
            return str(found)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open the database at `url` (sqlite or postgresql+psycopg); connects at the first use."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return Store(create_engine(parsed, pool_size=10, max_overflow=20, pool_pre_ping=True))
    in_memory = parsed.database in (None, "", ":memory:")
    options: dict[str, Any] = {"connect_args": {"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False}}
    if in_memory:
        options |= {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0}  # it lives in one connection
    else:
        options |= {"pool_size": 10, "max_overflow": 30}
    engine = create_engine(parsed, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Store(engine)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event decides, not the driver
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        problem = _plain_problem(error)
        if problem is None:
            raise
        raise problem from error


def _plain_problem(error: DBAPIError) -> Refused | None:
    """Return the refusal that an operator can act on, or None for a defect of ours."""
    text = str(error.orig).lower()
    for words, code in _PLAIN.items():
        if words in text:
            return refuse(code)
    if "undefinedtable" in type(error.orig).__name__.lower():
        return refuse(ProblemCode.DATABASE_NOT_READY)
    if isinstance(error, OperationalError) and any(part in text for part in _UNREACHABLE):
        return refuse(ProblemCode.DATABASE_UNREACHABLE)
    return None


_PLAIN = {
    "readonly": ProblemCode.DATABASE_READ_ONLY,
    "read-only": ProblemCode.DATABASE_READ_ONLY,
    "disk is full": ProblemCode.DISK_FULL,
    "no space left": ProblemCode.DISK_FULL,
    "disk full": ProblemCode.DISK_FULL,
    "disk i/o error": ProblemCode.DISK_TROUBLE,
    "no such table": ProblemCode.DATABASE_NOT_READY,
    "file is not a database": ProblemCode.DATABASE_UNREACHABLE,
    "malformed": ProblemCode.DATABASE_UNREACHABLE,
}
_UNREACHABLE = (
    "unable to open",
    "connection refused",
    "could not connect",
    "connection failed",
    "connection to server",
    "connection is bad",
    "connection timeout",
    "name resolution",
    "failed to resolve host",
    "server closed the connection",
)
