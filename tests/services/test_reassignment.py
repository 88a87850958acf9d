"""One bulk reassignment: clocks kept, kind asked once, one message each (D5, D25, D62)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.errors import NotAllowed, ProblemCode, Refused
from core.facts import CouplingKind
from core.rules import Organisation
from services.cases import read_case
from services.couplings import couple, steadiness
from services.escalating import Answer
from services.house import House
from services.reassignment import move_municipality, reassign_organisation, reassign_person
from tests.escalating import CODE, a_held_case, answer, diary, escalation, region, sent_at, without_digests
from tests.factories import CLI, MONDAY, NOW, a_case, actor, at

DAY = timedelta(days=1)
CODES = tuple(f"GIA-2026-00{number}" for number in range(1, 6))
ON = date(2026, 3, 10)


def leave(
    house: House, *to: str, by: str = "tm-1", name: str = "jb-1"
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    now = at(ON, 10, 0)
    done = reassign_person(house, name, to, ON, CouplingKind.UNPLANNED, actor=actor(house, by, now), now=now)
    return done.cases


def due(house: House, code: str) -> list[tuple[str, date, date]]:
    view = read_case(house, code, actor=CLI, now=at(ON))
    return [(one.key, one.term.start_on, one.term.due_on) for one in view.terms]


def test_somebodys_cases_are_dealt_out_with_their_clocks_and_one_message_each(house: House) -> None:
    for code in CODES:
        a_held_case(house, code)
    sent_at(house, at(MONDAY, 10))
    before = {code: due(house, code) for code in CODES}

    done = leave(house, "jb-2", "jb-3")

    assert done == (("jb-2", (CODES[0], CODES[2], CODES[4])), ("jb-3", (CODES[1], CODES[3])))
    assert {code: due(house, code) for code in CODES} == before
    assert sent_at(house, at(ON, 10, 5)) == [
        ("jb-2", f"reassigned: {CODES[0]}, {CODES[2]}, {CODES[4]}"),
        ("jb-3", f"reassigned: {CODES[1]}, {CODES[3]}"),
    ]
    assert steadiness(house, CODES[0], actor=CLI, now=at(ON)).unplanned == 1


def test_the_children_of_one_family_go_to_the_same_person(house: House) -> None:
    for number, code in enumerate(CODES[:4]):
        a_case(house, code, family="gezin-1" if number in (0, 3) else None)

    done = dict(leave(house, "jb-2", "jb-3"))

    assert done == {"jb-2": (CODES[0], CODES[2], CODES[3]), "jb-3": (CODES[1],)}


def test_a_second_unplanned_switch_alarms_in_bulk_too(house: House) -> None:
    a_held_case(house)
    a_held_case(house, CODES[1])
    couple(house, CODE, "jb-2", MONDAY, actor=CLI, now=at(MONDAY, 11))
    couple(house, CODES[1], "jb-2", MONDAY, kind=CouplingKind.PLANNED, actor=CLI, now=at(MONDAY, 11))
    sent_at(house, at(MONDAY, 12))

    leave(house, "jb-1", name="jb-2")

    assert sent_at(house, at(ON, 10, 5)) == [
        ("jb-1", f"reassigned: {CODE}, {CODES[1]}"),
        ("meldpunt-gia", "alert: second_switch"),
        ("tm-1", "alert: second_switch"),
    ]


@pytest.mark.parametrize(
    ("to", "name", "problem"),
    [
        (("jb-1",), "jb-1", ProblemCode.REASSIGN_SAME),
        ((), "jb-1", ProblemCode.REASSIGN_SAME),
        (("jb-2",), "jb-99", ProblemCode.PERSON_UNKNOWN),
        (("jb-99",), "jb-1", ProblemCode.PERSON_UNKNOWN),
        (("jb-b",), "jb-1", ProblemCode.PERSON_OTHER_ORGANISATION),
        (("tm-1",), "jb-1", ProblemCode.PERSON_WRONG_ROLE),
        (("jb-2",), "jb-3", ProblemCode.REASSIGN_NOTHING),
    ],
)
def test_what_cannot_be_reassigned_is_refused_whole(
    house: House, to: tuple[str, ...], name: str, problem: ProblemCode
) -> None:
    for code in CODES[:2]:
        a_case(house, code)

    with pytest.raises(Refused) as refused:
        leave(house, *to, by="beheer-1", name=name)

    assert refused.value.problems[0].code is problem
    assert {read_case(house, code, actor=CLI, now=NOW).protector for code in CODES[:2]} == {"jb-1"}


def test_a_manager_of_another_team_may_not(house: House) -> None:
    a_case(house)

    with pytest.raises(NotAllowed):
        leave(house, "jb-3", by="tm-2")


# ---- an institution ends


def with_contact(house: House) -> House:
    rules = house.rules
    gib = Organisation("GIB", "Instelling B", contact="meldpunt-gia")
    return House(house.store, replace(rules, organisations={**rules.organisations, "GIB": gib}))


def test_an_institution_that_ends_gives_every_case_to_another_and_its_contact_one_message(
    house: House,
) -> None:
    house = with_contact(house)
    for code in CODES[:3]:
        a_held_case(house, code)
    sent_at(house, at(MONDAY, 10))
    before = [entry for entry in due(house, CODE) if entry[0] in "123"]

    done = reassign_organisation(house, "GIA", "GIB", ON, actor=CLI, now=at(ON, 10, 0))

    assert done.cases == (("GIB", CODES[:3]),)
    view = read_case(house, CODE, actor=CLI, now=at(ON))
    assert (view.case.organisation, view.protector, view.manager) == ("GIB", None, None)
    assert [entry for entry in due(house, CODE) if entry[0] in "123"] == before
    assert view.term("koppeling.1") is not None
    assert sent_at(house, at(ON, 10, 5)) == [("meldpunt-gia", f"reassigned: {', '.join(CODES[:3])}")]


def test_without_a_contact_there_the_administrator_is_told(house: House) -> None:
    a_held_case(house)
    sent_at(house, at(MONDAY, 10))

    reassign_organisation(house, "GIA", "GIB", ON, actor=CLI, now=at(ON, 10, 0))

    assert sent_at(house, at(ON, 10, 5)) == [("beheer-1", f"reassigned: {CODE}")]


@pytest.mark.parametrize(
    ("to", "problem"),
    [
        ("GIX", ProblemCode.ORGANISATION_UNKNOWN),
        ("GIA", ProblemCode.REASSIGN_SAME),
        ("GIB", ProblemCode.ORGANISATION_ENDED),
    ],
)
def test_an_institution_that_cannot_take_cases_is_refused(
    house: House, to: str, problem: ProblemCode
) -> None:
    a_case(house)
    rules = house.rules
    ended = Organisation("GIB", "Instelling B", valid_to=ON)
    house = House(house.store, replace(rules, organisations={**rules.organisations, "GIB": ended}))

    with pytest.raises(Refused) as refused:
        reassign_organisation(house, "GIA", to, ON, actor=CLI, now=at(ON))

    assert refused.value.problems[0].code is problem
    assert read_case(house, CODE, actor=CLI, now=NOW).protector == "jb-1"


# ---- another municipality


def test_a_move_keeps_the_clocks_and_swaps_the_route_of_the_rungs_ahead(house: House) -> None:
    house = region(house)
    a_held_case(house)
    diary(house, date(2026, 5, 18), date(2026, 5, 19))
    before, clocks = escalation(house), due(house, CODE)
    assert [rung.code for rung in before.ladder] == [
        "teammanager",
        "zorgmakelaar",
        "expertteam",
        "instelling",
    ]

    now = at(date(2026, 5, 19), 11)
    move_municipality(house, CODE, "haarlem", actor=actor(house, "jb-1"), now=now)

    after = escalation(house)
    assert due(house, CODE) == clocks
    assert [rung.code for rung in after.ladder] == ["teammanager", "adviseur", "expertteam", "instelling"]
    assert (after.version, after.stage, after.holder_id) == (before.version, before.stage, before.holder_id)
    # Who has it can still answer; what comes next is of the new region.
    assert answer(house, "tm-1", Answer.HAND_BACK, date(2026, 5, 20), reason="plafond").changed
    told = without_digests(diary(house, date(2026, 5, 21), date(2026, 5, 28)))
    assert [one for said in told.values() for one in said] == [
        ("jb-1", "handed_back 3"),
        ("adviseur-zuid", "offered 3"),
        ("het-zuid", "offered 3"),
    ]


def test_a_move_to_where_it_is_changes_nothing(house: House) -> None:
    a_case(house)

    move_municipality(house, CODE, "alkmaar", actor=CLI, now=NOW)

    assert read_case(house, CODE, actor=CLI, now=NOW).changes == ()


def test_a_move_to_an_unknown_municipality_is_refused(house: House) -> None:
    a_case(house)

    with pytest.raises(Refused) as refused:
        move_municipality(house, CODE, "atlantis", actor=CLI, now=NOW)

    assert refused.value.problems[0].code is ProblemCode.MUNICIPALITY_UNKNOWN
