"""Core objects to iCalendar bytes."""
