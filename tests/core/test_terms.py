"""Terms as a function of the ledger, the norms and the calendar (design, decisions 1 to 3)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.facts import ATTESTED_BY_FILE, COURSE_CHECKLIST, Fact, FactKind, Fit, Ledger, Told, read_ledger
from core.ledger import CaseLedger
from core.norms import BUILT_IN_NORMS, Length, Norm, NormBook, Unit
from core.terms import (
    Light,
    Status,
    Term,
    derive_terms,
    evidence_on,
    light_on,
    missing_from_course,
    status_on,
    worst,
)
from core.workdays import WorkingCalendar

CALENDAR = WorkingCalendar()
NORMS = NormBook(BUILT_IN_NORMS)
N, O, S = FactKind.NOTIFIED, FactKind.ORDERED, FactKind.MEASURE_STARTED  # noqa: E741 - as in the table
DAY = timedelta(days=1)
GUARDED_FROM = date(2026, 3, 1)


def derive(ledger: Ledger, norms: NormBook = NORMS) -> tuple[Term, ...]:
    return derive_terms(CaseLedger(ledger), norms, CALENDAR)


def terms_of(ledger: Ledger) -> dict[str, Term]:
    return {term.norm: term for term in derive(ledger)}


def ledger_of(**on: date) -> Ledger:
    return {FactKind(kind): Told(day) for kind, day in on.items()}


def course_term(**changes: date) -> Term:
    return terms_of(ledger_of(**{"start": date(2026, 3, 2)} | changes))["2"]


# ---- decision 3: where the clocks start


@pytest.mark.parametrize(
    ("known", "norm_1", "norm_2", "norm_3"),
    [
        ((N,), (N, True), (N, True), (N, True)),
        ((O,), (O, True), (O, True), (O, False)),
        ((S,), (S, True), (S, False), (S, True)),
        ((N, O), (N, False), (O, True), (O, False)),
        ((N, S), (N, False), (S, False), (S, True)),
        ((O, S), (S, True), (S, False), (O, False)),
        ((N, O, S), (N, False), (S, False), (O, False)),
    ],
)
def test_clock_starts_when_the_institution_is_notified_last(
    known: tuple[FactKind, ...],
    norm_1: tuple[FactKind, bool],
    norm_2: tuple[FactKind, bool],
    norm_3: tuple[FactKind, bool],
) -> None:
    on = {O: date(2026, 3, 2), S: date(2026, 3, 3), N: date(2026, 3, 4)}

    terms = derive({kind: Told(on[kind]) for kind in known})

    assert [(term.norm, term.start_from, term.stand_in) for term in terms] == [
        ("1", *norm_1),
        ("2", *norm_2),
        ("3", *norm_3),
    ]
    assert [term.start_on for term in terms] == [on[term.start_from] for term in terms]


@pytest.mark.parametrize(
    ("known", "start_from", "stand_in"),
    [
        ((N,), N, True),
        ((O,), O, True),
        ((S,), S, True),
        ((N, O), O, True),
        ((N, S), S, False),
        ((O, S), S, True),
        ((N, O, S), S, False),
    ],
)
def test_norm_1_starts_with_the_measure_when_that_is_later_than_the_notice(
    known: tuple[FactKind, ...], start_from: FactKind, *, stand_in: bool
) -> None:
    on = {N: date(2026, 3, 2), O: date(2026, 3, 3), S: date(2026, 3, 4)}

    term = terms_of({kind: Told(on[kind]) for kind in known})["1"]

    assert (term.start_from, term.start_on, term.stand_in) == (start_from, on[start_from], stand_in)


def test_without_any_clock_start_there_are_no_terms() -> None:
    assert derive(ledger_of(gekoppeld=date(2026, 3, 2))) == ()


def test_the_due_dates_of_a_case() -> None:
    terms = terms_of(
        ledger_of(in_kennis_gesteld=date(2026, 3, 4), uitspraak=date(2026, 3, 2), start=date(2026, 3, 3))
    )

    assert {code: (term.due_on, term.atw_due_on) for code, term in terms.items()} == {
        "1": (date(2026, 3, 11), date(2026, 3, 11)),
        "2": (date(2026, 4, 14), date(2026, 4, 14)),
        "3": (date(2026, 6, 2), date(2026, 6, 2)),
    }


def test_art_4_1_3_lid_5_jeugdwet_shows_the_statutory_date_beside_norm_2_only() -> None:
    waived_on = date(2026, 3, 15)
    terms = terms_of(ledger_of(start=date(2026, 3, 2), familiegroepsplan_afgezien=waived_on))

    assert [term.statutory_due_on for term in terms.values()] == [None, date(2026, 4, 28), None]
    assert terms["2"].due_on == date(2026, 4, 13)


# ---- decision 1: facts move terms


def recorded(kind: FactKind, on: date, number: int, measure_no: int = 1) -> Fact:
    at = datetime(2026, 3, 2, 12, tzinfo=UTC) + number * DAY
    return Fact(number, kind, on, None, measure_no, "bot", at, "jb")


def test_a_correction_moves_every_term() -> None:
    facts = [recorded(S, date(2026, 3, 2), 1), recorded(S, date(2026, 3, 9), 2)]

    assert [term.due_on for term in derive(read_ledger(facts))] == [
        date(2026, 3, 16),
        date(2026, 4, 20),
        date(2026, 6, 9),
    ]


def test_a_follow_up_measure_restarts_no_clock() -> None:
    first = [
        recorded(N, date(2026, 3, 2), 1),
        recorded(O, date(2026, 3, 2), 2),
        recorded(S, date(2026, 3, 2), 3),
    ]
    follow_up = [recorded(kind, date(2026, 5, 20), 80, measure_no=2) for kind in (N, O, S)]

    assert derive(read_ledger([*first, *follow_up])) == derive(read_ledger(first))


def test_a_version_of_a_norm_holds_for_clocks_that_start_from_its_day_on() -> None:
    def version(weeks: int, valid_from: date | None) -> Norm:
        return Norm(
            code="plan",
            title="plan",
            length=Length(weeks, Unit.WEEKS),
            starts=((S,),),
            evidence=(FactKind.COURSE_SET,),
            source="test",
            valid_from=valid_from,
        )

    book = NormBook([version(6, None), version(4, date(2027, 1, 1))])

    def due(start_on: date) -> date:
        return derive({S: Told(start_on)}, book)[0].due_on

    assert due(date(2026, 12, 31)) == date(2026, 12, 31) + 42 * DAY
    assert due(date(2027, 1, 1)) == date(2027, 1, 1) + 28 * DAY
    later_only = NormBook([version(4, date(2027, 1, 1))])
    assert derive({S: Told(date(2026, 12, 31))}, later_only) == ()


# ---- decision 2: done is a fact with evidence


def test_norm_1_is_met_on_the_last_of_coupling_and_first_contact() -> None:
    start, coupled, contact = date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 6)

    def norm_1(**on: date) -> tuple[date | None, tuple[FactKind, ...], bool, bool]:
        term = terms_of(ledger_of(start=start, **on))["1"]
        return term.met_on, term.missing, term.told, term.coupled

    both = (FactKind.PROTECTOR_COUPLED, FactKind.FIRST_CONTACT)
    assert norm_1() == (None, both, False, False)
    assert norm_1(gekoppeld=coupled) == (None, (FactKind.FIRST_CONTACT,), True, True)
    assert norm_1(eerste_contact=contact) == (None, (FactKind.PROTECTOR_COUPLED,), True, False)
    assert norm_1(gekoppeld=coupled, eerste_contact=contact) == (contact, (), True, True)


def test_d6_d7_a_course_counts_with_its_whole_checklist() -> None:
    course_on = date(2026, 4, 1)
    ledger = {S: Told(date(2026, 3, 2)), FactKind.COURSE_SET: Told(course_on)}
    complete = ledger | {kind: Told(None) for kind in COURSE_CHECKLIST}

    assert missing_from_course(ledger) == COURSE_CHECKLIST
    assert terms_of(ledger)["2"].met_on is None
    for kind in COURSE_CHECKLIST:
        all_but_one = {key: told for key, told in complete.items() if key is not kind}
        assert missing_from_course(all_but_one) == (kind,)
        assert terms_of(all_but_one)["2"].met_on is None
    assert terms_of(complete)["2"].met_on == course_on


def test_a_case_file_states_that_the_checklist_is_complete() -> None:
    ledger = {S: Told(date(2026, 3, 2)), FactKind.COURSE_SET: Told(date(2026, 4, 1), ATTESTED_BY_FILE)}

    assert missing_from_course(ledger) == ()
    assert terms_of(ledger)["2"].met_on == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("value", "counts"),
    [
        (Fit.FITS, True),
        (Fit.AGREED_ALTERNATIVE, True),
        (Fit.ATTESTED, True),
        (Fit.DOES_NOT_FIT, False),
        (None, False),
    ],
)
def test_d9_started_help_counts_when_it_fits(value: Fit | None, *, counts: bool) -> None:
    on = date(2026, 5, 1)
    ledger = {S: Told(date(2026, 3, 2)), FactKind.HELP_STARTED: Told(on, value)}

    assert evidence_on(ledger, FactKind.HELP_STARTED) == (on if counts else None)
    assert terms_of(ledger)["3"].met_on == (on if counts else None)


@pytest.mark.parametrize("kind", [FactKind.HELP_ASKED, FactKind.HELP_INTAKE, FactKind.HELP_WAITING])
def test_d9_asking_intake_and_waiting_are_no_help(kind: FactKind) -> None:
    assert terms_of({S: Told(date(2026, 3, 2)), kind: Told(date(2026, 4, 1))})["3"].met_on is None


# ---- how a term stands


@pytest.mark.parametrize(
    ("today", "status", "light"),
    [
        (date(2026, 4, 8), Status.OPEN, Light.WHITE),
        (date(2026, 4, 9), Status.OPEN, Light.AMBER),
        (date(2026, 4, 13), Status.OPEN, Light.AMBER),
        (date(2026, 4, 14), Status.OVERDUE, Light.RED),
    ],
)
def test_an_unmet_term_is_open_through_its_due_date(today: date, status: Status, light: Light) -> None:
    term = course_term()

    assert term.due_on == date(2026, 4, 13)
    assert status_on(term, today, GUARDED_FROM) == status
    assert light_on(term, today, GUARDED_FROM, CALENDAR) == light


@pytest.mark.parametrize(
    ("met_on", "status"), [(date(2026, 4, 13), Status.MET), (date(2026, 4, 14), Status.LATE)]
)
def test_a_met_term_is_green_and_late_is_told_apart(met_on: date, status: Status) -> None:
    complete = {kind: Told(None) for kind in COURSE_CHECKLIST} | {FactKind.COURSE_SET: Told(met_on)}
    term = terms_of({S: Told(date(2026, 3, 2)), **complete})["2"]

    assert not term.is_open
    assert status_on(term, date(2026, 6, 1), GUARDED_FROM) == status
    assert light_on(term, date(2026, 6, 1), GUARDED_FROM, CALENDAR) == Light.GREEN


@pytest.mark.parametrize(
    ("guarded_from", "told", "status"),
    [
        (date(2026, 3, 10), False, Status.UNKNOWN),
        (date(2026, 3, 10), True, Status.OVERDUE),
        (date(2026, 3, 9), False, Status.OVERDUE),
        (None, False, Status.OVERDUE),
    ],
)
def test_silence_about_what_was_due_before_guarding_began_is_unknown(
    guarded_from: date | None, status: Status, *, told: bool
) -> None:
    known = {"gekoppeld": date(2026, 3, 4)} if told else {}
    term = terms_of(ledger_of(start=date(2026, 3, 2), **known))["1"]

    assert term.due_on == date(2026, 3, 9)
    assert status_on(term, date(2026, 6, 1), guarded_from) == status
    light = Light.GREY if status is Status.UNKNOWN else Light.RED
    assert light_on(term, date(2026, 6, 1), guarded_from, CALENDAR) == light


@pytest.mark.parametrize(
    ("ends_on", "today", "status"),
    [
        (date(2026, 4, 1), date(2026, 3, 31), Status.OPEN),
        (date(2026, 4, 1), date(2026, 4, 1), Status.ENDED),
        (date(2026, 4, 1), date(2026, 6, 1), Status.ENDED),
        (date(2026, 4, 13), date(2026, 4, 13), Status.ENDED),
        (date(2026, 4, 14), date(2026, 4, 14), Status.OVERDUE),
    ],
)
def test_a_measure_that_ends_by_the_due_date_ends_the_term(
    ends_on: date, today: date, status: Status
) -> None:
    term = course_term(einde=ends_on)

    assert status_on(term, today, GUARDED_FROM) == status
    if status is Status.ENDED:
        assert light_on(term, today, GUARDED_FROM, CALENDAR) == Light.GREY


@pytest.mark.parametrize(
    ("today", "light"),
    [
        (date(2026, 3, 23), Light.WHITE),
        (date(2026, 3, 24), Light.AMBER),
        (date(2026, 4, 13), Light.AMBER),
        (date(2026, 4, 14), Light.RED),
    ],
)
def test_d10_amber_after_the_needed_by_date_and_red_after_the_norm(today: date, light: Light) -> None:
    term = course_term(nodig_uiterlijk_koers=date(2026, 3, 23))

    assert term.needed_by_on == date(2026, 3, 23)
    assert light_on(term, today, GUARDED_FROM, CALENDAR) == light


def test_a_needed_by_date_is_of_its_own_norm() -> None:
    terms = terms_of(ledger_of(start=date(2026, 3, 2), nodig_uiterlijk_hulp=date(2026, 4, 1)))

    assert [term.needed_by_on for term in terms.values()] == [None, None, date(2026, 4, 1)]


def test_the_worst_status_is_the_one_that_asks_most() -> None:
    from_worst = [Status.OVERDUE, Status.UNKNOWN, Status.OPEN, Status.LATE, Status.MET, Status.ENDED]

    assert [worst(reversed(from_worst[index:])) for index in range(6)] == from_worst
    assert worst([]) is None


def test_the_guard_gets_what_it_needs() -> None:
    term = course_term(
        gekoppeld=date(2026, 3, 4), nodig_uiterlijk_koers=date(2026, 3, 23), einde=date(2026, 9, 2)
    )

    guarded = term.guarded
    assert (guarded.start_on, guarded.due_on, guarded.needed_by_on) == (
        date(2026, 3, 2),
        date(2026, 4, 13),
        date(2026, 3, 23),
    )
    assert (guarded.coupled, guarded.stops_on) == (True, date(2026, 9, 2))
