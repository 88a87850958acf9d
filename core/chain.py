"""Preparation chains: steps counted back from one date in working days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.workdays import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a preparation: `before` working days before the date, and when its owner is told of it.

    `remind` are working days before the step's own day; `owner` is a user name, None for the chair.
    """

    code: str
    title: str
    before: int
    owner: str | None = None
    remind: tuple[int, ...] = (2, 0)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step with its day. `too_early` says that this day has passed already: it is to be done at once."""

    step: Step
    due_on: date
    too_early: bool = False


def plan_chain(
    steps: Sequence[Step], on: date, calendar: WorkingCalendar, today: date | None = None
) -> tuple[PlannedStep, ...]:
    """Return the steps with their days, first things first. Counting back never rolls forward.

    `today` marks the steps for which no time is left.
    """
    planned = [
        PlannedStep(step, due_on, today is not None and due_on < today)
        for step in steps
        for due_on in [calendar.back(on, step.before)]
    ]
    return tuple(sorted(planned, key=lambda one: (one.due_on, -one.step.before)))
