"""What a message about a changed meeting says when it is sent, against what its reader had."""

from dataclasses import dataclass
from datetime import date, time

from core.occurrences import MeetingStatus, Occurrence
from core.outbox import Message
from core.people import Person
from services.governance.matters import Matters
from services.governance.planning import is_of
from services.scene import Scene


@dataclass(frozen=True, slots=True)
class ChangedView:
    """A meeting that changed. `was_on`, `was_at` and `was_place` are what the reader had.

    `along` is by how many days the later ones come later than the reader had them.
    """

    person: str
    title: str
    occurrence: Occurrence
    was_on: date | None
    was_at: time | None
    was_place: str | None
    along: int = 0

    @property
    def cancelled(self) -> bool:
        """Tell whether it does not take place."""
        return self.occurrence.status is MeetingStatus.CANCELLED


def changed_view(scene: Scene, message: Message, person: Person) -> ChangedView | None:
    """Return what changed for its reader; None when all is as they had it, it is over, or they have left."""
    told = {key: str(value) for key, value in message.payload.items()}
    matters = Matters(scene)
    occurrence = matters.occurrence(told["series"], date.fromisoformat(told["original_on"]))
    if occurrence is None or not is_of(scene, occurrence.series, person):
        return None
    was_on = date.fromisoformat(told["on"]) if told["on"] else None
    was_at = time.fromisoformat(told["at"]) if told["at"] else None
    was_place = told["place"] or None
    was = (was_on, was_at, was_place, bool(told["cancelled"]))
    cancelled = occurrence.status is MeetingStatus.CANCELLED
    if max(occurrence.sorted_on, was_on or occurrence.sorted_on) < scene.today:
        return None
    shifted = matters.changes(told["series"]).along(occurrence.original_on)
    along = shifted - int(told.get("along", shifted))
    if not along and was == (occurrence.on, occurrence.at, occurrence.place, cancelled):
        return None
    return ChangedView(person.name, occurrence.series.title, occurrence, was_on, was_at, was_place, along)
