"""Fixed events and plain words for the tests of calendars."""

from datetime import UTC, date, datetime, time

from hypothesis import strategies as st

from core.calendars import Calendar, CalendarEvent, CalendarScope, EventKind, Override, Published, When

CHANGED_AT = datetime(2026, 6, 1, 7, 30, 15, 999_000, tzinfo=UTC)
HARD = (
    "Overleg 🎉🏳️‍🌈 met, komma; puntkomma: \"aanhaling\" %2C ^n 'enkel'",
    "עברית ועוד عربي \u200f mét Nederlands",
    "a" * 300,
    "é" * 300,
    "🎉" * 300,
    "," * 300,
    ";\\" * 150,
    "C:\\nieuw\\Noord\\,\\;\\\\ einde\\",
    "regel een\nregel twee\r\nregel drie\rvier\u2028vijf\x85zes\x0bzeven",
    "tab\ttab \x00\x07\x1b\x7f\x9f\ufeff weg \ud800 half",
    "BEGIN:VALARM\r\nATTENDEE:mailto:a@b.example",
    "  randen  en   midden  ",
    "",
)
"""Titles that broke somebody's calendar once."""
_PIECES = st.sampled_from(
    [",", ";", "\\", "\n", "\\n", "\\N", ":", '"', "^", "%2C", "🎉", "é", "ע", "\x0b", " "]
)
TEXTS = st.sampled_from(HARD) | st.text(max_size=300) | st.lists(_PIECES | st.text(max_size=9)).map("".join)


class PlainWords:
    """Words that are the data itself; implements `core.calendars.CalendarWords`."""

    def name(self, calendar: Calendar) -> str:
        return calendar.label

    def about(self, calendar: Calendar) -> str:
        return calendar.label

    def summary(self, event: CalendarEvent, part: Override | None = None) -> str:  # noqa: ARG002
        return event.title

    def description(self, event: CalendarEvent, part: Override | None = None) -> str:
        return part.why if part else event.why

    def categories(self, event: CalendarEvent) -> tuple[str, ...]:
        return (event.title,)


PLAIN = PlainWords()


def meeting(uid: str = "een@termijnwacht", **values: object) -> CalendarEvent:
    """Return a meeting on Thursday 4 June 2026 from ten to half past eleven, with other values as given."""
    fixed = {"kind": EventKind.MEETING, "title": "Overleg", "when": When(date(2026, 6, 4), time(10), 90)}
    return CalendarEvent(uid, **(fixed | values))


def published(event: CalendarEvent, sequence: int = 3) -> Published:
    return Published(event, sequence, CHANGED_AT)


def calendar(
    *events: CalendarEvent, label: str = "Noord", scope: CalendarScope = CalendarScope.REGION
) -> Calendar:
    """Return a calendar of events."""
    return Calendar(scope, label, tuple(published(event) for event in events), "https://tw.example.nl")
