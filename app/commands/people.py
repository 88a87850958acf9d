"""`people`: who there is, adding and importing people, inviting them, taking access away."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.desk import Desk, desk_at
from app.commands.options import DEFAULT_CONFIG, AsJson, ConfigFile
from app.commands.term import check_columns
from app.invitation_links import invitation_data
from app.output import print_json, print_page, table
from app.people_forms import Wishes, as_row, person_data, wished_person
from app.reporting import about_file, in_file, read_bytes, refusal, say_refused
from app.usage import DutchCommand, DutchGroup, group, refuse_options_in_front
from core.errors import Problem, ProblemCode, Refused, refuse
from core.people import Person, Role
from services.directory import read_directory
from services.invitations import invite, invite_by_mail
from services.people import COLUMNS, add_person, import_people, list_people, revoke, sync_contacts
from sheets import read_table
from templates import phrase

_TABLE = ("name", "roles", "organisation", "team", "region", "fte", "days", "address", "access")
_REQUIRED = ("naam", "rollen")

people = group(cls=DutchGroup, invoke_without_command=True, help="Toont en beheert wie wat mag.")

Roles = Annotated[
    list[str] | None,
    typer.Option("--role", metavar="ROL", help="Een rol; herhaal de optie of gebruik komma's."),
]
Gi = Annotated[str | None, typer.Option("--gi", metavar="GI", help="De instelling waar iemand werkt.")]
Team = Annotated[str | None, typer.Option("--team", metavar="TEAM", help="Het team.")]
Region = Annotated[str | None, typer.Option("--region", metavar="REGIO", help="De regio.")]
Mail = Annotated[str | None, typer.Option("--mail", metavar="ADRES", help="Het mailadres.")]


@people.callback()
def everybody(
    context: typer.Context, *, config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False
) -> None:
    """Toont iedereen met rollen, instelling en of diegene te bereiken is.

    Met een opdracht erachter beheer je mensen.
    """
    if context.invoked_subcommand is not None:
        refuse_options_in_front(context)
        return
    with desk_at(config) as desk:
        sync_contacts(desk.house, desk.now)
        found, _ = list_people(desk.house, actor=desk.actor, now=desk.now)
        data = [person_data(person, desk.house.rules) for person in found]
    if as_json:
        print_json(data)
    else:
        print_page("people", count=len(found), table=table(_TABLE, map(_row, found)) if found else "")


def _row(person: Person) -> tuple[str | None, ...]:
    days = "".join(phrase(f"weekday.{day}") + " " for day in sorted(person.days.weekdays)).strip()
    address = ", ".join(word for word in (_chat(person), person.mail) if word)
    access = phrase("cli.revoked") if person.revoked_at else ""
    fte = str(person.fte).replace(".", ",") if person.fte is not None else None
    roles = ", ".join(sorted(person.roles))
    return (person.name, roles, person.organisation, person.team, person.region, fte, days, address, access)


def _chat(person: Person) -> str | None:
    return "Telegram" if person.chat_id is not None else None


@people.command("add", cls=DutchCommand)
def add(
    name: Annotated[str, typer.Argument(metavar="NAAM", help="De gebruikersnaam, zoals jb-07.")],
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    role: Roles = None,
    gi: Gi = None,
    team: Team = None,
    region: Region = None,
    fte: Annotated[str | None, typer.Option("--fte", metavar="FTE", help="Bijvoorbeeld 0,8.")] = None,
    days: Annotated[
        str | None, typer.Option("--days", metavar="DAGEN", help="Eigen werkdagen, bijvoorbeeld ma,di,do.")
    ] = None,
    mail: Mail = None,
    as_json: AsJson = False,
) -> None:
    """Voegt iemand toe, met een of meer rollen."""
    wishes = Wishes(tuple(role or ()), gi, team, region, fte, days, mail)
    with desk_at(config) as desk:
        new = wished_person(name, wishes, desk.house.rules)
        person = add_person(desk.house, new, actor=desk.actor, now=desk.now)
        data = person_data(person, desk.house.rules)
    if as_json:
        print_json(data)
    else:
        print_page("person_added", person=person.name, is_contact=Role.CONTACT in person.roles)


@people.command("import", cls=DutchCommand)
def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="BESTAND", help=f"CSV of XLSX met de kolommen {', '.join(COLUMNS)}.")
    ],
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Kijkt alleen wat er zou gebeuren.")] = False,
    as_json: AsJson = False,
) -> None:
    """Leest een bestand met mensen in: nieuwe erbij, bekende bijgewerkt, niemand weg. Alle regels of geen."""
    with desk_at(config) as desk:
        rows = _rows(file)
        report = import_people(desk.house, rows, actor=desk.actor, now=desk.now, dry_run=dry_run)
    if as_json:
        counts = {"rows": report.rows, "created": len(report.created), "changed": len(report.changed)}
        refused = [refusal(problem) for problem in report.refused]
        print_json(counts | {"unchanged": report.unchanged, "refused": refused})
    else:
        print_page("people_import", report=report, dry_run=dry_run)
    say_refused(in_file(problem, file) for problem in report.refused)
    if report.refused:
        raise typer.Exit(1)


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    with about_file(file):
        found = read_table(read_bytes(file), file.name)
        check_columns(found.header, COLUMNS, _REQUIRED)
        return [(row.line, row.cells) for row in found.rows]


@people.command("invite", cls=DutchCommand)
def invite_person(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    name: Annotated[str, typer.Option("--name", metavar="NAAM", help="De gebruikersnaam.")],
    role: Roles = None,
    gi: Gi = None,
    team: Team = None,
    region: Region = None,
    mail: Mail = None,
    send: Annotated[
        bool, typer.Option("--send", help="Mailt de uitnodiging, in plaats van haar hier te tonen.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Nodigt iemand uit met een link die één keer werkt, zeven dagen lang.

    Wie nog niet bekend is, komt er met --role bij. Een eerdere uitnodiging vervalt. Wie geen toegang meer
    had, krijgt die terug.
    """
    wishes = Wishes(tuple(role or ()), gi, team, region, None, None, mail)
    with desk_at(config) as desk:
        _make_known(desk, name, wishes)
        data = _send(desk, name) if send else _fresh(desk, name)
    if as_json:
        print_json(data)
    else:
        print_page("invitation", invitation=data)


def _make_known(desk: Desk, name: str, wishes: Wishes) -> None:
    """Add who is new and has a role; change what is wished of who is known."""
    present = read_directory(desk.house, desk.now).named(name)
    if present is None and not wishes.roles:
        raise refuse(ProblemCode.PERSON_UNKNOWN, column="--name", value=name)
    if Role.CONTACT.value in wishes.role_names or (present and Role.CONTACT in present.roles):
        raise refuse(ProblemCode.CONTACT_IS_NOT_INVITED, column="--name", value=name)
    if not wishes.any:
        return
    row = as_row(name, present, wishes, desk.house.rules)
    report = import_people(desk.house, [(0, row)], actor=desk.actor, now=desk.now)
    if report.refused:
        raise Refused(*report.refused)


def _fresh(desk: Desk, name: str) -> dict[str, object]:
    invitation = invite(desk.house, name, actor=desk.actor, now=desk.now)
    return invitation_data(desk.house, invitation) | {"mailed": False}


def _send(desk: Desk, name: str) -> dict[str, object]:
    """Queue the mail; its code is made when it goes out, so that there is none to show."""
    if not desk.config.mail.enabled:
        details = {"key": "mail.enabled", "expected": "true"}
        raise Refused(Problem(ProblemCode.CONFIG_WRONG_VALUE, details, value="false"))
    mailed = invite_by_mail(desk.house, name, actor=desk.actor, now=desk.now)
    return {"name": name, "code": None, "link": None, "expires_at": None, "mailed": mailed}


@people.command("revoke", cls=DutchCommand)
def revoke_access(
    name: Annotated[str, typer.Argument(metavar="NAAM", help="De gebruikersnaam.")],
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Trekt meteen alle toegang in: chat, uitnodigingen en wat nog verstuurd zou worden."""
    with desk_at(config) as desk:
        held = revoke(desk.house, name, actor=desk.actor, now=desk.now)
    if as_json:
        print_json({"name": name, "cases": held})
    else:
        print_page("revoked", person=name, cases=held)


COMMANDS = {"people": typer.main.get_command(people)}
