"""A button does one thing once, for who may, and says what is the case when it is too late."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.errors import ProblemCode, Refused
from core.facts import FactKind
from core.outbox import MessageKind
from services.absences import set_absence
from services.actions import ActionVerb, Offer, Offered, look_up, offer_case, offer_these
from services.cases import read_case, record_fact
from services.couplings import couple
from services.digests import DigestView
from services.house import House
from services.performing import perform
from services.upkeep import tidy
from storage.tables import actions
from tests.factories import (
    CLI,
    MONDAY,
    NOW,
    a_case,
    actor,
    at,
    days_told,
    person,
    run_day,
    run_days,
    told,
)

CODE = "GIA-2026-001"
OTHER = "GIA-2026-002"
WEDNESDAY = date(2026, 3, 4)


def problem(refused: pytest.ExceptionInfo[Refused]) -> ProblemCode:
    return refused.value.problems[0].code


def offered(house: House, name: str, kind: FactKind, code: str = CODE) -> Offered:
    view = read_case(house, code, actor=actor(house, name), now=NOW)
    return next(offer for offer in offer_case(house, view, person(house, name), NOW) if offer.kind is kind)


def contact_of(house: House, code: str) -> date | None:
    told_of = read_case(house, code, actor=CLI, now=at(date(2026, 3, 30))).ledger.get(FactKind.FIRST_CONTACT)
    return told_of.on if told_of else None


def sibling_token(house: House) -> str:
    """Open two siblings and return the token of the one button under their line."""
    for code in (CODE, OTHER):
        a_case(house, code, family="G-1", protector_coupled=MONDAY)
    (post,) = [post for post in run_day(house, WEDNESDAY) if post.recipient == "jb-1"]
    assert isinstance(post.view, DigestView)
    (line,) = post.view.lines
    (offer,) = line.offers
    return offer.token


def test_an_action_records_with_the_picked_date(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    offer = offered(house, "jb-1", FactKind.FIRST_CONTACT)
    done = perform(house, offer.token, now=NOW, person_id=person(house, "jb-1").id, on=date(2026, 2, 27))
    assert [(recorded.changed, recorded.on) for recorded in done.recorded] == [(True, date(2026, 2, 27))]
    fact = read_case(house, CODE, actor=CLI, now=NOW).facts[-1]
    assert (fact.recorded_by, fact.on) == ("jb-1", date(2026, 2, 27))


def test_an_action_used_twice_says_who_did_it(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    token = offered(house, "jb-1", FactKind.FIRST_CONTACT).token
    perform(house, token, now=NOW, on=MONDAY)
    again = perform(house, token, now=NOW + timedelta(hours=1), on=date(2026, 2, 27))
    assert (again.recorded, again.view.decided, again.view.used_by, again.view.used_at) == (
        (),
        True,
        "jb-1",
        NOW,
    )
    assert contact_of(house, CODE) == MONDAY


def test_an_action_pressed_twice_at_once_acts_once(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    token = offered(house, "jb-1", FactKind.FIRST_CONTACT).token

    def press(day: int) -> int:
        return len(perform(house, token, now=NOW, on=date(2026, 2, 20 + day)).recorded)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, range(4))) == [0, 0, 0, 1]
    facts = read_case(house, CODE, actor=CLI, now=NOW).facts
    assert len([fact for fact in facts if fact.kind is FactKind.FIRST_CONTACT]) == 1


def test_an_action_on_what_was_reached_meanwhile_says_so(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    token = offered(house, "jb-1", FactKind.FIRST_CONTACT).token
    record_fact(house, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=actor(house, "tm-1"), now=NOW)
    done = perform(house, token, now=NOW, on=date(2026, 2, 27))
    assert (done.recorded, done.view.decided) == ((), True)
    assert contact_of(house, CODE) == MONDAY


def test_a_refused_action_can_be_tried_again(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    token = offered(house, "jb-1", FactKind.FIRST_CONTACT).token
    with pytest.raises(Refused) as refused:
        perform(house, token, now=NOW, on=date(2026, 3, 3))
    assert problem(refused) is ProblemCode.DATE_IN_FUTURE
    assert len(perform(house, token, now=NOW, on=MONDAY).recorded) == 1


def test_an_action_of_another_is_refused(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    token = offered(house, "jb-1", FactKind.FIRST_CONTACT).token
    with pytest.raises(Refused) as refused:
        perform(house, token, now=NOW, person_id=person(house, "jb-2").id)
    assert problem(refused) is ProblemCode.ACTION_OF_ANOTHER
    for unknown in ("", "x" * 16):
        with pytest.raises(Refused) as refused:
            look_up(house, unknown, now=NOW)
        assert problem(refused) is ProblemCode.ACTION_UNKNOWN
    assert contact_of(house, CODE) is None


def test_an_action_ends_after_sixty_days(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    token = offered(house, "jb-1", FactKind.FIRST_CONTACT).token
    assert look_up(house, token, now=NOW + timedelta(days=60, seconds=-1)).codes == (CODE,)
    with pytest.raises(Refused) as refused:
        look_up(house, token, now=NOW + timedelta(days=60))
    assert problem(refused) is ProblemCode.ACTION_UNKNOWN
    tidy(house, NOW + timedelta(days=91))
    with house.store.read() as tx:
        assert tx.execute(select(actions)).all() == []


def test_an_action_asks_the_rights_again(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    token = offered(house, "jb-1", FactKind.FIRST_CONTACT).token
    couple(house, CODE, "jb-2", MONDAY, actor=actor(house, "tm-1"), now=NOW)
    with pytest.raises(Refused) as refused:
        perform(house, token, now=NOW, on=MONDAY)
    assert problem(refused) is ProblemCode.CASE_UNKNOWN
    assert contact_of(house, CODE) is None


def test_a_token_is_kept_as_a_hash_only(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    token = offered(house, "jb-1", FactKind.FIRST_CONTACT).token
    with house.store.read() as tx:
        assert token not in str(tx.execute(select(actions)).all())


def test_one_action_records_for_both_siblings(house: House) -> None:
    token = sibling_token(house)
    done = perform(house, token, now=at(WEDNESDAY, 9, 0), on=MONDAY)
    assert [recorded.changed for recorded in done.recorded] == [True, True]
    assert (contact_of(house, CODE), contact_of(house, OTHER)) == (MONDAY, MONDAY)


@pytest.mark.parametrize(("done_first", "left"), [(CODE, OTHER), (OTHER, CODE)])
def test_what_was_recorded_of_one_sibling_is_not_overwritten(
    house: House, done_first: str, left: str
) -> None:
    token = sibling_token(house)
    jb = actor(house, "jb-1")
    now = at(WEDNESDAY, 9, 0)
    record_fact(house, done_first, FactKind.FIRST_CONTACT, date(2026, 3, 3), actor=jb, now=now)
    perform(house, token, now=now, on=MONDAY)
    assert (contact_of(house, done_first), contact_of(house, left)) == (date(2026, 3, 3), MONDAY)


def test_a_sibling_that_moved_to_another_is_left_alone(house: House) -> None:
    token = sibling_token(house)
    now = at(WEDNESDAY, 9, 0)
    couple(house, OTHER, "jb-2", WEDNESDAY, actor=actor(house, "tm-1"), now=now)
    done = perform(house, token, now=now, on=MONDAY)
    assert [recorded.view.case.code for recorded in done.recorded] == [CODE]
    assert (contact_of(house, CODE), contact_of(house, OTHER)) == (MONDAY, None)


def test_siblings_are_recorded_together_or_not_at_all(house: House) -> None:
    token = sibling_token(house)
    with pytest.raises(Refused):
        perform(house, token, now=at(WEDNESDAY, 9, 0), on=date(2026, 3, 5))
    assert (contact_of(house, CODE), contact_of(house, OTHER)) == (None, None)
    assert look_up(house, token, now=at(WEDNESDAY, 9, 0)).decided is False


def test_coupling_by_action_needs_a_person(house: House) -> None:
    a_case(house, protector=None, manager="tm-1")
    token = offered(house, "tm-1", FactKind.PROTECTOR_COUPLED).token
    with pytest.raises(Refused) as refused:
        perform(house, token, now=NOW)
    assert problem(refused) is ProblemCode.VALUE_MISSING
    done = perform(house, token, now=NOW, value="jb-2")
    assert done.view.case is not None
    assert done.view.case.protector == "jb-2"


def test_a_protector_is_not_offered_to_couple(house: House) -> None:
    view = a_case(house)
    jb_view = read_case(house, CODE, actor=actor(house, "jb-1"), now=NOW)
    verbs = {offer.verb for offer in offer_case(house, jb_view, person(house, "jb-1"), NOW)}
    assert verbs == {ActionVerb.RECORD, ActionVerb.EXPLAIN}
    assert view.may_couple


def test_a_substitute_acts_with_the_own_name(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    jb = actor(house, "jb-1")
    set_absence(house, "jb-1", "jb-2", WEDNESDAY, date(2026, 3, 6), actor=jb, now=NOW)
    (post,) = [post for post in run_day(house, WEDNESDAY) if post.lines]
    assert (post.recipient, post.view.lines[0].protector) == ("jb-2", "jb-1")  # type: ignore[union-attr]
    token = post.view.lines[0].offers[0].token  # type: ignore[union-attr]
    perform(house, token, now=at(WEDNESDAY, 9, 0), on=MONDAY)
    assert read_case(house, CODE, actor=CLI, now=at(WEDNESDAY, 9, 0)).facts[-1].recorded_by == "jb-2"


def later_token(house: House, norm: str) -> str:
    view = read_case(house, CODE, actor=actor(house, "jb-1"), now=NOW)
    offers = [Offer(ActionVerb.LATER, view.case.id, norm)]
    return offer_these(house, offers, {view.case.id: CODE}, person(house, "jb-1"), NOW)[0].token


def test_later_reminds_on_the_day_that_was_asked_for(house: House) -> None:
    """Norm 2 speaks on 19 and 26 March: on Wednesday 18 nothing is due by itself."""
    a_case(house, protector_coupled=MONDAY, first_contact=MONDAY)
    token = later_token(house, "2")
    done = perform(house, token, now=NOW, on=date(2026, 3, 11))
    assert done.until_on == date(2026, 3, 11)
    sent = run_days(house, MONDAY, date(2026, 3, 26))
    assert days_told(sent, "jb-1", "2") == [date(2026, 3, day) for day in (11, 19, 26)]


def test_later_holds_the_reminders_until_then_for_that_person_only(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    done = perform(house, later_token(house, "1"), now=NOW, on=date(2026, 3, 20))
    assert done.until_on == date(2026, 3, 9)
    sent = run_days(house, MONDAY, date(2026, 3, 10))
    assert days_told(sent, "jb-1", "1") == [date(2026, 3, 9), date(2026, 3, 10)]
    assert days_told(sent, "tm-1", "1") == [date(2026, 3, day) for day in (6, 9)]
    # From the day after the due date the manager is asked to help, in a message of its own.
    kinds = [post.message.kind for post in sent[date(2026, 3, 10)] if post.recipient == "tm-1"]
    assert kinds == [MessageKind.ESCALATION]


def test_later_after_the_due_date_is_tomorrow_at_the_latest(house: House) -> None:
    a_case(house, ordered=date(2026, 2, 16), protector_coupled=MONDAY)
    done = perform(house, later_token(house, "1"), now=NOW, on=date(2026, 4, 1))
    assert done.until_on == date(2026, 3, 3)
    assert told(run_day(house, date(2026, 3, 3)), "jb-1") == [((CODE,), "1")]
