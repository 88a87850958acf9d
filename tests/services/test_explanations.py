"""Comply or explain: why a term is late, until when, and the three groups who wait (D11, D12)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.errors import NotAllowed, ProblemCode, Refused
from core.facts import FactKind, Fit
from core.terms import Light, Status
from services.case_views import TermView
from services.cases import read_case, record_fact, withdraw
from services.explanations import Explained, Waiting, explain, waiting_cases
from services.house import House
from services.items import ask_help
from tests.escalating import CODE, a_held_case, diary, sent_at
from tests.factories import CLI, MONDAY, NOW, a_case, actor, at, days_told, run_days

DAY = timedelta(days=1)
COURSE_DUE, HELP_DUE = date(2026, 4, 13), date(2026, 6, 2)


def say_why(
    house: House, on: date, until: date, norm: str = "3", reason: str | None = "wachtlijst", **more: object
) -> Explained:
    now = at(on, 10, 0)
    by = actor(house, str(more.pop("by", "jb-1")), now)
    return explain(house, CODE, norm, reason, until, actor=by, now=now, **more)  # type: ignore[arg-type]


def term(house: House, on: date, norm: str = "3") -> TermView:
    found = read_case(house, CODE, actor=CLI, now=at(on)).term(norm)
    assert found is not None
    return found


def test_an_explained_term_has_a_status_and_colour_of_its_own_and_is_never_met(house: House) -> None:
    a_held_case(house)

    done = say_why(house, date(2026, 6, 1), date(2026, 7, 1))

    assert (done.norm, done.until_on, done.times) == ("3", date(2026, 7, 1), 1)
    for on in (date(2026, 6, 1), HELP_DUE + DAY, date(2026, 7, 1)):
        view = term(house, on)
        assert (view.status, view.light) == (Status.EXPLAINED, Light.BLUE)
    late = term(house, date(2026, 7, 2))
    assert (late.status, late.light, late.term.met_on) == (Status.OVERDUE, Light.RED, None)


def test_help_that_starts_before_the_new_date_is_late_and_not_met(house: House) -> None:
    a_held_case(house)
    say_why(house, date(2026, 6, 1), date(2026, 7, 1))

    record_fact(
        house,
        CODE,
        FactKind.HELP_STARTED,
        date(2026, 6, 20),
        value=Fit.FITS,
        actor=CLI,
        now=at(date(2026, 6, 22)),
    )

    assert term(house, date(2026, 6, 22)).status is Status.LATE


def test_the_old_date_is_not_nagged_about_any_more_and_the_new_one_has_its_own_reminders(
    house: House,
) -> None:
    a_held_case(house)
    run_days(house, MONDAY, date(2026, 5, 29))
    say_why(house, date(2026, 5, 29), date(2026, 7, 1))

    sent = run_days(house, date(2026, 6, 1), date(2026, 7, 3))

    assert days_told(sent, "jb-1", "3") == [
        *(date(2026, 6, day) for day in (17, 24, 29)),
        *(date(2026, 7, day) for day in (1, 2, 3)),
    ]


def test_a_second_explanation_is_told_to_the_manager_and_the_first_is_not(house: House) -> None:
    a_held_case(house)
    run_days(house, MONDAY, date(2026, 5, 1))
    say_why(house, date(2026, 5, 4), date(2026, 7, 1))
    assert sent_at(house, at(date(2026, 5, 4), 10, 5)) == []

    done = say_why(house, date(2026, 5, 5), date(2026, 8, 3))

    assert done.times == 2
    assert sent_at(house, at(date(2026, 5, 5), 10, 5)) == [("tm-1", "alert: explained_again")]
    assert term(house, date(2026, 5, 5)).term.explanations == 2


def test_a_manager_who_explains_again_is_not_told_so(house: House) -> None:
    a_held_case(house)
    run_days(house, MONDAY, date(2026, 5, 1))
    say_why(house, date(2026, 5, 4), date(2026, 7, 1))
    say_why(house, date(2026, 5, 5), date(2026, 8, 3), by="tm-1")

    assert sent_at(house, at(date(2026, 5, 5), 10, 5)) == []


def test_withdrawing_an_explanation_restores_what_it_took_away(house: House) -> None:
    a_held_case(house)
    before = term(house, date(2026, 6, 1))
    say_why(house, date(2026, 6, 1), date(2026, 7, 1))

    withdraw(house, CODE, FactKind.HELP_EXPLAINED, actor=actor(house, "jb-1"), now=at(date(2026, 6, 1), 11))

    after = term(house, date(2026, 6, 1))
    assert (after.term, after.status) == (before.term, before.status)
    assert days_told(run_days(house, HELP_DUE + DAY, HELP_DUE + 3 * DAY), "jb-1", "3") == [
        HELP_DUE + DAY,
        HELP_DUE + 2 * DAY,
        HELP_DUE + 3 * DAY,
    ]


def test_withdrawing_the_second_leaves_the_first(house: House) -> None:
    a_held_case(house)
    say_why(house, date(2026, 6, 1), date(2026, 7, 1))
    say_why(house, date(2026, 6, 2), date(2026, 8, 3))

    withdraw(house, CODE, FactKind.HELP_EXPLAINED, actor=actor(house, "jb-1"), now=at(date(2026, 6, 3)))

    found = term(house, date(2026, 6, 3)).term
    assert (found.watched_on, found.explanations) == (date(2026, 7, 1), 1)


def test_a_corrected_ruling_beyond_the_new_date_takes_the_explanation_away(house: House) -> None:
    a_held_case(house)
    say_why(house, date(2026, 6, 1), date(2026, 6, 10))

    record_fact(house, CODE, FactKind.ORDERED, date(2026, 3, 20), actor=CLI, now=at(date(2026, 6, 1), 12))

    found = term(house, date(2026, 6, 2))
    assert (found.status, found.term.explained_on) == (Status.OPEN, None)


@pytest.mark.parametrize(
    ("norm", "reason", "until", "problem"),
    [
        ("3", None, date(2026, 7, 1), ProblemCode.REASON_MISSING),
        ("3", "", date(2026, 7, 1), ProblemCode.REASON_MISSING),
        ("3", "weet-niet", date(2026, 7, 1), ProblemCode.REASON_UNKNOWN),
        ("3", "wachtlijst", date(2026, 5, 31), ProblemCode.NEW_DATE_PAST),
        ("3", "wachtlijst", HELP_DUE, ProblemCode.NEW_DATE_NOT_LATER),
        ("3", "wachtlijst", date(2100, 1, 1), ProblemCode.DATE_OUT_OF_RANGE),
        ("1", "wachtlijst", date(2026, 7, 1), ProblemCode.EXPLANATION_NOT_HERE),
        ("2", "wachtlijst", date(2026, 7, 1), ProblemCode.EXPLANATION_NOT_HERE),
        ("9", "wachtlijst", date(2026, 7, 1), ProblemCode.NORM_UNKNOWN),
    ],
)
def test_what_is_no_explanation_is_refused_and_changes_nothing(
    house: House, norm: str, reason: str | None, until: date, problem: ProblemCode
) -> None:
    a_held_case(house)
    before = term(house, date(2026, 6, 1)).term

    with pytest.raises(Refused) as refused:
        say_why(house, date(2026, 6, 1), until, norm, reason)

    assert refused.value.problems[0].code is problem
    assert term(house, date(2026, 6, 1)).term == before


def test_a_new_date_has_to_be_later_than_the_one_explained_before(house: House) -> None:
    a_held_case(house)
    say_why(house, date(2026, 6, 1), date(2026, 7, 1))

    with pytest.raises(Refused) as refused:
        say_why(house, date(2026, 6, 2), date(2026, 7, 1))

    assert refused.value.problems[0].code is ProblemCode.NEW_DATE_NOT_LATER


def test_an_explanation_cannot_be_recorded_as_a_bare_date(house: House) -> None:
    a_held_case(house)

    with pytest.raises(Refused) as refused:
        record_fact(house, CODE, FactKind.HELP_EXPLAINED, date(2026, 7, 1), actor=CLI, now=NOW)

    assert refused.value.problems[0].code is ProblemCode.REASON_MISSING


@pytest.mark.parametrize(
    ("note", "problem"),
    [
        ("BSN 123456782 staat op de lijst", ProblemCode.TEXT_HAS_BSN),
        ("geboren 3 april 2015", ProblemCode.TEXT_HAS_BIRTH_DATE),
        ("x" * 601, ProblemCode.TEXT_TOO_LONG),
    ],
)
def test_a_text_with_personal_data_is_refused_and_never_repeated(
    house: House, note: str, problem: ProblemCode
) -> None:
    a_held_case(house)

    with pytest.raises(Refused) as refused:
        say_why(house, date(2026, 6, 1), date(2026, 7, 1), note=note)

    assert problem in {one.code for one in refused.value.problems}
    assert "123456782" not in repr(refused.value.problems)


def test_who_does_not_have_the_case_cannot_explain_it(house: House) -> None:
    a_held_case(house)

    with pytest.raises(Refused) as refused:
        say_why(house, date(2026, 6, 1), date(2026, 7, 1), by="jb-b")
    assert refused.value.problems[0].code is ProblemCode.CASE_UNKNOWN
    with pytest.raises(NotAllowed):
        say_why(house, date(2026, 6, 1), date(2026, 7, 1), by="gd-1")


def test_an_explanation_before_the_date_has_passed_stops_the_ladder_that_was_announced(house: House) -> None:
    a_held_case(house)
    told = diary(house, date(2026, 5, 18), date(2026, 5, 18))
    assert told == {date(2026, 5, 18): [("jb-1", "digest: 3>teammanager")]}

    say_why(house, date(2026, 5, 18), date(2026, 7, 1))

    after = diary(house, date(2026, 5, 19), date(2026, 6, 12))
    assert after == {}


# ---- the three groups


def test_who_waits_is_listed_in_three_groups(house: House) -> None:
    a_case(house, "GIA-2026-001")
    a_case(house, "GIA-2026-002", help_needed_by=date(2026, 4, 1))
    a_case(house, "GIA-2026-003")
    a_case(house, "GIA-2026-004")
    a_case(house, "GIA-2026-005", ordered=date(2025, 11, 3), measure_ends=date(2026, 5, 1))
    a_case(house, "GIA-2026-006", ordered=date(2025, 11, 3))
    now = at(date(2026, 5, 4))
    for code, fit in (("GIA-2026-003", Fit.DOES_NOT_FIT), ("GIA-2026-004", Fit.FITS)):
        record_fact(house, code, FactKind.HELP_STARTED, date(2026, 4, 1), value=fit, actor=CLI, now=now)

    found = waiting_cases(house, actor=CLI, now=now)

    assert {group: [one.case.code for one in cases] for group, cases in found.items()} == {
        Waiting.LONG: ["GIA-2026-006"],
        Waiting.SOONER: ["GIA-2026-002"],
        Waiting.UNFIT: ["GIA-2026-003"],
    }


def test_the_groups_hold_what_the_reader_may_see(house: House) -> None:
    a_case(house, ordered=date(2025, 11, 3))
    ask_help(house, CODE, "ggz", None, MONDAY, actor=CLI, now=NOW)

    theirs = waiting_cases(house, actor=actor(house, "jb-b"), now=NOW)
    own = waiting_cases(house, actor=actor(house, "jb-1"), now=NOW)

    assert theirs[Waiting.LONG] == []
    assert [one.case.code for one in own[Waiting.LONG]] == [CODE]
