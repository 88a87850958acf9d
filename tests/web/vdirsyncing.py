"""A subscription as vdirsyncer keeps it: the real program, a real server on loopback, a real folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest
import uvicorn
from starlette.types import ASGIApp

from app.web_part import bind

_EVENT = re.compile(rb"^BEGIN:VEVENT\r?\n.*?^END:VEVENT\r?$", re.MULTILINE | re.DOTALL)
_CONFIG = """[general]
status_path = "{folder}/status"
"""
_PAIR = """
[pair {name}]
a = "{name}_remote"
b = "{name}_local"
collections = null

[storage {name}_remote]
type = "http"
url = "{url}"

[storage {name}_local]
type = "filesystem"
path = "{folder}/{name}"
fileext = ".ics"
"""


def program() -> str:
    """Return where vdirsyncer is; skips, by name, where it is not."""
    path = Path(sys.prefix) / "bin" / "vdirsyncer"
    if not path.is_file():
        pytest.skip("vdirsyncer: the program is not there")
    return str(path)


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve on a free port of loopback in a thread; yield the address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, access_log=False, log_config=None, lifespan="off")
    server, listening = uvicorn.Server(config), bind("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        until = monotonic() + 20
        while not server.started:
            assert monotonic() < until, "the server did not start"
            sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listening.close()


@dataclass(frozen=True)
class Copy:
    """One event in a folder or a feed: all that is said of it but its UID, which vdirsyncer replaces."""

    said: tuple[bytes, ...]

    @property
    def sequence(self) -> int:
        """Return the number of its last change."""
        (found,) = {line for line in self.said if line.startswith(b"SEQUENCE:")}
        return int(found.removeprefix(b"SEQUENCE:"))

    @property
    def title(self) -> str:
        """Return its title, of a series that of the whole."""
        return next(line for line in self.said if line.startswith(b"SUMMARY:"))[8:].decode()


class Subscriber:
    """Somebody who lets vdirsyncer keep calendars in folders."""

    def __init__(self, folder: Path, urls: dict[str, str]) -> None:
        """Write the configuration and let vdirsyncer look around; `urls` by the name of a folder."""
        self._program, self._folder = program(), folder
        config = _CONFIG.format(folder=folder)
        for name, url in urls.items():
            (folder / name).mkdir(parents=True)
            config += _PAIR.format(folder=folder, name=name, url=url)
        (folder / "config").write_text(config)
        self._run("discover")

    def sync(self) -> None:
        """Synchronise every folder; the program has to end well and warn of nothing."""
        self._run("sync")

    def _run(self, command: str) -> None:
        # no proxy, no settings of whoever runs the tests
        environment = {"PATH": os.environ["PATH"], "HOME": str(self._folder), "LC_ALL": "C.UTF-8"}
        ran = subprocess.run(
            [self._program, "-c", str(self._folder / "config"), command],
            capture_output=True,
            env=environment,
            timeout=60,
            check=False,
            text=True,
        )
        said = ran.stdout + ran.stderr
        assert ran.returncode == 0, said
        assert "warning" not in said.lower(), said

    def files(self, name: str) -> dict[str, tuple[bytes, int]]:
        """Return the files of a folder: bytes, and when they were last written."""
        return {
            path.name: (path.read_bytes(), path.stat().st_mtime_ns)
            for path in sorted((self._folder / name).iterdir())
        }

    def copies(self, name: str) -> dict[str, Copy]:
        """Return the event in each file of a folder; there is one in each."""
        found = {file: events_in(body) for file, (body, _) in self.files(name).items()}
        assert {len(events) for events in found.values()} == {1}
        return {file: next(iter(events.values())) for file, events in found.items()}


def events_in(body: bytes) -> dict[str, Copy]:
    """Return the events of a calendar by UID; the dates of a series that differ belong to it."""
    found: dict[str, list[bytes]] = {}
    for event in _EVENT.findall(re.sub(rb"\r?\n ", b"", body)):
        lines = event.replace(b"\r", b"").split(b"\n")
        uid = next(line for line in lines if line.startswith(b"UID:"))
        found.setdefault(uid[4:].decode(), []).extend(line for line in lines if line != uid)
    return {uid: Copy(tuple(lines)) for uid, lines in found.items()}
