"""/start, /help and /stop: coming in, finding the way, going out."""

from datetime import datetime
from typing import Any

from telegram import BotCommand, BotCommandScopeChat, Update
from telegram.constants import ChatType
from telegram.ext import BaseHandler, CommandHandler

from bot.access import admitted, turn_away
from bot.callbacks import Own, pack
from bot.desk import Desk, Visit, in_thread
from bot.handlers import groups
from core.errors import Refused
from core.people import Actor, Person, Role, actor_of
from core.ports import Button
from core.rights import Nearness, Verb, may
from services.governance.group_codes import is_group_code
from services.invitations import accept
from services.people import person_of_chat, unlink_chat
from templates import chat_text, listed, phrase

_EVERYBODY = ("kalender", "instellingen", "web", "help", "stop")
_CASE_WORK = ("vandaag", "zaken", "zaak", "waarom", "opschaling", "route")
_AGREEMENTS = ("agenda", "uitvraag", "plan")


def handlers(desk: Desk) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers of this topic."""

    async def start(update: Update, _context: object) -> None:
        await _start(desk, update)

    return [
        CommandHandler("start", start),
        CommandHandler("help", admitted(desk, show_help)),
        CommandHandler("stop", admitted(desk, ask_to_stop)),
    ]


def commands_for(actor: Actor) -> list[str]:
    """Return the commands that this person's roles allow."""
    names: list[str] = []
    if may(actor, Verb.SEE_CASE, Nearness.OWN) and Role.CONTACT not in actor.roles:
        names += _CASE_WORK
    if may(actor, Verb.CREATE_CASE, Nearness.ORGANISATION):
        names.append("nieuw")
    if may(actor, Verb.SEE_CASE, Nearness.TEAM):
        names.append("wachtenden")
    if may(actor, Verb.REASSIGN, Nearness.TEAM):
        names.append("overdragen")
    if may(actor, Verb.SEE_BLOCKERS, Nearness.OWN):
        names.append("belemmeringen")
    if may(actor, Verb.SET_ABSENCE, Nearness.OWN):
        names.append("waarneming")
    if may(actor, Verb.SEE_AGREEMENT, Nearness.OWN) and Role.CONTACT not in actor.roles:
        names += _AGREEMENTS
    if may(actor, Verb.LEAD_AGREEMENT, Nearness.ORGANISATION):
        names.append("groepen")
    return names + list(_EVERYBODY)


async def set_menu(visit_bot: Any, chat_id: int, actor: Actor) -> None:  # noqa: ANN401 - a Bot of any kind
    """Show a person the commands of their roles."""
    commands = [BotCommand(name, phrase(f"menu.{name}")) for name in commands_for(actor)]
    await visit_bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id))


async def _start(desk: Desk, update: Update) -> None:
    chat, message = update.effective_chat, update.message
    if chat is not None and chat.type in groups.GROUPS:
        await groups.start_in_group(desk, update)
        return
    if chat is None or message is None or chat.type != ChatType.PRIVATE:
        return
    bot, now = update.get_bot(), desk.clock.now()
    words = (message.text or "").split()
    present = await in_thread(person_of_chat, desk.house, chat.id)
    if len(words) > 1:
        try:
            person = await in_thread(accept, desk.house, words[1], chat.id, now)
        except Refused:
            await bot.send_message(chat.id, await _why_not(desk, words[1], present, now))
            return
        await _welcome(bot, chat.id, person)
        return
    if present is None:
        await turn_away(desk, update)
        return
    await set_menu(bot, chat.id, actor_of(present))
    await bot.send_message(chat.id, chat_text("known", name=present.name))


async def _why_not(desk: Desk, code: str, present: Person | None, now: datetime) -> str:
    """Return what is said to a code that lets nobody in."""
    if await in_thread(is_group_code, desk.house, code, now):
        return chat_text("groups.for_a_group")
    return chat_text("known", name=present.name) if present else chat_text("invitation_refused")


async def _welcome(bot: Any, chat_id: int, person: Person) -> None:  # noqa: ANN401 - a Bot of any kind
    roles = listed(phrase(f"role.{role}") for role in sorted(person.roles))
    await set_menu(bot, chat_id, actor_of(person))
    await bot.send_message(chat_id, chat_text("welcome", name=person.name, roles=roles))


async def show_help(visit: Visit) -> None:
    """Show what this person can do here; after a command that nobody knows it says so first."""
    word = (visit.message.text or "").split()[0] if visit.message and visit.message.text else ""
    unknown = word if word.partition("@")[0] not in ("/help", "/start") else ""
    commands = [(name, phrase(f"menu.{name}")) for name in commands_for(visit.actor)]
    await set_menu(visit.bot, visit.chat_id, visit.actor)
    await visit.say(chat_text("help", commands=commands, unknown=unknown[:40]))


async def ask_to_stop(visit: Visit) -> None:
    """Ask before unlinking the chat."""
    rows = [
        [
            Button(phrase("button.unlink"), pack(Own.STOP, "ja")),
            Button(phrase("button.cancel"), pack(Own.STOP, "nee")),
        ]
    ]
    await visit.say(chat_text("stop_confirm", mail=visit.person.mail), rows)


async def stop(visit: Visit, answer: str) -> None:
    """Unlink the chat, or leave it."""
    if answer != "ja":
        await visit.show(chat_text("cancelled"))
        return
    await in_thread(unlink_chat, visit.house, actor=visit.actor, now=visit.now)
    await visit.show(chat_text("stopped"))
    await visit.bot.delete_my_commands(scope=BotCommandScopeChat(visit.chat_id))
