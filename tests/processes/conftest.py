"""An installation of its own for each test of a process."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.installation import Installation


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a configuration and the database that `init` made, to copy from."""
    made = Installation(tmp_path_factory.mktemp("fresh"))
    made.write_config()
    done = made.run("init")
    assert done.status == 0, done.err
    return made.folder


@pytest.fixture
def installation(tmp_path: Path, fresh: Path) -> Installation:
    """A folder with a configuration and a fresh database; Telegram is out of reach."""
    folder = tmp_path / "installation"
    shutil.copytree(fresh, folder)
    return Installation(folder)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of eight megabytes; skips by name where none can be mounted."""
    folder = tmp_path / "small-disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"no small disk can be mounted here: {error}")
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path, left: int = 0) -> Path:
    """Fill a disk but for so many bytes; return the file that takes the room."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        size = 1 << 20
        while size:
            try:
                file.write(os.urandom(size))
            except OSError:
                size //= 2
        file.truncate(file.tell() - left)
    return filler
