"""What a message about a changed meeting says when it is sent, against what its reader had."""

from dataclasses import dataclass
from datetime import date, time

from core.calendars import Published
from core.occurrences import MeetingStatus, Occurrence
from core.outbox import Message
from core.people import Person
from services.calendars.meeting_files import published_meeting
from services.governance.matters import Matters
from services.governance.planning import everyone_of
from services.scene import Scene


@dataclass(frozen=True, slots=True)
class ChangedView:
    """A meeting that changed. `was_on`, `was_at` and `was_place` are what the reader had.

    `file` is how it stands now, for a calendar file.
    """

    person: str
    title: str
    occurrence: Occurrence
    was_on: date | None
    was_at: time | None
    was_place: str | None
    today: date
    file: Published | None = None

    @property
    def cancelled(self) -> bool:
        """Tell whether it does not take place."""
        return self.occurrence.status is MeetingStatus.CANCELLED


def changed_view(scene: Scene, message: Message, person: Person) -> ChangedView | None:
    """Return what changed for its reader; None when all is as they had it, or they have left the series."""
    told = {key: str(value) for key, value in message.payload.items()}
    occurrence = Matters(scene).occurrence(told["series"], date.fromisoformat(told["original_on"]))
    if occurrence is None or person.id not in {one.id for one in everyone_of(scene, occurrence.series)}:
        return None
    was_on = date.fromisoformat(told["on"]) if told["on"] else None
    was_at = time.fromisoformat(told["at"]) if told["at"] else None
    was_place = told["place"] or None
    was = (was_on, was_at, was_place, bool(told["cancelled"]))
    cancelled = occurrence.status is MeetingStatus.CANCELLED
    if was == (occurrence.on, occurrence.at, occurrence.place, cancelled):
        return None
    file = published_meeting(scene, occurrence)
    return ChangedView(
        person.name, occurrence.series.title, occurrence, was_on, was_at, was_place, scene.today, file
    )
