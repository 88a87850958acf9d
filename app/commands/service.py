"""`run`, `tick` and `preview`: the service, one pass of it, and a rehearsal."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from app.commands.desk import read_config
from app.commands.options import DEFAULT_CONFIG, AsJson, ConfigFile
from app.config import rules_of
from app.moments import read_day, read_instant
from app.output import in_zone, print_json, print_page, table
from app.usage import command
from core.errors import ProblemCode, refuse
from services.delivery import NO_ADDRESS, Delivered
from templates import known_phrases, phrase

PARTS = frozenset({"bot", "jobs", "web"})
_COLUMNS = ("on", "recipient", "role", "channel", "kind", "subjects", "outcome")


def run(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    only: Annotated[
        str, typer.Option("--only", metavar="DELEN", help="Alleen deze delen: bot, jobs, web (met komma's).")
    ] = "",
) -> None:
    """Start de dienst: bot, klussen en website in één proces, of een deel ervan.

    Ctrl-C stopt de dienst netjes.
    """
    parts, loaded = _parts(only), read_config(config)
    from app.serving import serve  # noqa: PLC0415 - the whole service, for who asks it only

    serve(loaded, parts)


def _parts(only: str) -> frozenset[str]:
    named = frozenset(part.strip().lower() for part in only.split(",") if part.strip())
    unknown = sorted(named - PARTS)
    if unknown:
        raise typer.BadParameter(
            f"{', '.join(unknown)} is geen deel; kies uit bot, jobs en web.", param_hint="'--only'"
        )
    return named or PARTS


def tick(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="TIJDSTIP", help="Alsof het nu zo laat is: 2026-09-01T08:30 (lokale tijd)."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Doet één hele ronde: plannen, opschalen en versturen. Daarna stopt het; voor cron en proeven.

    Dit verstuurt echt, tenzij [notices] live uit staat.
    """
    loaded = read_config(config)
    zone = rules_of(loaded).zone
    moment = read_instant(at, zone) if at else None
    from app.tick import run_tick  # noqa: PLC0415

    report = run_tick(loaded, moment)
    if as_json:
        print_json({"at": in_zone(report.at, zone), "messages": _messages(report.deliveries)})
    else:
        print_page("tick", at=report.at, ahead=report.ahead, **_told(report.deliveries))


def preview(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    first: Annotated[str, typer.Option("--from", metavar="DATUM", help="De eerste dag.")],
    last: Annotated[str, typer.Option("--to", metavar="DATUM", help="De laatste dag; die telt mee.")],
    as_json: AsJson = False,
) -> None:
    """Toont elk bericht dat in een periode zou gaan als er niets verandert.

    Het wordt in het geheugen uitgerekend: er wordt niets bewaard en niets verstuurd.
    """
    from_on, to_on = read_day("--from", first), read_day("--to", last)
    if to_on < from_on:
        raise refuse(ProblemCode.PERIOD_BACKWARDS, column="--to", value=last, from_on=from_on)
    loaded = read_config(config)
    from app.preview import run_preview  # noqa: PLC0415

    deliveries = run_preview(loaded, from_on, to_on)
    if as_json:
        print_json({"from": from_on, "to": to_on, "messages": _messages(deliveries)})
    else:
        print_page("preview", from_on=from_on, to_on=to_on, **_told(deliveries))


def _messages(deliveries: Iterable[Delivered]) -> list[dict[str, object]]:
    return [
        {
            "on": one.message.day_on,
            "recipient": one.recipient,
            "role": one.role,
            "channel": one.channel,
            "kind": one.message.kind,
            "subjects": list(one.subjects),
            "outcome": one.outcome,
        }
        for one in deliveries
    ]


def _told(deliveries: Sequence[Delivered]) -> dict[str, object]:
    """Return what a page tells: each message in a table, who would be reached by nothing only counted."""
    lost = Counter(one.recipient for one in deliveries if one.outcome == NO_ADDRESS)
    return {
        "count": len(deliveries),
        "table": _table([one for one in deliveries if one.outcome != NO_ADDRESS]),
        "lost": sum(lost.values()),
        "nobody": [name for name, _ in sorted(lost.items(), key=lambda entry: (-entry[1], entry[0]))],
    }


def _table(deliveries: Iterable[Delivered]) -> str:
    rows = [
        (
            one.message.day_on.isoformat(),
            one.recipient,
            one.role,
            one.channel or "",
            phrase(f"cli.kind_{one.message.kind}"),
            ", ".join(one.subjects),
            _outcome(one.outcome),
        )
        for one in deliveries
    ]
    return table(_COLUMNS, rows) if rows else ""


def _outcome(outcome: str) -> str:
    """Return the outcome in Dutch, with the reason behind the colon as it is."""
    word, _, reason = outcome.partition(":")
    known = f"outcome_{word}" in known_phrases()["cli"]
    text = phrase(f"cli.outcome_{word}") if known else word
    return f"{text} ({reason})" if reason else text


COMMANDS = {"run": command(run), "tick": command(tick), "preview": command(preview)}
