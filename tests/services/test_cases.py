"""Cases are ledgers of facts; their terms follow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.errors import NotAllowed, ProblemCode, Refused
from core.facts import COURSE_CHECKLIST, FactKind, Fit
from core.terms import Status
from services.case_lists import CaseFilter, list_cases
from services.case_views import CaseView
from services.cases import (
    Flag,
    NewCase,
    count_term,
    explain_term,
    open_case,
    read_case,
    record_fact,
    withdraw,
)
from services.couplings import couple
from services.house import House
from storage.tables import audit
from tests.factories import CLI, MONDAY, NOW, a_case, actor, at, deliver

CODE = "GIA-2026-001"


def due_dates(view: CaseView) -> dict[str, date]:
    return {term.norm.code: term.term.due_on for term in view.terms}


def statuses(view: CaseView) -> list[Status]:
    return [term.status for term in view.terms]


def problem(refused: pytest.ExceptionInfo[Refused]) -> ProblemCode:
    return refused.value.problems[0].code


def audited(house: House) -> list[tuple[str, str, str]]:
    with house.store.read() as tx:
        rows = tx.execute(select(audit).order_by(audit.c.id))
        return [(row.actor, row.verb, row.subject) for row in rows if row.subject == CODE]


def test_a_new_case_has_its_three_terms(house: House) -> None:
    view = a_case(house)
    assert due_dates(view) == {"1": date(2026, 3, 9), "2": date(2026, 4, 13), "3": date(2026, 6, 2)}
    assert statuses(view) == [Status.OPEN] * 3
    assert read_case(house, CODE, actor=CLI, now=NOW) == view
    assert audited(house) == [("cli:test", "open_case", CODE)]


def test_norm_1_needs_coupled_and_first_contact(house: House) -> None:
    a_case(house)
    jb = actor(house, "jb-1")
    first = record_fact(house, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=jb, now=NOW)
    assert first.view.terms[0].status is Status.OPEN
    both = record_fact(
        house, CODE, FactKind.PROTECTOR_COUPLED, date(2026, 3, 3), actor=jb, now=at(date(2026, 3, 3))
    )
    assert (both.view.terms[0].status, both.view.terms[0].term.met_on) == (Status.MET, date(2026, 3, 3))
    assert statuses(both.view)[1:] == [Status.OPEN, Status.OPEN]


def test_met_after_the_due_date_is_late(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    later = date(2026, 3, 10)
    done = record_fact(house, CODE, FactKind.FIRST_CONTACT, later, actor=actor(house, "jb-1"), now=at(later))
    assert done.view.terms[0].status is Status.LATE


def test_silence_after_the_due_date_is_overdue(house: House) -> None:
    a_case(house)
    on_the_day = read_case(house, CODE, actor=CLI, now=at(date(2026, 3, 9), 23, 59))
    assert on_the_day.terms[0].status is Status.OPEN
    after = read_case(house, CODE, actor=CLI, now=at(date(2026, 3, 10), 0, 0))
    assert after.terms[0].status is Status.OVERDUE
    assert after.worst_status is Status.OVERDUE


def test_an_ended_measure_ends_its_open_terms(house: House) -> None:
    a_case(house, measure_ends=date(2026, 3, 6))
    view = read_case(house, CODE, actor=CLI, now=at(date(2026, 3, 20)))
    assert statuses(view) == [*[Status.ENDED] * 3, Status.OVERDUE]
    assert [term.next_notice_on for term in view.terms[1:3]] == [None, None]


def test_norm_2_needs_its_whole_checklist(house: House) -> None:
    a_case(house)
    jb = actor(house, "jb-1")
    with pytest.raises(Refused) as refused:
        record_fact(house, CODE, FactKind.COURSE_SET, MONDAY, actor=jb, now=NOW)
    assert problem(refused) is ProblemCode.COURSE_INCOMPLETE
    assert tuple(refused.value.problems[0].details["missing"]) == COURSE_CHECKLIST  # type: ignore[arg-type]
    for item in COURSE_CHECKLIST:
        record_fact(house, CODE, item, None, actor=jb, now=NOW)
    done = record_fact(house, CODE, FactKind.COURSE_SET, MONDAY, actor=jb, now=NOW)
    assert statuses(done.view) == [Status.OPEN, Status.MET, Status.OPEN]


def test_withdrawing_a_checklist_item_opens_norm_2_again(house: House) -> None:
    a_case(house)
    jb = actor(house, "jb-1")
    for item in (*COURSE_CHECKLIST, FactKind.COURSE_SET):
        on = MONDAY if item is FactKind.COURSE_SET else None
        record_fact(house, CODE, item, on, actor=jb, now=NOW)
    back = withdraw(house, CODE, FactKind.CHILD_SPOKEN, actor=jb, now=NOW)
    assert statuses(back.view) == [Status.OPEN] * 3
    assert back.view.missing_from_course == (FactKind.CHILD_SPOKEN,)


def test_an_intake_never_meets_norm_3(house: House) -> None:
    a_case(house)
    jb = actor(house, "jb-1")
    for kind in (FactKind.HELP_ASKED, FactKind.HELP_INTAKE, FactKind.HELP_WAITING):
        view = record_fact(house, CODE, kind, MONDAY, actor=jb, now=NOW).view
        assert view.terms[2].status is Status.OPEN


def test_started_help_must_say_whether_it_fits(house: House) -> None:
    a_case(house)
    jb = actor(house, "jb-1")
    with pytest.raises(Refused) as refused:
        record_fact(house, CODE, FactKind.HELP_STARTED, MONDAY, actor=jb, now=NOW)
    assert problem(refused) is ProblemCode.VALUE_MISSING
    wrong = record_fact(house, CODE, FactKind.HELP_STARTED, MONDAY, value=Fit.DOES_NOT_FIT, actor=jb, now=NOW)
    assert wrong.view.terms[2].status is Status.OPEN
    right = record_fact(house, CODE, FactKind.HELP_STARTED, MONDAY, value=Fit.FITS, actor=jb, now=NOW)
    assert right.view.terms[2].status is Status.MET


def test_the_needed_by_date_stands_beside_the_norm(house: House) -> None:
    a_case(house)
    on = date(2026, 3, 20)
    done = record_fact(house, CODE, FactKind.COURSE_NEEDED_BY, on, actor=actor(house, "jb-1"), now=NOW)
    term = done.view.terms[1]
    assert (term.term.due_on, term.term.needed_by_on, term.status) == (date(2026, 4, 13), on, Status.OPEN)
    later = read_case(house, CODE, actor=CLI, now=at(date(2026, 3, 23)))
    assert (later.terms[1].needed_passed, later.terms[1].status) == (True, Status.OPEN)


def test_a_corrected_date_moves_the_terms(house: House) -> None:
    a_case(house)
    moved = record_fact(house, CODE, FactKind.ORDERED, date(2026, 2, 27), actor=CLI, now=NOW)
    assert due_dates(moved.view) == {"1": date(2026, 3, 9), "2": date(2026, 4, 10), "3": date(2026, 5, 27)}
    assert [(fact.on, fact.withdrawn_by) for fact in moved.view.facts if fact.kind is FactKind.ORDERED] == [
        (MONDAY, "cli:test"),
        (date(2026, 2, 27), None),
    ]


def test_a_withdrawn_fact_no_longer_counts_and_stays_in_the_ledger(house: House) -> None:
    a_case(house, protector_coupled=MONDAY, first_contact=MONDAY)
    done = withdraw(house, CODE, FactKind.FIRST_CONTACT, actor=actor(house, "jb-1"), now=NOW)
    assert done.view.terms[0].status is Status.OPEN
    (kept,) = [fact for fact in done.view.facts if fact.kind is FactKind.FIRST_CONTACT]
    assert (kept.withdrawn_by, kept.withdrawn_at) == ("jb-1", NOW)
    with pytest.raises(Refused) as refused:
        withdraw(house, CODE, FactKind.FIRST_CONTACT, actor=actor(house, "jb-1"), now=NOW)
    assert problem(refused) is ProblemCode.FACT_UNKNOWN


def test_the_last_clock_start_cannot_be_withdrawn(house: House) -> None:
    a_case(house)
    withdraw(house, CODE, FactKind.NOTIFIED, actor=CLI, now=NOW)
    with pytest.raises(Refused) as refused:
        withdraw(house, CODE, FactKind.ORDERED, actor=CLI, now=NOW)
    assert problem(refused) is ProblemCode.DATE_MISSING
    assert statuses(read_case(house, CODE, actor=CLI, now=NOW)) == [Status.OPEN] * 3


def test_the_same_fact_twice_says_who_was_first(house: House) -> None:
    a_case(house)
    record_fact(house, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=actor(house, "jb-1"), now=NOW)
    later = NOW + timedelta(hours=1)
    again = record_fact(house, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=actor(house, "tm-1"), now=later)
    assert (again.changed, again.known_by, again.known_since) == (False, "jb-1", NOW)
    assert audited(house)[1:] == [("jb-1", "record_fact", CODE)]


def test_coupling_by_manager_and_protector_is_known_once(house: House) -> None:
    a_case(house, protector=None, manager="tm-1")
    couple(house, CODE, "jb-1", MONDAY, actor=actor(house, "tm-1"), now=NOW)
    again = record_fact(house, CODE, FactKind.PROTECTOR_COUPLED, MONDAY, actor=actor(house, "jb-1"), now=NOW)
    assert (again.changed, again.known_by) == (False, "tm-1")


def test_two_people_recording_at_once_leave_one_fact(house: House) -> None:
    a_case(house)
    names = ["jb-1", "tm-1"] * 4

    def record(name: str) -> bool:
        who = actor(house, name)
        return record_fact(house, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=who, now=NOW).changed

    with ThreadPoolExecutor(len(names)) as pool:
        changed = list(pool.map(record, names))
    assert sorted(changed) == [False] * 7 + [True]
    facts = read_case(house, CODE, actor=CLI, now=NOW).facts
    assert len([fact for fact in facts if fact.kind is FactKind.FIRST_CONTACT]) == 1


def test_a_case_opened_twice_at_once_is_opened_once(house: House) -> None:
    def opened(_number: int) -> str:
        try:
            a_case(house)
        except Refused as refused:
            return refused.problems[0].code
        return "opened"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(opened, range(4))) == [ProblemCode.CASE_EXISTS] * 3 + ["opened"]


@pytest.mark.parametrize(
    ("kind", "on", "expected"),
    [
        (FactKind.FIRST_CONTACT, date(2026, 3, 3), ProblemCode.DATE_IN_FUTURE),
        (FactKind.FIRST_CONTACT, date(1999, 12, 31), ProblemCode.DATE_OUT_OF_RANGE),
        (FactKind.FIRST_CONTACT, None, ProblemCode.VALUE_MISSING),
        (FactKind.MEASURE_ENDS, MONDAY, ProblemCode.END_BEFORE_START),
    ],
)
def test_impossible_dates_are_refused_and_leave_nothing(
    house: House, kind: FactKind, on: date | None, expected: ProblemCode
) -> None:
    before = a_case(house)
    with pytest.raises(Refused) as refused:
        record_fact(house, CODE, kind, on, actor=CLI, now=NOW)
    assert problem(refused) is expected
    assert read_case(house, CODE, actor=CLI, now=NOW) == before


def test_a_contact_before_the_ruling_is_allowed_and_flagged(house: House) -> None:
    a_case(house)
    done = record_fact(
        house, CODE, FactKind.FIRST_CONTACT, date(2026, 2, 27), actor=actor(house, "jb-1"), now=NOW
    )
    assert done.flags == (Flag.BEFORE_ORDER,)


def test_who_holds_nothing_sees_nothing(house: House) -> None:
    a_case(house)
    a_case(house, "GIB-2026-001", protector="jb-b")
    visible = {
        name: [summary.case.code for summary in list_cases(house, actor=actor(house, name), now=NOW)]
        for name in ("jb-1", "jb-2", "jb-3", "tm-1", "tm-2", "gd-1", "jb-b", "gd-b", "beheer-1")
    }
    assert visible == {
        "jb-1": [CODE],
        "jb-2": [],
        "jb-3": [],
        "tm-1": [CODE],
        "tm-2": [],
        "gd-1": [CODE],
        "jb-b": ["GIB-2026-001"],
        "gd-b": ["GIB-2026-001"],
        "beheer-1": [CODE, "GIB-2026-001"],
    }


@pytest.mark.parametrize("name", ["jb-2", "jb-b", "gd-b", "tm-2"])
def test_a_case_of_others_is_as_unknown_as_one_that_is_not_there(house: House, name: str) -> None:
    a_case(house)
    who = actor(house, name)

    def asked(code: str) -> list[ProblemCode]:
        codes = []
        for ask in (
            lambda: read_case(house, code, actor=who, now=NOW),
            lambda: record_fact(house, code, FactKind.FIRST_CONTACT, MONDAY, actor=who, now=NOW),
            lambda: withdraw(house, code, FactKind.ORDERED, actor=who, now=NOW),
            lambda: couple(house, code, "jb-2", MONDAY, actor=who, now=NOW),
            lambda: explain_term(house, code, "1", actor=who, now=NOW),
        ):
            with pytest.raises(Refused) as refused:
                ask()
            codes.append(problem(refused))
        return codes

    assert asked(CODE) == asked("GIA-2026-999") == [ProblemCode.CASE_UNKNOWN] * 5


def test_who_may_see_may_not_always_record(house: House) -> None:
    a_case(house)
    with pytest.raises(NotAllowed):
        record_fact(house, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=actor(house, "gd-1"), now=NOW)
    with pytest.raises(NotAllowed):
        couple(house, CODE, "jb-2", MONDAY, actor=actor(house, "jb-1"), now=NOW)


def test_asking_for_another_institution_gives_nothing(house: House) -> None:
    a_case(house)
    a_case(house, "GIB-2026-001", protector="jb-b")
    only = CaseFilter(organisation="GIB")
    assert list_cases(house, actor=actor(house, "gd-1"), now=NOW, only=only) == []
    assert [s.case.code for s in list_cases(house, actor=CLI, now=NOW, only=only)] == ["GIB-2026-001"]


def test_coupling_tells_the_new_protector_once(house: House) -> None:
    a_case(house, protector=None, manager="tm-1")
    tm = actor(house, "tm-1")
    couple(house, CODE, "jb-2", MONDAY, actor=tm, now=NOW)
    couple(house, CODE, "jb-2", MONDAY, actor=tm, now=NOW)
    assert [post.recipient for post in deliver(house, NOW)] == ["jb-2"]


def test_a_second_coupling_keeps_the_first_date(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    done = couple(house, CODE, "jb-2", MONDAY, actor=actor(house, "tm-1"), now=NOW)
    assert done.view.ledger[FactKind.PROTECTOR_COUPLED].on == MONDAY
    assert [(change.field, change.by) for change in done.view.changes] == [("protector_id", "tm-1")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("jb-b", ProblemCode.PERSON_OTHER_ORGANISATION),
        ("tm-1", ProblemCode.PERSON_WRONG_ROLE),
        ("niemand", ProblemCode.PERSON_UNKNOWN),
    ],
)
def test_who_cannot_hold_the_case_is_refused(house: House, name: str, expected: ProblemCode) -> None:
    a_case(house, protector=None, manager="tm-1")
    with pytest.raises(Refused) as refused:
        couple(house, CODE, name, MONDAY, actor=actor(house, "tm-1"), now=NOW)
    assert problem(refused) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("111222333", ProblemCode.CASE_CODE_BSN),
        ("Jansen", ProblemCode.CASE_CODE_NAME),
        ("GIA/1", ProblemCode.CASE_CODE_FORM),
    ],
)
def test_a_code_that_could_name_somebody_is_refused(house: House, code: str, expected: ProblemCode) -> None:
    new = NewCase(code, "GIA", "alkmaar", "ots", dates={FactKind.ORDERED: MONDAY})
    with pytest.raises(Refused) as refused:
        open_case(house, new, actor=CLI, now=NOW)
    assert problem(refused) is expected
    shown = refused.value.problems[0].value
    assert shown == (code if expected is ProblemCode.CASE_CODE_FORM else None)


def test_a_date_explains_itself(house: House) -> None:
    a_case(house, ordered=date(2026, 4, 1), now=at(date(2026, 4, 1)))
    explained = explain_term(house, CODE, "1", actor=CLI, now=at(date(2026, 4, 1)))
    assert (explained.start_on, explained.start_from) == (date(2026, 4, 1), FactKind.NOTIFIED)
    assert explained.due_on == date(2026, 4, 10)
    assert [(day.on, day.reason) for day in explained.skipped] == [
        (date(2026, 4, 3), "Goede Vrijdag"),
        (date(2026, 4, 4), "zaterdag"),
        (date(2026, 4, 5), "zondag"),
        (date(2026, 4, 6), "tweede paasdag"),
    ]
    assert count_term(house.rules, "1", date(2026, 4, 1)).due_on == date(2026, 4, 10)
