"""Who holds a case: coupling, losing, handing over, and the same face (D1, D3-D5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.errors import ProblemCode, Refused
from core.facts import CouplingKind, FactKind
from services.cases import read_case, record_fact
from services.couplings import couple, hand_over, plan_handover, steadiness, uncouple
from services.house import House
from tests.escalating import CODE, a_held_case, diary, sent_at, without_digests
from tests.factories import CLI, MONDAY, NOW, a_case, actor, at

DAY = timedelta(days=1)
LATER = date(2026, 3, 16)


def give(
    house: House, name: str, on: date, kind: CouplingKind | None = None, by: str = "tm-1", **more: object
) -> bool:
    now = at(on, 10, 0)
    done = couple(house, CODE, name, on, kind=kind, actor=actor(house, by, now), now=now, **more)  # type: ignore[arg-type]
    return done.changed


def lose(house: House, on: date, by: str = "tm-1") -> str:
    now = at(on, 10, 0)
    return uncouple(house, CODE, on, actor=actor(house, by, now), now=now).item


def said(house: House, on: date) -> list[tuple[str, str]]:
    return [one for one in sent_at(house, at(on, 10, 5)) if not one[1].startswith("digest")]


def missing(house: House, norm: str, on: date) -> tuple[FactKind, ...]:
    found = read_case(house, CODE, actor=CLI, now=at(on)).term(norm)
    assert found is not None
    return found.term.missing


def test_a_waiting_list_desk_holds_a_case_in_name_only(house: House) -> None:
    a_case(house, protector=None, manager="tm-1")

    give(house, "jb-1", MONDAY, CouplingKind.WAITING_LIST)

    assert FactKind.PROTECTOR_COUPLED in missing(house, "1", MONDAY)
    assert steadiness(house, CODE, actor=CLI, now=at(MONDAY + 3 * DAY)).days_without == 4
    # The same person can begin for real, and that is no switch.
    assert give(house, "jb-1", MONDAY + 3 * DAY)
    assert FactKind.PROTECTOR_COUPLED not in missing(house, "1", MONDAY + 3 * DAY)
    assert steadiness(house, CODE, actor=CLI, now=at(MONDAY + 3 * DAY)).unplanned == 0


def test_somebody_else_after_a_waiting_list_desk_is_a_start_and_no_switch(house: House) -> None:
    a_case(house, protector=None, manager="tm-1")
    give(house, "jb-1", MONDAY, CouplingKind.WAITING_LIST)

    give(house, "jb-2", MONDAY + DAY)

    assert [one.kind for one in steadiness(house, CODE, actor=CLI, now=at(LATER)).holdings] == [
        CouplingKind.WAITING_LIST,
        CouplingKind.START,
    ]


def test_the_same_person_twice_changes_nothing(house: House) -> None:
    a_case(house, protector=None, manager="tm-1")
    assert give(house, "jb-1", MONDAY)

    assert not give(house, "jb-1", MONDAY + DAY)


def test_the_first_unplanned_switch_is_told_to_the_manager_and_the_second_alarms_the_contact_too(
    house: House,
) -> None:
    a_held_case(house)
    sent_at(house, at(MONDAY, 10))
    give(house, "jb-2", date(2026, 3, 10))
    assert said(house, date(2026, 3, 10)) == [("jb-2", "assigned"), ("tm-1", "alert: first_switch")]

    give(house, "jb-1", date(2026, 3, 17))

    assert said(house, date(2026, 3, 17)) == [
        ("jb-1", "assigned"),
        ("meldpunt-gia", "alert: second_switch"),
        ("tm-1", "alert: second_switch"),
    ]
    assert steadiness(house, CODE, actor=CLI, now=at(LATER)).unplanned == 2


def test_correcting_the_day_of_a_switch_keeps_its_kind(house: House) -> None:
    a_held_case(house)
    give(house, "jb-2", date(2026, 3, 10))

    record_fact(house, CODE, FactKind.PROTECTOR_COUPLED, date(2026, 3, 9), actor=CLI, now=at(LATER))

    found = steadiness(house, CODE, actor=CLI, now=at(LATER))
    assert (found.unplanned, found.holdings[-1].from_on) == (1, date(2026, 3, 9))


def test_a_dropout_makes_a_coupling_task_and_norm_2_runs_on(house: House) -> None:
    a_case(house, protector_coupled=MONDAY, first_contact=MONDAY)
    before = read_case(house, CODE, actor=CLI, now=NOW).term("2")

    item = lose(house, date(2026, 3, 11))

    view = read_case(house, CODE, actor=CLI, now=at(date(2026, 3, 11)))
    task, norm_2 = view.term(item), view.term("2")
    assert task is not None
    assert norm_2 is not None
    assert before is not None
    assert (item, task.term.due_on, view.protector) == ("koppeling.1", date(2026, 3, 12), None)
    assert (norm_2.term.due_on, norm_2.term.start_on) == (before.term.due_on, before.term.start_on)
    assert not norm_2.term.coupled


def test_the_manager_keeps_a_case_that_lost_its_protector_and_can_couple_the_next(house: House) -> None:
    a_case(house, protector_coupled=MONDAY, first_contact=MONDAY)
    lose(house, date(2026, 3, 11), by="beheer-1")
    assert said(house, date(2026, 3, 11)) == [("tm-1", "alert: lost_protector")]

    told = diary(house, date(2026, 3, 12), date(2026, 3, 16))
    assert {on: {name for name, _ in one} for on, one in told.items()} == {
        date(2026, 3, 12): {"tm-1"},
        date(2026, 3, 13): {"tm-1"},
        date(2026, 3, 16): {"tm-1"},
    }
    give(house, "jb-2", LATER, by="tm-1")

    view = read_case(house, CODE, actor=CLI, now=at(LATER))
    assert (view.protector, view.manager) == ("jb-2", None)
    assert missing(house, "koppeling.1", LATER) == ()


def test_a_manager_of_its_own_stays_with_a_case(house: House) -> None:
    a_case(house, manager="tm-2", protector_coupled=MONDAY)
    lose(house, date(2026, 3, 11), by="beheer-1")
    give(house, "jb-2", LATER, by="beheer-1")

    assert read_case(house, CODE, actor=CLI, now=at(LATER)).manager == "tm-2"


def test_a_loss_that_lasts_goes_to_the_manager_and_then_the_contact(house: House) -> None:
    a_held_case(house)
    lose(house, date(2026, 3, 11), by="beheer-1")
    sent_at(house, at(date(2026, 3, 11), 10, 5))

    told = without_digests(diary(house, date(2026, 3, 12), date(2026, 3, 20)))

    assert told == {
        date(2026, 3, 16): [("tm-1", "offered koppeling.1")],
        date(2026, 3, 17): [("meldpunt-gia", "offered koppeling.1")],
        date(2026, 3, 19): [("meldpunt-gia", "offered koppeling.1")],
    }


def test_nobody_can_be_taken_off_a_case_that_nobody_holds(house: House) -> None:
    a_case(house, protector=None, manager="tm-1")

    with pytest.raises(Refused) as refused:
        lose(house, MONDAY)

    assert refused.value.problems[0].code is ProblemCode.NOBODY_COUPLED


def test_an_intake_team_needs_a_day_on_which_a_steady_protector_takes_over(house: House) -> None:
    a_case(house, protector=None, manager="tm-1")

    with pytest.raises(Refused) as refused:
        give(house, "jb-1", MONDAY, CouplingKind.INTAKE_TEAM)

    assert refused.value.problems[0].code is ProblemCode.HANDOVER_DATE_MISSING
    assert read_case(house, CODE, actor=CLI, now=NOW).protector is None


def test_a_planned_handover_reminds_both_and_the_talk_hands_over(house: House) -> None:
    a_case(house, protector=None, manager="tm-1", first_contact=MONDAY)
    give(house, "jb-1", MONDAY, CouplingKind.INTAKE_TEAM, handover_on=date(2026, 3, 30))
    now = at(MONDAY, 11)
    plan_handover(house, CODE, "jb-2", date(2026, 3, 30), actor=actor(house, "tm-1"), now=now)
    sent_at(house, now)

    told = diary(house, MONDAY + DAY, date(2026, 3, 30))

    def days(name: str) -> list[date]:
        return [on for on, one in told.items() for who, what in one if who == name and "overdracht.1" in what]

    reminded = [date(2026, 3, 23), date(2026, 3, 27), date(2026, 3, 30)]
    assert (days("jb-1"), days("jb-2"), days("tm-1")) == (reminded, reminded, [date(2026, 3, 30)])

    late = at(date(2026, 3, 30), 10, 0)
    hand_over(house, CODE, "overdracht.1", date(2026, 3, 30), actor=actor(house, "jb-1"), now=late)

    assert said(house, date(2026, 3, 30)) == [("jb-2", "assigned")]
    found = steadiness(house, CODE, actor=CLI, now=late)
    assert (found.unplanned, found.days_without, found.days_in_intake) == (0, 0, 28)
    assert read_case(house, CODE, actor=CLI, now=late).protector == "jb-2"


@pytest.mark.parametrize(
    ("item", "problem"),
    [("overdracht.7", ProblemCode.ITEM_UNKNOWN), ("overdracht.1", ProblemCode.VALUE_MISSING)],
)
def test_a_handover_to_nobody_in_particular_is_refused(house: House, item: str, problem: ProblemCode) -> None:
    a_case(house)
    plan_handover(house, CODE, None, MONDAY, actor=actor(house, "tm-1"), now=NOW)

    with pytest.raises(Refused) as refused:
        hand_over(house, CODE, item, MONDAY, actor=CLI, now=NOW)

    assert refused.value.problems[0].code is problem


def test_a_switch_that_was_planned_is_recognised(house: House) -> None:
    a_held_case(house)
    plan_handover(house, CODE, "jb-2", LATER, actor=actor(house, "tm-1"), now=NOW)

    give(house, "jb-2", LATER)

    assert steadiness(house, CODE, actor=CLI, now=at(LATER)).holdings[-1].kind is CouplingKind.PLANNED
