"""The outbox never lies: what happened to a message, and who hears of it when it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.facts import FactKind
from core.outbox import MessageKind
from core.ports import ChannelName, DeliveryFailed, Outcome
from services.cases import record_fact
from services.delivery import claim_messages, prepare, quiet_until, stale_prepared
from services.digests import DigestView
from services.house import House
from services.message_views import UnreachableView
from services.notices import guard_pass
from services.people import revoke
from storage.queries.people import change_person
from storage.tables import deliveries, messages
from tests.factories import (
    ALL_CHANNELS,
    CHATS,
    MONDAY,
    Failing,
    a_case,
    actor,
    at,
    deliver,
    make_rules,
    person,
    run_day,
    told,
)

CODE = "GIA-2026-001"
WEDNESDAY = date(2026, 3, 4)
MORNING = at(WEDNESDAY)


@pytest.fixture
def waiting(house: House) -> House:
    """A house where one digest waits, on Wednesday for jb-1."""
    a_case(house, protector_coupled=MONDAY)
    guard_pass(house, at(WEDNESDAY, 6, 0))
    return house


def states(house: House) -> list[str]:
    with house.store.read() as tx:
        return list(tx.execute(select(messages.c.state).order_by(messages.c.id)).scalars())


def outcomes(house: House) -> list[str]:
    with house.store.read() as tx:
        return list(tx.execute(select(deliveries.c.outcome).order_by(deliveries.c.id)).scalars())


def failure(outcome: Outcome, **more: float) -> DeliveryFailed:
    return DeliveryFailed(outcome, "test", **more)  # type: ignore[arg-type]


def test_a_message_goes_to_the_chat(waiting: House) -> None:
    send = Failing([])
    (post,) = deliver(waiting, MORNING, send=send)
    assert (post.outcome, post.channel, post.recipient) == ("sent", ChannelName.TELEGRAM, "jb-1")
    assert send.seen[0].address.chat_id == CHATS["jb-1"]
    assert (states(waiting), outcomes(waiting)) == (["sent"], ["sent"])


def test_a_crash_before_the_outcome_repeats_and_loses_nothing(waiting: House) -> None:
    (claimed,) = claim_messages(waiting, MORNING)
    prepare(waiting, claimed, MORNING, ALL_CHANNELS)
    assert deliver(waiting, MORNING + timedelta(minutes=1)) == []
    (post,) = deliver(waiting, MORNING + timedelta(minutes=2))
    assert (post.outcome, post.message.repeated, post.lines) == ("sent", True, [((CODE,), "1")])


def test_an_unclear_outcome_is_resent_once_and_then_uncertain(waiting: House) -> None:
    send = Failing([failure(Outcome.UNCLEAR), failure(Outcome.UNCLEAR)])
    (first,) = deliver(waiting, MORNING, send=send)
    (second,) = deliver(waiting, MORNING + timedelta(seconds=30), send=send)
    assert [(first.outcome, first.message.repeated), (second.outcome, second.message.repeated)] == [
        ("unclear", False),
        ("uncertain", True),
    ]
    later = deliver(waiting, MORNING + timedelta(hours=1), send=send)
    assert [post.recipient for post in later] == ["beheer-1"]
    assert states(waiting) == ["uncertain", "sent"]


def test_an_unclear_digest_still_hands_on_the_lines_it_had_no_room_for(house: House) -> None:
    for number in range(13):
        a_case(house, f"GIA-2026-{number:03}", protector_coupled=MONDAY)
    guard_pass(house, at(WEDNESDAY, 6, 0))
    send = Failing([failure(Outcome.UNCLEAR), failure(Outcome.UNCLEAR)])
    deliver(house, MORNING, send=send)
    deliver(house, MORNING + timedelta(minutes=1), send=send)
    (post,) = [post for post in run_day(house, date(2026, 3, 5)) if post.recipient == "jb-1"]
    assert [line[0][0] for line in post.lines[:3]] == [f"GIA-2026-{number:03}" for number in (10, 11, 12)]


def test_a_connection_error_is_tried_again_later_and_later(waiting: House) -> None:
    send = Failing([failure(Outcome.NOT_SENT) for _ in range(3)])
    now, waits = MORNING, []
    for _ in range(3):
        deliver(waiting, now, send=send)
        with waiting.store.read() as tx:
            send_after = tx.execute(select(messages.c.send_after)).scalar_one()
        waits.append((send_after - now).total_seconds())
        now = send_after
    assert waits == [30, 60, 120]
    (post,) = deliver(waiting, now, send=send)
    assert (post.outcome, post.message.repeated) == ("sent", False)


def test_a_server_that_asks_to_wait_is_obeyed(waiting: House) -> None:
    send = Failing([failure(Outcome.NOT_SENT, retry_after=300.0)])
    deliver(waiting, MORNING, send=send)
    assert deliver(waiting, MORNING + timedelta(seconds=299), send=send) == []
    assert len(deliver(waiting, MORNING + timedelta(seconds=300), send=send)) == 1


def test_a_chat_that_is_gone_falls_back_to_mail(waiting: House) -> None:
    posts = deliver(waiting, MORNING, send=Failing([failure(Outcome.REFUSED_FOR_GOOD)]))
    assert [(post.recipient, post.channel, post.outcome) for post in posts] == [
        ("jb-1", ChannelName.TELEGRAM, "next_channel"),
        ("jb-1", ChannelName.MAIL, "sent"),
    ]
    assert posts[1].lines == [((CODE,), "1")]
    assert person(waiting, "jb-1").chat_id is None


def test_a_chat_that_is_gone_without_mail_tells_the_manager(house: House) -> None:
    a_case(house, protector="jb-2", protector_coupled=MONDAY)
    guard_pass(house, at(WEDNESDAY, 6, 0))
    posts = deliver(house, MORNING, send=Failing([failure(Outcome.REFUSED_FOR_GOOD)]))
    assert [(post.recipient, post.outcome) for post in posts] == [("jb-2", "failed"), ("tm-1", "sent")]
    assert posts[1].view == UnreachableView("tm-1", "jb-2", 1)


def test_a_mailbox_that_is_gone_tells_the_manager(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    with house.store.write() as tx:
        change_person(tx, person(house, "jb-1").id, chat_id=None)
    guard_pass(house, at(WEDNESDAY, 6, 0))
    posts = deliver(house, MORNING, send=Failing([failure(Outcome.REFUSED_FOR_GOOD)]))
    assert [(post.recipient, post.outcome) for post in posts] == [("jb-1", "failed"), ("tm-1", "sent")]
    assert isinstance(posts[1].view, UnreachableView)


def test_who_cannot_be_reached_is_reported_once_a_day(house: House) -> None:
    a_case(house, protector="jb-2", protector_coupled=MONDAY)
    with house.store.write() as tx:
        change_person(tx, person(house, "jb-2").id, chat_id=None)
    guard_pass(house, at(WEDNESDAY, 6, 0))
    first = deliver(house, MORNING)
    a_case(house, "GIA-2026-002", protector="jb-2", ordered=date(2026, 2, 25), now=at(WEDNESDAY, 9, 0))
    guard_pass(house, at(WEDNESDAY, 9, 1))
    second = [post for post in deliver(house, at(WEDNESDAY, 9, 2)) if post.recipient != "beheer-1"]
    assert [(post.recipient, post.message.kind) for post in first] == [
        ("jb-2", "digest"),
        ("tm-1", "unreachable"),
    ]
    assert [(post.recipient, post.message.kind, post.outcome) for post in second] == [
        ("jb-2", "urgent", "failed:no_address"),
        ("tm-1", "digest", "sent"),
    ]
    thursday = run_day(house, date(2026, 3, 5))
    assert MessageKind.UNREACHABLE in [post.message.kind for post in thursday if post.recipient == "tm-1"]


def test_who_is_reachable_again_is_not_reported(house: House) -> None:
    a_case(house, protector="jb-2", protector_coupled=MONDAY)
    jb = person(house, "jb-2").id
    with house.store.write() as tx:
        change_person(tx, jb, chat_id=None)
    guard_pass(house, at(WEDNESDAY, 6, 0))
    (failed,) = claim_messages(house, MORNING)
    prepare(house, failed, MORNING, ALL_CHANNELS)
    with house.store.write() as tx:
        change_person(tx, jb, chat_id=999)
    assert [post.outcome for post in deliver(house, MORNING)] == ["withdrawn:nothing_left"]


def test_an_unreachable_administrator_does_not_go_round_in_circles(house: House) -> None:
    a_case(house, "GIB-2026-001", protector=None)
    with house.store.write() as tx:
        change_person(tx, person(house, "beheer-1").id, chat_id=None, mail=None)
    guard_pass(house, at(MONDAY, 6, 0))
    assert [post.outcome for post in deliver(house, at(MONDAY))] == ["failed:no_address"]
    assert states(house) == ["failed"]


def test_an_institution_that_forbids_telegram_gets_mail(waiting: House) -> None:
    rules = make_rules()
    organisations = {**rules.organisations, "GIA": replace(rules.organisations["GIA"], telegram=False)}
    strict = House(waiting.store, replace(rules, organisations=organisations))
    (post,) = deliver(strict, MORNING)
    assert (post.channel, post.outcome) == (ChannelName.MAIL, "sent")


def test_who_may_not_use_telegram_and_has_no_mail_is_reported(house: House) -> None:
    a_case(house, protector="jb-2", protector_coupled=MONDAY)
    rules = make_rules()
    organisations = {**rules.organisations, "GIA": replace(rules.organisations["GIA"], telegram=False)}
    strict = House(house.store, replace(rules, organisations=organisations))
    with house.store.write() as tx:
        change_person(tx, person(house, "tm-1").id, mail="tm-1@gia.example")
    guard_pass(strict, at(WEDNESDAY, 6, 0))
    posts = deliver(strict, MORNING)
    assert [(post.recipient, post.outcome) for post in posts] == [
        ("jb-2", "failed:no_address"),
        ("tm-1", "sent"),
    ]


def test_a_moved_chat_is_followed(waiting: House) -> None:
    moved = DeliveryFailed(Outcome.ADDRESS_MOVED, "test", moved_to=-100999)
    send = Failing([moved])
    posts = deliver(waiting, MORNING, send=send)
    assert [post.outcome for post in posts] == ["moved", "sent"]
    assert send.seen[1].address.chat_id == -100999


@pytest.mark.parametrize(
    ("hour", "minute", "until"),
    [
        (7, 29, at(WEDNESDAY, 7, 30)),
        (7, 30, None),
        (18, 59, None),
        (19, 0, at(date(2026, 3, 5), 7, 30)),
        (23, 59, at(date(2026, 3, 5), 7, 30)),
    ],
)
def test_quiet_hours_hold_delivery(waiting: House, hour: int, minute: int, until: object) -> None:
    assert quiet_until(waiting.rules, at(WEDNESDAY, hour, minute)) == until


def test_what_is_held_in_the_quiet_hours_goes_out_after_them(waiting: House) -> None:
    night = at(WEDNESDAY, 22, 0)
    assert deliver(waiting, night) == []
    assert deliver(waiting, at(date(2026, 3, 5), 7, 29)) == []
    (post,) = deliver(waiting, at(date(2026, 3, 5), 7, 30))
    assert (post.outcome, post.message.attempts, post.message.repeated) == ("sent", 1, False)


def test_what_is_not_live_is_written_and_not_sent_until_it_is(with_rules: Callable[..., House]) -> None:
    house = with_rules(live=False)
    a_case(house, protector_coupled=MONDAY)
    guard_pass(house, at(WEDNESDAY, 6, 0))
    send = Failing([])
    (post,) = deliver(house, MORNING, send=send)
    assert (post.outcome, send.seen, states(house)) == ("not_live", [], ["pending"])
    assert deliver(house, MORNING, send=send) == []
    guard_pass(house, at(date(2026, 3, 5), 6, 0))
    live = with_rules(live=True)
    outcomes = sorted(post.outcome for post in deliver(live, at(date(2026, 3, 5)), send=send))
    assert (outcomes, len(send.seen)) == (["sent", "withdrawn:joined"], 1)


def test_a_revoked_person_gets_nothing_that_waited(waiting: House) -> None:
    revoke(waiting, "jb-1", actor=actor(waiting, "beheer-1"), now=at(WEDNESDAY, 7, 0))
    send = Failing([])
    deliver(waiting, MORNING, send=send)
    assert [prepared.person.name for prepared in send.seen] == ["tm-1"]


def test_who_is_revoked_after_the_claim_gets_nothing(waiting: House) -> None:
    (claimed,) = claim_messages(waiting, MORNING)
    revoke(waiting, "jb-1", actor=actor(waiting, "beheer-1"), now=MORNING)
    ended = prepare(waiting, claimed, MORNING, ALL_CHANNELS)
    assert getattr(ended, "outcome", None) == "withdrawn:nothing_left"
    assert told(deliver(waiting, MORNING), "tm-1") == [((CODE,), "1")]


def test_a_sent_message_is_shown_anew_once_its_subject_is_settled(waiting: House) -> None:
    deliver(waiting, MORNING)
    assert stale_prepared(waiting, MORNING) == []
    jb = actor(waiting, "jb-1")
    record_fact(waiting, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=jb, now=MORNING)
    (anew,) = stale_prepared(waiting, MORNING)
    assert isinstance(anew.view, DigestView)
    assert (anew.view.lines, anew.view.settled, anew.address.chat_id) == ((), ((CODE, "1"),), CHATS["jb-1"])
    assert stale_prepared(waiting, MORNING) == []


def test_what_is_shown_anew_on_a_later_day_keeps_the_day_it_was_sent(waiting: House) -> None:
    deliver(waiting, MORNING)
    later = at(date(2026, 3, 5), 9, 0)
    jb = actor(waiting, "jb-1")
    record_fact(waiting, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=jb, now=later)
    (anew,) = stale_prepared(waiting, later)
    assert isinstance(anew.view, DigestView)
    assert (anew.view.day_on, anew.view.today) == (WEDNESDAY, date(2026, 3, 5))


def test_what_settles_while_the_message_is_on_its_way_is_shown_anew(waiting: House) -> None:
    jb = actor(waiting, "jb-1")

    def record(_prepared: object) -> None:
        record_fact(waiting, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=jb, now=MORNING)

    (post,) = deliver(waiting, MORNING, send=record)
    assert post.outcome == "sent"
    assert len(stale_prepared(waiting, MORNING)) == 1


def test_a_mail_link_is_longer_than_a_button(waiting: House) -> None:
    send = Failing([failure(Outcome.REFUSED_FOR_GOOD)])
    posts = deliver(waiting, MORNING, send=send)
    lengths = [len(line.offers[0].token) for post in posts for line in post.view.lines]  # type: ignore[union-attr]
    assert lengths == [16, 32]
