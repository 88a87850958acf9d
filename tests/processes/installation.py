"""An installation in a folder, worked by real processes of the program."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from app.config import load_config, rules_of
from services.house import House
from storage.store import open_store
from storage.tables import cases

ROOT = Path(__file__).parents[2]
TOKEN = "123456:process-token"
PATIENCE_SECONDS = 60.0
_READY = re.compile(r"ready: \S.* (http://\S+)")

CONFIG = """
[telegram]
token = "{token}"
api_url = "{api_url}"

[web]
port = 0

[notices]
start_on = 2026-01-01
quiet = ["00:00", "00:00"]

[[organisations]]
code = "GIA"
name = "Instelling A"

[[regions]]
code = "NHN"
name = "Noord-Holland Noord"
municipalities = ["Hoorn"]
"""
HEADER = "zaak;gi;gemeente;maatregel;uitspraak"


def case_file(rows: int) -> str:
    """Return a case file with so many cases."""
    return "\n".join([HEADER, *(f"GIA-2026-{n:06};GIA;Hoorn;ots;2026-09-01" for n in range(rows))])


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it said."""

    status: int
    out: str
    err: str


@dataclass
class Running:
    """A process of the service that is up."""

    process: subprocess.Popen[str]
    log: Path

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, words: str | re.Pattern[str]) -> re.Match[str]:
        """Wait until the log has these words."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not (found := re.search(words, self.said())):
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)
        return found

    def wait_until_ready(self) -> str:
        """Wait until the service says that it is ready; return the address of its pages."""
        return self.wait_for(_READY)[1]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End the process with a signal; return its status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


@dataclass(frozen=True)
class Installation:
    """A folder with a configuration and a database."""

    folder: Path

    def write_config(self, api_url: str = "http://127.0.0.1:9", token: str = TOKEN, more: str = "") -> None:
        text = CONFIG.format(api_url=api_url, token=token) + more
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    def run(self, *args: str, before: str = "", prefix: tuple[str, ...] = ()) -> Ended:
        """Run a command to its end; `before` is Python that its process runs first, `prefix` what runs it."""
        done = subprocess.run(
            [*prefix, *_command(before, *args)],
            cwd=self.folder,
            env=_environment({}),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def service(self, *args: str, module: str | None = None) -> Iterator[Running]:
        """Run the service meanwhile; what is left of it at the end is killed."""
        log = self.folder / "run.log"
        command = [sys.executable, "-m", module] if module else _command("", "run", *args)
        with log.open("w", encoding="utf-8") as stream:
            process = subprocess.Popen(
                command,
                cwd=ROOT if module else self.folder,
                env=_environment({"TMPDIR": str(self.folder)}),
                stdout=stream,
                stderr=subprocess.STDOUT,
                text=True,
            )
        try:
            yield Running(process, log)
        finally:
            process.kill()
            process.wait()

    def open(self) -> House:
        """Open the house beside the service. The caller closes its store."""
        store = open_store(f"sqlite:///{self.folder / 'termijnwacht.db'}")
        return House(store, rules_of(load_config(self.folder / "config.toml", {})), "test")

    def cases(self) -> int:
        """Count the cases that are kept."""
        house = self.open()
        try:
            with house.store.read() as tx:
                return tx.execute(select(func.count()).select_from(cases)).scalar_one()
        finally:
            house.store.close()


def _command(before: str, *args: str) -> list[str]:
    program = f"{before}\nfrom app.cli import main; main()"
    return [sys.executable, "-c", program, *args]


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TERMIJNWACHT_")}
    return kept | {"PYTHONPATH": str(ROOT), "PTB_TIMEDELTA": "1"} | dict(more)
