"""The agenda of a weekly table: cases come on it, move along, and come back with their outcome (D30, D32)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

import pytest

from core.desks import WeeklyTable
from core.errors import NotAllowed, ProblemCode, Refused
from core.facts import FactKind, Fit
from core.governance import Governance
from core.people import Role
from core.series import Closure, Participants, Series, SeriesKind
from services.cases import record_fact
from services.digests import DigestView
from services.escalating import Answer
from services.governance.access import Deed
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.guard import governance_pass, start_governance
from services.governance.matters import MeetingMatter, Ref
from services.governance.overview import agenda
from services.governance.showing import show
from services.house import House
from services.message_views import AlertView, EscalationsView
from services.people import NewPerson, add_person
from tests.escalating import CODE, DESKS, a_held_case, answer, history, region, running, sent_at
from tests.factories import CLI, NOW, actor, at, deliver
from tests.services.test_escalations import LEAVES, left

TABLE = Series(
    "het",
    "Expertteam Zuid",
    SeriesKind.MEETING,
    date(2026, 5, 7),
    rule="FREQ=WEEKLY",
    at=time(10),
    chair="chair-1",
    participants=Participants(people=("amb-1",)),
    region="zuid",
    case_agenda=True,
)
FIRST, SECOND, THIRD = date(2026, 5, 21), date(2026, 5, 28), date(2026, 6, 4)
"""Thursdays; what is asked before Tuesday noon is for that week."""
RECESS = Closure("pinksteren", "pinksterweek", date(2026, 5, 25), date(2026, 5, 31))


@pytest.fixture
def tabled(house: House) -> House:
    return a_house(house)


def a_house(house: House, closures: tuple[Closure, ...] = ()) -> House:
    """Return a house whose expert team of Zuid meets as a series, and a case whose manager was asked."""
    desks = [
        replace(desk, table=WeeklyTable(4, time(10), 2, time(12), "het")) if desk.code == "het-zuid" else desk
        for desk in DESKS
    ]
    made = region(house, desks=desks)
    agreed = Governance({"het": TABLE}, closures)
    object.__setattr__(made, "rules", replace(made.rules, governance=agreed))
    for name, role, where in (
        ("chair-1", Role.OFFICIAL, "zuid"),
        ("amb-1", Role.OFFICIAL, "zuid"),
        ("pl-z", Role.PROJECT_LEADER, "zuid"),
        ("pl-n", Role.PROJECT_LEADER, "noord"),
    ):
        new = NewPerson(name, frozenset({role}), region=where, mail=f"{name}@regio.example")
        add_person(made, new, actor=CLI, now=NOW)
    start_governance(made, NOW)
    a_held_case(made, municipality="haarlem")
    left(made)
    return made


def asked(house: House, on: date = LEAVES) -> None:
    """Send the case on to the expert team, and apply there."""
    answer(house, "jb-1", Answer.JUMP, on, reason="plaats", rung=2)
    answer(house, "jb-1", Answer.APPLY, on, applied_by="jb-1")


def listed(house: House, on: date, name: str = "chair-1") -> list[tuple[str, str | None]]:
    """Return the cases on the agenda of a meeting, as somebody reads them, with what came of each."""
    matter = show(house, Ref.of_meeting("het", on), actor=actor(house, name), now=NOW).matter
    assert isinstance(matter, MeetingMatter)
    return [(one.code, one.outcome) for one in matter.cases]


def chair(house: House, deed: Deed, on: date, at_day: date, /, name: str = "chair-1", **filled: str) -> None:
    """Let somebody do something about a meeting at eleven in the morning of a day."""
    ref = Ref.of_meeting("het", on)
    given = Filled(**filled)  # type: ignore[arg-type]
    now = at(at_day, 11, 0)
    do(house, deed, ref, version=None, actor=actor(house, name, now), now=now, filled=given)


def code(work: Callable[[], object]) -> ProblemCode:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.problems[0].code


def test_an_application_before_the_cut_off_is_for_the_meeting_of_that_week(tabled: House) -> None:
    answer(tabled, "jb-1", Answer.JUMP, LEAVES, reason="plaats", rung=2)
    assert listed(tabled, FIRST) == []  # the form comes first
    answer(tabled, "jb-1", Answer.APPLY, LEAVES, applied_by="jb-1")
    assert listed(tabled, FIRST) == [(CODE, None)]
    assert history(tabled)[-1] == ("submitted", "het-zuid")
    view = running(tabled, now=at(LEAVES, 11))
    assert (view.agenda_on, view.table_on, view.closes_at) == (FIRST, FIRST, at(LEAVES, 12, 0))


def test_an_application_after_the_cut_off_is_for_the_next_meeting(tabled: House) -> None:
    asked(tabled, date(2026, 5, 20))
    assert (listed(tabled, FIRST), listed(tabled, SECOND)) == ([], [(CODE, None)])


def test_a_second_application_does_not_bring_it_twice(tabled: House) -> None:
    asked(tabled)
    answer(tabled, "jb-1", Answer.APPLY, date(2026, 5, 20), applied_by="jb-1")
    assert (listed(tabled, FIRST), listed(tabled, SECOND)) == ([(CODE, None)], [])


def test_a_recess_takes_it_to_the_meeting_after_it(house: House) -> None:
    tabled = a_house(house, (RECESS,))
    asked(tabled, date(2026, 5, 20))
    assert listed(tabled, THIRD) == [(CODE, None)]


def test_the_codes_are_for_who_chairs_or_leads_it(tabled: House) -> None:
    asked(tabled)
    assert listed(tabled, FIRST, "pl-z") == [(CODE, None)]
    assert listed(tabled, FIRST, "amb-1") == []
    with pytest.raises(NotAllowed):
        listed(tabled, FIRST, "pl-n")
    shown = {
        name: [one.cases for one in agenda(tabled, FIRST, FIRST, actor=actor(tabled, name), now=NOW)]
        for name in ("chair-1", "amb-1")
    }
    assert shown == {"chair-1": [(CODE,)], "amb-1": [()]}


def test_a_chair_puts_a_case_on_the_agenda_and_takes_it_off(tabled: House) -> None:
    chair(tabled, Deed.AGENDA_ADD, FIRST, LEAVES, text=CODE.lower())
    assert listed(tabled, FIRST) == [(CODE, None)]
    again = lambda: chair(tabled, Deed.AGENDA_ADD, FIRST, LEAVES, text=CODE)  # noqa: E731
    assert code(again) is ProblemCode.AGENDA_CASE_THERE
    # Put on another meeting, it moves there.
    chair(tabled, Deed.AGENDA_ADD, SECOND, LEAVES, text=CODE)
    assert (listed(tabled, FIRST), listed(tabled, SECOND)) == ([], [(CODE, None)])
    chair(tabled, Deed.AGENDA_REMOVE, SECOND, LEAVES, name="pl-z", case=CODE)
    assert listed(tabled, SECOND) == []


def test_an_unknown_case_and_one_of_another_region_are_refused_alike(tabled: House) -> None:
    a_held_case(tabled, "GIA-2026-002", municipality="alkmaar")
    for text in ("GIA-2026-002", "GIA-2026-999", "111222333"):
        work = lambda text=text: chair(tabled, Deed.AGENDA_ADD, FIRST, LEAVES, text=text)  # type: ignore[misc] # noqa: E731
        assert code(work) in (ProblemCode.AGENDA_CASE_UNKNOWN, ProblemCode.TEXT_HAS_BSN)
    assert listed(tabled, FIRST) == []


def test_who_takes_part_puts_nothing_on_it(tabled: House) -> None:
    with pytest.raises(NotAllowed):
        chair(tabled, Deed.AGENDA_ADD, FIRST, LEAVES, name="amb-1", text=CODE)


def test_a_moved_meeting_takes_its_cases_along(tabled: House) -> None:
    asked(tabled)
    chair(tabled, Deed.MOVE, FIRST, LEAVES, name="pl-z", on="2026-05-22")
    assert listed(tabled, FIRST) == [(CODE, None)]
    assert running(tabled).agenda_on == date(2026, 5, 22)


@pytest.mark.parametrize("deed", [Deed.CANCEL, Deed.NOT_HELD])
def test_what_does_not_take_place_sends_its_cases_to_the_next_one(tabled: House, deed: Deed) -> None:
    asked(tabled)
    chair(tabled, deed, FIRST, FIRST, name="pl-z", text="te weinig mensen")
    assert (listed(tabled, FIRST), listed(tabled, SECOND)) == ([], [(CODE, None)])
    assert running(tabled).agenda_on == SECOND
    assert history(tabled)[-1] == ("submitted", "het-zuid")


def test_of_two_cancelled_meetings_the_cases_go_to_the_one_after_both(tabled: House) -> None:
    asked(tabled)
    chair(tabled, Deed.CANCEL, SECOND, LEAVES, name="pl-z", text="vrij")
    chair(tabled, Deed.CANCEL, FIRST, LEAVES, name="pl-z", text="vrij")
    assert listed(tabled, THIRD) == [(CODE, None)]


def test_after_the_meeting_each_case_asks_its_outcome_which_comes_back(tabled: House) -> None:
    asked(tabled)
    answer(tabled, "het-zuid", Answer.ACCEPT, LEAVES)
    early = lambda: chair(tabled, Deed.CASE_OUTCOME, FIRST, LEAVES, case=CODE, choice="advies")  # noqa: E731
    assert code(early) is ProblemCode.MATTER_OVER
    deliver(tabled, at(FIRST, 10))
    chair(tabled, Deed.HELD, FIRST, FIRST)
    deeds = show(tabled, Ref.of_meeting("het", FIRST), actor=actor(tabled, "chair-1"), now=at(FIRST)).deeds
    assert deeds[0] is Deed.CASE_OUTCOME
    assert reminded(tabled, date(2026, 5, 22)) == [("chair-1", "meeting_outcome", 1)]
    unknown = lambda: chair(tabled, Deed.CASE_OUTCOME, FIRST, FIRST, case=CODE, choice="anders")  # noqa: E731
    assert code(unknown) is ProblemCode.CHOICE_UNKNOWN
    chair(tabled, Deed.CASE_OUTCOME, FIRST, date(2026, 5, 22), case=CODE, choice="advies")
    assert listed(tabled, FIRST) == [(CODE, "advies")]
    assert told(tabled, date(2026, 5, 22)) == [("het-zuid", "outcome 3"), ("jb-1", "outcome 3")]
    view = running(tabled)
    assert (view.steps[-1].kind, view.steps[-1].reason, view.steps[-1].by) == ("outcome", "advies", "chair-1")
    assert view.agenda_on is None
    # It is said once, and who has it is asked on by the ladder's own clock.
    gone = lambda: chair(tabled, Deed.CASE_OUTCOME, FIRST, date(2026, 5, 22), case=CODE, choice="advies")  # noqa: E731
    assert code(gone) is ProblemCode.AGENDA_CASE_GONE
    assert reminded(tabled, date(2026, 5, 26)) == []


def reminded(house: House, on: date) -> list[tuple[str, str, object]]:
    """Return the lines of a morning that ask for outcomes, each with how many cases are open."""
    governance_pass(house, at(on, 6, 0))
    return [
        (post.recipient, line.key, line.values["open"])
        for post in deliver(house, at(on))
        if isinstance(post.view, DigestView)
        for line in post.view.governance
        if line.key == "meeting_outcome"
    ]


def told(house: House, on: date) -> list[tuple[str, str]]:
    """Return what escalations told after eleven in the morning of a day."""
    return [one for one in sent_at(house, at(on, 11, 5)) if one[1].startswith("outcome")]


def test_an_outcome_that_the_desk_tells_itself_stands_on_the_agenda(tabled: House) -> None:
    asked(tabled)
    answer(tabled, "het-zuid", Answer.ACCEPT, LEAVES)
    answer(tabled, "het-zuid", Answer.OUTCOME, FIRST, reason="hulp_gevonden")
    assert listed(tabled, FIRST) == [(CODE, "hulp_gevonden")]
    assert told(tabled, FIRST) == [("jb-1", "outcome 3")]


def test_what_was_not_discussed_is_on_the_next_agenda(tabled: House) -> None:
    asked(tabled)
    chair(tabled, Deed.HELD, FIRST, FIRST)
    chair(tabled, Deed.CASE_OUTCOME, FIRST, FIRST, case=CODE, choice="niet_besproken")
    assert (listed(tabled, FIRST), listed(tabled, SECOND)) == ([(CODE, "niet_besproken")], [(CODE, None)])


def test_an_outcome_after_it_went_elsewhere_is_kept_and_told_and_moves_nothing(tabled: House) -> None:
    asked(tabled)
    chair(tabled, Deed.HELD, FIRST, FIRST)
    answer(tabled, "jb-1", Answer.JUMP, FIRST, reason="plaats", rung=1)
    before = running(tabled)
    chair(tabled, Deed.CASE_OUTCOME, FIRST, FIRST, case=CODE, choice="advies")
    after = running(tabled)
    assert (after.holder, after.escalation.stage) == (before.holder, before.escalation.stage)
    assert after.steps[-1].reason == "advies"
    assert ("jb-1", "outcome 3") in told(tabled, FIRST)


def test_help_that_started_takes_the_case_off_the_agenda(tabled: House) -> None:
    asked(tabled)
    record_fact(
        tabled, CODE, FactKind.HELP_STARTED, LEAVES, value=Fit.FITS, actor=CLI, now=at(date(2026, 5, 20), 9)
    )
    assert listed(tabled, FIRST) == []


def test_what_the_desk_hands_back_is_off_the_agenda(tabled: House) -> None:
    asked(tabled)
    answer(tabled, "het-zuid", Answer.HAND_BACK, date(2026, 5, 20), reason="aanbod")
    assert listed(tabled, FIRST) == []


def test_of_a_case_without_an_escalation_the_jeugdbeschermer_hears_the_outcome(tabled: House) -> None:
    a_held_case(tabled, "GIA-2026-003", municipality="haarlem")
    chair(tabled, Deed.AGENDA_ADD, FIRST, LEAVES, text="GIA-2026-003")
    chair(tabled, Deed.HELD, FIRST, FIRST)
    deliver(tabled, at(FIRST, 10, 59))
    chair(tabled, Deed.CASE_OUTCOME, FIRST, FIRST, case="GIA-2026-003", choice="advies")
    posts = [post for post in deliver(tabled, at(FIRST, 11, 5)) if isinstance(post.view, AlertView)]
    assert [(post.recipient, post.view.said) for post in posts if isinstance(post.view, AlertView)] == [
        ("jb-1", "advies gekregen")
    ]


def test_the_chair_hears_how_many_cases_come_and_no_message_to_others_says_so(tabled: House) -> None:
    asked(tabled)
    governance_pass(tabled, at(date(2026, 5, 20), 6, 0))
    found = {
        post.recipient: [
            line.values["cases"]
            for line in post.view.governance
            if line.values["chairs"] and line.values["on"] == FIRST
        ]
        for post in deliver(tabled, at(date(2026, 5, 20)))
        if isinstance(post.view, DigestView) and post.view.governance
    }
    assert (found["chair-1"], found["amb-1"]) == ([1], [])


def test_the_outcome_stays_readable_when_the_escalation_moves_on(tabled: House) -> None:
    asked(tabled)
    chair(tabled, Deed.HELD, FIRST, FIRST)
    chair(tabled, Deed.CASE_OUTCOME, FIRST, FIRST, case=CODE, choice="advies")
    answer(tabled, "jb-1", Answer.JUMP, FIRST, reason="plaats", rung=1)
    posts = [
        post.view
        for post in deliver(tabled, at(FIRST, 11, 30))
        if post.recipient == "jb-1" and isinstance(post.view, EscalationsView)
    ]
    assert [[(str(line.what), line.over) for line in view.lines] for view in posts] == [[("outcome", False)]]
