"""What stands beside the terms of a case: prompts, blockers of its needs, holders, escalations, its route."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.escalations import Blocker
from core.people import Actor
from core.rights import Nearness, Verb, may
from core.same_face import SameFace
from services.case_views import CaseView
from services.couplings import steadiness
from services.escalation_views import EscalationView, RouteCard, case_escalations, route_card
from services.house import House
from services.items import prompts_for
from services.scene import set_scene
from storage.queries.escalations import blockers_on


@dataclass(frozen=True, slots=True)
class CaseAside:
    """What a reader sees beside a case's terms; `blockers` per number of a need that has not started."""

    prompts: tuple[str, ...]
    blockers: Mapping[int, tuple[Blocker, ...]]
    face: SameFace
    escalations: tuple[EscalationView, ...]
    route: RouteCard | None


def read_aside(house: House, view: CaseView, *, actor: Actor, now: datetime) -> CaseAside:
    """Return what stands beside a case that the actor may see. Refuses who may not."""
    code, case = view.case.code, view.case
    with house.store.read() as tx:
        scene = set_scene(tx, house, now)
        prompts = prompts_for(view, scene) if view.may_record else ()
        sees = may(actor, Verb.SEE_BLOCKERS, Nearness.OWN)
        known = blockers_on(tx, scene.today) if sees else []
    region = house.rules.scope(case.organisation, case.municipality).region
    blockers = {
        need.number: tuple(
            one for one in known if one.blocks(view.today, help_kind=need.help_kind, region=region)
        )
        for need in view.needs
        if need.started_on is None and not need.dropped
    }
    is_known = case.municipality in house.rules.municipalities
    return CaseAside(
        prompts=prompts,
        blockers=blockers,
        face=steadiness(house, code, actor=actor, now=now),
        escalations=tuple(case_escalations(house, code, actor=actor, now=now)),
        route=route_card(house, case.municipality, organisation=case.organisation, now=now)
        if is_known
        else None,
    )
