"""Somebody who is away has somebody who acts, and everything comes back."""

from __future__ import annotations

from datetime import date, time

import pytest

from core.errors import NotAllowed, ProblemCode, Refused
from core.facts import FactKind
from services.absences import (
    AbsenceView,
    end_absence,
    list_absences,
    possible_substitutes,
    set_absence,
)
from services.case_lists import list_cases
from services.cases import read_case, record_fact
from services.couplings import couple
from services.house import House
from services.message_views import SubstituteView
from services.notices import guard_pass
from services.people import set_own_days, set_send_at
from tests.factories import (
    MONDAY,
    NOW,
    a_case,
    actor,
    at,
    days_told,
    deliver,
    run_day,
    run_days,
    told,
    weekdays,
)

CODE = "GIA-2026-001"
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 3, day) for day in (3, 4, 5, 6))


def problem(refused: pytest.ExceptionInfo[Refused]) -> ProblemCode:
    return refused.value.problems[0].code


def away(house: House, name: str, substitute: str, from_on: date, through_on: date) -> AbsenceView:
    return set_absence(house, name, substitute, from_on, through_on, actor=actor(house, name), now=NOW)


def test_absence_routes_to_the_substitute_and_back(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    away(house, "jb-1", "jb-2", WEDNESDAY, THURSDAY)
    sent = run_days(house, WEDNESDAY, date(2026, 3, 9))
    assert days_told(sent, "jb-2", "1") == [WEDNESDAY, THURSDAY]
    assert days_told(sent, "jb-1", "1") == [FRIDAY, date(2026, 3, 9)]


def test_the_substitute_is_told_once(house: House) -> None:
    away(house, "jb-1", "jb-2", TUESDAY, FRIDAY)
    (post,) = deliver(house, NOW)
    assert (post.recipient, post.view) == ("jb-2", SubstituteView("jb-2", "jb-1", TUESDAY, FRIDAY, MONDAY))


def test_an_absence_taken_back_is_not_announced(house: House) -> None:
    away(house, "jb-1", "jb-2", TUESDAY, FRIDAY)
    end_absence(house, "jb-1", actor=actor(house, "jb-1"), now=NOW)
    assert [post.outcome for post in deliver(house, NOW)] == ["withdrawn:nothing_left"]


def test_what_waits_goes_to_the_substitute_and_comes_back(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    guard_pass(house, at(WEDNESDAY, 6, 0))
    jb = actor(house, "jb-1")
    set_absence(house, "jb-1", "jb-2", WEDNESDAY, FRIDAY, actor=jb, now=at(WEDNESDAY, 7, 0))
    night = [post for post in deliver(house, at(WEDNESDAY, 8, 30)) if post.lines]
    assert [(post.recipient, post.lines) for post in night] == [("jb-2", [((CODE,), "1")])]
    end_absence(house, "jb-1", actor=jb, now=at(THURSDAY, 5, 0))
    assert told(run_day(house, THURSDAY), "jb-1") == [((CODE,), "1")]


def test_a_notice_that_came_back_before_sending_is_not_lost(house: House) -> None:
    """Away, rerouted at the check of one's own digest, back before the substitute's later one goes out."""
    a_case(house, protector_coupled=MONDAY)
    set_send_at(house, time(12, 0), actor=actor(house, "jb-2"), now=NOW)
    guard_pass(house, at(WEDNESDAY, 6, 0))
    jb = actor(house, "jb-1")
    set_absence(house, "jb-1", "jb-2", WEDNESDAY, FRIDAY, actor=jb, now=at(WEDNESDAY, 7, 0))
    assert [post for post in deliver(house, at(WEDNESDAY)) if post.lines] == []
    end_absence(house, "jb-1", actor=jb, now=at(WEDNESDAY, 9, 0))
    noon = deliver(house, at(WEDNESDAY, 12, 0))
    assert (told(noon, "jb-2"), told(noon, "jb-1")) == ([], [((CODE,), "1")])


def test_a_substitute_may_do_what_the_absent_may_and_no_longer(house: House) -> None:
    a_case(house)
    with pytest.raises(Refused):
        read_case(house, CODE, actor=actor(house, "jb-2"), now=NOW)
    away(house, "jb-1", "jb-2", MONDAY, TUESDAY)
    stand_in = actor(house, "jb-2")
    assert [summary.case.code for summary in list_cases(house, actor=stand_in, now=NOW)] == [CODE]
    assert record_fact(house, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=stand_in, now=NOW).changed
    after = at(WEDNESDAY, 9, 0)
    with pytest.raises(Refused) as refused:
        read_case(house, CODE, actor=actor(house, "jb-2", after), now=after)
    assert problem(refused) is ProblemCode.CASE_UNKNOWN


def test_a_substitute_of_a_team_manager_sees_and_couples_the_team(house: House) -> None:
    a_case(house)
    away(house, "tm-1", "tm-2", MONDAY, FRIDAY)
    stand_in = actor(house, "tm-2")
    assert told(run_day(house, MONDAY), "tm-2") == [((CODE,), "1")]
    assert [summary.case.code for summary in list_cases(house, actor=stand_in, now=NOW)] == [CODE]
    assert couple(house, CODE, "jb-2", MONDAY, actor=stand_in, now=NOW).changed


def test_a_substitute_who_is_away_too_passes_it_on(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    away(house, "jb-1", "jb-2", WEDNESDAY, FRIDAY)
    away(house, "jb-2", "jb-3", WEDNESDAY, WEDNESDAY)
    assert told(run_day(house, WEDNESDAY), "jb-3") == [((CODE,), "1")]


def test_two_who_stand_in_for_each_other_leave_it_to_the_manager(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    away(house, "jb-1", "jb-2", WEDNESDAY, FRIDAY)
    away(house, "jb-2", "jb-1", WEDNESDAY, FRIDAY)
    assert told(run_day(house, WEDNESDAY), "tm-1") == [((CODE,), "1")]


def test_a_part_time_substitute_hears_it_on_the_last_own_day_before(house: House) -> None:
    """Friday's reminder is for Tuesday when the substitute works on Mondays and Tuesdays."""
    a_case(house, ordered=date(2026, 3, 9), protector_coupled=MONDAY, now=at(date(2026, 3, 9), 5, 0))
    set_own_days(house, weekdays(1, 2), actor=actor(house, "jb-2"), now=NOW)
    away(house, "jb-1", "jb-2", date(2026, 3, 10), date(2026, 3, 31))
    sent = run_days(house, date(2026, 3, 9), date(2026, 3, 16))
    assert days_told(sent, "jb-2", "1") == [date(2026, 3, 10), date(2026, 3, 16)]


def test_a_new_absence_replaces_the_one_it_overlaps(house: House) -> None:
    away(house, "jb-1", "jb-2", TUESDAY, FRIDAY)
    away(house, "jb-1", "jb-3", THURSDAY, date(2026, 3, 13))
    found = list_absences(house, actor=actor(house, "jb-1"), now=NOW)
    assert found == [AbsenceView("jb-1", "jb-3", THURSDAY, date(2026, 3, 13))]


def test_the_manager_may_set_it_and_others_may_not(house: House) -> None:
    by_manager = set_absence(house, "jb-1", "jb-2", TUESDAY, FRIDAY, actor=actor(house, "tm-1"), now=NOW)
    assert by_manager.substitute == "jb-2"
    for name in ("jb-2", "tm-2", "gd-1", "jb-b"):
        with pytest.raises(NotAllowed):
            set_absence(house, "jb-1", "jb-2", TUESDAY, FRIDAY, actor=actor(house, name), now=NOW)
        with pytest.raises(NotAllowed):
            end_absence(house, "jb-1", actor=actor(house, name), now=NOW)
    assert [view.person for view in list_absences(house, actor=actor(house, "jb-2"), now=NOW)] == ["jb-1"]
    assert list_absences(house, actor=actor(house, "jb-3"), now=NOW) == []


@pytest.mark.parametrize(
    ("name", "substitute", "from_on", "through_on", "code"),
    [
        ("jb-1", "jb-1", TUESDAY, FRIDAY, ProblemCode.SUBSTITUTE_SELF),
        ("jb-1", "jb-2", FRIDAY, TUESDAY, ProblemCode.ABSENCE_BACKWARDS),
        ("jb-1", "jb-2", date(2026, 2, 2), date(2026, 3, 1), ProblemCode.ABSENCE_BACKWARDS),
        ("jb-1", "jb-b", TUESDAY, FRIDAY, ProblemCode.PERSON_OTHER_ORGANISATION),
        ("jb-1", "gd-1", TUESDAY, FRIDAY, ProblemCode.PERSON_WRONG_ROLE),
        ("tm-1", "jb-1", TUESDAY, FRIDAY, ProblemCode.PERSON_WRONG_ROLE),
        ("jb-1", "niemand", TUESDAY, FRIDAY, ProblemCode.PERSON_UNKNOWN),
        ("jb-1", "meldpunt-gia", TUESDAY, FRIDAY, ProblemCode.PERSON_WRONG_ROLE),
    ],
)
def test_what_cannot_be_is_refused(
    house: House, name: str, substitute: str, from_on: date, through_on: date, code: ProblemCode
) -> None:
    with pytest.raises(Refused) as refused:
        away(house, name, substitute, from_on, through_on)
    assert problem(refused) is code
    assert list_absences(house, actor=actor(house, name), now=NOW) == []


def test_who_can_stand_in_is_of_the_institution_and_the_own_team_first(house: House) -> None:
    def able(name: str) -> list[str]:
        who = actor(house, name)
        return [found.name for found in possible_substitutes(house, name, actor=who, now=NOW)]

    assert able("jb-1") == ["jb-2", "tm-1", "jb-3", "tm-2"]
    assert able("tm-1") == ["tm-2"]
    assert able("jb-b") == []
