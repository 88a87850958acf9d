"""`init` makes what is not there, `doctor` says whether it is ready."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import text

from app.config import load_config
from app.moments import present_moment
from app.opening import open_house
from services.upkeep import note_heartbeat
from storage.queries.office import note_pass
from storage.store import open_store
from tests.app.cli.conftest import CONFIG, Cli

EXAMPLE = Path(__file__).parents[3] / "config.example.toml"


def test_init_writes_the_example_with_today_as_the_first_day(cli: Cli) -> None:
    ran = cli("init", "--json")
    assert ran.status == 0
    written = (cli.folder / "config.toml").read_text(encoding="utf-8").splitlines()
    example = EXAMPLE.read_text(encoding="utf-8").splitlines()
    differing = [(old, new) for old, new in zip(example, written, strict=True) if old != new]
    assert [new for _, new in differing] == ["start_on = 2026-09-07"]
    assert load_config(cli.folder / "config.toml", {}).notices.start_on == date(2026, 9, 7)


def test_init_invites_the_first_administrator_once(cli: Cli) -> None:
    first = cli("init", "--json").data
    code = first["invitation"].pop("code")
    assert first == {
        "config": "config.toml",
        "config_written": True,
        "database_changed": True,
        "invitation": {"name": "beheer-1", "link": None, "expires_at": "2026-09-14T10:00:00+02:00"},
    }
    assert len(code) >= 24
    assert cli("init", "--json").data == {
        "config": "config.toml",
        "config_written": False,
        "database_changed": False,
        "invitation": None,
    }


def test_init_again_says_that_nothing_changed(cli: Cli) -> None:
    cli("init")
    before = (cli.folder / "config.toml").read_bytes()
    ran = cli("init")
    assert ran.status == 0
    assert "Er is niets veranderd." in ran.out
    assert (cli.folder / "config.toml").read_bytes() == before


def test_a_configuration_with_tokens_is_not_for_everybody_to_read(cli: Cli) -> None:
    cli("init")
    assert (cli.folder / "config.toml").stat().st_mode & 0o077 == 0


def test_init_leaves_a_configuration_that_is_there(cli: Cli) -> None:
    cli.file("config.toml", CONFIG)
    assert cli("init", "--json").data["config_written"] is False
    assert (cli.folder / "config.toml").read_text(encoding="utf-8") == CONFIG


def test_init_makes_the_mailboxes_of_the_institutions_known(ready: Cli) -> None:
    contacts = {
        one["name"]: one["mail"] for one in ready("people", "--json").data if "contact" in one["roles"]
    }
    assert contacts == {"postbus-gia": "jeugd@gia.example.nl", "postbus-gib": "jeugd@gib.example.nl"}


@pytest.mark.parametrize(
    ("name", "said"), [("Jan de Vries", "geen gebruikersnaam"), ("postbus-gia", "in gebruik")]
)
def test_init_refuses_a_name_that_cannot_be_or_is_taken(cli: Cli, name: str, said: str) -> None:
    cli.file("config.toml", CONFIG)
    ran = cli("init", "--name", name)
    assert ran.status == 1
    assert said in ran.err
    assert "Jan" not in ran.err


def test_init_where_nothing_can_be_written_says_so(cli: Cli) -> None:
    ran = cli("init", "--config", "geen-map/config.toml")
    assert ran.status == 1
    assert ran.err.startswith("bestand geen-map/config.toml: Hier kan ik niet schrijven.")


def _checks(ran_data: dict[str, list[dict[str, object]]]) -> dict[object, dict[str, object]]:
    return {check["name"]: check for check in ran_data["checks"]}


def test_doctor_without_a_configuration_is_not_ready(cli: Cli) -> None:
    ran = cli("doctor", "--json")
    assert ran.status == 3
    assert ran.data["ready"] is False
    (check,) = ran.data["checks"]
    assert list(check) == ["name", "ok", "detail", "advice"]
    assert check["name"] == "configuration"
    assert "termijnwacht init" in check["detail"]


def test_doctor_names_who_cannot_be_reached(ready: Cli) -> None:
    ran = ready("doctor", "--json")
    assert ran.status == 3
    people = _checks(ran.data)["people"]
    assert people["ok"] is False
    assert "beheer-1" in str(people["detail"])
    assert "people invite" in str(people["advice"])
    others = [name for name, check in _checks(ran.data).items() if not check["ok"]]
    assert others == ["people"]


def test_doctor_is_ready_when_everybody_can_be_reached(ready: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.doctor._can_be_reached", lambda *_: True)
    ran = ready("doctor", "--json")
    assert (ran.status, ran.data["ready"]) == (0, True)
    assert list(_checks(ran.data)) == [
        "configuration", "disk", "time_zone", "telegram", "mail",
        "database", "clock", "holidays", "organisations", "agreements", "people", "desks", "ladders", "jobs",
        "messages", "heartbeat",
    ]  # fmt: skip
    assert "Alles is klaar." in ready("doctor").out


def test_doctor_says_that_the_database_is_not_there(cli: Cli) -> None:
    cli.file("config.toml", CONFIG)
    check = _checks(cli("doctor", "--json").data)["database"]
    assert check["ok"] is False
    assert "termijnwacht init" in str(check["detail"])


def test_doctor_reports_a_mail_server_that_is_not_there(ready: Cli) -> None:
    mail = '\n[mail]\nenabled = true\nhost = "127.0.0.1"\nport = 1\nsender = "tw@example.nl"\n'
    ready.file("config.toml", CONFIG + mail)
    check = _checks(ready("doctor", "--json").data)["mail"]
    assert check["ok"] is False
    assert "127.0.0.1:1" in str(check["detail"])


def test_doctor_warns_half_a_year_before_the_holidays_end(ready: Cli) -> None:
    ready.file("config.toml", CONFIG + "\n[clock]\nholidays_known_through = 2027-01-31\n")
    check = _checks(ready("doctor", "--json").data)["holidays"]
    assert check["ok"] is False
    assert "31-1-2027" in str(check["detail"])


def _note(ready: Cli, job: str, ago: timedelta) -> None:
    house = open_house(load_config(ready.folder / "config.toml", {}))
    with house.store.write() as tx:
        note_pass(tx, job, present_moment() - ago, "")
    house.store.close()


@pytest.mark.parametrize(("minutes", "ok"), [(14, True), (16, False)])
def test_doctor_sees_that_the_jobs_stopped(ready: Cli, minutes: int, ok: bool) -> None:  # noqa: FBT001
    _note(ready, "guard", timedelta(minutes=minutes))
    _note(ready, "deliver", timedelta(minutes=1))
    assert _checks(ready("doctor", "--json").data)["jobs"]["ok"] is ok


def test_doctor_sees_that_the_clock_went_back(ready: Cli) -> None:
    _note(ready, "deliver", timedelta(hours=-1))
    check = _checks(ready("doctor", "--json").data)["clock"]
    assert check["ok"] is False
    assert "7-9-2026 om 11.00 uur" in str(check["detail"])


def test_doctor_sees_messages_that_should_have_gone(ready: Cli) -> None:
    ready("people", "invite", "--name", "jb-1", "--mail", "jb-1@gia.example.nl")
    mail = '\n[mail]\nenabled = true\nhost = "127.0.0.1"\nport = 1\nsender = "tw@example.nl"\n'
    ready.file("config.toml", CONFIG + mail)
    assert ready("people", "invite", "--name", "jb-1", "--send").status == 0
    assert _checks(ready("doctor", "--json").data)["messages"]["ok"] is True
    with time_machine.travel("2026-09-07T11:00:00+02:00", tick=False):
        check = _checks(ready("doctor", "--json").data)["messages"]
    assert check["ok"] is False
    assert check["detail"] == "1 bericht wacht langer dan een half uur."


def test_doctor_asks_for_the_token_it_misses(ready: Cli) -> None:
    ready.file("config.toml", CONFIG.replace("enabled = false", "enabled = true"))
    check = _checks(ready("doctor", "--json").data)["telegram"]
    assert check["ok"] is False
    assert "@BotFather" in str(check["detail"])


@pytest.mark.parametrize(
    ("noted", "ok", "said"),
    [
        (None, True, "Er is er nog geen verstuurd."),
        (True, True, "De laatste kwam aan op 7-9-2026 om 10.00 uur."),
        (False, False, "De laatste, op 7-9-2026 om 10.00 uur, kwam niet aan."),
    ],
)
def test_doctor_says_whether_the_heartbeat_arrives(
    ready: Cli,
    noted: bool | None,  # noqa: FBT001
    ok: bool,  # noqa: FBT001
    said: str,
) -> None:
    ready.file("config.toml", CONFIG + '\n[watchdog]\nheartbeat_url = "https://hartslag.example.nl/geheim"\n')
    if noted is not None:
        house = open_house(load_config(ready.folder / "config.toml", {}))
        note_heartbeat(house, present_moment(), arrived=noted)
        house.store.close()
    check = _checks(ready("doctor", "--json").data)["heartbeat"]
    assert check["ok"] is ok
    assert str(check["detail"]).startswith(said)
    assert "geheim" not in str(check)


NEWER = (
    "Deze database is gemaakt door een nieuwere versie van Termijnwacht (9999)."
    " Installeer die versie, of zet een reservekopie van deze versie terug.\n"
)


@pytest.mark.parametrize(
    "command",
    [
        ("cases",), ("case", "GIA-2026-0001"), ("run",), ("tick",), ("init",), ("people",), ("messages",),
        ("import", "mensen.csv"), ("preview", "--from", "2026-09-08", "--to", "2026-09-08"),
    ],
)  # fmt: skip
def test_a_database_of_a_newer_version_is_refused_by_every_command_and_left_alone(
    ready: Cli, command: tuple[str, ...]
) -> None:
    store = open_store("sqlite:///termijnwacht.db")
    with store.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    ran = ready(*command)
    assert (ran.status, ran.out, ran.err) == (1, "", NEWER)
    with store.read() as tx:
        assert tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    store.close()
    doctor = ready("doctor", "--json")
    assert (doctor.status, _checks(doctor.data)["database"]["detail"]) == (3, NEWER.strip())
