"""The same face: who held a case when, how it changed hands, and the days without anybody (D3-D5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from core.facts import CouplingKind, Fact, FactKind


@dataclass(frozen=True, slots=True)
class Holding:
    """A period in which somebody held a case; `to_on` is exclusive, None for until today."""

    person: str | None
    kind: CouplingKind
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class SameFace:
    """How steady a case's protector has been by a day.

    `days_without` counts the days since the clock started on which nobody held it (a waiting-list desk is
    nobody), `days_in_intake` those with an intake team. `unplanned` counts the unplanned switches: one is
    what the norm allows.
    """

    holdings: tuple[Holding, ...]
    days_without: int
    days_in_intake: int
    unplanned: int


def same_face(facts: Iterable[Fact], start_on: date | None, today: date) -> SameFace:
    """Return how steady the protector of a case has been from `start_on` through `today`."""
    changes = sorted(
        (fact for fact in facts if fact.stands() and fact.kind in _CHANGES and fact.on is not None),
        key=lambda fact: (fact.on, fact.id),
    )
    holdings = _holdings(changes)
    held = _days(holdings, today, _HOLDS)
    first = start_on or (holdings[0].from_on if holdings else today)
    past = {first + timedelta(days=n) for n in range(max((today - first).days, 0) + 1)}
    return SameFace(
        holdings=tuple(holdings),
        days_without=len(past - held),
        days_in_intake=len(_days(holdings, today, frozenset({CouplingKind.INTAKE_TEAM})) & past),
        unplanned=sum(one.kind is CouplingKind.UNPLANNED for one in holdings),
    )


_CHANGES = (FactKind.PROTECTOR_COUPLED, FactKind.UNCOUPLED)
_HOLDS = frozenset(set(CouplingKind) - {CouplingKind.WAITING_LIST})


def _holdings(changes: list[Fact]) -> list[Holding]:
    found: list[Holding] = []
    for fact in changes:
        on = fact.on or date.min
        if found and found[-1].to_on is None:
            last = found[-1]
            found[-1] = Holding(last.person, last.kind, last.from_on, on)
        if fact.kind is FactKind.PROTECTOR_COUPLED:
            kind = CouplingKind(fact.detail) if fact.detail else CouplingKind.START
            found.append(Holding(fact.value, kind, on, None))
    return found


def _days(holdings: Iterable[Holding], today: date, kinds: frozenset[CouplingKind]) -> set[date]:
    return {
        one.from_on + timedelta(days=n)
        for one in holdings
        if one.kind in kinds
        for n in range(((one.to_on or today + timedelta(days=1)) - one.from_on).days)
        if one.from_on + timedelta(days=n) <= today
    }
