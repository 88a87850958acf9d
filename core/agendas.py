"""The agenda of a table: which of its meetings a case can still reach, and what has to move along."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.desks import WeeklyTable
from core.occurrences import MeetingStatus, Occurrence

_COMING = (MeetingStatus.PLANNED, MeetingStatus.MOVED)
NOT_DISCUSSED = "niet_besproken"
"""The outcome that puts a case on the agenda of the next meeting."""


@dataclass(frozen=True, slots=True)
class AgendaCase:
    """A case on the agenda of a meeting. `outcome` is a configured code, None while it is not known.

    `escalation_id` is the escalation by which it came, None for one that a chair put on it without.
    """

    series: str
    original_on: date
    case_id: int
    code: str
    escalation_id: int | None
    outcome: str | None
    added_by: str


def next_meeting(
    meetings: Iterable[Occurrence], table: WeeklyTable, now: datetime, zone: ZoneInfo
) -> tuple[Occurrence, datetime] | None:
    """Return the first meeting whose cut-off lies ahead of `now`, with the UTC moment of that.

    `meetings` are those of the table's series in order of day.
    """
    for meeting in meetings:
        if meeting.on is None or meeting.status not in _COMING:
            continue
        closes = table.closes(meeting.on, zone)
        if closes > now:
            return meeting, closes
    return None


def first_coming(meetings: Iterable[Occurrence], today: date) -> Occurrence | None:
    """Return the first meeting that still comes: where a case goes whose own meeting does not take place."""
    return next((one for one in meetings if is_coming(one) and one.sorted_on >= today), None)


def is_coming(meeting: Occurrence | None) -> bool:
    """Tell whether a meeting stands, as far as anybody has said."""
    return meeting is not None and meeting.on is not None and meeting.status in _COMING
