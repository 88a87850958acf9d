"""Who may do what: one table of role, verb and how near the subject must be. What is not in it is denied."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from core.errors import NotAllowed, Problem, ProblemCode
from core.people import Actor, Person, Role


class Verb(StrEnum):
    """What somebody can want to do."""

    SEE_CASE = "see_case"
    RECORD_FACT = "record_fact"
    WITHDRAW_FACT = "withdraw_fact"
    COUPLE = "couple"
    CREATE_CASE = "create_case"
    IMPORT = "import"
    SEE_PEOPLE = "see_people"
    MANAGE_PEOPLE = "manage_people"
    SET_ABSENCE = "set_absence"
    ESCALATE = "escalate"
    REASSIGN = "reassign"
    SEE_BLOCKERS = "see_blockers"
    REGISTER_BLOCKER = "register_blocker"
    SEE_AGREEMENT = "see_agreement"
    TAKE_PART = "take_part"
    CHAIR_MEETING = "chair_meeting"
    LEAD_AGREEMENT = "lead_agreement"
    RECORD_RECEIPT = "record_receipt"
    SPEAK_OF_ACTION = "speak_of_action"
    SUBSCRIBE = "subscribe"


class Nearness(IntEnum):
    """How near a subject is to an actor; a right holds for its own nearness and every nearer one."""

    OWN = 1
    TEAM = 2
    ORGANISATION = 3
    ANY = 4


RIGHTS: dict[Role, dict[Verb, Nearness]] = {
    Role.PROTECTOR: {
        Verb.SEE_CASE: Nearness.OWN,
        Verb.RECORD_FACT: Nearness.OWN,
        Verb.WITHDRAW_FACT: Nearness.OWN,
        Verb.CREATE_CASE: Nearness.ORGANISATION,
        Verb.SET_ABSENCE: Nearness.OWN,
        Verb.ESCALATE: Nearness.OWN,
        Verb.SEE_BLOCKERS: Nearness.ANY,
        Verb.REGISTER_BLOCKER: Nearness.ORGANISATION,
        Verb.SEE_AGREEMENT: Nearness.OWN,
        Verb.TAKE_PART: Nearness.OWN,
        Verb.CHAIR_MEETING: Nearness.OWN,
        Verb.SPEAK_OF_ACTION: Nearness.OWN,
        Verb.SUBSCRIBE: Nearness.OWN,
    },
    Role.MANAGER: {
        Verb.SEE_CASE: Nearness.TEAM,
        Verb.RECORD_FACT: Nearness.TEAM,
        Verb.WITHDRAW_FACT: Nearness.TEAM,
        Verb.COUPLE: Nearness.TEAM,
        Verb.CREATE_CASE: Nearness.ORGANISATION,
        Verb.SEE_PEOPLE: Nearness.TEAM,
        Verb.SET_ABSENCE: Nearness.TEAM,
        Verb.ESCALATE: Nearness.TEAM,
        Verb.REASSIGN: Nearness.TEAM,
        Verb.SEE_BLOCKERS: Nearness.ANY,
        Verb.REGISTER_BLOCKER: Nearness.ORGANISATION,
        Verb.SEE_AGREEMENT: Nearness.OWN,
        Verb.TAKE_PART: Nearness.OWN,
        Verb.CHAIR_MEETING: Nearness.OWN,
        Verb.SPEAK_OF_ACTION: Nearness.OWN,
        Verb.SUBSCRIBE: Nearness.OWN,
    },
    Role.DATA_STEWARD: {
        Verb.SEE_CASE: Nearness.ORGANISATION,
        Verb.CREATE_CASE: Nearness.ORGANISATION,
        Verb.IMPORT: Nearness.ORGANISATION,
        Verb.SEE_PEOPLE: Nearness.ORGANISATION,
        Verb.SET_ABSENCE: Nearness.OWN,
        Verb.REASSIGN: Nearness.ORGANISATION,
        Verb.SEE_BLOCKERS: Nearness.ANY,
        Verb.REGISTER_BLOCKER: Nearness.ORGANISATION,
        Verb.SEE_AGREEMENT: Nearness.OWN,
        Verb.TAKE_PART: Nearness.OWN,
        Verb.CHAIR_MEETING: Nearness.OWN,
        Verb.SPEAK_OF_ACTION: Nearness.OWN,
        Verb.SUBSCRIBE: Nearness.OWN,
    },
    Role.PROJECT_LEADER: {
        Verb.SET_ABSENCE: Nearness.OWN,
        Verb.SEE_BLOCKERS: Nearness.ANY,
        Verb.REGISTER_BLOCKER: Nearness.ANY,
        Verb.SEE_AGREEMENT: Nearness.ORGANISATION,
        Verb.TAKE_PART: Nearness.OWN,
        Verb.CHAIR_MEETING: Nearness.ORGANISATION,
        Verb.LEAD_AGREEMENT: Nearness.ORGANISATION,
        Verb.RECORD_RECEIPT: Nearness.ORGANISATION,
        Verb.SPEAK_OF_ACTION: Nearness.ORGANISATION,
        Verb.SUBSCRIBE: Nearness.OWN,
    },
    Role.OFFICIAL: {
        Verb.SEE_BLOCKERS: Nearness.ANY,
        Verb.SEE_AGREEMENT: Nearness.OWN,
        Verb.TAKE_PART: Nearness.OWN,
        Verb.CHAIR_MEETING: Nearness.OWN,
        Verb.SPEAK_OF_ACTION: Nearness.OWN,
        Verb.SUBSCRIBE: Nearness.OWN,
    },
    Role.ADMINISTRATOR: dict.fromkeys(Verb, Nearness.ANY),
    Role.CONTACT: {
        Verb.SEE_CASE: Nearness.OWN,
        Verb.RECORD_FACT: Nearness.OWN,
        Verb.COUPLE: Nearness.OWN,
        Verb.ESCALATE: Nearness.OWN,
        Verb.SEE_BLOCKERS: Nearness.ANY,
        Verb.REGISTER_BLOCKER: Nearness.ANY,
        Verb.SEE_AGREEMENT: Nearness.OWN,
        Verb.TAKE_PART: Nearness.OWN,
        Verb.CHAIR_MEETING: Nearness.OWN,
        Verb.SPEAK_OF_ACTION: Nearness.OWN,
        Verb.SUBSCRIBE: Nearness.OWN,
    },
    Role.GROUP: {},
}


@dataclass(frozen=True, slots=True)
class CaseHolders:
    """Who holds a case, as far as rights need to know.

    `held_by_contact` is the person id of the institution's contact while nobody else holds the case.
    """

    organisation: str
    protector: Person | None
    manager: Person | None
    held_by_contact: int | None = None


def nearness_to_case(actor: Actor, holders: CaseHolders) -> Nearness:
    """Return how near a case is to the actor."""
    mine = {actor.person_id, *actor.stands_in_for} - {None}
    protector, manager = holders.protector, holders.manager
    if (protector and protector.id in mine) or holders.held_by_contact in mine:
        return Nearness.OWN
    if manager and manager.id in mine:
        return Nearness.TEAM
    if protector and _same_team(actor, protector):
        return Nearness.TEAM
    return _nearness_to_organisation(actor, holders.organisation)


def nearness_to_person(actor: Actor, person: Person) -> Nearness:
    """Return how near another person is to the actor."""
    if actor.person_id == person.id:
        return Nearness.OWN
    if _same_team(actor, person):
        return Nearness.TEAM
    return _nearness_to_organisation(actor, person.organisation)


def nearness_to_agreement(actor: Actor, *, taking_part: bool, region: str | None) -> Nearness:
    """Return how near a series, plan or oversight is: of one's own, of one's region, or of another's.

    What has no region is everybody's, and so is an actor without one.
    """
    if taking_part:
        return Nearness.OWN
    same = region is None or actor.region is None or actor.region == region
    return Nearness.ORGANISATION if same else Nearness.ANY


def may(actor: Actor, verb: Verb, nearness: Nearness) -> bool:
    """Tell whether any role of the actor allows `verb` at that nearness."""
    return any(RIGHTS[role].get(verb, 0) >= nearness for role in actor.roles)


def demand(actor: Actor, verb: Verb, nearness: Nearness) -> None:
    """Refuse with `NotAllowed` what no role of the actor allows."""
    if not may(actor, verb, nearness):
        raise NotAllowed(Problem(ProblemCode.NOT_ALLOWED, {"verb": verb, "actor": actor.name}))


def _same_team(actor: Actor, person: Person) -> bool:
    return (
        actor.team is not None
        and (actor.organisation, actor.team) == (person.organisation, person.team)
        and Role.MANAGER in actor.roles
    )


def _nearness_to_organisation(actor: Actor, organisation: str | None) -> Nearness:
    same = actor.organisation is not None and actor.organisation == organisation
    return Nearness.ORGANISATION if same else Nearness.ANY
