"""Who may speak to the bot: deny by default, one polite refusal to a stranger, groups get silence."""

import html
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.desk import Desk, Visit, in_thread
from core.errors import Problem, Refused
from core.refusals import without_personal_data
from services.people import actor_of_chat, chat_works_again
from services.strangers import greet_stranger
from templates import chat_text, problem_place, problem_sentence

_log = logging.getLogger(__name__)

Handle = Callable[[Visit], Awaitable[None]]
Callback = Callable[[Update, Any], Coroutine[Any, Any, None]]


def admitted(desk: Desk, handle: Handle) -> Callback:
    """Wrap a handler: only a linked person in a private chat gets in; a refusal is answered in words."""

    async def callback(update: Update, _context: object) -> None:
        visit = await open_visit(desk, update)
        if visit is None:
            await turn_away(desk, update)
            return
        try:
            await handle(visit)
        except Refused as refused:
            await tell_refusal(visit, refused)

    return callback


async def open_visit(desk: Desk, update: Update) -> Visit | None:
    """Return the visit of a linked person; None for strangers, groups and revoked people."""
    chat = update.effective_chat
    if chat is None or chat.type != ChatType.PRIVATE:
        return None
    now = desk.clock.now()
    known = await in_thread(actor_of_chat, desk.house, chat.id, now)
    if known is None:
        return None
    person, actor = known
    if person.chat_id is None:
        await in_thread(chat_works_again, desk.house, person, now)
    message, query = update.message, update.callback_query
    text = message.text or "" if message else ""
    args = tuple(text.split()[1:]) if text.startswith("/") else ()
    return Visit(desk, update.get_bot(), person, actor, now, chat.id, args, message, query)


async def turn_away(desk: Desk, update: Update) -> None:
    """Tell a stranger once how to get in; the press of a button always gets an answer."""
    chat = update.effective_chat
    if update.callback_query is not None:
        await update.callback_query.answer(chat_text("no_access"), show_alert=True)
        return
    if chat is None or chat.type != ChatType.PRIVATE:
        return
    if await in_thread(greet_stranger, desk.house, chat.id, desk.clock.now()):
        await update.get_bot().send_message(chat.id, chat_text("stranger"))


async def tell_refusal(visit: Visit, refused: Refused) -> None:
    """Say what was refused and what would be right."""
    safe = [without_personal_data(problem, visit.today) for problem in refused.problems[:5]]
    text = "\n".join(_with_place(problem) for problem in safe)
    _log.info("refused for %s: %s", visit.person.id, refused)
    if visit.query is not None:
        await visit.answer(text[:200], alert=True)
    else:
        await visit.say(html.escape(text))


def _with_place(problem: Problem) -> str:
    place = problem_place(problem) if problem.line is not None else ""
    sentence = problem_sentence(problem)
    return f"{place}: {sentence}" if place else sentence


async def tell_failure(update: object) -> None:
    """Tell the person that something went wrong on our side, as far as that can be told."""
    if not isinstance(update, Update) or update.effective_chat is None:
        return
    if update.effective_chat.type != ChatType.PRIVATE:
        return
    try:
        await update.get_bot().send_message(update.effective_chat.id, chat_text("failed"))
    except TelegramError as error:
        _log.warning("the failure could not be told either: %s", type(error).__name__)
