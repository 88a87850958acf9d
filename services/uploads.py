"""A case file that came through the chat: reported on first, imported by a button, then forgotten."""

from dataclasses import dataclass
from datetime import datetime

from core.people import Actor, Person
from core.rights import Nearness, Verb, may
from services.actions import ActionVerb, look_up, mark_used, offer_import
from services.house import House
from services.imports import ImportReport, import_cases
from services.inbox import forget_upload, read_upload, store_upload


@dataclass(frozen=True, slots=True)
class Reported:
    """What importing a file would do, with the token of the button that does it (None when it cannot)."""

    report: ImportReport
    token: str | None


def may_send_files(actor: Actor) -> bool:
    """Tell whether somebody may import cases at all."""
    return may(actor, Verb.IMPORT, Nearness.ORGANISATION)


def report_upload(
    house: House, filename: str, content: bytes, *, person: Person, actor: Actor, now: datetime
) -> Reported:
    """Report what a file would do; one that can be imported is kept for a day, none of its cases."""
    report = import_cases(house, content, filename, actor=actor, now=now, dry_run=True)
    if report.refused_rows or report.rows == 0:
        return Reported(report, None)
    upload_id = store_upload(house, person, filename, content, now)
    return Reported(report, offer_import(house, upload_id, person, now))


def import_upload(
    house: House, token: str, *, person_id: int, now: datetime
) -> tuple[str, ImportReport] | None:
    """Import a kept file; None when that was decided before or the file is gone."""
    view = look_up(house, token, now=now, person_id=person_id)
    upload_id = int(view.payload.get("upload", "0"))
    kept = read_upload(house, upload_id)
    if view.decided or view.verb is not ActionVerb.IMPORT or kept is None:
        return None
    filename, content = kept
    report = import_cases(house, content, filename, actor=view.actor, now=now)
    if report.kept:
        mark_used(house, token, by=view.person.name, now=now)
        forget_upload(house, upload_id)
    return filename, report


def refuse_upload(house: House, token: str, *, person_id: int, now: datetime) -> None:
    """Forget a kept file without importing it."""
    view = look_up(house, token, now=now, person_id=person_id)
    if not view.decided:
        mark_used(house, token, by=view.person.name, now=now)
        forget_upload(house, int(view.payload.get("upload", "0")))
