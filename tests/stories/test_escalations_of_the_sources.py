"""The sources' own cases, with made-up codes: each with every message, to whom, on which day.

A digest is shown as the terms in it, `3>teammanager` where it says who will be asked to help if nothing
changes. `offered` asks somebody to take it, `asked` whether it is solved, `informed` asks nothing.
"""

from datetime import date

import pytest

from core.facts import CouplingKind, FactKind, Fit
from core.terms import Status
from services.cases import read_case, record_fact
from services.couplings import couple, hand_over, plan_handover, steadiness
from services.escalating import Answer
from services.explanations import explain
from services.house import House
from services.items import add_item, ask_help, extend_item, record_item, record_need, send_request
from services.reassignment import move_municipality
from tests.escalating import CODE, Story, a_held_case, answer, history, region, set_course
from tests.factories import CLI, MONDAY, NOW, a_case


@pytest.fixture
def region_house(sqlite_house: House) -> House:
    """A region with desks and routes."""
    return region(sqlite_house)


def status(story: Story, norm: str) -> Status:
    """Return how a term stands today."""
    found = read_case(story.house, CODE, actor=CLI, now=story.at()).term(norm)
    assert found is not None
    return found.status


def test_the_baby_with_six_weeks_without_a_talk(region_house: House) -> None:
    # A baby of two weeks. Somebody is coupled on the day itself, but nobody goes: that is not norm 1.
    story = Story(region_house, MONDAY)
    a_case(story.house, protector_coupled=MONDAY, manager="tm-1")
    # The first week the worker is reminded, and the manager before the date.
    assert story.morning(date(2026, 3, 9)) == [
        "wo 4 mrt jb-1: digest: 1",
        "do 5 mrt jb-1: digest: 1",
        "vr 6 mrt jb-1: digest: 1",
        "vr 6 mrt tm-1: digest: 1",
        "ma 9 mrt jb-1: digest: 1>teammanager",
        "ma 9 mrt tm-1: digest: 1",
    ]
    # From the day after, the manager is asked to help; a day later the institution itself.
    assert story.morning(date(2026, 3, 13)) == [
        "di 10 mrt jb-1: digest: 1",
        "di 10 mrt tm-1: offered 1",
        "wo 11 mrt jb-1: digest: 1",
        "wo 11 mrt meldpunt-gia: offered 1",
        "wo 11 mrt tm-1: digest: 1",
        "do 12 mrt jb-1: digest: 1",
        "do 12 mrt tm-1: digest: 1",
        "vr 13 mrt meldpunt-gia: offered 1",
    ]
    # The institution takes it, and is asked whether it has worked: it does not say, and is asked again.
    answer(story.house, "meldpunt-gia", Answer.ACCEPT, date(2026, 3, 13), "1")
    assert story.morning(date(2026, 3, 31)) == [
        "ma 16 mrt jb-1: digest: 1",
        "ma 16 mrt tm-1: digest: 1",
        "do 19 mrt jb-1: digest: 2",
        "vr 20 mrt meldpunt-gia: asked 1",
        "ma 23 mrt jb-1: digest: 1 older",
        "ma 23 mrt tm-1: digest: 1 older",
        "di 24 mrt meldpunt-gia: asked 1",
        "do 26 mrt jb-1: digest: 2",
        "ma 30 mrt jb-1: digest: 1 older",
        "ma 30 mrt tm-1: digest: 1 older",
        "di 31 mrt meldpunt-gia: asked 1",
    ]
    # Norm 1 cannot be explained. By the middle of April norm 2 has passed too, and climbs as well.
    assert story.morning(date(2026, 4, 15)) == [
        "do 2 apr jb-1: digest: 2",
        "di 7 apr jb-1: digest: 1 older",
        "di 7 apr tm-1: digest: 1 older",
        "do 9 apr jb-1: digest: 2",
        "do 9 apr meldpunt-gia: asked 1",
        "do 9 apr tm-1: digest: 2",
        "ma 13 apr jb-1: digest: 2>teammanager, 1 older",
        "ma 13 apr tm-1: digest: 2, 1 older",
        "di 14 apr jb-1: digest: 3, 2",
        "di 14 apr tm-1: offered 2",
        "wo 15 apr jb-1: digest: 2",
        "wo 15 apr tm-1: digest: 2",
    ]
    # After six and a half weeks the first real talk. It is recorded, and norm 1 is late for ever.
    record_fact(story.house, CODE, FactKind.FIRST_CONTACT, date(2026, 4, 15), **story.who("jb-1"))
    assert status(story, "1") is Status.LATE
    assert history(story.house, "1")[-1] == ("solved", None)
    # A course is explained until the end of the month, and nobody is asked about the old date again.
    explain(story.house, CODE, "2", "gezin", date(2026, 4, 30), **story.who("jb-1"))
    assert story.morning(date(2026, 4, 30)) == [
        "wo 22 apr jb-1: digest: 2",
        "di 28 apr jb-1: digest: 2",
        "wo 29 apr jb-1: digest: 3",
        "do 30 apr jb-1: digest: 2>teammanager",
        "do 30 apr tm-1: digest: 2",
    ]
    set_course(story.house, story.today)
    assert status(story, "2") is Status.LATE
    assert story.morning(date(2026, 5, 8)) == []


def test_the_twelve_weeks_crisis_place_that_ends_on_friday(region_house: House) -> None:
    # She has help that fits, but it is a crisis place: twelve weeks at most, from a Saturday in March.
    story = Story(region_house, date(2026, 3, 13))
    a_held_case(story.house)
    record_fact(story.house, CODE, FactKind.HELP_STARTED, MONDAY, value=Fit.FITS, actor=CLI, now=NOW)
    add_item(story.house, CODE, "crisisplek", {FactKind.ITEM_STARTED: date(2026, 3, 14)}, **story.who("jb-1"))
    # It ends on Friday 5 June. Week six: the zorgmakelaar is asked, after the worker has seen it coming.
    assert story.morning(date(2026, 4, 21)) == [
        "vr 17 apr jb-1: digest: crisisplek.1>zorgmakelaar",
        "ma 20 apr zm-noord: offered crisisplek.1",
    ]
    # The zorgmakelaar takes it, and needs more time when asked.
    answer(story.house, "zm-noord", Answer.ACCEPT, date(2026, 4, 21), "crisisplek.1")
    assert story.morning(date(2026, 4, 29)) == ["wo 29 apr zm-noord: asked crisisplek.1"]
    answer(story.house, "zm-noord", Answer.MORE_TIME, date(2026, 4, 29), "crisisplek.1", reason="plaats")
    assert story.morning(date(2026, 5, 8)) == [
        "ma 4 mei jb-1: digest: crisisplek.1",
        "do 7 mei zm-noord: asked crisisplek.1",
    ]
    answer(story.house, "zm-noord", Answer.MORE_TIME, date(2026, 5, 8), "crisisplek.1", reason="plaats")
    # In May the family moves: who pays is another municipality, and the desks ahead are those of its region.
    move_municipality(story.house, CODE, "haarlem", **story.who("jb-1"))
    # Two weeks and a half before: the manager, whoever has it. Two weeks before: the expert team.
    assert story.morning(date(2026, 5, 22)) == [
        "di 12 mei jb-1: digest: crisisplek.1",
        "di 19 mei tm-1: offered crisisplek.1",
        "do 21 mei het-zuid: offered crisisplek.1",
        "do 21 mei jb-1: digest: crisisplek.1",
        "do 21 mei tm-1: digest: crisisplek.1",
    ]
    answer(story.house, "jb-1", Answer.APPLY, date(2026, 5, 22), "crisisplek.1", applied_by="jb-1")
    answer(story.house, "het-zuid", Answer.ACCEPT, date(2026, 5, 22), "crisisplek.1")
    assert story.now_sent() == []
    # The provider gives a week more; that is an extension, and not a place.
    assert story.morning(date(2026, 6, 1)) == [
        "wo 27 mei het-zuid: asked crisisplek.1",
        "vr 29 mei het-zuid: asked crisisplek.1",
        "vr 29 mei jb-1: digest: crisisplek.1",
        "vr 29 mei tm-1: digest: crisisplek.1",
    ]
    extend_item(story.house, CODE, "crisisplek.1", date(2026, 6, 13), "late_hulp", **story.who("jb-1"))
    assert story.morning(date(2026, 6, 9)) == [
        "di 2 jun het-zuid: asked crisisplek.1",
        "di 2 jun jb-1: digest: crisisplek.1",
        "di 2 jun tm-1: digest: crisisplek.1",
        "do 4 jun het-zuid: asked crisisplek.1",
        "vr 5 jun jb-1: digest: crisisplek.1",
        "vr 5 jun tm-1: digest: crisisplek.1",
        "ma 8 jun het-zuid: asked crisisplek.1",
    ]
    # On Tuesday there is a place from Friday on. The expert team lets go.
    record_item(
        story.house, CODE, "crisisplek.1", FactKind.ITEM_PLACE, date(2026, 6, 12), **story.who("jb-1")
    )
    assert status(story, "crisisplek.1") is Status.MET
    assert story.morning(date(2026, 6, 19)) == []


def test_the_wait_of_ten_months(region_house: House) -> None:
    # The course stands on the first day; the help that fits has a waiting list of ten months.
    story = Story(region_house, MONDAY)
    a_held_case(story.house)
    ask_help(story.house, CODE, "ggz", "aanbieder", MONDAY, **story.who("jb-1"))
    assert story.morning(date(2026, 3, 10)) == []
    done = record_need(story.house, CODE, 1, FactKind.HELP_WAITING, date(2027, 1, 4), **story.who("jb-1"))
    assert done.prompts == ("climb",)
    # A wait is no fact of nature: it does not take until June before somebody is asked.
    assert story.morning(date(2026, 3, 12)) == [
        "wo 11 mrt jb-1: digest: 3>teammanager",
        "do 12 mrt tm-1: offered 3",
    ]
    # The manager takes it, and sends it on to the expert team: one rung is skipped, with a reason.
    answer(story.house, "tm-1", Answer.ACCEPT, date(2026, 3, 12))
    answer(story.house, "tm-1", Answer.JUMP, date(2026, 3, 12), reason="wachtlijst", rung=2)
    assert story.now_sent() == ["do 12 mrt ret-noord: offered 3"]
    answer(story.house, "tm-1", Answer.APPLY, date(2026, 3, 12), applied_by="jb-1")
    answer(story.house, "ret-noord", Answer.ACCEPT, date(2026, 3, 12))
    assert story.now_sent(11) == []
    # It is asked every two working days; advice is an outcome and no solution.
    assert story.morning(date(2026, 3, 16)) == ["ma 16 mrt ret-noord: asked 3"]
    answer(story.house, "ret-noord", Answer.OUTCOME, date(2026, 3, 16), note="advies gegeven")
    assert story.morning(date(2026, 3, 18)) == ["wo 18 mrt ret-noord: asked 3"]
    # Other help, agreed with the family as an alternative, starts that Friday. That counts.
    answer(story.house, "ret-noord", Answer.OUTCOME, date(2026, 3, 18), note="alternatief gevonden")
    assert story.morning(date(2026, 3, 20)) == ["vr 20 mrt ret-noord: asked 3"]
    record_need(
        story.house,
        CODE,
        1,
        FactKind.HELP_STARTED,
        date(2026, 3, 20),
        value=Fit.AGREED_ALTERNATIVE,
        **story.who("jb-1"),
    )
    assert status(story, "3") is Status.MET
    assert story.morning(date(2026, 6, 30)) == []


def test_three_months_lost_on_a_wrong_form(region_house: House) -> None:
    # The application goes out in March, on the form of another municipality. Nobody answers.
    story = Story(region_house, MONDAY)
    a_held_case(story.house)
    ask_help(story.house, CODE, "ggz", "toegang", MONDAY, **story.who("jb-1"))
    send_request(story.house, CODE, "maatwerk", 1, MONDAY, **story.who("jb-1"))
    # Two weeks is the local practice: then the worker chases it, and the desk is asked.
    assert story.morning(date(2026, 3, 17)) == [
        "do 12 mrt jb-1: digest: maatwerk.1",
        "ma 16 mrt jb-1: digest: maatwerk.1>toegang",
        "di 17 mrt zm-noord: offered maatwerk.1",
    ]
    # The desk says what is wrong, after two weeks and not after three months.
    answer(story.house, "zm-noord", Answer.HAND_BACK, date(2026, 3, 17), "maatwerk.1", reason="gemeente")
    assert story.now_sent() == ["di 17 mrt jb-1: handed_back maatwerk.1"]
    record_item(
        story.house,
        CODE,
        "maatwerk.1",
        FactKind.REQUEST_ANSWERED,
        date(2026, 3, 17),
        value="nee",
        **story.who("jb-1"),
    )
    send_request(story.house, CODE, "maatwerk", 1, date(2026, 3, 17), **story.who("jb-1"))
    assert story.morning(date(2026, 3, 31)) == [
        "vr 27 mrt jb-1: digest: maatwerk.2",
        "di 31 mrt jb-1: digest: maatwerk.2>toegang",
    ]
    record_item(
        story.house,
        CODE,
        "maatwerk.2",
        FactKind.REQUEST_ANSWERED,
        date(2026, 3, 31),
        value="ja",
        **story.who("jb-1"),
    )
    # Norm 3 was never paused; its own reminders come as if nothing was asked.
    assert status(story, "3") is Status.OPEN
    assert story.morning(date(2026, 5, 15)) == ["di 14 apr jb-1: digest: 3", "wo 29 apr jb-1: digest: 3"]


def test_the_municipality_that_takes_fifteen_weeks(region_house: House) -> None:
    # The municipality may take six weeks over its judgment. Norm 3 does not wait for it.
    story = Story(region_house, MONDAY)
    a_held_case(story.house)
    ask_help(story.house, CODE, "gezin", "gemeente", MONDAY, **story.who("jb-1"))
    send_request(story.house, CODE, "toegang", 1, MONDAY, **story.who("jb-1"))
    # Reminded in week four and on the date; the desk the day after, the manager when it does not answer.
    assert story.morning(date(2026, 4, 17)) == [
        "do 26 mrt jb-1: digest: toegang.1",
        "ma 13 apr jb-1: digest: toegang.1>toegang",
        "di 14 apr jb-1: digest: 3",
        "di 14 apr zm-noord: offered toegang.1",
        "do 16 apr jb-1: digest: toegang.1",
        "do 16 apr tm-1: offered toegang.1",
    ]
    answer(story.house, "tm-1", Answer.ACCEPT, date(2026, 4, 17), "toegang.1")
    # The manager has it, and is asked each week. In May norm 3 itself begins to climb.
    assert story.morning(date(2026, 5, 19)) == [
        "ma 20 apr jb-1: digest: 1 older",
        "vr 24 apr tm-1: asked toegang.1",
        "di 28 apr jb-1: digest: 1 older",
        "di 28 apr tm-1: digest: 1 older",
        "wo 29 apr jb-1: digest: 3",
        "wo 29 apr tm-1: asked toegang.1",
        "ma 4 mei jb-1: digest: 1 older",
        "ma 4 mei tm-1: digest: 1 older",
        "do 7 mei tm-1: asked toegang.1",
        "ma 11 mei jb-1: digest: 1 older",
        "ma 11 mei tm-1: digest: 1 older",
        "ma 18 mei jb-1: digest: 3>teammanager, 1 older",
        "ma 18 mei tm-1: asked toegang.1",
        "di 19 mei tm-1: offered 3",
    ]
    # In week twelve it is explained for the first time: waiting for the municipality, until the end of June.
    explain(story.house, CODE, "3", "gemeente", date(2026, 6, 30), **story.who("jb-1"))
    answer(story.house, "tm-1", Answer.ACCEPT, date(2026, 5, 19), "toegang.1")
    assert story.morning(date(2026, 6, 15)) == [
        "di 26 mei jb-1: digest: 1 older",
        "di 26 mei tm-1: asked toegang.1",
        "ma 1 jun jb-1: digest: 1 older",
        "ma 1 jun tm-1: digest: 1 older",
        "di 2 jun tm-1: asked toegang.1",
        "ma 8 jun jb-1: digest: 1 older",
        "ma 8 jun tm-1: digest: 1 older",
        "di 9 jun tm-1: asked toegang.1",
        "ma 15 jun jb-1: digest: 1 older",
        "ma 15 jun tm-1: digest: 1 older",
    ]
    # Fifteen weeks after it was asked the decision is there, and the help starts.
    record_item(
        story.house,
        CODE,
        "toegang.1",
        FactKind.REQUEST_ANSWERED,
        date(2026, 6, 15),
        value="ja",
        **story.who("jb-1"),
    )
    record_need(
        story.house, CODE, 1, FactKind.HELP_STARTED, date(2026, 6, 15), value=Fit.FITS, **story.who("jb-1")
    )
    assert (status(story, "toegang.1"), status(story, "3")) == (Status.LATE, Status.LATE)
    assert story.morning(date(2026, 6, 30)) == []


def test_from_the_instroomteam_to_a_steady_jeugdbeschermer(region_house: House) -> None:
    # The case begins with the instroomteam; without a day for the handover it could not.
    story = Story(region_house, MONDAY)
    a_case(story.house, protector=None, manager="tm-1", first_contact=MONDAY)
    couple(
        story.house,
        CODE,
        "jb-1",
        MONDAY,
        kind=CouplingKind.INTAKE_TEAM,
        handover_on=date(2026, 3, 30),
        **story.who("tm-1"),
    )
    assert story.now_sent() == ["ma 2 mrt jb-1: assigned"]
    set_course(story.house, MONDAY)
    # Who comes next is not known yet: only the worker of the instroomteam is reminded.
    assert story.morning(date(2026, 3, 24)) == ["ma 23 mrt jb-1: digest: overdracht.1"]
    # A week before, a name. From then on both are reminded.
    plan_handover(story.house, CODE, "jb-2", date(2026, 3, 30), **story.who("tm-1"))
    assert story.morning(date(2026, 3, 30)) == [
        "vr 27 mrt jb-1: digest: overdracht.1",
        "vr 27 mrt jb-2: digest: overdracht.1",
        "ma 30 mrt jb-1: digest: overdracht.1",
        "ma 30 mrt jb-2: digest: overdracht.1",
        "ma 30 mrt tm-1: digest: overdracht.1",
    ]
    # The talk is held a day late; the case is the other's from that day, and that is no unplanned switch.
    assert story.morning(date(2026, 3, 31)) == [
        "di 31 mrt jb-1: digest: overdracht.1",
        "di 31 mrt jb-2: digest: overdracht.1",
        "di 31 mrt tm-1: digest: overdracht.1",
    ]
    hand_over(story.house, CODE, "overdracht.1", date(2026, 3, 31), **story.who("jb-1"))
    assert story.now_sent() == ["di 31 mrt jb-2: assigned"]
    found = steadiness(story.house, CODE, actor=CLI, now=story.at())
    assert (found.days_without, found.days_in_intake, found.unplanned) == (0, 29, 0)
    assert story.morning(date(2026, 4, 10)) == []
