"""`feed` and `export calendar` on the command line."""

import re
from datetime import date, datetime
from pathlib import Path

import icalendar
import pytest

from app.commands.desk import desk_at
from services.governance.access import Deed
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.matters import Ref
from tests.app.cli.conftest import CONFIG, Cli
from tests.feeds.expanders import by_recurring_ical_events, said
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


def test_the_list_names_each_calendar_as_its_page_does(staffed: Cli) -> None:
    of_whom = ("--person", "beheer-1")
    for scope in (
        ("governance", *of_whom),
        ("mine", "--person", "jb-1"),
        ("series", "--series", "overleg-rijk", *of_whom),
        ("region", "--region", "NHN", *of_whom),
    ):
        assert staffed("feed", "create", "--scope", *scope).status == 0

    said = staffed("feed").out

    assert [re.split(r" {2,}", line.strip())[1] for line in said.splitlines()[2:]] == [
        "Overleggen en aanleveringen",
        "Mijn termijnen en overleggen",
        "Ambtelijk overleg met het Rijk, de regio's en de inspecties",
        "Overleggen van Noord-Holland Noord",
    ]


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


@pytest.mark.parametrize(("name", "better"), [("o.txt", "o.ics"), ("agenda", "agenda.ics"), ("a.b", "a.ics")])
def test_a_calendar_is_not_written_under_a_name_that_no_program_knows(
    staffed: Cli, name: str, better: str
) -> None:
    ran = staffed("export", "calendar", name, "--force")
    assert ran.status == 1
    assert ran.err.startswith(f"bestand {name}: De naam van dit bestand moet eindigen op .ics")
    assert ran.err.endswith(f"Geef het een andere naam. Bijvoorbeeld {better}.\n")
    assert not Path(name).exists()


def test_the_ending_may_be_in_capitals(staffed: Cli) -> None:
    assert staffed("export", "calendar", "A.ICS").status == 0


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


AGREED = """
[[series]]
code = "overleg"
title = "Regionaal overleg"
starts_on = 2026-08-31
rule = "FREQ=WEEKLY;INTERVAL=3"
at = "10:00"
minutes = 90
place = "Stadhuis"
chair = "pl-1"
visibility = "members"
steps = [{ code = "stukken", title = "stukken rondsturen", before = 5 }]

[[series]]
code = "uitvraag"
title = "Uniforme uitvraag"
kind = "submission"
starts_on = 2026-09-10
rule = "FREQ=MONTHLY;BYMONTHDAY=10"
on_day_off = "previous_working_day"
"""
FIRST, LAST = date(2026, 9, 7), date(2027, 6, 30)


def listed(cli: Cli) -> list[tuple[str, str]]:
    """Return when what takes place, as `calendar` says it."""
    found = []
    for one in cli("calendar", "--from", FIRST.isoformat(), "--to", LAST.isoformat(), "--json").data:
        starts_at, day = one.get("starts_at"), one["working_due_on"] or one.get("due_on")
        when = datetime.fromisoformat(starts_at) if starts_at else date.fromisoformat(day)
        if one["status"] != "cancelled":
            found.append((said(when), one["title"]))
    return sorted(found)


def exported(cli: Cli) -> list[tuple[str, str]]:
    """Return when what takes place, as the calendar of the project leader says it of the same days."""
    assert cli("export", "calendar", "mijn.ics", "--scope", "mine", "--person", "pl-1", "--force").status == 0
    dates = by_recurring_ical_events((cli.folder / "mijn.ics").read_bytes())
    inside = [one for one in dates if FIRST <= one.on <= LAST and one.status == "CONFIRMED"]
    return sorted((one.begins, one.summary.removeprefix("Aanleveren: ")) for one in inside)


def test_the_list_and_the_exported_calendar_say_the_same_after_every_change(cli: Cli) -> None:
    cli.file("config.toml", CONFIG + AGREED)
    assert cli("init").status == 0
    assert cli("people", "add", "pl-1", "--role", "projectleider").status == 0
    changes = (
        (Deed.MOVE, date(2026, 10, 12), Filled(on="2026-10-14", at="13:00", confirmed=True)),
        (Deed.CANCEL, date(2026, 11, 2), Filled("te weinig mensen")),
        (Deed.MOVE_ALL, date(2026, 11, 23), Filled(on="2026-11-30", confirmed=True)),
        (Deed.ADD, date(2027, 1, 4), Filled(on="2026-12-21", at="09:30", confirmed=True)),
        (Deed.RESET, date(2026, 11, 23), Filled()),
    )
    before = listed(cli)
    assert before == exported(cli)
    for deed, original_on, filled in changes:
        with desk_at(Path("config.toml")) as desk:
            ref = Ref.of_meeting("overleg", original_on)
            do(desk.house, deed, ref, version=None, actor=desk.actor, now=desk.now, filled=filled)
        after = listed(cli)
        assert after == exported(cli), deed
        assert after != before, deed
        before = after
