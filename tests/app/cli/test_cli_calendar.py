"""`calendar`, `submissions` and `plan` on the command line, with the example configuration."""

import re

from tests.app.cli.conftest import CONFIG, Cli


def test_the_calendar_has_the_shape_that_others_rely_on(cli: Cli) -> None:
    assert cli("init").status == 0
    ran = cli("calendar", "--from", "2022-05-01", "--to", "2022-07-10", "--json")

    shown = [
        (one["series"], one["kind"], one.get("starts_at") or one["due_on"], one["title"]) for one in ran.data
    ]
    assert ran.status == 0
    assert shown[:2] == [
        ("uitvraag", "submission", "2022-05-10", "Uniforme uitvraag wachtenden"),
        (
            "overleg-rijk",
            "meeting",
            "2022-05-12T10:00:00+02:00",
            "Ambtelijk overleg met het Rijk, de regio's en de inspecties",
        ),
    ]
    due = {one["due_on"]: one["working_due_on"] for one in ran.data if one["kind"] == "submission"}
    assert due == {"2022-05-10": "2022-05-10", "2022-06-10": "2022-06-10", "2022-07-10": "2022-07-08"}
    assert {one["status"] for one in ran.data if one["kind"] == "submission"} == {"unknown"}


def test_a_stretch_that_goes_back_or_is_endless_is_refused(cli: Cli) -> None:
    cli("init")
    back = cli("calendar", "--from", "2026-12-20", "--to", "2026-12-01")
    assert (back.status, back.err.split(": ")[1].partition(". ")[0]) == (
        1,
        "De laatste dag 1-12-2026 ligt voor de eerste (20-12-2026)",
    )
    endless = cli("calendar", "--from", "2026-01-01", "--to", "2099-12-31")
    assert (endless.status, endless.err.split(": ")[1].partition(". ")[0]) == (
        1,
        "31-12-2099 ligt buiten wat Termijnwacht telt",
    )
    assert not re.search(r"\d{4}-\d{2}", back.err + endless.err)


def test_who_is_missing_and_the_plan_are_data_too(cli: Cli) -> None:
    cli("init")
    owed = cli("submissions", "--json").data
    assert {one["organisation"] for one in owed} == {"GIA", "GIB"}
    assert cli("plan", "--json").data == []


def test_a_start_in_the_hour_that_the_clock_skips_or_repeats_is_one_moment(cli: Cli) -> None:
    night = (
        '\n[[series]]\ncode = "nacht"\ntitle = "Nacht"\nstarts_on = 2027-03-28\n'
        'rule = "FREQ=WEEKLY;INTERVAL=31"\nat = "02:30"\non_day_off = "keep"\n'
    )
    cli.file("config.toml", CONFIG + night)
    cli("init")
    ran = cli("calendar", "--from", "2027-03-01", "--to", "2027-11-01", "--json")

    assert [one["starts_at"] for one in ran.data] == [
        "2027-03-28T03:30:00+02:00",
        "2027-10-31T02:30:00+02:00",
    ]
