"""Case files: the same twice changes nothing, what is wrong is named, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.errors import ProblemCode, Refused
from core.facts import FactKind
from core.rules import Rules
from core.terms import Status
from services.case_lists import list_cases
from services.cases import read_case, record_fact, withdraw
from services.couplings import couple
from services.house import House
from services.imports import ImportReport, import_cases
from services.notices import guard_pass
from services.term_shifts import TermShifts
from sheets import write_xlsx
from storage.tables import audit, cases, facts, messages, notices, terms
from tests.factories import (
    CLI,
    MONDAY,
    NOW,
    a_case,
    a_row,
    actor,
    at,
    csv_of,
    deliver,
    make_rules,
    norms_only,
    run_day,
    told,
)


@pytest.fixture
def rules() -> Rules:
    """The three norms alone, so that every line is theirs."""
    return norms_only(make_rules())


CODE = "GIA-2026-001"


def load(house: House, *rows: dict[str, str], **options: object) -> ImportReport:
    who = options.pop("actor", CLI)
    now = options.pop("now", NOW)
    return import_cases(house, csv_of(*rows), "zaken.csv", actor=who, now=now, **options)  # type: ignore[arg-type]


def everything(house: House) -> list[object]:
    with house.store.read() as tx:
        return [tx.execute(select(table)).all() for table in (cases, facts, terms, notices, messages)]


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.changed, report.unchanged, report.refused_rows


def due_dates(house: House, now=NOW) -> list[date]:  # type: ignore[no-untyped-def]
    return [term.term.due_on for term in read_case(house, CODE, actor=CLI, now=now).terms]


DUE = [date(2026, 3, 9), date(2026, 4, 13), date(2026, 6, 2)]


def test_a_file_opens_its_cases(house: House) -> None:
    report = load(house, a_row(), a_row("GIA-2026-002"), actor=actor(house, "gd-1"))
    assert counts(report) == (2, 0, 0, 0)
    assert (report.kept, report.rows, report.missing) == (True, 2, ())
    view = read_case(house, CODE, actor=actor(house, "jb-1"), now=NOW)
    assert [term.term.due_on for term in view.terms] == DUE
    assert {fact.source for fact in view.facts} == {"bestand zaken.csv"}


def test_same_file_twice_changes_nothing(house: House) -> None:
    rows = [a_row(gekoppeld="2026-03-02", gezin="G-1"), a_row("GIA-2026-002", einde="2027-03-02")]
    load(house, *rows)
    guard_pass(house, at(MONDAY, 6, 0))
    before = everything(house)
    report = load(house, *rows)
    assert counts(report) == (0, 0, 2, 0)
    assert everything(house) == before


def test_the_same_as_xlsx_changes_nothing(house: House, tmp_path) -> None:  # type: ignore[no-untyped-def]
    row = a_row()
    load(house, row)
    cells = [date.fromisoformat(text) if text.startswith("2026-") else text for text in row.values()]
    content = write_xlsx(tuple(row), [cells])
    report = import_cases(house, content, "zaken.xlsx", actor=CLI, now=NOW)
    assert counts(report) == (0, 0, 1, 0)


def test_cases_can_be_opened_by_hand_after_an_import(house: House) -> None:
    load(house, a_row(), a_row("GIA-2026-002"))
    a_case(house, "GIA-2026-003")
    load(house, a_row("GIA-2026-004"))
    codes = [summary.case.code for summary in list_cases(house, actor=CLI, now=NOW)]
    assert codes == [f"GIA-2026-00{number}" for number in (1, 2, 3, 4)]


def test_a_changed_date_moves_its_terms_and_withdraws_notices(house: House) -> None:
    load(house, a_row(in_kennis_gesteld="2026-02-27", uitspraak="2026-02-27"))
    guard_pass(house, at(MONDAY, 6, 0))
    assert [post.recipient for post in deliver(house, at(MONDAY))] == ["tm-1"]
    guard_pass(house, at(date(2026, 3, 3), 6, 0))
    report = load(
        house, a_row(in_kennis_gesteld="2026-03-02", uitspraak="2026-03-02"), now=at(date(2026, 3, 3), 7, 0)
    )
    assert counts(report) == (0, 1, 0, 0)
    assert report.shifts == TermShifts(moved=3)
    assert due_dates(house) == DUE
    with house.store.read() as tx:
        found = tx.execute(select(notices.c.due_on, notices.c.state)).all()
        waiting = tx.execute(select(messages.c.state).where(messages.c.state == "pending")).all()
    assert {tuple(row) for row in found} == {(date(2026, 3, 6), "withdrawn")}
    assert waiting == []


def test_the_report_counts_what_a_correction_makes_late_and_opens_again(house: House) -> None:
    load(house, a_row(hulp_gestart="2026-03-02"))
    report = load(
        house,
        a_row(in_kennis_gesteld="2025-11-03", uitspraak="2025-11-03", hulp_gestart="2025-11-04"),
        dry_run=True,
    )
    assert (report.kept, report.shifts) == (False, TermShifts(moved=2, late=2))
    assert load(house, a_row(hulp_gestart="2026-03-02")).shifts == TermShifts()


def test_a_date_corrected_by_hand_stays_until_a_file_states_another(house: House) -> None:
    by_jb = actor(house, "jb-1")
    row = a_row(gekoppeld="2026-03-02", eerste_contact="2026-03-02")
    load(house, row)
    record_fact(house, CODE, FactKind.FIRST_CONTACT, MONDAY - timedelta(days=3), actor=by_jb, now=NOW)
    assert counts(load(house, row)) == (0, 0, 1, 0)
    assert told_of(house, FactKind.FIRST_CONTACT) == MONDAY - timedelta(days=3)
    withdraw(house, CODE, FactKind.FIRST_CONTACT, actor=by_jb, now=NOW)
    assert counts(load(house, row)) == (0, 0, 1, 0)
    assert counts(load(house, row | {"eerste_contact": "2026-03-01"})) == (0, 1, 0, 0)
    assert told_of(house, FactKind.FIRST_CONTACT) == date(2026, 3, 1)


def test_who_was_coupled_by_hand_stays_until_a_file_names_another(house: House) -> None:
    row = a_row(jeugdbeschermer="jb-1")
    load(house, row)
    couple(house, CODE, "jb-2", MONDAY, actor=actor(house, "tm-1"), now=NOW)
    assert counts(load(house, row)) == (0, 0, 1, 0)
    assert read_case(house, CODE, actor=CLI, now=NOW).protector == "jb-2"


def told_of(house: House, kind: FactKind) -> date | None:
    told = read_case(house, CODE, actor=CLI, now=NOW).ledger.get(kind)
    return told.on if told else None


def test_a_new_measure_follows_and_leaves_the_clocks(house: House) -> None:
    load(house, a_row(maatregel="vots", einde="2026-03-16"))
    later = at(date(2026, 3, 16))
    report = load(house, a_row(maatregel="ots", uitspraak="2026-03-16", einde="2027-03-16"), now=later)
    assert counts(report) == (0, 1, 0, 0)
    view = read_case(house, CODE, actor=CLI, now=later)
    assert view.case.measure == "ots"
    assert due_dates(house, later) == DUE
    assert [term.term.ends_on for term in view.terms] == [date(2027, 3, 16)] * 3


def test_an_extension_marked_as_following_leaves_the_clocks(house: House) -> None:
    load(house, a_row())
    later = at(date(2026, 3, 16))
    row = a_row(uitspraak="2026-03-16", wijziging="vervolg")
    load(house, row, now=later)
    assert due_dates(house, later) == DUE
    assert counts(load(house, row, now=later)) == (0, 0, 1, 0)


def test_the_same_measure_with_another_date_is_a_correction(house: House) -> None:
    load(house, a_row())
    load(house, a_row(uitspraak="2026-02-27"))
    assert due_dates(house) == [date(2026, 3, 9), date(2026, 4, 10), date(2026, 5, 27)]


def test_an_old_file_after_a_follow_up_changes_nothing(house: House) -> None:
    old = a_row(maatregel="vots", einde="2026-03-16")
    load(house, old)
    later = at(date(2026, 3, 16))
    load(house, a_row(maatregel="ots", uitspraak="2026-03-16", einde="2027-03-16"), now=later)
    before = everything(house)
    assert counts(load(house, old, now=later)) == (0, 0, 1, 0)
    assert everything(house) == before


def test_an_empty_cell_takes_nothing_back(house: House) -> None:
    load(house, a_row(gezin="G-1"))
    jb = actor(house, "jb-1")
    record_fact(house, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=jb, now=NOW)
    assert counts(load(house, a_row(gezin="", jeugdbeschermer="", eerste_contact=""))) == (0, 0, 1, 0)


def test_a_file_states_that_course_and_help_are_complete(house: House) -> None:
    load(house, a_row(koers="2026-03-02", hulp_gestart="2026-03-02"))
    view = read_case(house, CODE, actor=CLI, now=NOW)
    assert [term.status for term in view.terms] == [Status.OPEN, Status.MET, Status.MET]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"zaak": ""}, "zaak", ProblemCode.VALUE_MISSING),
        ({"zaak": "Jansen"}, "zaak", ProblemCode.CASE_CODE_NAME),
        ({"zaak": "111222333"}, "zaak", ProblemCode.CASE_CODE_BSN),
        ({"gi": "GIX"}, "gi", ProblemCode.ORGANISATION_UNKNOWN),
        ({"gemeente": "Alkmar"}, "gemeente", ProblemCode.MUNICIPALITY_UNKNOWN),
        ({"maatregel": "otss"}, "maatregel", ProblemCode.MEASURE_UNKNOWN),
        ({"uitspraak": "2-maart-2026"}, "uitspraak", ProblemCode.DATE_NOT_READ),
        ({"uitspraak": "30-2-2026"}, "uitspraak", ProblemCode.DATE_IMPOSSIBLE),
        ({"uitspraak": "1999-12-31"}, "uitspraak", ProblemCode.DATE_OUT_OF_RANGE),
        ({"eerste_contact": "2026-03-03"}, "eerste_contact", ProblemCode.DATE_IN_FUTURE),
        ({"in_kennis_gesteld": "", "uitspraak": ""}, "in_kennis_gesteld", ProblemCode.DATE_MISSING),
        ({"einde": "2026-03-02"}, "einde", ProblemCode.END_BEFORE_START),
        ({"wijziging": "nieuw"}, "wijziging", ProblemCode.CHANGE_UNKNOWN),
        ({"jeugdbeschermer": "niemand"}, "jeugdbeschermer", ProblemCode.PERSON_UNKNOWN),
        ({"jeugdbeschermer": "tm-1"}, "jeugdbeschermer", ProblemCode.PERSON_WRONG_ROLE),
        ({"jeugdbeschermer": "jb-b"}, "jeugdbeschermer", ProblemCode.PERSON_OTHER_ORGANISATION),
        ({"gezin": "111222333"}, "gezin", ProblemCode.TEXT_HAS_BSN),
        ({"gezin": "de Vries"}, "gezin", ProblemCode.TEXT_LIKELY_NAME),
        ({"gezin": "G" * 65}, "gezin", ProblemCode.FILE_CELL_TOO_LONG),
    ],
)
def test_a_bad_row_names_line_and_column_and_keeps_nothing(
    house: House, cells: dict[str, str], column: str, code: ProblemCode
) -> None:
    bad = a_row("GIA-2026-002") | cells
    report = load(house, a_row(), bad)
    assert [(found.line, found.column, found.code) for found in report.refused] == [(3, column, code)]
    assert (report.kept, report.created) == (False, 1)
    assert everything(house)[:3] == [[], [], []]


def test_a_wrong_word_comes_with_the_closest_right_one(house: House) -> None:
    report = load(house, a_row(gemeente="Alkmar"))
    assert report.refused[0].details == {"closest": "alkmaar"}
    with pytest.raises(Refused) as refused:
        import_cases(house, b"zaak;gi;gemeente;maatregel;uitsprak\n", "x.csv", actor=CLI, now=NOW)
    unknown = refused.value.problems[0]
    assert (unknown.column, unknown.code) == ("uitsprak", ProblemCode.COLUMN_UNKNOWN)
    assert unknown.details == {"closest": "uitspraak"}


def test_partial_keeps_the_good_rows(house: House) -> None:
    report = load(house, a_row(), a_row("GIA-2026-002", uitspraak="gisteren"), partial=True)
    assert (report.kept, counts(report)) == (True, (1, 0, 0, 1))
    assert [summary.case.code for summary in list_cases(house, actor=CLI, now=NOW)] == [CODE]


def test_a_dry_run_reports_and_keeps_nothing(house: House) -> None:
    report = load(house, a_row(), dry_run=True)
    assert (report.kept, counts(report), report.messages) == (False, (1, 0, 0, 0), 1)
    assert everything(house) == [[], [], [], [], []]
    with house.store.read() as tx:
        assert tx.execute(select(audit).where(audit.c.verb == "import")).all() == []


def test_the_same_case_twice_in_a_file_is_refused(house: House) -> None:
    report = load(house, a_row(), a_row(uitspraak="2026-02-27"))
    (problem,) = report.refused
    assert (problem.code, problem.line, problem.details) == (ProblemCode.CASE_TWICE, 3, {"first_line": 2})


def test_a_missing_case_is_reported_and_left_alone(house: House) -> None:
    load(house, a_row(), a_row("GIA-2026-002"), a_row("GIB-2026-001"))
    report = load(house, a_row("GIA-2026-002"))
    assert report.missing == (CODE,)
    assert len(list_cases(house, actor=CLI, now=NOW)) == 3


def test_a_refused_row_is_not_called_missing(house: House) -> None:
    load(house, a_row(), a_row("GIA-2026-002"))
    report = load(house, a_row(uitspraak="gisteren"), a_row("GIA-2026-002"))
    assert report.missing == ()


def test_a_case_of_another_institution_is_refused_without_a_word_about_it(house: House) -> None:
    a_case(house)
    before = read_case(house, CODE, actor=CLI, now=NOW)
    row = a_row(gi="GIB", jeugdbeschermer="", eerste_contact="2026-03-02")
    report = load(house, row, actor=actor(house, "gd-b"))
    (problem,) = report.refused
    assert (problem.code, problem.line) == (ProblemCode.CASE_ELSEWHERE, 2)
    assert problem.details == {"organisation": None}
    assert report.missing == ()
    assert read_case(house, CODE, actor=CLI, now=NOW) == before
    assert load(house, row).refused[0].details == {"organisation": "GIA"}


def test_a_steward_imports_for_the_own_institution_only(house: House) -> None:
    report = load(house, a_row(), actor=actor(house, "gd-b"))
    assert [(p.code, p.column, p.line) for p in report.refused] == [(ProblemCode.NOT_ALLOWED, "gi", 2)]
    report = load(house, a_row(), actor=actor(house, "jb-1"))
    assert [p.code for p in report.refused] == [ProblemCode.NOT_ALLOWED]
    assert list_cases(house, actor=CLI, now=NOW) == []


def test_another_protector_in_the_file_is_told(house: House) -> None:
    load(house, a_row())
    report = load(house, a_row(jeugdbeschermer="jb-2"))
    assert report.changed == 1
    assert [post.recipient for post in deliver(house, NOW)] == ["jb-2"]


def test_the_report_says_how_many_messages_would_go_out(house: House) -> None:
    rows = [
        a_row(),
        a_row("GIA-2026-002", jeugdbeschermer="jb-3"),
        a_row("GIB-2026-001", jeugdbeschermer="jb-b"),
    ]
    report = load(house, *rows)
    sent = run_day(house, MONDAY)
    assert report.messages == len(sent) == 3
    assert {post.recipient for post in sent} == {"tm-1", "tm-2", "beheer-1"}


def test_backlog_is_listed_once_and_never_nagged(with_rules: Callable[..., House]) -> None:
    house = with_rules(guarded_from=date(2026, 2, 1))
    old = {"in_kennis_gesteld": "2025-10-01", "uitspraak": "2025-10-01"}
    report = load(house, a_row(**old), a_row("GIA-2026-002", **old, eerste_contact="2025-10-02"))
    assert (report.backlog, report.unknown, report.messages) == (6, 5, 1)
    view = read_case(house, CODE, actor=CLI, now=NOW)
    assert [term.status for term in view.terms] == [Status.UNKNOWN] * 3
    other = read_case(house, "GIA-2026-002", actor=CLI, now=NOW)
    assert [term.status for term in other.terms] == [Status.OVERDUE, Status.UNKNOWN, Status.UNKNOWN]
    (post,) = run_day(house, MONDAY)
    assert (post.recipient, post.lines, post.view.backlog) == ("jb-1", [], 6)  # type: ignore[union-attr]
    for days in range(1, 30):
        assert run_day(house, date.fromordinal(MONDAY.toordinal() + days)) == []


def test_backlog_of_an_ended_measure_is_not_listed(with_rules: Callable[..., House]) -> None:
    house = with_rules(guarded_from=date(2026, 2, 1))
    row = a_row(in_kennis_gesteld="2025-10-01", uitspraak="2025-10-01", einde="2026-02-20")
    assert load(house, row).backlog == 0
    assert run_day(house, MONDAY) == []


def test_an_overdue_term_of_a_new_file_is_said_once_at_first(house: House) -> None:
    load(house, a_row(in_kennis_gesteld="2026-02-16", uitspraak="2026-02-16"))
    sent = run_day(house, MONDAY)
    assert told(sent, "jb-1") == told(sent, "tm-1") == [((CODE,), "1")]
    assert run_day(house, date(2026, 3, 3)) == []


def test_two_imports_at_once_open_each_case_once(house: House) -> None:
    rows = [a_row(f"GIA-2026-{number:03}") for number in range(1, 21)]

    def one(_number: int) -> tuple[int, int]:
        report = load(house, *rows)
        return report.created, report.unchanged

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(one, range(3))) == [(0, 20), (0, 20), (20, 0)]
    assert len(list_cases(house, actor=CLI, now=NOW)) == 20


def test_progress_tells_the_rows_done(house: House) -> None:
    done: list[int] = []
    rows = [a_row(f"GIA-2026-{number:04}") for number in range(2500)]
    load(house, *rows, dry_run=True, progress=done.append)
    assert done == [2000, 2500]
