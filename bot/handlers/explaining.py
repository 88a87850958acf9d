"""Comply or explain: a reason from the list, a new date, and a line of text only where that is allowed."""

from datetime import date

from bot import asking
from bot.asking import Draft, Flow, Step
from bot.desk import Visit, in_thread
from bot.handlers.pressing import open_row, tell_decided, undo_row
from core.facts import FactKind
from services.actions import ActionView
from services.free_text import likely_names
from services.performing import ActionDone, Picked, perform
from templates import chat_text, listed

KIND = "explain_note"


def why_text(visit: Visit, view: ActionView) -> str:
    """Return the question for the reason; it says where a text can be written."""
    address = page_of(visit, view.codes[0])
    in_chat = visit.house.rules.privacy.free_text_in_chat
    return chat_text(
        "explaining.why", codes=listed(view.codes), norm=view.norm, address=None if in_chat else address
    )


def page_of(visit: Visit, code: str) -> str | None:
    """Return the address of the page of a case, None where there are no pages."""
    root = visit.house.rules.public_url
    return f"{root.rstrip('/')}/zaken/{code}" if root else None


async def explain(visit: Visit, token: str, on: date, reason: str) -> None:
    """Explain, or ask for a line of text first where the chat may carry it."""
    if visit.house.rules.privacy.free_text_in_chat:
        await asking.begin(visit, FLOW, {"token": token, "on": on.isoformat(), "reason": reason})
        return
    done = await in_thread(
        perform, visit.house, token, now=visit.now, person_id=visit.person.id, on=on, value=reason
    )
    await tell_explained(visit, done)


async def _next_step(_visit: Visit, draft: Draft) -> Step | None:
    if "note" in draft:
        return None
    return Step("note", chat_text("explaining.note"), types_text=True, optional=True)


async def _finish(visit: Visit, draft: Draft) -> None:
    note = draft["note"]
    names = tuple(likely_names(note, visit.house.rules, visit.today))
    done = await in_thread(
        perform,
        visit.house,
        draft["token"],
        now=visit.now,
        person_id=visit.person.id,
        on=date.fromisoformat(draft["on"]),
        value=draft["reason"],
        picked=Picked(note=note or None, no_names=names),
    )
    await tell_explained(visit, done)


FLOW = Flow(KIND, _next_step, _finish)


async def tell_explained(visit: Visit, done: ActionDone) -> None:
    """Say until when a term is explained; the reason is not repeated."""
    if not done.explained:
        await tell_decided(visit, done.view)
        return
    cases = tuple(one.view.case for one in done.explained)
    first = done.explained[0]
    term = first.view.term(first.norm)
    kind = term.norm.explained_by if term else None
    rows = [await undo_row(visit, cases, kind, norm=first.norm)] if isinstance(kind, FactKind) else []
    text = chat_text("explaining.done", items=done.explained, today=visit.today)
    await visit.show(text, [*rows, open_row(cases[0].code)])
