"""Cases: open, record what was reached, take back a mistake, couple somebody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from core.cases import Case
from core.dates import END_OUTCOMES
from core.errors import ProblemCode, refuse
from core.facts import (
    CLOCK_STARTS,
    COURSE_CHECKLIST,
    EXPLANATIONS,
    FORWARD_LOOKING,
    OF_AN_ITEM,
    OF_THE_MEASURES_END,
    Fact,
    FactKind,
    Fit,
    Ledger,
    read_ledger,
    standing,
)
from core.ledger import read_case_ledger
from core.people import Actor, Role
from core.rights import Nearness, Verb, demand
from core.terms import missing_from_course
from services.case_desk import CaseDesk, check_code, check_date, fact_row, holder
from services.case_reading import checklist_of, count_term, explain_term, read_case
from services.case_views import CaseView
from services.house import House
from services.items import prompts_for
from services.scene import Scene, set_scene
from storage.queries.cases import (
    add_case,
    add_facts,
    one_opening_at_a_time,
    withdraw_fact,
)

__all__ = [
    "Flag",
    "NewCase",
    "Recorded",
    "check_code",
    "checklist_of",
    "count_term",
    "explain_term",
    "flags_of",
    "open_case",
    "read_case",
    "record_at",
    "record_fact",
    "withdraw",
    "withdraw_at",
]


class Flag(StrEnum):
    """Something remarkable about a fact that is not refused."""

    BEFORE_ORDER = "before_order"
    DOES_NOT_FIT = "does_not_fit"
    BEFORE_ASKED = "before_asked"


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to open.

    `dates` needs at least one of the days the institution was notified or the court ordered.
    """

    code: str
    organisation: str
    municipality: str
    measure: str
    family: str | None = None
    protector: str | None = None
    manager: str | None = None
    dates: Mapping[FactKind, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording did.

    `changed` is False when the same was known already, since `known_since` by `known_by`. `prompts` are codes
    of what to think of now, see `services.items.prompts_for`. `item` is what of the case it is about.
    """

    view: CaseView
    kind: FactKind
    on: date | None
    changed: bool
    flags: tuple[Flag, ...] = ()
    known_by: str | None = None
    known_since: datetime | None = None
    prompts: tuple[str, ...] = ()
    item: str | None = None


def open_case(house: House, new: NewCase, *, actor: Actor, now: datetime) -> CaseView:
    """Open a case with its first facts.

    Refuses a code that exists or has the wrong form, unknown organisation, municipality or measure, a missing
    clock start, and what the actor may not do.
    """
    with house.store.write() as tx:
        one_opening_at_a_time(tx)
        desk = CaseDesk(set_scene(tx, house, now), actor)
        if new.organisation not in house.rules.organisations:
            raise refuse(ProblemCode.ORGANISATION_UNKNOWN, value=new.organisation)
        near = Nearness.ORGANISATION if actor.organisation == new.organisation else Nearness.ANY
        demand(actor, Verb.CREATE_CASE, near)
        check_code(new.code, house.rules)
        case_id = add_case(tx, _new_case(new, desk.scene), now=now, by=actor.name)
        if case_id is None:
            raise refuse(ProblemCode.CASE_EXISTS, value=new.code)
        add_facts(tx, [fact_row(case_id, kind, on, now=now, by=actor.name) for kind, on in new.dates.items()])
        desk.rederive(case_id)
        desk.leave_audit("open_case", new.code)
        return desk.view(case_id)


def _new_case(new: NewCase, scene: Scene) -> Case:
    if new.municipality not in scene.rules.municipalities:
        raise refuse(ProblemCode.MUNICIPALITY_UNKNOWN, value=new.municipality)
    if new.measure not in scene.rules.measures:
        raise refuse(ProblemCode.MEASURE_UNKNOWN, value=new.measure)
    _demand_clock_start(new.dates)
    for kind, on in new.dates.items():
        check_date(kind, on, scene.today)
    return Case(
        0,
        new.code,
        new.organisation,
        new.municipality,
        new.measure,
        new.family,
        _holder_id(scene, new.protector, Role.PROTECTOR, new.organisation),
        _holder_id(scene, new.manager, Role.MANAGER, new.organisation),
    )


def _holder_id(scene: Scene, name: str | None, role: Role, organisation: str) -> int | None:
    return holder(scene.directory, name, role, organisation).id if name is not None else None


def _demand_clock_start(kinds: Iterable[FactKind]) -> None:
    if not {FactKind.NOTIFIED, FactKind.ORDERED} & set(kinds):
        raise refuse(ProblemCode.DATE_MISSING, column=FactKind.NOTIFIED, other=FactKind.ORDERED)


def record_fact(
    house: House,
    code: str,
    kind: FactKind,
    on: date | None,
    *,
    value: str | None = None,
    actor: Actor,
    now: datetime,
) -> Recorded:
    """Record a fact of a case; another date or value for a kind that stands corrects it.

    `on` is a local date, None for a checklist item. Refuses a future date of something reached, a course
    without its whole checklist, started help without saying whether it fits, and what the actor may not do.
    A contact before the ruling is allowed and flagged.
    """
    with house.store.write() as tx:
        return record_at(CaseDesk(set_scene(tx, house, now), actor), code, kind, on, value=value)


def record_at(
    desk: CaseDesk, code: str, kind: FactKind, on: date | None, *, value: str | None = None
) -> Recorded:
    """Record a fact in a unit of work that has begun; see `record_fact`."""
    case = desk.demand(code, Verb.RECORD_FACT)
    _check_recordable(kind)
    _check_day(kind, on, desk.scene.today)
    facts = desk.facts(case)
    _check_evidence(kind, on, value, read_case_ledger(facts).case)
    present = _counting(facts, kind)
    if present and kind is FactKind.PROTECTOR_COUPLED and value is None:
        value = present.value
    if present and (present.on, present.value) == (on, value):
        return _known_already(desk, case, kind, present)
    _replace_fact(desk, case, present, kind, on, value=value)
    desk.rederive(case.id)
    shown_on = on.isoformat() if on else None
    desk.leave_audit("record_fact", code, kind=kind, on=shown_on, corrects=bool(present))
    view = desk.view(case.id)
    flags, prompts = flags_of(kind, on, view.ledger), prompts_for(view, desk.scene)
    return Recorded(view, kind, on, changed=True, flags=flags, prompts=prompts)


def _check_recordable(kind: FactKind) -> None:
    """Refuse what only means something with a reason, an item or another person beside it."""
    if kind in EXPLANATIONS:
        raise refuse(ProblemCode.REASON_MISSING, column=kind)
    if kind in OF_AN_ITEM:
        raise refuse(ProblemCode.ITEM_UNKNOWN, column=kind, value=kind, known=())


def _check_day(kind: FactKind, on: date | None, today: date) -> None:
    if on is not None:
        check_date(kind, on, today)
    elif kind not in COURSE_CHECKLIST:
        raise refuse(ProblemCode.VALUE_MISSING, column=kind)


def _counting(facts: Iterable[Fact], kind: FactKind) -> Fact | None:
    """Return the fact that is shown and counts: of a clock start the first measure's, else the last."""
    facts = list(facts)
    return (standing(facts, kind, 1) if kind in CLOCK_STARTS else None) or standing(facts, kind)


def _known_already(desk: CaseDesk, case: Case, kind: FactKind, present: Fact) -> Recorded:
    return Recorded(
        desk.view(case.id),
        kind,
        present.on,
        changed=False,
        known_by=present.recorded_by,
        known_since=present.recorded_at,
    )


def _replace_fact(
    desk: CaseDesk, case: Case, present: Fact | None, kind: FactKind, on: date | None, *, value: str | None
) -> None:
    tx, now, by = desk.scene.tx, desk.scene.now, desk.actor.name
    if present:
        withdraw_fact(tx, present.id, now=now, by=by)
    measure_no = present.measure_no if present else _present_measure(desk.facts(case), kind)
    detail = present.detail if present else None
    row = fact_row(case.id, kind, on, value=value, detail=detail, now=now, by=by, measure_no=measure_no)
    add_facts(tx, [row])


def _present_measure(facts: Iterable[Fact], kind: FactKind) -> int:
    """Return the measure a new fact belongs to: of a decision on the end, the one that ends last."""
    if kind not in OF_THE_MEASURES_END:
        return 1
    return max((fact.measure_no for fact in facts if fact.kind is FactKind.MEASURE_ENDS), default=1)


def _check_evidence(kind: FactKind, on: date | None, value: str | None, ledger: Ledger) -> None:
    if kind is FactKind.COURSE_SET:
        missing = missing_from_course({**ledger, kind: None})
        if missing:
            raise refuse(ProblemCode.COURSE_INCOMPLETE, missing=missing)
    if kind is FactKind.HELP_STARTED and value not in set(Fit):
        raise refuse(ProblemCode.VALUE_MISSING, column=kind, expected=tuple(Fit))
    if kind is FactKind.END_DECIDED and value not in (choices := [one.code for one in END_OUTCOMES]):
        raise refuse(ProblemCode.VALUE_MISSING, column=kind, expected=tuple(choices))
    if kind is FactKind.MEASURE_ENDS and on:
        began = ledger.get(FactKind.MEASURE_STARTED) or ledger.get(FactKind.ORDERED)
        if began and began.on and on <= began.on:
            raise refuse(ProblemCode.END_BEFORE_START, column=kind, value=on.isoformat(), start=began.on)


def flags_of(kind: FactKind, on: date | None, ledger: Ledger) -> tuple[Flag, ...]:
    """Return what is remarkable about a fact in this ledger."""
    if on is None or kind in CLOCK_STARTS or kind in FORWARD_LOOKING:
        return ()
    ordered, told = ledger.get(FactKind.ORDERED), ledger.get(kind)
    flags = [Flag.BEFORE_ORDER] if ordered and ordered.on and on < ordered.on else []
    asked = ledger.get(FactKind.HELP_ASKED)
    if kind is FactKind.HELP_STARTED and asked and asked.on and on < asked.on:
        flags.append(Flag.BEFORE_ASKED)
    if told and told.value == Fit.DOES_NOT_FIT:
        flags.append(Flag.DOES_NOT_FIT)
    return tuple(flags)


def withdraw(house: House, code: str, kind: FactKind, *, actor: Actor, now: datetime) -> Recorded:
    """Withdraw the standing fact of a kind; the ledger keeps that it was there. Refuses when none stands."""
    with house.store.write() as tx:
        return withdraw_at(CaseDesk(set_scene(tx, house, now), actor), code, kind)


def withdraw_at(desk: CaseDesk, code: str, kind: FactKind, *, item: str | None = None) -> Recorded:
    """Withdraw a fact of the case, or of one of its items, in a unit of work that has begun."""
    case = desk.demand(code, Verb.WITHDRAW_FACT)
    facts = desk.facts(case)
    present = standing(facts, kind, item=item) if item else _counting(facts, kind)
    if present is None:
        raise refuse(ProblemCode.FACT_UNKNOWN, column=kind, value=code)
    _demand_clock_start(read_ledger(fact for fact in facts if fact.id != present.id))
    withdraw_fact(desk.scene.tx, present.id, now=desk.scene.now, by=desk.actor.name)
    desk.rederive(case.id)
    desk.leave_audit("withdraw_fact", code, kind=kind)
    return Recorded(desk.view(case.id), kind, present.on, changed=True)
