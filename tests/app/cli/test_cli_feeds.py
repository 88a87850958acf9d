"""`feed` and `export calendar` on the command line."""

from pathlib import Path

import icalendar
import pytest

from app.commands.desk import desk_at
from tests.app.cli.conftest import Cli
from web.feeds import calendar_desk


@pytest.fixture
def staffed(cli: Cli) -> Cli:
    cli("init")
    cli("people", "add", "jb-1", "--role", "jeugdbeschermer", "--gi", "GIA", "--team", "noord")
    cli("people", "add", "tm-1", "--role", "teammanager", "--gi", "GIA", "--team", "noord")
    return cli


def test_a_subscription_is_made_listed_and_revoked(staffed: Cli) -> None:
    made = staffed("feed", "create", "--scope", "mine", "--person", "jb-1", "--until", "2099-12-31", "--json")
    assert made.status == 0
    assert set(made.data) == {"id", "url", "scope"}
    assert made.data["scope"] == "mine"
    assert made.data["url"].endswith(".ics")
    (listed,) = staffed("feed", "--json").data
    assert (listed["person"], listed["through_on"], listed["used_on"]) == ("jb-1", "2099-12-31", None)
    assert made.data["url"].rpartition("/")[2].removesuffix(".ics") not in str(listed)
    assert staffed("feed", "revoke", "1", "--json").data == {"id": 1, "revoked": True}
    assert "was al ingetrokken" in staffed("feed", "revoke", "1").out
    assert staffed("feed", "--json").data == []


def test_the_address_stands_in_the_answer_for_people_too(staffed: Cli) -> None:
    said = staffed("feed", "create", "--scope", "team", "--person", "tm-1").out
    assert "/feeds/" in said
    assert "feed revoke 1" in said
    table = staffed("feed").out
    assert "tm-1" in table
    assert "/feeds/" not in table


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (("--scope", "mine"), 1, "altijd van iemand"),
        (("--scope", "mine", "--person", "jb-9"), 1, "jb-9"),
        (("--scope", "team", "--person", "jb-1"), 1, "deze agenda krijgen"),
        (("--scope", "series", "--series", "nergens"), 1, "nergens"),
        (("--scope", "series"), 1, "Hier hoort een code"),
        (("--scope", "region", "--region", "west"), 1, "west"),
        (("--scope", "mine", "--person", "jb-1", "--until", "2020-01-01"), 1, "al voorbij"),
        (("--scope", "mine", "--series", "overleg-rijk"), 2, "--scope series"),
        (("--scope", "alles"), 2, "alles"),
        ((), 2, "--scope"),
    ],
)
def test_a_subscription_that_cannot_be_is_refused(
    staffed: Cli, options: tuple[str, ...], status: int, said: str
) -> None:
    ran = staffed("feed", "create", *options)
    assert ran.status == status
    assert said in ran.err
    assert staffed("feed", "--json").data == []


def test_a_subscription_that_is_not_there_cannot_be_revoked(staffed: Cli) -> None:
    ran = staffed("feed", "revoke", "7")
    assert ran.status == 1
    assert "Agenda-abonnement 7 ken ik niet" in ran.err


def test_a_calendar_is_written_whole_and_replaced_only_when_asked(staffed: Cli, tmp_path: Path) -> None:
    file = tmp_path / "overleggen.ics"
    ran = staffed("export", "calendar", str(file))
    assert ran.status == 0
    calendar = icalendar.Calendar.from_ical(file.read_bytes())
    titles = {str(event["summary"]) for event in calendar.walk("VEVENT")}
    assert "Aanleveren: Uniforme uitvraag wachtenden" in titles
    file.write_bytes(b"van iemand")
    refused = staffed("export", "calendar", str(file))
    assert (refused.status, file.read_bytes()) == (1, b"van iemand")
    assert "--force" in refused.err
    assert staffed("export", "calendar", str(file), "--force").status == 0
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".over")] == []


def test_a_folder_that_is_not_there_is_said(staffed: Cli, tmp_path: Path) -> None:
    ran = staffed("export", "calendar", str(tmp_path / "nergens" / "x.ics"))
    assert ran.status == 1
    assert "kan ik niet schrijven" in ran.err


def test_a_written_calendar_has_the_bytes_of_the_one_that_is_fetched(staffed: Cli, tmp_path: Path) -> None:
    made = staffed("feed", "create", "--scope", "mine", "--person", "jb-1", "--alarms", "--json").data
    secret = made["url"].rpartition("/")[2].removesuffix(".ics")
    staffed("export", "calendar", "alles.ics")
    staffed("export", "calendar", "jb-1.ics", "--scope", "mine", "--person", "jb-1", "--alarms")
    with desk_at(Path("config.toml")) as desk:
        served = calendar_desk(desk.house)
        every = served.public("governance", now=desk.now)
        mine = served.secret(secret, now=desk.now, client="other")
    assert every is not None
    assert mine is not None
    assert (tmp_path / "alles.ics").read_bytes() == every.body
    assert (tmp_path / "jb-1.ics").read_bytes() == mine.body


def test_a_link_that_leads_nowhere_is_left_alone(staffed: Cli, tmp_path: Path) -> None:
    link = tmp_path / "overleggen.ics"
    link.symlink_to("nergens.ics")
    assert staffed("export", "calendar", str(link)).status == 1
    assert link.is_symlink()


def test_who_cannot_fetch_an_address_of_this_computer_is_said(staffed: Cli) -> None:
    made = ("feed", "create", "--scope", "mine", "--person", "jb-1")
    assert "Google en Outlook op het web kunnen dit adres niet ophalen" in staffed(*made).out


def test_an_address_outside_is_given_without_a_warning(staffed: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMIJNWACHT_WEB__PUBLIC_URL", "https://termijnwacht.regio.nl")
    said = staffed("feed", "create", "--scope", "mine", "--person", "jb-1").out
    assert "https://termijnwacht.regio.nl/feeds/" in said
    assert "Google" not in said
