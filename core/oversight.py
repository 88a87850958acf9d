"""Oversight: windows and contract ends as dated matters, and the five steps of the intervention ladder."""

from dataclasses import dataclass
from datetime import date, datetime

from core.planboard import Deadline

LADDER = (
    "signalering",
    "validering",
    "afspraken",
    "besluit",
    "uitvoering",
)
"""The steps of the intervention ladder, one to five."""


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A step that was taken: since when, what was agreed by when, and the evidence of it."""

    step: int
    since_on: date
    agreed: str
    agreed_on: date | None
    evidence: str
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Oversight:
    """What an inspectorate or ministry watches: its dates, its ladder, and who leads the answer to it."""

    code: str
    title: str
    leads: tuple[str, ...]
    deadlines: tuple[Deadline, ...] = ()
    ladder: tuple[LadderStep, ...] = ()
    region: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """One text of a response, at most `most` characters."""

    number: int
    text: str
    most: int

    @property
    def used(self) -> int:
        """Return how many characters it has; a line break is one."""
        return count_characters(self.text)


def count_characters(text: str) -> int:
    """Count characters as a form does: a line break is one, spaces at the ends do not count."""
    return len(text.replace("\r\n", "\n").strip())
