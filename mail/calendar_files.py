"""The calendar files of a mail: for each meeting it tells of one, which a later one replaces."""

from zoneinfo import ZoneInfo

from core.calendars import Published
from core.ports import CalendarFile
from services.digests import DigestView
from services.governance.changed import ChangedView
from services.governance.reminded import ReminderView
from services.message_views import View
from templates import phrase


def calendar_files(
    view: View, *, sender: str, reader: str | None, zone: ZoneInfo
) -> tuple[CalendarFile, ...]:
    """Return the files of a message from `sender` to `reader` (mail addresses).

    A mail about one changed meeting is an invitation itself; a digest or reminder stays a letter with files.
    """
    if reader is None:
        return ()
    if isinstance(view, ChangedView):
        found = [view.file] if view.file else []
    elif isinstance(view, DigestView):
        found = [line.file for line in view.governance if line.file]
    elif isinstance(view, ReminderView):
        found = [line.file for line in view.lines if line.file]
    else:
        found = []
    alone = isinstance(view, ChangedView)
    return tuple(_file(entry, sender, reader, zone, alone=alone) for entry in found)


def _file(entry: Published, sender: str, reader: str, zone: ZoneInfo, *, alone: bool) -> CalendarFile:
    from feeds.calendar import Method, to_invitation  # noqa: PLC0415 - its library is only for who needs it
    from templates.calendar_words import DUTCH  # noqa: PLC0415

    method = Method.CANCEL if entry.event.state.is_off else Method.REQUEST
    body = to_invitation(entry, DUTCH, zone=zone, method=method, organizer=sender, attendee=reader)
    return CalendarFile(phrase("ical.file_name", on=entry.event.when.on), body, method.value, alone)
