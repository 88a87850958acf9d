"""Signing in on the pages: a one-time link by mail or from the chat, and the session that it begins."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import ProblemCode, Refused, refuse
from core.outbox import MessageKind
from core.people import Actor, Person
from services.house import House
from services.invitations import hash_secret
from services.people import actor_of_person
from services.person_rows import is_mail_address
from services.scene import Scene, set_scene
from storage.queries.office import leave_audit
from storage.queries.outbox import add_message
from storage.queries.people import person_by_id
from storage.queries.signin import (
    KeptSession,
    add_link,
    add_session,
    delete_old_sign_ins,
    delete_session,
    note_request,
    requests_since,
    session_by_hash,
    session_seen,
    usable_link,
    use_link,
)
from storage.store import Transaction

LINK_VALID_FOR = timedelta(minutes=15)
IDLE_FOR = timedelta(hours=12)
"""How long a session lasts after its owner was last there."""

MOST_ASKED, ASKED_WITHIN = 3, timedelta(minutes=15)
_SEEN_EVERY = timedelta(minutes=5)
_KEEP_LINKS = timedelta(days=1)
SIGN_IN_PATH, OVERVIEW_PATH, FILE_PATH = "/inloggen", "/overzicht", "/bestand"
GROUPS_PATH = "/groepen"
"""Where the pages are to which a message leads."""


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A fresh link; the token is in no other place and is kept only as a hash."""

    token: str
    expires_at: datetime

    def address(self, root: str) -> str:
        """Return the whole address, given the root of the pages."""
        return f"{root.rstrip('/')}{SIGN_IN_PATH}/{self.token}"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who has just signed in: the secret of the session, and the page that was wanted."""

    person: Person
    secret: str
    leads_to: str


def ask_by_mail(house: House, mail: str, *, leads_to: str = "", now: datetime) -> None:
    """Put a sign-in link in the outbox for everybody with this mail address.

    Returns the same for an address that nobody has, and for one that was asked for too often: then nothing is
    sent. Refuses what is no mail address.
    """
    address = mail.strip()
    if not is_mail_address(address):
        raise refuse(ProblemCode.MAIL_FORM, column="mail", value=address)
    address_hash = hash_secret(address.casefold())
    with house.store.write() as tx:
        if requests_since(tx, address_hash, now - ASKED_WITHIN) >= MOST_ASKED:
            return
        note_request(tx, address_hash, now)
        scene = set_scene(tx, house, now)
        payload = {"leads_to": leads_to, "until": (now + LINK_VALID_FOR).isoformat()}
        for person in _people_at(scene, address):
            kind, today = MessageKind.SIGN_IN, scene.today
            add_message(tx, person.id, kind, today, send_after=now, now=now, payload=payload)


def _people_at(scene: Scene, address: str) -> list[Person]:
    return [
        person
        for person in scene.directory.everybody()
        if person.mail and person.mail.casefold() == address.casefold() and person.revoked_at is None
    ]


def make_link(tx: Transaction, person: Person, leads_to: str, now: datetime) -> SignInLink:
    """Store a fresh link of a person and return its token."""
    token = secrets.token_urlsafe(24)
    expires_at = now + LINK_VALID_FOR
    add_link(tx, person.id, hash_secret(token), leads_to, now=now, expires_at=expires_at)
    return SignInLink(token, expires_at)


def own_link(house: House, *, actor: Actor, now: datetime, leads_to: str = "") -> str:
    """Return the address at which the actor signs in once, for a place that only the actor reads.

    Refuses who was revoked, and an installation whose pages have no address.
    """
    root = house.rules.public_url
    if root is None:
        raise refuse(ProblemCode.PAGES_NOWHERE)
    with house.store.write() as tx:
        person = person_by_id(tx, actor.person_id) if actor.person_id is not None else None
        if person is None or person.revoked_at is not None:
            raise refuse(ProblemCode.PERSON_REVOKED, name=actor.name)
        leave_audit(tx, actor=actor.name, verb="sign_in_link", subject=person.name, now=now)
        return make_link(tx, person, leads_to, now).address(root)


def look_at_link(house: House, token: str, *, now: datetime) -> str:
    """Return the user name a link signs in. Refuses one that is unknown, used or too old, all alike."""
    with house.store.read() as tx:
        kept = usable_link(tx, hash_secret(token), now)
        person = person_by_id(tx, kept.person_id) if kept else None
    if person is None or person.revoked_at is not None:
        raise refuse(ProblemCode.SIGN_IN_INVALID)
    return person.name


def sign_in(house: House, token: str, *, now: datetime) -> SignedIn:
    """Use a link and begin a session. Refuses one that is unknown, used or too old, all alike."""
    secret = secrets.token_urlsafe(32)
    with house.store.write() as tx:
        kept = use_link(tx, hash_secret(token), now)
        person = person_by_id(tx, kept.person_id) if kept else None
        if kept is None or person is None or person.revoked_at is not None:
            raise refuse(ProblemCode.SIGN_IN_INVALID)
        add_session(tx, person.id, hash_secret(secret), now)
        leave_audit(tx, actor=person.name, verb="sign_in", subject=person.name, now=now)
    return SignedIn(person, secret, kept.leads_to)


def visitor_of(house: House, secret: str, *, now: datetime) -> tuple[Person, Actor] | None:
    """Return whose session this is, with rights as they are now; None when it has ended.

    It ends when nobody was there for `IDLE_FOR`, and when its owner has no access any more.
    """
    with house.store.read() as tx:
        kept = session_by_hash(tx, hash_secret(secret))
    if kept is None or _is_over(kept, now):
        return None
    try:
        person, actor = actor_of_person(house, kept.person_id, now)
    except Refused as refused:
        if refused.problems[0].code is not ProblemCode.PERSON_REVOKED:
            raise
        return None
    if now - kept.seen_at >= _SEEN_EVERY:
        with house.store.write() as tx:
            session_seen(tx, kept.id, now)
    return person, actor


def _is_over(kept: KeptSession, now: datetime) -> bool:
    return kept.seen_at + IDLE_FOR <= now


def sign_out(house: House, secret: str, *, now: datetime) -> None:
    """End a session; one that has ended is left at that."""
    with house.store.write() as tx:
        kept = session_by_hash(tx, hash_secret(secret))
        person = person_by_id(tx, kept.person_id) if kept else None
        if kept is None or person is None:
            return
        delete_session(tx, kept.id)
        leave_audit(tx, actor=person.name, verb="sign_out", subject=person.name, now=now)


def forget_old_sign_ins(tx: Transaction, now: datetime) -> None:
    """Delete what no sign-in needs any more."""
    delete_old_sign_ins(tx, asked=now - ASKED_WITHIN, expired=now - _KEEP_LINKS, seen=now - IDLE_FOR)
