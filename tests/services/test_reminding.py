"""Reminding on request: who is asked once more, how often, and what the asker hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from core.errors import NotAllowed, ProblemCode
from core.outbox import MessageKind
from core.people import Role
from core.planboard import read_period
from services.absences import set_absence
from services.governance.access import Deed
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.matters import MatterKind, Ref
from services.governance.reminded import ReminderView
from services.governance.reminding import Reminded, remind_all, waiting_owners
from services.governance.showing import show
from services.house import House
from services.people import NewPerson, add_person, revoke
from storage.queries.people import change_person
from tests.factories import CLI, MONDAY, NOW, Post, actor, at, deliver, person
from tests.services.test_governance import FIRST, PLAN, code
from tests.services.test_governance import governed as governed  # noqa: PLC0414 - a fixture

SUBMISSIONS = Ref(MatterKind.SUBMISSION, "uitvraag", date(2026, 3, 10))
OF_GIA, OF_GIB = replace(SUBMISSIONS, part="GIA"), replace(SUBMISSIONS, part="GIB")
ACTION, ACTIONS = Ref(MatterKind.ACTION, "plan", part="werven"), Ref(MatterKind.ACTION, "plan")


def remind(house: House, ref: Ref = FIRST, by: str = "pl-1", now: datetime = NOW) -> Reminded:
    done = do(house, Deed.REMIND, ref, version=None, actor=actor(house, by, now), now=now)
    assert done.reminded is not None
    return done.reminded


def answer(house: House, name: str, now: datetime = NOW) -> None:
    do(house, Deed.PRESENT, FIRST, version=None, actor=actor(house, name, now), now=now)


def reminders(house: House, now: datetime = NOW) -> list[Post]:
    return [post for post in deliver(house, now) if post.message.kind is MessageKind.REMINDER]


def told(posts: list[Post]) -> dict[str, list[str]]:
    assert all(isinstance(post.view, ReminderView) for post in posts)
    return {post.recipient: [line.key for line in post.view.lines] for post in posts}  # type: ignore[union-attr]


def lose(house: House, name: str) -> None:
    with house.store.write() as tx:
        change_person(tx, person(house, name).id, chat_id=None, mail=None)


def deeds(house: House, ref: Ref, name: str, now: datetime = NOW) -> bool:
    return Deed.REMIND in show(house, ref, actor=actor(house, name, now), now=now).deeds


def test_who_has_not_answered_gets_one_message_and_who_has_none(governed: House) -> None:
    answer(governed, "tm-1")
    assert remind(governed) == Reminded(told=("amb-1",))
    (post,) = reminders(governed)
    view = post.view
    assert isinstance(view, ReminderView)
    assert (post.recipient, view.by, [line.key for line in view.lines]) == (
        "amb-1",
        "pl-1",
        ["meeting_asked"],
    )
    assert view.lines[0].link is not None


def test_nobody_is_reminded_twice_on_a_day_and_everybody_can_be_the_next(governed: House) -> None:
    assert remind(governed).told == ("amb-1", "tm-1")
    again = remind(governed, now=NOW + timedelta(hours=1))
    assert (again.told, again.already) == ((), ("amb-1", "tm-1"))
    assert len(reminders(governed, NOW + timedelta(hours=2))) == 2
    assert remind(governed, now=at(date(2026, 3, 3), 9)).told == ("amb-1", "tm-1")


def test_a_meeting_that_moved_today_is_not_reminded_of_once_more_today(governed: House) -> None:
    remind(governed)
    pl = actor(governed, "pl-1")
    do(governed, Deed.MOVE, FIRST, version=0, actor=pl, now=NOW, filled=Filled(on="2026-03-26"))
    assert remind(governed).already == ("amb-1", "tm-1")


def test_quiet_hours_hold_a_reminder_and_the_asker_hears_until_when(governed: House) -> None:
    night = at(MONDAY, 22)
    assert remind(governed, now=night).held_until == at(date(2026, 3, 3), 7, 30)
    assert reminders(governed, night) == []
    assert set(told(reminders(governed, at(date(2026, 3, 3), 7, 31)))) == {"amb-1", "tm-1"}


def test_who_answers_in_the_night_hears_nothing_in_the_morning(governed: House) -> None:
    night = at(MONDAY, 22)
    remind(governed, now=night)
    answer(governed, "tm-1", night)
    posts = reminders(governed, at(date(2026, 3, 3), 7, 31))
    assert {post.recipient: post.outcome for post in posts} == {
        "amb-1": "sent",
        "tm-1": "withdrawn:nothing_left",
    }


def test_of_who_is_absent_the_substitute_is_asked_and_answers_for_both(governed: House) -> None:
    away = {"from_on": MONDAY, "through_on": date(2026, 3, 6)}
    with governed.store.write() as tx:
        change_person(tx, person(governed, "tm-2").id, team="noord")
    set_absence(governed, "tm-1", "tm-2", **away, actor=CLI, now=NOW)
    assert remind(governed).told == ("amb-1", "tm-2")
    (post,) = [one for one in reminders(governed) if one.recipient == "tm-2"]
    assert isinstance(post.view, ReminderView)
    assert post.view.lines[0].values["stands_in"] == ("tm-1",)
    answer(governed, "tm-2")
    assert show(governed, FIRST, actor=actor(governed, "pl-1"), now=NOW).unanswered == 1


def test_who_goes_away_before_it_is_sent_is_asked_through_the_substitute(governed: House) -> None:
    night, morning = at(MONDAY, 22), at(date(2026, 3, 3), 7, 31)
    remind(governed, now=night)
    set_absence(
        governed,
        "tm-1",
        "tm-2",
        date(2026, 3, 3),
        date(2026, 3, 6),
        actor=CLI,
        now=night + timedelta(hours=1),
    )
    posts = reminders(governed, morning)
    assert {post.recipient for post in posts if post.outcome == "sent"} == {"amb-1", "tm-2"}


def test_who_has_no_address_is_told_to_the_asker_and_nothing_is_written(governed: House) -> None:
    lose(governed, "tm-1")
    assert remind(governed) == Reminded(told=("amb-1",), lost=("tm-1",))
    assert set(told(reminders(governed))) == {"amb-1"}


def test_a_channel_that_this_installation_does_not_have_reaches_nobody(governed: House) -> None:
    rules = replace(governed.rules, channels=frozenset())
    assert remind(House(governed.store, rules, governed.worker)) == Reminded(lost=("amb-1", "tm-1"))


def test_a_chair_reminds_the_participants_and_is_not_reminded(governed: House) -> None:
    add_person(
        governed, NewPerson("amb-2", frozenset({Role.OFFICIAL}), mail="a@b.example"), actor=CLI, now=NOW
    )
    series = replace(governed.rules.governance.series["overleg"], chair="amb-2")
    agreed = replace(
        governed.rules.governance, series={**governed.rules.governance.series, "overleg": series}
    )
    house = House(governed.store, replace(governed.rules, governance=agreed), governed.worker)
    assert deeds(house, FIRST, "amb-2")
    assert remind(house, by="amb-2").told == ("amb-1", "tm-1")


@pytest.mark.parametrize("ref", [FIRST, OF_GIA, ACTION])
@pytest.mark.parametrize("name", ["tm-1", "amb-1", "gd-1", "pl-z"])
def test_who_does_not_lead_reminds_nobody(governed: House, name: str, ref: Ref) -> None:
    now = at(date(2026, 4, 1), 9) if ref is ACTION else NOW
    if name == "pl-z":
        assert not set(remind(governed, ref, by=name, now=now).told) & {"pl-z"}
        return
    with pytest.raises(NotAllowed):
        remind(governed, ref, by=name, now=now)
    with pytest.raises(NotAllowed):
        remind_all(
            governed,
            SUBMISSIONS if ref is OF_GIA else ACTIONS,
            actor=actor(governed, name, now),
            now=now,
        )


def test_a_button_to_remind_is_there_only_while_somebody_is_silent(governed: House) -> None:
    assert deeds(governed, FIRST, "pl-1")
    assert not deeds(governed, FIRST, "tm-1")
    for name in ("tm-1", "amb-1"):
        answer(governed, name)
    assert not deeds(governed, FIRST, "pl-1")
    assert remind(governed) == Reminded()


def test_a_meeting_that_is_over_is_not_asked_about(governed: House) -> None:
    assert remind(governed, now=at(date(2026, 3, 24), 9)) == Reminded()
    pl = actor(governed, "pl-1")
    do(governed, Deed.CANCEL, FIRST, version=None, actor=pl, now=NOW, filled=Filled("geen agenda"))
    assert code(lambda: remind(governed)) is ProblemCode.MATTER_OVER


def test_an_institution_that_misses_is_asked_through_its_data_lead(governed: House) -> None:
    assert remind(governed, OF_GIA).told == ("gd-1",)
    assert told(reminders(governed)) == {"gd-1": ["submission_asked"]}


def test_every_institution_that_misses_is_asked_and_who_handed_in_is_not(governed: House) -> None:
    pl = actor(governed, "pl-1")
    do(governed, Deed.RECEIVE, OF_GIB, version=0, actor=pl, now=NOW, filled=Filled("0 wachtenden"))
    assert remind_all(governed, SUBMISSIONS, actor=pl, now=NOW) == Reminded(told=("gd-1",))
    assert remind(governed, OF_GIB) == Reminded()


def test_without_a_data_lead_to_reach_the_mailbox_of_the_institution_is_asked(governed: House) -> None:
    lose(governed, "gd-1")
    assert remind(governed, OF_GIA) == Reminded(told=("meldpunt-gia",), lost=("gd-1",))


def test_an_institution_without_anybody_is_named_as_lost(governed: House) -> None:
    revoke(governed, "gd-b", actor=CLI, now=NOW)
    assert remind(governed, OF_GIB) == Reminded(lost=("GIB",))


def test_a_silent_owner_is_asked_until_there_is_a_word(governed: House) -> None:
    now = at(date(2026, 4, 1), 9)
    pl = actor(governed, "pl-1", now)
    assert [(plan.code, count) for plan, count in waiting_owners(governed, actor=pl, now=now)] == [
        ("plan", 1)
    ]
    assert remind_all(governed, ACTIONS, actor=pl, now=now).told == ("tm-1",)
    assert told(reminders(governed, now)) == {"tm-1": ["action_asked"]}
    tm = actor(governed, "tm-1", now)
    do(governed, Deed.COLOUR, ACTION, version=0, actor=tm, now=now, filled=Filled("loopt", choice="geel"))
    assert remind(governed, ACTION, now=now + timedelta(days=1)) == Reminded()
    assert waiting_owners(governed, actor=pl, now=now) == []


@pytest.mark.parametrize(
    ("on", "waits"),
    [(date(2026, 3, 10), False), (date(2026, 3, 27), True), (date(2026, 4, 10), True)],
)
def test_an_owner_is_silent_from_the_first_day_on_which_a_word_was_asked(
    governed: House, on: date, *, waits: bool
) -> None:
    assert deeds(governed, ACTION, "pl-1", at(on, 9)) is waits


def test_an_owner_of_several_actions_gets_one_message(governed: House) -> None:
    second = replace(PLAN.actions[0], code="leren", title="Leren", period=read_period("maart 2026"))
    plan = replace(PLAN, actions=(*PLAN.actions, second))
    agreed = replace(governed.rules.governance, plans={"plan": plan})
    house = House(governed.store, replace(governed.rules, governance=agreed), governed.worker)
    now = at(date(2026, 4, 1), 9)
    assert remind_all(house, ACTIONS, actor=actor(house, "pl-1", now), now=now).told == ("tm-1",)
    assert told(reminders(house, now)) == {"tm-1": ["action_asked", "action_asked"]}


def test_reminders_that_wait_for_the_morning_are_one_message(governed: House) -> None:
    night, on = at(date(2026, 3, 31), 22), date(2026, 4, 1)
    second = Ref.of_meeting("overleg", date(2026, 5, 4))
    remind(governed, second, now=night)
    assert remind(governed, ACTION, now=night).told == ("tm-1",)
    found = told(reminders(governed, at(on, 7, 31)))
    assert sorted(found["tm-1"]) == ["action_asked", "meeting_asked"]


def test_an_installation_that_rehearses_says_so(governed: House) -> None:
    rules = replace(governed.rules, notices=replace(governed.rules.notices, live=False))
    assert remind(House(governed.store, rules, governed.worker)).live is False


@pytest.mark.parametrize(
    "ref",
    [
        Ref(MatterKind.ACTION, "niets"),
        replace(SUBMISSIONS, code="overleg"),
        FIRST,
        Ref(MatterKind.DEADLINE, "plan"),
    ],
)
def test_only_submissions_and_plans_are_reminded_as_a_whole(governed: House, ref: Ref) -> None:
    def remind_it() -> None:
        remind_all(governed, ref, actor=actor(governed, "pl-1"), now=NOW)

    assert code(remind_it) is ProblemCode.MATTER_UNKNOWN
