"""One bulk reassignment: somebody leaves, or an institution ends; clocks are kept (D5, D25, D62)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import cycle

from core.cases import Case
from core.errors import ProblemCode, refuse
from core.facts import CouplingKind, FactKind
from core.outbox import MessageKind
from core.people import Actor, Person, Role
from core.rights import Verb, demand, nearness_to_case
from services.arming import reroute
from services.case_desk import CaseDesk, check_date, fact_row, holder
from services.couplings import lose, tell_switch
from services.house import House
from services.rung_holders import stand_in
from services.scene import Scene, set_scene
from storage.queries.cases import add_facts, cases_page, change_case
from storage.queries.outbox import add_message

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Reassigned:
    """What a reassignment did: the case codes for each new holder, in order."""

    cases: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def count(self) -> int:
        """Return how many cases changed hands."""
        return sum(len(codes) for _, codes in self.cases)


def reassign_person(
    house: House,
    from_name: str,
    to_names: Sequence[str],
    on: date,
    kind: CouplingKind,
    *,
    actor: Actor,
    now: datetime,
) -> Reassigned:
    """Give every running case of one jeugdbeschermer to others in turn; each gets one message.

    Refuses unknown people, people of another institution than a case's, no case at all, and what the actor
    may not do; then nothing changes.
    """
    with house.store.write() as tx:
        scene = set_scene(tx, house, now)
        leaving = scene.directory.named(from_name)
        if leaving is None:
            raise refuse(ProblemCode.PERSON_UNKNOWN, value=from_name)
        if from_name in to_names or not to_names:
            raise refuse(ProblemCode.REASSIGN_SAME, value=from_name)
        check_date(FactKind.PROTECTOR_COUPLED, on, scene.today)
        cases = [one for one in _running(scene, held_by=leaving.id) if one.protector_id == leaving.id]
        if not cases:
            raise refuse(ProblemCode.REASSIGN_NOTHING, value=from_name)
        desk = CaseDesk(scene, actor)
        given: dict[str, list[Case]] = {name: [] for name in to_names}
        for case, name in _in_turn(cases, to_names):
            _demand(scene, actor, case)
            _give(desk, case, holder(scene.directory, name, Role.PROTECTOR, case.organisation), on, kind)
            given[name].append(case)
        for name, theirs in given.items():
            person = scene.directory.named(name)
            if theirs and person is not None:
                _tell(scene, person, theirs, by=actor.name)
        return _reassigned(given)


def _in_turn(cases: Sequence[Case], names: Sequence[str]) -> Iterator[tuple[Case, str]]:
    """Deal the cases out in turn; the children of one family go to the same person."""
    turns, of_family = cycle(names), dict[str, str]()
    for case in cases:
        family = case.family or f"case:{case.id}"
        name = of_family.get(family) or next(turns)
        of_family[family] = name
        yield case, name


def reassign_organisation(
    house: House, from_code: str, to_code: str, on: date, *, actor: Actor, now: datetime
) -> Reassigned:
    """Move every running case of an institution to another; finding each a protector there begins.

    The new institution's contact gets one message. Refuses unknown institutions and what the actor may
    not do.
    """
    with house.store.write() as tx:
        scene = set_scene(tx, house, now)
        for code in (from_code, to_code):
            if code not in scene.rules.organisations:
                raise refuse(ProblemCode.ORGANISATION_UNKNOWN, value=code)
        if from_code == to_code:
            raise refuse(ProblemCode.REASSIGN_SAME, value=from_code)
        if not scene.rules.organisations[to_code].holds_cases_on(on):
            raise refuse(ProblemCode.ORGANISATION_ENDED, value=to_code, on=on)
        check_date(FactKind.PROTECTOR_COUPLED, on, scene.today)
        cases = _running(scene, organisation=from_code)
        if not cases:
            raise refuse(ProblemCode.REASSIGN_NOTHING, value=from_code)
        desk = CaseDesk(scene, actor)
        for case in cases:
            _demand(scene, actor, case)
            _move(desk, case, to_code, on)
        contact = stand_in(scene, replace(cases[0], organisation=to_code, protector_id=None, manager_id=None))
        if contact is not None:
            _tell(scene, contact, cases, by=actor.name)
        return _reassigned({to_code: cases})


def move_municipality(house: House, code: str, municipality: str, *, actor: Actor, now: datetime) -> None:
    """Record that a case moved to another municipality: clocks stay, the route is another (D25)."""
    with house.store.write() as tx:
        scene = set_scene(tx, house, now)
        if municipality not in scene.rules.municipalities:
            raise refuse(ProblemCode.MUNICIPALITY_UNKNOWN, value=municipality)
        desk = CaseDesk(scene, actor)
        case = desk.demand(code, Verb.RECORD_FACT)
        if case.municipality == municipality:
            return
        change_case(tx, case, "municipality", municipality, now=now, by=actor.name)
        reroute(scene, desk.rederive(case.id))
        desk.leave_audit("move_municipality", code, to=municipality)


def _running(scene: Scene, *, held_by: int | None = None, organisation: str | None = None) -> list[Case]:
    found: list[Case] = []
    after: str | None = None
    while page := cases_page(
        scene.tx,
        organisations=[organisation] if organisation else None,
        held_by=[held_by] if held_by is not None else None,
        running_on=scene.today,
        after_code=after,
        limit=CHUNK,
    ):
        found += page
        after = page[-1].code
    return found


def _demand(scene: Scene, actor: Actor, case: Case) -> None:
    near = nearness_to_case(actor, scene.directory.holders(case, scene.today))
    demand(actor, Verb.REASSIGN, near)


def _give(desk: CaseDesk, case: Case, protector: Person, on: date, kind: CouplingKind) -> None:
    scene, by = desk.scene, desk.actor.name
    change_case(scene.tx, case, "protector_id", protector.id, now=scene.now, by=by)
    row = fact_row(
        case.id, FactKind.PROTECTOR_COUPLED, on, value=protector.name, detail=kind, now=scene.now, by=by
    )
    add_facts(scene.tx, [row])
    tell_switch(desk, desk.rederive(case.id), kind, first=False)
    desk.leave_audit("reassign", case.code, to=protector.name, kind=kind)


def _move(desk: CaseDesk, case: Case, organisation: str, on: date) -> None:
    scene, by = desk.scene, desk.actor.name
    change_case(scene.tx, case, "organisation", organisation, now=scene.now, by=by)
    if case.manager_id is not None:
        change_case(scene.tx, case, "manager_id", None, now=scene.now, by=by)
    if case.protector_id is not None:
        lose(desk, case, on, stays=False)
    reroute(scene, desk.rederive(case.id))
    desk.leave_audit("reassign", case.code, to=organisation)


def _tell(scene: Scene, person: Person, cases: Sequence[Case], *, by: str) -> None:
    payload = {"case_ids": [case.id for case in cases], "by": by}
    now = scene.now
    add_message(
        scene.tx, person.id, MessageKind.REASSIGNED, scene.today, send_after=now, now=now, payload=payload
    )


def _reassigned(given: dict[str, list[Case]]) -> Reassigned:
    return Reassigned(
        tuple((name, tuple(case.code for case in theirs)) for name, theirs in given.items() if theirs)
    )
