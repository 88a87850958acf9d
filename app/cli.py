"""The command line: which commands there are, and how every command ends.

What a command needs is imported when it is used, so that help is there at once.
"""

import os
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

import typer
from typer.exceptions import Abort, TyperException

from app.usage import DutchGroup, group, wrong_usage
from core.errors import Refused

REFUSED, WRONG_USAGE, INTERRUPTED, PIPE_CLOSED = 1, 2, 130, 141


@dataclass(frozen=True, slots=True)
class _Command:
    """In which module of `app.commands` a command is, and what it does in one line."""

    module: str
    summary: str


COMMANDS = {
    "init": _Command("start", "Maakt config.toml en de database, en nodigt de eerste beheerder uit."),
    "run": _Command("service", "Start de dienst: bot, klussen en website."),
    "tick": _Command("service", "Doet één ronde van de klussen en stopt; voor cron."),
    "preview": _Command("service", "Toont welke berichten in een periode zouden gaan; verstuurt niets."),
    "import": _Command("imports", "Leest een bestand met zaken in (CSV of XLSX)."),
    "cases": _Command("cases", "Toont de lijst met zaken."),
    "case": _Command("cases", "Toont alles van één zaak."),
    "term": _Command("term", "Rekent een termijn uit en legt uit hoe er geteld is."),
    "escalation": _Command("escalations", "Toont wie een opschaling had, wanneer, en met welk antwoord."),
    "explain": _Command("escalations", "Legt uit waarom een termijn niet gehaald wordt, en tot wanneer."),
    "waiting": _Command("escalations", "Toont wie op hulp wacht, in drie groepen."),
    "blockers": _Command("blockers", "Toont en beheert wat hulp ergens tegenhoudt."),
    "route": _Command("escalations", "Toont de route van opschalen voor een gemeente."),
    "reassign": _Command("reassigning", "Draagt alle zaken van iemand of van een instelling over."),
    "calendar": _Command("calendar", "Toont overleggen, aanleveringen en data van een periode."),
    "submissions": _Command("calendar", "Toont wie heeft aangeleverd en wie nog niet."),
    "plan": _Command("calendar", "Toont de acties van de plannen met hun kleur."),
    "feed": _Command("feeds", "Toont en beheert abonnementen op agenda's."),
    "export": _Command("feeds", "Maakt bestanden voor mensen, zoals een agenda."),
    "groups": _Command("groups", "Toont en beheert groepschats bij overleggen."),
    "people": _Command("people", "Toont en beheert wie wat mag."),
    "messages": _Command("messages", "Toont wat verstuurd is, wat wacht en wat niet aankwam."),
    "doctor": _Command("checkup", "Controleert of alles klaar is en zegt wat er nog moet."),
}


class _Commands(DutchGroup):
    """The commands by name, each imported when it is used."""

    def list_commands(self, _ctx: Any) -> list[str]:  # noqa: ANN401 - the context's class is Typer's own secret
        """Return the names in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
        """Return the command, or None when there is no such one."""
        known = COMMANDS.get(cmd_name)
        return import_module(f"app.commands.{known.module}").COMMANDS[cmd_name] if known else None

    def format_commands(self, _ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the list of the help page without importing anything."""
        with formatter.section("Opdrachten"):
            formatter.write_dl([(name, known.summary) for name, known in COMMANDS.items()])


application = group(cls=_Commands, no_args_is_help=True)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if wanted:
        try:
            typer.echo(f"termijnwacht {version('termijnwacht')}")
        except PackageNotFoundError:
            typer.echo("termijnwacht")
        raise typer.Exit


@application.callback()
def termijnwacht(
    *,
    verbose: Annotated[bool, typer.Option("--verbose", help="Toont bij een fout waar het misging.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", help="Toont de versie.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Termijnwacht bewaakt de termijnen waar de bescherming van een kind van afhangt.

    Elke opdracht heeft een eigen uitleg: termijnwacht OPDRACHT --help.
    Een opdracht eindigt met 0 (gedaan), 1 (geweigerd), 2 (verkeerd gebruikt) of 3 (niet klaar).
    """
    if verbose:
        os.environ["TERMIJNWACHT_DEBUG"] = "1"


def main() -> None:
    """Run the command that the arguments name and leave with its status."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8")
    sys.exit(run(sys.argv[1:]))


def run(args: list[str]) -> int:
    """Run a command and return its exit status; whatever goes wrong is said on stderr in Dutch."""
    try:
        status = typer.main.get_command(application).main(args, "termijnwacht", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        return _say_usage(error)
    except (KeyboardInterrupt, Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return _leave_pipe()
    except SystemExit as leaving:  # Typer's own end of a closed pipe
        return PIPE_CLOSED if isinstance(leaving.__context__, BrokenPipeError) else _status(leaving.code)
    except Exception as error:  # noqa: BLE001 - the last place that can say it plainly
        return _say_error(error)
    return _status(status)


def _status(code: object) -> int:
    return code if isinstance(code, int) else 0


def _leave_pipe() -> int:
    """Keep Python from complaining once more at its end that nobody reads."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED


def _say_usage(error: TyperException) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(error.format_message(), err=True)
        return WRONG_USAGE
    if context is not None:
        typer.echo(context.get_usage(), err=True)
        typer.echo(f"Uitleg: {context.command_path} --help", err=True)
    typer.echo(wrong_usage(error.format_message(), tuple(COMMANDS)), err=True)
    return WRONG_USAGE


def _say_error(error: Exception) -> int:
    from app.reporting import say_refused, say_unexpected  # noqa: PLC0415 - words cost time; help needs none

    if isinstance(error, Refused):
        say_refused(error.problems)
    else:
        say_unexpected(error)
    return REFUSED
