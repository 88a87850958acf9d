"""A ticket in a form lets it act once: a second press of the same button adds nothing twice."""

from datetime import datetime

from core.people import Person
from services.actions import ActionVerb, Offer, issue
from services.house import House
from services.invitations import hash_secret
from storage.queries.actions import action_by_hash, use_action


def give_ticket(house: House, person: Person, now: datetime) -> str:
    """Return a fresh ticket for a form of somebody who is signed in."""
    with house.store.write() as tx:
        return issue(tx, [Offer(ActionVerb.OPEN, 0, signed_in=True)], person, now, long=False)[0]


def take_ticket(house: House, ticket: str, person: Person, now: datetime) -> bool:
    """Use a ticket; False when it was used before, is of somebody else, or is none."""
    with house.store.write() as tx:
        kept = action_by_hash(tx, hash_secret(ticket))
        if kept is None or kept.person_id != person.id or kept.expires_at <= now:
            return False
        return use_action(tx, kept.id, by=person.name, now=now)
