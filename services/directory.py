"""Who is there, who stands in for whom, and who gets what nobody holds."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from core.cadence import Rung
from core.cases import Case
from core.people import Absence, Actor, Person, Role, actor_of
from core.rights import CaseHolders
from core.rules import Rules
from storage.queries.people import absences_from, everybody, people_version
from storage.store import Transaction

if TYPE_CHECKING:
    from services.house import House

_SUBSTITUTES_IN_A_ROW = 5


class Directory:
    """Everybody at one moment."""

    def __init__(self, people: Iterable[Person], absences: Iterable[Absence], rules: Rules) -> None:
        """Take all people and the absences that have not passed."""
        self._rules = rules
        self._by_id = {person.id: person for person in people}
        self._by_name = {person.name: person for person in self._by_id.values()}
        self._absences: dict[int, list[Absence]] = {}
        for absence in absences:
            self._absences.setdefault(absence.person_id, []).append(absence)
        self._holders: dict[tuple[object, ...], Person | None] = {}

    def person(self, person_id: int | None) -> Person | None:
        """Return the person with that id, revoked or not."""
        return self._by_id.get(person_id) if person_id is not None else None

    def named(self, name: str) -> Person | None:
        """Return the person with that user name, revoked or not."""
        return self._by_name.get(name)

    def everybody(self) -> list[Person]:
        """Return all people and contacts."""
        return list(self._by_id.values())

    def name(self, person_id: int | None) -> str | None:
        """Return the user name for an id."""
        person = self.person(person_id)
        return person.name if person else None

    def absences_of(self, person_id: int) -> list[Absence]:
        """Return the present and coming absences of a person."""
        return self._absences.get(person_id, [])

    def absence(self, person_id: int, on: date) -> Absence | None:
        """Return the absence of a person that covers `on`; the one set last when several do."""
        covering = [
            found for found in self._absences.get(person_id, []) if found.from_on <= on <= found.through_on
        ]
        return max(covering, key=lambda found: found.id, default=None)

    def stands_in_for(self, person_id: int, on: date) -> frozenset[int]:
        """Return the absent people for whom this person stands in on `on`."""
        return frozenset(
            absent
            for absent in self._absences
            if absent != person_id and (found := self.present(absent, on)) and found.id == person_id
        )

    def present(self, person_id: int | None, on: date) -> Person | None:
        """Return the person, or while absent the substitute; None when neither is there."""
        for _ in range(_SUBSTITUTES_IN_A_ROW):
            person = self.person(person_id)
            if person is None or person.revoked_at is not None:
                return None
            absence = self.absence(person.id, on)
            if absence is None:
                return person
            person_id = absence.substitute_id
        return None

    def next_turn(self, person_ids: Iterable[int | None], after: date) -> date | None:
        """Return the first day after `after` on which an absence changes whose own working days count."""
        turns = [
            on
            for person_id in person_ids
            if person_id in self._absences and (person := self.person(person_id))
            for absence in self._absences[person.id]
            if (substitute := self.person(absence.substitute_id)) and substitute.days != person.days
            for on in (absence.from_on, absence.through_on + timedelta(days=1))
            if on > after
        ]
        return min(turns, default=None)

    def holder(
        self, rung: Rung, protector_id: int | None, manager_id: int | None, organisation: str, on: date
    ) -> Person | None:
        """Return who is told on a rung: its holder, else manager, institution's contact, administrator."""
        key = (rung, protector_id, manager_id, organisation, on)
        if key not in self._holders:
            self._holders[key] = self._find_holder(rung, protector_id, manager_id, organisation, on)
        return self._holders[key]

    def _find_holder(
        self, rung: Rung, protector_id: int | None, manager_id: int | None, organisation: str, on: date
    ) -> Person | None:
        protector = self.present(protector_id, on) if rung is Rung.PROTECTOR else None
        return (
            protector
            or self.manager(protector_id, manager_id, on)
            or self.contact_of(organisation)
            or self.administrator(on)
        )

    def manager(self, protector_id: int | None, manager_id: int | None, on: date) -> Person | None:
        """Return the case's manager, else the manager of the protector's team."""
        return self.present(manager_id, on) or self._team_manager(self.person(protector_id), on)

    def teams_led_by(self, person_ids: Iterable[int]) -> set[tuple[str, str]]:
        """Return the (organisation, team) of each manager among these people."""
        found = (self.person(person_id) for person_id in person_ids)
        return {
            (person.organisation, person.team)
            for person in found
            if person and Role.MANAGER in person.roles and person.organisation and person.team
        }

    def manager_of(self, person: Person, on: date) -> Person | None:
        """Return who leads a person, is the contact of their institution, or administers."""
        return (
            self._team_manager(person, on)
            or (self.contact_of(person.organisation) if person.organisation else None)
            or self.administrator(on)
        )

    def _team_manager(self, person: Person | None, on: date) -> Person | None:
        if person is None or person.team is None:
            return None
        managers = sorted(
            candidate.id
            for candidate in self._by_id.values()
            if Role.MANAGER in candidate.roles
            and candidate.id != person.id
            and (candidate.organisation, candidate.team) == (person.organisation, person.team)
        )
        return next((found for manager in managers if (found := self.present(manager, on))), None)

    def contact_of(self, organisation: str) -> Person | None:
        """Return the institution's functional mailbox."""
        configured = self._rules.organisations.get(organisation)
        contact = self.named(configured.contact) if configured and configured.contact else None
        return contact if contact and contact.revoked_at is None else None

    def administrator(self, on: date) -> Person | None:
        """Return the configured fallback, else the first administrator who is there."""
        return next(iter(self.administrators(on)), None)

    def administrators(self, on: date) -> list[Person]:
        """Return the administrators who are there, or their substitutes; the configured fallback first."""
        fallback = self._rules.notices.fallback
        named = self.named(fallback) if fallback else None
        others = sorted(person.id for person in self._by_id.values() if Role.ADMINISTRATOR in person.roles)
        there = (self.present(one, on) for one in ([named.id] if named else []) + others)
        return list({found.id: found for found in there if found}.values())

    def project_leader(self, region: str | None, on: date) -> Person | None:
        """Return the project leader of a region who is there, else one of no region."""
        leaders = sorted(
            (person.region != region, person.id)
            for person in self._by_id.values()
            if Role.PROJECT_LEADER in person.roles and person.region in (region, None)
        )
        return next((found for _, leader in leaders if (found := self.present(leader, on))), None)

    def holders(self, case: Case, on: date) -> CaseHolders:
        """Return who holds a case, as far as rights need to know."""
        protector = self.person(case.protector_id)
        manager = self.person(case.manager_id)
        if manager is None or manager.revoked_at is not None:
            manager = self.manager(case.protector_id, case.manager_id, on)
        told = self.holder(Rung.PROTECTOR, case.protector_id, case.manager_id, case.organisation, on)
        contact = told.id if told and Role.CONTACT in told.roles else None
        return CaseHolders(case.organisation, protector, manager, contact)

    def actor(self, person: Person, on: date) -> Actor:
        """Return a person as an actor, with the people they stand in for."""
        return actor_of(person, self.stands_in_for(person.id, on))


class DirectoryShelf:
    """Keeps the last directory that was read in one house, while no person and no absence has changed."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: tuple[tuple[str | None, date], Directory] | None = None

    def present(self, tx: Transaction, rules: Rules, today: date) -> Directory:
        """Return everybody as this unit of work sees them, and the absences that have not passed."""
        key = (people_version(tx), today)
        kept = self._kept
        if kept is None or kept[0] != key:
            kept = self._kept = (key, Directory(everybody(tx), absences_from(tx, today), rules))
        return kept[1]


def load_directory(tx: Transaction, house: "House", today: date) -> Directory:
    """Return everybody and the absences that have not passed."""
    return house.shelf.present(tx, house.rules, today)


def read_directory(house: "House", now: datetime) -> Directory:
    """Return everybody at this moment."""
    with house.store.read() as tx:
        return load_directory(tx, house, house.today(now))
