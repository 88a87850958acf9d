"""`import`: a file of cases, with a look first at what it would set going."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from app.asking import agreed, on_terminal
from app.commands.desk import Desk, desk_at
from app.commands.options import DEFAULT_CONFIG, AsJson, ConfigFile
from app.output import print_json, print_page
from app.reporting import about_file, in_file, read_bytes, refusal, say, say_refused
from app.usage import command
from core.errors import Problem, ProblemCode, Refused
from services.imports import ImportReport, import_cases
from templates import phrase

_ZIP = b"PK"


@dataclass(frozen=True, slots=True)
class _Job:
    """A file to import, and how."""

    desk: Desk
    path: Path
    content: bytes
    partial: bool
    quiet: bool

    def do(self, *, dry_run: bool) -> ImportReport:
        """Import, or with `dry_run` only find out what that would do."""
        with about_file(self.path), _progress(self) as progress:
            return import_cases(
                self.desk.house,
                self.content,
                self.path.name,
                actor=self.desk.actor,
                now=self.desk.now,
                dry_run=dry_run,
                partial=self.partial,
                progress=progress,
            )


def import_file(
    file: Annotated[Path, typer.Argument(metavar="BESTAND", help="CSV of XLSX met een regel kolomnamen.")],
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Kijkt alleen wat er zou gebeuren.")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Leest de goede regels in, ook als andere geweigerd worden.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Vraagt niets, ook als er veel berichten gaan.")] = False,
    as_json: AsJson = False,
) -> None:
    """Leest een bestand met zaken in. Hetzelfde bestand twee keer verandert niets.

    Alle regels of geen, tenzij --partial. Een zaak die niet in het bestand staat, wordt gemeld en blijft
    zoals hij is.
    """
    with desk_at(config) as desk:
        job = _Job(desk, file, read_bytes(file), partial, as_json)
        report = _import(job, dry_run=dry_run, yes=yes)
    if as_json:
        print_json(_data(report))
    else:
        print_page("import", report=report, dry_run=dry_run, shown_missing=report.missing[:20])
    say_refused(in_file(problem, file) for problem in report.refused)
    if report.refused_rows:
        raise typer.Exit(1)


def _import(job: _Job, *, dry_run: bool, yes: bool) -> ImportReport:
    """Look first, unless that is all that is asked or the answer is known."""
    if dry_run or yes:
        return job.do(dry_run=dry_run)
    report = job.do(dry_run=True)
    if report.refused_rows and not job.partial:
        return report
    if report.messages > job.desk.house.rules.notices.many_messages:
        _confirm(report.messages, job)
    return job.do(dry_run=False)


def _confirm(messages: int, job: _Job) -> None:
    """Ask on a terminal and leave on a no; refuse where nobody can answer."""
    if not on_terminal():
        limit = job.desk.house.rules.notices.many_messages
        details = {"messages": messages, "limit": limit, "file": str(job.path)}
        raise Refused(Problem(ProblemCode.CONFIRMATION_NEEDED, details))
    if not agreed(phrase("cli.many_messages", messages=messages)):
        say(phrase("cli.not_imported"))
        raise typer.Exit(1)


@contextmanager
def _progress(job: _Job) -> Iterator[Callable[[int], None]]:
    """Give what is told the number of rows done; on a terminal it moves a bar."""
    if job.quiet or not sys.stderr.isatty():
        yield lambda _done: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(phrase("cli.reading"), total=_rows_about(job.content))
        yield lambda done: bar.update(task, completed=done)


def _rows_about(content: bytes) -> int | None:
    """Return about how many rows a text file has; None for a packed one."""
    return None if content.startswith(_ZIP) else max(content.count(b"\n") - 1, 1)


def _data(report: ImportReport) -> dict[str, object]:
    return {
        "rows": report.rows,
        "created": report.created,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "refused": [refusal(problem) for problem in report.refused],
        "refused_rows": report.refused_rows,
        "unnamed": report.unnamed,
        "messages": report.messages,
        "missing": list(report.missing),
        "backlog": report.backlog,
        "shifts": asdict(report.shifts),
        "kept": report.kept,
    }


COMMANDS = {"import": command(import_file)}
