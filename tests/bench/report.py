"""What was measured, as one table; and how two sides are measured so that they can be compared."""

import gc
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

_HEADER = ("figure", "measured", "bare", "ratio", "goal", "ok")


@dataclass(frozen=True)
class Figure:
    """One line of the table. `ok` is None for what is only information."""

    name: str
    measured: str
    bare: str
    ratio: str
    goal: str
    ok: bool | None = None


def at_most(name: str, product: float, bare: float, limit: float, unit: str = "s") -> Figure:
    """Return the line of a figure whose product may cost `limit` times the bare program."""
    ratio = product / bare
    return Figure(
        name, shown(product, unit), shown(bare, unit), f"{ratio:.2f}", f"≤ {limit:g}x", ratio <= limit
    )


def shown(value: float, unit: str) -> str:
    """Return a measured value with its unit, in three digits."""
    return f"{value:.3g} {unit}" if value < 1000 else f"{value:.0f} {unit}"


def table(figures: Sequence[Figure]) -> str:
    """Return the figures under each other, in columns."""
    words = {True: "yes", False: "NO", None: ""}
    rows = [_HEADER] + [(f.name, f.measured, f.bare, f.ratio, f.goal, words[f.ok]) for f in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def say(text: str) -> None:
    """Print."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds the work takes; garbage of before is collected first."""
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def side_by_side(rounds: int, *sides: Callable[[], float]) -> list[float]:
    """Measure the sides in turn, several times; return the median of each, so that noise hits all alike."""
    taken = [[side() for side in sides] for _ in range(rounds)]
    for one_round in taken:
        say("   " + "  ".join(f"{seconds:8.3f}" for seconds in one_round))
    return [median(column) for column in zip(*taken, strict=True)]


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return quantiles(values, n=20, method="inclusive")[-1]
