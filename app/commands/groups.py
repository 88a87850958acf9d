"""`groups`: which group chats are linked to which meetings; making a link and ending one."""

from typing import Annotated

import typer

from app.commands.desk import desk_at
from app.commands.options import DEFAULT_CONFIG, AsJson, ConfigFile
from app.output import in_zone, print_json, print_page, table
from app.usage import DutchCommand, DutchGroup, group
from core.groups import GroupScope
from services.governance.group_codes import make_group_code
from services.governance.groups import GroupView, end_group, linked_groups
from services.house import House
from services.upkeep import bot_name

_TABLE = ("id", "group", "scope", "target", "set_by")

groups = group(
    cls=DutchGroup, invoke_without_command=True, help="Toont en beheert groepschats bij overleggen."
)


@groups.callback()
def all_groups(
    context: typer.Context, *, config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False
) -> None:
    """Toont welke groepschat bij welke reeks of regio hoort."""
    if context.invoked_subcommand is not None:
        return
    with desk_at(config) as desk:
        found = linked_groups(desk.house, actor=desk.actor, now=desk.now)
        data = [_data(one, desk.house) for one in found]
    if as_json:
        print_json(data)
    else:
        rows = [(str(one.number), one.title, one.scope.value, one.target, one.linked_by) for one in found]
        print_page("groups", table=table(_TABLE, rows) if rows else "")


def _data(one: GroupView, house: House) -> dict[str, object]:
    return {
        "id": one.number,
        "title": one.title,
        "scope": one.scope.value,
        "target": one.target,
        "linked_by": one.linked_by,
        "linked_at": in_zone(one.linked_at, house.rules.zone),
    }


@groups.command("link", cls=DutchCommand)
def link(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    series: Annotated[str | None, typer.Option("--series", metavar="REEKS", help="De code.")] = None,
    region: Annotated[str | None, typer.Option("--region", metavar="REGIO", help="De code.")] = None,
    as_json: AsJson = False,
) -> None:
    """Maakt een link die één keer werkt, zeven dagen lang, voor wie de reeks of regio leidt."""
    if (series is None) == (region is None):
        raise typer.BadParameter("Kies --series of --region, een van de twee.")
    scope = GroupScope.SERIES if series else GroupScope.REGION
    with desk_at(config) as desk:
        made = make_group_code(desk.house, scope, series or region or "", actor=desk.actor, now=desk.now)
        bot = bot_name(desk.house)
        data: dict[str, object] = {
            "scope": scope.value,
            "target": made.target.code,
            "code": made.code,
            "link": f"https://t.me/{bot}?startgroup={made.code}" if bot else None,
            "expires_at": in_zone(made.expires_at, desk.house.rules.zone),
        }
    if as_json:
        print_json(data)
    else:
        print_page("group_link", link=data, target=made.target.name)


@groups.command("end", cls=DutchCommand)
def end(
    number: Annotated[int, typer.Argument(metavar="NUMMER", help="Het nummer uit `groups`.")],
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Koppelt een groep los: zij hoort niets meer, en wie haar koppelde krijgt bericht."""
    with desk_at(config) as desk:
        end_group(desk.house, number, actor=desk.actor, now=desk.now)
    if as_json:
        print_json({"id": number})
    else:
        print_page("group_end", number=number)


COMMANDS = {"groups": typer.main.get_command(groups)}
