"""Whose cases can be handed to whom in bulk, by who asks."""

from dataclasses import dataclass
from datetime import datetime

from core.people import Actor, Person, Role
from core.rights import Nearness, Verb, demand, may
from core.rules import Organisation
from services.case_lists import CaseFilter, list_cases
from services.house import House
from services.people import list_people


@dataclass(frozen=True, slots=True)
class Caseload:
    """Somebody's running cases that the actor may hand over, and who could take them."""

    person: str
    codes: tuple[str, ...]
    takers: tuple[Person, ...]


def people_with_cases(house: House, *, actor: Actor, now: datetime) -> list[Person]:
    """Return the jeugdbeschermers whose cases the actor may hand over. Refuses who may hand over none."""
    demand(actor, Verb.REASSIGN, Nearness.TEAM)
    people, _ = list_people(house, actor=actor, now=now)
    return sorted((one for one in people if Role.PROTECTOR in one.roles), key=lambda one: one.name)


def caseload(house: House, person: Person, *, actor: Actor, now: datetime) -> Caseload:
    """Return the running cases of somebody, and the colleagues of that institution who can take them."""
    only = CaseFilter(organisation=person.organisation, protector=person.name)
    found = list_cases(house, actor=actor, now=now, only=only)
    takers = [
        one
        for one in people_with_cases(house, actor=actor, now=now)
        if one.organisation == person.organisation and one.revoked_at is None and one.id != person.id
    ]
    return Caseload(person.name, tuple(one.case.code for one in found), tuple(takers))


def institutions_to_leave(house: House, *, actor: Actor) -> list[Organisation]:
    """Return the institutions whose cases the actor may move to another; none for who may move none."""
    everywhere = may(actor, Verb.REASSIGN, Nearness.ANY)
    own = may(actor, Verb.REASSIGN, Nearness.ORGANISATION)
    return [
        one
        for one in house.rules.organisations.values()
        if everywhere or (own and one.code == actor.organisation)
    ]
