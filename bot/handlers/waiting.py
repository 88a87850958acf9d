"""/wachtenden: children who wait for help, in the three groups of the inspectorates (D12)."""

from bot.callbacks import Look, Pressed, pack
from bot.desk import Visit, in_thread
from bot.paging import page_of, pages_of, turning
from bot.rendering import in_rows
from core.errors import NotAllowed, Problem, ProblemCode
from core.ports import Button
from core.rights import Nearness, Verb, may
from services.explanations import Waiting, waiting_cases
from templates import chat_text, phrase

PAGE = 12
GROUPS = tuple(Waiting)


async def overview(visit: Visit) -> None:
    """Show how many wait in each group."""
    found = await in_thread(waiting_cases, visit.house, actor=_asked_by(visit).actor, now=visit.now)
    rows = [
        [
            Button(
                phrase("button.waiting", group=phrase(f"waiting.{group}"), count=len(found[group])),
                pack(Look.WAITING, place, 1),
            )
        ]
        for place, group in enumerate(GROUPS)
        if found[group]
    ]
    counts = [(group, len(found[group])) for group in GROUPS]
    await visit.say(chat_text("waiting.overview", counts=counts, today=visit.today), rows)


def _asked_by(visit: Visit) -> Visit:
    """Return the visit when its person sees more than own cases; refuses otherwise."""
    if not may(visit.actor, Verb.SEE_CASE, Nearness.TEAM):
        details = {"verb": Verb.SEE_CASE, "actor": visit.actor.name}
        raise NotAllowed(Problem(ProblemCode.NOT_ALLOWED, details))
    return visit


async def show_group(visit: Visit, pressed: Pressed) -> None:
    """Show a page of one group."""
    group, page = GROUPS[int(pressed.arg(0))], int(pressed.arg(1) or 1)
    found = await in_thread(waiting_cases, visit.house, actor=_asked_by(visit).actor, now=visit.now)
    items = found[group]
    pages = pages_of(len(items), PAGE)
    page = min(max(page, 1), pages)
    shown = page_of(items, page, PAGE)
    text = chat_text("waiting.group", group=group, items=shown, page=page, pages=pages, count=len(items))
    rows = in_rows([Button(one.case.code, pack(Look.CASE, one.case.code)) for one in shown], 2)
    leaf = turning(page, PAGE, len(items), lambda other: pack(Look.WAITING, pressed.arg(0), other))
    await visit.show(text, [*rows, *leaf])
