"""The folder of a demo, gone with it; what a demo that was killed left behind goes at the next start."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

PREFIX = "termijnwacht-demo-"
PID_FILE = "demo.pid"


@contextmanager
def own_folder(root: Path | None = None) -> Iterator[Path]:
    """Give an empty folder below `root` (else the system's for such things) until the end of the block.

    It holds the number of this process, in a file that stays locked for as long as the process lives.
    """
    root = root or Path(tempfile.gettempdir())
    clear_left_behind(root)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=root) as name:
        folder = Path(name)
        with (folder / PID_FILE).open("w", encoding="ascii") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX)
            mark.write(str(os.getpid()))
            mark.flush()
            yield folder


def clear_left_behind(root: Path) -> list[Path]:
    """Remove the folders of demos of this user whose process is gone, and return them."""
    return [folder for folder in sorted(root.glob(f"{PREFIX}*")) if _is_ours(folder) and _cleared(folder)]


def _is_ours(folder: Path) -> bool:
    mark = folder / PID_FILE
    plain = folder.is_dir() and mark.is_file() and not folder.is_symlink() and not mark.is_symlink()
    return plain and folder.stat().st_uid == os.getuid()


def _cleared(folder: Path) -> bool:
    """Remove a folder unless its demo runs, or another start is at it; return whether it was removed."""
    try:
        mark = (folder / PID_FILE).open(encoding="ascii")
    except FileNotFoundError:  # another start was first
        return False
    with mark:
        if not _locked(mark) or not folder.exists() or _is_alive(mark.read()):
            return False
        shutil.rmtree(folder)
        return True


def _locked(mark: TextIO) -> bool:
    """Tell whether nobody held the lock; that also knows of a process that another container runs."""
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(written: str) -> bool:
    """Tell whether a process of this number runs; where none is written yet a demo starts."""
    if not written.isdecimal():
        return True
    try:
        os.kill(int(written), 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs, as somebody else's
        return True
    return True
