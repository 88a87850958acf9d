"""What a calendar has said so far against what it has to say now: sequence numbers that only rise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from core.calendars import CalendarEvent, EventKind, EventState, Published, When

_OF_A_CASE = (EventKind.TERM, EventKind.NEEDED_BY)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of an event once published; `last_on` is its last day.

    The title of what is of a case is not kept: who lost sight of a case must not read its code.
    `gone_at` is the UTC moment since when it is not in the calendar any more.
    """

    uid: str
    digest: str
    sequence: int
    changed_at: datetime
    kind: EventKind
    title: str
    when: When
    last_on: date
    gone_at: datetime | None = None

    def as_gone(self) -> Published:
        """Return what is said of it for a while after it left."""
        return Published(
            CalendarEvent(self.uid, self.kind, self.title, self.when, EventState.GONE),
            self.sequence,
            self.changed_at,
        )


def settle(events: Iterable[CalendarEvent], kept: Mapping[str, Kept], now: datetime) -> list[Kept]:
    """Return what has to be remembered anew so that the calendar says exactly `events`.

    A sequence number rises on every change, also when something leaves or comes back, and never falls.
    `now` stamps a change of which the data tells no later moment than the one before.
    """
    changed, present = [], set()
    for event in events:
        present.add(event.uid)
        before = kept.get(event.uid)
        if before is None or before.gone_at is not None or before.digest != event.digest:
            changed.append(_anew(event, before, now))
    for uid, before in kept.items():
        if uid not in present and before.gone_at is None:
            changed.append(_left(before, now))
    return changed


def _anew(event: CalendarEvent, before: Kept | None, now: datetime) -> Kept:
    last_on = event.recurrence.until_on if event.recurrence else event.when.on
    told = event.changed_at
    if before is not None:
        told = told if told and told > before.changed_at else max(now, before.changed_at)
    return Kept(
        event.uid,
        event.digest,
        before.sequence + 1 if before else 0,
        told or now,
        event.kind,
        "" if event.kind in _OF_A_CASE else event.title,
        event.when,
        max(last_on, event.when.on),
    )


def _left(before: Kept, now: datetime) -> Kept:
    return Kept(
        before.uid,
        before.digest,
        before.sequence + 1,
        max(now, before.changed_at),
        before.kind,
        before.title,
        before.when,
        before.last_on,
        now,
    )


def published(
    events: Iterable[CalendarEvent], kept: Mapping[str, Kept], *, still_from: date, gone_since: datetime
) -> tuple[Published, ...]:
    """Return the entries of a calendar whose `kept` is settled.

    What left is shown as gone when it did so after `gone_since` and its last day is `still_from` or later.
    """
    entries = [Published(event, kept[event.uid].sequence, kept[event.uid].changed_at) for event in events]
    entries += [
        one.as_gone()
        for one in kept.values()
        if one.gone_at is not None and one.gone_at > gone_since and one.last_on >= still_from
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.event.when.on, entry.event.uid)))
