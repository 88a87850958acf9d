"""Governance at work: what is told when, what people do about it, and who may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

import pytest

from core.chain import Step
from core.errors import NotAllowed, ProblemCode, Refused
from core.governance import Governance
from core.occurrences import MeetingStatus
from core.outbox import MessageKind
from core.people import Actor, Role
from core.planboard import Colour, Deadline, DeadlineKind, Plan, PlanAction, read_period
from core.ports import ChannelName
from core.series import Closure, OnDayOff, Participants, Series, SeriesKind, Visibility
from services.digests import DigestView
from services.directory import read_directory
from services.governance.access import Deed, fields_of
from services.governance.adding import add_meeting
from services.governance.changed import ChangedView
from services.governance.deeds import Done, do
from services.governance.filling import Filled, read_time
from services.governance.guard import governance_pass, start_governance
from services.governance.matters import MatterKind, MeetingMatter, Ref, participants_of, takes_part
from services.governance.overview import agenda, all_differences, board, submissions_at
from services.governance.showing import show
from services.house import House
from services.people import NewPerson, add_person, revoke
from templates import render
from tests.factories import CLI, MONDAY, NOW, Post, actor, at, deliver, make_rules

MEETING = Series(
    "overleg",
    "Overleg Rijk",
    SeriesKind.MEETING,
    date(2026, 3, 23),
    rule="FREQ=WEEKLY;INTERVAL=6",
    at=time(10),
    chair="pl-1",
    participants=Participants(people=("tm-1",), roles=("ambtenaar",)),
    steps=(Step("agenda", "agenda versturen", 10, "pl-1"),),
)
TENTH = Series(
    "uitvraag",
    "Uniforme uitvraag",
    SeriesKind.SUBMISSION,
    date(2026, 1, 10),
    rule="FREQ=MONTHLY;BYMONTHDAY=10",
    on_day_off=OnDayOff.PREVIOUS,
    organisations=("GIA", "GIB"),
    visibility=Visibility.PUBLIC,
)
PLAN = Plan(
    "plan",
    "Verbeterplan",
    "pl-1",
    (PlanAction("werven", "Zorgmakelaar werven", "tm-1", read_period("februari - maart 2026")),),
    (Deadline("stand", "Stand van zaken", DeadlineKind.REFERENCE, "pl-1", read_period("begin april 2026")),),
)
RECESS = Closure("mei", "meivakantie", date(2026, 4, 27), date(2026, 5, 10))
FIRST = Ref.of_meeting("overleg", date(2026, 3, 23))


@pytest.fixture
def governed(house: House) -> House:
    agreed = Governance({one.code: one for one in (MEETING, TENTH)}, (RECESS,), plans={"plan": PLAN})
    made = House(house.store, replace(make_rules(), governance=agreed), house.worker)
    for name, role, region in (
        ("pl-1", Role.PROJECT_LEADER, None),
        ("pl-z", Role.PROJECT_LEADER, "zuid"),
        ("amb-1", Role.OFFICIAL, None),
    ):
        new = NewPerson(name, frozenset({role}), region=region, mail=f"{name}@regio.example")
        add_person(made, new, actor=CLI, now=NOW)
    start_governance(made, NOW)
    return made


def day(house: House, on: date) -> list[Post]:
    governance_pass(house, at(on, 6, 0))
    return [post for post in deliver(house, at(on)) if post.outcome == "sent"]


def lines(posts: list[Post]) -> dict[str, list[str]]:
    return {
        post.recipient: [line.key for line in post.view.governance]
        for post in posts
        if isinstance(post.view, DigestView) and post.view.governance
    }


def days(house: House, *ons: date) -> dict[date, dict[str, list[str]]]:
    return {on: lines(day(house, on)) for on in ons}


def code(work: Callable[[], object]) -> ProblemCode:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.problems[0].code


def test_a_submission_is_asked_of_each_institution_until_it_is_received(governed: House) -> None:
    told = days(governed, MONDAY, *(date(2026, 3, n) for n in (3, 5, 9, 10, 11, 12)))

    # ten minus seven, three, one and no working days; GIB has no mailbox
    assert [on.day for on in told if "gd-1" in told[on]] == [5, 9, 10]
    assert [on.day for on in told if "gd-b" in told[on]] == [5, 9, 10]
    assert "meldpunt-gia" in told[date(2026, 3, 11)]
    assert "submission_after" in told[date(2026, 3, 12)]["pl-1"]
    receipt = Ref(MatterKind.SUBMISSION, "uitvraag", date(2026, 3, 10), "GIA")
    pl = actor(governed, "pl-1")
    now = at(date(2026, 3, 12), 9)
    do(governed, Deed.RECEIVE, receipt, version=0, actor=pl, now=now, filled=Filled("0 wachtenden"))
    (found,) = [
        owed
        for one, owed in submissions_at(governed, date(2026, 3, 12), actor=pl, now=now)
        if one.original_on.month == 3
    ]
    assert [(one.organisation, one.missing) for one in found] == [("GIA", False), ("GIB", True)]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("10:30", time(10, 30)),
        ("9.05", time(9, 5)),
        ("14.00 uur", time(14)),
        ("14u", time(14)),
        ("14u30", time(14, 30)),
        ("8 uur", time(8)),
        ("", None),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str, at: time | None) -> None:
    assert read_time(text) == at


@pytest.mark.parametrize("text", ["24:00", "10:60", "half elf", "10", "10:3", "1030"])
def test_what_is_no_time_is_refused(text: str) -> None:
    assert code(lambda: read_time(text)) is ProblemCode.TIME_FORM


def test_only_of_a_meeting_whose_day_came_it_is_asked_how_it_went(governed: House) -> None:
    pl = actor(governed, "pl-1")
    held = {Deed.HELD, Deed.NOT_HELD}
    before = show(governed, FIRST, actor=pl, now=at(date(2026, 3, 22), 9)).deeds
    on_the_day = show(governed, FIRST, actor=pl, now=at(date(2026, 3, 23), 9)).deeds
    assert (held & set(before), held & set(on_the_day)) == (set(), held)


def test_what_is_complete_stays_to_be_corrected_until_the_next_date(governed: House) -> None:
    pl, now = actor(governed, "pl-1"), at(date(2026, 3, 12), 9)
    for organisation in ("GIA", "GIB"):
        ref = Ref(MatterKind.SUBMISSION, "uitvraag", date(2026, 3, 10), organisation)
        do(governed, Deed.RECEIVE, ref, version=0, actor=pl, now=now, filled=Filled("0 wachtenden"))

    def shown(on: date) -> list[date]:
        return [one.sorted_on for one, _ in submissions_at(governed, on, actor=pl, now=at(on, 9))]

    assert shown(date(2026, 3, 12)) == [date(2026, 2, 10), date(2026, 3, 10), date(2026, 4, 10)]
    assert shown(date(2026, 4, 9)) == [date(2026, 3, 10), date(2026, 4, 10)]


def test_a_receipt_without_a_value_is_refused_and_a_correction_is_kept(governed: House) -> None:
    ref = Ref(MatterKind.SUBMISSION, "uitvraag", date(2026, 3, 10), "GIA")
    pl = actor(governed, "pl-1")

    def receive(text: str) -> None:
        do(governed, Deed.RECEIVE, ref, version=0, actor=pl, now=NOW, filled=Filled(text))

    assert code(lambda: receive("  ")) is ProblemCode.VALUE_MISSING
    receive("12 wachtenden")
    receive("0 wachtenden")
    shown = show(governed, ref, actor=pl, now=NOW)
    assert [one.value for one in shown.matter.submission.receipts] == ["12 wachtenden", "0 wachtenden"]  # type: ignore[union-attr]


def test_a_receipt_for_an_institution_that_is_not_asked_is_refused(governed: House) -> None:
    ref = Ref(MatterKind.SUBMISSION, "uitvraag", date(2026, 3, 10), "GIC")

    def receive() -> None:
        do(governed, Deed.RECEIVE, ref, version=0, actor=CLI, now=NOW, filled=Filled("1"))

    assert code(receive) is ProblemCode.MATTER_UNKNOWN


@pytest.mark.parametrize("name", ["gd-1", "gd-b", "tm-1", "amb-1", "jb-1"])
def test_only_project_leaders_record_receipt(governed: House, name: str) -> None:
    ref = Ref(MatterKind.SUBMISSION, "uitvraag", date(2026, 3, 10), "GIA")

    with pytest.raises(NotAllowed):
        do(
            governed,
            Deed.RECEIVE,
            ref,
            version=0,
            actor=actor(governed, name),
            now=NOW,
            filled=Filled("0 wachtenden"),
        )


def test_a_meeting_is_told_on_its_days_and_asked_about_afterwards(governed: House) -> None:
    told = days(governed, *(date(2026, 3, n) for n in (5, 9, 16, 20, 24)))

    assert told[date(2026, 3, 5)]["pl-1"] == ["step"]
    assert sorted(told[date(2026, 3, 9)]["pl-1"]) == ["meeting_before", "step"]
    assert told[date(2026, 3, 16)]["amb-1"] == ["meeting_before"]
    assert told[date(2026, 3, 20)]["tm-1"] == ["meeting_before"]
    assert "meeting_after" in told[date(2026, 3, 24)]["pl-1"]
    pl, now = actor(governed, "pl-1"), at(date(2026, 3, 24), 9)
    done = do(
        governed, Deed.HELD, FIRST, version=0, actor=pl, now=now, filled=Filled("actielijst staat klaar")
    )
    assert done.matter.occurrence.status is MeetingStatus.HELD  # type: ignore[union-attr]
    later = days(governed, date(2026, 3, 26), date(2026, 3, 30))
    assert not any("meeting_after" in keys for told in later.values() for keys in told.values())


def test_only_who_may_see_cases_gets_a_link_to_them_in_a_mail(governed: House) -> None:
    links = {
        post.recipient: post.view.everything is not None
        for on in (date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 20))
        for post in day(governed, on)
        if isinstance(post.view, DigestView) and post.channel is ChannelName.MAIL
    }

    assert links == {"pl-1": False, "pl-z": False, "amb-1": False, "meldpunt-gia": True}


def test_a_moved_meeting_is_told_once_to_everybody_who_had_the_date(governed: House) -> None:
    pl, now = actor(governed, "pl-1"), at(MONDAY, 9)
    filled = Filled(on="2026-03-26", at="11:30")
    do(governed, Deed.MOVE, FIRST, version=0, actor=pl, now=now, filled=filled)

    posts = [post for post in deliver(governed, now) if post.message.kind is MessageKind.CHANGED]
    assert sorted(post.recipient for post in posts) == ["amb-1", "tm-1"]
    view = posts[0].view
    assert isinstance(view, ChangedView)
    assert (view.was_on, view.occurrence.on, view.occurrence.at) == (
        date(2026, 3, 23),
        date(2026, 3, 26),
        time(11, 30),
    )
    assert deliver(governed, at(MONDAY, 10)) == []
    # the preparation has moved along, and reminders follow the new date
    told = days(governed, date(2026, 3, 12), date(2026, 3, 19))
    assert "meeting_before" in told[date(2026, 3, 12)]["pl-1"]
    assert told[date(2026, 3, 19)]["amb-1"] == ["meeting_before"]


def test_who_had_the_dates_hears_that_later_meetings_shift_along_and_that_they_do_not_any_more(
    governed: House,
) -> None:
    pl = actor(governed, "pl-1")

    def told(hour: int) -> list[int]:
        views = [post.view for post in deliver(governed, at(MONDAY, hour))]
        return [one.along for one in views if isinstance(one, ChangedView)]

    do(governed, Deed.MOVE_ALL, FIRST, version=0, actor=pl, now=NOW, filled=Filled(on="2026-03-26"))
    assert told(9) == [3, 3]
    do(governed, Deed.RESET, FIRST, version=1, actor=pl, now=at(MONDAY, 10))
    assert told(11) == [-3, -3]
    do(governed, Deed.PLACE, FIRST, version=2, actor=pl, now=at(MONDAY, 12), filled=Filled("Hoorn"))
    assert told(13) == [0, 0]


def test_two_changes_before_anybody_was_told_make_one_message(governed: House) -> None:
    pl = actor(governed, "pl-1")
    night = at(MONDAY, 22)
    do(governed, Deed.MOVE, FIRST, version=0, actor=pl, now=night, filled=Filled(on="2026-03-26"))
    do(governed, Deed.CANCEL, FIRST, version=1, actor=pl, now=night, filled=Filled("geen agenda"))

    posts = [
        post for post in deliver(governed, at(date(2026, 3, 3))) if post.message.kind is MessageKind.CHANGED
    ]
    assert sorted(post.recipient for post in posts) == ["amb-1", "tm-1"]
    assert all(isinstance(post.view, ChangedView) and post.view.cancelled for post in posts)


def test_a_meeting_that_was_moved_back_in_time_is_not_worth_a_message(governed: House) -> None:
    pl, night = actor(governed, "pl-1"), at(MONDAY, 22)
    do(governed, Deed.MOVE, FIRST, version=0, actor=pl, now=night, filled=Filled(on="2026-03-26"))
    do(governed, Deed.RESET, FIRST, version=1, actor=pl, now=night)

    ended = deliver(governed, at(date(2026, 3, 3)))
    assert [post.outcome for post in ended if post.message.kind is MessageKind.CHANGED] == [
        "withdrawn:nothing_left"
    ] * 2


def test_a_change_that_is_sent_after_the_meeting_is_not_worth_a_message(governed: House) -> None:
    pl, night = actor(governed, "pl-1"), at(MONDAY, 22)
    do(governed, Deed.MOVE, FIRST, version=0, actor=pl, now=night, filled=Filled(on="2026-03-26"))

    ended = deliver(governed, at(date(2026, 3, 27)))
    assert [post.outcome for post in ended if post.message.kind is MessageKind.CHANGED] == [
        "withdrawn:nothing_left"
    ] * 2


def test_of_two_people_who_move_the_same_meeting_the_second_is_told(governed: House) -> None:
    pl = actor(governed, "pl-1")
    do(governed, Deed.MOVE, FIRST, version=0, actor=pl, now=NOW, filled=Filled(on="2026-03-26"))

    def second() -> None:
        do(governed, Deed.MOVE, FIRST, version=0, actor=CLI, now=NOW, filled=Filled(on="2026-03-27"))

    assert code(second) is ProblemCode.MATTER_CHANGED
    assert show(governed, FIRST, actor=pl, now=NOW).matter.occurrence.on == date(2026, 3, 26)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("on", "concern"),
    [
        ("2026-02-20", "past"),
        ("2026-04-28", "closure"),
        ("2026-03-28", "day_off"),
        ("2026-05-11", "on_another"),
        ("2026-03-06", "chain"),
    ],
)
def test_an_odd_date_is_asked_about_and_done_when_confirmed(governed: House, on: str, concern: str) -> None:
    pl = actor(governed, "pl-1")

    def move(*, confirmed: bool) -> None:
        filled = Filled(on=on, confirmed=confirmed)
        do(governed, Deed.MOVE, FIRST, version=0, actor=pl, now=NOW, filled=filled)

    with pytest.raises(Refused) as refused:
        move(confirmed=False)
    assert concern in refused.value.problems[0].details["codes"]  # type: ignore[operator]
    move(confirmed=True)
    assert show(governed, FIRST, actor=pl, now=NOW).matter.occurrence.on == date.fromisoformat(on)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["tm-1", "amb-1", "gd-1"])
def test_who_takes_part_does_not_move_a_meeting(governed: House, name: str) -> None:
    with pytest.raises(NotAllowed):
        do(
            governed,
            Deed.MOVE,
            FIRST,
            version=0,
            actor=actor(governed, name),
            now=NOW,
            filled=Filled(on="2026-03-26"),
        )


def test_what_is_for_members_is_not_seen_by_others(governed: House) -> None:
    with pytest.raises(NotAllowed):
        show(governed, FIRST, actor=actor(governed, "jb-b"), now=NOW)
    seen = agenda(governed, MONDAY, date(2026, 3, 31), actor=actor(governed, "jb-b"), now=NOW)
    assert {one.title for one in seen} == {"Uniforme uitvraag"}


def test_the_chair_sees_who_answered_and_an_answer_of_before_a_move_does_not_count(governed: House) -> None:
    tm, pl = actor(governed, "tm-1"), actor(governed, "pl-1")
    do(governed, Deed.ABSENT, FIRST, version=0, actor=tm, now=NOW)
    do(
        governed,
        Deed.SUBSTITUTE,
        FIRST,
        version=0,
        actor=actor(governed, "amb-1"),
        now=NOW,
        filled=Filled("amb-2"),
    )

    shown = show(governed, FIRST, actor=pl, now=NOW)
    assert shown.answers == (("amb-1", "substitute", "amb-2"), ("tm-1", "absent", ""))
    do(governed, Deed.MOVE, FIRST, version=0, actor=pl, now=NOW, filled=Filled(on="2026-03-26"))
    assert show(governed, FIRST, actor=pl, now=NOW).answers == ()


def test_a_receipt_of_another_region_is_not_for_its_project_leader(governed: House) -> None:
    north = with_series(governed, replace(TENTH, region="noord"))
    ref = Ref(MatterKind.SUBMISSION, "uitvraag", date(2026, 3, 10), "GIA")

    def receive(name: str) -> None:
        who = actor(north, name)
        do(north, Deed.RECEIVE, ref, version=0, actor=who, now=NOW, filled=Filled("0 wachtenden"))

    with pytest.raises(NotAllowed):
        receive("pl-z")
    receive("pl-1")


def test_when_the_chair_left_the_project_leaders_are_asked(governed: House) -> None:
    other = with_series(governed, replace(MEETING, chair="gd-1"))
    revoke(other, "gd-1", actor=CLI, now=NOW)

    told = days(other, date(2026, 3, 9), date(2026, 3, 24))
    assert "meeting_before" in told[date(2026, 3, 9)]["pl-1"]
    assert "meeting_after" in told[date(2026, 3, 24)]["pl-1"]


@pytest.mark.parametrize("at_text", ["25:00", "half tien", "10:75", "10"])
def test_a_time_that_is_none_is_refused(governed: House, at_text: str) -> None:
    def move() -> None:
        filled = Filled(on="2026-03-26", at=at_text)
        do(governed, Deed.MOVE, FIRST, version=0, actor=actor(governed, "pl-1"), now=NOW, filled=filled)

    assert code(move) is ProblemCode.TIME_FORM


def test_a_participant_who_left_hears_nothing_any_more(governed: House) -> None:
    revoke(governed, "amb-1", actor=CLI, now=NOW)

    assert "amb-1" not in lines(day(governed, date(2026, 3, 16)))


@pytest.mark.parametrize(
    "part",
    [
        Participants(people=("tm-1",), roles=("ambtenaar",)),
        Participants(optional=("amb-1", "pl-z"), regions=("zuid",)),
        Participants(organisations=("GIA",)),
        Participants(roles=("jeugdbeschermer", "teammanager"), organisations=("GIB",)),
        Participants(contacts=("meldpunt-gia",)),
        Participants(),
    ],
)
def test_who_takes_part_is_known_of_one_person_as_of_all(governed: House, part: Participants) -> None:
    revoke(governed, "jb-1", actor=CLI, now=NOW)
    series = replace(MEETING, participants=part, chair=None)
    directory = read_directory(governed, NOW)
    required, optional = participants_of(series, directory, MONDAY)

    alone = {one.name for one in directory.everybody() if takes_part(series, [one])}
    assert alone == {one.name for one in (*required, *optional)}


def test_an_action_is_asked_before_the_reference_date_and_turned_up_when_silent(governed: House) -> None:
    told = days(governed, date(2026, 3, 26), date(2026, 4, 1))

    assert "action_reference" in told[date(2026, 3, 26)]["tm-1"]
    assert "action_silent" in told[date(2026, 4, 1)]["tm-1"]
    ref = Ref(MatterKind.ACTION, "plan", part="werven")
    tm, now = actor(governed, "tm-1"), at(date(2026, 4, 1), 9)
    assert (
        code(
            lambda: do(governed, Deed.COLOUR, ref, version=0, actor=tm, now=now, filled=Filled(choice="geel"))
        )
        is ProblemCode.VALUE_MISSING
    )
    assert (
        code(
            lambda: do(
                governed, Deed.COLOUR, ref, version=0, actor=tm, now=now, filled=Filled("x", choice="blauw")
            )
        )
        is ProblemCode.COLOUR_UNKNOWN
    )
    do(governed, Deed.COLOUR, ref, version=0, actor=tm, now=now, filled=Filled("start 1 mei", choice="geel"))
    ((_, (state,)),) = board(governed, actor=actor(governed, "pl-1"), now=now)
    assert (state.colour, state.silent, state.words[-1].why) == (Colour.YELLOW, False, "start 1 mei")


def test_a_meeting_can_be_added_by_a_project_leader_only(governed: House) -> None:
    with pytest.raises(NotAllowed):
        add_meeting(governed, "overleg", "2026-04-02", "", actor=actor(governed, "tm-1"), now=NOW)
    ref = add_meeting(governed, "overleg", "2026-04-02", "09:00", actor=actor(governed, "pl-1"), now=NOW)

    found = show(governed, ref, actor=actor(governed, "tm-1"), now=NOW).matter.occurrence  # type: ignore[union-attr]
    assert (found.on, found.at, found.added) == (date(2026, 4, 2), time(9), True)


def test_a_project_leader_adds_a_meeting_from_another_one_and_everybody_hears_it(governed: House) -> None:
    def add(name: str, on: str, *, confirmed: bool = False) -> Done:
        filled = Filled(on=on, at="09:00", confirmed=confirmed)
        return do(governed, Deed.ADD, FIRST, version=0, actor=actor(governed, name), now=NOW, filled=filled)

    with pytest.raises(NotAllowed):
        add("tm-1", "2026-04-02")
    assert code(lambda: add("pl-1", "2026-04-04")) is ProblemCode.DATE_CONCERNS
    assert code(lambda: add("pl-1", "2026-05-04")) is ProblemCode.DATE_CONCERNS
    done = add("pl-1", "2026-04-02")
    assert isinstance(done.matter, MeetingMatter)
    found = done.matter.occurrence
    assert (found.on, found.at, found.added) == (date(2026, 4, 2), time(9), True)
    assert code(lambda: add("pl-1", "2026-04-02")) is ProblemCode.DATE_CONCERNS


def test_of_what_is_public_others_see_date_and_title_only(governed: House) -> None:
    series = replace(
        MEETING, visibility=Visibility.PUBLIC, place="Hoorn", link="https://vergadering.example/x"
    )
    public = with_series(governed, series)
    other, member = actor(public, "jb-b"), actor(public, "tm-1")

    def seen(who: Actor) -> list[tuple[str, str | None]]:
        return [
            (one.title, one.place) for one in agenda(public, MONDAY, date(2026, 3, 31), actor=who, now=NOW)
        ]

    assert ("Overleg Rijk", None) in seen(other)
    assert not any("agenda versturen" in title for title, _ in seen(other))
    assert {("Overleg Rijk", "Hoorn"), ("Overleg Rijk: agenda versturen", None)} <= set(seen(member))

    def text(who: Actor) -> str:
        shown = show(public, FIRST, actor=who, now=NOW)
        return render("telegram/matter.html", shown=shown, m=shown.matter, today=MONDAY)

    assert text(other) == "<b>Overleg Rijk</b>\nGepland: maandag 23 maart 2026 om 10.00 uur"
    assert "Waar: Hoorn\nVergadering: https://vergadering.example/x\n" in text(member)


def test_who_answers_for_a_mailbox_gives_a_name(governed: House) -> None:
    house = with_series(governed, replace(MEETING, participants=Participants(contacts=("meldpunt-gia",))))
    box, pl = actor(house, "meldpunt-gia"), actor(house, "pl-1")

    def answer(text: str) -> None:
        do(house, Deed.PRESENT, FIRST, version=0, actor=box, now=NOW, filled=Filled(text))

    assert fields_of(Deed.PRESENT, box) == ("text",)
    assert fields_of(Deed.PRESENT, pl) == ()
    assert code(lambda: answer("")) is ProblemCode.VALUE_MISSING
    answer("beleidsadviseur jeugd")
    assert show(house, FIRST, actor=pl, now=NOW).answers == (
        ("meldpunt-gia", "present", "beleidsadviseur jeugd"),
    )


def differing(house: House) -> list[tuple[date, str]]:
    return [(one.original_on, one.kind) for one in all_differences(house, NOW)]


def with_series(house: House, series: Series) -> House:
    """Return the house after its file was changed."""
    agreed = replace(house.rules.governance, series=house.rules.governance.series | {series.code: series})
    return House(house.store, replace(house.rules, governance=agreed), house.worker)


def test_what_people_changed_wins_over_a_changed_file_until_each_is_reset(governed: House) -> None:
    pl = actor(governed, "pl-1")
    second = Ref.of_meeting("overleg", date(2026, 5, 4))
    do(governed, Deed.MOVE, FIRST, version=0, actor=pl, now=NOW, filled=Filled(on="2026-03-26"))
    do(governed, Deed.CANCEL, second, version=0, actor=pl, now=NOW, filled=Filled("geen agenda"))
    changed = with_series(governed, replace(MEETING, at=time(14), place="Haarlem", title="Overleg"))

    found = show(changed, FIRST, actor=pl, now=NOW).matter.occurrence  # type: ignore[union-attr]
    assert (found.on, found.at, found.place) == (date(2026, 3, 26), time(14), "Haarlem")
    assert differing(changed) == [(date(2026, 3, 23), "moved"), (date(2026, 5, 4), "cancelled")]
    do(changed, Deed.RESET, FIRST, version=1, actor=pl, now=NOW)
    assert differing(changed) == [(date(2026, 5, 4), "cancelled")]
    do(changed, Deed.RESET, second, version=1, actor=pl, now=NOW)
    assert differing(changed) == []
    back = show(changed, second, actor=pl, now=NOW).matter.occurrence  # type: ignore[union-attr]
    assert (back.on, back.status) == (date(2026, 5, 11), MeetingStatus.PLANNED)


def test_meetings_that_were_held_or_cancelled_stay_when_later_ones_shift(governed: House) -> None:
    pl, now = actor(governed, "pl-1"), at(date(2026, 6, 20), 9)
    held, cancelled, coming = (
        Ref.of_meeting("overleg", date(2026, *day)) for day in ((5, 4), (6, 15), (7, 27))
    )
    do(governed, Deed.HELD, held, version=None, actor=pl, now=now)
    do(governed, Deed.CANCEL, cancelled, version=None, actor=pl, now=now, filled=Filled("te druk"))
    moved = Filled(on="2026-03-26", confirmed=True)
    do(governed, Deed.MOVE_ALL, FIRST, version=None, actor=pl, now=now, filled=moved)
    days = [show(governed, one, actor=pl, now=now).matter.occurrence for one in (held, cancelled, coming)]  # type: ignore[union-attr]
    assert [(one.status.value, one.on) for one in days] == [
        ("held", date(2026, 5, 11)),
        ("cancelled", date(2026, 6, 15)),
        ("planned", date(2026, 7, 30)),
    ]


def test_what_the_file_no_longer_gives_stays_until_it_is_cancelled_and_then_everybody_hears(
    governed: House,
) -> None:
    pl = actor(governed, "pl-1")
    do(governed, Deed.MOVE, FIRST, version=0, actor=pl, now=NOW, filled=Filled(on="2026-03-26"))
    deliver(governed, at(MONDAY, 9))
    changed = with_series(governed, replace(MEETING, starts_on=date(2026, 3, 24)))

    shown = show(changed, FIRST, actor=pl, now=NOW)
    assert shown.matter.occurrence.on == date(2026, 3, 26)  # type: ignore[union-attr]
    assert Deed.RESET not in shown.deeds
    assert differing(changed) == [(date(2026, 3, 23), "not_in_rule")]
    now = at(MONDAY, 11)
    do(changed, Deed.CANCEL, FIRST, version=1, actor=pl, now=now, filled=Filled("nieuwe dag"))
    views = [post.view for post in deliver(changed, now) if post.message.kind is MessageKind.CHANGED]
    assert [isinstance(one, ChangedView) and one.cancelled for one in views] == [True, True]


def test_only_what_was_changed_can_be_reset(governed: House) -> None:
    pl = actor(governed, "pl-1")
    ref = add_meeting(governed, "overleg", "2026-04-02", "", actor=pl, now=NOW)

    assert Deed.RESET not in show(governed, FIRST, actor=pl, now=NOW).deeds
    assert Deed.RESET not in show(governed, ref, actor=pl, now=NOW).deeds
    do(governed, Deed.PLACE, FIRST, version=0, actor=pl, now=NOW, filled=Filled("Hoorn"))
    assert Deed.RESET in show(governed, FIRST, actor=pl, now=NOW).deeds


def test_the_past_loads_silently(governed: House) -> None:
    keys = [key for told in lines(day(governed, MONDAY)).values() for key in told]

    assert not {"submission_after", "meeting_after"} & set(keys)


def four_a_year(house: House) -> House:
    session = Series(
        "leersessie",
        "Leersessie",
        SeriesKind.MEETING,
        date(2026, 1, 1),
        times_a_year=4,
        chair="pl-1",
        participants=Participants(roles=("ambtenaar",)),
    )
    agreed = Governance({"leersessie": session})
    made = House(house.store, replace(house.rules, governance=agreed), house.worker)
    start_governance(made, NOW)
    return made


@pytest.mark.parametrize("fell_through", [Deed.CANCEL, Deed.NOT_HELD])
def test_a_quarter_that_would_end_without_a_meeting_warns_who_leads(
    governed: House, fell_through: Deed
) -> None:
    house, pl = four_a_year(governed), actor(governed, "pl-1")
    ref = Ref.of_meeting("leersessie", date(2026, 1, 1))
    do(house, Deed.MOVE, ref, version=None, actor=pl, now=NOW, filled=Filled(on="2026-03-04"))
    assert lines(day(house, date(2026, 3, 3))).get("pl-1") == ["meeting_before"]
    then = at(date(2026, 3, 5), 9)
    do(house, fell_through, ref, version=None, actor=pl, now=then, filled=Filled("te weinig tijd"))
    # twenty working days before the end of March have passed: at once, then ten and five before
    told = days(house, *(date(2026, 3, n) for n in (6, 16, 17, 24)))
    assert [on.day for on in told if told[on].get("pl-z") == ["meeting_period_ends"]] == [6, 17, 24]
    assert [on.day for on in told if told[on].get("pl-1") == ["meeting_ask_date"]] == [6, 17, 24]
    add_meeting(house, "leersessie", "2026-03-30", "10:00", actor=pl, now=at(date(2026, 3, 24), 9))
    assert "pl-z" not in lines(day(house, date(2026, 3, 26)))
