"""Who has not answered, not handed in, or said nothing of an action: whom a leader can have reminded."""

from dataclasses import dataclass

from core.occurrences import MeetingStatus
from core.people import Person
from core.planboard import waits_for_word
from core.ports import Address
from services.addresses import address_of
from services.governance.matters import (
    ActionMatter,
    Matter,
    MeetingMatter,
    SubmissionMatter,
    participants_of,
)
from services.governance.tellings import Audience, Moment, Telling, audience_of
from services.scene import Scene
from storage.queries.governance import answers_of


@dataclass(frozen=True, slots=True)
class Silent:
    """Who is asked because something of a matter is missing, and the names of who cannot be reached.

    Of who is absent the substitute is asked; who has no address at all is lost.
    """

    people: tuple[Person, ...] = ()
    lost: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is missing."""
        return bool(self.people or self.lost)


def unanswered(scene: Scene, matter: MeetingMatter) -> list[Person]:
    """Return the participants of whom there is no answer, of themselves nor of who stands in for them."""
    required, optional = participants_of(matter.occurrence.series, scene.directory, scene.today)
    given = answers_of(scene.tx, matter.ref.code, matter.ref.original_on)
    heard = {one.person_id for one in given if one.version == matter.version}
    return [one for one in (*required, *optional) if not heard & {one.id, _present(scene, one.id)}]


def _present(scene: Scene, person_id: int) -> int | None:
    there = scene.directory.present(person_id, scene.today)
    return there.id if there else None


def silent_about(scene: Scene, matter: Matter) -> Silent:
    """Return whom a matter waits for; nobody when it waits for nothing."""
    if isinstance(matter, MeetingMatter):
        return _of_meeting(scene, matter)
    if isinstance(matter, SubmissionMatter):
        return _of_submission(scene, matter)
    return _of_action(scene, matter) if isinstance(matter, ActionMatter) else Silent()


def _of_meeting(scene: Scene, matter: MeetingMatter) -> Silent:
    occurrence = matter.occurrence
    coming = occurrence.status in (MeetingStatus.PLANNED, MeetingStatus.MOVED)
    if not coming or occurrence.sorted_on < scene.today:
        return Silent()
    return _reached(scene, [(one.name, [one]) for one in unanswered(scene, matter)])


def _of_submission(scene: Scene, matter: SubmissionMatter) -> Silent:
    """Return the data leads of an institution that misses; its mailbox when none of them can be reached."""
    owed = matter.submission
    if not owed.missing:
        return Silent()
    leads = audience_of(scene, matter, Telling(scene.today, Moment.REMIND, Audience.DATA_LEAD))
    found = _reached(scene, [(one.name, [one]) for one in leads] or [(owed.organisation, [])])
    contact = scene.directory.contact_of(owed.organisation)
    if not found.people and contact and _address(scene, contact):
        lost = tuple(name for name in found.lost if name not in (owed.organisation, contact.name))
        return Silent((contact,), lost)
    return found


def _of_action(scene: Scene, matter: ActionMatter) -> Silent:
    if not waits_for_word(matter.state, matter.plan, scene.rules.calendar, scene.today):
        return Silent()
    owner = scene.directory.named(matter.state.action.owner)
    return _reached(scene, [(matter.state.action.owner, [owner] if owner else [])])


def _reached(scene: Scene, wanted: list[tuple[str, list[Person]]]) -> Silent:
    people: dict[int, Person] = {}
    lost = []
    for name, found in wanted:
        there = [one for person in found if (one := scene.directory.present(person.id, scene.today))]
        able = [one for one in there if _address(scene, one)]
        people |= {one.id: one for one in able}
        if not able:
            lost.append(there[0].name if there else name)
    return Silent(tuple(people.values()), tuple(dict.fromkeys(lost)))


def _address(scene: Scene, person: Person) -> Address | None:
    return address_of(person, scene.rules, scene.rules.channels)


def stood_in_for(scene: Scene, matter: Matter, person: Person) -> tuple[str, ...]:
    """Return the names of those for whom a reader is asked about a meeting; empty for who takes part."""
    if not isinstance(matter, MeetingMatter):
        return ()
    missing = unanswered(scene, matter)
    if any(one.id == person.id for one in missing):
        return ()
    return tuple(one.name for one in missing if _present(scene, one.id) == person.id)
