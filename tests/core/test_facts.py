"""What a ledger says: of which entries, as of when."""

from datetime import UTC, date, datetime, timedelta

from core.facts import Fact, FactKind, Told, read_ledger, standing
from core.ledger import read_case_ledger

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARCH_2, MARCH_5, MARCH_9 = date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 9)


def fact(
    kind: FactKind,
    on: date | None = MARCH_2,
    *,
    id: int = 1,  # noqa: A002 - as the field is called
    value: str | None = None,
    measure_no: int = 1,
    after: int = 0,
    withdrawn_after: int | None = None,
) -> Fact:
    """Make a fact that was recorded (and withdrawn) so many days after `NOON`."""
    withdrawn_at = None if withdrawn_after is None else NOON + timedelta(days=withdrawn_after)
    return Fact(
        id, kind, on, value, measure_no, "bot", NOON + timedelta(days=after), "jb", withdrawn_at=withdrawn_at
    )


def test_a_ledger_tells_date_and_value_of_each_kind() -> None:
    facts = [fact(FactKind.NOTIFIED), fact(FactKind.HELP_STARTED, MARCH_5, value="passend")]

    assert read_ledger(facts) == {FactKind.NOTIFIED: Told(MARCH_2)}
    assert read_case_ledger(facts).case == {
        FactKind.NOTIFIED: Told(MARCH_2),
        FactKind.HELP_STARTED: Told(MARCH_5, "passend"),
    }


def test_a_withdrawn_fact_does_not_count_and_the_one_before_it_does_again() -> None:
    facts = [
        fact(FactKind.NOTIFIED, MARCH_2, id=1),
        fact(FactKind.NOTIFIED, MARCH_5, id=2, after=1, withdrawn_after=2),
    ]

    assert read_ledger(facts) == {FactKind.NOTIFIED: Told(MARCH_2)}


def test_a_correction_is_the_last_that_was_recorded() -> None:
    facts = [
        fact(FactKind.NOTIFIED, MARCH_9, id=2, after=1),
        fact(FactKind.NOTIFIED, MARCH_2, id=1),
        fact(FactKind.NOTIFIED, MARCH_5, id=3, after=1),
    ]

    assert read_ledger(facts) == {FactKind.NOTIFIED: Told(MARCH_5)}


def test_as_of_a_past_moment_only_what_was_recorded_by_then_counts() -> None:
    facts = [
        fact(FactKind.NOTIFIED, MARCH_2, id=1, withdrawn_after=3),
        fact(FactKind.NOTIFIED, MARCH_5, id=2, after=3),
    ]

    def notified(day: float) -> Told | None:
        return read_ledger(facts, NOON + timedelta(days=day)).get(FactKind.NOTIFIED)

    assert [notified(-1), notified(0), notified(2.9), notified(3)] == [
        None,
        Told(MARCH_2),
        Told(MARCH_2),
        Told(MARCH_5),
    ]


def test_a_follow_up_measure_keeps_the_first_clock_starts_and_moves_the_end() -> None:
    facts = [
        fact(FactKind.ORDERED, MARCH_2, id=1),
        fact(FactKind.MEASURE_ENDS, date(2026, 6, 2), id=2),
        fact(FactKind.ORDERED, date(2026, 5, 20), id=3, measure_no=2, after=80),
        fact(FactKind.MEASURE_ENDS, date(2027, 5, 20), id=4, measure_no=2, after=80),
        fact(FactKind.MEASURE_ENDS, date(2026, 6, 9), id=5, measure_no=1, after=90),
    ]

    assert read_ledger(facts) == {
        FactKind.ORDERED: Told(MARCH_2),
        FactKind.MEASURE_ENDS: Told(date(2027, 5, 20)),
    }


def test_the_first_coupling_counts_whatever_follows() -> None:
    facts = [
        fact(FactKind.PROTECTOR_COUPLED, MARCH_9, id=1, value="b"),
        fact(FactKind.PROTECTOR_COUPLED, MARCH_5, id=2, value="a", after=1),
        fact(FactKind.PROTECTOR_COUPLED, None, id=3, value="c", after=2),
    ]

    assert read_ledger(facts) == {FactKind.PROTECTOR_COUPLED: Told(MARCH_5, "a")}


def test_an_undated_checklist_item_is_told_without_a_date() -> None:
    assert read_ledger([fact(FactKind.COURSE_GOALS, None)]) == {FactKind.COURSE_GOALS: Told(None)}


def test_the_standing_fact_is_the_last_of_its_kind_and_measure() -> None:
    first = fact(FactKind.ORDERED, id=1)
    second = fact(FactKind.ORDERED, id=2, after=1)
    follow_up = fact(FactKind.ORDERED, id=3, measure_no=2, after=2)
    withdrawn = fact(FactKind.ORDERED, id=4, after=3, withdrawn_after=4)
    facts = [first, second, follow_up, withdrawn, fact(FactKind.NOTIFIED, id=5, after=9)]

    assert standing(facts, FactKind.ORDERED) == follow_up
    assert standing(facts, FactKind.ORDERED, 1) == second
    assert standing(facts, FactKind.COURSE_SET) is None
