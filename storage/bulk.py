"""Writes many rows at once: what SQLAlchemy does anew for each row is done once for each statement."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import Any

from sqlalchemy import Delete, Dialect, Insert, Update
from sqlalchemy.types import TypeEngine

from storage.store import Transaction

Row = Mapping[str, object]


def execute_many(tx: Transaction, statement: Insert | Update | Delete, rows: Sequence[Row]) -> None:
    """Execute a statement for each row of values by name; all rows have the same names.

    The statement is to be one that lives on, such as a constant of its module: its SQL is remembered.
    """
    if not rows:
        return
    prepared = _prepare(statement, tx.dialect, tuple(rows[0]))
    tx.exec_driver_sql(prepared.sql, prepared.parameters(rows))


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A parameter: how its values become the driver's, and the value of one that is the same in every row."""

    name: str
    convert: Callable[[Any], Any] | None
    in_rows: bool
    constant: object

    def column(self, rows: Sequence[Row]) -> Iterable[object]:
        """Return the driver's value for each row."""
        if not self.in_rows:
            constant = self.convert(self.constant) if self.convert else self.constant
            return repeat(constant, len(rows))
        values = map(itemgetter(self.name), rows)
        return values if self.convert is None else map(self.convert, values)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement in a database's own SQL, with its parameters in order."""

    sql: str
    positional: bool
    by_order: tuple[_Parameter, ...]

    def parameters(self, rows: Sequence[Row]) -> Any:  # noqa: ANN401 - the driver's own shape
        """Return the values of every row as the driver wants them."""
        values = zip(*(parameter.column(rows) for parameter in self.by_order), strict=True)
        if self.positional:
            return list(values)
        names = [parameter.name for parameter in self.by_order]
        return [dict(zip(names, row, strict=True)) for row in values]


@lru_cache(maxsize=100)
def _prepare(statement: Insert | Update | Delete, dialect: Dialect, names: tuple[str, ...]) -> _Prepared:
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(names), for_executemany=True)
    order = compiled.positiontup if compiled.positional else list(compiled.params)
    parameters = tuple(
        _Parameter(
            name,
            _converter(compiled.binds[name].type, dialect),
            name in names,
            compiled.binds[name].effective_value,
        )
        for name in order
    )
    return _Prepared(str(compiled), bool(compiled.positional), parameters)


def _converter(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """Return what makes a driver's value; in bulk the same days and moments occur again and again."""
    convert = kind.dialect_impl(dialect).bind_processor(dialect)
    return lru_cache(maxsize=10_000)(convert) if convert and kind.hashable else convert
