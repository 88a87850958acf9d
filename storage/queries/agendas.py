"""Which cases are on the agenda of a table's meeting, and what came of each."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from core.agendas import AgendaCase
from storage.governance_tables import agenda_cases
from storage.store import Transaction
from storage.tables import cases

_ENTRIES = select(agenda_cases, cases.c.code).join(cases, cases.c.id == agenda_cases.c.case_id)
_IN_ORDER = (agenda_cases.c.original_on, agenda_cases.c.added_at, cases.c.code)
_OPEN = agenda_cases.c.outcome.is_(None)


def agenda_of(tx: Transaction, series: str, original_on: date) -> list[AgendaCase]:
    """Return the cases on the agenda of one meeting, in the order they came."""
    return _read(tx, agenda_cases.c.series == series, agenda_cases.c.original_on == original_on)


def open_entries(tx: Transaction, series: str) -> list[AgendaCase]:
    """Return the cases of a series whose outcome is not known, over all its meetings."""
    return _read(tx, agenda_cases.c.series == series, _OPEN)


def open_entries_of_case(tx: Transaction, case_id: int) -> list[AgendaCase]:
    """Return where a case is on an agenda and its outcome is not known."""
    return _read(tx, agenda_cases.c.case_id == case_id, _OPEN)


def add_entry(tx: Transaction, entry: AgendaCase, now: datetime) -> None:
    """Put a case on an agenda."""
    values = {
        "series": entry.series,
        "original_on": entry.original_on,
        "case_id": entry.case_id,
        "escalation_id": entry.escalation_id,
        "added_by": entry.added_by,
    }
    tx.execute(insert(agenda_cases).values(**values, outcome=entry.outcome, added_at=now))


def move_entry(tx: Transaction, entry: AgendaCase, original_on: date) -> None:
    """Put a case on the agenda of another meeting of the series; what is there already leaves this one."""
    there = {one.case_id for one in agenda_of(tx, entry.series, original_on)}
    if entry.case_id in there:
        remove_entry(tx, entry)
    else:
        tx.execute(update(agenda_cases).where(*_key(entry)).values(original_on=original_on))


def remove_entry(tx: Transaction, entry: AgendaCase) -> None:
    """Take a case off an agenda."""
    tx.execute(delete(agenda_cases).where(*_key(entry)))


def settle_entry(tx: Transaction, entry: AgendaCase, outcome: str) -> None:
    """Keep what came of a case."""
    tx.execute(update(agenda_cases).where(*_key(entry)).values(outcome=outcome))


def _key(entry: AgendaCase) -> tuple[ColumnElement[bool], ...]:
    return (
        agenda_cases.c.series == entry.series,
        agenda_cases.c.original_on == entry.original_on,
        agenda_cases.c.case_id == entry.case_id,
    )


def _read(tx: Transaction, *where: ColumnElement[bool]) -> list[AgendaCase]:
    return [_entry(row) for row in tx.execute(_ENTRIES.where(*where).order_by(*_IN_ORDER))]


def _entry(row: Row[Any]) -> AgendaCase:
    return AgendaCase(
        row.series,
        row.original_on,
        row.case_id,
        row.code,
        row.escalation_id,
        row.outcome,
        row.added_by,
    )
