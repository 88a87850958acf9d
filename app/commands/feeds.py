"""`feed` and `export calendar`: subscriptions to calendars, and a calendar as a file."""

import os
from pathlib import Path
from typing import Annotated

import typer

from app.commands.desk import Desk, desk_at
from app.commands.options import DEFAULT_CONFIG, AsJson, ConfigFile
from app.moments import read_day
from app.output import print_json, print_page, print_text, table
from app.reporting import in_file
from app.usage import DutchCommand, DutchGroup, group, refuse_options_in_front
from core.calendars import CalendarScope
from core.errors import Problem, ProblemCode, Refused
from services.calendars.addresses import CalendarAddresses
from services.calendars.subscriptions import (
    FeedView,
    Wish,
    create_feed,
    list_feeds,
    revoke_feed,
    view_of_wish,
)
from templates import phrase
from web.feeds import calendar_desk

_TABLE = ("number", "calendar_scope", "name", "alarms", "through_on", "used", "client")

feed = group(cls=DutchGroup, invoke_without_command=True, help="Toont en beheert abonnementen op agenda's.")
export = group(cls=DutchGroup, no_args_is_help=True, help="Maakt bestanden voor mensen.")

Scope = Annotated[
    CalendarScope, typer.Option("--scope", metavar="SOORT", help=f"Welke agenda: {', '.join(CalendarScope)}.")
]
Whose = Annotated[
    str | None, typer.Option("--person", metavar="NAAM", help="Van wie hij is; nodig bij mine en team.")
]
OfSeries = Annotated[str | None, typer.Option("--series", metavar="REEKS", help="De reeks, bij series.")]
OfRegion = Annotated[str | None, typer.Option("--region", metavar="REGIO", help="De regio, bij region.")]
Alarms = Annotated[bool, typer.Option("--alarms", help="Zet er een herinnering bij.")]


@feed.callback()
def feeds(context: typer.Context, *, config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Toont wie op welke agenda is geabonneerd, en wanneer die voor het laatst is opgehaald.

    Met een opdracht erachter maak je een abonnement of trek je het in.
    """
    if context.invoked_subcommand is not None:
        refuse_options_in_front(context)
        return
    with desk_at(config) as desk:
        found = list_feeds(desk.house, actor=desk.actor, now=desk.now)
    if as_json:
        print_json([_data(one) for one in found])
    else:
        print_text(table(_TABLE, map(_row, found)) if found else phrase("cli.no_feeds"))


def _data(one: FeedView) -> dict[str, object]:
    return {
        "id": one.id,
        "scope": one.scope,
        "of": one.label or None,
        "person": one.person,
        "alarms": one.alarms,
        "created_at": one.created_at,
        "through_on": one.through_on,
        "used_on": one.used_on,
        "client": one.client,
    }


def _row(one: FeedView) -> tuple[str | None, ...]:
    through, used = (day.isoformat() if day else None for day in (one.through_on, one.used_on))
    alarms = phrase("cli.yes") if one.alarms else None
    calendar_name = phrase(f"calendars.{one.scope}", label=one.label)
    return (str(one.id), calendar_name, one.person, alarms, through, used, one.client)


@feed.command("create", cls=DutchCommand)
def create(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    scope: Scope,
    person: Whose = None,
    series: OfSeries = None,
    region: OfRegion = None,
    alarms: Alarms = False,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATUM", help="De laatste dag; anders zonder einde.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Maakt een abonnement. Het adres is geheim en staat alleen hier, één keer."""
    through_on = read_day("--until", until) if until else None
    wish = Wish(scope, _target(scope, series, region), person, alarms, through_on)
    with desk_at(config) as desk:
        made = create_feed(desk.house, wish, actor=desk.actor, now=desk.now)
    if as_json:
        print_json({"id": made.id, "url": made.url, "scope": made.scope})
    else:
        reachable = CalendarAddresses(made.url, made.label).is_reachable
        print_page("feed_created", feed=made, person=person, reachable=reachable)


def _target(scope: CalendarScope, series: str | None, region: str | None) -> str:
    """Return what the scope is of; refuses an option that belongs to another scope."""
    given = {CalendarScope.SERIES: series, CalendarScope.REGION: region}
    for other, value in given.items():
        if other is not scope and value is not None:
            raise typer.BadParameter(f"--{other} hoort bij --scope {other}.")
    return given.get(scope) or ""


@feed.command("revoke", cls=DutchCommand)
def revoke(
    number: Annotated[int, typer.Argument(metavar="NUMMER", help="Het nummer uit de lijst.")],
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Trekt een abonnement in; het adres geeft meteen niets meer."""
    with desk_at(config) as desk:
        ran = revoke_feed(desk.house, number, actor=desk.actor, now=desk.now)
    if as_json:
        print_json({"id": number, "revoked": ran})
    else:
        print_text(phrase("cli.feed_revoked" if ran else "cli.feed_ended", number=number))


@export.callback()
def files() -> None:
    """Maakt bestanden voor mensen."""


@export.command("calendar", cls=DutchCommand)
def calendar(
    file: Annotated[Path, typer.Argument(metavar="BESTAND.ics", help="Waar het bestand komt.")],
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    scope: Scope = CalendarScope.GOVERNANCE,
    person: Whose = None,
    series: OfSeries = None,
    region: OfRegion = None,
    alarms: Alarms = False,
    force: Annotated[bool, typer.Option("--force", help="Vervangt een bestand dat er al is.")] = False,
) -> None:
    """Schrijft een agenda naar een bestand: dezelfde inhoud als het abonnement, op dit moment."""
    if file.suffix.lower() != ".ics":
        named = {"expected": ".ics", "closest": str(file.with_suffix(".ics"))} if file.name else {}
        raise Refused(in_file(Problem(ProblemCode.FILE_ENDING, named), file))
    if (file.exists() or file.is_symlink()) and not force:
        raise Refused(in_file(Problem(ProblemCode.FILE_EXISTS), file))
    wish = Wish(scope, _target(scope, series, region), person, alarms)
    with desk_at(config) as desk:
        body = _body(desk, wish)
    _write(file, body)
    print_text(phrase("cli.exported", file=str(file), events=body.count(b"BEGIN:VEVENT")))


def _body(desk: Desk, wish: Wish) -> bytes:
    view = view_of_wish(desk.house, wish, actor=desk.actor, now=desk.now)
    return calendar_desk(desk.house).view(view, now=desk.now).body


def _write(file: Path, body: bytes) -> None:
    """Write the whole file or nothing: a reader never sees half of it."""
    half = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        half.write_bytes(body)
        half.replace(file)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise Refused(in_file(Problem(ProblemCode.FILE_NOT_WRITABLE), file)) from error


COMMANDS = {"feed": typer.main.get_command(feed), "export": typer.main.get_command(export)}
