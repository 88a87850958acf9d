"""One-time invitations: a code that links a chat to a person, once, within seven days."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import ProblemCode, refuse
from core.outbox import MessageKind
from core.people import Actor, Person, Role
from core.rights import Verb, demand, nearness_to_person
from services.house import House
from services.people import NewPerson, check_person, replan_all
from storage.queries.office import leave_audit
from storage.queries.outbox import add_message
from storage.queries.people import (
    add_invitation,
    add_person,
    change_person,
    everybody,
    link_chat,
    person_by_id,
    person_by_name,
    person_columns,
    use_invitation,
)
from storage.store import Transaction

VALID_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A fresh invitation; the code is shown once and kept only as a hash.

    It is empty for who has access again at an institution that does not use Telegram.
    """

    name: str
    code: str
    expires_at: datetime


def hash_secret(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invite(house: House, name: str, *, actor: Actor, now: datetime) -> Invitation:
    """Make a one-time invitation; an earlier unused one ends.

    Refuses a contact, which has mail only, and who is of an institution that does not use Telegram. A revoked
    person gets access again.
    """
    with house.store.write() as tx:
        person = _demand_invitable(tx, house, name, actor)
        _give_back_access(tx, house, person, now)
        chats = house.rules.uses_telegram(person.organisation)
        invitation = make_invitation(tx, person, now) if chats else Invitation(name, "", now)
        leave_audit(tx, actor=actor.name, verb="invite", subject=name, now=now)
        return invitation


def invite_by_mail(house: House, name: str, *, actor: Actor, now: datetime) -> bool:
    """Put an invitation in the outbox; its code is made when it is mailed. Return whether one is mailed.

    None is to who has access again at an institution that does not use Telegram. Refuses as `invite` does,
    and who has no address.
    """
    with house.store.write() as tx:
        person = _demand_invitable(tx, house, name, actor)
        if person.mail is None:
            raise refuse(ProblemCode.PERSON_NO_ADDRESS, value=name)
        _give_back_access(tx, house, person, now)
        chats = house.rules.uses_telegram(person.organisation)
        if chats:
            add_message(tx, person.id, MessageKind.INVITATION, house.today(now), send_after=now, now=now)
        leave_audit(tx, actor=actor.name, verb="invite_by_mail", subject=name, now=now)
        return chats


def make_invitation(tx: Transaction, person: Person, now: datetime) -> Invitation:
    """Store a fresh invitation of a person and return its code."""
    code = secrets.token_urlsafe(24)
    expires_at = now + VALID_FOR
    add_invitation(tx, person.id, hash_secret(code), now=now, expires_at=expires_at)
    return Invitation(person.name, code, expires_at)


def accept(house: House, code: str, chat_id: int, now: datetime) -> Person:
    """Link a chat to the invited person. Refuses a code that is unknown, used or too old, all alike."""
    with house.store.write() as tx:
        person_id = use_invitation(tx, hash_secret(code), now)
        person = person_by_id(tx, person_id) if person_id is not None else None
        if person is None or person.revoked_at is not None:
            raise refuse(ProblemCode.INVITATION_INVALID)
        link_chat(tx, person.id, chat_id)
        leave_audit(tx, actor=person.name, verb="accept_invitation", subject=person.name, now=now)
        linked = person_by_id(tx, person.id)
        if linked is None:
            raise refuse(ProblemCode.INVITATION_INVALID)
        return linked


def first_administrator(house: House, name: str, now: datetime) -> Invitation | None:
    """Make the first administrator and an invitation; None when there is an administrator.

    Refuses a name that cannot be a user name, and one that somebody else has.
    """
    new = NewPerson(name, frozenset({Role.ADMINISTRATOR}))
    with house.store.write() as tx:
        administrators = [person for person in everybody(tx) if Role.ADMINISTRATOR in person.roles]
        if administrators:
            return None
        check_person(new, house.rules)
        if person_by_name(tx, name):
            raise refuse(ProblemCode.PERSON_EXISTS, column="naam", value=name)
        add_person(tx, person_columns(Person(0, name, new.roles)), now)
        person = _named(tx, name)
        leave_audit(tx, actor="termijnwacht", verb="add_person", subject=name, now=now)
        return make_invitation(tx, person, now)


def _give_back_access(tx: Transaction, house: House, person: Person, now: datetime) -> None:
    if person.revoked_at is not None:
        change_person(tx, person.id, revoked_at=None)
        replan_all(tx, house, [person.id], now)


def _demand_invitable(tx: Transaction, house: House, name: str, actor: Actor) -> Person:
    person = _named(tx, name)
    demand(actor, Verb.MANAGE_PEOPLE, nearness_to_person(actor, person))
    if Role.GROUP in person.roles:
        raise refuse(ProblemCode.PERSON_UNKNOWN, value=name)
    if Role.CONTACT in person.roles:
        raise refuse(ProblemCode.CONTACT_IS_NOT_INVITED, value=name)
    if person.revoked_at is None and not house.rules.uses_telegram(person.organisation):
        raise refuse(ProblemCode.TELEGRAM_NOT_USED, value=name, organisation=person.organisation)
    return person


def _named(tx: Transaction, name: str) -> Person:
    person = person_by_name(tx, name)
    if person is None:
        raise refuse(ProblemCode.PERSON_UNKNOWN, value=name)
    return person
