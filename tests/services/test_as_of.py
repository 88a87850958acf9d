"""The past is what was recorded by the end of that day, whatever was corrected since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import ProblemCode, Refused
from core.facts import FactKind
from core.terms import Status
from services.case_views import CaseView
from services.cases import read_case, record_fact, withdraw
from services.couplings import couple
from services.house import House
from services.imports import import_cases
from services.rehearsal import rehearsal
from tests.factories import CLI, MONDAY, NOW, a_case, a_row, actor, at, csv_of

CODE = "GIA-2026-001"
FRIDAY = date(2026, 3, 6)
LATER = at(date(2026, 4, 1))


def seen_on(house: House, on: date) -> CaseView:
    """What is to be seen in the last minute of a day."""
    return read_case(house, CODE, actor=CLI, now=at(on, 23, 59))


def known_of(view: CaseView) -> CaseView:
    """Leave out what only the present has: the version of a term and its next notice."""
    terms = tuple(replace(term, version=0, next_notice_on=None) for term in view.terms)
    return replace(view, terms=terms)


def test_the_past_stays_as_it_was_recorded_after_a_correction(house: House) -> None:
    a_case(house, protector_coupled=MONDAY, first_contact=MONDAY)
    then = seen_on(house, FRIDAY)
    record_fact(house, CODE, FactKind.NOTIFIED, date(2026, 2, 20), actor=CLI, now=LATER)
    withdraw(house, CODE, FactKind.FIRST_CONTACT, actor=CLI, now=LATER)
    couple(house, CODE, "jb-2", date(2026, 3, 31), actor=CLI, now=LATER)
    past = read_case(house, CODE, actor=CLI, now=LATER, as_of=FRIDAY)
    assert known_of(past) == known_of(then)
    assert past.protector == "jb-1"
    assert past.terms[0].status is Status.MET
    assert read_case(house, CODE, actor=CLI, now=LATER).terms[0].status is Status.OVERDUE


def test_a_day_lasts_until_its_local_midnight(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    last_minute = at(MONDAY, 23, 59)
    record_fact(house, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=actor(house, "jb-1"), now=last_minute)
    after = at(date(2026, 3, 3), 0, 0)
    withdraw(house, CODE, FactKind.FIRST_CONTACT, actor=actor(house, "jb-1"), now=after)
    past = read_case(house, CODE, actor=CLI, now=LATER, as_of=MONDAY)
    assert past.terms[0].status is Status.MET
    next_day = read_case(house, CODE, actor=CLI, now=LATER, as_of=date(2026, 3, 3))
    assert next_day.terms[0].status is Status.OPEN


def test_before_it_was_known_a_case_is_unknown(house: House) -> None:
    a_case(house)
    with pytest.raises(Refused) as refused:
        read_case(house, CODE, actor=CLI, now=LATER, as_of=date(2026, 3, 1))
    assert refused.value.problems[0].code is ProblemCode.CASE_UNKNOWN


def test_a_file_read_later_does_not_change_the_past(house: House) -> None:
    import_cases(house, csv_of(a_row(maatregel="vots")), "a.csv", actor=CLI, now=NOW)
    then = seen_on(house, FRIDAY)
    row = a_row(maatregel="ots", gemeente="hoorn", jeugdbeschermer="jb-2", uitspraak="2026-04-01")
    import_cases(house, csv_of(row), "b.csv", actor=CLI, now=LATER)
    past = read_case(house, CODE, actor=CLI, now=LATER, as_of=FRIDAY)
    assert known_of(past) == known_of(then)
    assert (past.case.measure, past.municipality_name, past.protector) == ("vots", "Alkmaar", "jb-1")


def test_the_past_is_for_who_may_see_the_case_now(house: House) -> None:
    a_case(house)
    couple(house, CODE, "jb-2", MONDAY, actor=CLI, now=LATER)
    assert read_case(house, CODE, actor=actor(house, "jb-2"), now=LATER, as_of=MONDAY).protector == "jb-1"
    with pytest.raises(Refused):
        read_case(house, CODE, actor=actor(house, "jb-1"), now=LATER, as_of=MONDAY)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [FactKind.FIRST_CONTACT, FactKind.NOTIFIED, FactKind.MEASURE_ENDS, FactKind.HELP_ASKED]
        ),
        st.one_of(st.none(), st.integers(0, 20)),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_every_past_day_reads_as_it_did_that_evening(
    sqlite_house: House, steps: list[tuple[FactKind, int | None]]
) -> None:
    """One step a day: record a date, or withdraw what stands."""
    house = rehearsal(sqlite_house)
    a_case(house)
    evenings: dict[date, CaseView] = {}
    for number, (kind, days) in enumerate(steps, 1):
        on = MONDAY + timedelta(days=number)
        now = at(on, 12, 0)
        try:
            if days is None:
                withdraw(house, CODE, kind, actor=CLI, now=now)
            else:
                shown = MONDAY + timedelta(days=days if kind is FactKind.MEASURE_ENDS else -days)
                record_fact(house, CODE, kind, shown, actor=CLI, now=now)
        except Refused:
            pass
        evenings[on] = seen_on(house, on)
    for on, then in evenings.items():
        past = read_case(house, CODE, actor=CLI, now=LATER, as_of=on)
        assert known_of(past) == known_of(then)
    house.store.close()
