"""The example data, moved to the demo's today."""

from datetime import date, datetime, timedelta
from pathlib import Path

from core.people import command_line
from services.casefile import DATE_COLUMNS
from services.house import House
from services.imports import ImportReport, import_cases
from services.people import PeopleReport, import_people
from sheets import read_table, write_csv

EXAMPLES = Path(__file__).parent.parent / "examples"
DRAWN_UP_ON = date(2026, 11, 23)
"""The Monday on which the example cases were drawn up; they move by whole weeks."""

ACTOR = command_line("demo")


def weeks_since(today: date) -> timedelta:
    """Return by how much example dates move, so that weekdays stay what they are."""
    return timedelta(weeks=(today - DRAWN_UP_ON).days // 7)


def moved_cases(today: date) -> bytes:
    """Return the example case file as if it had been drawn up in the week of `today`."""
    table = read_table((EXAMPLES / "zaken.csv").read_bytes(), "zaken.csv")
    by = weeks_since(today)
    rows = [[_moved(column, row.cells[column], by) for column in table.header] for row in table.rows]
    return write_csv(table.header, rows)


def _moved(column: str, text: str, by: timedelta) -> str:
    if column not in DATE_COLUMNS or not text:
        return text
    return (date.fromisoformat(text) + by).isoformat()


def load_examples(house: House, now: datetime) -> tuple[PeopleReport, ImportReport]:
    """Import the example people and cases."""
    people = read_table((EXAMPLES / "mensen.csv").read_bytes(), "mensen.csv")
    rows = [(row.line, row.cells) for row in people.rows]
    added = import_people(house, rows, actor=ACTOR, now=now)
    cases = import_cases(house, moved_cases(house.today(now)), "zaken.csv", actor=ACTOR, now=now)
    return added, cases
