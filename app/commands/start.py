"""`init`: a configuration, a database and a first administrator, where there are none."""

from dataclasses import dataclass
from typing import Annotated

import typer

from app.commands.desk import read_config
from app.commands.options import DEFAULT_CONFIG, AsJson, ConfigFile
from app.config import Config, rules_of
from app.example import write_config
from app.invitation_links import invitation_data
from app.moments import present_moment
from app.opening import keep_private, sqlite_file, store_of
from app.output import print_json, print_page
from app.usage import command
from core.clocktime import local_date
from services.governance.guard import start_governance
from services.house import House
from services.invitations import Invitation, first_administrator
from services.people import sync_contacts
from services.rules_change import apply_changed_rules
from storage.schema import migrate


@dataclass(frozen=True, slots=True)
class _Started:
    """What `init` did with the database."""

    database_changed: bool
    invitation: Invitation | None
    data: dict[str, object] | None


def init(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    name: Annotated[
        str,
        typer.Option(
            "--name", metavar="NAAM", show_default=False, help="De eerste beheerder (anders beheer-1)."
        ),
    ] = "beheer-1",
    as_json: AsJson = False,
) -> None:
    """Maakt config.toml en de database, en nodigt de eerste beheerder uit.

    Wat er al is, blijft zoals het is.
    """
    written = write_config(config, local_date(present_moment()))
    started = _start(read_config(config), name)
    report = {
        "config": str(config),
        "config_written": written,
        "database_changed": started.database_changed,
        "invitation": started.data,
    }
    if as_json:
        print_json(report)
    else:
        print_page("init", **report)


def _start(config: Config, name: str) -> _Started:
    keep_private(sqlite_file(config))
    store = store_of(config)
    try:
        changed = migrate(store)
        house = House(store, rules_of(config), "cli")
        sync_contacts(house, present_moment())
        apply_changed_rules(house, present_moment())
        start_governance(house, present_moment())
        invitation = first_administrator(house, name, present_moment())
        return _Started(changed, invitation, invitation_data(house, invitation) if invitation else None)
    finally:
        store.close()


COMMANDS = {"init": command(init)}
