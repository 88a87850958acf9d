"""Questions in steps: what each asks, as buttons or text, and the row that keeps the answers (decision 9)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.callbacks import Own, pack
from bot.date_picker import compact, month_page, read_day
from bot.desk import Visit, in_thread
from bot.paging import page_of, turning
from bot.rendering import in_rows
from core.errors import ProblemCode, Refused, refuse
from core.ports import Button
from services.casefile import read_date
from services.free_text import guarded_text, likely_names
from services.inbox import Question, ask_question, change_draft, close_question
from templates import chat_text, phrase, short_day

Draft = Mapping[str, str]
PAGE = 8
SKIP = "-"
_PENDING = "~"
_NO_NAME = "="
_PERSONAL = (ProblemCode.TEXT_HAS_BSN, ProblemCode.TEXT_HAS_BIRTH_DATE)
BACK, AHEAD = timedelta(days=3 * 365), timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Option:
    """Something to pick: what is kept, and its words."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Days:
    """Between which local days one is picked, both included, and the days that get a button at once."""

    earliest: date
    latest: date
    quick: tuple[tuple[str, date], ...] = ()
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One question: pick an option, pick a day, or type a text; an `optional` one may be left empty."""

    name: str
    text: str
    options: tuple[Option, ...] = ()
    days: Days | None = None
    types_text: bool = False
    optional: bool = False
    width: int = 1


NextStep = Callable[[Visit, Draft], Awaitable[Step | None]]
Finish = Callable[[Visit, Draft], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Flow:
    """A chain of questions: `next_step` returns what a draft still needs, None when `finish` can do it."""

    kind: str
    next_step: NextStep
    finish: Finish


def past_days(today: date) -> Days:
    """Return the days on which something can have happened: today or yesterday at once."""
    yesterday = today - timedelta(days=1)
    quick = (
        (phrase("button.today", day=short_day(today)), today),
        (phrase("button.yesterday", day=short_day(yesterday, today)), yesterday),
    )
    return Days(today - BACK, today, quick, is_past=True)


def coming_days(today: date, earliest: date | None = None) -> Days:
    """Return days that lie ahead: over two and four weeks at once."""
    first = max(today, earliest or today)
    soon, later = today + timedelta(weeks=2), today + timedelta(weeks=4)
    quick = (
        (phrase("button.in_two_weeks", day=short_day(soon, today)), soon),
        (phrase("button.in_four_weeks", day=short_day(later, today)), later),
    )
    return Days(first, today + AHEAD, tuple(one for one in quick if one[1] >= first))


def options_of(choices: Iterable[tuple[str, str]]) -> tuple[Option, ...]:
    """Return options from pairs of value and words."""
    return tuple(Option(value, label) for value, label in choices)


async def begin(visit: Visit, flow: Flow, draft: Draft) -> None:
    """Ask the first question, in a message of its own."""
    number = await in_thread(
        ask_question, visit.house, visit.person, flow.kind, draft, chat_id=visit.chat_id, now=visit.now
    )
    step = await flow.next_step(visit, draft)
    if step is None:
        await in_thread(close_question, visit.house, visit.person, visit.now)
        await flow.finish(visit, draft)
        return
    await visit.say(step.text, _rows(number, step, draft, _first_rows(number, step, draft)))


async def take_answer(flow: Flow, visit: Visit, question: Question, answer: str) -> None:
    """Take the answer to the step the draft is at; ask the next one, or finish."""
    draft = dict(question.draft)
    step = await flow.next_step(visit, answered(draft))
    if step is None:
        await _finish(flow, visit, question, draft)
        return
    if visit.query is not None:
        number, _, answer = answer.partition(".")
        if number != str(len(answered(draft))):
            await _show(visit, question.id, step, draft)
            return
    if await _leafed(visit, question.id, step, draft, answer):
        return
    taken = await _taken(visit, question, step, draft, answer)
    if taken is None:
        return
    draft.pop(_PENDING, None)
    draft[step.name] = taken
    following = await flow.next_step(visit, answered(draft))
    if following is None:
        await _finish(flow, visit, question, draft)
        return
    await in_thread(change_draft, visit.house, question, draft)
    await _show(visit, question.id, following, draft)


def answered(draft: Draft) -> dict[str, str]:
    """Return the draft without a text that still waits for an answer about itself."""
    return {name: value for name, value in draft.items() if name != _PENDING}


async def _finish(flow: Flow, visit: Visit, question: Question, draft: Draft) -> None:
    """End the question, then do it: pressed twice it is done once. What is refused is asked again."""
    await in_thread(change_draft, visit.house, question, {})
    await in_thread(close_question, visit.house, visit.person, visit.now)
    try:
        await flow.finish(visit, answered(draft))
    except Refused:
        before = answered(question.draft)
        number = await in_thread(
            ask_question, visit.house, visit.person, flow.kind, before, chat_id=visit.chat_id, now=visit.now
        )
        step = await flow.next_step(visit, before)
        if step is not None:
            await _show(visit, number, step, before)
        raise


async def _taken(
    visit: Visit, question: Question, step: Step, draft: dict[str, str], answer: str
) -> str | None:
    """Return the value of an answer; None when it led to a question about itself."""
    if step.optional and answer.casefold() in (SKIP, phrase("button.skip").casefold()):
        return ""
    if step.options:
        return _option(step, answer)
    if step.days is not None:
        return _day(step.days, answer)
    return await _text(visit, question, draft, answer)


def _option(step: Step, answer: str) -> str:
    if answer.isdigit() and int(answer) < len(step.options):
        return step.options[int(answer)].value
    wanted = answer.casefold()
    for option in step.options:
        if wanted in (option.value.casefold(), option.label.casefold()):
            return option.value
    raise refuse(
        ProblemCode.CHOICE_UNKNOWN, value=answer, known=tuple(one.label for one in step.options[:PAGE])
    )


def _day(days: Days, answer: str) -> str:
    picked = read_day(answer) if answer.isdigit() else None
    day = picked or read_date(answer)
    if day > days.latest and days.is_past:
        raise refuse(ProblemCode.DATE_IN_FUTURE, value=f"{day.day}-{day.month}-{day.year}", today=days.latest)
    if not days.earliest <= day <= days.latest:
        raise refuse(
            ProblemCode.DATE_OUT_OF_RANGE,
            value=f"{day.day}-{day.month}-{day.year}",
            first=days.earliest,
            last=days.latest,
        )
    return day.isoformat()


async def _text(visit: Visit, question: Question, draft: dict[str, str], answer: str) -> str | None:
    """Return a guarded text. What looks like a name is asked about; what is surely personal is taken away."""
    rules = visit.house.rules
    if answer == _NO_NAME and _PENDING in draft:
        return draft[_PENDING]
    names = likely_names(answer, rules, visit.today)
    try:
        text = guarded_text(answer, rules, visit.today, no_names=names)
    except Refused as refused:
        if visit.message is not None and refused.problems[0].code in _PERSONAL:
            await visit.message.delete()
        raise
    if names and text is not None:
        draft[_PENDING] = text
        await in_thread(change_draft, visit.house, question, draft)
        button = Button(phrase("button.no_name"), _answer(question.id, draft, _NO_NAME))
        await visit.say(chat_text("explaining.is_it_a_name"), [[button, _cancel(question.id)]])
        return None
    return text or ""


async def _leafed(visit: Visit, number: int, step: Step, draft: Draft, answer: str) -> bool:
    """Show another page or month; tell whether that was what was asked."""
    rest = answer[1:]
    if step.options and answer.startswith("p") and rest.isdigit():
        rows = _option_rows(number, step, draft, int(rest))
    elif step.days is not None and answer.startswith("m") and rest.isdigit():
        rows = _month_rows(number, step.days, draft, read_day(rest))
    else:
        return False
    await visit.show(step.text, _rows(number, step, draft, rows))
    return True


async def _show(visit: Visit, number: int, step: Step, draft: Draft) -> None:
    await visit.show(step.text, _rows(number, step, draft, _first_rows(number, step, draft)))


def _first_rows(number: int, step: Step, draft: Draft) -> list[list[Button]]:
    if step.options:
        return _option_rows(number, step, draft, 1)
    return _day_rows(number, step.days, draft) if step.days is not None else []


def _rows(number: int, step: Step, draft: Draft, rows: list[list[Button]]) -> list[list[Button]]:
    last = [Button(phrase("button.skip"), _answer(number, draft, SKIP))] if step.optional else []
    return [*rows, [*last, _cancel(number)]]


def _option_rows(number: int, step: Step, draft: Draft, page: int) -> list[list[Button]]:
    shown = page_of(list(enumerate(step.options)), page, PAGE)
    rows = in_rows(
        [Button(option.label, _answer(number, draft, str(place))) for place, option in shown], step.width
    )
    return [*rows, *turning(page, PAGE, len(step.options), lambda other: _answer(number, draft, f"p{other}"))]


def _day_rows(number: int, days: Days, draft: Draft) -> list[list[Button]]:
    quick = [Button(label, _answer(number, draft, compact(day))) for label, day in days.quick]
    month = min(max(days.earliest, days.quick[0][1] if days.quick else days.earliest), days.latest)
    other = Button(phrase("button.other_date"), _answer(number, draft, f"m{compact(month.replace(day=1))}"))
    return [*([quick] if quick else []), [other]]


def _month_rows(number: int, days: Days, draft: Draft, month: date | None) -> list[list[Button]]:
    return month_page(
        month or days.earliest.replace(day=1),
        lambda day: _answer(number, draft, compact(day)),
        lambda other: _answer(number, draft, f"m{compact(other)}"),
        earliest=days.earliest,
        latest=days.latest,
    )


def _answer(number: int, draft: Draft, answer: str) -> str:
    """Return the data of an answer; it carries its place, so that an earlier button answers nothing later."""
    return pack(Own.ANSWER, number, f"{len(answered(draft))}.{answer}")


def _cancel(number: int) -> Button:
    return Button(phrase("button.cancel"), pack(Own.ANSWER, number, "stop"))
