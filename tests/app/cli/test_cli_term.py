"""`term` counts without configuration or database."""

import pytest

from tests.app.cli.conftest import CONFIG, Cli


def test_a_term_has_the_shape_of_the_contract(cli: Cli) -> None:
    ran = cli("term", "--norm", "1", "--start", "2026-04-24", "--json")
    assert ran.status == 0
    (data,) = ran.data
    skipped = [(day["on"], day["reason"]) for day in data.pop("skipped")]
    assert {key: data[key] for key in ("norm", "start_on", "due_on", "atw_due_on")} == {
        "norm": "1",
        "start_on": "2026-04-24",
        "due_on": "2026-05-04",
        "atw_due_on": "2026-05-04",
    }
    assert skipped == [
        ("2026-04-25", "zaterdag"),
        ("2026-04-26", "zondag"),
        ("2026-04-27", "Koningsdag"),
        ("2026-05-02", "zaterdag"),
        ("2026-05-03", "zondag"),
    ]
    assert not list(cli.folder.iterdir())


def test_a_strict_date_shows_the_rolled_one_beside_it(cli: Cli) -> None:
    (data,) = cli("term", "--norm", "3", "--start", "1-6-2026", "--json").data
    assert (data["due_on"], data["atw_due_on"]) == ("2026-09-01", "2026-09-01")
    (data,) = cli("term", "--norm", "3", "--start", "2026-03-05", "--json").data
    assert (data["due_on"], data["atw_due_on"], data["skipped"]) == ("2026-06-05", "2026-06-05", [])
    (data,) = cli("term", "--norm", "3", "--start", "2026-03-06", "--json").data
    assert (data["due_on"], data["atw_due_on"]) == ("2026-06-06", "2026-06-08")


def test_the_explanation_names_rule_and_source(cli: Cli) -> None:
    shown = cli("term", "--norm", "1", "--start", "2026-04-24").out
    assert "Lengte: 5 werkdagen" in shown
    assert "maandag 27 april 2026: Koningsdag (art. 3 lid 1 Algemene termijnenwet)" in shown
    assert "Bron: Regiorapport inspecties 2021, norm 1" in shown


def test_many_terms_come_from_a_file(cli: Cli) -> None:
    file = cli.file("vragen.csv", "norm,start\n1,2026-09-01\n2,1-9-2026\n")
    data = cli("term", "--csv", file, "--json").data
    assert [(one["norm"], one["due_on"]) for one in data] == [("1", "2026-09-08"), ("2", "2026-10-13")]
    assert cli("term", "--csv", file).out.endswith("2 termijnen.\n")


def test_every_wrong_row_is_named(cli: Cli) -> None:
    file = cli.file("vragen.csv", "norm;start\n9;2026-09-01\n1;31-2-2026\n2;2026-09-01\n")
    ran = cli("term", "--csv", file, "--json")
    assert (ran.status, ran.out) == (1, "")
    lines = ran.err.splitlines()
    assert lines[0].startswith("bestand vragen.csv, regel 2, kolom norm: De norm '9'")
    assert lines[1].startswith("bestand vragen.csv, regel 3, kolom start: De dag '31-2-2026'")
    assert len(lines) == 2


def test_a_wrong_column_names_the_closest(cli: Cli) -> None:
    ran = cli("term", "--csv", cli.file("vragen.csv", "norm;strat\n1;2026-09-01\n"))
    assert ran.status == 1
    assert "kolom strat: Deze kolom ken ik niet. Bedoel je 'start'?" in ran.err
    assert "kolom start: Deze kolom ontbreekt." in ran.err


def test_a_configured_norm_is_known(cli: Cli) -> None:
    norm = '\n[[norms]]\ncode = "snel"\ntitle = "snel"\nlength = "2 werkdagen"\nstarts = [["uitspraak"]]\n'
    cli.file("config.toml", CONFIG + norm + 'evidence = ["eerste_contact"]\nsource = "afspraak"\n')
    (data,) = cli("term", "--norm", "snel", "--start", "2026-09-04", "--json").data
    assert data["due_on"] == "2026-09-08"


def test_a_configuration_that_was_asked_for_must_be_there(cli: Cli) -> None:
    ran = cli("term", "--norm", "1", "--start", "2026-09-01", "--config", "weg.toml")
    assert ran.status == 1
    assert ran.err.startswith("bestand weg.toml: ")


@pytest.mark.parametrize(
    ("norm", "start", "said"),
    [
        ("9", "2026-09-01", "De norm '9' ken ik niet. Kies uit: 1, 2, 3, "),
        ("1", "gisteren", "--start: 'gisteren' lees ik niet als een datum."),
        ("1", "1999-12-31", "van 1-1-2000 tot en met 31-12-2099"),
        ("1", "2099-12-31", "buiten wat Termijnwacht telt"),
    ],
)
def test_what_cannot_be_counted_is_refused(cli: Cli, norm: str, start: str, said: str) -> None:
    ran = cli("term", "--norm", norm, "--start", start)
    assert (ran.status, ran.out) == (1, "")
    assert said in ran.err
