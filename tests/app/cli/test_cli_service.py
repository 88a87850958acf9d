"""`tick` and `preview`: what goes out, and what would."""

import fcntl

import pytest
import time_machine

from app.config import load_config
from app.moments import read_instant
from app.opening import open_house
from core.errors import Refused
from services.upkeep import last_heartbeat, passes
from tests.app.cli.conftest import CONFIG, Cli

HEADER = "zaak;gi;gemeente;maatregel;uitspraak;jeugdbeschermer;teammanager"
MAIL = '\n[mail]\nenabled = true\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\nsender = "tw@example.nl"\n'


def test_a_local_time_and_one_with_an_offset_are_the_same_moment() -> None:
    assert read_instant("2026-09-08T08:30") == read_instant("2026-09-08T06:30+00:00")
    assert read_instant("2026-12-08 08:30:00").isoformat() == "2026-12-08T07:30:00+00:00"


@pytest.mark.parametrize("text", ["morgen", "2026-09-08", "2026-13-01T08:30", "1900-01-01T00:00", ""])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_instant(text)


@pytest.fixture
def with_case(ready: Cli) -> Cli:
    ready.file("config.toml", CONFIG + MAIL)
    ready("people", "invite", "--name", "jb-1", "--mail", "jb-1@gia.example.nl")
    row = "GIA-2026-0001;GIA;Hoorn;ots;2026-09-02;jb-1;tm-1"
    assert ready("import", ready.file("zaken.csv", f"{HEADER}\n{row}\n"), "--yes").status == 0
    return ready


def test_a_preview_shows_what_would_go_and_writes_nothing(with_case: Cli) -> None:
    before = with_case("case", "GIA-2026-0001", "--json").data
    ran = with_case("preview", "--from", "2026-09-08", "--to", "11-9-2026", "--json")
    assert ran.status == 0
    assert (ran.data["from"], ran.data["to"]) == ("2026-09-08", "2026-09-11")
    assert ran.data["messages"]
    for message in ran.data["messages"]:
        assert list(message) == ["on", "recipient", "role", "channel", "kind", "subjects", "outcome"]
        assert "2026-09-08" <= message["on"] <= "2026-09-11"
    assert with_case("case", "GIA-2026-0001", "--json").data == before


def test_a_preview_tells_of_everybody_who_hears_something_on_one_day(with_case: Cli) -> None:
    ready = with_case
    names = [f"jb-{n}" for n in range(2, 8)]
    rows = []
    for number, name in enumerate(names, 2):
        address = f"{name}@gia.example.nl"
        role = ("--role", "jeugdbeschermer", "--gi", "GIA", "--mail", address)
        assert ready("people", "invite", "--name", name, *role).status == 0
        rows.append(f"GIA-2026-{number:04};GIA;Hoorn;ots;2026-09-02;{name};tm-1")
    file = ready.file("meer.csv", "\n".join([HEADER, *rows]))
    assert ready("import", file, "--yes").status == 0
    messages = ready("preview", "--from", "2026-09-09", "--to", "2026-09-09", "--json").data["messages"]
    assert {"jb-1", *names} <= {message["recipient"] for message in messages}


def test_a_preview_for_people_is_in_dutch(with_case: Cli) -> None:
    shown = with_case("preview", "--from", "2026-09-08", "--to", "2026-09-11").out
    assert "Ontvanger" in shown
    assert "Er is niets verstuurd." in shown


def test_a_preview_that_runs_backwards_is_refused(cli: Cli) -> None:
    ran = cli("preview", "--from", "2026-09-11", "--to", "2026-09-08")
    assert ran.status == 1
    assert ran.err.startswith("--to: De laatste dag 8-9-2026 ligt voor de eerste (11-9-2026).")


def test_a_tick_ends_well_also_when_a_delivery_failed(with_case: Cli) -> None:
    ran = with_case("tick", "--at", "2026-09-08T09:00", "--json")
    assert ran.status == 0
    assert ran.data["at"] == "2026-09-08T09:00:00+02:00"
    assert ran.data["messages"]
    assert all(message["outcome"] != "sent" for message in ran.data["messages"])


def test_a_tick_wants_a_moment(ready: Cli) -> None:
    ran = ready("tick", "--at", "morgen")
    assert ran.status == 1
    assert (
        "'morgen' kan ik hier niet als tijdstip gebruiken. Schrijf bijvoorbeeld 2026-09-01T08:30." in ran.err
    )


def test_a_tick_is_refused_while_the_service_runs_and_other_commands_are_not(ready: Cli) -> None:
    with (ready.folder / "termijnwacht.db.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ran = ready("tick")
        assert ran.status == 1
        assert "draait al" in ran.err
        assert ready("run").status == 1
        assert ready("cases").status == 0


HEARTBEAT = '\n[watchdog]\nheartbeat_url = "https://127.0.0.1:1/geheim"\n'


@pytest.mark.parametrize(("args", "tried"), [((), True), (("--at", "2026-09-08T09:00"), False)])
def test_a_tick_of_now_looks_whether_all_is_well_and_says_so_outside(
    ready: Cli,
    args: tuple[str, ...],
    tried: bool,  # noqa: FBT001
) -> None:
    ready.file("config.toml", CONFIG + HEARTBEAT)
    ran = ready("tick", *args)
    assert ran.status == 0
    assert ("heartbeat to 127.0.0.1 failed: ConnectError" in ran.err) is tried
    assert "geheim" not in ran.err
    house = open_house(load_config(ready.folder / "config.toml", {}))
    assert ("watchdog" in passes(house), last_heartbeat(house) is not None) == (tried, tried)
    house.store.close()


@pytest.fixture
def uninvited(ready: Cli) -> Cli:
    """Return the command line where ten workers and their manager have cases, and nobody has an address."""
    names = [f"jb-{number}" for number in range(2, 12)]
    people = "\n".join(["naam;rollen;gi;team", *(f"{name};jeugdbeschermer;GIA;noord" for name in names)])
    assert ready("people", "import", ready.file("meer-mensen.csv", people)).status == 0
    rows = [f"GIA-2026-{n:04};GIA;Hoorn;ots;2026-09-02;{name};tm-1" for n, name in enumerate(names)]
    assert ready("import", ready.file("zaken.csv", "\n".join([HEADER, *rows])), "--yes").status == 0
    return ready


def test_a_preview_before_anybody_is_invited_counts_who_would_not_be_reached(uninvited: Cli) -> None:
    period = ("preview", "--from", "2026-09-09", "--to", "2026-09-09")
    messages = uninvited(*period, "--json").data["messages"]
    assert {message["outcome"] for message in messages} == {"failed:no_address"}
    shown = uninvited(*period).out
    assert "Ontvanger" not in shown
    count = len(messages)
    assert f"zouden {count} berichten gaan" in shown
    assert f"{count} berichten daarvan zouden niemand bereiken" in shown
    assert " en nog 4.\n" in shown
    assert "people invite" in shown


def test_a_preview_shows_who_is_reached_and_counts_the_others(uninvited: Cli) -> None:
    uninvited.file("config.toml", CONFIG + MAIL)
    assert uninvited("people", "invite", "--name", "tm-1", "--mail", "tm-1@gia.example.nl").status == 0
    shown = uninvited("preview", "--from", "2026-09-09", "--to", "2026-09-09").out
    (row,) = [line for line in shown.splitlines() if line.startswith("2026-09-09") and "dagelijks" in line]
    assert "tm-1" in row
    assert "10 berichten daarvan zouden niemand bereiken" in shown


def test_a_tick_counts_who_was_not_reached(uninvited: Cli) -> None:
    shown = uninvited("tick", "--at", "2026-09-07T09:00").out
    assert "bereiken niemand" in shown
    assert "Let op" not in shown


def test_a_tick_that_runs_ahead_says_so_and_doctor_says_it_until_then(with_case: Cli) -> None:
    ran = with_case("tick", "--at", "2026-09-08T09:00")
    assert "Let op: dat moment moet nog komen." in ran.out
    assert with_case("tick", "--at", "2026-09-07T12:00").status == 0
    check = next(one for one in with_case("doctor", "--json").data["checks"] if one["name"] == "clock")
    assert check["ok"] is False
    assert check["detail"].startswith(
        "Een `tick --at` is vooruitgelopen op de klok, tot 8-9-2026 om 9.00 uur."
    )
    assert "kopie van de database" in check["advice"]
    with time_machine.travel("2026-09-08T09:00:01+02:00", tick=False):
        check = next(one for one in with_case("doctor", "--json").data["checks"] if one["name"] == "clock")
    assert check["ok"] is True
