"""`groups` on the command line: making a link, listing and ending, with the example configuration."""

import pytest

from tests.app.cli.conftest import Cli


def test_a_link_has_the_shape_that_others_rely_on(cli: Cli) -> None:
    assert cli("init").status == 0
    made = cli("groups", "link", "--series", "overleg-rijk", "--json")
    assert made.status == 0
    assert sorted(made.data) == ["code", "expires_at", "link", "scope", "target"]
    assert (made.data["scope"], made.data["target"], made.data["link"]) == ("series", "overleg-rijk", None)
    assert made.data["expires_at"] == "2026-09-14T10:00:00+02:00"
    assert cli("groups", "--json").data == []
    assert "Er is nog geen groep gekoppeld." in cli("groups").out


def test_a_person_reads_how_to_link(cli: Cli) -> None:
    cli("init")
    said = cli("groups", "link", "--region", "NHN")
    assert "Koppellink voor regio" in said.out, said.err
    assert "/start " in said.out


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("link", "--series", "uitvraag"), 1, "Reeks van overleggen uitvraag ken ik niet"),
        (("link", "--region", "oost"), 1, "Regio oost ken ik niet. Wat je kunt koppelen: NHN"),
        (("link",), 2, "Kies --series of --region"),
        (("link", "--series", "overleg-rijk", "--region", "NHN"), 2, "Kies --series of --region"),
        (("end", "7"), 1, "Deze groep is niet (meer) gekoppeld."),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_be_right(
    cli: Cli, args: tuple[str, ...], status: int, said: str
) -> None:
    cli("init")
    ran = cli("groups", *args)
    assert (ran.status, said in ran.err.replace("\n", " ")) == (status, True), ran.err
