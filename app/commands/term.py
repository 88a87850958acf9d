"""`term`: a due date and how it was counted, without a database."""

from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from app.commands.desk import read_config
from app.commands.options import DEFAULT_CONFIG, AsJson, ConfigFile
from app.config import rules_of
from app.moments import read_day
from app.output import print_json, print_page, table
from app.reporting import about_file, read_bytes
from app.usage import command
from core.errors import Problem, ProblemCode, Refused
from core.rules import Rules
from core.workdays import WorkingCalendar
from services.case_views import Explanation
from services.casefile import read_date
from services.cases import count_term
from sheets import SheetRow, read_table

COLUMNS = ("norm", "start")
_TABLE = ("norm", "start", "due", "atw_due", "skipped")


def term(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    norm: Annotated[
        str | None, typer.Option("--norm", metavar="NORM", help="De norm: 1, 2, 3 of een eigen.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--start", metavar="DATUM", help="De dag waarop de klok begint.")
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv", metavar="BESTAND", help="Veel tegelijk: een bestand met kolommen norm en start."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Rekent een termijn uit en legt uit hoe er geteld is: elke dag die niet meetelt, en waarom.

    Een database is niet nodig. Zonder config.toml gelden de ingebouwde normen.
    """
    if csv is None and (norm is None or start is None):
        raise typer.BadParameter("Geef --norm en --start, of --csv.")
    if csv is not None and (norm is not None or start is not None):
        raise typer.BadParameter("Geef --norm en --start, of --csv; niet allebei.")
    rules = _rules(config)
    if csv is not None:
        _show(_of_file(rules, csv), as_json=as_json, as_table=True)
    elif norm is not None and start is not None:
        _show([count_term(rules, norm, read_day("--start", start))], as_json=as_json, as_table=False)


def _rules(path: Path) -> Rules:
    """Return the configured rules; without a file at the usual place the built-in ones."""
    if path == DEFAULT_CONFIG and not path.exists():
        return Rules(calendar=WorkingCalendar())
    return rules_of(read_config(path))


def _of_file(rules: Rules, path: Path) -> list[Explanation]:
    """Count every row, or refuse with every problem there is."""
    counted: list[Explanation] = []
    problems: list[Problem] = []
    with about_file(path):
        file = read_table(read_bytes(path), path.name, date_columns=frozenset({"start"}))
        check_columns(file.header, COLUMNS, COLUMNS)
        for row in file.rows:
            try:
                counted.append(_of_row(rules, row))
            except Refused as refused:
                problems += refused.problems
        if problems:
            raise Refused(*problems)
    return counted


def _of_row(rules: Rules, row: SheetRow) -> Explanation:
    column = "start"
    try:
        start_on = read_date(row.cells["start"])
        column = "norm"
        return count_term(rules, row.cells["norm"], start_on)
    except Refused as refused:
        found = [replace(problem, line=row.line, column=column) for problem in refused.problems]
        raise Refused(*found) from refused


def check_columns(header: tuple[str, ...], known: tuple[str, ...], required: tuple[str, ...]) -> None:
    """Refuse an unknown column, naming the closest known one, and a missing required one."""
    problems = [
        Problem(
            ProblemCode.COLUMN_UNKNOWN,
            {"closest": next(iter(get_close_matches(column, known, 1, 0.4)), None)},
            1,
            column,
        )
        for column in header
        if column not in known
    ]
    problems += [Problem(ProblemCode.COLUMN_MISSING, {}, 1, name) for name in required if name not in header]
    if problems:
        raise Refused(*problems)


def _show(counted: list[Explanation], *, as_json: bool, as_table: bool) -> None:
    if as_json:
        print_json([_data(one) for one in counted])
    elif as_table:
        print_page("terms", count=len(counted), table=table(_TABLE, map(_row, counted)))
    else:
        print_page("term", one=counted[0])


def _data(one: Explanation) -> dict[str, object]:
    return {
        "norm": one.norm.code,
        "start_on": one.start_on,
        "due_on": one.due_on,
        "atw_due_on": one.atw_due_on,
        "skipped": [{"on": day.on, "reason": day.reason, "source": day.source} for day in one.skipped],
        "source": one.norm.source,
    }


def _row(one: Explanation) -> tuple[str, ...]:
    days = (one.start_on, one.due_on, one.atw_due_on)
    return (one.norm.code, *(on.isoformat() for on in days), str(len(one.skipped)))


COMMANDS = {"term": command(term)}
