"""The same face: holdings, days without anybody, days in the intake team, unplanned switches (D3-D5)."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.facts import CouplingKind, Fact, FactKind
from core.same_face import Holding, same_face

DAY = timedelta(days=1)
START = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def coupled(number: int, days: int, kind: CouplingKind | None, person: str = "jb-1") -> Fact:
    return Fact(
        number, FactKind.PROTECTOR_COUPLED, START + days * DAY, person, 1, "", AT, "tm-1", detail=kind
    )


def lost(number: int, days: int) -> Fact:
    return Fact(
        number, FactKind.UNCOUPLED, START + days * DAY, "jb-1", 1, "", AT, "tm-1", item=f"koppeling.{number}"
    )


def test_one_protector_from_the_first_day_is_steady() -> None:
    found = same_face([coupled(1, 0, CouplingKind.START)], START, START + 50 * DAY)

    assert found.holdings == (Holding("jb-1", CouplingKind.START, START, None),)
    assert (found.days_without, found.days_in_intake, found.unplanned) == (0, 0, 0)


def test_the_days_before_somebody_is_coupled_and_after_a_loss_count() -> None:
    facts = [coupled(1, 4, None), lost(2, 10), coupled(3, 13, CouplingKind.UNPLANNED, "jb-2")]

    found = same_face(facts, START, START + 20 * DAY)

    assert found.days_without == 4 + 3
    assert found.unplanned == 1
    assert [one.to_on for one in found.holdings] == [START + 10 * DAY, None]


def test_nobody_at_all_counts_every_day_through_today() -> None:
    assert same_face([], START, START + 6 * DAY).days_without == 7


def test_a_waiting_list_desk_is_nobody() -> None:
    facts = [coupled(1, 0, CouplingKind.WAITING_LIST), coupled(2, 7, CouplingKind.START, "jb-2")]

    assert same_face(facts, START, START + 10 * DAY).days_without == 7


def test_the_days_in_the_intake_team_are_counted_and_a_planned_handover_is_no_unplanned_switch() -> None:
    facts = [coupled(1, 0, CouplingKind.INTAKE_TEAM), coupled(2, 30, CouplingKind.PLANNED, "jb-2")]

    found = same_face(facts, START, START + 60 * DAY)

    assert (found.days_without, found.days_in_intake, found.unplanned) == (0, 30, 0)


def test_what_was_withdrawn_never_happened() -> None:
    gone = Fact(1, FactKind.PROTECTOR_COUPLED, START, "jb-1", 1, "", AT, "tm-1", withdrawn_at=AT)

    assert same_face([gone], START, START).holdings == ()


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from([None, *CouplingKind, "lost"])),
        max_size=8,
    )
)
def test_every_day_is_somebodys_or_nobodys_and_never_both(changes: list[tuple[int, str | None]]) -> None:
    facts = [
        lost(number, days) if kind == "lost" else coupled(number, days, CouplingKind(kind) if kind else None)
        for number, (days, kind) in enumerate(changes, 1)
    ]
    today = START + 60 * DAY

    found = same_face(facts, START, today)

    held = sum(
        ((one.to_on or today + DAY) - one.from_on).days
        for one in found.holdings
        if one.kind is not CouplingKind.WAITING_LIST
    )
    assert held + found.days_without == 61
    assert 0 <= found.days_in_intake <= held
    assert all(
        a.to_on is not None and a.to_on <= b.from_on
        for a, b in zip(found.holdings, found.holdings[1:], strict=False)
    )
