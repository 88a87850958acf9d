"""Help as a chain: only what has started and fits counts (D9, D13-D16, D23)."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.facts import Fact, FactKind, Fit, Told, read_items
from core.help import Need, needs_of, tell_help
from core.ledger import read_case_ledger

DAY = timedelta(days=1)
START = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def need(number: int = 1, **columns: object) -> Need:
    return Need(f"hulpvraag.{number}", asked_on=START, **columns)  # type: ignore[arg-type]


def fact(number: int, kind: FactKind, on: date | None, value: str | None = None, **more: object) -> Fact:
    return Fact(number, kind, on, value, 1, "", AT + number * timedelta(hours=1), "jb-1", **more)  # type: ignore[arg-type]


def test_help_that_fits_is_a_start() -> None:
    told = tell_help([need(started_on=START + 30 * DAY, fit=Fit.FITS)])

    assert told[FactKind.HELP_STARTED] == Told(START + 30 * DAY, Fit.FITS)


def test_an_agreed_alternative_is_a_start_too() -> None:
    told = tell_help([need(started_on=START + DAY, fit=Fit.AGREED_ALTERNATIVE)])

    assert told[FactKind.HELP_STARTED] == Told(START + DAY, Fit.AGREED_ALTERNATIVE)


def test_an_intake_is_no_start() -> None:
    told = tell_help([need(intake_on=START + DAY)])

    assert FactKind.HELP_STARTED not in told
    assert told[FactKind.HELP_INTAKE] == Told(START + DAY)


def test_help_that_does_not_fit_is_told_as_such() -> None:
    told = tell_help([need(started_on=START + DAY, fit=Fit.DOES_NOT_FIT)])

    assert told[FactKind.HELP_STARTED] == Told(START + DAY, Fit.DOES_NOT_FIT)


def test_every_need_that_was_asked_by_then_has_to_be_met() -> None:
    first = need(1, started_on=START + 10 * DAY, fit=Fit.FITS)

    assert FactKind.HELP_STARTED not in tell_help([first, need(2)])
    both = [first, need(2, started_on=START + 20 * DAY, fit=Fit.FITS)]
    assert tell_help(both)[FactKind.HELP_STARTED].on == START + 20 * DAY


def test_a_need_that_comes_later_does_not_undo_a_start() -> None:
    first = need(1, started_on=START + 10 * DAY, fit=Fit.FITS)
    later = Need("hulpvraag.2", asked_on=START + 40 * DAY)

    assert tell_help([first, later])[FactKind.HELP_STARTED].on == START + 10 * DAY


def test_a_need_that_was_dropped_does_not_stand_in_the_way() -> None:
    needs = [need(1, stopped_on=START + DAY), need(2, started_on=START + 5 * DAY, fit=Fit.FITS)]

    assert tell_help(needs)[FactKind.HELP_STARTED].on == START + 5 * DAY


def test_help_that_did_not_fit_and_was_stopped_does_not_stand_in_the_way_of_what_replaced_it() -> None:
    unfit = need(1, started_on=START + DAY, fit=Fit.DOES_NOT_FIT, stopped_on=START + 9 * DAY)
    fitting = need(2, started_on=START + 12 * DAY, fit=Fit.FITS)

    assert tell_help([unfit, fitting])[FactKind.HELP_STARTED] == Told(START + 12 * DAY, Fit.FITS)


def test_help_that_fitted_and_stopped_later_was_started() -> None:
    told = tell_help([need(started_on=START + DAY, fit=Fit.FITS, stopped_on=START + 60 * DAY)])

    assert told[FactKind.HELP_STARTED].on == START + DAY


def test_dropping_every_need_starts_nothing() -> None:
    assert tell_help([need(1, stopped_on=START), need(2, stopped_on=START)]) == {}


def test_what_is_expected_is_the_last_of_what_still_waits() -> None:
    needs = [
        need(1, expected_on=START + 30 * DAY),
        need(2, expected_on=START + 90 * DAY),
        need(3, expected_on=START + 200 * DAY, started_on=START + DAY, fit=Fit.FITS),
    ]

    assert tell_help(needs)[FactKind.HELP_WAITING] == Told(START + 90 * DAY)


def test_facts_of_a_need_are_read_by_their_number_and_without_one_they_are_of_the_first() -> None:
    facts = [
        fact(1, FactKind.HELP_ASKED, START, "ggz", item="hulpvraag.2", detail="CJG"),
        fact(2, FactKind.HELP_INTAKE, START + DAY),
        fact(3, FactKind.HELP_CONTRACTED, START, "nee", item="hulpvraag.2"),
        fact(4, FactKind.HELP_FUNDED, START + DAY, item="hulpvraag.2"),
    ]

    assert needs_of(read_items(facts)) == (
        Need("hulpvraag.1", intake_on=START + DAY),
        Need(
            "hulpvraag.2",
            asked_on=START,
            help_kind="ggz",
            asked_of="CJG",
            contracted="nee",
            funded_on=START + DAY,
        ),
    )


FITS = st.sampled_from([None, *Fit])
MAYBE_DAY = st.none() | st.integers(0, 200).map(lambda n: START + n * DAY)


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """Draw facts about up to three needs, some of them withdrawn."""
    facts = []
    for number in range(draw(st.integers(0, 20))):
        kind = draw(
            st.sampled_from(
                [FactKind.HELP_ASKED, FactKind.HELP_INTAKE, FactKind.HELP_STARTED, FactKind.HELP_STOPPED]
            )
        )
        value = draw(FITS) if kind is FactKind.HELP_STARTED else None
        item = draw(st.sampled_from([None, "hulpvraag.1", "hulpvraag.2", "hulpvraag.3"]))
        withdrawn = AT + 500 * DAY if draw(st.booleans()) else None
        on = START + draw(st.integers(0, 100)) * DAY
        facts.append(fact(number + 1, kind, on, value, item=item, withdrawn_at=withdrawn))
    return facts


@given(histories())
def test_only_help_that_started_and_fits_counts_whatever_happened(facts: list[Fact]) -> None:
    told = read_case_ledger(facts).case.get(FactKind.HELP_STARTED)
    needs = needs_of(read_items(facts))
    fitting = {one.started_on for one in needs if one.fits}

    if told is not None and told.value not in (None, Fit.DOES_NOT_FIT):
        assert told.on in fitting
        by_then = [one for one in needs if not one.dropped and (one.asked_on or START) <= told.on]
        assert all(one.fits for one in by_then if one.asked_on is not None)
    elif needs and all(one.fits for one in needs):
        message = "every need has help that fits, so help has started"
        raise AssertionError(message)


@given(histories(), st.integers(0, 25))
def test_what_was_known_then_is_what_was_recorded_by_then(facts: list[Fact], hours: int) -> None:
    moment = AT + timedelta(hours=hours)
    by_then = [one for one in facts if one.recorded_at <= moment]
    as_it_was = [
        Fact(**{name: getattr(one, name) for name in Fact.__dataclass_fields__} | {"withdrawn_at": None})
        for one in by_then
    ]

    assert read_case_ledger(facts, moment) == read_case_ledger(as_it_was)
