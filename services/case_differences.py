"""How a row of a case file differs from what is known of its case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.cases import Case, CaseChange
from core.facts import Fact, FactKind
from services.casefile import FOLLOW_UP, CaseRow

_OF_A_MEASURE = frozenset(
    {FactKind.ORDERED, FactKind.MEASURE_STARTED, FactKind.NOTIFIED, FactKind.MEASURE_ENDS}
)
_STARTS = frozenset({FactKind.ORDERED, FactKind.MEASURE_STARTED})


@dataclass(frozen=True, slots=True)
class Differences:
    """What a row states and the case does not: columns of the case, and dates.

    `follow_up` says that the dates are those of a further measure, which leaves the norms' clocks alone.
    """

    fields: Mapping[str, object]
    dates: Mapping[FactKind, date]
    follow_up: bool

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self.fields or self.dates)

    def replaced(self, kind: FactKind, standing: Sequence[Fact]) -> Fact | None:
        """Return the fact that the row's date of this kind corrects; None when it corrects none."""
        if self.follow_up and kind in _OF_A_MEASURE:
            return None
        found = (fact for fact in standing if fact.kind is kind)
        return max(found, key=lambda fact: (fact.measure_no, fact.id), default=None)

    def measure_no(self, kind: FactKind, standing: Sequence[Fact]) -> int:
        """Return the number of the measure that the row's date of this kind belongs to."""
        if self.follow_up and kind in _OF_A_MEASURE:
            return last_measure(standing) + 1
        present = self.replaced(kind, standing)
        return present.measure_no if present else 1


def compare(row: CaseRow, case: Case, facts: Sequence[Fact], changes: Sequence[CaseChange]) -> Differences:
    """Compare a row with a case, all its facts and changes; an empty cell is no difference.

    What a person has corrected since a file stated it stays, until a file states something else.
    """
    standing = [fact for fact in facts if fact.stands()]
    stated = {(fact.kind, fact.on) for fact in standing}
    dates = {
        kind: on
        for kind, on in row.dates.items()
        if (kind, on) not in stated and not _corrected_by_hand(kind, on, facts)
    }
    restarts = bool(dates.keys() & _STARTS)
    old_file = not restarts and row.measure != case.measure and _had_earlier(row, standing)
    stated_fields = {
        "measure": case.measure if old_file else row.measure,
        "municipality": row.municipality,
        "family": row.family or case.family,
        "protector_id": row.protector_id or case.protector_id,
        "manager_id": row.manager_id or case.manager_id,
    }
    fields = {
        name: value
        for name, value in stated_fields.items()
        if getattr(case, name) != value and not _changed_by_hand(name, value, changes)
    }
    return Differences(fields, dates, follow_up=restarts and _is_follow_up(row, case))


def _corrected_by_hand(kind: FactKind, on: date, facts: Sequence[Fact]) -> bool:
    """Tell whether a file stated this date before, and a person had the last word on it."""
    of_kind = [fact for fact in facts if fact.kind is kind]
    from_file = any(fact.source and fact.on == on for fact in of_kind)
    return from_file and not any(fact.source for fact in of_kind if fact.stands())


def _changed_by_hand(name: str, value: object, changes: Sequence[CaseChange]) -> bool:
    """Tell whether a person changed this from exactly what the file says."""
    last = next((change for change in reversed(changes) if change.field == name), None)
    return last is not None and not last.source and last.old == (None if value is None else str(value))


def last_measure(standing: Sequence[Fact]) -> int:
    """Return the number of the last measure."""
    return max((fact.measure_no for fact in standing), default=1)


def _is_follow_up(row: CaseRow, case: Case) -> bool:
    return row.change == FOLLOW_UP or (row.change is None and row.measure != case.measure)


def _had_earlier(row: CaseRow, standing: Sequence[Fact]) -> bool:
    """Tell whether the row's starts are those of an earlier measure, so that the file is an old one."""
    last = last_measure(standing)
    stated = {fact.kind: fact.measure_no for fact in standing if fact.on == row.dates.get(fact.kind)}
    return any(stated.get(kind, last) < last for kind in _STARTS)
