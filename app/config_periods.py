"""Tables that hold from one day to another."""

from datetime import date
from typing import Protocol, Self

from pydantic import model_validator

from app.config_table import Table
from app.config_values import Day, Flaw, refuse_value
from core.errors import ProblemCode


class HasPeriod(Protocol):
    """Something that holds from `valid_from` up to, not including, `valid_to`."""

    @property
    def valid_from(self) -> date | None:
        """Return the first day, None for always."""

    @property
    def valid_to(self) -> date | None:
        """Return the first day on which it does not hold any more, None for never."""


class Dated(Table):
    """Something that holds from `valid_from` up to, not including, `valid_to`."""

    valid_from: Day | None = None
    valid_to: Day | None = None

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            expected, value = f">{self.valid_from.isoformat()}", self.valid_to.isoformat()
            rule = "valid_to_not_after_valid_from"
            refuse_value(Flaw(ProblemCode.CONFIG_IMPOSSIBLE_RULE, ("valid_to",), rule, expected, value=value))
        return self


def overlap(one: HasPeriod, other: HasPeriod) -> bool:
    """Tell whether there is a day on which both hold."""
    return (one.valid_from or date.min) < (other.valid_to or date.max) and (other.valid_from or date.min) < (
        one.valid_to or date.max
    )
