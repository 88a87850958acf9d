"""Who holds a case: couple, lose, hand over; the second unplanned switch alarms (D1, D3-D5)."""

from datetime import date, datetime

from core.cases import Case
from core.dates import HANDOVER
from core.errors import ProblemCode, refuse
from core.facts import CouplingKind, Fact, FactKind, read_items, read_ledger, standing
from core.ledger import COUPLING, read_case_ledger
from core.outbox import MessageKind
from core.people import Actor, Person, Role
from core.rights import Verb
from core.same_face import SameFace, same_face
from services.alerts import AlertKind, tell_manager, tell_next_rung
from services.case_desk import CaseDesk, check_date, fact_row, holder
from services.case_reading import read_case
from services.case_views import CaseView
from services.cases import Recorded, flags_of
from services.house import House
from services.items import ItemDone, new_item
from services.scene import Scene, set_scene
from storage.queries.cases import add_facts, change_case
from storage.queries.outbox import add_message

ALLOWED_UNPLANNED = 1
"""One switch by turnover or illness is what the norm allows (Regiorapport inspecties 2021, norm 1)."""


def couple(
    house: House,
    code: str,
    person: str,
    on: date,
    *,
    kind: CouplingKind | None = None,
    handover_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> Recorded:
    """Couple a jeugdbeschermer to a case from `on`; that person gets one message.

    `kind` is how they came to it; left out it is the start of a case that nobody held, planned where their
    handover was planned, else unplanned. An intake team needs `handover_on`, the day on which a steady
    protector takes over. Refuses somebody of another institution or role; the same person twice changes
    nothing.
    """
    with house.store.write() as tx:
        desk = CaseDesk(set_scene(tx, house, now), actor)
        return couple_at(desk, code, person, on, kind=kind, handover_on=handover_on)


def couple_at(
    desk: CaseDesk,
    code: str,
    person: str,
    on: date,
    *,
    kind: CouplingKind | None = None,
    handover_on: date | None = None,
) -> Recorded:
    """Couple somebody in a unit of work that has begun; see `couple`."""
    scene = desk.scene
    case = desk.demand(code, Verb.COUPLE)
    check_date(FactKind.PROTECTOR_COUPLED, on, scene.today)
    protector = holder(scene.directory, person, Role.PROTECTOR, case.organisation)
    facts = desk.facts(case)
    present = standing(facts, FactKind.PROTECTOR_COUPLED)
    if case.protector_id == protector.id and present and _says_the_same(present, kind):
        return _known_already(desk, case, present)
    kind = kind or _likely_kind(facts, person)
    if kind is CouplingKind.INTAKE_TEAM and handover_on is None:
        raise refuse(ProblemCode.HANDOVER_DATE_MISSING, column=FactKind.HANDOVER_PLANNED)
    changed = _couple(desk, case, protector, on, kind)
    if handover_on is not None:
        _plan(desk, changed, None, handover_on)
    if protector.id != desk.actor.person_id:
        tell_assigned(scene, protector, changed, by=desk.actor.name)
    tell_switch(desk, changed, kind)
    desk.leave_audit("couple", code, person=person, on=on.isoformat(), kind=kind)
    view = desk.view(case.id)
    flags = flags_of(FactKind.PROTECTOR_COUPLED, on, view.ledger)
    return Recorded(view, FactKind.PROTECTOR_COUPLED, on, changed=True, flags=flags)


def _known_already(desk: CaseDesk, case: Case, present: Fact) -> Recorded:
    return Recorded(
        desk.view(case.id),
        FactKind.PROTECTOR_COUPLED,
        present.on,
        changed=False,
        known_by=present.recorded_by,
        known_since=present.recorded_at,
    )


def _says_the_same(present: Fact, kind: CouplingKind | None) -> bool:
    """Tell whether a coupling says nothing new; who held a case in name only can begin for real (D1)."""
    if kind is None:
        return present.detail != CouplingKind.WAITING_LIST
    return kind == (present.detail or CouplingKind.START)


def _likely_kind(facts: list[Fact], person: str) -> CouplingKind:
    if FactKind.PROTECTOR_COUPLED not in read_ledger(facts):
        return CouplingKind.START
    planned = any(
        told.value == person
        for ledger in read_items(facts).values()
        if (told := ledger.get(FactKind.HANDOVER_PLANNED))
    )
    return CouplingKind.PLANNED if planned else CouplingKind.UNPLANNED


def _couple(desk: CaseDesk, case: Case, protector: Person, on: date, kind: CouplingKind) -> Case:
    scene, by = desk.scene, desk.actor.name
    if case.protector_id != protector.id:
        change_case(scene.tx, case, "protector_id", protector.id, now=scene.now, by=by)
    _let_go_of_stand_in(desk, case)
    row = fact_row(
        case.id,
        FactKind.PROTECTOR_COUPLED,
        on,
        value=protector.name,
        detail=kind,
        now=scene.now,
        by=by,
    )
    add_facts(scene.tx, [row])
    return desk.rederive(case.id)


def _let_go_of_stand_in(desk: CaseDesk, case: Case) -> None:
    """Take off the manager who kept a case while nobody held it: the new protector's team leads it now."""
    manager = desk.scene.directory.name(case.manager_id)
    ledger = read_case_ledger(desk.facts(case))
    kept = any(
        told.detail == manager
        for of_item in ledger.items.values()
        if FactKind.RECOUPLED not in of_item and (told := of_item.get(FactKind.UNCOUPLED))
    )
    if manager is not None and kept:
        scene = desk.scene
        change_case(scene.tx, case, "manager_id", None, now=scene.now, by=desk.actor.name)


def tell_switch(desk: CaseDesk, case: Case, kind: CouplingKind, *, first: bool = True) -> None:
    """Tell the manager of the first unplanned switch, and the next rung too of every further one (D3).

    Without `first` only the further ones are told, as in bulk.
    """
    if kind is not CouplingKind.UNPLANNED:
        return
    times = same_face(desk.facts(case), None, desk.scene.today).unplanned
    if times <= ALLOWED_UNPLANNED:
        if first:
            tell_manager(desk.scene, case, AlertKind.FIRST_SWITCH)
        return
    tell_manager(desk.scene, case, AlertKind.SECOND_SWITCH)
    tell_next_rung(desk.scene, case, AlertKind.SECOND_SWITCH)


def uncouple(house: House, code: str, on: date, *, actor: Actor, now: datetime) -> ItemDone:
    """Record that a case lost its protector: finding somebody new begins at once, norm 2 runs on (D5).

    Refuses a case that nobody holds. Nothing is recorded of why.
    """
    with house.store.write() as tx:
        desk = CaseDesk(set_scene(tx, house, now), actor)
        case = desk.demand(code, Verb.COUPLE)
        check_date(FactKind.UNCOUPLED, on, desk.scene.today)
        if case.protector_id is None:
            raise refuse(ProblemCode.NOBODY_COUPLED, value=code)
        item = lose(desk, case, on)
        tell_manager(desk.scene, case, AlertKind.LOST_PROTECTOR, by=actor.person_id)
        desk.leave_audit("uncouple", code, on=on.isoformat())
        return ItemDone(desk.view(case.id), item, FactKind.UNCOUPLED, on)


def lose(desk: CaseDesk, case: Case, on: date, *, stays: bool = True) -> str:
    """Take the protector off a case in a unit of work that has begun; return the item of finding another.

    Where the case `stays` in the institution and has no manager of its own, the one of the protector's team
    keeps it meanwhile: somebody has to couple the next.
    """
    scene, by = desk.scene, desk.actor.name
    item = new_item(desk.facts(case), COUPLING)
    gone = scene.directory.name(case.protector_id)
    manager = scene.directory.manager(case.protector_id, None, scene.today) if stays else None
    keeps = manager.name if manager is not None and case.manager_id is None else None
    if manager is not None and keeps is not None:
        change_case(scene.tx, case, "manager_id", manager.id, now=scene.now, by=by)
    change_case(scene.tx, case, "protector_id", None, now=scene.now, by=by)
    row = fact_row(case.id, FactKind.UNCOUPLED, on, value=gone, detail=keeps, item=item, now=scene.now, by=by)
    add_facts(scene.tx, [row])
    desk.rederive(case.id)
    return item


def plan_handover(
    house: House, code: str, person: str | None, on: date, *, actor: Actor, now: datetime
) -> ItemDone:
    """Plan the day on which a case is handed over, and to whom when that is known; both are reminded (D4)."""
    with house.store.write() as tx:
        desk = CaseDesk(set_scene(tx, house, now), actor)
        case = desk.demand(code, Verb.COUPLE)
        if person is not None:
            holder(desk.scene.directory, person, Role.PROTECTOR, case.organisation)
        item = _plan(desk, case, person, on)
        desk.leave_audit("plan_handover", code, person=person, on=on.isoformat())
        return ItemDone(desk.view(case.id), item, FactKind.HANDOVER_PLANNED, on)


def _plan(desk: CaseDesk, case: Case, person: str | None, on: date) -> str:
    check_date(FactKind.HANDOVER_PLANNED, on, desk.scene.today)
    facts = desk.facts(case)
    running = [
        item
        for item, ledger in read_items(facts).items()
        if FactKind.HANDOVER_PLANNED in ledger and FactKind.HANDOVER_TALK not in ledger
    ]
    item = running[-1] if running else new_item(facts, HANDOVER)
    row = fact_row(
        case.id,
        FactKind.HANDOVER_PLANNED,
        on,
        value=person,
        item=item,
        now=desk.scene.now,
        by=desk.actor.name,
    )
    add_facts(desk.scene.tx, [row])
    desk.rederive(case.id)
    return item


def hand_over(house: House, code: str, item: str, on: date, *, actor: Actor, now: datetime) -> ItemDone:
    """Record that the handover talk was held; who was named when it was planned holds the case from then on.

    Refuses a handover that is unknown or of which nobody is named yet.
    """
    with house.store.write() as tx:
        return hand_over_at(CaseDesk(set_scene(tx, house, now), actor), code, item, on)


def hand_over_at(desk: CaseDesk, code: str, item: str, on: date) -> ItemDone:
    """Hand over in a unit of work that has begun; see `hand_over`."""
    case = desk.demand(code, Verb.RECORD_FACT)
    check_date(FactKind.HANDOVER_TALK, on, desk.scene.today)
    items = read_items(desk.facts(case))
    planned = items.get(item, {}).get(FactKind.HANDOVER_PLANNED)
    if planned is None:
        raise refuse(ProblemCode.ITEM_UNKNOWN, value=item, known=tuple(items))
    if planned.value is None:
        raise refuse(ProblemCode.VALUE_MISSING, column=FactKind.HANDOVER_PLANNED)
    protector = holder(desk.scene.directory, planned.value, Role.PROTECTOR, case.organisation)
    row = fact_row(case.id, FactKind.HANDOVER_TALK, on, item=item, now=desk.scene.now, by=desk.actor.name)
    add_facts(desk.scene.tx, [row])
    if case.protector_id != protector.id:
        case = _couple(desk, case, protector, on, CouplingKind.PLANNED)
        if protector.id != desk.actor.person_id:
            tell_assigned(desk.scene, protector, case, by=desk.actor.name)
    else:
        desk.rederive(case.id)
    desk.leave_audit("hand_over", code, item=item, on=on.isoformat())
    return ItemDone(desk.view(case.id), item, FactKind.HANDOVER_TALK, on)


def steadiness(house: House, code: str, *, actor: Actor, now: datetime) -> SameFace:
    """Return who held a case when, its days without anybody, and its unplanned switches."""
    return steadiness_of(read_case(house, code, actor=actor, now=now))


def steadiness_of(view: CaseView) -> SameFace:
    """Return how steady the protector of a case has been, of a case that was read."""
    return same_face(view.facts, _clock_start(view), view.today)


def _clock_start(view: CaseView) -> date | None:
    first = view.term("1")
    return first.term.start_on if first else None


def tell_assigned(scene: Scene, protector: Person, case: Case, *, by: str) -> None:
    """Put the one message in the outbox that tells somebody of a case that is now theirs."""
    payload = {"case_id": case.id, "by": by}
    now = scene.now
    add_message(
        scene.tx, protector.id, MessageKind.ASSIGNED, scene.today, send_after=now, now=now, payload=payload
    )
