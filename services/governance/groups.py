"""Linked group chats: which there are, and how a link ends; who made it is told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.errors import NotAllowed, Problem, ProblemCode, refuse
from core.groups import GroupLink, GroupScope
from core.outbox import Message, MessageKind
from core.people import Actor, Person, Role
from core.rights import Verb, may, nearness_to_agreement
from core.rules import Rules
from services.governance.hearing import present_links
from services.governance.matters import leaders_of
from services.house import House
from services.scene import Scene, set_scene
from storage.queries.groups import drop_group_link, group_link_of
from storage.queries.office import leave_audit
from storage.queries.outbox import add_message, pending_for, withdraw_pending
from storage.queries.people import change_person, person_by_chat


class GroupEnd(StrEnum):
    """Why a link ended: the bot was removed, the chat is gone, a leader ended it, or linked it anew."""

    REMOVED = "removed"
    GONE = "gone"
    ENDED = "ended"
    RELINKED = "relinked"


@dataclass(frozen=True, slots=True)
class GroupView:
    """A linked group as a project leader sees it; `number` names it, `title` can be empty."""

    number: int
    title: str
    scope: GroupScope
    target: str
    name: str
    linked_by: str
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class GroupEndedView:
    """A link that ended, as its maker is told."""

    person: str
    title: str
    scope: GroupScope
    name: str
    why: GroupEnd
    by: str


def target_name(rules: Rules, scope: GroupScope, code: str) -> str:
    """Return the name of a series or region; its code when it is not configured any more."""
    if scope is GroupScope.REGION:
        return rules.regions.get(code, code)
    series = rules.governance.series.get(code)
    return series.title if series else code


def region_of(rules: Rules, scope: GroupScope, code: str) -> str | None:
    """Return the region whose project leaders lead what a group is linked to."""
    series = rules.governance.series.get(code)
    return code if scope is GroupScope.REGION else series.region if series else None


def linked_groups(house: House, *, actor: Actor, now: datetime) -> list[GroupView]:
    """Return the linked groups whose series or region the actor leads."""
    rules = house.rules
    with house.store.read() as tx:
        scene = set_scene(tx, house, now)
        return [
            GroupView(
                link.person_id,
                link.title,
                link.scope,
                link.target,
                target_name(rules, link.scope, link.target),
                link.linked_by,
                link.linked_at,
            )
            for _, link in present_links(scene)
            if _leads(scene, actor, link)
        ]


def _leads(scene: Scene, actor: Actor, link: GroupLink) -> bool:
    region = region_of(scene.rules, link.scope, link.target)
    return may(actor, Verb.LEAD_AGREEMENT, nearness_to_agreement(actor, taking_part=False, region=region))


def end_group(house: House, number: int, *, actor: Actor, now: datetime) -> None:
    """End the link of a group. Refuses one that is not there (any more) and who does not lead it."""
    with house.store.write() as tx:
        scene = set_scene(tx, house, now)
        link = group_link_of(tx, number)
        if link is None:
            raise refuse(ProblemCode.GROUP_UNKNOWN, value=str(number))
        if not _leads(scene, actor, link):
            details = {"verb": Verb.LEAD_AGREEMENT, "actor": actor.name}
            raise NotAllowed(Problem(ProblemCode.NOT_ALLOWED, details))
        end_link(scene, link, GroupEnd.ENDED, by=actor.name)


def group_left(house: House, chat_id: int, now: datetime) -> None:
    """End the link of a chat that the bot is no longer in; nothing happens when it has none."""
    with house.store.write() as tx:
        group = person_by_chat(tx, chat_id)
        if group is not None and Role.GROUP in group.roles:
            end_of_group(set_scene(tx, house, now), group.id, GroupEnd.REMOVED)


def group_moved(house: House, chat_id: int, new_chat_id: int, now: datetime) -> None:
    """Follow a group that Telegram turned into a supergroup; nothing happens when it has no link."""
    with house.store.write() as tx:
        group = person_by_chat(tx, chat_id)
        if group is not None and Role.GROUP in group.roles:
            follow_group(set_scene(tx, house, now), group.id, new_chat_id)


def follow_group(scene: Scene, person_id: int, new_chat_id: int) -> None:
    """Send to the new chat of a group from now on. Where that was linked anew, this link ends quietly."""
    present = person_by_chat(scene.tx, new_chat_id)
    if present is None:
        change_person(scene.tx, person_id, chat_id=new_chat_id, chat_lost_at=None)
        leave_audit(
            scene.tx, actor="termijnwacht", verb="group_moved", subject=f"group:{person_id}", now=scene.now
        )
    elif present.id != person_id:
        _forget(scene, person_id)


def end_of_group(scene: Scene, person_id: int, why: GroupEnd) -> None:
    """End the link of a group that cannot be reached any more."""
    link = group_link_of(scene.tx, person_id)
    if link is not None:
        end_link(scene, link, why, by="termijnwacht")
    else:
        _forget(scene, person_id)


def end_link(scene: Scene, link: GroupLink, why: GroupEnd, *, by: str) -> None:
    """End a link: nothing waits for the group any more, and who made the link is told, unless they did it."""
    _forget(scene, link.person_id)
    subject, details = f"{link.scope}:{link.target}", {"group": link.person_id, "why": why}
    leave_audit(scene.tx, actor=by, verb="end_group", subject=subject, now=scene.now, details=details)
    payload = {
        "title": link.title,
        "scope": link.scope.value,
        "target": link.target,
        "why": why.value,
        "by": by,
    }
    for person in _told(scene, link):
        if person.name != by:
            add_message(
                scene.tx,
                person.id,
                MessageKind.GROUP_ENDED,
                scene.today,
                send_after=scene.now,
                now=scene.now,
                payload=payload,
            )


def _told(scene: Scene, link: GroupLink) -> list[Person]:
    """Return who made a link, or stands in for them; when they are gone, who leads it now."""
    maker = scene.directory.named(link.linked_by)
    found = scene.directory.present(maker.id, scene.today) if maker else None
    region = region_of(scene.rules, link.scope, link.target)
    return [found] if found else leaders_of(region, scene.directory, scene.today)


def _forget(scene: Scene, person_id: int) -> None:
    drop_group_link(scene.tx, person_id)
    change_person(scene.tx, person_id, revoked_at=scene.now, chat_id=None)
    withdraw_pending(scene.tx, [message.id for message in pending_for(scene.tx, person_id)])


def group_ended_view(scene: Scene, message: Message, person: Person) -> GroupEndedView:
    """Return what is told of a link that ended."""
    told = {key: str(value) for key, value in message.payload.items()}
    scope = GroupScope(told["scope"])
    name = target_name(scene.rules, scope, told["target"])
    return GroupEndedView(person.name, told["title"], scope, name, GroupEnd(told["why"]), told["by"])
