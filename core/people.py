"""People, contacts and what they are to a case."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from core.cadence import EVERY_WORKING_DAY, OwnDays


class Role(StrEnum):
    """What somebody does.

    A contact is a functional mailbox: it has mail and pages, never a chat. A group is a group chat: it only
    reads, and no person can be given its role.
    """

    PROTECTOR = "jeugdbeschermer"
    MANAGER = "teammanager"
    DATA_STEWARD = "gegevensbeheerder"
    PROJECT_LEADER = "projectleider"
    OFFICIAL = "ambtenaar"
    ADMINISTRATOR = "beheerder"
    CONTACT = "contact"
    GROUP = "groep"


GIVEN_ROLES = tuple(role for role in Role if role is not Role.GROUP)
"""The roles that somebody can be given."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may do or receive something. `name` is the user name and is unique.

    `chat_id` is a linked Telegram chat that works, `send_at` an own local time for the digest.
    """

    id: int
    name: str
    roles: frozenset[Role]
    organisation: str | None = None
    team: str | None = None
    region: str | None = None
    fte: float | None = None
    days: OwnDays = EVERY_WORKING_DAY
    mail: str | None = None
    chat_id: int | None = None
    send_at: time | None = None
    revoked_at: datetime | None = None

    @property
    def reachable(self) -> bool:
        """Tell whether there is any address to send to."""
        return self.revoked_at is None and (self.chat_id is not None or self.mail is not None)


@dataclass(frozen=True, slots=True)
class Absence:
    """A period (local dates, both included) in which `substitute_id` stands in for `person_id`."""

    id: int
    person_id: int
    substitute_id: int
    from_on: date
    through_on: date


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for something: a person, or the system or command line with its own rights."""

    name: str
    roles: frozenset[Role]
    person_id: int | None = None
    organisation: str | None = None
    team: str | None = None
    region: str | None = None
    stands_in_for: frozenset[int] = field(default_factory=frozenset)


def actor_of(person: Person, stands_in_for: frozenset[int] = frozenset()) -> Actor:
    """Return the actor a person is, with the absent people they stand in for."""
    return Actor(
        person.name,
        person.roles,
        person.id,
        person.organisation,
        person.team,
        person.region,
        stands_in_for,
    )


def command_line(user: str) -> Actor:
    """Return the administrator that acts on the command line under an operating-system user's name."""
    return Actor(f"cli:{user}", frozenset({Role.ADMINISTRATOR}))


SYSTEM = Actor("termijnwacht", frozenset({Role.ADMINISTRATOR}))
