"""Who a rung of a ladder means for a case today, and who gets it where nobody is found."""

from dataclasses import dataclass

from core.cases import Case
from core.desks import DESK, DESK_KIND, Desk
from core.ladder import LadderRung
from core.people import Person, Role
from services.scene import Scene


@dataclass(frozen=True, slots=True)
class Resolved:
    """Who a rung means for a case: the person, the desk they answer for, and whether it is a stand-in."""

    person: Person | None
    desk: Desk | None = None
    is_fallback: bool = False

    @property
    def details(self) -> dict[str, str]:
        """Return what the history keeps of it."""
        return {"desk": self.desk.code} if self.desk else {}


def resolve(scene: Scene, case: Case, rung: LadderRung) -> Resolved:
    """Return who a rung means today; where nobody is found, who gets what nobody holds."""
    desk = _desk_of(scene, case, rung)
    person = _desk_person(scene, desk) if desk else _person_of(scene, case, rung.who)
    if person is not None and person.reachable:
        return Resolved(person, desk)
    return Resolved(stand_in(scene, case), desk, is_fallback=True)


def stand_in(scene: Scene, case: Case, *, but: int | None = None) -> Person | None:
    """Return who gets what nobody holds: the manager, the institution's contact, the administrator.

    The first who can be reached and is not person `but`; when nobody can, the first of them.
    """
    directory, today = scene.directory, scene.today
    found = (
        directory.manager(case.protector_id, case.manager_id, today),
        directory.contact_of(case.organisation),
        directory.administrator(today),
    )
    there = [person for person in found if person is not None and person.id != but]
    return next((person for person in there if person.reachable), next(iter(there), None))


def _desk_of(scene: Scene, case: Case, rung: LadderRung) -> Desk | None:
    if not rung.who.startswith((DESK, DESK_KIND)):
        return None
    scope = scene.rules.scope(case.organisation, case.municipality)
    return scene.rules.escalation.desks.present(rung.who, scope, scene.today)


def _desk_person(scene: Scene, desk: Desk) -> Person | None:
    contact = scene.directory.named(desk.contact) if desk.contact else None
    return scene.directory.present(contact.id, scene.today) if contact else None


def _person_of(scene: Scene, case: Case, who: str) -> Person | None:
    directory, today = scene.directory, scene.today
    if who == Role.PROTECTOR:
        return directory.present(case.protector_id, today)
    if who == Role.MANAGER:
        return directory.manager(case.protector_id, case.manager_id, today)
    if who == "instelling":
        return directory.contact_of(case.organisation)
    if who == Role.ADMINISTRATOR:
        return directory.administrator(today)
    if who == Role.PROJECT_LEADER:
        scope = scene.rules.scope(case.organisation, case.municipality)
        return directory.project_leader(scope.region, today)
    named = directory.named(who.removeprefix("persoon:"))
    return directory.present(named.id, today) if named else None
