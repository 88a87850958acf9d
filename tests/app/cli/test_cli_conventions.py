"""How every command behaves: help, exit status, where things are said, and what is never said."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import app.commands.term
from app.cli import COMMANDS
from tests.app.cli.conftest import Cli

ROOT = Path(__file__).parents[3]
_START = "from app.cli import main; main()"
_HEAVY = ("sqlalchemy", "telegram", "fastapi", "pydantic", "jinja2", "babel", "rich", "openpyxl")


def _python(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *args], capture_output=True, text=True, cwd=folder, env=environ, check=False
    )


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    done = _python(tmp_path, "-X", "importtime", "-c", _START, "--help")
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert done.returncode == 0
    assert "typer" in imported
    assert [name for name in _HEAVY if name in imported] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_in_dutch(cli: Cli, name: str) -> None:
    shown = cli(name, "--help")
    assert shown.status == 0
    assert shown.out.startswith(f"Gebruik: termijnwacht {name}")
    assert "Toont deze uitleg." in shown.out
    shown_of_one = cli(name, "calendar", "--help") if name == "export" else shown
    assert "--config BESTAND" in shown_of_one.out
    for english in ("Usage", "Options", "Arguments", "Commands", "Show this", "required", "default", "<"):
        assert english not in shown.out


@pytest.mark.parametrize("name", ["add", "import", "invite", "revoke"])
def test_every_command_for_people_explains_itself_in_dutch(cli: Cli, name: str) -> None:
    shown = cli("people", name, "--help")
    assert shown.status == 0
    assert shown.out.startswith(f"Gebruik: termijnwacht people {name}")
    assert "Usage" not in shown.out


def test_the_list_of_commands_is_that_of_this_version(cli: Cli) -> None:
    shown = cli("--help").out
    assert all(f"  {name} " in shown for name in COMMANDS)
    assert "erase" not in shown


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["impor"], "De opdracht impor ken ik niet. Bedoel je import?"),
        (["case"], "CODE is nodig."),
        (["cases", "--statuss", "open"], "De optie --statuss ken ik niet. Bedoel je --status?"),
        (["cases", "--gi"], "De optie --gi heeft een waarde nodig."),
        (["preview", "--from", "2026-09-01"], "De optie --to is nodig."),
        (["case", "A", "B"], "Dit is te veel: B"),
        (["term", "--norm", "1"], "Geef --norm en --start, of --csv."),
        (["run", "--only", "bot,kelder"], "De optie --only kan zo niet. kelder is geen deel"),
        (["people", "--config", "a.toml", "add", "jb-2"], "Zet de opties achter `add`."),
        (["feed", "--config", "a.toml", "create", "--scope", "governance"], "Zet de opties achter `create`."),
        (
            ["feed", "create", "--scope", "foo"],
            "kan zo niet: 'foo' is er niet bij. Kies uit 'governance', 'mine', 'team', 'region', 'series'.\n",
        ),
        (
            ["export", "calendar", "a.ics", "--scope", "xx"],
            "De optie --scope kan zo niet: 'xx' is er niet bij. Kies uit 'governance', ",
        ),
        (["feed", "revoke", "x"], "NUMMER hoort een geheel getal te zijn."),
        (["feed", "--json", "revoke", "1"], "Zet de opties achter `revoke`."),
    ],
)
def test_wrong_usage_ends_with_two_and_says_what_would_be_right(cli: Cli, args: list[str], said: str) -> None:
    ran = cli(*args)
    assert ran.status == 2
    assert ran.out == ""
    assert said in ran.err


def test_no_command_shows_the_help(cli: Cli) -> None:
    ran = cli()
    assert ran.status == 2
    assert "Opdrachten:" in ran.err


def test_a_missing_configuration_names_the_file_and_what_makes_one(cli: Cli) -> None:
    ran = cli("cases", "--config", "elders.toml")
    assert ran.status == 1
    assert ran.out == ""
    assert ran.err.startswith("bestand elders.toml: ")
    assert "termijnwacht init" in ran.err


def test_a_wrong_configuration_names_file_key_and_what_is_right(cli: Cli) -> None:
    ran = cli("cases", "--config", cli.file("fout.toml", "[notices]\nsend_tat = '08:30'\n"))
    assert ran.status == 1
    assert ran.err == (
        "bestand fout.toml, sleutel notices.send_tat: Deze sleutel ken ik niet. Bedoel je `send_at`?\n"
    )


def test_broken_toml_names_line_and_position(cli: Cli) -> None:
    ran = cli("cases", "--config", cli.file("fout.toml", "[web]\nport = \n"))
    assert ran.status == 1
    assert ran.err.startswith("bestand fout.toml, regel 2, positie 8: ")


def test_the_configuration_can_come_from_the_environment(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMIJNWACHT_CONFIG", "daar.toml")
    assert cli("cases").err.startswith("bestand daar.toml: ")


def test_without_a_database_a_command_says_what_to_do_and_makes_none(cli: Cli) -> None:
    cli.file("config.toml", "[telegram]\nenabled = false\n")
    ran = cli("cases")
    assert ran.status == 1
    assert "termijnwacht init" in ran.err
    assert f"De database {cli.folder / 'termijnwacht.db'} is er niet." in ran.err
    assert not list(cli.folder.glob("*.db"))


def test_from_another_folder_the_configuration_has_the_same_database(
    ready: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = ready.folder / "elders"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("TERMIJNWACHT_CONFIG", "../config.toml")
    assert {"jb-1", "tm-1"} < {one["name"] for one in ready("people", "--json").data}
    assert ready("init").out.count("De database was al bij de tijd.") == 1
    assert list(elsewhere.iterdir()) == []


def test_a_defect_of_ours_is_one_sentence_unless_more_is_asked(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(app.commands.term, "count_term", broken)
    ran = cli("term", "--norm", "1", "--start", "2026-09-01")
    assert ran.status == 1
    assert ran.err.startswith("Er ging iets mis")
    assert "Traceback" not in ran.err
    monkeypatch.setenv("TERMIJNWACHT_DEBUG", "1")
    assert "Traceback" in cli("term", "--norm", "1", "--start", "2026-09-01").err


def test_ctrl_c_ends_quietly(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app.commands.term, "count_term", interrupted)
    ran = cli("term", "--norm", "1", "--start", "2026-09-01")
    assert (ran.status, ran.err) == (130, "")


def test_a_reader_who_leaves_ends_the_command_quietly(tmp_path: Path) -> None:
    rows = "\n".join(["norm;start", *(["1;2026-09-01"] * 5000)])
    (tmp_path / "vragen.csv").write_text(rows, encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", _START, "term", "--csv", "vragen.csv", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environ,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
        process.stderr.close()
        assert process.wait(30) == 141
    assert said == b""


def test_json_is_utf_8_whatever_the_terminal(tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(
        [sys.executable, "-c", _START, "tick", "--help"],
        capture_output=True,
        cwd=tmp_path,
        env=environ,
        check=True,
    )
    assert "Doet één hele ronde".encode() in done.stdout
