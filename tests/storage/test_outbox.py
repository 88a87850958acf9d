"""Claims and leases: one taker at a time, and a frozen one finds out."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from core.outbox import MessageKind, MessageState
from core.ports import Receipt
from services.delivery import Prepared, claim_messages, prepare, record_sent
from services.house import House
from services.leases import Lease, LeaseLost, LeaseName, acquire, require_lease
from services.notices import guard_pass
from storage.queries.claims import settle
from storage.queries.outbox import Digest, add_message, add_notices, ensure_digests, move_notices
from storage.tables import messages, notices
from tests.factories import ALL_CHANNELS, MONDAY, NOW, a_case, at, person


def put(house: House, name: str, how_many: int) -> None:
    payload = {"person": "jb-3", "from_on": "2026-03-02", "through_on": "2026-03-03"}
    with house.store.write() as tx:
        for _ in range(how_many):
            who = person(house, name).id
            add_message(tx, who, MessageKind.SUBSTITUTE, MONDAY, send_after=NOW, now=NOW, payload=payload)


def states(house: House) -> list[str]:
    with house.store.read() as tx:
        return list(tx.execute(select(messages.c.state).order_by(messages.c.id)).scalars())


def test_two_claimers_never_get_the_same_message(house: House) -> None:
    readers = ("jb-1", "jb-2", "jb-3", "tm-1", "gd-1", "gd-b")
    for reader in readers:
        put(house, reader, 10)

    def claim_all(number: int) -> list[int]:
        mine = replace(house, worker=f"claimer-{number}")
        found: list[int] = []
        while claimed := claim_messages(mine, NOW, most=3):
            found += [message.id for message in claimed]
            with house.store.write() as tx:
                assert all(settle(tx, message, MessageState.SENT) for message in claimed)
        return found

    with ThreadPoolExecutor(4) as pool:
        claims = [claim for found in pool.map(claim_all, range(4)) for claim in found]
    assert len(claims) == len(set(claims))
    claims += claim_all(4)
    assert len(claims) == len(set(claims)) == 60


def test_a_message_waits_for_its_moment(house: House) -> None:
    put(house, "jb-1", 1)
    assert claim_messages(house, NOW - timedelta(seconds=1)) == []
    assert len(claim_messages(house, NOW)) == 1
    assert claim_messages(house, NOW) == []


def test_a_claim_that_ran_out_is_claimed_again_as_repeated(house: House) -> None:
    put(house, "jb-1", 1)
    (first,) = claim_messages(house, NOW)
    assert claim_messages(house, NOW + timedelta(seconds=119)) == []
    (again,) = claim_messages(replace(house, worker="other"), NOW + timedelta(minutes=2))
    assert (first.id, first.repeated, again.id, again.repeated) == (again.id, False, first.id, True)


def test_a_claimer_that_wakes_up_late_changes_nothing(house: House) -> None:
    put(house, "jb-1", 1)
    (first,) = claim_messages(house, NOW)
    (again,) = claim_messages(replace(house, worker="other"), NOW + timedelta(minutes=2))
    with house.store.write() as tx:
        assert settle(tx, first, MessageState.FAILED) is False
    assert prepare(house, first, NOW, ALL_CHANNELS) is None
    with house.store.write() as tx:
        assert settle(tx, again, MessageState.SENT) is True
    assert states(house) == ["sent"]


def test_the_messages_of_one_reader_go_one_after_the_other(house: House) -> None:
    put(house, "jb-1", 2)
    put(house, "tm-1", 1)
    jb, tm = person(house, "jb-1").id, person(house, "tm-1").id
    claimed = claim_messages(house, NOW)
    assert [(message.id, message.person_id) for message in claimed] == [(1, jb), (3, tm)]
    assert claim_messages(house, NOW) == []
    with house.store.write() as tx:
        settle(tx, claimed[0], MessageState.SENT)
    assert [message.id for message in claim_messages(house, NOW)] == [2]


def test_many_messages_of_one_reader_leave_room_for_others(house: House) -> None:
    put(house, "jb-1", 5)
    put(house, "tm-1", 1)
    assert [message.id for message in claim_messages(house, NOW, most=2)] == [1, 6]


def test_one_person_gets_one_digest_at_a_time(house: House) -> None:
    who = person(house, "jb-1")
    with house.store.write() as tx:
        for days in range(3):
            ensure_digests(tx, {(who.id, MONDAY + timedelta(days=days)): NOW}, now=NOW)
    (first,) = claim_messages(house, NOW)
    assert claim_messages(house, NOW) == []
    assert first.day_on == MONDAY


def test_a_digest_is_made_once_a_day_for_each_person(house: House) -> None:
    who = person(house, "jb-1")

    def make(_number: int) -> Digest:
        with house.store.write() as tx:
            return ensure_digests(tx, {(who.id, MONDAY): NOW}, now=NOW)[who.id, MONDAY]

    with ThreadPoolExecutor(4) as pool:
        made = {message.id for message in pool.map(make, range(4))}
    assert len(made) == 1


def test_a_notice_that_stands_is_not_written_again(house: House) -> None:
    a_case(house, manager="tm-1")
    guard_pass(house, at(MONDAY, 6, 0))
    with house.store.write() as tx:
        before = tx.execute(select(notices)).all()
        tx.execute(text("UPDATE terms SET told_through_on = NULL, next_notice_on = '2026-03-02'"))
    assert len(before) > 0
    guard_pass(house, at(MONDAY, 6, 1))
    with house.store.read() as tx:
        assert tx.execute(select(notices)).all() == before
    with house.store.write() as tx:
        add_notices(tx, [], now=NOW)
        move_notices(tx, [], 1)


@pytest.fixture
def on_postgres(house: House) -> House:
    """The house, where leases are rows."""
    if house.store.is_sqlite:
        pytest.skip("on SQLite one process serves, behind an operating-system lock")
    return house


def expire(house: House) -> None:
    with house.store.write() as tx:
        tx.execute(text("UPDATE leases SET expires_at = now() - interval '1 second'"))


def test_one_holder_has_the_lease(on_postgres: House) -> None:
    other = replace(on_postgres, worker="other")
    lease = acquire(on_postgres, LeaseName.PLAN)
    assert lease == Lease(LeaseName.PLAN, 1)
    assert acquire(other, LeaseName.PLAN) is None
    assert acquire(on_postgres, LeaseName.PLAN) == lease
    assert acquire(other, LeaseName.SEND) == Lease(LeaseName.SEND, 1)


def test_a_lease_taken_at_once_by_many_has_one_holder(on_postgres: House) -> None:
    def take(number: int) -> Lease | None:
        return acquire(replace(on_postgres, worker=f"w{number}"), LeaseName.POLL)

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(take, range(6)))
    assert sorted(lease is not None for lease in taken) == [False] * 5 + [True]


def test_a_frozen_holder_writes_nothing(on_postgres: House) -> None:
    a_case(on_postgres, manager="tm-1")
    frozen = acquire(on_postgres, LeaseName.PLAN)
    expire(on_postgres)
    taken_over = acquire(replace(on_postgres, worker="other"), LeaseName.PLAN)
    assert taken_over == Lease(LeaseName.PLAN, 2)
    with pytest.raises(LeaseLost):
        guard_pass(on_postgres, at(MONDAY, 6, 0), frozen)
    with pytest.raises(LeaseLost):
        claim_messages(on_postgres, NOW, lease=frozen)
    with on_postgres.store.read() as tx:
        assert tx.execute(select(notices)).all() == []
    assert guard_pass(on_postgres, at(MONDAY, 6, 0), taken_over).notices > 0


def test_a_lease_does_not_change_hands_while_its_holder_writes(on_postgres: House) -> None:
    lease = acquire(on_postgres, LeaseName.PLAN)
    assert lease is not None
    other = replace(on_postgres, worker="other")
    with ThreadPoolExecutor(1) as pool:
        with on_postgres.store.write() as tx:
            require_lease(tx, lease)
            waiting = pool.submit(acquire, other, LeaseName.PLAN)
            time.sleep(0.2)
            assert not waiting.done()
        assert waiting.result() is None


def test_a_message_sent_by_a_late_claimer_is_not_settled_twice(house: House) -> None:
    a_case(house, manager="tm-1")
    guard_pass(house, at(MONDAY, 6, 0))
    (first,) = claim_messages(house, at(MONDAY))
    prepared = prepare(house, first, at(MONDAY), ALL_CHANNELS)
    later = at(MONDAY) + timedelta(minutes=3)
    (again,) = claim_messages(replace(house, worker="other"), later)
    assert again.id == first.id
    assert isinstance(prepared, Prepared)
    record_sent(house, prepared, Receipt("late"), later)
    assert states(house) == ["sending"]
