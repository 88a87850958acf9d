"""The other dates of a case: counted, never rolled when protection ends, explained (D8, D14-D25)."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import BUILT_IN_DATES, EXTENSION_REASONS, ITEM_KINDS, LATE_HELP
from core.facts import FactKind, Ledger, Told
from core.ladder import flaw_of
from core.ledger import CaseLedger
from core.norms import BUILT_IN_NORMS, Counting, Length, Norm, NormBook, Rounding, Unit, count_norm
from core.terms import Status, Term, derive_terms, status_on
from core.workdays import WorkingCalendar

CALENDAR = WorkingCalendar()
NORMS = NormBook((*BUILT_IN_NORMS, *BUILT_IN_DATES))
DAY = timedelta(days=1)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
EXPIRING = [norm for norm in BUILT_IN_DATES if norm.expires]


def derived(
    case: Mapping[FactKind, date] | None = None, measure: str = "ots", **items: Ledger
) -> dict[str, Term]:
    """Return the terms beside the three norms of a case with these dates and items (`crisisplek_1`)."""
    told = {kind: Told(on) for kind, on in (case or {}).items()}
    keyed = {key.replace("_", "."): ledger for key, ledger in items.items()}
    found = derive_terms(CaseLedger(told, keyed), NORMS, CALENDAR, measure=measure, organisation="GIA")
    return {term.norm: term for term in found if term.norm not in {"1", "2", "3"}}


def due(terms: Mapping[str, Term]) -> dict[str, date]:
    return {key: term.due_on for key, term in terms.items()}


def ends(on: date, **more: Told) -> Ledger:
    return {FactKind.ITEM_ENDS: Told(on)} | {FactKind[name]: told for name, told in more.items()}


# ---- the table


@pytest.mark.parametrize(
    ("kind", "ledger", "expected"),
    [
        ("crisisplek", {FactKind.ITEM_STARTED: Told(date(2026, 3, 2))}, {"crisisplek.1": date(2026, 5, 24)}),
        ("crisisplek", ends(date(2026, 6, 5)), {"crisisplek.1": date(2026, 6, 4)}),
        ("verhuizing", ends(date(2026, 5, 1)), {"verhuizing.1": date(2026, 4, 30)}),
        ("toestemming", ends(date(2026, 4, 14)), {"toestemming.1": date(2026, 4, 14)}),
        ("achttien", ends(date(2026, 9, 1)), {"achttien.1": date(2026, 9, 1)}),
        (
            "overdracht",
            {FactKind.HANDOVER_PLANNED: Told(date(2026, 4, 14))},
            {"overdracht.1": date(2026, 4, 14)},
        ),
        ("koppeling", {FactKind.UNCOUPLED: Told(date(2026, 4, 2))}, {"koppeling.1": date(2026, 4, 7)}),
        ("toegang", {FactKind.REQUEST_SENT: Told(date(2026, 3, 2))}, {"toegang.1": date(2026, 4, 13)}),
        ("maatwerk", {FactKind.REQUEST_SENT: Told(date(2026, 3, 2))}, {"maatwerk.1": date(2026, 3, 16)}),
        ("spoed", {FactKind.REQUEST_SENT: Told(date(2026, 3, 2))}, {"spoed.1": date(2026, 3, 2)}),
        (
            "machtiging",
            {FactKind.ITEM_STARTED: Told(date(2026, 3, 2)), FactKind.ITEM_ENDS: Told(date(2026, 9, 2))},
            {"machtiging.1": date(2026, 9, 1), "ongebruikt.1": date(2026, 6, 2)},
        ),
    ],
)
def test_the_date_of_each_kind_of_item(kind: str, ledger: Ledger, expected: dict[str, date]) -> None:
    assert due(derived(**{f"{kind}_1": ledger})) == expected


def test_a_measure_ends_the_day_before_its_typed_end_and_the_council_hears_two_months_before() -> None:
    case = {FactKind.ORDERED: date(2026, 3, 2), FactKind.MEASURE_ENDS: date(2027, 3, 2)}

    assert due(derived(case)) == {"maatregel": date(2027, 3, 1), "rvdk": date(2027, 1, 2)}


def test_a_provisional_measure_has_a_kind_of_its_own_and_no_council() -> None:
    case = {FactKind.ORDERED: date(2026, 3, 2), FactKind.MEASURE_ENDS: date(2026, 6, 2)}

    assert due(derived(case, "vots")) == {"vots": date(2026, 6, 1)}


def test_without_an_end_nothing_ends() -> None:
    assert derived({FactKind.ORDERED: date(2026, 3, 2)}) == {}


@pytest.mark.parametrize(
    ("end_on", "told_by"),
    [
        (date(2026, 4, 30), date(2026, 2, 28)),
        (date(2028, 4, 30), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2026, 10, 31)),
        (date(2026, 8, 31), date(2026, 6, 30)),
    ],
)
def test_months_counted_back_clamp_to_the_end_of_a_shorter_month(end_on: date, told_by: date) -> None:
    case = {FactKind.ORDERED: date(2025, 1, 1), FactKind.MEASURE_ENDS: end_on}

    assert derived(case)["rvdk"].due_on == told_by


def test_an_authorisation_that_is_not_used_lapses_after_three_months_and_clamps() -> None:
    ledger = {FactKind.ITEM_STARTED: Told(date(2025, 11, 30)), FactKind.ITEM_ENDS: Told(date(2026, 8, 1))}

    assert derived(machtiging_1=ledger)["ongebruikt.1"].due_on == date(2026, 2, 28)


# ---- what never rolls


@given(DAYS, st.sampled_from(EXPIRING))
def test_an_end_of_protection_never_rolls(on: date, norm: Norm) -> None:
    counted = count_norm(norm, on, CALENDAR)

    assert counted.due_on == counted.strict_on
    if norm.counting is Counting.LAST_DAY:
        assert set(counted) == {on - DAY}


@given(DAYS, st.integers(1, 40), st.sampled_from(Unit), st.sampled_from(Rounding))
def test_counting_back_never_rolls_and_never_goes_past_its_start(
    on: date, count: int, unit: Unit, rounding: Rounding
) -> None:
    norm = Norm("b", "b", Length(count, unit), (), (), "", rounding=rounding, counting=Counting.BACK)

    counted = count_norm(norm, on, CALENDAR)

    assert len(set(counted)) == 1
    assert counted.due_on < on
    if unit is Unit.WEEKS:
        assert counted.due_on == on - count * 7 * DAY


@given(DAYS, DAYS)
def test_a_later_end_is_never_due_earlier(one: date, other: date) -> None:
    first, second = sorted((one, other))
    for norm in EXPIRING:
        assert count_norm(norm, first, CALENDAR).due_on <= count_norm(norm, second, CALENDAR).due_on


# ---- what counts as done


def test_a_place_counts_even_when_it_lies_ahead() -> None:
    ledger = ends(date(2026, 6, 5), ITEM_PLACE=Told(date(2026, 6, 1)))

    assert derived(crisisplek_1=ledger)["crisisplek.1"].met_on == date(2026, 6, 1)


def test_an_authorisation_that_is_not_extended_still_needs_a_place() -> None:
    decided = ends(date(2026, 9, 2), ITEM_DECIDED=Told(date(2026, 8, 1), "geen_verlenging"))
    placed = {**decided, FactKind.ITEM_PLACE: Told(date(2026, 8, 5))}

    assert derived(machtiging_1=decided)["machtiging.1"].missing == (FactKind.ITEM_PLACE,)
    assert derived(machtiging_1=placed)["machtiging.1"].met_on == date(2026, 8, 5)


def test_where_an_extension_was_asked_for_no_place_is_needed_and_no_council() -> None:
    asked = ends(date(2026, 9, 2), ITEM_DECIDED=Told(date(2026, 8, 1), "verlenging_gevraagd"))
    case = {
        FactKind.ORDERED: Told(date(2026, 3, 2)),
        FactKind.MEASURE_ENDS: Told(date(2027, 3, 2)),
        FactKind.END_DECIDED: Told(date(2026, 12, 1), "verlenging_gevraagd"),
    }
    found = {
        term.norm: term.met_on
        for term in derive_terms(CaseLedger(case, {}), NORMS, CALENDAR, measure="ots")
        if term.norm in {"maatregel", "rvdk"}
    }

    assert derived(machtiging_1=asked)["machtiging.1"].met_on == date(2026, 8, 1)
    assert found == {"maatregel": date(2026, 12, 1), "rvdk": date(2026, 12, 1)}


# ---- explained


def explained(until: date | None, times: int = 1) -> Term:
    told = {FactKind.ORDERED: Told(date(2026, 3, 2))}
    if until:
        told[FactKind.HELP_EXPLAINED] = Told(until, "wachtlijst", None, times)
    found = derive_terms(CaseLedger(told), NORMS, CALENDAR)
    return next(term for term in found if term.norm == "3")


def test_an_explained_term_is_guarded_on_its_new_date_and_keeps_its_due_date() -> None:
    term = explained(date(2026, 7, 1), 2)

    assert (term.due_on, term.watched_on, term.explanations) == (date(2026, 6, 2), date(2026, 7, 1), 2)
    assert [status_on(term, day, None) for day in (date(2026, 5, 1), date(2026, 7, 1), date(2026, 7, 2))] == [
        Status.EXPLAINED,
        Status.EXPLAINED,
        Status.OVERDUE,
    ]


@given(st.dates(date(2026, 3, 3), date(2027, 12, 31)), st.dates(date(2026, 3, 3), date(2027, 12, 31)))
def test_an_explained_term_is_never_met_by_explaining(until: date, today: date) -> None:
    term = explained(until)

    assert term.met_on is None
    assert status_on(term, today, None) not in {Status.MET, Status.LATE}


def test_an_explanation_that_does_not_reach_past_the_due_date_explains_nothing() -> None:
    assert explained(date(2026, 6, 2)).explained_on is None


# ---- the table itself


def test_every_ladder_that_is_built_in_can_begin_and_end() -> None:
    with_ladder = [norm for norm in (*BUILT_IN_NORMS, *BUILT_IN_DATES) if norm.ladder]

    assert [flaw_of(norm.ladder) for norm in with_ladder] == [None] * len(with_ladder)


def test_every_kind_of_date_names_its_source_and_every_kind_of_item_has_a_clock() -> None:
    assert all(norm.source for norm in BUILT_IN_DATES)
    assert {kind.code for kind in ITEM_KINDS} <= set(NORMS.item_kinds)


def test_late_help_is_a_reason_for_an_extension() -> None:
    assert LATE_HELP in {reason.code for reason in EXTENSION_REASONS}
