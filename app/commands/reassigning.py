"""`reassign`: from one person or institution to another, in bulk; the clocks run on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import typer

from app.asking import agreed, on_terminal
from app.choices import organisation_code
from app.commands.desk import Desk, desk_at
from app.commands.options import DEFAULT_CONFIG, AsJson, ConfigFile
from app.moments import read_day
from app.output import print_json, print_page
from app.reporting import say
from app.usage import command
from core.errors import Problem, ProblemCode, Refused, refuse
from core.facts import CouplingKind
from services.case_lists import CaseFilter, list_cases
from services.reassignment import Reassigned, reassign_organisation, reassign_person
from templates import phrase

_KINDS = (CouplingKind.UNPLANNED, CouplingKind.PLANNED)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked: whose cases, which these are, and what to do."""

    whose: str
    which: CaseFilter
    do: Callable[[date], Reassigned]


def reassign(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    from_name: Annotated[
        str | None, typer.Option("--from", metavar="NAAM", help="De jeugdbeschermer die de zaken nu heeft.")
    ] = None,
    to_names: Annotated[
        list[str] | None,
        typer.Option(
            "--to", metavar="NAAM", help="Wie ze krijgt; herhaal de optie voor meer mensen om de beurt."
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="SOORT", help=f"De wisseling: {' of '.join(_KINDS)}."),
    ] = None,
    from_gi: Annotated[
        str | None, typer.Option("--from-gi", metavar="GI", help="De instelling die stopt.")
    ] = None,
    to_gi: Annotated[
        str | None, typer.Option("--to-gi", metavar="GI", help="De instelling die de zaken krijgt.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATUM", help="Vanaf wanneer (anders vandaag).")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Vraagt niets.")] = False,
    as_json: AsJson = False,
) -> None:
    """Draagt alle lopende zaken over, van een mens of van een instelling. De termijnen lopen door.

    Ieder die zaken krijgt, krijgt één bericht. Bij een instelling die stopt, begint voor elke zaak het zoeken
    van een nieuwe jeugdbeschermer.
    """
    _check_usage((from_name, to_names, kind), (from_gi, to_gi))
    with desk_at(config) as desk:
        wish = _organisations(desk, from_gi, to_gi) if from_gi else _people(desk, from_name, to_names, kind)
        day = read_day("--on", on) if on else desk.house.today(desk.now)
        _confirm(desk, wish, yes=yes)
        done = wish.do(day)
    if as_json:
        to = [{"to": name, "cases": list(codes)} for name, codes in done.cases]
        print_json({"from": wish.whose, "on": day, "count": done.count, "given": to})
    else:
        print_page("reassigned", done=done, whose=wish.whose, on=day)


def _check_usage(person: Sequence[object], institution: Sequence[object]) -> None:
    if any(institution) and any(person):
        raise typer.BadParameter("Kies --from met --to en --kind, of --from-gi met --to-gi.")
    if any(institution):
        wrong = not all(institution)
        message = "Bij --from-gi hoort --to-gi."
    else:
        wrong = not all(person)
        message = "Geef --from, --to en --kind, of --from-gi en --to-gi."
    if wrong:
        raise typer.BadParameter(message)


def _people(desk: Desk, name: str | None, to_names: list[str] | None, kind: str | None) -> _Wish:
    known = {one.value: one for one in _KINDS}
    if kind not in known:
        raise refuse(ProblemCode.CHOICE_UNKNOWN, column="--kind", value=kind or "", known=tuple(known))
    whose, switch = name or "", known[kind]
    return _Wish(
        whose,
        CaseFilter(protector=whose),
        lambda on: reassign_person(
            desk.house, whose, to_names or (), on, switch, actor=desk.actor, now=desk.now
        ),
    )


def _organisations(desk: Desk, from_gi: str | None, to_gi: str | None) -> _Wish:
    rules = desk.house.rules
    whose = organisation_code(rules, from_gi) or ""
    to = organisation_code(rules, to_gi) or ""
    return _Wish(
        whose,
        CaseFilter(organisation=whose),
        lambda on: reassign_organisation(desk.house, whose, to, on, actor=desk.actor, now=desk.now),
    )


def _confirm(desk: Desk, wish: _Wish, *, yes: bool) -> None:
    """Ask on a terminal and leave on a no; refuse where nobody can answer."""
    if yes:
        return
    count = len(list_cases(desk.house, actor=desk.actor, now=desk.now, only=wish.which))
    if not on_terminal():
        raise Refused(Problem(ProblemCode.REASSIGN_CONFIRM, {"count": count}, value=wish.whose))
    if not agreed(phrase("cli.reassign_many", count=count, whose=wish.whose)):
        say(phrase("cli.not_reassigned"))
        raise typer.Exit(1)


COMMANDS = {"reassign": command(reassign)}
