"""The screens of meetings, submissions and plans. Text and buttons, nothing sent."""

from collections.abc import Iterable, Sequence
from datetime import date
from textwrap import shorten

from bot.agreed_names import packed, packed_plainly
from bot.callbacks import Agree, pack
from bot.group_buttons import groups_button, link_group_button
from bot.paging import page_of, turning
from bot.rendering import file_button, in_rows
from bot.screens import Screen
from core.groups import GroupScope
from core.occurrences import Occurrence
from core.planboard import ActionState, Colour, Plan
from core.ports import Button
from core.submissions import Submission
from services.governance.matters import MatterKind, MeetingMatter, Ref
from services.governance.overview import Entry
from services.governance.showing import Shown
from services.house import House
from templates import phrase, render

PAGE = 8
_LABEL, _SHORT = 32, 30
"""How much of a title a button has room for."""


def agenda_screen(
    house: House,
    entries: Sequence[Entry],
    page: int,
    today: date,
    *,
    may_add: bool = False,
    leads: bool = False,
) -> Screen:
    """Return one page of an agenda, each line with a button that opens it; who leads gets the groups too."""
    shown = page_of(entries, page, PAGE)
    leaf = turning(page, PAGE, len(entries), lambda other: pack(Agree.AGENDA, other))
    text = render("telegram/agenda.html", entries=shown, page=page, today=today)
    rows = [
        [_opening(house, number, f"{_numbers(one.on, today)} {one.title}", one.ref)]
        for number, one in enumerate(shown, 1)
    ]
    add = [[Button(phrase("button.add_meeting"), pack(Agree.ADD))]] if may_add else []
    groups = [[groups_button()]] if leads else []
    return text, [*rows, *leaf, *add, *groups]


def submissions_screen(
    house: House,
    found: Sequence[tuple[Occurrence, Sequence[Submission]]],
    today: date,
    reminds: Iterable[str],
) -> Screen:
    """Return who has handed in and who has not. Of the series in `reminds` the reader can have them asked."""
    names = {code: one.name for code, one in house.rules.organisations.items()}
    text = render("telegram/submissions.html", found=found, names=names, today=today)
    rows, leads = [], set(reminds)
    for occurrence, owed in found:
        code, on = occurrence.series.code, occurrence.original_on
        day = _numbers(occurrence.sorted_on, today)
        for one in owed:
            ref = Ref(MatterKind.SUBMISSION, code, on, one.organisation)
            label = f"{one.organisation} · {day} · {_cut(occurrence.series.title, _SHORT)}"
            rows.append([Button(label, pack(Agree.SHOW, *packed(ref, house)))])
        missing = sum(one.missing for one in owed)
        if missing and code in leads:
            title = _cut(occurrence.series.title, _SHORT)
            label = phrase("button.remind_missing", title=title, count=missing, day=day)
            whole = packed_plainly(Ref(MatterKind.SUBMISSION, code, on))
            rows.append([Button(label, pack(Agree.REMIND, *whole))])
    return text, rows


def plan_screen(
    house: House,
    found: Sequence[tuple[Plan, Sequence[ActionState]]],
    page: int,
    today: date,
    waiting: Iterable[tuple[Plan, int]] = (),
) -> Screen:
    """Return one page of the actions, what is silent first and what is done last.

    `waiting` counts the owners to be reminded.
    """
    lines = [(plan, state) for plan, states in found for state in states]
    lines.sort(key=lambda one: _urgency(one[1]))
    shown = page_of(lines, page, PAGE)
    leaf = turning(page, PAGE, len(lines), lambda other: pack(Agree.PLAN, other))
    text = render("telegram/plan.html", lines=shown, total=lines, today=today)
    rows = [
        [
            _opening(
                house, number, state.action.title, Ref(MatterKind.ACTION, plan.code, part=state.action.code)
            )
        ]
        for number, (plan, state) in enumerate(shown, 1)
    ]
    for plan, count in waiting:
        label = phrase("button.remind_owners", count=count, plan=_cut(plan.title, _LABEL))
        rows.append([Button(label, pack(Agree.REMIND, *packed_plainly(Ref(MatterKind.ACTION, plan.code))))])
    return text, [*rows, *leaf]


def matter_screen(house: House, ref: Ref, shown: Shown, today: date) -> Screen:
    """Return one matter with a button for everything its reader can do about it."""
    text = render("telegram/matter.html", shown=shown, m=shown.matter, today=today)
    version, parts = shown.matter.version, packed(ref, house)
    deeds = [Button(phrase(f"deed.{deed}"), pack(Agree.DEED, deed, version, *parts)) for deed in shown.deeds]
    rows = in_rows(deeds, 2)
    if isinstance(shown.matter, MeetingMatter) and shown.matter.occurrence.on:
        rows.append([file_button(ref)])
    if shown.leads and isinstance(shown.matter, MeetingMatter):
        rows.append([link_group_button(GroupScope.SERIES, ref.code)])
    return text, rows


def _urgency(state: ActionState) -> tuple[bool, bool, date, str]:
    done = state.colour is Colour.GREEN
    return not state.silent, done, state.action.period.latest_on, state.action.code


def _opening(house: House, number: int, title: str, ref: Ref) -> Button:
    label = phrase("button.line", number=number, label=_cut(title, _LABEL))
    return Button(label, pack(Agree.SHOW, *packed(ref, house)))


def _cut(title: str, most: int) -> str:
    """Return a title that fits, cut between two words."""
    return shorten(title, most, placeholder="…")


def _numbers(on: date, today: date) -> str:
    return f"{on.day}-{on.month}" if on.year == today.year else f"{on.day}-{on.month}-{on.year}"
