"""Who may do what: the whole table, spelled out, so that a change of a right is a change of this file."""

import pytest

from core.errors import NotAllowed, ProblemCode
from core.people import Actor, Person, Role, actor_of, command_line
from core.rights import (
    CaseHolders,
    Nearness,
    Verb,
    demand,
    may,
    nearness_to_case,
    nearness_to_person,
)

TABLE = """
                    own team organisation any
jeugdbeschermer
  see_case          yes  -    -            -
  record_fact       yes  -    -            -
  withdraw_fact     yes  -    -            -
  couple            -    -    -            -
  create_case       yes  yes  yes          -
  import            -    -    -            -
  see_people        -    -    -            -
  manage_people     -    -    -            -
  set_absence       yes  -    -            -
  escalate          yes  -    -            -
  reassign          -    -    -            -
  see_blockers      yes  yes  yes          yes
  register_blocker  yes  yes  yes          -
  see_agreement     yes  -    -            -
  take_part         yes  -    -            -
  chair_meeting     yes  -    -            -
  lead_agreement    -    -    -            -
  record_receipt    -    -    -            -
  speak_of_action   yes  -    -            -
  subscribe         yes  -    -            -
teammanager
  see_case          yes  yes  -            -
  record_fact       yes  yes  -            -
  withdraw_fact     yes  yes  -            -
  couple            yes  yes  -            -
  create_case       yes  yes  yes          -
  import            -    -    -            -
  see_people        yes  yes  -            -
  manage_people     -    -    -            -
  set_absence       yes  yes  -            -
  escalate          yes  yes  -            -
  reassign          yes  yes  -            -
  see_blockers      yes  yes  yes          yes
  register_blocker  yes  yes  yes          -
  see_agreement     yes  -    -            -
  take_part         yes  -    -            -
  chair_meeting     yes  -    -            -
  lead_agreement    -    -    -            -
  record_receipt    -    -    -            -
  speak_of_action   yes  -    -            -
  subscribe         yes  -    -            -
gegevensbeheerder
  see_case          yes  yes  yes          -
  record_fact       -    -    -            -
  withdraw_fact     -    -    -            -
  couple            -    -    -            -
  create_case       yes  yes  yes          -
  import            yes  yes  yes          -
  see_people        yes  yes  yes          -
  manage_people     -    -    -            -
  set_absence       yes  -    -            -
  escalate          -    -    -            -
  reassign          yes  yes  yes          -
  see_blockers      yes  yes  yes          yes
  register_blocker  yes  yes  yes          -
  see_agreement     yes  -    -            -
  take_part         yes  -    -            -
  chair_meeting     yes  -    -            -
  lead_agreement    -    -    -            -
  record_receipt    -    -    -            -
  speak_of_action   yes  -    -            -
  subscribe         yes  -    -            -
projectleider
  see_case          -    -    -            -
  record_fact       -    -    -            -
  withdraw_fact     -    -    -            -
  couple            -    -    -            -
  create_case       -    -    -            -
  import            -    -    -            -
  see_people        -    -    -            -
  manage_people     -    -    -            -
  set_absence       yes  -    -            -
  escalate          -    -    -            -
  reassign          -    -    -            -
  see_blockers      yes  yes  yes          yes
  register_blocker  yes  yes  yes          yes
  see_agreement     yes  yes  yes          -
  take_part         yes  -    -            -
  chair_meeting     yes  yes  yes          -
  lead_agreement    yes  yes  yes          -
  record_receipt    yes  yes  yes          -
  speak_of_action   yes  yes  yes          -
  subscribe         yes  -    -            -
ambtenaar
  see_case          -    -    -            -
  record_fact       -    -    -            -
  withdraw_fact     -    -    -            -
  couple            -    -    -            -
  create_case       -    -    -            -
  import            -    -    -            -
  see_people        -    -    -            -
  manage_people     -    -    -            -
  set_absence       -    -    -            -
  escalate          -    -    -            -
  reassign          -    -    -            -
  see_blockers      yes  yes  yes          yes
  register_blocker  -    -    -            -
  see_agreement     yes  -    -            -
  take_part         yes  -    -            -
  chair_meeting     yes  -    -            -
  lead_agreement    -    -    -            -
  record_receipt    -    -    -            -
  speak_of_action   yes  -    -            -
  subscribe         yes  -    -            -
beheerder
  see_case          yes  yes  yes          yes
  record_fact       yes  yes  yes          yes
  withdraw_fact     yes  yes  yes          yes
  couple            yes  yes  yes          yes
  create_case       yes  yes  yes          yes
  import            yes  yes  yes          yes
  see_people        yes  yes  yes          yes
  manage_people     yes  yes  yes          yes
  set_absence       yes  yes  yes          yes
  escalate          yes  yes  yes          yes
  reassign          yes  yes  yes          yes
  see_blockers      yes  yes  yes          yes
  register_blocker  yes  yes  yes          yes
  see_agreement     yes  yes  yes          yes
  take_part         yes  yes  yes          yes
  chair_meeting     yes  yes  yes          yes
  lead_agreement    yes  yes  yes          yes
  record_receipt    yes  yes  yes          yes
  speak_of_action   yes  yes  yes          yes
  subscribe         yes  yes  yes          yes
contact
  see_case          yes  -    -            -
  record_fact       yes  -    -            -
  withdraw_fact     -    -    -            -
  couple            yes  -    -            -
  create_case       -    -    -            -
  import            -    -    -            -
  see_people        -    -    -            -
  manage_people     -    -    -            -
  set_absence       -    -    -            -
  escalate          yes  -    -            -
  reassign          -    -    -            -
  see_blockers      yes  yes  yes          yes
  register_blocker  yes  yes  yes          yes
  see_agreement     yes  -    -            -
  take_part         yes  -    -            -
  chair_meeting     yes  -    -            -
  lead_agreement    -    -    -            -
  record_receipt    -    -    -            -
  speak_of_action   yes  -    -            -
  subscribe         yes  -    -            -
groep
  see_case          -    -    -            -
  record_fact       -    -    -            -
  withdraw_fact     -    -    -            -
  couple            -    -    -            -
  create_case       -    -    -            -
  import            -    -    -            -
  see_people        -    -    -            -
  manage_people     -    -    -            -
  set_absence       -    -    -            -
  escalate          -    -    -            -
  reassign          -    -    -            -
  see_blockers      -    -    -            -
  register_blocker  -    -    -            -
  see_agreement     -    -    -            -
  take_part         -    -    -            -
  chair_meeting     -    -    -            -
  lead_agreement    -    -    -            -
  record_receipt    -    -    -            -
  speak_of_action   -    -    -            -
  subscribe         -    -    -            -
"""


def read_table() -> dict[tuple[Role, Verb, Nearness], bool]:
    header, *lines = TABLE.strip().splitlines()
    columns = [Nearness[name.upper()] for name in header.split()]
    rights: dict[tuple[Role, Verb, Nearness], bool] = {}
    role = Role.CONTACT
    for line in lines:
        if not line.startswith(" "):
            role = Role(line)
            continue
        verb, *cells = line.split()
        rights |= {(role, Verb(verb), near): cell == "yes" for near, cell in zip(columns, cells, strict=True)}
    return rights


def acting(*roles: Role) -> Actor:
    return Actor("iemand", frozenset(roles), person_id=1)


def test_every_right_is_as_the_table_says() -> None:
    actual = {
        (role, verb, near): may(acting(role), verb, near)
        for role in Role
        for verb in Verb
        for near in Nearness
    }

    assert actual == read_table()


def test_several_roles_add_up() -> None:
    actor = acting(Role.PROTECTOR, Role.DATA_STEWARD)

    assert may(actor, Verb.IMPORT, Nearness.ORGANISATION)
    assert may(actor, Verb.RECORD_FACT, Nearness.OWN)
    assert not may(actor, Verb.RECORD_FACT, Nearness.TEAM)


def test_without_a_role_nothing_is_allowed() -> None:
    assert not any(may(acting(), verb, Nearness.OWN) for verb in Verb)


def test_demanding_what_is_not_allowed_is_refused_with_the_verb_and_the_actor() -> None:
    with pytest.raises(NotAllowed) as caught:
        demand(acting(Role.OFFICIAL), Verb.SEE_CASE, Nearness.OWN)

    (problem,) = caught.value.problems
    assert (problem.code, problem.details) == (
        ProblemCode.NOT_ALLOWED,
        {"verb": Verb.SEE_CASE, "actor": "iemand"},
    )
    demand(command_line("beheer"), Verb.MANAGE_PEOPLE, Nearness.ANY)


# ---- how near


def person(number: int, role: Role, organisation: str | None = "GIA", team: str | None = "noord") -> Person:
    return Person(number, f"persoon{number}", frozenset({role}), organisation, team)


PROTECTOR = person(1, Role.PROTECTOR)
MANAGER = person(2, Role.MANAGER, team="zuid")
HELD = CaseHolders("GIA", PROTECTOR, MANAGER)
UNHELD = CaseHolders("GIA", None, None, held_by_contact=9)


@pytest.mark.parametrize(
    ("actor", "holders", "nearness"),
    [
        (actor_of(PROTECTOR), HELD, Nearness.OWN),
        (actor_of(person(3, Role.PROTECTOR), frozenset({1})), HELD, Nearness.OWN),
        (actor_of(MANAGER), HELD, Nearness.TEAM),
        (actor_of(person(3, Role.MANAGER, team=None), frozenset({2})), HELD, Nearness.TEAM),
        (actor_of(person(3, Role.MANAGER)), HELD, Nearness.TEAM),
        (actor_of(person(3, Role.PROTECTOR)), HELD, Nearness.ORGANISATION),
        (actor_of(person(3, Role.MANAGER, team="west")), HELD, Nearness.ORGANISATION),
        (actor_of(person(3, Role.MANAGER, "GIB")), HELD, Nearness.ANY),
        (actor_of(person(3, Role.DATA_STEWARD, None, None)), HELD, Nearness.ANY),
        (actor_of(person(9, Role.CONTACT, team=None)), UNHELD, Nearness.OWN),
        (actor_of(person(9, Role.CONTACT, team=None)), HELD, Nearness.ORGANISATION),
        (actor_of(person(3, Role.MANAGER)), UNHELD, Nearness.ORGANISATION),
        (command_line("x"), CaseHolders("GIA", None, None), Nearness.ANY),
    ],
)
def test_how_near_a_case_is(actor: Actor, holders: CaseHolders, nearness: Nearness) -> None:
    assert nearness_to_case(actor, holders) == nearness


@pytest.mark.parametrize(
    ("actor", "other", "nearness"),
    [
        (actor_of(PROTECTOR), PROTECTOR, Nearness.OWN),
        (actor_of(person(3, Role.MANAGER)), PROTECTOR, Nearness.TEAM),
        (actor_of(person(3, Role.PROTECTOR)), PROTECTOR, Nearness.ORGANISATION),
        (actor_of(person(3, Role.MANAGER, "GIB")), PROTECTOR, Nearness.ANY),
        (actor_of(person(3, Role.ADMINISTRATOR, None, None)), person(4, Role.OFFICIAL, None), Nearness.ANY),
    ],
)
def test_how_near_a_person_is(actor: Actor, other: Person, nearness: Nearness) -> None:
    assert nearness_to_person(actor, other) == nearness
