"""An administrator hears of what did not arrive: once a day, after the quiet hours, never in circles."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.outbox import Message, MessageKind, MessageState
from core.people import Role
from core.ports import DeliveryFailed, Outcome
from core.workdays import WorkingCalendar
from services.delivery import Prepared
from services.directory import read_directory
from services.house import House
from services.notices import guard_pass
from services.people import NewPerson, add_person, revoke
from services.scene import set_scene
from services.trouble import (
    GATHERING,
    HolidaysView,
    TroubleView,
    holidays_end_soon,
    tell_trouble,
    warn_of_holidays,
)
from storage.queries.outbox import add_message, message_by_id
from storage.queries.people import change_person
from storage.tables import messages, notices
from tests.factories import (
    CALENDAR,
    CLI,
    MONDAY,
    NOW,
    Failing,
    Post,
    a_case,
    at,
    deliver,
    person,
    weekdays,
)

WEDNESDAY, THURSDAY, FRIDAY = date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 6)
MORNING = at(WEDNESDAY)
UNCLEAR = DeliveryFailed(Outcome.UNCLEAR, "test")
REFUSED = DeliveryFailed(Outcome.REFUSED_FOR_GOOD, "test")


def cut_off(house: House, *names: str) -> None:
    """Take every address of these people away."""
    with house.store.write() as tx:
        for name in names:
            change_person(tx, person(house, name).id, chat_id=None, mail=None)


def a_message(house: House, name: str, kind: MessageKind = MessageKind.SUBSTITUTE) -> Message:
    payload = {"person": "jb-3", "from_on": "2026-03-02", "through_on": "2026-03-03"}
    with house.store.write() as tx:
        number = add_message(
            tx, person(house, name).id, kind, WEDNESDAY, send_after=MORNING, now=MORNING, payload=payload
        )
        found = message_by_id(tx, number)
    assert found is not None
    return found


def tell(
    house: House, message: Message, state: MessageState = MessageState.FAILED, now=MORNING
) -> str | None:
    with house.store.write() as tx:
        tx.execute(messages.update().where(messages.c.id == message.id).values(state=state))
        told = tell_trouble(set_scene(tx, house, now), message, state)
    return told.name if told else None


def about_trouble(posts: list[Post]) -> list[tuple[str, object]]:
    return [
        (post.recipient, post.view)
        for post in posts
        if post.message.kind in (MessageKind.TROUBLE, "holidays")
    ]


def waiting(house: House, kind: MessageKind = MessageKind.TROUBLE) -> list[tuple[date, object]]:
    query = select(messages.c.day_on, messages.c.send_after).where(messages.c.kind == kind)
    with house.store.read() as tx:
        return [tuple(row) for row in tx.execute(query.order_by(messages.c.id))]


def test_what_failed_and_what_is_uncertain_is_told_in_one_message(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    a_case(house, "GIA-2026-002", protector="jb-2", protector_coupled=MONDAY)
    a_case(house, "GIA-2026-003", protector="jb-3", protector_coupled=MONDAY)
    cut_off(house, "jb-2", "jb-3", "tm-2")
    guard_pass(house, at(WEDNESDAY, 6, 0))

    def send(prepared: Prepared) -> None:
        if prepared.person.name == "jb-1":
            raise UNCLEAR

    first = deliver(house, MORNING, send=send)
    second = deliver(house, MORNING + timedelta(seconds=30), send=send)
    assert about_trouble(first + second) == []
    told = deliver(house, MORNING + GATHERING)
    assert about_trouble(told) == [
        ("beheer-1", TroubleView("beheer-1", (("jb-2", 1), ("jb-3", 1)), (("jb-1", 1),)))
    ]
    with house.store.read() as tx:
        assert tx.execute(select(notices.c.subject).where(notices.c.rung == "operator")).all() != []


def test_nobody_is_told_of_trouble_twice_a_day(house: House) -> None:
    tell(house, a_message(house, "jb-1"))
    assert len(about_trouble(deliver(house, MORNING + GATHERING))) == 1
    noon = at(WEDNESDAY, 12, 0)
    later = a_message(house, "jb-2")
    tell(house, later, now=noon)
    tell(house, later, now=noon)
    assert about_trouble(deliver(house, at(WEDNESDAY, 18, 0))) == []
    told = about_trouble(deliver(house, at(THURSDAY)))
    assert told == [("beheer-1", TroubleView("beheer-1", (("jb-2", 1),), ()))]
    assert waiting(house) == [(WEDNESDAY, MORNING + GATHERING), (THURSDAY, at(THURSDAY))]


def test_trouble_of_one_moment_shares_a_message_also_when_it_is_recorded_at_once(house: House) -> None:
    failed = [a_message(house, name) for name in ("jb-1", "jb-2", "jb-3", "tm-1", "tm-2", "gd-1")]
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(lambda message: tell(house, message), failed)) == {"beheer-1"}
    assert len(waiting(house)) == 1


def test_the_quiet_hours_hold_it_and_it_counts_for_the_day_on_which_it_goes(house: House) -> None:
    tell(house, a_message(house, "jb-1"), MessageState.UNCERTAIN, now=at(WEDNESDAY, 18, 55))
    assert about_trouble(deliver(house, at(WEDNESDAY, 19, 30))) == []
    ((told_to, _),) = about_trouble(deliver(house, at(THURSDAY, 7, 30)))
    assert told_to == "beheer-1"
    tell(house, a_message(house, "jb-2"), now=at(THURSDAY, 9, 0))
    assert waiting(house)[-1] == (FRIDAY, at(FRIDAY))


def test_at_the_weekend_it_waits_for_the_next_own_working_day(house: House) -> None:
    with house.store.write() as tx:
        change_person(tx, person(house, "beheer-1").id, weekdays="24")
    assert person(house, "beheer-1").days == weekdays(2, 4)
    saturday = at(date(2026, 3, 7), 11, 0)
    tell(house, a_message(house, "jb-1"), now=saturday)
    assert waiting(house) == [(date(2026, 3, 10), at(date(2026, 3, 10)))]


def test_trouble_about_a_message_about_trouble_is_told_to_nobody(house: House) -> None:
    tell(house, a_message(house, "jb-1"))
    moment, send = MORNING + GATHERING, Failing([REFUSED, REFUSED])
    posts = deliver(house, moment, send=send)
    assert [(post.recipient, post.message.kind, post.outcome) for post in posts] == [
        ("beheer-1", "trouble", "next_channel"),
        ("beheer-1", "trouble", "failed"),
    ]
    assert deliver(house, at(FRIDAY), send=send) == []


def test_of_the_administrators_own_message_another_one_hears(house: House) -> None:
    own = a_message(house, "beheer-1")
    assert tell(house, own) is None
    second = NewPerson("beheer-2", frozenset({Role.ADMINISTRATOR}), mail="beheer-2@region.example")
    add_person(house, second, actor=CLI, now=NOW)
    assert tell(house, own) == "beheer-2"
    assert tell(house, a_message(house, "jb-1")) == "beheer-1"
    cut_off(house, "beheer-1")
    assert tell(house, a_message(house, "jb-2")) == "beheer-2"


def test_the_configured_administrator_hears_it_first(with_rules: Callable[..., House]) -> None:
    house = with_rules(fallback="beheer-0")
    add_person(
        house, NewPerson("beheer-0", frozenset({Role.ADMINISTRATOR}), mail="b@x.example"), actor=CLI, now=NOW
    )
    names = [one.name for one in read_directory(house, MORNING).administrators(WEDNESDAY)]
    assert names == ["beheer-0", "beheer-1"]
    assert tell(house, a_message(house, "jb-1")) == "beheer-0"


def test_who_has_gone_since_is_not_named(house: House) -> None:
    cut_off(house, "jb-2")
    a_case(house, protector="jb-2", protector_coupled=MONDAY)
    guard_pass(house, at(WEDNESDAY, 6, 0))
    deliver(house, MORNING)
    revoke(house, "jb-2", actor=CLI, now=MORNING)
    (post,) = [one for one in deliver(house, MORNING + GATHERING) if one.message.kind is MessageKind.TROUBLE]
    assert post.outcome == "withdrawn:nothing_left"


def test_who_leads_nobody_reachable_leaves_it_to_the_administrator(house: House) -> None:
    cut_off(house, "jb-b")
    a_case(house, "GIB-2026-001", protector="jb-b", protector_coupled=MONDAY)
    guard_pass(house, at(WEDNESDAY, 6, 0))
    posts = deliver(house, MORNING) + deliver(house, MORNING + GATHERING)
    assert [(post.recipient, post.message.kind) for post in posts] == [
        ("jb-b", "digest"),
        ("beheer-1", "trouble"),
    ]


def under(house: House, known_through: date) -> House:
    """Return the house with days off that are known through another day."""
    return House(house.store, replace(house.rules, calendar=WorkingCalendar(known_through=known_through)))


@pytest.mark.parametrize(("known_through", "soon"), [(date(2026, 9, 1), False), (date(2026, 8, 31), True)])
def test_half_a_year_ahead_is_time(known_through: date, soon: bool) -> None:  # noqa: FBT001
    assert holidays_end_soon(WorkingCalendar(known_through=known_through), MONDAY) is soon


def test_the_administrator_is_warned_that_the_known_days_off_end_once_a_month(house: House) -> None:
    ending = under(house, date(2026, 8, 20))
    sent: list[tuple[date, str]] = []
    for days in range(65):
        on = MONDAY + timedelta(days=days)
        if not CALENDAR.is_working_day(on):
            continue
        for hour in (6, 8, 12):
            warn_of_holidays(ending, at(on, hour))
        posts = deliver(ending, at(on, 12))
        sent += [
            (on, post.recipient) for post in posts if post.view == HolidaysView("beheer-1", date(2026, 8, 20))
        ]
    assert sent == [(MONDAY, "beheer-1"), (date(2026, 4, 2), "beheer-1"), (date(2026, 5, 4), "beheer-1")]


def test_no_warning_while_the_days_off_are_known_long_enough(house: House) -> None:
    warn_of_holidays(house, NOW)
    assert waiting(house, MessageKind.HOLIDAYS) == []


def test_a_warning_is_taken_back_when_more_days_have_become_known(house: House) -> None:
    warn_of_holidays(under(house, date(2026, 8, 20)), at(MONDAY, 6, 0))
    assert waiting(house, MessageKind.HOLIDAYS) == [(MONDAY, at(MONDAY))]
    (post,) = deliver(house, at(MONDAY))
    assert post.outcome == "withdrawn:nothing_left"


def test_without_an_administrator_nobody_is_warned(house: House) -> None:
    cut_off(house, "beheer-1")
    warn_of_holidays(under(house, date(2026, 8, 20)), NOW)
    assert waiting(house, MessageKind.HOLIDAYS) == []
    assert tell(house, a_message(house, "jb-1")) is None
