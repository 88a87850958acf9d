"""`doctor`: is everything ready, and what has to be done about it."""

import typer

from app.commands.options import DEFAULT_CONFIG, AsJson, ConfigFile
from app.doctor import examine
from app.output import print_json, print_page
from app.usage import command

NOT_READY = 3


def doctor(*, config: ConfigFile = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Controleert configuratie, database, schijf, klok, Telegram, mail, feestdagen, mensen en klussen.

    Zegt bij alles wat niet klopt wat je kunt doen, en eindigt dan met 3.
    """
    checks = examine(config)
    ready = all(check.ok for check in checks)
    if as_json:
        data = [
            {"name": check.name, "ok": check.ok, "detail": check.detail, "advice": check.advice}
            for check in checks
        ]
        print_json({"ready": ready, "checks": data})
    else:
        print_page("doctor", ready=ready, checks=checks)
    if not ready:
        raise typer.Exit(NOT_READY)


COMMANDS = {"doctor": command(doctor)}
