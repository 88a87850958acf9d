"""What somebody can choose when opening a case, and to whom the new case belongs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from core.facts import FactKind
from core.people import Actor, Role
from core.rights import Nearness, Verb, demand, may
from core.rules import Measure, Municipality, Organisation
from services.cases import NewCase
from services.house import House


@dataclass(frozen=True, slots=True)
class OpeningChoices:
    """The institutions (the own one first), municipalities by name and measures of a new case."""

    organisations: tuple[Organisation, ...]
    municipalities: tuple[Municipality, ...]
    measures: tuple[Measure, ...]


def opening_choices(house: House, *, actor: Actor, now: datetime) -> OpeningChoices:
    """Return what the actor can choose. Refuses who may open no case at all."""
    demand(actor, Verb.CREATE_CASE, Nearness.ORGANISATION)
    rules, today = house.rules, house.today(now)
    anywhere = may(actor, Verb.CREATE_CASE, Nearness.ANY)
    organisations = [
        organisation
        for organisation in rules.organisations.values()
        if organisation.holds_cases_on(today) and (anywhere or organisation.code == actor.organisation)
    ]
    return OpeningChoices(
        tuple(sorted(organisations, key=lambda found: (found.code != actor.organisation, found.name))),
        tuple(sorted(rules.municipalities.values(), key=lambda found: found.name)),
        tuple(rules.measures.values()),
    )


def own_new_case(
    actor: Actor,
    code: str,
    organisation: str,
    municipality: str,
    measure: str,
    dates: Mapping[FactKind, date],
) -> NewCase:
    """Return a new case that belongs to who opens it, as far as their roles can hold a case."""
    return NewCase(
        code=code,
        organisation=organisation,
        municipality=municipality,
        measure=measure,
        protector=actor.name if Role.PROTECTOR in actor.roles else None,
        manager=actor.name if Role.MANAGER in actor.roles else None,
        dates=dates,
    )
