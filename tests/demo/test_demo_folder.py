"""The folder of a demo: gone with it, and at the next start when it was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from demo.folder import PID_FILE, PREFIX, clear_left_behind, own_folder

_DEMO = """
import sys, time
from pathlib import Path
from demo.folder import own_folder
with own_folder(Path(sys.argv[1])) as folder:
    (folder / "demo.db").write_text("x")
    print(folder, flush=True)
    time.sleep(60)
"""


def _started(root: Path) -> tuple[subprocess.Popen[str], Path]:
    """Start a process with a folder of its own; return it when the folder is there."""
    command = [sys.executable, "-c", _DEMO, str(root)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def _ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def _gone_number() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def _left(root: Path, name: str, number: str) -> Path:
    folder = root / f"{PREFIX}{name}"
    folder.mkdir()
    (folder / PID_FILE).write_text(number)
    return folder


def test_a_folder_has_the_number_of_its_process_and_is_gone_with_it(tmp_path: Path) -> None:
    with own_folder(tmp_path) as folder:
        assert folder.parent == tmp_path
        assert {one.name: one.read_text() for one in folder.iterdir()} == {PID_FILE: str(os.getpid())}
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_demo_left_is_removed_at_the_next_start_and_one_that_runs_is_kept(
    tmp_path: Path,
) -> None:
    killed, left = _started(tmp_path)
    running, kept = _started(tmp_path)
    try:
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        assert left.exists()
        with own_folder(tmp_path) as own:
            assert sorted(tmp_path.iterdir()) == sorted((kept, own))
            assert (kept / "demo.db").read_text() == "x"
    finally:
        _ended(running)


def test_the_lock_keeps_a_folder_whose_number_is_of_no_process_here(tmp_path: Path) -> None:
    running, kept = _started(tmp_path)
    try:
        (kept / PID_FILE).write_text(str(_gone_number()))
        assert clear_left_behind(tmp_path) == []
    finally:
        _ended(running)
    assert clear_left_behind(tmp_path) == [kept]


@pytest.mark.parametrize("number", ["", "geen getal", "van hier", "1"])
def test_a_folder_of_a_process_that_runs_or_that_is_not_known_is_kept(tmp_path: Path, number: str) -> None:
    folder = _left(tmp_path, "a", str(os.getpid()) if number == "van hier" else number)
    assert (clear_left_behind(tmp_path), folder.exists()) == ([], True)


def test_what_no_demo_made_is_kept(tmp_path: Path) -> None:
    gone = str(_gone_number())
    elsewhere = tmp_path / "elders"
    elsewhere.mkdir()
    (elsewhere / PID_FILE).write_text(gone)
    (tmp_path / f"{PREFIX}link").symlink_to(elsewhere)
    (tmp_path / f"{PREFIX}zonder").mkdir()
    (tmp_path / f"{PREFIX}bestand").write_text(gone)
    marked = tmp_path / f"{PREFIX}merk"
    marked.mkdir()
    (marked / PID_FILE).symlink_to(elsewhere / PID_FILE)
    before = sorted(tmp_path.rglob("*"))

    assert clear_left_behind(tmp_path) == []
    assert sorted(tmp_path.rglob("*")) == before
