"""Measures the figures that the arguments name, all of them without arguments."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.report import Figure, say, table

BENCHES = {
    "guard": "guarding",
    "ladders": "laddering",
    "import": "importing",
    "governance": "governing",
    "button": "pressing",
    "start": "starting",
    "feed": "feeding",
    "noise": "noise",
}


def main(names: Sequence[str]) -> int:
    """Measure, print one table, and leave with 0; an unknown name is refused with 2."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        say(f"unknown: {', '.join(unknown)}; there are: {', '.join(BENCHES)}")
        return 2
    figures: list[Figure] = []
    for name in names or BENCHES:
        say(f"measuring {name} …")
        measure: Callable[[Path], list[Figure]] = import_module(f"tests.bench.{BENCHES[name]}").measure
        with TemporaryDirectory(prefix=f"termijnwacht-bench-{name}-") as folder:
            figures += measure(Path(folder))
    say(table(figures))
    return 0


if __name__ == "__main__":
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    sys.exit(main(sys.argv[1:]))
