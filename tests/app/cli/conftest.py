"""The command line on a real SQLite file, on a Monday morning that stands still."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine

from app.cli import run

NOW = "2026-09-07T10:00:00+02:00"
CONFIG = """
[telegram]
enabled = false

[database]
url = "sqlite:///termijnwacht.db"

[notices]
start_on = 2026-09-01
many_messages = 2

[[organisations]]
code = "GIA"
name = "Instelling A"
contact = "postbus-gia"
contact_mail = "jeugd@gia.example.nl"

[[organisations]]
code = "GIB"
name = "Instelling B"
contact = "postbus-gib"
contact_mail = "jeugd@gib.example.nl"

[[regions]]
code = "NHN"
name = "Noord-Holland Noord"
municipalities = [{ code = "GM0361", name = "Alkmaar" }, "Hoorn"]
"""


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Cli:
    """Runs commands in one folder."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def __call__(self, *args: str) -> Ran:
        self.capture.readouterr()
        status = run(list(args))
        said = self.capture.readouterr()
        return Ran(status, said.out, said.err)

    def file(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        return name


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Cli]:
    """Return the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("TERMIJNWACHT_CONFIG", "TERMIJNWACHT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOGNAME", "anna")
    with time_machine.travel(NOW, tick=False):
        yield Cli(tmp_path, capsys)


@pytest.fixture
def ready(cli: Cli, sqlite_files: Path) -> Cli:
    """Return the command line after `init`, with two institutions and people who hold cases."""
    cli.file("config.toml", CONFIG)
    shutil.copy(sqlite_files / "migrated.db", cli.folder / "termijnwacht.db")
    assert cli("init").status == 0
    people = "naam;rollen;gi;team\njb-1;jeugdbeschermer;GIA;noord\ntm-1;teammanager;GIA;noord\n"
    assert cli("people", "import", cli.file("mensen.csv", people)).status == 0
    return cli
