"""/agenda, /uitvraag and /plan: what was agreed, who has not handed in, how the actions stand."""

from datetime import timedelta
from typing import Any

from telegram.ext import BaseHandler, CommandHandler

from bot.access import admitted
from bot.agreed_names import packed, unpacked
from bot.agreement_screens import agenda_screen, matter_screen, plan_screen, submissions_screen
from bot.callbacks import Own, Pressed, pack
from bot.date_picker import compact, month_page, read_day
from bot.desk import Desk, Visit, in_thread
from bot.handlers import adding
from bot.rendering import FIRST_ANEW, in_rows
from core.errors import ProblemCode, Refused, refuse
from core.oversight import LADDER
from core.planboard import Colour
from core.ports import Button
from core.rights import Nearness, Verb, may
from services.governance.access import DATE_FIELDS, HAS_BEEN, NOT_NEEDED, Deed, fields_of
from services.governance.adding import addable_series
from services.governance.deeds import Done, do
from services.governance.filling import Filled, check_answer
from services.governance.matters import DeadlineMatter, MatterKind, MeetingMatter, Ref
from services.governance.overview import agenda, board, records_receipt, submissions_at
from services.governance.reminding import remind_all, waiting_owners
from services.governance.showing import Shown, show
from services.inbox import Question, ask_question, change_draft, close_question
from templates import chat_text, phrase, problem_sentence

KIND = "agreement"
MOST_CASES = 90
"""A chat takes 100 buttons."""
_BACK, _AHEAD = timedelta(days=10), timedelta(days=120)
_PICKED_AHEAD = timedelta(days=500)
_SKIP, _YES = "-", "ja"
_PERSONAL = (ProblemCode.TEXT_HAS_BSN, ProblemCode.TEXT_HAS_BIRTH_DATE)


def handlers(desk: Desk) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers of this topic."""
    return [
        CommandHandler("agenda", admitted(desk, show_agenda)),
        CommandHandler("uitvraag", admitted(desk, show_submissions)),
        CommandHandler("plan", admitted(desk, show_plan)),
    ]


async def show_agenda(visit: Visit, page: int = FIRST_ANEW) -> None:
    """Show what is the reader's own in the coming months; a further page replaces the one before."""
    first, last = visit.today - _BACK, visit.today + _AHEAD
    found = await in_thread(agenda, visit.house, first, last, actor=visit.actor, now=visit.now, mine=True)
    closed = ("held", "not_held", "done", "received", "unknown")
    entries = [one for one in found if one.on >= visit.today or one.status not in closed]
    may_add = bool(addable_series(visit.house, visit.actor))
    leads = may(visit.actor, Verb.LEAD_AGREEMENT, Nearness.ORGANISATION)
    screen = agenda_screen(visit.house, entries, max(page, 1), visit.today, may_add=may_add, leads=leads)
    await _present(visit, *screen, new=page == FIRST_ANEW or visit.query is None)


async def _present(visit: Visit, text: str, rows: list[list[Button]], *, new: bool) -> None:
    await (visit.say(text, rows) if new else visit.show(text, rows))


async def show_submissions(visit: Visit) -> None:
    """Show who has handed in and who has not, with a button for what its reader may record."""
    found = await in_thread(submissions_at, visit.house, visit.today, actor=visit.actor, now=visit.now)
    leads = [one.series.code for one, _ in found if records_receipt(visit.actor, one.series)]
    await visit.say(*submissions_screen(visit.house, found, visit.today, leads))


async def show_plan(visit: Visit, page: int = 1) -> None:
    """Show the actions of the plans with their colours; what is silent comes first, what is done last."""
    found = await in_thread(board, visit.house, actor=visit.actor, now=visit.now)
    waiting = await in_thread(waiting_owners, visit.house, actor=visit.actor, now=visit.now)
    screen = plan_screen(visit.house, found, page, visit.today, waiting)
    await _present(visit, *screen, new=page == 1 and visit.query is None)


async def remind_everybody(visit: Visit, pressed: Pressed) -> None:
    """Have everybody reminded of whom something of a date of submissions or a plan is missing."""
    ref = unpacked(pressed.args, visit.house)
    done = await in_thread(remind_all, visit.house, ref, actor=visit.actor, now=visit.now)
    await visit.say(chat_text("reminding.done", done=done, today=visit.today))


async def open_matter(visit: Visit, pressed: Pressed) -> None:
    """Show one matter with what can be done about it."""
    ref = unpacked(pressed.args, visit.house)
    if ref.kind is MatterKind.SUBMISSION and not ref.part:
        await show_submissions(visit)
        return
    await _show(visit, ref, new=True)


async def _show(visit: Visit, ref: Ref, *, new: bool) -> None:
    shown: Shown = await in_thread(show, visit.house, ref, actor=visit.actor, now=visit.now)
    await _present(visit, *matter_screen(visit.house, ref, shown, visit.today), new=new)


async def begin(visit: Visit, pressed: Pressed) -> None:
    """Do what a button says, or ask what it needs."""
    deed, version = Deed(pressed.arg(0)), int(pressed.arg(1))
    ref = unpacked(pressed.args[2:], visit.house)
    if deed is Deed.ADD:
        await adding.start_in(visit, ref.code)
        return
    draft = {
        "deed": deed.value,
        "version": str(version),
        "ref": ":".join(packed(ref, visit.house)),
    }
    if not fields_of(deed, visit.actor):
        await _do(visit, None, draft)
        return
    number = await in_thread(
        ask_question, visit.house, visit.person, KIND, draft, chat_id=visit.chat_id, now=visit.now
    )
    await _ask_next(visit, number, draft, new=True)


async def take_answer(visit: Visit, question: Question, answer: str) -> None:
    """Take the answer to the field that is asked, then do it or ask the next one."""
    draft = dict(question.draft)
    if "warned" in draft and answer == _YES:
        draft["confirmed"] = _YES
        await _do(visit, question, draft)
        return
    field = next((name for name in fields_of(Deed(draft["deed"]), visit.actor) if name not in draft), None)
    if field is None:
        raise refuse(ProblemCode.DEED_UNKNOWN)
    if field in DATE_FIELDS and answer.startswith("m") and answer[1:].isdigit():
        draft["month"] = answer[1:]
        await _ask_next(visit, question.id, draft, new=False)
        return
    draft.pop("month", None)
    picked = read_day(answer) if field in DATE_FIELDS and answer.isdigit() else None
    draft[field] = picked.isoformat() if picked else "" if answer == _SKIP else answer
    await _check(visit, Deed(draft["deed"]), field, draft[field])
    await in_thread(change_draft, visit.house, question, draft)
    if any(name not in draft for name in fields_of(Deed(draft["deed"]), visit.actor)):
        await _ask_next(visit, question.id, draft, new=visit.query is None)
        return
    await _do(visit, question, draft)


async def _check(visit: Visit, deed: Deed, field: str, value: str) -> None:
    """Refuse an answer that cannot be; one with personal data leaves the chat."""
    try:
        check_answer(visit.house, deed, field, value, visit.now)
    except Refused as refused:
        if refused.problems[0].code in _PERSONAL and visit.message is not None:
            await visit.message.delete()
        raise


async def _ask_next(visit: Visit, number: int, draft: dict[str, str], *, new: bool) -> None:
    deed = Deed(draft["deed"])
    field = next(name for name in fields_of(deed, visit.actor) if name not in draft)
    text = phrase(f"ask.{deed}_{field}")
    rows: list[list[Button]] = []
    if field in DATE_FIELDS:
        looks_back = field == "on" and deed in HAS_BEEN
        back = timedelta(days=60) if looks_back else timedelta(0)
        latest = visit.today if back else visit.today + _PICKED_AHEAD
        month = read_day(draft.get("month", "")) or visit.today.replace(day=1)
        rows = month_page(
            month,
            lambda day: pack(Own.ANSWER, number, compact(day)),
            lambda other: pack(Own.ANSWER, number, f"m{compact(other)}"),
            earliest=visit.today - back,
            latest=latest,
        )
    elif field in ("choice", "case"):
        choices = await _choices(visit, draft, field)
        rows = in_rows([Button(label, pack(Own.ANSWER, number, value)) for label, value in choices], 2)
    if field in NOT_NEEDED or deed is Deed.HELD:
        rows = [*rows, [Button(phrase("button.skip"), pack(Own.ANSWER, number, _SKIP))]]
    rows = [*rows, [Button(phrase("button.cancel"), pack(Own.ANSWER, number, "stop"))]]
    await (visit.say(text, rows) if new else visit.show(text, rows))


async def _choices(visit: Visit, draft: dict[str, str], field: str) -> list[tuple[str, str]]:
    deed = Deed(draft["deed"])
    if deed is Deed.COLOUR:
        return [(phrase(f"colour.{colour}"), colour.value) for colour in Colour]
    if deed is Deed.LADDER:
        return [(f"{number}. {name}", str(number)) for number, name in enumerate(LADDER, 1)]
    ref = unpacked(tuple(draft["ref"].split(":")), visit.house)
    shown: Shown = await in_thread(show, visit.house, ref, actor=visit.actor, now=visit.now)
    if field == "case" and isinstance(shown.matter, MeetingMatter):
        return [(one.code, one.code) for one in shown.matter.open_cases][:MOST_CASES]
    if deed is Deed.CASE_OUTCOME:
        return [(label, code) for code, label in shown.outcomes.items()]
    boxes = shown.matter.deadline.boxes if isinstance(shown.matter, DeadlineMatter) else 0
    return [(str(number), str(number)) for number in range(1, boxes + 1)]


async def _do(visit: Visit, question: Question | None, draft: dict[str, str]) -> None:
    """Do it; an odd date is asked about first."""
    ref = unpacked(tuple(draft["ref"].split(":")), visit.house)
    filled = Filled(
        draft.get("text", ""),
        draft.get("on", ""),
        draft.get("at", ""),
        draft.get("choice", ""),
        draft.get("case", ""),
        draft.get("until", ""),
        draft.get("evidence", ""),
        confirmed="confirmed" in draft,
    )
    try:
        done: Done = await in_thread(
            do,
            visit.house,
            Deed(draft["deed"]),
            ref,
            version=int(draft["version"]),
            actor=visit.actor,
            now=visit.now,
            filled=filled,
        )
    except Refused as refused:
        if question is None or refused.problems[0].code is not ProblemCode.DATE_CONCERNS:
            await _ask_again(visit, question, draft, refused.problems[0].column)
            raise
        await in_thread(change_draft, visit.house, question, draft | {"warned": _YES})
        row = [
            Button(phrase(f"button.{name}"), pack(Own.ANSWER, question.id, value))
            for name, value in (("confirm", _YES), ("cancel", "stop"))
        ]
        await visit.say(problem_sentence(refused.problems[0]), [row])
        return
    if question is not None:
        await in_thread(close_question, visit.house, visit.person, visit.now)
    if done.reminded is not None:
        await visit.say(chat_text("reminding.done", done=done.reminded, today=visit.today))
        return
    await _show(visit, done.matter.ref, new=question is not None and visit.query is None)


async def _ask_again(
    visit: Visit, question: Question | None, draft: dict[str, str], refused: str | None
) -> None:
    """Let the field that was refused be asked again, the last one where it is not known which."""
    fields = fields_of(Deed(draft["deed"]), visit.actor) if question else ()
    if question and fields:
        wrong = refused if refused in fields else fields[-1]
        kept = {key: value for key, value in draft.items() if key != wrong}
        await in_thread(change_draft, visit.house, question, kept)
