"""Changed norms or holidays reach every running case once, and only then."""

from dataclasses import replace
from datetime import date

import pytest

from core.norms import BUILT_IN_NORMS, Length, NormBook, Unit
from core.workdays import Holiday, WorkingCalendar
from services.cases import read_case
from services.house import House
from services.notices import guard_pass
from services.rules_change import apply_changed_rules
from tests.factories import CLI, MONDAY, NOW, a_case, at, deliver


@pytest.fixture
def applied(house: House) -> House:
    """Everybody and one case, under rules that are noted."""
    a_case(house, protector_coupled=MONDAY)
    assert apply_changed_rules(house, NOW) == 0
    return house


def due(house: House) -> list[date]:
    return [view.term.due_on for view in read_case(house, "GIA-2026-001", actor=CLI, now=NOW).terms]


def shorter(house: House) -> House:
    norms = [
        replace(norm, length=Length(3, Unit.WORKING_DAYS)) if norm.code == "1" else norm
        for norm in BUILT_IN_NORMS
    ]
    return House(house.store, replace(house.rules, norms=NormBook(norms)), house.worker)


def test_unchanged_rules_touch_no_case(applied: House) -> None:
    assert apply_changed_rules(applied, NOW) == 0


def test_a_shorter_norm_moves_the_terms_of_every_running_case_once(applied: House) -> None:
    before = due(applied)
    changed = shorter(applied)
    assert (apply_changed_rules(changed, NOW), apply_changed_rules(changed, NOW)) == (1, 0)
    assert due(changed) == [date(2026, 3, 5), *before[1:]]


def test_an_added_holiday_moves_a_term_in_working_days(applied: House) -> None:
    calendar = WorkingCalendar([Holiday(date(2026, 3, 4), "extra dag", "test")])
    changed = House(applied.store, replace(applied.rules, calendar=calendar), applied.worker)
    apply_changed_rules(changed, NOW)
    assert due(changed)[0] == date(2026, 3, 10)


def test_the_new_date_is_told_after_the_old_one_was(applied: House) -> None:
    guard_pass(applied, at(date(2026, 3, 4), 6, 0))
    first = deliver(applied, at(date(2026, 3, 4)))
    changed = shorter(applied)
    apply_changed_rules(changed, at(date(2026, 3, 4), 12, 0))
    guard_pass(changed, at(date(2026, 3, 5), 6, 0))
    second = deliver(changed, at(date(2026, 3, 5)))
    assert [post.recipient for post in first] == ["jb-1"]
    assert sorted(post.recipient for post in second) == ["jb-1", "tm-1"]
