"""One meeting as a calendar file: for the chat, the page, and the mails that tell of it."""

from dataclasses import replace
from datetime import UTC, datetime, time

from core.calendars import Published, uid_of
from core.errors import ProblemCode, refuse
from core.meeting_events import one_meeting
from core.occurrences import Occurrence
from core.people import Actor
from services.governance.matters import Matters, MeetingMatter, Ref
from services.governance.showing import show
from services.house import House
from services.scene import Scene, set_scene
from storage.queries.calendars import installation_of


def meeting_file(house: House, ref: Ref, *, actor: Actor, now: datetime) -> Published:
    """Return a meeting for a calendar file. Refuses what the actor may not see and what has no date."""
    shown = show(house, ref, actor=actor, now=now)
    found = None
    if isinstance(shown.matter, MeetingMatter):
        with house.store.read() as tx:
            found = published_meeting(set_scene(tx, house, now), shown.matter.occurrence)
    if found is None:
        raise refuse(ProblemCode.MEETING_WITHOUT_DATE)
    if not shown.whole:
        found = replace(found, event=replace(found.event, place=None, link=None, why="", busy=False))
    return found


def published_meeting(scene: Scene, occurrence: Occurrence) -> Published | None:
    """Return a meeting as it stands; None while it has no date.

    The name is the meeting's own, another one than its series has in calendars to subscribe to. The sequence
    number is how often people changed it, so that a later file replaces an earlier one.
    """
    if occurrence.on is None:
        return None
    series, original_on = occurrence.series, occurrence.original_on
    uid = uid_of(installation_of(scene.tx), "file", series.code, original_on.isoformat())
    event = one_meeting(occurrence, Matters(scene).days, uid)
    began_at = datetime.combine(series.starts_on, time.min, tzinfo=UTC)
    return Published(event, occurrence.version, occurrence.changed_at or began_at)
