"""What the facts of a case say together: items, losses and what counts for a moved end."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.facts import EXPLANATIONS, CouplingKind, Fact, FactKind, Fit, Told, kind_of_item, standing
from core.ledger import is_coupled, read_case_ledger

DAY = timedelta(days=1)
START = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Facts(list[Fact]):
    """Facts in the order they were recorded, an hour apart."""

    def add(self, kind: FactKind, on: date | None = START, value: str | None = None, **more: object) -> Fact:
        number = len(self) + 1
        columns = {"measure_no": 1, "source": "", "recorded_by": "jb-1"} | more
        made = Fact(id=number, kind=kind, on=on, value=value, recorded_at=AT + number * DAY, **columns)  # type: ignore[arg-type]
        self.append(made)
        return made


def test_an_explanation_stands_beside_the_earlier_ones_and_the_last_holds() -> None:
    facts = Facts()
    for days, reason in ((10, "wachtlijst"), (20, "plafond")):
        facts.add(FactKind.HELP_EXPLAINED, START + days * DAY, reason)

    assert read_case_ledger(facts).case == {
        FactKind.HELP_EXPLAINED: Told(START + 20 * DAY, "plafond", None, 2)
    }


def test_a_withdrawn_explanation_gives_the_earlier_one_its_place_back() -> None:
    facts = Facts()
    facts.add(FactKind.HELP_EXPLAINED, START + 10 * DAY, "wachtlijst")
    facts.add(FactKind.HELP_EXPLAINED, START + 20 * DAY, "plafond", withdrawn_at=AT + 9 * DAY)

    assert read_case_ledger(facts).case[FactKind.HELP_EXPLAINED] == Told(START + 10 * DAY, "wachtlijst")
    assert read_case_ledger(facts, AT + 5 * DAY).case[FactKind.HELP_EXPLAINED].times == 2


def test_only_explanations_are_counted() -> None:
    facts = Facts()
    facts.add(FactKind.FIRST_CONTACT)
    facts.add(FactKind.FIRST_CONTACT, START + DAY)

    assert FactKind.FIRST_CONTACT not in EXPLANATIONS
    assert read_case_ledger(facts).case[FactKind.FIRST_CONTACT] == Told(START + DAY)


def test_a_waiting_list_desk_holds_a_case_in_name_only() -> None:
    facts = Facts()
    facts.add(FactKind.PROTECTOR_COUPLED, START, "jb-1", detail=CouplingKind.WAITING_LIST)

    assert not is_coupled(read_case_ledger(facts))

    facts.add(FactKind.PROTECTOR_COUPLED, START + 3 * DAY, "jb-2", detail=CouplingKind.START)
    assert read_case_ledger(facts).case[FactKind.PROTECTOR_COUPLED].on == START + 3 * DAY


def test_after_a_loss_it_is_nobodys_until_somebody_is_coupled_again() -> None:
    facts = Facts()
    facts.add(FactKind.PROTECTOR_COUPLED, START, "jb-1")
    facts.add(FactKind.UNCOUPLED, START + 10 * DAY, "jb-1", item="koppeling.1")
    assert not is_coupled(read_case_ledger(facts))

    facts.add(FactKind.PROTECTOR_COUPLED, START + 12 * DAY, "jb-2", detail=CouplingKind.UNPLANNED)
    told = read_case_ledger(facts)

    assert is_coupled(told)
    assert told.items["koppeling.1"][FactKind.RECOUPLED] == Told(START + 12 * DAY, "jb-2")
    assert told.case[FactKind.PROTECTOR_COUPLED].on == START


def test_a_waiting_list_desk_does_not_end_a_loss() -> None:
    facts = Facts()
    facts.add(FactKind.UNCOUPLED, START, "jb-1", item="koppeling.1")
    facts.add(FactKind.PROTECTOR_COUPLED, START + DAY, "jb-2", detail=CouplingKind.WAITING_LIST)

    assert FactKind.RECOUPLED not in read_case_ledger(facts).items["koppeling.1"]


def test_each_loss_is_ended_by_the_first_coupling_after_it() -> None:
    facts = Facts()
    facts.add(FactKind.UNCOUPLED, START, "jb-1", item="koppeling.1")
    facts.add(FactKind.PROTECTOR_COUPLED, START + DAY, "jb-2")
    facts.add(FactKind.UNCOUPLED, START + 5 * DAY, "jb-2", item="koppeling.2")
    facts.add(FactKind.PROTECTOR_COUPLED, START + 9 * DAY, "jb-3")

    items = read_case_ledger(facts).items

    assert [items[f"koppeling.{n}"][FactKind.RECOUPLED].on for n in (1, 2)] == [START + DAY, START + 9 * DAY]


@pytest.mark.parametrize("kind", [FactKind.ITEM_DECIDED, FactKind.ITEM_PLACE, FactKind.ITEM_DONE])
def test_what_was_decided_for_an_end_does_not_count_for_the_next(kind: FactKind) -> None:
    facts = Facts()
    facts.add(FactKind.ITEM_ENDS, START + 30 * DAY, item="machtiging.1")
    facts.add(kind, START + 20 * DAY, "geen_verlenging", item="machtiging.1")
    assert kind in read_case_ledger(facts).items["machtiging.1"]

    facts.add(FactKind.ITEM_ENDS, START + 60 * DAY, "late_hulp", item="machtiging.1", measure_no=2)

    assert kind not in read_case_ledger(facts).items["machtiging.1"]


def test_an_extension_of_the_measure_asks_for_a_decision_anew() -> None:
    facts = Facts()
    facts.add(FactKind.MEASURE_ENDS, START + 300 * DAY)
    facts.add(FactKind.END_DECIDED, START + 200 * DAY, "verlenging_gevraagd")
    facts.add(FactKind.MEASURE_ENDS, START + 600 * DAY, measure_no=2)

    assert FactKind.END_DECIDED not in read_case_ledger(facts).case


def test_the_standing_fact_of_an_item_is_not_that_of_another() -> None:
    facts = Facts()
    one = facts.add(FactKind.ITEM_ENDS, START, item="machtiging.1")
    other = facts.add(FactKind.ITEM_ENDS, START, item="machtiging.2")

    assert standing(facts, FactKind.ITEM_ENDS, item="machtiging.1") == one
    assert standing(facts, FactKind.ITEM_ENDS, item="machtiging.2") == other
    assert standing(facts, FactKind.ITEM_ENDS) is None


def test_a_fact_of_help_without_an_item_is_of_the_first_need() -> None:
    facts = Facts()
    bare = facts.add(FactKind.HELP_STARTED, START, Fit.FITS)

    assert standing(facts, FactKind.HELP_STARTED, item="hulpvraag.1") == bare
    assert read_case_ledger(facts).items == {"hulpvraag.1": {FactKind.HELP_STARTED: Told(START, Fit.FITS)}}


@pytest.mark.parametrize(("key", "kind"), [("crisisplek.2", "crisisplek"), ("3", "3")])
def test_the_kind_in_a_key(key: str, kind: str) -> None:
    assert kind_of_item(key) == kind
