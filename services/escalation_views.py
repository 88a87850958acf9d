"""What is seen of an escalation: by a desk its code, norm, dates, blocker and holder, nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from core.cases import Case
from core.dates import Choice
from core.desks import DESK, DESK_KIND, Desk, Route
from core.errors import ProblemCode, refuse
from core.escalations import Escalation, EscalationStep
from core.facts import EXPLANATIONS
from core.ladder import RungMode, StepKind
from core.ledger import read_case_ledger
from core.norms import Norm
from core.people import Actor
from core.rights import Verb, may, nearness_to_case
from core.rules import Rules
from core.terms import Term
from services.case_desk import demand_case
from services.governance.agendas import NextTable, agenda_day, next_table
from services.house import House
from services.scene import Scene, set_scene
from storage.queries.cases import case_by_code, cases_by_ids, facts_of, terms_of
from storage.queries.escalations import escalation_by_id, escalations_of, held_by, steps_of


@dataclass(frozen=True, slots=True)
class RungView:
    """A rung in words: its code, who it is asked of, and whether it acts or is informed."""

    place: int
    code: str
    who: str
    acts: bool


@dataclass(frozen=True, slots=True)
class EscalationView:
    """An escalation as its reader may see it.

    `term` is the term as it stands, None when it is gone. `blockers` are the words of the reasons that were
    given; `holder` and `previous` user names. `table_on` and `closes_at` are of the next weekly table of the
    present desk, `agenda_on` is the day of the meeting on whose agenda it stands. `is_holder` says that it is
    the reader's turn, `may_escalate` that they may hold it or let it jump. `steps` is empty for who may not
    see the case. `labels` are the words of the reasons and outcomes in it, by code. `sees_case` says that the
    reader may see the whole case.
    """

    escalation: Escalation
    code: str
    norm: Norm | None
    term: Term | None
    today: date
    holder: str | None
    previous: str | None
    protector: str | None
    manager: str | None
    rung: RungView | None
    rungs: tuple[RungView, ...]
    blockers: tuple[str, ...]
    steps: tuple[EscalationStep, ...]
    is_holder: bool
    may_escalate: bool
    table_on: date | None = None
    closes_at: datetime | None = None
    agenda_on: date | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    sees_case: bool = False

    @property
    def needs_form(self) -> bool:
        """Tell whether the present rung wants an application that nobody has made yet."""
        present = self.escalation.present_rung
        applied = any(step.kind is StepKind.APPLIED for step in self.steps)
        return present is not None and present.form and not applied


def view_escalation(scene: Scene, escalation: Escalation, case: Case, actor: Actor) -> EscalationView:
    """Return an escalation as the actor may see it."""
    rules, directory = scene.rules, scene.directory
    near = nearness_to_case(actor, directory.holders(case, scene.today))
    sees_case = may(actor, Verb.SEE_CASE, near)
    term = next(
        (kept.term for kept in terms_of(scene.tx, [case.id])[case.id] if kept.term.norm == escalation.norm),
        None,
    )
    steps = tuple(steps_of(scene.tx, escalation.id))
    desk = _present_desk(scene, escalation, steps)
    table = next_table(scene, desk)
    rungs = tuple(_rung(scene, case, escalation, place) for place in range(len(escalation.ladder)))
    mine = {actor.person_id, *actor.stands_in_for} - {None}
    return EscalationView(
        escalation=escalation,
        code=case.code,
        norm=rules.norms.in_force(escalation.norm, term.start_on if term else scene.today),
        term=term,
        today=scene.today,
        holder=directory.name(escalation.holder_id),
        previous=directory.name(escalation.previous_id),
        protector=directory.name(case.protector_id),
        manager=directory.name(case.manager_id) if sees_case else None,
        rung=rungs[escalation.rung] if escalation.rung >= 0 else None,
        rungs=rungs,
        blockers=_blockers(scene, case, term),
        steps=steps if sees_case else _own_steps(steps, actor, holds=escalation.holder_id in mine),
        is_holder=escalation.is_running and escalation.holder_id in mine,
        may_escalate=escalation.is_running and may(actor, Verb.ESCALATE, near),
        table_on=table.on if table else None,
        closes_at=table.closes_at if table else None,
        agenda_on=agenda_day(scene, escalation) if escalation.is_running else None,
        sees_case=sees_case,
        labels={
            choice.code: choice.label
            for choice in (*rules.escalation.reasons.values(), *table_outcomes(rules))
        },
    )


def table_outcomes(rules: Rules) -> tuple[Choice, ...]:
    """Return what can come back from a table where a case was brought in."""
    table = rules.escalation.item_kinds.get("tafel")
    return table.outcomes if table else ()


def _own_steps(steps: Sequence[EscalationStep], actor: Actor, *, holds: bool) -> tuple[EscalationStep, ...]:
    """Return what a desk may see of the history: its own part.

    In its turn also what was applied for, and what came of a table, without what was written with that.
    """
    found: list[EscalationStep] = []
    for step in steps:
        if step.person == actor.name or (holds and step.kind is StepKind.APPLIED):
            found.append(step)
        elif holds and step.kind is StepKind.OUTCOME:
            found.append(replace(step, note=None))
    return tuple(found)


def _present_desk(scene: Scene, escalation: Escalation, steps: Sequence[EscalationStep]) -> Desk | None:
    codes = [
        step.details["desk"] for step in steps if step.rung == escalation.rung and "desk" in step.details
    ]
    return scene.rules.escalation.desks.desk(codes[-1]) if codes else None


def _rung(scene: Scene, case: Case, escalation: Escalation, place: int) -> RungView:
    rung = escalation.ladder[place]
    who = rung.who
    if who.startswith((DESK, DESK_KIND)):
        scope = scene.rules.scope(case.organisation, case.municipality)
        desk = scene.rules.escalation.desks.present(who, scope, scene.today)
        who = desk.name if desk else who.partition(":")[2]
    return RungView(place, rung.code, who, rung.mode is RungMode.ACT)


def _blockers(scene: Scene, case: Case, term: Term | None) -> tuple[str, ...]:
    """Return the words of the last reason given for this term: what kind of thing stands in the way."""
    norm = scene.rules.norms.in_force(term.norm, term.start_on) if term else None
    if norm is None or norm.explained_by not in EXPLANATIONS:
        return ()
    told = read_case_ledger(facts_of(scene.tx, [case.id])[case.id]).case.get(norm.explained_by)
    reason = scene.rules.escalation.reasons.get(told.value or "") if told else None
    return (reason.label,) if reason else ()


def read_escalation(house: House, escalation_id: int, *, actor: Actor, now: datetime) -> EscalationView:
    """Return one escalation. Refuses one that is unknown or nothing to the actor, both alike."""
    with house.store.read() as tx:
        scene = set_scene(tx, house, now)
        found = escalation_by_id(tx, escalation_id)
        case = cases_by_ids(tx, [found.case_id]).get(found.case_id) if found else None
        if found is None or case is None or not concerns(scene, found, case, actor):
            raise refuse(ProblemCode.ESCALATION_UNKNOWN)
        return view_escalation(scene, found, case, actor)


def concerns(scene: Scene, escalation: Escalation, case: Case, actor: Actor) -> bool:
    """Tell whether an escalation is anything to the actor: their case, their turn, or told to them once."""
    mine = {actor.person_id, *actor.stands_in_for} - {None}
    near = nearness_to_case(actor, scene.directory.holders(case, scene.today))
    told = {step.person for step in steps_of(scene.tx, escalation.id)}
    return (
        may(actor, Verb.SEE_CASE, near)
        or bool(mine & {escalation.holder_id, escalation.previous_id})
        or actor.name in told
    )


def case_escalations(
    house: House, code: str, norm: str | None = None, *, actor: Actor, now: datetime
) -> list[EscalationView]:
    """Return the escalations of a case, or of one of its terms, in the order they began, history included."""
    with house.store.read() as tx:
        scene = set_scene(tx, house, now)
        case = case_by_code(tx, code)
        if case is None:
            raise refuse(ProblemCode.CASE_UNKNOWN, value=code)
        demand_case(actor, Verb.SEE_CASE, scene.directory.holders(case, scene.today), code)
        found = escalations_of(tx, [case.id])[case.id]
        return [view_escalation(scene, one, case, actor) for one in found if norm is None or one.norm == norm]


def my_escalations(house: House, *, actor: Actor, now: datetime) -> list[EscalationView]:
    """Return the running escalations that wait for the actor, the most urgent first."""
    mine = [one for one in (actor.person_id, *actor.stands_in_for) if one is not None]
    with house.store.read() as tx:
        scene = set_scene(tx, house, now)
        found = held_by(tx, mine)
        cases = cases_by_ids(tx, [one.case_id for one in found])
        return [view_escalation(scene, one, cases[one.case_id], actor) for one in found]


def running_norms(scene: Scene, case_ids: Sequence[int]) -> dict[tuple[int, str], Escalation]:
    """Return the running escalation of each (case id, term) among these cases."""
    return {
        (one.case_id, one.norm): one
        for found in escalations_of(scene.tx, list(case_ids)).values()
        for one in found
        if one.is_running
    }


@dataclass(frozen=True, slots=True)
class RouteCard:
    """How a municipality's region escalates: the steps with desk, answer term and hint, and the source."""

    municipality: str
    region: str | None
    route: Route | None
    desks: tuple[Desk | None, ...]
    tables: tuple[NextTable | None, ...] = ()


def route_card(house: House, municipality: str, *, organisation: str, now: datetime) -> RouteCard:
    """Return the route card of a municipality (its configured code). Refuses an unknown one."""
    rules = house.rules
    place = rules.municipalities.get(municipality)
    if place is None:
        raise refuse(ProblemCode.MUNICIPALITY_UNKNOWN, value=municipality)
    scope, today = rules.scope(organisation, municipality), house.today(now)
    route = rules.escalation.desks.route(scope, today)
    steps = route.steps if route else ()
    desks = tuple(rules.escalation.desks.present(step.rung.who, scope, today) for step in steps)
    with house.store.read() as tx:
        scene = set_scene(tx, house, now)
        tables = tuple(next_table(scene, desk) for desk in desks)
    return RouteCard(place.name, rules.regions.get(place.region), route, desks, tables)
