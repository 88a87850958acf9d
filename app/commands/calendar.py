"""`calendar`, `submissions` and `plan`: what was agreed, who has not handed in, how the actions stand."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from app.commands.desk import desk_at
from app.commands.options import DEFAULT_CONFIG, AsJson, ConfigFile
from app.moments import read_day
from app.output import in_zone, print_json, print_text, table
from app.usage import command
from core.clocktime import local_moment
from services.governance.overview import Entry, agenda, board, submissions_at
from templates import phrase, wall_time

_AGENDA = ("starts", "working_due", "kind", "title", "state")
_SUBMISSIONS = ("title", "due", "working_due", "organisation", "state", "outcome")
_PLAN = ("title", "action", "period", "state")


def calendar(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    first: Annotated[str, typer.Option("--from", metavar="DATUM", help="De eerste dag.")],
    last: Annotated[str, typer.Option("--to", metavar="DATUM", help="De laatste dag; die telt mee.")],
    as_json: AsJson = False,
) -> None:
    """Toont de overleggen, voorbereidingen, aanleveringen en data van een periode."""
    from_on, to_on = read_day("--from", first), read_day("--to", last)
    with desk_at(config) as desk:
        found = agenda(desk.house, from_on, to_on, actor=desk.actor, now=desk.now)
        zone = desk.house.rules.zone
        data = [_entry(one, zone=zone) for one in found]
    if as_json:
        print_json(data)
        return
    rows = [
        (
            one.on.isoformat() + (f" {wall_time(one.at)}" if one.at else ""),
            one.working_due_on.isoformat() if one.working_due_on else "",
            phrase(f"calendar.{one.kind}"),
            one.title,
            phrase(f"meeting.{one.status}") + (f" ({', '.join(one.missing)})" if one.missing else ""),
        )
        for one in found
    ]
    print_text(table(_AGENDA, rows) if rows else phrase("cli.nothing_agreed"))


def _entry(one: Entry, *, zone: ZoneInfo) -> dict[str, object]:
    """Return an entry as data: a moment where it has a time, else the day on which it is due."""
    starts_at = None
    if one.at is not None:
        starts_at = in_zone(local_moment(one.on, one.at, zone), zone)
    when: dict[str, object] = {"starts_at": starts_at} if starts_at else {"due_on": one.on}
    return {
        "series": one.ref.code,
        "kind": one.kind,
        **when,
        "working_due_on": one.working_due_on,
        "status": one.status,
        "title": one.title,
        "original_on": one.ref.original_on if one.kind in ("meeting", "submission", "preparation") else None,
        "place": one.place,
        "said": one.said or None,
        "missing": list(one.missing),
        "drift_days": one.drift,
        "cases": list(one.cases),
    }


def submissions(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATUM", help="Op welke dag; anders vandaag.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Toont wie wat heeft aangeleverd en wie nog niet."""
    with desk_at(config) as desk:
        day = read_day("--on", on) if on else desk.house.today(desk.now)
        found = submissions_at(desk.house, day, actor=desk.actor, now=desk.now)
    rows = [(occurrence, one) for occurrence, owed in found for one in owed]
    if as_json:
        print_json(
            [
                {
                    "series": one.series.code,
                    "title": one.series.title,
                    "organisation": one.organisation,
                    "due_on": one.due_on,
                    "working_due_on": one.working_due_on,
                    "status": one.status,
                    "value": one.receipt.value if one.receipt else None,
                    "received_on": one.receipt.received_on if one.receipt else None,
                    "corrections": max(len(one.receipts) - 1, 0),
                }
                for _, one in rows
            ]
        )
        return
    cells = [
        (
            one.series.title,
            one.due_on.isoformat(),
            one.working_due_on.isoformat(),
            one.organisation,
            phrase(f"meeting.{one.status}"),
            one.receipt.value if one.receipt else "",
        )
        for _, one in rows
    ]
    print_text(table(_SUBMISSIONS, cells) if cells else phrase("cli.nothing_agreed"))


def plan(*, config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Toont de acties van de plannen met hun kleur, en welke hun periode voorbij zijn zonder bericht."""
    with desk_at(config) as desk:
        found = board(desk.house, actor=desk.actor, now=desk.now)
    if as_json:
        print_json(
            [
                {
                    "plan": plan.code,
                    "action": one.action.code,
                    "title": one.action.title,
                    "owner": one.action.owner,
                    "period": one.action.period.said,
                    "latest_on": one.action.period.latest_on,
                    "colour": one.colour,
                    "silent": one.silent,
                    "why": one.words[-1].why if one.words else None,
                }
                for plan, states in found
                for one in states
            ]
        )
        return
    rows = [
        (
            plan.title,
            one.action.title,
            one.action.period.said,
            one.colour + (f" ({phrase('cli.silent')})" if one.silent else ""),
        )
        for plan, states in found
        for one in states
    ]
    print_text(table(_PLAN, rows) if rows else phrase("cli.nothing_agreed"))


COMMANDS = {
    "calendar": command(calendar),
    "submissions": command(submissions),
    "plan": command(plan),
}
