"""A case file sent as a document: reported on first, a button imports."""

from datetime import date

from bot.callbacks import Act, pack
from bot.desk import Visit, in_thread
from bot.handlers.pages import sign_in_address
from core.ports import Button
from core.refusals import fold, without_personal_data
from services.imports import ImportReport
from services.signin import FILE_PATH
from services.uploads import import_upload, may_send_files, refuse_upload, report_upload
from templates import chat_text, phrase, problem_place, problem_sentence

LARGEST = 20 * 1024 * 1024


async def take_document(visit: Visit) -> None:
    """Report what a case file would do, where case files may go through the chat."""
    document = visit.message.document if visit.message else None
    if document is None:
        return
    if not may_send_files(visit.actor):
        await visit.say(chat_text("file_not_you"))
        return
    if not visit.house.rules.privacy.case_files_in_chat:
        await visit.say(chat_text("file_not_here", address=await sign_in_address(visit, FILE_PATH)))
        return
    if (document.file_size or 0) > LARGEST:
        await visit.say(chat_text("file_too_large", address=await sign_in_address(visit, FILE_PATH)))
        return
    file = await document.get_file()
    content = bytes(await file.download_as_bytearray())
    name = document.file_name or "bestand"
    reported = await in_thread(
        report_upload,
        visit.house,
        name,
        content,
        person=visit.person,
        actor=visit.actor,
        now=visit.now,
    )
    rows = []
    if reported.token:
        rows = [
            [
                Button(phrase("button.import_file"), pack(Act.IMPORT, reported.token)),
                Button(phrase("button.import_not"), pack(Act.FORGET, reported.token)),
            ]
        ]
    await visit.say(_report_text(name, reported.report, visit.today), rows)


def _report_text(name: str, report: ImportReport, today: date) -> str:
    safe = [without_personal_data(problem, today) for problem in report.refused]
    problems = [
        (problem_place(one.problem, one.more), problem_sentence(one.problem))
        for one in fold(safe, problem_sentence)
    ]
    return chat_text("file_report", report=report, filename=name, problems=problems)


async def import_file(visit: Visit, token: str) -> None:
    """Import the kept file."""
    done = await in_thread(import_upload, visit.house, token, person_id=visit.person.id, now=visit.now)
    if done is None:
        await visit.show(chat_text("file_gone"))
        return
    await visit.show(_report_text(*done, visit.today))


async def forget_file(visit: Visit, token: str) -> None:
    """Forget the kept file."""
    await in_thread(refuse_upload, visit.house, token, person_id=visit.person.id, now=visit.now)
    await visit.show(chat_text("cancelled"))
