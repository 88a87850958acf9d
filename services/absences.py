"""Absence with a substitute, set by the person or the manager."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from core.errors import ProblemCode, refuse
from core.outbox import MessageKind
from core.people import Absence, Actor, Person, Role
from core.rights import Verb, demand, may, nearness_to_person
from services.directory import Directory, load_directory
from services.house import House
from services.people import replan_all
from services.scene import Scene, set_scene
from storage.queries.office import leave_audit
from storage.queries.outbox import add_message
from storage.queries.people import absences_from, add_absence, withdraw_absences
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """An absence with the user names of both."""

    person: str
    substitute: str
    from_on: date
    through_on: date


def set_absence(
    house: House, name: str, substitute: str, from_on: date, through_on: date, *, actor: Actor, now: datetime
) -> AbsenceView:
    """Set who stands in for somebody (local dates, both included); the substitute gets one message.

    An overlapping absence that was set before is replaced. Refuses a period that has passed or runs
    backwards, somebody as their own substitute, one of another institution or without the role it takes, and
    what the actor may not do.
    """
    with house.store.write() as tx:
        scene = set_scene(tx, house, now)
        directory, today = scene.directory, scene.today
        person = _person(directory, name)
        demand(actor, Verb.SET_ABSENCE, nearness_to_person(actor, person))
        stand_in = _person(directory, substitute)
        _check(person, stand_in, from_on, through_on, today)
        overlapping = [
            found.id
            for found in absences_from(tx, from_on)
            if found.person_id == person.id and found.from_on <= through_on
        ]
        withdraw_absences(tx, overlapping, now)
        absence = Absence(0, person.id, stand_in.id, from_on, through_on)
        add_absence(tx, absence, set_by=actor.name, now=now)
        _tell(scene, person, absence, actor)
        _after_change(tx, house, person, actor.name, verb="set_absence", now=now)
        return AbsenceView(person.name, stand_in.name, from_on, through_on)


def end_absence(house: House, name: str, *, actor: Actor, now: datetime) -> list[AbsenceView]:
    """Withdraw the absences of a person that have not passed; return them."""
    today = house.today(now)
    with house.store.write() as tx:
        directory = load_directory(tx, house, today)
        person = _person(directory, name)
        demand(actor, Verb.SET_ABSENCE, nearness_to_person(actor, person))
        found = [absence for absence in absences_from(tx, today) if absence.person_id == person.id]
        withdraw_absences(tx, [absence.id for absence in found], now)
        if found:
            _after_change(tx, house, person, actor.name, verb="end_absence", now=now)
        return _views(directory, found)


def list_absences(house: House, *, actor: Actor, now: datetime) -> list[AbsenceView]:
    """Return the present and coming absences that the actor may set or stands in for."""
    today = house.today(now)
    with house.store.read() as tx:
        directory = load_directory(tx, house, today)
        found = absences_from(tx, today)
    return _views(
        directory,
        [
            absence
            for absence in found
            if absence.substitute_id == actor.person_id
            or (
                (person := directory.person(absence.person_id))
                and may(actor, Verb.SET_ABSENCE, nearness_to_person(actor, person))
            )
        ],
    )


def possible_substitutes(house: House, name: str, *, actor: Actor, now: datetime) -> list[Person]:
    """Return who can stand in for a person: colleagues of the institution, the own team first."""
    with house.store.read() as tx:
        directory = load_directory(tx, house, house.today(now))
    person = _person(directory, name)
    demand(actor, Verb.SET_ABSENCE, nearness_to_person(actor, person))
    able = [other for other in directory.everybody() if _can_stand_in(person, other)]
    return sorted(able, key=lambda other: (other.team != person.team, other.name))


def absent_people(house: House, *, actor: Actor, now: datetime) -> list[Person]:
    """Return whose absence the actor may set, the actor first."""
    with house.store.read() as tx:
        directory = load_directory(tx, house, house.today(now))
    able = [
        person
        for person in directory.everybody()
        if person.revoked_at is None
        and Role.CONTACT not in person.roles
        and may(actor, Verb.SET_ABSENCE, nearness_to_person(actor, person))
    ]
    return sorted(able, key=lambda person: (person.id != actor.person_id, person.name))


_LEADING_ROLES = (Role.MANAGER, Role.PROTECTOR)


def _needed_role(person: Person) -> Role | None:
    """Return the role a substitute needs to be allowed what the absent person is asked."""
    return next((role for role in _LEADING_ROLES if role in person.roles), None)


def _can_stand_in(person: Person, other: Person) -> bool:
    return (
        other.id != person.id
        and other.revoked_at is None
        and Role.CONTACT not in other.roles
        and other.organisation == person.organisation
        and _has_needed_role(person, other)
    )


def _has_needed_role(person: Person, other: Person) -> bool:
    needed = _needed_role(person)
    if needed is Role.PROTECTOR:
        return bool(other.roles & {Role.PROTECTOR, Role.MANAGER})
    return needed in other.roles if needed else bool(other.roles & person.roles)


def _check(person: Person, stand_in: Person, from_on: date, through_on: date, today: date) -> None:
    if stand_in.id == person.id:
        raise refuse(ProblemCode.SUBSTITUTE_SELF, value=person.name)
    if through_on < from_on or through_on < today:
        raise refuse(ProblemCode.ABSENCE_BACKWARDS, value=through_on.isoformat(), from_on=from_on)
    if stand_in.organisation != person.organisation:
        organisation = person.organisation or ""
        raise refuse(
            ProblemCode.PERSON_OTHER_ORGANISATION,
            value=stand_in.name,
            name=stand_in.name,
            organisation=organisation,
        )
    if not _can_stand_in(person, stand_in):
        role = _needed_role(person) or next(iter(sorted(person.roles)), "")
        raise refuse(ProblemCode.PERSON_WRONG_ROLE, value=stand_in.name, name=stand_in.name, role=role)


def _tell(scene: Scene, person: Person, absence: Absence, actor: Actor) -> None:
    if absence.substitute_id == actor.person_id:
        return
    payload = {
        "person": person.name,
        "from_on": absence.from_on.isoformat(),
        "through_on": absence.through_on.isoformat(),
    }
    now, kind = scene.now, MessageKind.SUBSTITUTE
    add_message(scene.tx, absence.substitute_id, kind, scene.today, send_after=now, now=now, payload=payload)


def _after_change(
    tx: Transaction, house: House, person: Person, by: str, *, verb: str, now: datetime
) -> None:
    leave_audit(tx, actor=by, verb=verb, subject=person.name, now=now)
    replan_all(tx, house, [person.id], now)


def _views(directory: Directory, absences: Iterable[Absence]) -> list[AbsenceView]:
    return [
        AbsenceView(
            directory.name(found.person_id) or "?",
            directory.name(found.substitute_id) or "?",
            found.from_on,
            found.through_on,
        )
        for found in absences
    ]


def _person(directory: Directory, name: str) -> Person:
    person = directory.named(name)
    if person is None or person.revoked_at is not None:
        raise refuse(ProblemCode.PERSON_UNKNOWN, value=name)
    return person
