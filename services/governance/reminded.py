"""The message of a reminder: written for who is asked now, and checked again when it is sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.outbox import Message, MessageKind, NewNotice, Notice
from core.people import Person
from services.governance.lines import GovernanceLine, describe, with_links
from services.governance.matters import Matter, Matters, Ref, ref_of
from services.governance.silence import silent_about, stood_in_for
from services.governance.tellings import Audience, Moment, Telling
from services.scene import Scene
from storage.queries.outbox import add_message, add_notices, notices_about_all, waiting_messages

RUNG = "herinnering"


@dataclass(frozen=True, slots=True)
class ReminderView:
    """What `by` asks the reader: a line for each matter that still waits for them, soonest first."""

    person: str
    by: str
    today: date
    lines: tuple[GovernanceLine, ...]


def subject_of(ref: Ref) -> str:
    """Return the subject of reminders about a matter: a moved date makes no other one."""
    return ref.subject(0)


def occasion_on(day: date) -> str:
    """Return what makes a reminder one of a kind: its day."""
    return f"remind:{day.isoformat()}"


def told_today(scene: Scene, subjects: Sequence[str]) -> set[tuple[str, int]]:
    """Return of which subjects whom was reminded today, by subject and person id."""
    occasion = occasion_on(scene.today)
    found = notices_about_all(scene.tx, subjects)
    return {
        (subject, notice.person_id)
        for subject, told in found.items()
        for notice, _ in told
        if notice.occasion == occasion
    }


def put_reminder(scene: Scene, person: Person, subjects: Iterable[str], by: str) -> None:
    """Put a reminder in the outbox; one of the same asker that still waits says this too."""
    payload = {"by": by}
    waiting = waiting_messages(scene.tx, person.id, MessageKind.REMINDER)
    joined = next((one.id for one in waiting if one.payload == payload), None)
    now = scene.now
    message_id = joined or add_message(
        scene.tx, person.id, MessageKind.REMINDER, scene.today, send_after=now, now=now, payload=payload
    )
    occasion = occasion_on(scene.today)
    notices = [NewNotice(subject, RUNG, person.id, occasion, scene.today) for subject in subjects]
    add_notices(scene.tx, [(notice, message_id) for notice in notices], now=now)


def reminder_view(
    scene: Scene, message: Message, notices: Iterable[Notice], person: Person, *, long_tokens: bool
) -> ReminderView | None:
    """Return what is still asked of the reader; None for nothing. Who stands in since is asked instead."""
    matters, lines, by = Matters(scene), [], str(message.payload.get("by", ""))
    for notice in notices:
        matter = matters.get(ref_of(notice.subject)[0])
        asked = silent_about(scene, matter).people if matter else ()
        if matter and any(one.id == person.id for one in asked):
            lines.append(_line(scene, matter, person))
        there = scene.directory.present(person.id, scene.today)
        if there and there.id != person.id and any(one.id == there.id for one in asked):
            _hand_over(scene, there, notice.subject, by)
    if not lines:
        return None
    ordered = sorted(lines, key=lambda one: (one.due_on, one.title, one.ref.part))
    shown = with_links(scene, person, ordered) if long_tokens else tuple(ordered)
    return ReminderView(person.name, by, scene.today, shown)


def _line(scene: Scene, matter: Matter, person: Person) -> GovernanceLine:
    line = describe(scene, matter, Telling(scene.today, Moment.REMIND, Audience.PARTICIPANTS), person)
    values = {**line.values, "stands_in": stood_in_for(scene, matter, person)}
    return replace(line, values=values, version=matter.version)


def _hand_over(scene: Scene, there: Person, subject: str, by: str) -> None:
    if (subject, there.id) not in told_today(scene, [subject]):
        put_reminder(scene, there, [subject], by)
