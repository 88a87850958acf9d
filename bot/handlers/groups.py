"""Group chats: a project leader links them, they hear of meetings, and to anything else the bot is silent."""

from typing import Any

from telegram import Bot, Chat, ChatMember, Update
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden
from telegram.ext import BaseHandler, ChatMemberHandler, MessageHandler, filters

from bot.callbacks import Agree, Pressed, pack
from bot.desk import Desk, Visit, in_thread
from bot.group_buttons import SCOPES, GroupStep, groups_button
from bot.paging import page_of, turning
from bot.rendering import numbered
from core.errors import ProblemCode, Refused, refuse
from core.groups import GroupScope
from core.ports import Button
from services.governance.group_codes import Target, group_targets, link_group, make_group_code
from services.governance.groups import (
    GroupView,
    end_group,
    group_left,
    group_moved,
    linked_groups,
)
from services.people import person_of_chat
from services.strangers import greet_stranger
from templates import chat_text, phrase

GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
PAGE = 8
_LEFT = (ChatMember.LEFT, ChatMember.BANNED)


def handlers(desk: Desk) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers of what happens to the groups the bot is in."""

    async def moved(update: Update, _context: object) -> None:
        await _moved(desk, update)

    async def membership(update: Update, _context: object) -> None:
        await _membership(desk, update)

    return [
        MessageHandler(filters.StatusUpdate.MIGRATE, moved),
        ChatMemberHandler(membership, ChatMemberHandler.MY_CHAT_MEMBER),
    ]


async def start_in_group(desk: Desk, update: Update) -> None:
    """Link a group with the code after /start; without one the bot says nothing.

    Who is known always gets an answer, a stranger's group one refusal and nothing else.
    """
    chat, message = update.effective_chat, update.message
    words = (message.text or "").split() if message else []
    if chat is None or message is None or len(words) < 2:  # noqa: PLR2004 - the command and a code
        return
    user = message.from_user.id if message.from_user else None
    now, bot = desk.clock.now(), update.get_bot()
    try:
        target = await in_thread(
            link_group, desk.house, words[1], chat.id, chat.title or "", used_by=user, now=now
        )
    except Refused:
        known = user is not None and await in_thread(person_of_chat, desk.house, user) is not None
        if known or await in_thread(greet_stranger, desk.house, chat.id, now):
            await bot.send_message(chat.id, chat_text("groups.refused"))
        return
    text = chat_text("groups.linked", scope=target.scope, name=target.name)
    await bot.send_message(chat.id, text, parse_mode="HTML")


async def _moved(desk: Desk, update: Update) -> None:
    chat, message = update.effective_chat, update.message
    if chat is None or message is None:
        return
    old, new = message.migrate_from_chat_id or chat.id, message.migrate_to_chat_id or chat.id
    await in_thread(group_moved, desk.house, old, new, desk.clock.now())


async def _membership(desk: Desk, update: Update) -> None:
    changed = update.my_chat_member
    if changed is None or changed.chat.type not in GROUPS or changed.new_chat_member.status not in _LEFT:
        return
    if await in_thread(person_of_chat, desk.house, changed.chat.id) is not None:
        await _check(desk, update.get_bot(), changed.chat)


async def _check(desk: Desk, bot: Bot, chat: Chat) -> None:
    """End the link of a group that the bot is not in any more.

    Telegram is asked once more, since leaving also reads so when a group becomes a supergroup.
    """
    now = desk.clock.now()
    try:
        await bot.send_chat_action(chat.id, ChatAction.TYPING)
    except ChatMigrated as moved:
        await in_thread(group_moved, desk.house, chat.id, moved.new_chat_id, now)
    except (Forbidden, BadRequest):
        await in_thread(group_left, desk.house, chat.id, now)


async def press(visit: Visit, pressed: Pressed) -> None:
    """Do what a button about groups says."""
    what = pressed.arg(0)
    if what == GroupStep.LIST:
        await overview(visit, _number(pressed.arg(1)))
    elif what == GroupStep.TARGETS:
        await _show_targets(visit, _number(pressed.arg(1)))
    elif what == GroupStep.MAKE:
        await _make(visit, pressed)
    elif what == GroupStep.ASK:
        await _ask(visit, _number(pressed.arg(1)))
    elif what == GroupStep.END:
        await in_thread(end_group, visit.house, _number(pressed.arg(1)), actor=visit.actor, now=visit.now)
        await visit.show(chat_text("groups.ended"), [[groups_button()]])


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 1


async def overview(visit: Visit, page: int = 1) -> None:
    """Show the groups that belong to what the reader leads."""
    targets = await in_thread(group_targets, visit.house, actor=visit.actor, now=visit.now)
    if not targets:
        raise refuse(ProblemCode.NOT_ALLOWED, verb="lead_agreement", actor=visit.actor.name)
    found: list[GroupView] = await in_thread(linked_groups, visit.house, actor=visit.actor, now=visit.now)
    shown = page_of(found, page, PAGE)
    leaf = turning(page, PAGE, len(found), lambda other: pack(Agree.GROUPS, GroupStep.LIST, other))
    rows = [
        [Button(numbered(number, phrase("button.end_group")), pack(Agree.GROUPS, GroupStep.ASK, one.number))]
        for number, one in enumerate(shown, 1)
    ]
    link = [Button(phrase("button.link_group"), pack(Agree.GROUPS, GroupStep.TARGETS, 1))]
    await visit.show(chat_text("groups.list", items=shown), [*rows, *leaf, link])


async def _show_targets(visit: Visit, page: int) -> None:
    found: list[Target] = await in_thread(group_targets, visit.house, actor=visit.actor, now=visit.now)
    shown = page_of(found, page, PAGE)
    leaf = turning(page, PAGE, len(found), lambda other: pack(Agree.GROUPS, GroupStep.TARGETS, other))
    rows = [
        [Button(_label(one), pack(Agree.GROUPS, GroupStep.MAKE, SCOPES[one.scope], one.code))]
        for one in shown
    ]
    await visit.show(chat_text("groups.pick"), [*rows, *leaf, [groups_button()]])


def _label(target: Target) -> str:
    return phrase("button.of_region", name=target.name) if target.scope is GroupScope.REGION else target.name


async def _make(visit: Visit, pressed: Pressed) -> None:
    scope = next((one for one, letter in SCOPES.items() if letter == pressed.arg(1)), GroupScope.SERIES)
    made = await in_thread(
        make_group_code, visit.house, scope, pressed.arg(2), actor=visit.actor, now=visit.now
    )
    bot = visit.bot.username
    text = chat_text(
        "groups.made",
        scope=scope,
        name=made.target.name,
        expires_at=made.expires_at,
        command=f"/start@{bot} {made.code}",
    )
    address = f"https://t.me/{bot}?startgroup={made.code}"
    await visit.say(text, [[Button(phrase("button.choose_group"), url=address)]])


async def _ask(visit: Visit, number: int) -> None:
    found: list[GroupView] = await in_thread(linked_groups, visit.house, actor=visit.actor, now=visit.now)
    item = next((one for one in found if one.number == number), None)
    if item is None:
        raise refuse(ProblemCode.GROUP_UNKNOWN, value=str(number))
    rows = [
        [
            Button(phrase("button.end_group"), pack(Agree.GROUPS, GroupStep.END, number)),
            Button(phrase("button.cancel"), pack(Agree.GROUPS, GroupStep.LIST)),
        ]
    ]
    await visit.show(chat_text("groups.ask_end", item=item), rows)
