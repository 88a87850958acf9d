"""The ledger of a case: dated facts, each with who recorded it and when; a mistake is withdrawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class FactKind(StrEnum):
    """What can be recorded of a case. The values are the column names of a case file where it has one."""

    NOTIFIED = "in_kennis_gesteld"
    ORDERED = "uitspraak"
    MEASURE_STARTED = "start"
    MEASURE_ENDS = "einde"
    FAMILY_PLAN_WAIVED = "familiegroepsplan_afgezien"
    PROTECTOR_COUPLED = "gekoppeld"
    FIRST_CONTACT = "eerste_contact"
    COURSE_GOALS = "koers_doelen"
    COURSE_HELP = "koers_hulp"
    COURSE_AGREED = "koers_samenspraak"
    CHILD_SPOKEN = "kind_gesproken"
    COURSE_SET = "koers"
    HELP_ASKED = "hulp_gevraagd"
    HELP_INTAKE = "hulp_intake"
    HELP_WAITING = "hulp_wachtlijst"
    HELP_STARTED = "hulp_gestart"
    COURSE_NEEDED_BY = "nodig_uiterlijk_koers"
    HELP_NEEDED_BY = "nodig_uiterlijk_hulp"


CLOCK_STARTS = (FactKind.NOTIFIED, FactKind.ORDERED, FactKind.MEASURE_STARTED)
COURSE_CHECKLIST = (
    FactKind.COURSE_GOALS,
    FactKind.COURSE_HELP,
    FactKind.COURSE_AGREED,
    FactKind.CHILD_SPOKEN,
)
FORWARD_LOOKING = frozenset({FactKind.MEASURE_ENDS, FactKind.COURSE_NEEDED_BY, FactKind.HELP_NEEDED_BY})


class Fit(StrEnum):
    """Whether started help fits the course; only the first three count (D9)."""

    FITS = "passend"
    AGREED_ALTERNATIVE = "alternatief"
    ATTESTED = "bestand"
    DOES_NOT_FIT = "niet_passend"


ATTESTED_BY_FILE = "bestand"
"""Value of a fact of which a case file stated that its conditions are met."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of a ledger.

    `on` is a local date (None for an undated checklist item), `value` what the kind needs beside a date
    (the person coupled, whether help fits), `measure_no` 1 for the first measure of uninterrupted protection.
    `recorded_at` and `withdrawn_at` are UTC moments.
    """

    id: int
    kind: FactKind
    on: date | None
    value: str | None
    measure_no: int
    source: str
    recorded_at: datetime
    recorded_by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None

    def stands(self, as_of: datetime | None = None) -> bool:
        """Tell whether the fact counted at `as_of` (a UTC moment; None for by now)."""
        if as_of is None:
            return self.withdrawn_at is None
        return self.recorded_at <= as_of and (self.withdrawn_at is None or self.withdrawn_at > as_of)


class Told(NamedTuple):
    """What the ledger says of one kind: the date and value that count."""

    on: date | None
    value: str | None = None


Ledger = Mapping[FactKind, Told]


def read_ledger(facts: Iterable[Fact], as_of: datetime | None = None) -> Ledger:
    """Return what counts per kind by what was recorded at `as_of`.

    Clock starts come from the first measure, since a follow-up does not restart the norms; the end from the
    last. The first coupling counts; of other kinds the last recorded.
    """
    counting: dict[FactKind, Fact] = {}
    for fact in facts:
        if fact.stands(as_of) and _takes_over(fact, counting.get(fact.kind)):
            counting[fact.kind] = fact
    return {kind: Told(fact.on, fact.value) for kind, fact in counting.items()}


def _takes_over(fact: Fact, present: Fact | None) -> bool:
    if fact.kind in CLOCK_STARTS and fact.measure_no > 1:
        return False
    if present is None:
        return True
    if fact.kind is FactKind.PROTECTOR_COUPLED:
        return (fact.on or date.max) < (present.on or date.max)
    return _order(fact) > _order(present)


def _order(fact: Fact) -> tuple[int, datetime, int]:
    return fact.measure_no, fact.recorded_at, fact.id


def standing(facts: Iterable[Fact], kind: FactKind, measure_no: int | None = None) -> Fact | None:
    """Return the last standing fact of `kind` (of that measure, when given), or None."""
    found = [
        fact
        for fact in facts
        if fact.kind is kind and fact.withdrawn_at is None and measure_no in (None, fact.measure_no)
    ]
    return max(found, key=lambda fact: (fact.recorded_at, fact.id), default=None)
