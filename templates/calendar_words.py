"""What calendars to subscribe to say in Dutch."""

from core.calendars import Calendar, CalendarEvent, EventKind, EventState, Override
from templates import phrase, term_name

_TERMS = (EventKind.TERM, EventKind.NEEDED_BY)


class DutchWords:
    """The words of calendars; implements `core.calendars.CalendarWords`."""

    def name(self, calendar: Calendar) -> str:
        """Return the name of a calendar."""
        return phrase(f"ical.name_{calendar.scope}", label=calendar.label)

    def about(self, calendar: Calendar) -> str:
        """Return what a calendar is, and that it is an overview and no alarm."""
        return f"{phrase(f'ical.about_{calendar.scope}', label=calendar.label)} {phrase('ical.no_alarm')}"

    def summary(self, event: CalendarEvent, part: Override | None = None) -> str:
        """Return the title in the calendar; of what is gone of a case not which."""
        state = part.state if part else event.state
        if event.kind in _TERMS and state is EventState.GONE:
            return phrase("ical.gone")
        title = self._title(event)
        when = part.when if part else event.when
        return phrase(f"ical.state_{state}", title=title, kind=event.kind, due_on=when.on)

    def _title(self, event: CalendarEvent) -> str:
        if event.norm is None:
            return phrase(f"ical.title_{event.kind}", title=event.title)
        return phrase(f"ical.title_{event.kind}", title=event.title, term=term_name(event.norm))

    def description(self, event: CalendarEvent, part: Override | None = None) -> str:
        """Return what more there is to say, a line each."""
        why = part.why if part else event.why
        formal_on = part.formal_on if part else event.formal_on
        moved_from = part.original_on if part and event.kind is EventKind.MEETING else None
        when = part.when if part else event.when
        lines = []
        if moved_from and moved_from != when.on:
            lines.append(phrase("ical.moved_from", on=moved_from))
        if formal_on is not None:
            lines.append(phrase("ical.formal", on=formal_on))
        if why and event.kind not in _TERMS:  # why a case is late is not for a calendar
            said = "said" if event.kind is EventKind.MILESTONE else "why"
            lines.append(phrase(f"ical.{said}", why=why))
        return "\n".join(lines)

    def categories(self, event: CalendarEvent) -> tuple[str, ...]:
        """Return what it can be sorted by."""
        return (phrase(f"ical.category_{event.kind}"),)


DUTCH = DutchWords()
