"""Calendars: what is in them, who may have which, and bytes that stay the same until something changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from core.calendars import Calendar, CalendarEvent, CalendarScope, EventKind, EventState, When
from core.errors import NotAllowed, ProblemCode, Refused
from core.facts import CouplingKind, FactKind
from core.governance import Governance
from core.people import Role
from core.planboard import Deadline, DeadlineKind, Plan, PlanAction, read_period
from core.series import Closure, Visibility
from services.absences import set_absence
from services.calendars.desk import CalendarDesk, Served
from services.calendars.subscriptions import (
    FreshFeed,
    Wish,
    create_feed,
    list_feeds,
    own_feeds,
    revoke_feed,
)
from services.calendars.views import View, public_names
from services.cases import record_fact, withdraw
from services.governance.access import Deed
from services.governance.adding import add_meeting
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.matters import MatterKind, Ref
from services.house import House
from services.people import NewPerson, add_person, revoke
from services.reassignment import reassign_person
from tests.factories import CLI, MONDAY, NOW, PAGES, a_case, actor, at, make_rules
from tests.series import ON_THE_TENTH, OPEN_MEETING

CLOSED_MEETING = replace(
    OPEN_MEETING, code="besloten", title="Besloten overleg", visibility=Visibility.MEMBERS, region="zuid"
)
PLAN = Plan(
    "plan",
    "Verbeterplan",
    "pl-1",
    (PlanAction("werven", "Zorgmakelaar werven", "tm-1", read_period("maart 2026")),),
    (Deadline("stand", "Stand van zaken", DeadlineKind.REFERENCE, "pl-1", read_period("begin april 2026")),),
)
RECESS = Closure("zomer", "zomervakantie", date(2026, 7, 4), date(2026, 8, 16))
GOVERNANCE = View(CalendarScope.GOVERNANCE)


@pytest.fixture
def governed(house: House) -> House:
    agreed = Governance(
        {one.code: one for one in (OPEN_MEETING, CLOSED_MEETING, ON_THE_TENTH)},
        (RECESS,),
        plans={"plan": PLAN},
    )
    rules = replace(
        make_rules(),
        governance=agreed,
        regions={"zuid": "Regio Zuid", "noord": "Regio Noord"},
        public_url=PAGES,
    )
    made = House(house.store, rules, house.worker)
    for name, role, region in (
        ("pl-1", Role.PROJECT_LEADER, None),
        ("amb-1", Role.OFFICIAL, None),
        ("amb-n", Role.OFFICIAL, "noord"),
    ):
        new = NewPerson(name, frozenset({role}), region=region, mail=f"{name}@regio.example")
        add_person(made, new, actor=CLI, now=NOW)
    return made


def as_text(calendar: Calendar) -> bytes:
    return repr(calendar).encode()


@pytest.fixture
def desk(governed: House) -> CalendarDesk:
    return CalendarDesk(governed, as_text)


def own(house: House, name: str, scope: CalendarScope = CalendarScope.MINE, target: str = "") -> View:
    return View(scope, target, actor(house, name).person_id)


def events(
    desk: CalendarDesk, view: View, now: datetime = NOW, kind: EventKind | None = None
) -> list[CalendarEvent]:
    found = [entry.event for entry in desk.calendar(view, now=now).entries]
    return [event for event in found if kind is None or event.kind is kind]


def code(work: Callable[[], object]) -> ProblemCode:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.problems[0].code


def made(house: House, wish: Wish, name: str, now: datetime = NOW) -> FreshFeed:
    return create_feed(house, wish, actor=actor(house, name), now=now)


def secret_of(feed: FreshFeed) -> str:
    return feed.url.removeprefix(f"{PAGES}/feeds/").removesuffix(".ics")


def fetch(desk: CalendarDesk, feed: FreshFeed, now: datetime = NOW, client: str = "google") -> Served | None:
    return desk.secret(secret_of(feed), now=now, client=client)


def move(house: House, original_on: date, on: date, now: datetime = NOW) -> None:
    ref, leader = Ref.of_meeting("open", original_on), actor(house, "pl-1")
    filled = Filled(on=on.isoformat(), confirmed=True)
    do(house, Deed.MOVE, ref, version=None, actor=leader, now=now, filled=filled)


def test_the_public_calendar_has_dates_and_titles_and_nothing_else(desk: CalendarDesk) -> None:
    found = {event.title: event for event in events(desk, GOVERNANCE)}
    assert set(found) == {"Regionaal overleg", "Uniforme uitvraag"}
    meeting = found["Regionaal overleg"]
    assert (meeting.place, meeting.link, meeting.busy) == (None, None, False)
    said = desk.view(GOVERNANCE, now=NOW).body.decode()
    assert "Stadhuis" not in said
    assert "overleg.example" not in said
    assert "Besloten" not in said


def test_a_series_is_one_event_by_its_rule_whose_recess_date_differs(desk: CalendarDesk) -> None:
    (meeting,) = events(desk, GOVERNANCE, kind=EventKind.MEETING)
    assert meeting.when == When(date(2026, 1, 12), time(10), 90)
    assert meeting.recurrence is not None
    assert meeting.recurrence.rule == "FREQ=WEEKLY;INTERVAL=6"
    # 6 April 2026 is Easter Monday, and on 10 August it is summer
    assert [(one.original_on, one.when.on) for one in meeting.recurrence.overrides] == [
        (date(2026, 4, 6), date(2026, 4, 7)),
        (date(2026, 8, 10), date(2026, 8, 17)),
    ]


def test_a_submission_stands_on_its_working_deadline_and_keeps_the_agreed_date(desk: CalendarDesk) -> None:
    (submission,) = events(desk, GOVERNANCE, kind=EventKind.SUBMISSION)
    assert submission.recurrence is not None
    january = submission.recurrence.overrides[0]
    assert (january.original_on, january.when.on, january.formal_on) == (
        date(2026, 1, 10),
        date(2026, 1, 9),
        date(2026, 1, 10),
    )


def test_who_takes_part_sees_place_link_and_preparation_and_is_busy(
    governed: House, desk: CalendarDesk
) -> None:
    view = own(governed, "amb-1")
    found = events(desk, view, kind=EventKind.MEETING)
    assert {(one.title, one.place, one.busy) for one in found} == {
        ("Regionaal overleg", "Stadhuis", True),
        ("Besloten overleg", "Stadhuis", True),
    }
    steps = events(desk, view, kind=EventKind.PREPARATION)
    assert "Regionaal overleg: agenda versturen" in {one.title for one in steps}


def test_a_region_shows_what_its_reader_may_see_there(governed: House, desk: CalendarDesk) -> None:
    nobody = View(CalendarScope.REGION, "zuid")
    assert events(desk, nobody) == []
    leader = own(governed, "pl-1", CalendarScope.REGION, "zuid")
    assert {one.title for one in events(desk, leader, kind=EventKind.MEETING)} == {"Besloten overleg"}


def test_my_calendar_has_the_terms_of_my_cases_and_nobody_elses(governed: House, desk: CalendarDesk) -> None:
    a_case(governed, "GIA-2026-001", protector="jb-1")
    a_case(governed, "GIA-2026-002", protector="jb-2")
    found = events(desk, own(governed, "jb-1"), kind=EventKind.TERM)
    assert [(one.title, one.norm, one.when.on) for one in found] == [
        ("GIA-2026-001", "1", date(2026, 3, 9)),
        ("GIA-2026-001", "2", date(2026, 4, 13)),
        ("GIA-2026-001", "3", date(2026, 6, 2)),
    ]
    team = events(desk, own(governed, "tm-1", CalendarScope.TEAM), kind=EventKind.TERM)
    assert {one.title for one in team} == {"GIA-2026-001", "GIA-2026-002"}
    assert events(desk, own(governed, "tm-2", CalendarScope.TEAM), kind=EventKind.TERM) == []


def test_a_term_that_is_met_is_told_as_done_and_leaves_after_a_while(
    governed: House, desk: CalendarDesk
) -> None:
    a_case(governed, "GIA-2026-001", protector="jb-1")
    view = own(governed, "jb-1")
    before = desk.calendar(view, now=NOW)
    for kind in (FactKind.PROTECTOR_COUPLED, FactKind.FIRST_CONTACT):
        record_fact(governed, "GIA-2026-001", kind, MONDAY, actor=actor(governed, "jb-1"), now=NOW)
    after = desk.calendar(view, now=NOW)
    first = {entry.event.norm: entry for entry in before.entries}["1"]
    met = {entry.event.norm: entry for entry in after.entries}["1"]
    assert (met.event.uid, met.event.state) == (first.event.uid, EventState.DONE)
    assert met.sequence == first.sequence + 1
    assert met.event.when.on == date(2026, 3, 9)

    def known(on: date) -> bool:
        return met.event.uid in {event.uid for event in events(desk, view, at(on))}

    assert known(date(2026, 4, 6))
    # after four weeks without a word: "cancelled" would be wrong
    assert not known(date(2026, 4, 7))
    withdraw(governed, "GIA-2026-001", FactKind.FIRST_CONTACT, actor=CLI, now=at(date(2026, 4, 8)))
    calendar = desk.calendar(view, now=at(date(2026, 4, 8)))
    again = {entry.event.norm: entry for entry in calendar.entries}["1"]
    assert (again.event.uid, again.event.state) == (met.event.uid, EventState.CONFIRMED)
    assert again.sequence > met.sequence


def test_a_mailbox_has_the_terms_that_nobody_else_holds(governed: House, desk: CalendarDesk) -> None:
    a_case(governed, "GIA-2026-001", protector="jb-1")
    a_case(governed, "GIA-2026-002", protector=None)
    found = events(desk, own(governed, "meldpunt-gia"), kind=EventKind.TERM)
    assert {event.title for event in found} == {"GIA-2026-002"}


def test_a_case_that_left_is_gone_without_its_code(governed: House, desk: CalendarDesk) -> None:
    a_case(governed, "GIA-2026-001", protector="jb-1")
    view = own(governed, "jb-1")
    uids = {event.uid for event in events(desk, view, kind=EventKind.TERM)}
    manager, kind = actor(governed, "tm-1"), CouplingKind.UNPLANNED
    reassign_person(governed, "jb-1", ["jb-2"], MONDAY, kind, actor=manager, now=NOW)
    found = events(desk, view, kind=EventKind.TERM)
    assert {event.uid for event in found} == uids
    assert {(event.title, event.state) for event in found} == {("", EventState.GONE)}
    assert b"GIA-2026-001" not in desk.view(view, now=NOW).body
    assert events(desk, view, NOW + timedelta(days=29), EventKind.TERM) == []


def test_a_substitute_has_the_terms_only_while_standing_in(governed: House, desk: CalendarDesk) -> None:
    a_case(governed, "GIA-2026-001", protector="jb-1")
    jb, first, last = actor(governed, "jb-1"), date(2026, 3, 3), date(2026, 3, 4)
    set_absence(governed, "jb-1", "jb-2", first, last, actor=jb, now=NOW)
    view = own(governed, "jb-2")

    def titles(on: date) -> set[str]:
        return {event.title for event in events(desk, view, at(on), EventKind.TERM)}

    assert titles(date(2026, 3, 2)) == set()
    assert titles(date(2026, 3, 3)) == {"GIA-2026-001"}
    assert titles(date(2026, 3, 5)) == {""}


def test_the_bytes_stay_the_same_until_something_in_the_calendar_changes(
    governed: House, desk: CalendarDesk
) -> None:
    first = desk.view(GOVERNANCE, now=NOW)
    a_case(governed, "GIA-2026-001", protector="jb-1")
    later = NOW + timedelta(days=5, hours=3)
    assert desk.view(GOVERNANCE, now=later) == first
    assert CalendarDesk(governed, as_text).view(GOVERNANCE, now=later) == first
    move(governed, date(2026, 5, 18), date(2026, 5, 20), now=later)
    changed = desk.view(GOVERNANCE, now=later)
    assert changed.etag != first.etag
    assert changed.modified_at > first.modified_at


def test_two_changes_in_one_second_are_told_apart_by_their_moment(
    governed: House, desk: CalendarDesk
) -> None:
    moments = [desk.view(GOVERNANCE, now=NOW).modified_at]
    for day in (20, 21):
        move(governed, date(2026, 5, 18), date(2026, 5, day))
        moments.append(desk.view(GOVERNANCE, now=NOW).modified_at)
    assert moments == [NOW, NOW + timedelta(seconds=1), NOW + timedelta(seconds=2)]


def test_a_moved_meeting_keeps_its_name_and_raises_its_sequence(governed: House, desk: CalendarDesk) -> None:
    (before,) = [one for one in desk.calendar(GOVERNANCE, now=NOW).entries if one.event.title[0] == "R"]
    moved_at = NOW + timedelta(hours=2)
    move(governed, date(2026, 5, 18), date(2026, 5, 20), now=moved_at)
    calendar = desk.calendar(GOVERNANCE, now=NOW + timedelta(hours=4))
    (after,) = [one for one in calendar.entries if one.event.title[0] == "R"]
    assert after.event.uid == before.event.uid
    assert (after.sequence, after.changed_at) == (before.sequence + 1, moved_at)


def test_an_added_meeting_is_an_event_of_its_own(governed: House, desk: CalendarDesk) -> None:
    leader = actor(governed, "pl-1")
    add_meeting(governed, "open", "2026-04-01", "14:00", actor=leader, now=NOW, confirmed=True)
    alone = [one for one in events(desk, GOVERNANCE) if one.recurrence is None]
    assert [(one.title, one.when) for one in alone] == [
        ("Regionaal overleg", When(date(2026, 4, 1), time(14), 90))
    ]


def test_a_series_that_is_no_more_is_told_as_gone(governed: House, desk: CalendarDesk) -> None:
    desk.view(GOVERNANCE, now=NOW)
    agreed = replace(governed.rules.governance, series={"uitvraag": ON_THE_TENTH})
    fewer = CalendarDesk(
        House(governed.store, replace(governed.rules, governance=agreed), governed.worker), as_text
    )
    (gone,) = events(fewer, GOVERNANCE, kind=EventKind.MEETING)
    assert (gone.title, gone.state, gone.recurrence) == ("Regionaal overleg", EventState.GONE, None)


def test_the_window_moves_on_the_first_and_never_moves_a_start(desk: CalendarDesk) -> None:
    march = desk.view(GOVERNANCE, now=at(date(2026, 3, 2)))
    assert desk.view(GOVERNANCE, now=at(date(2026, 3, 31))) == march
    april = desk.view(GOVERNANCE, now=at(date(2026, 4, 1)))
    assert april.modified_at == at(date(2026, 4, 1)).replace(microsecond=0)
    (submission,) = events(desk, GOVERNANCE, at(date(2026, 4, 1)), EventKind.SUBMISSION)
    assert submission.when.on == date(2026, 1, 10)
    assert submission.recurrence is not None
    assert submission.recurrence.until_on == date(2027, 4, 10)


def test_a_secret_address_is_shown_once_and_kept_only_as_a_hash(governed: House, desk: CalendarDesk) -> None:
    feed = made(governed, Wish(CalendarScope.MINE), "jb-1")
    secret = secret_of(feed)
    assert len(secret) == 43
    served = fetch(desk, feed)
    assert served is not None
    assert secret.encode() not in served.body
    with governed.store.read() as tx:
        dump = str(tx.exec_driver_sql("SELECT * FROM calendar_feeds").all())
        dump += str(tx.exec_driver_sql("SELECT * FROM audit").all())
    assert secret not in dump


def test_who_used_a_calendar_last_is_a_day_and_a_kind_of_client(governed: House, desk: CalendarDesk) -> None:
    feed = made(governed, Wish(CalendarScope.MINE), "jb-1")
    jb = actor(governed, "jb-1")
    assert [(one.used_on, one.client) for one in own_feeds(governed, actor=jb, now=NOW)] == [(None, None)]
    fetch(desk, feed, NOW + timedelta(days=1), client="apple")
    assert [(one.used_on, one.client) for one in own_feeds(governed, actor=jb, now=NOW)] == [
        (date(2026, 3, 3), "apple")
    ]


def test_unknown_revoked_ended_and_orphaned_secrets_all_give_nothing(
    governed: House, desk: CalendarDesk
) -> None:
    jb = actor(governed, "jb-1")
    revoked = made(governed, Wish(CalendarScope.MINE), "jb-1")
    ending = made(governed, Wish(CalendarScope.MINE, through_on=date(2026, 3, 3)), "jb-1")
    orphan = made(governed, Wish(CalendarScope.MINE), "jb-2")
    assert None not in [fetch(desk, one) for one in (revoked, ending, orphan)]
    assert revoke_feed(governed, revoked.id, actor=jb, now=NOW) is True
    assert revoke_feed(governed, revoked.id, actor=jb, now=NOW) is False
    revoke(governed, "jb-2", actor=CLI, now=NOW)
    after = at(date(2026, 3, 4))
    assert fetch(desk, revoked) is None
    assert fetch(desk, orphan) is None
    assert fetch(desk, ending, after) is None
    assert desk.secret("x" * 43, now=NOW, client="") is None


def test_nobody_ends_the_calendar_of_another(governed: House) -> None:
    feed = made(governed, Wish(CalendarScope.MINE), "jb-1")
    other = actor(governed, "jb-2")
    assert code(lambda: revoke_feed(governed, feed.id, actor=other, now=NOW)) is ProblemCode.FEED_UNKNOWN
    assert code(lambda: revoke_feed(governed, 999, actor=other, now=NOW)) is ProblemCode.FEED_UNKNOWN
    assert list_feeds(governed, actor=other, now=NOW) == []
    assert [one.person for one in list_feeds(governed, actor=CLI, now=NOW)] == ["jb-1"]


def test_a_calendar_that_cannot_be_is_refused(governed: House) -> None:
    def wish(name: str | None, wished: Wish) -> ProblemCode:
        who = actor(governed, name) if name else CLI
        return code(lambda: create_feed(governed, wished, actor=who, now=NOW))

    assert wish(None, Wish(CalendarScope.MINE)) is ProblemCode.FEED_OF_NOBODY
    assert wish(None, Wish(CalendarScope.MINE, person="wie")) is ProblemCode.PERSON_UNKNOWN
    assert wish("pl-1", Wish(CalendarScope.REGION, "west")) is ProblemCode.FEED_OF_UNKNOWN
    assert wish("jb-1", Wish(CalendarScope.SERIES, "besloten")) is ProblemCode.FEED_OF_UNKNOWN
    yesterday = date(2026, 3, 1)
    assert wish("jb-1", Wish(CalendarScope.MINE, through_on=yesterday)) is ProblemCode.FEED_ENDED
    with pytest.raises(NotAllowed):
        made(governed, Wish(CalendarScope.TEAM), "jb-1")
    with pytest.raises(NotAllowed):
        made(governed, Wish(CalendarScope.MINE, person="jb-2"), "jb-1")


def test_only_public_series_have_a_readable_address(governed: House, desk: CalendarDesk) -> None:
    assert public_names(governed.rules) == ["governance", "open", "uitvraag"]
    assert desk.public("open", now=NOW) is not None
    assert desk.public("besloten", now=NOW) is None
    assert desk.public("nergens", now=NOW) is None


def test_a_plan_date_is_in_the_calendar_of_its_owner(governed: House, desk: CalendarDesk) -> None:
    (found,) = events(desk, own(governed, "pl-1"), kind=EventKind.MILESTONE)
    assert (found.title, found.why) == ("Stand van zaken", "begin april 2026")
    ref = Ref(MatterKind.DEADLINE, "plan", part="stand")
    do(
        governed,
        Deed.RECORD,
        ref,
        version=None,
        actor=actor(governed, "pl-1"),
        now=NOW,
        filled=Filled("verstuurd"),
    )
    (after,) = events(desk, own(governed, "pl-1"), kind=EventKind.MILESTONE)
    assert after.state is EventState.DONE
