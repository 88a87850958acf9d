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
    HELP_CONTRACTED = "hulp_contract"
    HELP_FUNDED = "hulp_financiering"
    HELP_STOPPED = "hulp_gestopt"
    COURSE_NEEDED_BY = "nodig_uiterlijk_koers"
    HELP_NEEDED_BY = "nodig_uiterlijk_hulp"
    COURSE_EXPLAINED = "koers_uitgelegd"
    HELP_EXPLAINED = "hulp_uitgelegd"
    CONSULTED = "gemeente_overlegd"
    UNCOUPLED = "ontkoppeld"
    RECOUPLED = "opnieuw_gekoppeld"
    HANDOVER_PLANNED = "overdracht_gepland"
    HANDOVER_TALK = "overdrachtsgesprek"
    END_DECIDED = "einde_besluit"
    COUNCIL_TOLD = "rvdk_gemeld"
    ITEM_STARTED = "begin"
    ITEM_ENDS = "tot"
    ITEM_DECIDED = "besluit"
    ITEM_PLACE = "vervolgplek"
    ITEM_EXECUTED = "uitgevoerd"
    ITEM_DONE = "gereed"
    REQUEST_SENT = "aanvraag"
    REQUEST_ANSWERED = "antwoord"


CLOCK_STARTS = (FactKind.NOTIFIED, FactKind.ORDERED, FactKind.MEASURE_STARTED)
COURSE_CHECKLIST = (
    FactKind.COURSE_GOALS,
    FactKind.COURSE_HELP,
    FactKind.COURSE_AGREED,
    FactKind.CHILD_SPOKEN,
)
FORWARD_LOOKING = frozenset(
    {
        FactKind.MEASURE_ENDS,
        FactKind.COURSE_NEEDED_BY,
        FactKind.HELP_NEEDED_BY,
        FactKind.COURSE_EXPLAINED,
        FactKind.HELP_EXPLAINED,
        FactKind.HELP_WAITING,
        FactKind.HANDOVER_PLANNED,
        FactKind.ITEM_STARTED,
        FactKind.ITEM_ENDS,
        FactKind.ITEM_PLACE,
    }
)
"""Kinds whose date may lie ahead."""
EXPLANATIONS = frozenset({FactKind.COURSE_EXPLAINED, FactKind.HELP_EXPLAINED})
"""Each one stands beside the earlier ones: they are counted, the last one's new date holds."""
OF_A_NEED = frozenset(
    {
        FactKind.HELP_ASKED,
        FactKind.HELP_CONTRACTED,
        FactKind.HELP_FUNDED,
        FactKind.HELP_INTAKE,
        FactKind.HELP_WAITING,
        FactKind.HELP_STARTED,
        FactKind.HELP_STOPPED,
    }
)
OF_AN_ITEM = frozenset(
    {
        FactKind.UNCOUPLED,
        FactKind.RECOUPLED,
        FactKind.HANDOVER_PLANNED,
        FactKind.HANDOVER_TALK,
        FactKind.ITEM_STARTED,
        FactKind.ITEM_ENDS,
        FactKind.ITEM_DECIDED,
        FactKind.ITEM_PLACE,
        FactKind.ITEM_EXECUTED,
        FactKind.ITEM_DONE,
        FactKind.REQUEST_SENT,
        FactKind.REQUEST_ANSWERED,
    }
)
"""Kinds that say nothing of the case itself, only of one of its items."""
OF_THE_MEASURES_END = frozenset({FactKind.END_DECIDED, FactKind.COUNCIL_TOLD})
"""Kinds that hold for the end that was known when they were recorded; an extension asks for them anew."""

NEED = "hulpvraag"
FIRST_NEED = f"{NEED}.1"
"""The item of a fact about help that names none."""


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
    (the person coupled, whether help fits, a reason), `detail` a second such code. `measure_no` is 1 for the
    first measure of uninterrupted protection and goes up with each extension. `item` is what of the case the
    fact is about, a kind with a number (`hulpvraag.1`), None for the case itself; `note` is guarded text.
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
    item: str | None = None
    detail: str | None = None
    note: str | None = None

    def stands(self, as_of: datetime | None = None) -> bool:
        """Tell whether the fact counted at `as_of` (a UTC moment; None for by now)."""
        if as_of is None:
            return self.withdrawn_at is None
        return self.recorded_at <= as_of and (self.withdrawn_at is None or self.withdrawn_at > as_of)


class Told(NamedTuple):
    """What the ledger says of one kind: the date and value that count, and how often it was told."""

    on: date | None
    value: str | None = None
    detail: str | None = None
    times: int = 1


Ledger = Mapping[FactKind, Told]


class CouplingKind(StrEnum):
    """How somebody came to a case; a waiting-list desk holds it in name only (D1, D3, D4)."""

    START = "start"
    INTAKE_TEAM = "instroom"
    PLANNED = "gepland"
    UNPLANNED = "ongepland"
    WAITING_LIST = "wachtlijst"


def read_ledger(facts: Iterable[Fact], as_of: datetime | None = None) -> Ledger:
    """Return what counts per kind of the case itself by what was recorded at `as_of`.

    Clock starts come from the first measure, since a follow-up does not restart the norms; the end from the
    last. The first coupling counts, unless it was to a waiting-list desk; of other kinds the last recorded.
    Help is told by `core.help`, from its needs.
    """
    counting: dict[FactKind, Fact] = {}
    times: dict[FactKind, int] = {}
    for fact in facts:
        if fact.item is not None or fact.kind in OF_A_NEED or not fact.stands(as_of):
            continue
        times[fact.kind] = times.get(fact.kind, 0) + 1
        if _takes_over(fact, counting.get(fact.kind)):
            counting[fact.kind] = fact
    last_end = counting.get(FactKind.MEASURE_ENDS)
    return {
        kind: Told(fact.on, fact.value, fact.detail, times[kind] if kind in EXPLANATIONS else 1)
        for kind, fact in counting.items()
        if kind not in OF_THE_MEASURES_END or last_end is None or fact.measure_no == last_end.measure_no
    }


def read_items(facts: Iterable[Fact], as_of: datetime | None = None) -> dict[str, Ledger]:
    """Return what counts per kind for each item of the case, by item, in the order they were first recorded.

    What was recorded of an item before its end was moved does not count for the new end.
    """
    by_item: dict[str, dict[FactKind, Fact]] = {}
    for fact in facts:
        item = fact.item or (FIRST_NEED if fact.kind in OF_A_NEED else None)
        if item is None or not fact.stands(as_of):
            continue
        counting = by_item.setdefault(item, {})
        present = counting.get(fact.kind)
        if present is None or _order(fact) > _order(present):
            counting[fact.kind] = fact
    return {item: _of_item(counting) for item, counting in by_item.items()}


def _of_item(counting: Mapping[FactKind, Fact]) -> Ledger:
    end = counting.get(FactKind.ITEM_ENDS)
    return {
        kind: Told(fact.on, fact.value, fact.detail)
        for kind, fact in counting.items()
        if kind not in _OF_AN_ITEMS_END or end is None or fact.measure_no == end.measure_no
    }


_OF_AN_ITEMS_END = frozenset({FactKind.ITEM_DECIDED, FactKind.ITEM_PLACE, FactKind.ITEM_DONE})


def kind_of_item(key: str) -> str:
    """Return the kind in the key of an item or of its term: `crisisplek` of `crisisplek.2`."""
    return key.partition(".")[0]


def _takes_over(fact: Fact, present: Fact | None) -> bool:
    if fact.kind in CLOCK_STARTS and fact.measure_no > 1:
        return False
    if fact.kind is FactKind.PROTECTOR_COUPLED and fact.detail == CouplingKind.WAITING_LIST:
        return False
    if present is None:
        return True
    if fact.kind is FactKind.PROTECTOR_COUPLED:
        return (fact.on or date.max) < (present.on or date.max)
    return _order(fact) > _order(present)


def _order(fact: Fact) -> tuple[int, datetime, int]:
    return fact.measure_no, fact.recorded_at, fact.id


def standing(
    facts: Iterable[Fact], kind: FactKind, measure_no: int | None = None, *, item: str | None = None
) -> Fact | None:
    """Return the last standing fact of `kind` (of that measure, or of that item, when given), or None."""
    about = item if item != FIRST_NEED else None
    found = [
        fact
        for fact in facts
        if fact.kind is kind
        and fact.withdrawn_at is None
        and measure_no in (None, fact.measure_no)
        and (fact.item if fact.item != FIRST_NEED else None) == about
    ]
    return max(found, key=lambda fact: (fact.recorded_at, fact.id), default=None)
