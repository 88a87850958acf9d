"""The kinds of column that tables are made of. Dates are local, moments UTC; a naive moment is refused."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Date, DateTime, ForeignKey, Integer, MetaData, TypeDecorator

from core.clocktime import aware

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Day(TypeDecorator[date]):
    """A local date, which SQLite keeps as text."""

    impl = Date
    cache_ok = True

    def bind_processor(self, dialect: Any) -> Any:  # noqa: ANN401
        """Return what makes the text of a date where it is kept as text."""
        return _day_text if dialect.name == "sqlite" else None


def _day_text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment; refuses a naive one. SQLite keeps it as text without offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Any) -> Any:  # noqa: ANN401
        """Return what turns an aware moment into UTC."""
        return _moment_text if dialect.name == "sqlite" else _in_utc

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ANN401, ARG002
        """Return the moment with its offset."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else aware(value)


def _moment_text(value: datetime | None) -> str | None:
    return None if value is None else aware(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def id_column() -> Column[int]:
    """Return the column of a table's own number."""
    return Column("id", Integer, primary_key=True, autoincrement=True)


def to(table: str, *, name: str, nullable: bool = False, index: bool = False) -> Column[int]:
    """Return a column that refers to a row of another table."""
    return Column(name, Integer, ForeignKey(f"{table}.id"), nullable=nullable, index=index)
