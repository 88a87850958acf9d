"""Escalations: seen before they leave, taken or not, asked again, and always somebody's (D26-D31, D39)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.errors import NotAllowed, ProblemCode, Refused
from core.facts import FactKind, Fit
from core.ladder import Delay, Stage
from core.rules import EscalationRules
from services.absences import set_absence
from services.case_lists import list_cases
from services.cases import read_case, record_fact, withdraw
from services.delivery import stale_prepared
from services.escalating import Answer, Given, answer_escalation, escalate_now
from services.escalation_views import case_escalations, my_escalations, read_escalation, route_card
from services.explanations import explain
from services.house import House
from services.items import add_item
from services.message_views import EscalationsView
from services.notices import guard_pass
from services.people import revoke
from services.upkeep import next_moments, watch
from storage.queries.people import change_person
from tests.escalating import (
    CODE,
    DESKS,
    a_held_case,
    answer,
    diary,
    escalation,
    history,
    region,
    region_rules,
    running,
    sent_at,
    without_digests,
)
from tests.factories import CALENDAR, CLI, MONDAY, NOW, Post, a_case, actor, at, person, run_day

DAY = timedelta(days=1)
SEEN, LEAVES = date(2026, 5, 18), date(2026, 5, 19)
"""Norm 3 is due on 2 June; the manager is asked nine working days before, one day after it was seen."""


@pytest.fixture
def region_house(house: House) -> House:
    """A house with desks and a case of which only help is awaited."""
    made = region(house)
    a_held_case(made)
    return made


def left(house: House, through: date = LEAVES) -> None:
    """Run the days until the manager was asked."""
    diary(house, SEEN, through)


def refusal(refused: pytest.ExceptionInfo[Refused]) -> ProblemCode:
    return refused.value.problems[0].code


# ---- before it leaves


def test_the_protector_sees_it_in_the_digest_of_the_working_day_before_it_leaves(
    region_house: House,
) -> None:
    told = diary(region_house, date(2026, 5, 12), LEAVES)

    assert told == {
        date(2026, 5, 12): [("jb-1", "digest: 3")],
        SEEN: [("jb-1", "digest: 3>teammanager")],
        LEAVES: [("tm-1", "offered 3")],
    }
    assert history(region_house) == [("announced", "jb-1"), ("offered", "tm-1")]


def test_who_works_part_time_sees_it_on_the_last_own_day_before(house: House) -> None:
    house = region(house)
    with house.store.write() as tx:
        change_person(tx, person(house, "jb-1").id, weekdays="23")
    a_held_case(house)

    told = diary(house, date(2026, 5, 11), LEAVES)

    seen = [on for on, said in told.items() if ("jb-1", "digest: 3>teammanager") in said]
    assert seen == [date(2026, 5, 13)]
    assert ("tm-1", "offered 3") in told[LEAVES]


def test_armed_after_the_days_message_has_gone_it_is_seen_the_next_day_first(region_house: House) -> None:
    # Thirty working days before 2 June there is a message; the forecast comes after it.
    reminded = CALENDAR.back(date(2026, 6, 2), 30)
    assert diary(region_house, reminded, reminded) == {reminded: [("jb-1", "digest: 3")]}
    now = at(reminded, 11, 0)
    record_fact(region_house, CODE, FactKind.HELP_WAITING, date(2026, 7, 1), actor=CLI, now=now)
    guard_pass(region_house, now)

    seen, leaves = CALENDAR.add(reminded, 1), CALENDAR.add(reminded, 2)
    assert diary(region_house, seen, leaves) == {
        seen: [("jb-1", "digest: 3>teammanager")],
        leaves: [("tm-1", "offered 3")],
    }


def test_a_pass_on_the_very_minute_of_the_digest_announces_in_that_digest(region_house: House) -> None:
    guard_pass(region_house, at(SEEN))
    assert sent_at(region_house, at(SEEN)) == [("jb-1", "digest: 3>teammanager")]

    guard_pass(region_house, at(LEAVES))

    assert ("tm-1", "offered 3") in sent_at(region_house, at(LEAVES))


def test_not_yet_holds_it_two_working_days_and_only_once(region_house: House) -> None:
    run_day(region_house, SEEN)
    assert answer(region_house, "jb-1", Answer.HOLD, SEEN, reason="wachtlijst").changed

    told = diary(region_house, LEAVES, date(2026, 5, 20))
    assert ("tm-1", "offered 3") in told[date(2026, 5, 20)]
    assert ("tm-1", "offered 3") not in told.get(LEAVES, [])
    assert history(region_house) == [("announced", "jb-1"), ("held", "jb-1"), ("offered", "tm-1")]


def test_holding_it_twice_is_refused(region_house: House) -> None:
    run_day(region_house, SEEN)
    answer(region_house, "jb-1", Answer.HOLD, SEEN, reason="wachtlijst")

    with pytest.raises(Refused) as refused:
        answer(region_house, "jb-1", Answer.HOLD, SEEN, reason="plafond")

    assert refusal(refused) is ProblemCode.ESCALATION_HELD


def test_it_can_leave_at_once(region_house: House) -> None:
    run_day(region_house, SEEN)

    answer(region_house, "jb-1", Answer.GO, SEEN)

    assert sent_at(region_house, at(SEEN, 10, 5)) == [("tm-1", "offered 3")]
    assert without_digests(diary(region_house, LEAVES, LEAVES)) == {}


def test_one_tap_escalates_a_term_that_had_not_begun_to_climb(region_house: House) -> None:
    jb = actor(region_house, "jb-1")

    done = escalate_now(region_house, CODE, "3", actor=jb, now=at(MONDAY, 10, 0))

    assert (done.changed, done.view.holder) == (True, "tm-1")
    assert sent_at(region_house, at(MONDAY, 10, 5)) == [("tm-1", "offered 3")]
    again = escalate_now(region_house, CODE, "3", actor=jb, now=at(MONDAY, 11, 0))
    assert (again.changed, again.view.holder) == (False, "tm-1")
    assert [kind for kind, _ in history(region_house)] == ["announced", "offered"]


@pytest.mark.parametrize("norm", ["2", "9"])
def test_a_term_that_is_met_or_unknown_does_not_climb(region_house: House, norm: str) -> None:
    with pytest.raises(Refused) as refused:
        escalate_now(region_house, CODE, norm, actor=CLI, now=NOW)

    assert refusal(refused) is ProblemCode.ESCALATION_UNKNOWN


# ---- taken, or not


def test_who_does_not_take_it_in_time_is_passed(region_house: House) -> None:
    told = without_digests(diary(region_house, SEEN, date(2026, 5, 28)))

    assert told == {
        LEAVES: [("tm-1", "offered 3")],
        date(2026, 5, 21): [("zm-noord", "offered 3")],
        date(2026, 5, 26): [("ret-noord", "offered 3")],
        date(2026, 5, 28): [("meldpunt-gia", "informed 3"), ("ret-noord", "offered 3")],
    }
    assert [kind for kind, _ in history(region_house)] == [
        "announced",
        "offered",
        "lapsed",
        "offered",
        "lapsed",
        "offered",
        "lapsed",
        "informed",
        "offered",
    ]


def test_who_takes_it_is_asked_again_and_passed_only_when_there_is_no_answer(region_house: House) -> None:
    left(region_house)
    assert answer(region_house, "tm-1", Answer.ACCEPT, LEAVES).changed

    told = without_digests(diary(region_house, date(2026, 5, 20), date(2026, 6, 1)))

    # Five working days to solve it, then two to answer whether it is.
    assert told == {
        date(2026, 5, 27): [("tm-1", "asked 3")],
        date(2026, 5, 29): [("zm-noord", "offered 3")],
    }


def test_more_time_keeps_it_where_it_is(region_house: House) -> None:
    left(region_house)
    answer(region_house, "tm-1", Answer.ACCEPT, LEAVES)
    diary(region_house, date(2026, 5, 20), date(2026, 5, 27))

    answer(region_house, "tm-1", Answer.MORE_TIME, date(2026, 5, 27), reason="wachtlijst")

    told = without_digests(diary(region_house, date(2026, 5, 28), date(2026, 6, 4)))
    assert told == {date(2026, 6, 3): [("tm-1", "asked 3")]}
    assert running(region_house).holder == "tm-1"


def test_handing_it_back_gives_it_to_who_had_it_before_and_then_it_climbs_on(region_house: House) -> None:
    left(region_house)
    answer(region_house, "tm-1", Answer.ACCEPT, LEAVES)
    answer(region_house, "tm-1", Answer.HAND_BACK, date(2026, 5, 20), reason="gemeente", note="eerst bellen")

    assert sent_at(region_house, at(date(2026, 5, 20), 10, 5)) == [("jb-1", "handed_back 3")]
    assert running(region_house).holder == "jb-1"
    told = without_digests(diary(region_house, date(2026, 5, 21), date(2026, 5, 22)))
    assert told == {date(2026, 5, 22): [("zm-noord", "offered 3")]}


def test_who_it_was_handed_back_to_can_take_it(region_house: House) -> None:
    left(region_house)
    answer(region_house, "tm-1", Answer.HAND_BACK, LEAVES, reason="gemeente")

    answer(region_house, "jb-1", Answer.ACCEPT, date(2026, 5, 20))

    assert (running(region_house).holder, escalation(region_house).stage) == ("jb-1", Stage.ACCEPTED)


def test_where_nobody_had_it_before_it_goes_to_somebody_else_than_who_hands_it_back(house: House) -> None:
    house = region(house)
    a_case(house, protector=None, manager="tm-1", ordered=date(2026, 2, 2))
    diary(house, MONDAY, date(2026, 3, 5))
    assert running(house, "1").holder in {"tm-1", "meldpunt-gia"}
    holder = running(house, "1").holder
    assert holder is not None

    answer(house, holder, Answer.HAND_BACK, date(2026, 3, 5), "1", reason="bezetting")

    assert running(house, "1").holder not in {holder, None}


def test_a_jump_goes_over_others_with_a_reason(region_house: House) -> None:
    left(region_house)
    answer(region_house, "jb-1", Answer.JUMP, LEAVES, reason="plaats", rung=2)

    assert sent_at(region_house, at(LEAVES, 10, 5)) == [("ret-noord", "offered 3")]
    assert history(region_house)[-2:] == [("jumped", "jb-1"), ("offered", "ret-noord")]


@pytest.mark.parametrize("rung", [None, 0, 3, 9])
def test_a_jump_to_no_other_rung_that_acts_is_refused(region_house: House, rung: int | None) -> None:
    left(region_house)

    with pytest.raises(Refused) as refused:
        answer(region_house, "jb-1", Answer.JUMP, LEAVES, reason="plaats", rung=rung)

    assert refusal(refused) is ProblemCode.ESCALATION_RUNG


@pytest.mark.parametrize("what", [Answer.HAND_BACK, Answer.JUMP])
@pytest.mark.parametrize(
    ("reason", "problem"), [(None, ProblemCode.REASON_MISSING), ("zomaar", ProblemCode.REASON_UNKNOWN)]
)
def test_an_answer_that_needs_a_reason_is_refused_without(
    region_house: House, what: Answer, reason: str | None, problem: ProblemCode
) -> None:
    left(region_house)

    with pytest.raises(Refused) as refused:
        answer(region_house, "tm-1", what, LEAVES, reason=reason, rung=2)

    assert refusal(refused) is problem
    assert escalation(region_house).stage is Stage.OFFERED


def test_a_substitute_answers_for_who_is_away(region_house: House) -> None:
    left(region_house)
    now = at(LEAVES, 9, 0)
    set_absence(
        region_house, "tm-1", "tm-2", LEAVES, date(2026, 5, 29), actor=actor(region_house, "tm-1"), now=now
    )

    answer(region_house, "tm-2", Answer.ACCEPT, LEAVES)

    assert history(region_house)[-1] == ("accepted", "tm-2")
    assert without_digests(diary(region_house, date(2026, 5, 20), date(2026, 5, 27))) == {
        date(2026, 5, 20): [("tm-2", "substitute")],
        date(2026, 5, 27): [("tm-2", "asked 3")],
    }


# ---- the expert team


def at_the_top(house: House) -> date:
    """Let it come to the expert team and have it accepted; return that day."""
    left(house)
    answer(house, "jb-1", Answer.JUMP, LEAVES, reason="plaats", rung=2)
    answer(house, "ret-noord", Answer.ACCEPT, LEAVES)
    return LEAVES


def test_an_application_names_who_applies(region_house: House) -> None:
    left(region_house)
    answer(region_house, "jb-1", Answer.JUMP, LEAVES, reason="plaats", rung=2)
    assert running(region_house).needs_form

    with pytest.raises(Refused) as refused:
        answer(region_house, "jb-1", Answer.APPLY, LEAVES, fields={"vraag": "een plek"})
    assert refusal(refused) is ProblemCode.APPLICANT_MISSING
    applied = {"applied_by": "jb-1", "fields": {"vraag": "een plek", "kleur": "rood"}}
    answer(region_house, "jb-1", Answer.APPLY, LEAVES, **applied)

    view = running(region_house)
    assert not view.needs_form
    assert view.steps[-1].details == {"aanmelder": "jb-1", "vraag": "een plek"}


def test_an_application_leaves_what_was_asked_answerable(region_house: House) -> None:
    left(region_house)
    answer(region_house, "jb-1", Answer.JUMP, LEAVES, reason="plaats", rung=2)
    offered = escalation(region_house)
    answer(region_house, "jb-1", Answer.APPLY, LEAVES, applied_by="jb-1")
    assert ("ret-noord", "applied 3") in [
        (name, part) for name, said in sent_at(region_house, at(LEAVES, 10, 5)) for part in said.split(", ")
    ] or escalation(region_house).version == offered.version

    done = answer_escalation(
        region_house,
        offered.id,
        Answer.ACCEPT,
        actor=actor(region_house, "ret-noord"),
        now=at(LEAVES, 11),
        version=offered.version,
    )

    assert (done.changed, done.view.escalation.stage) == (True, Stage.ACCEPTED)


def test_a_rung_without_a_form_takes_no_application(region_house: House) -> None:
    left(region_house)

    with pytest.raises(Refused) as refused:
        answer(region_house, "jb-1", Answer.APPLY, LEAVES, applied_by="jb-1")

    assert refusal(refused) is ProblemCode.ESCALATION_RUNG


def test_the_expert_team_is_asked_again_and_again_until_norm_3_is_met(region_house: House) -> None:
    on = at_the_top(region_house)

    told = without_digests(diary(region_house, on + DAY, date(2026, 6, 5)))

    # Its check comes every two working days; above it the institution is informed once.
    assert told == {
        date(2026, 5, 21): [("ret-noord", "asked 3")],
        date(2026, 5, 26): [("meldpunt-gia", "informed 3"), ("ret-noord", "asked 3")],
        date(2026, 5, 28): [("ret-noord", "asked 3")],
        date(2026, 6, 1): [("ret-noord", "asked 3")],
        date(2026, 6, 3): [("ret-noord", "asked 3")],
        date(2026, 6, 5): [("ret-noord", "asked 3")],
    }
    record_fact(
        region_house,
        CODE,
        FactKind.HELP_STARTED,
        date(2026, 6, 5),
        value=Fit.FITS,
        actor=CLI,
        now=at(date(2026, 6, 5), 11),
    )
    assert without_digests(diary(region_house, date(2026, 6, 8), date(2026, 7, 31))) == {}
    assert history(region_house)[-1] == ("solved", None)


def test_an_outcome_is_kept_and_the_check_goes_on(region_house: House) -> None:
    at_the_top(region_house)
    diary(region_house, date(2026, 5, 20), date(2026, 5, 21))

    answer(region_house, "ret-noord", Answer.OUTCOME, date(2026, 5, 21), note="advies gegeven")

    assert running(region_house).steps[-1].note == "advies gegeven"
    told = without_digests(diary(region_house, date(2026, 5, 22), date(2026, 5, 26)))
    assert told == {date(2026, 5, 26): [("ret-noord", "asked 3")]}


def test_handed_back_by_the_expert_team_it_returns_there_when_nobody_takes_it(region_house: House) -> None:
    on = at_the_top(region_house)
    answer(region_house, "ret-noord", Answer.HAND_BACK, on, reason="aanbod")
    assert running(region_house).holder == "tm-1"

    told = without_digests(diary(region_house, on + DAY, date(2026, 5, 21)))

    assert told[date(2026, 5, 21)] == [("meldpunt-gia", "informed 3"), ("ret-noord", "offered 3")]


# ---- moments that are forced


def test_a_rung_with_a_moment_begins_then_whoever_has_it(house: House) -> None:
    house = region(house)
    a_held_case(house)
    record_fact(house, CODE, FactKind.HELP_STARTED, MONDAY, value=Fit.FITS, actor=CLI, now=NOW)
    add_item(house, CODE, "crisisplek", {FactKind.ITEM_STARTED: MONDAY}, actor=CLI, now=NOW)
    diary(house, date(2026, 4, 1), date(2026, 4, 8))
    answer(house, "zm-noord", Answer.ACCEPT, date(2026, 4, 8), "crisisplek.1")
    for on in (date(2026, 4, 15), date(2026, 4, 22)):
        diary(house, on, on)
        answer(house, "zm-noord", Answer.MORE_TIME, on, "crisisplek.1", reason="wachtlijst")

    told = without_digests(diary(house, date(2026, 4, 23), date(2026, 5, 15)))

    # Due on Sunday 24 May: the manager twelve working days before, the expert team ten.
    assert [(on, one) for on, said in told.items() for one in said if "offered" in one[1]][:2] == [
        (date(2026, 5, 1), ("tm-1", "offered crisisplek.1")),
        (date(2026, 5, 6), ("ret-noord", "offered crisisplek.1")),
    ]


# ---- somebody is missing


def test_nobody_on_a_rung_goes_to_the_stand_in_and_the_history_says_so(region_house: House) -> None:
    revoke(region_house, "zm-noord", actor=CLI, now=NOW)

    told = without_digests(diary(region_house, SEEN, date(2026, 5, 21)))

    assert told[date(2026, 5, 21)] == [("tm-1", "offered 3")]
    assert history(region_house)[-2:] == [("fallback", "tm-1"), ("offered", "tm-1")]


def test_a_stand_in_who_cannot_be_reached_either_is_passed_over(region_house: House) -> None:
    for name in ("zm-noord", "tm-1"):
        revoke(region_house, name, actor=CLI, now=NOW)

    told = without_digests(diary(region_house, SEEN, date(2026, 5, 21)))

    assert told == {
        LEAVES: [("meldpunt-gia", "offered 3")],
        date(2026, 5, 21): [("meldpunt-gia", "offered 3")],
    }


def with_desks(house: House, **changed: object) -> House:
    """Return the house with the expert team of the north changed."""
    desks = [replace(desk, **changed) if desk.code == "ret-noord" else desk for desk in DESKS]  # type: ignore[arg-type]
    return House(house.store, region_rules(desks))


def test_of_a_desk_that_ended_its_fallback_is_asked(region_house: House) -> None:
    house = with_desks(region_house, valid_to=date(2026, 5, 20), fallback="het-zuid")
    house = House(
        house.store,
        replace(
            house.rules,
            escalation=EscalationRules(
                house.rules.escalation.desks.__class__(
                    house.rules.escalation.desks.desks,
                    [
                        replace(
                            route,
                            steps=tuple(
                                replace(step, rung=replace(step.rung, who="desk:ret-noord"))
                                if step.rung.code == "expertteam"
                                else step
                                for step in route.steps
                            ),
                        )
                        for route in house.rules.escalation.desks.routes
                    ],
                )
            ),
        ),
    )

    told = without_digests(diary(house, SEEN, date(2026, 5, 26)))

    assert told[date(2026, 5, 26)] == [("het-zuid", "offered 3")]


def test_a_desk_that_ends_while_it_is_asked_is_replaced(region_house: House) -> None:
    left(region_house)
    answer(region_house, "jb-1", Answer.JUMP, LEAVES, reason="plaats", rung=2)
    assert running(region_house).holder == "ret-noord"
    ended = with_desks(region_house, valid_to=date(2026, 5, 20))

    told = without_digests(diary(ended, date(2026, 5, 20), date(2026, 5, 21)))

    # Nothing like it is left in the north: the manager stands in.
    assert ("tm-1", "offered 3") in told[date(2026, 5, 21)]


def test_who_took_it_and_left_is_replaced(region_house: House) -> None:
    left(region_house)
    answer(region_house, "tm-1", Answer.ACCEPT, LEAVES)
    revoke(region_house, "tm-1", actor=CLI, now=at(LEAVES, 12))

    told = without_digests(diary(region_house, date(2026, 5, 20), date(2026, 5, 27)))

    assert told[date(2026, 5, 27)] == [("meldpunt-gia", "offered 3")]


def test_a_desk_has_its_own_time_to_answer_and_the_next_table_is_shown(house: House) -> None:
    house = region(house)
    a_held_case(house, municipality="haarlem")
    left(house)

    answer(house, "jb-1", Answer.JUMP, LEAVES, reason="plaats", rung=2)

    view = running(house, now=at(LEAVES, 10, 0))
    assert (view.holder, view.table_on) == ("het-zuid", date(2026, 5, 21))
    assert view.closes_at == at(LEAVES, 12, 0)
    assert escalation(house).next_at == house.rules.pace.after(at(LEAVES, 10, 0), Delay(3))


# ---- the term changes


def test_a_corrected_date_withdraws_it_and_it_begins_anew_by_the_new_one(region_house: House) -> None:
    left(region_house)
    now = at(LEAVES, 11)
    record_fact(region_house, CODE, FactKind.ORDERED, date(2026, 4, 2), actor=CLI, now=now)
    assert history(region_house)[-1] == ("withdrawn", None)

    # Three months from 2 April: 2 July; nine working days before is 19 June.
    told = without_digests(diary(region_house, date(2026, 5, 20), date(2026, 6, 19)))

    assert told == {date(2026, 6, 19): [("tm-1", "offered 3")]}
    assert [
        view.escalation.stage for view in case_escalations(region_house, CODE, "3", actor=CLI, now=NOW)
    ] == [
        Stage.WITHDRAWN,
        Stage.OFFERED,
    ]


def test_who_was_asked_stays_asked_when_the_date_comes_sooner(region_house: House) -> None:
    left(region_house)
    before = escalation(region_house)
    now = at(LEAVES, 11)
    record_fact(region_house, CODE, FactKind.ORDERED, date(2026, 2, 25), actor=CLI, now=now)

    assert running(region_house, now=now).term.watched_on == date(2026, 5, 25)  # type: ignore[union-attr]
    assert escalation(region_house) == before
    assert running(region_house).holder == "tm-1"
    answer(region_house, "tm-1", Answer.ACCEPT, LEAVES)
    assert escalation(region_house).stage == Stage.ACCEPTED


def test_who_took_it_keeps_it_when_the_date_moves(region_house: House) -> None:
    left(region_house)
    answer(region_house, "tm-1", Answer.ACCEPT, LEAVES)

    explain(
        region_house,
        CODE,
        "3",
        "wachtlijst",
        date(2026, 7, 1),
        actor=actor(region_house, "jb-1"),
        now=at(LEAVES, 11),
    )

    assert (running(region_house).holder, escalation(region_house).stage) == ("tm-1", Stage.ACCEPTED)


def test_what_was_handed_back_is_answered_by_an_explanation(region_house: House) -> None:
    left(region_house)
    answer(region_house, "tm-1", Answer.HAND_BACK, LEAVES, reason="gemeente")
    jb = actor(region_house, "jb-1")

    explain(region_house, CODE, "3", "gemeente", date(2026, 7, 1), actor=jb, now=at(LEAVES, 11))

    assert history(region_house)[-1] == ("withdrawn", None)
    assert without_digests(diary(region_house, date(2026, 5, 20), date(2026, 6, 16))) == {}


def test_a_term_that_is_met_ends_it_and_the_message_says_so(region_house: House) -> None:
    left(region_house)
    now = at(LEAVES, 11, 0)
    record_fact(region_house, CODE, FactKind.HELP_STARTED, LEAVES, value=Fit.FITS, actor=CLI, now=now)

    anew = {one.person.name: one.view for one in stale_prepared(region_house, now)}
    view = anew["tm-1"]
    assert isinstance(view, EscalationsView)
    assert view.is_over
    assert [line.view.escalation.stage for line in view.lines] == [Stage.SOLVED]
    assert [line.offers for line in view.lines] == [()]


def test_what_was_not_sent_yet_is_withdrawn(region_house: House) -> None:
    run_day(region_house, SEEN)
    guard_pass(region_house, at(LEAVES, 6, 0))
    record_fact(
        region_house, CODE, FactKind.HELP_STARTED, SEEN, value=Fit.FITS, actor=CLI, now=at(LEAVES, 8, 0)
    )

    assert sent_at(region_house, at(LEAVES)) == []


def test_a_start_that_is_taken_back_lets_it_climb_anew(region_house: House) -> None:
    left(region_house)
    now = at(LEAVES, 11)
    record_fact(region_house, CODE, FactKind.HELP_STARTED, LEAVES, value=Fit.FITS, actor=CLI, now=now)
    withdraw(region_house, CODE, FactKind.HELP_STARTED, actor=CLI, now=now)

    told = diary(region_house, date(2026, 5, 20), date(2026, 5, 21))

    assert told == {
        date(2026, 5, 20): [("jb-1", "digest: 3>teammanager")],
        date(2026, 5, 21): [("tm-1", "offered 3")],
    }


def test_the_end_of_the_measure_ends_it(region_house: House) -> None:
    left(region_house)
    record_fact(region_house, CODE, FactKind.MEASURE_ENDS, date(2026, 5, 20), actor=CLI, now=at(LEAVES, 11))

    assert without_digests(diary(region_house, date(2026, 5, 20), date(2026, 6, 5))) == {}
    assert history(region_house)[-1] == ("withdrawn", None)


# ---- two at once, and too late


def test_two_who_accept_at_once_the_first_has_it_and_the_second_is_told(region_house: House) -> None:
    left(region_house)
    now = at(LEAVES, 9, 0)
    set_absence(
        region_house, "tm-1", "tm-2", LEAVES, date(2026, 5, 29), actor=actor(region_house, "tm-1"), now=now
    )
    found = escalation(region_house)

    def accept(name: str) -> tuple[bool, str | None]:
        done = answer_escalation(
            region_house,
            found.id,
            Answer.ACCEPT,
            actor=actor(region_house, name, at(LEAVES)),
            now=at(LEAVES, 10, 0),
            version=found.version,
        )
        return done.changed, done.view.holder

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(accept, ["tm-1", "tm-2"]))

    assert sorted(answers) == [(False, "tm-1"), (True, "tm-1")]
    assert [kind for kind, _ in history(region_house)].count("accepted") == 1


def test_an_answer_to_what_has_moved_on_changes_nothing_and_tells_who_has_it(region_house: House) -> None:
    left(region_house)
    offered = escalation(region_house)
    diary(region_house, date(2026, 5, 20), date(2026, 5, 26))

    for name in ("tm-1", "zm-noord"):
        done = answer_escalation(
            region_house,
            offered.id,
            Answer.ACCEPT,
            actor=actor(region_house, name),
            now=at(date(2026, 5, 26), 10),
            version=offered.version,
        )
        assert (done.changed, done.view.holder) == (False, "ret-noord")


def test_an_answer_to_an_escalation_that_was_withdrawn_says_so(region_house: House) -> None:
    left(region_house)
    found = escalation(region_house)
    record_fact(region_house, CODE, FactKind.ORDERED, date(2026, 4, 2), actor=CLI, now=at(LEAVES, 11))

    done = answer_escalation(
        region_house, found.id, Answer.ACCEPT, actor=actor(region_house, "tm-1"), now=at(LEAVES, 12)
    )

    assert (done.changed, done.view.escalation.stage) == (False, Stage.WITHDRAWN)


# ---- what each sees


def test_a_desk_sees_the_escalation_and_never_the_case(region_house: House) -> None:
    jb = actor(region_house, "jb-1")
    explain(region_house, CODE, "3", "plafond", date(2026, 7, 1), note="eigen woorden", actor=jb, now=NOW)
    diary(region_house, date(2026, 6, 17), date(2026, 6, 18))
    answer(region_house, "tm-1", Answer.JUMP, date(2026, 6, 18), reason="plaats", rung=1, note="geheim")
    found = escalation(region_house)
    desk, now = actor(region_house, "zm-noord"), at(date(2026, 6, 18), 11)

    view = read_escalation(region_house, found.id, actor=desk, now=now)

    assert (view.code, view.blockers, view.holder, view.protector) == (
        CODE,
        ("budgetplafond of opnamestop",),
        "zm-noord",
        "jb-1",
    )
    assert (view.manager, view.may_escalate, view.is_holder) == (None, False, True)
    assert view.term is not None
    assert (view.term.due_on, view.term.watched_on) == (date(2026, 6, 2), date(2026, 7, 1))
    assert [(step.kind, step.note) for step in view.steps] == [("offered", None)]
    assert "geheim" not in repr(view)
    assert "eigen woorden" not in repr(view)
    assert list_cases(region_house, actor=desk, now=now) == []
    for look in (
        lambda: read_case(region_house, CODE, actor=desk, now=now),
        lambda: case_escalations(region_house, CODE, actor=desk, now=now),
    ):
        with pytest.raises(Refused) as refused:
            look()
        assert refusal(refused) is ProblemCode.CASE_UNKNOWN
    assert [one.code for one in my_escalations(region_house, actor=desk, now=now)] == [CODE]


def test_a_desk_reads_an_application_only_while_it_is_its_turn(region_house: House) -> None:
    left(region_house)
    answer(region_house, "jb-1", Answer.JUMP, LEAVES, reason="plaats", rung=1)
    answer(region_house, "jb-1", Answer.JUMP, LEAVES, reason="plaats", rung=2)
    answer(region_house, "jb-1", Answer.APPLY, LEAVES, applied_by="jb-1", fields={"vraag": "een plek"})
    found = escalation(region_house)

    def reads(name: str) -> list[str]:
        view = read_escalation(region_house, found.id, actor=actor(region_house, name), now=at(LEAVES, 11))
        return [str(step.kind) for step in view.steps]

    assert reads("ret-noord") == ["offered", "applied"]
    assert reads("zm-noord") == ["offered"]


@pytest.mark.parametrize("name", ["jb-b", "gd-b", "inkoop"])
def test_to_who_has_nothing_to_do_with_it_an_escalation_is_unknown(region_house: House, name: str) -> None:
    left(region_house)
    found = escalation(region_house)
    stranger = actor(region_house, name)

    asks: list[Callable[[], object]] = [
        lambda: read_escalation(region_house, found.id, actor=stranger, now=at(LEAVES)),
        lambda: answer_escalation(region_house, found.id, Answer.ACCEPT, actor=stranger, now=at(LEAVES)),
        lambda: read_escalation(region_house, found.id + 99, actor=stranger, now=at(LEAVES)),
    ]
    for ask in asks:
        with pytest.raises(Refused) as refused:
            ask()
        assert refusal(refused) is ProblemCode.ESCALATION_UNKNOWN


def test_an_answer_that_is_not_yours_to_give_is_refused_and_says_whose_it_is(region_house: House) -> None:
    left(region_house)

    with pytest.raises(NotAllowed) as refused:
        answer(region_house, "jb-1", Answer.ACCEPT, LEAVES)

    problem = refused.value.problems[0]
    assert (problem.code, problem.details["holder"]) == (ProblemCode.ESCALATION_NOT_YOURS, "tm-1")


def test_a_free_text_with_a_number_of_somebody_is_refused_whole(region_house: House) -> None:
    left(region_house)

    with pytest.raises(Refused) as refused:
        answer(region_house, "tm-1", Answer.HAND_BACK, LEAVES, reason="gemeente", note="BSN 123456782")

    assert refusal(refused) is ProblemCode.TEXT_HAS_BSN
    assert escalation(region_house).stage is Stage.OFFERED


def test_a_route_card_shows_the_steps_the_desks_and_the_source(region_house: House) -> None:
    card = route_card(region_house, "haarlem", organisation="GIA", now=NOW)

    assert (card.municipality, card.region) == ("Haarlem", "Zuid")
    assert [desk.name if desk else None for desk in card.desks] == ["adviseur Zuid", "HET"]
    assert card.route is not None
    assert card.route.source == "bron Zuid"
    with pytest.raises(Refused):
        route_card(region_house, "atlantis", organisation="GIA", now=NOW)


# ---- the clock's books


def test_the_next_moment_of_the_house_knows_of_escalations_and_the_watchdog_misses_one(
    region_house: House,
) -> None:
    run_day(region_house, SEEN)
    leaves = at(LEAVES, 6, 0)
    assert next_moments(region_house, at(SEEN, 10))[0] == leaves

    assert not watch(region_house, leaves + timedelta(minutes=20)).unplanned_terms
    assert watch(region_house, leaves + timedelta(minutes=31)).unplanned_terms
    guard_pass(region_house, leaves + timedelta(minutes=32))
    assert not watch(region_house, leaves + timedelta(minutes=33)).unplanned_terms


def test_a_desk_hears_of_many_cases_in_one_message(region_house: House) -> None:
    a_held_case(region_house, "GIA-2026-002")
    told: dict[date, list[Post]] = {on: run_day(region_house, on) for on in (SEEN, LEAVES)}

    (one,) = [post for post in told[LEAVES] if post.recipient == "tm-1"]
    assert isinstance(one.view, EscalationsView)
    assert [line.view.code for line in one.view.lines] == [CODE, "GIA-2026-002"]


def test_a_reason_given_is_kept_with_its_step_and_given_again_in_the_history(region_house: House) -> None:
    left(region_house)
    answer(region_house, "tm-1", Answer.HAND_BACK, LEAVES, reason="gemeente", note="eerst bellen")

    step = running(region_house).steps[-1]

    assert (step.reason, step.note, step.by) == ("gemeente", "eerst bellen", "tm-1")


def test_given_defaults_to_nothing() -> None:
    assert Given() == Given(None, None, None, None, None, ())


def test_more_than_one_message_holds_goes_in_a_second_one(sqlite_house: House) -> None:
    codes = [f"GIA-2026-{number:03d}" for number in range(1, 24)]
    for code in codes:
        a_case(sqlite_house, code, protector_coupled=MONDAY, first_contact=MONDAY)
    run_day(sqlite_house, SEEN)
    posts = [post for post in run_day(sqlite_house, LEAVES) if isinstance(post.view, EscalationsView)]
    norm_3 = [
        [line.view.code for line in post.view.lines if line.view.escalation.norm == "3"]
        for post in posts
        if isinstance(post.view, EscalationsView)
    ]
    assert sorted(code for some in norm_3 for code in some) == codes
    assert max(len(post.view.lines) for post in posts if isinstance(post.view, EscalationsView)) <= 20
    assert len([post for post in posts if post.recipient == "tm-1"]) > 1
