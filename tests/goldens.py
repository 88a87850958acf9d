"""Golden files: what is said, word for word. One place compares them, and on demand writes them anew.

`pytest --write-goldens` writes what is said by now; look at the difference before you keep it.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "golden"
WRITE = "--write-goldens"

Golden = Callable[[str, str], None]
"""Compares a text with the golden file of that name."""


def golden_of(config: pytest.Config) -> Golden:
    """Return what compares a text with its golden file, or writes it where that was asked."""

    def compare(name: str, text: str) -> None:
        path = FOLDER / name
        if config.getoption(WRITE):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        assert path.is_file(), f"{path} is not there; {WRITE} makes it"
        assert text == path.read_text(encoding="utf-8")

    return compare


def golden_names(folder: str) -> set[str]:
    """Return the names of all golden files in a folder, without their ending."""
    return {path.stem for path in (FOLDER / folder).glob("*.txt")}
