"""`doctor` on agreements: what people changed of the configured series, in words, until they take it back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from app.config import load_config
from app.moments import present_moment
from app.opening import open_house
from core.people import command_line
from services.governance.access import Deed
from services.governance.adding import add_meeting
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.matters import Ref
from services.house import House
from tests.app.cli.conftest import CONFIG, Cli

SERIES = """
[[series]]
code = "overleg"
title = "Overleg Rijk"
starts_on = 2026-09-14
rule = "FREQ=WEEKLY;INTERVAL=6"
at = "10:00"
"""
ACTOR = command_line("anna")
FIRST, SECOND, THIRD = date(2026, 9, 14), date(2026, 10, 26), date(2026, 12, 7)


@contextmanager
def opened(cli: Cli) -> Iterator[House]:
    house = open_house(load_config(Path(cli.folder / "config.toml"), os.environ), worker="test")
    try:
        yield house
    finally:
        house.store.close()


def change(house: House, deed: Deed, on: date, text: str = "", wished: str = "", at: str = "") -> None:
    filled = Filled(text, on=wished, at=at, confirmed=True)
    ref = Ref.of_meeting("overleg", on)
    do(house, deed, ref, version=None, actor=ACTOR, now=present_moment(), filled=filled)


def agreements(cli: Cli) -> str:
    found = {one["name"]: one for one in cli("doctor", "--json").data["checks"]}
    assert found["agreements"]["ok"] is True
    return str(found["agreements"]["detail"])


def test_without_changes_the_series_run_as_configured(cli: Cli) -> None:
    cli.file("config.toml", CONFIG + SERIES)
    cli("init")

    assert agreements(cli) == "1 reeks loopt zoals in de configuratie."


def test_each_change_is_named_with_what_it_is_now_and_is_gone_once_reset(cli: Cli) -> None:
    cli.file("config.toml", CONFIG + SERIES)
    cli("init")
    with opened(cli) as house:
        change(house, Deed.MOVE_ALL, FIRST, wished="2026-09-16")
        change(house, Deed.CANCEL, SECOND, "geen agenda")
        change(house, Deed.PLACE, THIRD, "Hoorn")
        add_meeting(house, "overleg", "2026-11-02", "", actor=ACTOR, now=present_moment(), confirmed=True)

    assert agreements(cli) == (
        "Wat mensen veranderden, gaat voor de configuratie: "
        "Overleg Rijk van 14-9-2026 is verplaatst naar 16-9-2026; "
        "Overleg Rijk van 26-10-2026 vervalt (geen agenda); "
        "Overleg Rijk van 2-11-2026 is toegevoegd; "
        "Overleg Rijk van 7-12-2026 heeft een andere tijd of plaats; "
        "Overleg Rijk van 14-9-2026 laat de latere 2 dagen later komen. "
        "Terugzetten kan per bijeenkomst met de knop Terug naar de afspraak."
    )
    with opened(cli) as house:
        change(house, Deed.RESET, FIRST)
        change(house, Deed.RESET, THIRD)
    left = agreements(cli)
    assert "14-9-2026" not in left
    assert "7-12-2026" not in left
    assert "Overleg Rijk van 26-10-2026 vervalt (geen agenda)" in left


def test_a_change_outlives_a_changed_file_and_doctor_says_that_it_fits_no_longer(cli: Cli) -> None:
    cli.file("config.toml", CONFIG + SERIES)
    cli("init")
    with opened(cli) as house:
        change(house, Deed.MOVE, FIRST, wished="2026-09-17", at="11:00")
    cli.file("config.toml", CONFIG + SERIES.replace("2026-09-14", "2026-09-15"))

    assert "Overleg Rijk van 14-9-2026 past niet meer bij de regel en blijft op 17-9-2026" in (
        agreements(cli)
    )
    entries = cli("calendar", "--from", "2026-09-14", "--to", "2026-09-20", "--json").data
    assert [(one["starts_at"], one["status"]) for one in entries] == [
        ("2026-09-15T10:00:00+02:00", "planned"),
        ("2026-09-17T11:00:00+02:00", "planned"),
    ]
