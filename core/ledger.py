"""What the facts of a case say together: of the case itself, its needs for help, and its other items."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from core.facts import CouplingKind, Fact, FactKind, Ledger, Told, kind_of_item, read_items, read_ledger
from core.help import needs_of, tell_help

COUPLING = "koppeling"
"""The kind of item that stands for finding somebody new after a case lost its protector (D5)."""


class CaseLedger(NamedTuple):
    """What counts of a case, and of each of its items (`crisisplek.1`) by key."""

    case: Ledger
    items: Mapping[str, Ledger] = {}


def read_case_ledger(facts: Iterable[Fact], as_of: datetime | None = None) -> CaseLedger:
    """Return what counts by what was recorded at `as_of` (a UTC moment; None for by now)."""
    facts = list(facts)
    items = read_items(facts, as_of)
    for item, ledger in items.items():
        if kind_of_item(item) == COUPLING:
            items[item] = {**ledger, **_found_again(facts, item, as_of)}
    ledger = {**read_ledger(facts, as_of), **tell_help(needs_of(items))}
    return CaseLedger(ledger, items)


def _found_again(facts: list[Fact], item: str, as_of: datetime | None) -> dict[FactKind, Told]:
    """Return the first coupling that was recorded after a case lost its protector."""
    lost = next((fact for fact in facts if fact.item == item and fact.kind is FactKind.UNCOUPLED), None)
    found = (
        fact
        for fact in facts
        if fact.kind is FactKind.PROTECTOR_COUPLED
        and fact.detail != CouplingKind.WAITING_LIST
        and fact.stands(as_of)
        and lost is not None
        and fact.id > lost.id
    )
    coupled = next(found, None)
    if coupled is None or lost is None:
        return {}
    return {FactKind.RECOUPLED: Told(max(coupled.on or date.min, lost.on or date.min), coupled.value)}


def is_coupled(ledger: CaseLedger) -> bool:
    """Tell whether somebody holds the case: coupled once, and again after every loss."""
    return FactKind.PROTECTOR_COUPLED in ledger.case and all(
        FactKind.RECOUPLED in told for item, told in ledger.items.items() if kind_of_item(item) == COUPLING
    )
