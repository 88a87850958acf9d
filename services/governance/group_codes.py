"""Linking a group chat: a project leader's one-time code, used in the group by who may lead the series."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.errors import NotAllowed, Problem, ProblemCode, refuse
from core.groups import GroupLink, GroupScope
from core.people import Actor, Person, Role
from core.privacy import MarkerKind, find_markers
from core.rights import Verb, may, nearness_to_agreement
from core.rules import Rules
from services.governance.groups import GroupEnd, end_link, region_of, target_name
from services.house import House
from services.invitations import hash_secret
from services.scene import Scene, set_scene
from storage.queries.groups import (
    KeptCode,
    add_group_code,
    group_link_of,
    put_group_link,
    use_group_code,
    valid_group_code,
)
from storage.queries.office import leave_audit
from storage.queries.people import (
    add_person,
    change_person,
    link_chat,
    person_by_chat,
    person_by_name,
    person_columns,
)

VALID_FOR = timedelta(days=7)
_LONGEST_TITLE = 128


@dataclass(frozen=True, slots=True)
class Target:
    """What a group can be linked to, with its name."""

    scope: GroupScope
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class GroupCode:
    """A fresh code; it is shown once and kept only as a hash."""

    code: str
    target: Target
    expires_at: datetime


def group_targets(house: House, *, actor: Actor, now: datetime) -> list[Target]:
    """Return what the actor may link a group to: the regions and the running series of meetings they lead."""
    rules, today = house.rules, house.today(now)
    regions = [Target(GroupScope.REGION, code, name) for code, name in rules.regions.items()]
    series = [
        Target(GroupScope.SERIES, one.code, one.title)
        for one in rules.governance.series.values()
        if not one.is_submission and today < (one.ends_on or date.max)
    ]
    return [one for one in (*regions, *series) if leads(rules, actor, one.scope, one.code)]


def leads(rules: Rules, actor: Actor, scope: GroupScope, code: str) -> bool:
    """Tell whether the actor leads what a group is linked to."""
    region = region_of(rules, scope, code)
    return may(actor, Verb.LEAD_AGREEMENT, nearness_to_agreement(actor, taking_part=False, region=region))


def make_group_code(house: House, scope: GroupScope, code: str, *, actor: Actor, now: datetime) -> GroupCode:
    """Make a code that links a group once, within seven days; an earlier unused one of the actor ends.

    Refuses a series or region that is not there, a series of what is handed in, and who does not lead it.
    """
    rules = house.rules
    if not _is_there(rules, scope, code):
        known = tuple(one.code for one in group_targets(house, actor=actor, now=now) if one.scope is scope)
        raise refuse(ProblemCode.GROUP_TARGET_UNKNOWN, value=code, scope=scope, known=known)
    if not leads(rules, actor, scope, code):
        details = {"verb": Verb.LEAD_AGREEMENT, "actor": actor.name}
        raise NotAllowed(Problem(ProblemCode.NOT_ALLOWED, details))
    secret, expires_at = secrets.token_urlsafe(24), now + VALID_FOR
    with house.store.write() as tx:
        add_group_code(
            tx, hash_secret(secret), scope, code, made_by=actor.name, now=now, expires_at=expires_at
        )
        leave_audit(tx, actor=actor.name, verb="make_group_code", subject=f"{scope}:{code}", now=now)
    return GroupCode(secret, Target(scope, code, target_name(rules, scope, code)), expires_at)


def _is_there(rules: Rules, scope: GroupScope, code: str) -> bool:
    if scope is GroupScope.REGION:
        return code in rules.regions
    series = rules.governance.series.get(code)
    return series is not None and not series.is_submission


def is_group_code(house: House, secret: str, now: datetime) -> bool:
    """Tell whether a secret is a code for a group that can still be used."""
    with house.store.read() as tx:
        return valid_group_code(tx, hash_secret(secret), now) is not None


def link_group(
    house: House, secret: str, chat_id: int, title: str, *, used_by: int | None, now: datetime
) -> Target:
    """Link a group chat with a code; a group that had another link gets this one.

    `used_by` is the Telegram user who sent the code. Refuses all alike: a code that is unknown, used or
    too old, one whose series or region or maker is gone, and a user who may not lead it.
    """
    with house.store.write() as tx:
        scene = set_scene(tx, house, now)
        kept = valid_group_code(tx, hash_secret(secret), now)
        user = person_by_chat(tx, used_by) if used_by is not None else None
        if kept is None or user is None or not _fits(scene, kept, user) or not use_group_code(tx, kept, now):
            raise refuse(ProblemCode.GROUP_CODE_INVALID)
        group = _group_of(scene, chat_id, user)
        link = GroupLink(group, kept.scope, kept.target, _safe(scene, title), kept.made_by, now)
        put_group_link(tx, link)
        subject = f"{kept.scope}:{kept.target}"
        details = {"group": group, "made_by": kept.made_by}
        leave_audit(tx, actor=user.name, verb="link_group", subject=subject, now=now, details=details)
        return Target(kept.scope, kept.target, target_name(scene.rules, kept.scope, kept.target))


def _fits(scene: Scene, kept: KeptCode, user: Person) -> bool:
    """Tell whether a code still stands for something, and may be used by this user."""
    maker = scene.directory.named(kept.made_by)
    made_by_leader = maker is None or _leads(scene, maker, kept)
    return _is_there(scene.rules, kept.scope, kept.target) and made_by_leader and _leads(scene, user, kept)


def _leads(scene: Scene, person: Person, kept: KeptCode) -> bool:
    actor = scene.directory.actor(person, scene.today)
    return person.revoked_at is None and leads(scene.rules, actor, kept.scope, kept.target)


def _group_of(scene: Scene, chat_id: int, user: Person) -> int:
    """Return the id that stands for a group chat, made when it is new; its earlier link ends."""
    present = person_by_chat(scene.tx, chat_id)
    if present is not None:
        link = group_link_of(scene.tx, present.id)
        if link is not None:
            end_link(scene, link, GroupEnd.RELINKED, by=user.name)
        change_person(scene.tx, present.id, revoked_at=None)
        link_chat(scene.tx, present.id, chat_id)
        return present.id
    number = 1
    while person_by_name(scene.tx, f"groep:{number}") is not None:
        number += 1
    group = Person(0, f"groep:{number}", frozenset({Role.GROUP}))
    person_id = add_person(scene.tx, person_columns(group), scene.now)
    link_chat(scene.tx, person_id, chat_id)
    return person_id


def _safe(scene: Scene, title: str) -> str:
    """Return the title of a group, nothing when it has a BSN or a birth date in it."""
    found = find_markers(title, case_code=scene.rules.privacy.case_code, today=scene.today)
    personal = any(marker.kind in (MarkerKind.BSN, MarkerKind.BIRTH_DATE) for marker in found)
    return "" if personal else title.strip()[:_LONGEST_TITLE]
