"""The calendar file of one meeting, as a document."""

from telegram import InputFile

from bot.agreed_names import unpacked
from bot.callbacks import Pressed
from bot.desk import Visit, in_thread
from core.calendars import Published
from services.calendars.meeting_files import meeting_file
from templates import chat_text, phrase


async def send_file(visit: Visit, pressed: Pressed) -> None:
    """Send the meeting as a calendar file, which takes the place of an earlier one."""
    ref = unpacked(pressed.args, visit.house)
    entry = await in_thread(meeting_file, visit.house, ref, actor=visit.actor, now=visit.now)
    body = await in_thread(_bytes, entry, visit)
    name = phrase("ical.file_name", on=entry.event.when.on)
    caption = chat_text("calendars.meeting_file", event=entry.event, today=visit.today)
    await visit.bot.send_document(visit.chat_id, InputFile(body, filename=name), caption=caption)


def _bytes(entry: Published, visit: Visit) -> bytes:
    from feeds.calendar import to_document  # noqa: PLC0415 - its library is only for who asks
    from templates.calendar_words import DUTCH  # noqa: PLC0415

    return to_document(entry, DUTCH, zone=visit.house.rules.zone)
