"""What the buttons of actions share: what a token stands for, the day, what was decided before, undoing."""

from datetime import date, timedelta

from bot.callbacks import Act, Look, Pressed, pack
from bot.date_picker import compact, month_page, quick_days, read_day
from bot.desk import Visit, in_thread
from core.cases import Case
from core.facts import FORWARD_LOOKING, FactKind
from core.ports import Button
from services.actions import ActionVerb, ActionView, Offer, look_up, offer_these
from services.inbox import ask_question, close_question, question_of
from templates import chat_text, listed, phrase, short_day

BACK_TO = timedelta(days=3 * 365)
AHEAD = timedelta(days=2 * 366)
DAY = "day"
"""The kind of question that a typed day answers."""


async def look(visit: Visit, token: str) -> ActionView:
    """Return what a token stands for, to who presses it."""
    return await in_thread(look_up, visit.house, token, now=visit.now, person_id=visit.person.id)


def what_of(view: ActionView) -> str:
    """Return the words for what an action records."""
    return phrase(f"fact.{view.kind}")


async def ask_day(visit: Visit, view: ActionView, token: str, picked: str, *, new: bool) -> None:
    """Ask the day of an action; `picked` is what was chosen before it."""
    if view.verb is ActionVerb.EXPLAIN:
        rows = _coming_rows(visit, view, token, picked)
        text = chat_text("explaining.until", codes=listed(view.codes), norm=view.norm)
    else:
        rows = quick_days(
            visit.today,
            lambda day: pack(Act.DAY, token, compact(day), picked),
            lambda month: pack(Act.MONTH, token, compact(month), picked),
        )
        text = chat_text("when", codes=listed(view.codes), what=what_of(view))
    rows += _intake_row(view, token, picked)
    await expect_day(visit, token, picked)
    await (visit.say(text, rows) if new else visit.show(text, rows))


async def expect_day(visit: Visit, token: str, picked: str) -> None:
    """Let a typed day answer too, unless something else waits for what is typed."""
    waiting = await in_thread(question_of, visit.house, visit.person)
    if waiting is None or waiting.kind == DAY:
        draft = {"token": token, "picked": picked}
        await in_thread(
            ask_question, visit.house, visit.person, DAY, draft, chat_id=visit.chat_id, now=visit.now
        )


async def expect_no_day(visit: Visit, token: str) -> None:
    """Let what is typed answer an action no more, when it still would."""
    waiting = await in_thread(question_of, visit.house, visit.person)
    if waiting is not None and waiting.kind == DAY and waiting.draft.get("token") == token:
        await in_thread(close_question, visit.house, visit.person, visit.now)


def _coming_rows(visit: Visit, view: ActionView, token: str, picked: str) -> list[list[Button]]:
    """Return over two weeks, over four weeks, another date; only days that can be a new date."""
    first = _bounds(visit, view)[0]
    quick = (("in_two_weeks", 14), ("in_four_weeks", 28))
    days = [(name, visit.today + timedelta(days=count)) for name, count in quick]
    rows = [
        [
            Button(
                phrase(f"button.{name}", day=short_day(day, visit.today)),
                pack(Act.DAY, token, compact(day), picked),
            )
            for name, day in days
            if day >= first
        ],
        [
            Button(
                phrase("button.other_date"),
                pack(Act.MONTH, token, compact(first.replace(day=1)), picked),
            )
        ],
    ]
    return [row for row in rows if row]


def _intake_row(view: ActionView, token: str, picked: str) -> list[list[Button]]:
    """Return a way to say that the first to be coupled is an intake team or a waiting-list desk."""
    if view.verb is not ActionVerb.COUPLE or "." in picked or not picked:
        return []
    return [[Button(phrase("button.other_kind"), pack(Act.KIND, token, picked))]]


def _bounds(visit: Visit, view: ActionView) -> tuple[date, date]:
    if view.verb is ActionVerb.EXPLAIN:
        term = view.case.term(view.norm) if view.case and view.norm else None
        after = term.term.watched_on + timedelta(days=1) if term else visit.today
        return max(visit.today, after), visit.today + AHEAD
    ahead = AHEAD if view.kind in FORWARD_LOOKING else timedelta(0)
    return visit.today - BACK_TO, visit.today + ahead


async def show_month(visit: Visit, pressed: Pressed) -> None:
    """Show a month of the date picker."""
    token, picked = pressed.arg(0), pressed.arg(2)
    view = await look(visit, token)
    if view.decided:
        await tell_decided(visit, view)
        return
    earliest, latest = _bounds(visit, view)
    rows = month_page(
        read_day(pressed.arg(1)) or visit.today.replace(day=1),
        lambda day: pack(Act.DAY, token, compact(day), picked),
        lambda other: pack(Act.MONTH, token, compact(other), picked),
        earliest=earliest,
        latest=latest,
    )
    if view.verb is ActionVerb.EXPLAIN:
        text = chat_text("explaining.until", codes=listed(view.codes), norm=view.norm)
    else:
        text = chat_text("pick_day", codes=listed(view.codes), what=what_of(view))
    await expect_day(visit, token, picked)
    await visit.show(text, rows)


async def tell_decided(visit: Visit, view: ActionView) -> None:
    """Say in words what is the case now, when a button was used before or too late."""
    term = view.case.term(view.norm) if view.case and view.norm else None
    text = chat_text(
        "decided",
        code=view.codes[0] if view.codes else "",
        norm=view.norm,
        term=term,
        used_by=view.used_by,
        used_at=view.used_at,
        today=visit.today,
    )
    await visit.say(text, [open_row(view.codes[0])] if view.codes else [])


def open_row(code: str) -> list[Button]:
    """Return the button that opens a case."""
    return [Button(phrase("button.open", code=code), pack(Look.CASE, code))]


async def undo_row(
    visit: Visit,
    cases: tuple[Case, ...],
    kind: FactKind | None,
    *,
    norm: str | None = None,
    item: str | None = None,
) -> list[Button]:
    """Return the button that takes back what was just recorded here; without a kind a whole item."""
    first = cases[0]
    also = tuple(case.id for case in cases[1:])
    offer = Offer(ActionVerb.WITHDRAW, first.id, norm, kind, 0, also, item=item)
    made = await in_thread(offer_these, visit.house, [offer], {first.id: first.code}, visit.person, visit.now)
    return [Button(phrase("button.undo"), pack(Act.UNDO, made[0].token))]
