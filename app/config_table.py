"""What every table of the configuration has in common."""

from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from app.config_values import Flaw, refuse_value
from core.errors import ProblemCode


class Table(BaseModel):
    """A table of the configuration: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def refuse_any(flaws: Iterable[Flaw]) -> None:
    """Refuse a value that has flaws; without any it is good."""
    found = tuple(flaws)
    if found:
        refuse_value(*found)


def doubles(keys: Sequence[tuple[str | int | None, ...]], at: tuple[str, ...], rule: str) -> Iterator[Flaw]:
    """Yield a flaw for each row that shares a key (upper and lower case alike) with an earlier row."""
    seen: set[object] = set()
    for index, row in enumerate(keys):
        folded = {str(key).casefold() for key in row}
        if folded & seen:
            yield Flaw(ProblemCode.CONFIG_DOUBLE, (index, *at), rule, value=str(row[0]))
        seen |= folded
