"""What it costs to start: `--help`, ready to serve, and the memory of a service that does nothing.

The times are those of whole processes on this machine, the median of three; these goals are no ratios.
"""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from demo.telegram import TelegramStandIn, serve
from tests.bench.report import Figure, timed

TOKEN = "123456:bench-token"
PORT = 8391
IDLE_SECONDS = 20.0
PATIENCE_SECONDS = 60.0
PROGRAM = str(Path(sys.executable).with_name("termijnwacht"))


def measure(folder: Path) -> list[Figure]:
    """Measure start-up and idle memory against the stand-in for Telegram on loopback."""
    with stand_in() as url:
        environment = os.environ | {
            "TERMIJNWACHT_TELEGRAM__TOKEN": TOKEN,
            "TERMIJNWACHT_TELEGRAM__API_URL": url,
            "TERMIJNWACHT_WEB__PORT": str(PORT),
        }
        _run(folder, environment, "init")
        helped = median(timed(lambda: _run(folder, environment, "--help")) for _ in range(3))
        ready, memory = zip(
            *(_serve(folder, environment, idle=last) for last in (False, False, True)), strict=True
        )
    return [
        _below("start: --help", helped, 0.4, "s"),
        _below("start: ready to serve", median(ready), 4.0, "s"),
        _below("start: idle memory", memory[-1], 160.0, "MB"),
    ]


def _below(name: str, measured: float, goal: float, unit: str) -> Figure:
    return Figure(name, f"{measured:.3g} {unit}", "", "", f"< {goal:g} {unit}", measured < goal)


def _run(folder: Path, environment: dict[str, str], *words: str) -> None:
    subprocess.run([PROGRAM, *words], cwd=folder, env=environment, check=True, capture_output=True)


def _serve(folder: Path, environment: dict[str, str], *, idle: bool) -> tuple[float, float]:
    """Start the service; return the seconds until it is ready and, after some idle time, its megabytes."""
    started = time.perf_counter()
    with running(folder, (PROGRAM, "run"), environment) as process:
        until_ready(process, folder)
        ready = time.perf_counter() - started
        time.sleep(IDLE_SECONDS if idle else 0)
        return ready, _megabytes(process.pid)


@contextmanager
def running(
    folder: Path, command: Sequence[str], environment: Mapping[str, str], *, where: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run a process whose complaints go to `run.log`, and end it."""
    with (folder / "run.log").open("a") as log:
        process = subprocess.Popen(
            command,
            cwd=where or folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def until_ready(process: subprocess.Popen[str], folder: Path) -> None:
    """Wait until the service says that it is ready."""
    until = time.perf_counter() + PATIENCE_SECONDS
    while not _answers():
        if process.poll() is not None or time.perf_counter() > until:
            raise RuntimeError((folder / "run.log").read_text())
        time.sleep(0.02)


def _answers() -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _megabytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextmanager
def stand_in() -> Iterator[str]:
    """Serve the stand-in from a thread of its own; give its address."""
    found: list[str] = []
    up, down = threading.Event(), threading.Event()

    async def run() -> None:
        async with serve(TelegramStandIn(TOKEN)) as url:
            found.append(url)
            up.set()
            await asyncio.to_thread(down.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    up.wait(30)
    try:
        yield found[0]
    finally:
        down.set()
        thread.join()
