"""/vandaag, /zaken, /zaak and /waarom: looking around, changing nothing."""

from typing import Any

from telegram.ext import BaseHandler, CommandHandler

from bot.access import admitted
from bot.callbacks import Look, unpack
from bot.desk import Desk, Visit, in_thread
from bot.screens import LEAFING, case_screen, list_screen, why_screen
from core.ports import Button
from core.rights import Nearness, Verb, may
from services.actions import offer_case
from services.case_lists import attention_today, cases_by_urgency
from services.case_views import CaseView
from services.cases import explain_term, read_case
from templates import chat_text


def handlers(desk: Desk) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers of this topic."""
    return [
        CommandHandler("vandaag", admitted(desk, show_today)),
        CommandHandler("zaken", admitted(desk, show_cases)),
        CommandHandler("zaak", admitted(desk, show_case_by_command)),
        CommandHandler("waarom", admitted(desk, show_why_by_command)),
    ]


async def show_today(visit: Visit, page: int = 1) -> None:
    """Show the cases that ask attention now."""
    items = await in_thread(attention_today, visit.house, actor=visit.actor, now=visit.now)
    text, rows = list_screen(
        items,
        page,
        Look.TODAY,
        title=chat_text("title_today"),
        empty=chat_text("nothing_today", agenda=may(visit.actor, Verb.SEE_AGREEMENT, Nearness.OWN)),
        roles=visit.actor.roles,
    )
    await _present(visit, text, rows)


async def show_cases(visit: Visit, page: int = 1) -> None:
    """Show all running cases of this person, what asks most first."""
    items = await in_thread(cases_by_urgency, visit.house, actor=visit.actor, now=visit.now)
    text, rows = list_screen(
        items,
        page,
        Look.LIST,
        title=chat_text("title_cases"),
        empty=chat_text("no_cases"),
        roles=visit.actor.roles,
    )
    await _present(visit, text, rows)


async def _present(visit: Visit, text: str, rows: list[list[Button]]) -> None:
    """Leaf in place when the pressed button stands under a list, else say it anew."""
    pressed = unpack(visit.query.data or "") if visit.query else None
    if pressed and pressed.arg(1) == LEAFING:
        await visit.show(text, rows)
    else:
        await visit.say(text, rows)


async def show_case_by_command(visit: Visit) -> None:
    """Show the case that is named after the command."""
    if not visit.args:
        await visit.say(chat_text("usage", command="zaak", example="GIA-2026-014"))
        return
    await show_case(visit, visit.args[0].upper())


async def show_case(visit: Visit, code: str) -> None:
    """Show a case with what can be done about it."""
    view: CaseView = await in_thread(read_case, visit.house, code, actor=visit.actor, now=visit.now)
    offers = await in_thread(offer_case, visit.house, view, visit.person, visit.now)
    await visit.say(*case_screen(view, offers))


async def show_why_by_command(visit: Visit) -> None:
    """Explain the date of a term named after the command."""
    if len(visit.args) < 2:  # noqa: PLR2004 - code and norm
        await visit.say(chat_text("usage", command="waarom", example="GIA-2026-014 1"))
        return
    await show_why(visit, visit.args[0].upper(), visit.args[1])


async def show_why(visit: Visit, code: str, norm: str) -> None:
    """Explain the date of a term."""
    why = await in_thread(explain_term, visit.house, code, norm, actor=visit.actor, now=visit.now)
    await visit.say(*why_screen(why, visit.today))
