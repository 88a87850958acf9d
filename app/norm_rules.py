"""The norms that a configuration makes of the built-in ones and its own."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.config_ladders import ladder_of
from app.config_table import Table
from core.cadence import Cadence
from core.dates import BUILT_IN_DATES
from core.norms import BUILT_IN_NORMS, Counting, Length, Norm, Unit

if TYPE_CHECKING:
    from app.config_models import Config, NormTable, Reminders

BUILT_IN = {norm.code: norm for norm in (*BUILT_IN_NORMS, *BUILT_IN_DATES)}
"""The norms and dates that are there without configuration, by code."""
ON_ITS_OWN_DAY = (Counting.LAST_DAY, Counting.ON)
"""Ways of counting that need no length."""
_SETS = ("measures", "not_measures", "organisations")


def norms_of(config: "Config") -> Iterator[Norm]:
    """Yield the built-in norms with what is configured for them, then later versions and further norms."""
    undated = {row.code: row for row in config.norms if row.valid_from is None}
    for norm in BUILT_IN.values():
        yield norm_of(undated[norm.code]) if norm.code in undated else norm
    for row in config.norms:
        if row.code not in BUILT_IN or row.valid_from is not None:
            yield norm_of(row)


def norm_of(row: "NormTable") -> Norm:
    """Return the norm that a row makes: a built-in one with what the row gives, or one of its own."""
    parts = given(row, "reminders")
    parts |= {key: frozenset(parts[key]) for key in _SETS if key in parts}
    if "ladder" in parts:
        parts["ladder"] = ladder_of(parts["ladder"])
    present = BUILT_IN.get(row.code)
    if present is not None:
        return replace(present, **parts, cadence=_cadence(present.cadence, row.reminders))
    if row.counting in ON_ITS_OWN_DAY:
        parts.setdefault("length", Length(1, Unit.DAYS))
    return Norm(**parts, cadence=_cadence(Cadence(), row.reminders))


def _cadence(cadence: Cadence, reminders: "Reminders") -> Cadence:
    return cadence._replace(**given(reminders))


def given(row: Table, *without: str) -> dict[str, Any]:
    """Return the keys of a row that have a value."""
    return {key: value for key, value in row if value is not None and key not in without}
