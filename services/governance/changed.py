"""What a message about a changed meeting says when it is sent, against what its reader had."""

from dataclasses import dataclass
from datetime import date, time

from core.calendars import Published
from core.groups import Hears
from core.occurrences import MeetingStatus, Occurrence
from core.outbox import Message
from core.people import Person, Role
from core.series import Series
from services.calendars.meeting_files import published_meeting
from services.governance.hearing import as_heard, hears
from services.governance.matters import Matters
from services.governance.planning import is_of
from services.scene import Scene


@dataclass(frozen=True, slots=True)
class ChangedView:
    """A meeting that changed. `was_on`, `was_at` and `was_place` are what the reader had.

    `file` is how it stands now, for a calendar file.
    A group that hears dates and title only reads no place and no reason.
    `along` is by how many days the later ones come later than the reader had them.
    """

    person: str
    title: str
    occurrence: Occurrence
    was_on: date | None
    was_at: time | None
    was_place: str | None
    today: date
    along: int = 0
    file: Published | None = None

    @property
    def cancelled(self) -> bool:
        """Tell whether it does not take place."""
        return self.occurrence.status is MeetingStatus.CANCELLED


def changed_view(scene: Scene, message: Message, person: Person) -> ChangedView | None:
    """Return what changed for its reader; None when all is as they had it, it is over, or they have left."""
    told = {key: str(value) for key, value in message.payload.items()}
    matters = Matters(scene)
    occurrence = matters.occurrence(told["series"], date.fromisoformat(told["original_on"]))
    if occurrence is None or not _is_told(scene, occurrence.series, person):
        return None
    heard = hears(scene, person, occurrence.series)
    occurrence = as_heard(occurrence, heard)
    was_on = date.fromisoformat(told["on"]) if told["on"] else None
    was_at = time.fromisoformat(told["at"]) if told["at"] else None
    was_place = (told["place"] or None) if heard is Hears.ALL else None
    was = (was_on, was_at, was_place, bool(told["cancelled"]))
    cancelled = occurrence.status is MeetingStatus.CANCELLED
    if max(occurrence.sorted_on, was_on or occurrence.sorted_on) < scene.today:
        return None
    shifted = matters.changes(told["series"]).along(occurrence.original_on)
    along = shifted - int(told.get("along", shifted))
    if not along and was == (occurrence.on, occurrence.at, occurrence.place, cancelled):
        return None
    file = None if Role.GROUP in person.roles else published_meeting(scene, occurrence)
    title = occurrence.series.title
    return ChangedView(person.name, title, occurrence, was_on, was_at, was_place, scene.today, along, file)


def _is_told(scene: Scene, series: Series, person: Person) -> bool:
    if Role.GROUP in person.roles:
        return hears(scene, person, series) is not Hears.NOTHING
    return is_of(scene, series, person)
