"""`messages`: what went out, what waits and what did not arrive."""

from datetime import datetime
from typing import Annotated

import typer

from app.commands.desk import desk_at
from app.commands.options import DEFAULT_CONFIG, AsJson, ConfigFile
from app.output import in_zone, print_json, print_page, table
from app.usage import command
from core.errors import ProblemCode, refuse
from core.outbox import MessageState
from services.directory import read_directory
from services.house import House
from services.message_log import MessageLine, list_messages
from templates import known_phrases, phrase

_COLUMNS = ("id", "on", "recipient", "kind", "state", "channel", "attempts", "outcome", "last_at")


def messages(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="STAND", help=f"Alleen in deze stand: {', '.join(MessageState)}."),
    ] = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="NAAM", help="Alleen voor deze gebruikersnaam.")
    ] = None,
    most: Annotated[
        str,
        typer.Option(
            "--most", metavar="AANTAL", show_default=False, help="Hooguit zoveel, de nieuwste (anders 200)."
        ),
    ] = "200",
    as_json: AsJson = False,
) -> None:
    """Toont welke berichten verstuurd zijn, welke wachten en welke niet aankwamen; nooit wat erin staat."""
    wanted, limit = _state(state), _limit(most)
    with desk_at(config) as desk:
        if person and read_directory(desk.house, desk.now).named(person) is None:
            raise refuse(ProblemCode.PERSON_UNKNOWN, column="--person", value=person)
        found = list_messages(
            desk.house, actor=desk.actor, now=desk.now, state=wanted, person=person, most=limit
        )
        data = [_data(line, desk.house) for line in found.lines]
        rows = [_row(line, desk.house) for line in found.lines]
    if as_json:
        print_json(data)
    else:
        print_page("messages", table=table(_COLUMNS, rows) if rows else "", count=len(rows), more=found.more)


def _state(text: str | None) -> MessageState | None:
    if text is None:
        return None
    try:
        return MessageState(text.lower())
    except ValueError as error:
        known = tuple(MessageState)
        raise refuse(ProblemCode.STATUS_UNKNOWN, column="--state", value=text, known=known) from error


def _limit(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise typer.BadParameter("Geef een getal vanaf 1.", param_hint="'--most'")
    return int(text)


def _data(line: MessageLine, house: House) -> dict[str, object]:
    message = line.message
    return {
        "id": message.id,
        "on": message.day_on,
        "recipient": line.recipient,
        "kind": message.kind,
        "state": message.state,
        "channel": line.channel,
        "attempts": message.attempts,
        "repeated": message.repeated,
        "send_after": _local(message.send_after, house),
        "sent_at": _local(message.sent_at, house),
        "last_outcome": line.last_outcome,
        "last_at": _local(line.last_at, house),
    }


def _row(line: MessageLine, house: House) -> tuple[str | None, ...]:
    message = line.message
    last_at = _local(line.last_at, house)
    return (
        str(message.id),
        message.day_on.isoformat(),
        line.recipient,
        phrase(f"cli.kind_{message.kind}"),
        phrase(f"message_state.{message.state}"),
        line.channel,
        str(message.attempts),
        _outcome(line.last_outcome),
        last_at[:16].replace("T", " ") if last_at else "",
    )


def _outcome(outcome: str | None) -> str:
    known = known_phrases()["delivery"]
    return known.get(outcome, outcome) if outcome else ""


def _local(moment: datetime | None, house: House) -> str | None:
    return in_zone(moment, house.rules.zone)


COMMANDS = {"messages": command(messages)}
