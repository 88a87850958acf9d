"""Data on stdout: as JSON for scripts, as text and tables for people."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import Enum
from io import StringIO
from textwrap import dedent
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from core.clocktime import AMSTERDAM
from templates import phrase, render

_WIDE = 220


def print_json(value: object) -> None:
    """Write one object or array: ISO dates, moments with an offset."""
    print_text(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def print_text(text: str) -> None:
    """Write text on a line of its own."""
    print(text)  # noqa: T201 - this is the command line


def print_page(template: str, **values: object) -> None:
    """Write what a template of `templates/cli` makes of the values."""
    print_text(render(f"cli/{template}.txt", **values))


def table(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> str:
    """Return a table; `columns` are keys of the phrases' section `cli`. In a pipe nothing is cut off."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(phrase(f"cli.{column}"), overflow="fold")
    for row in rows:
        made.add_row(*(cell or "" for cell in row))
    target = StringIO()
    width = None if sys.stdout.isatty() else _WIDE
    Console(file=target, width=width, markup=False, highlight=False, emoji=False).print(made)
    lines = [line.rstrip() for line in target.getvalue().splitlines()]
    return dedent("\n".join(line for line in lines if line))


def in_zone(moment: datetime | None, zone: ZoneInfo = AMSTERDAM) -> str | None:
    """Return a moment in local time with its offset."""
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def _plain(value: object) -> object:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    raise TypeError(type(value))
