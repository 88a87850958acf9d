"""`blockers`: what keeps help from starting somewhere for a while; registering and ending it."""

from typing import Annotated

import typer

from app.commands.desk import Desk, desk_at
from app.commands.options import DEFAULT_CONFIG, AsJson, ConfigFile
from app.moments import read_day
from app.output import print_json, print_page, table
from app.usage import DutchCommand, DutchGroup, group
from core.errors import ProblemCode, refuse
from core.escalations import Blocker
from services.blockers import lift_blocker, present_blockers, register_blocker

_TABLE = ("id", "kind", "place", "help_kind", "region", "from_on", "through_on", "set_by")

blockers = group(
    cls=DutchGroup, invoke_without_command=True, help="Toont en beheert wat hulp ergens tegenhoudt."
)


@blockers.callback()
def all_blockers(
    context: typer.Context, *, config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False
) -> None:
    """Toont wat hulp nu of binnenkort tegenhoudt: een plafond, een opnamestop, een wachtlijst."""
    if context.invoked_subcommand is not None:
        return
    with desk_at(config) as desk:
        found = present_blockers(desk.house, actor=desk.actor, now=desk.now)
        rows = [_row(one, desk) for one in found]
    if as_json:
        print_json([blocker_data(one) for one in found])
    else:
        print_page("blockers", count=len(found), table=table(_TABLE, rows) if rows else "")


def blocker_data(one: Blocker) -> dict[str, object]:
    """Return a blocker as JSON shows it."""
    return {
        "id": one.id,
        "kind": one.kind,
        "place": one.place,
        "help_kind": one.help_kind,
        "region": one.region,
        "from_on": one.from_on,
        "through_on": one.through_on,
        "set_by": one.set_by,
    }


def _row(one: Blocker, desk: Desk) -> tuple[str | None, ...]:
    rules = desk.house.rules
    kinds, helps = rules.escalation.blocker_kinds, rules.escalation.help_kinds
    return (
        str(one.id),
        kinds[one.kind].label if one.kind in kinds else one.kind,
        one.place,
        helps[one.help_kind].label if one.help_kind and one.help_kind in helps else one.help_kind,
        rules.regions.get(one.region or "", one.region),
        one.from_on.isoformat(),
        one.through_on.isoformat() if one.through_on else None,
        one.set_by,
    )


@blockers.command("add", cls=DutchCommand)
def add(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    kind: Annotated[str, typer.Option("--kind", metavar="SOORT", help="Het soort, zoals plafond.")],
    place: Annotated[
        str, typer.Option("--place", metavar="PLAATS", help="De aanbieder of gemeente; nooit een persoon.")
    ],
    help_kind: Annotated[
        str | None, typer.Option("--help-kind", metavar="HULP", help="Alleen voor deze soort hulp.")
    ] = None,
    region: Annotated[str | None, typer.Option("--region", metavar="REGIO", help="Alleen hier.")] = None,
    from_on: Annotated[
        str | None, typer.Option("--from", metavar="DATUM", help="Vanaf wanneer (anders vandaag).")
    ] = None,
    through_on: Annotated[
        str | None, typer.Option("--to", metavar="DATUM", help="Tot en met wanneer, als dat bekend is.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Legt vast wat hulp tegenhoudt: bij het kiezen van zulke hulp is het te zien."""
    with desk_at(config) as desk:
        first = read_day("--from", from_on) if from_on else desk.house.today(desk.now)
        last = read_day("--to", through_on) if through_on else None
        made = register_blocker(
            desk.house,
            kind,
            place,
            first,
            last,
            help_kind=help_kind,
            region=region,
            actor=desk.actor,
            now=desk.now,
        )
    if as_json:
        print_json(blocker_data(made))
    else:
        print_page("blocker", blocker=made, ended=None)


@blockers.command("end", cls=DutchCommand)
def end(
    number: Annotated[str, typer.Argument(metavar="NUMMER", help="Het nummer uit de lijst.")],
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATUM", help="De laatste dag (anders vandaag).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Zet de laatste dag van wat hulp tegenhoudt."""
    with desk_at(config) as desk:
        last = read_day("--on", on) if on else desk.house.today(desk.now)
        if not number.isdecimal():
            raise refuse(ProblemCode.BLOCKER_UNKNOWN, value=number)
        lift_blocker(desk.house, int(number), last, actor=desk.actor, now=desk.now)
    if as_json:
        print_json({"id": int(number), "through_on": last})
    else:
        print_page("blocker", blocker=None, ended=last)


COMMANDS = {"blockers": typer.main.get_command(blockers)}
