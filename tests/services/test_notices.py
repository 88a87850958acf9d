"""The guard says what is due, once, to who can act, and slows down without stopping."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.facts import FactKind
from core.rules import Rules
from services.cases import record_fact, withdraw
from services.couplings import couple
from services.directory import read_directory
from services.house import House
from services.notices import guard_pass
from services.people import import_people, revoke, set_own_days
from services.rehearsal import rehearsal
from storage.queries.people import change_person
from storage.tables import messages, notices
from tests.factories import (
    CALENDAR,
    CLI,
    MONDAY,
    NOW,
    Post,
    a_case,
    actor,
    at,
    days_told,
    deliver,
    make_rules,
    norms_only,
    person,
    run_day,
    run_days,
    told,
    weekdays,
)


@pytest.fixture
def rules() -> Rules:
    """The three norms alone, so that every line is theirs."""
    return norms_only(make_rules())


CODE = "GIA-2026-001"


def march(*days: int) -> list[date]:
    return [date(2026, 3, day) for day in days]


def before(due_on: date, *working_days: int) -> list[date]:
    return [CALENDAR.back(due_on, days) for days in working_days]


def test_norm_1_tells_the_protector_3_2_1_and_0_days_before(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    sent = run_days(house, MONDAY, date(2026, 3, 9))
    assert days_told(sent, "jb-1", "1") == march(4, 5, 6, 9)
    assert days_told(sent, "tm-1", "1") == march(6, 9)


def test_norm_1_tells_the_manager_every_day_while_nobody_is_coupled(house: House) -> None:
    a_case(house, protector=None, manager="tm-1")
    sent = run_days(house, MONDAY, date(2026, 3, 13))
    assert days_told(sent, "tm-1", "1") == march(2, 3, 4, 5, 6, 9, 10, 11, 12)


def test_after_the_due_date_both_are_told_1_2_3_5_days_after_then_weekly(house: House) -> None:
    a_case(house, protector_coupled=MONDAY, measure_ends=date(2026, 4, 30))
    sent = run_days(house, date(2026, 3, 10), date(2026, 4, 10))
    for name in ("jb-1", "tm-1"):
        assert days_told(sent, name, "1") == march(10, 11, 12, 16)
    weekly = [
        on
        for on, posts in sent.items()
        if [post.view.older for post in posts if post.recipient == "tm-1"] == [1]  # type: ignore[union-attr]
    ]
    assert weekly == [*march(23, 30), date(2026, 4, 7)]


@pytest.mark.parametrize(
    ("norm", "due_on", "protector", "manager"),
    [
        ("2", date(2026, 4, 13), (15, 10, 5, 2, 0), (2, 0)),
        ("3", date(2026, 6, 2), (30, 20, 10, 5, 2, 0), (5, 0)),
    ],
)
def test_norms_2_and_3_tell_on_their_days(
    sqlite_house: House, norm: str, due_on: date, protector: tuple[int, ...], manager: tuple[int, ...]
) -> None:
    a_case(sqlite_house, protector_coupled=MONDAY, first_contact=MONDAY)
    sent = run_days(sqlite_house, MONDAY, due_on)
    assert days_told(sent, "jb-1", norm) == before(due_on, *protector)
    assert days_told(sent, "tm-1", norm) == before(due_on, *manager)


def test_nothing_is_told_of_what_is_met_or_withdrawn_or_elsewhere(house: House) -> None:
    a_case(house, protector_coupled=MONDAY, first_contact=MONDAY)
    a_case(house, "GIB-2026-001", protector="jb-b")
    sent = run_days(house, MONDAY, date(2026, 3, 13))
    assert {post.recipient for posts in sent.values() for post in posts} == {"jb-b", "beheer-1"}
    assert all("GIA" not in str(post.lines) for posts in sent.values() for post in posts)


def test_coupling_stops_the_daily_word_to_the_manager(house: House) -> None:
    a_case(house, manager="tm-1")
    assert told(run_day(house, MONDAY), "tm-1") == [((CODE,), "1")]
    guard_pass(house, at(date(2026, 3, 3), 6, 0))
    couple(house, CODE, "jb-1", MONDAY, actor=actor(house, "tm-1"), now=at(date(2026, 3, 3), 8, 0))
    assert told(deliver(house, at(date(2026, 3, 3))), "tm-1") == []
    assert told(run_day(house, date(2026, 3, 4)), "tm-1") == []


def test_the_guard_run_twice_says_nothing_twice(house: House) -> None:
    a_case(house)
    first = guard_pass(house, at(MONDAY, 6, 0))
    again = guard_pass(house, at(MONDAY, 6, 1))
    assert (first.notices, again.notices, again.terms) == (1, 0, 0)
    assert told(deliver(house, at(MONDAY)), "tm-1") == [((CODE,), "1")]
    assert run_day(house, MONDAY) == []


def test_three_days_of_outage_say_each_thing_once(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    sent = run_day(house, date(2026, 3, 9))
    assert [(post.recipient, post.lines) for post in sent] == [
        ("jb-1", [((CODE,), "1")]),
        ("tm-1", [((CODE,), "1")]),
    ]


def test_messages_of_three_days_go_out_as_one(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    for day in (4, 5, 6):
        guard_pass(house, at(date(2026, 3, day), 6, 0))
    sent = [post for post in deliver(house, at(date(2026, 3, 6))) if post.outcome == "sent"]
    assert [(post.recipient, post.lines) for post in sent] == [
        ("tm-1", [((CODE,), "1")]),
        ("jb-1", [((CODE,), "1")]),
    ]
    assert {post.message.day_on for post in sent} == {date(2026, 3, 6)}
    a_case(house, "GIA-2026-002", ordered=date(2026, 2, 27), now=at(date(2026, 3, 6), 10, 0))
    guard_pass(house, at(date(2026, 3, 6), 10, 1))
    kinds = [(post.recipient, post.message.kind) for post in deliver(house, at(date(2026, 3, 6), 10, 2))]
    assert set(kinds) == {("jb-1", "urgent"), ("tm-1", "urgent")}


def test_weeks_of_outage_count_an_older_term_once(house: House) -> None:
    a_case(house, protector_coupled=MONDAY, measure_ends=date(2026, 4, 20))
    run_days(house, MONDAY, date(2026, 3, 20))
    for on in (date(2026, 3, 23), date(2026, 3, 30)):
        guard_pass(house, at(on, 6, 0))
    posts = [post for post in deliver(house, at(date(2026, 3, 30))) if post.recipient == "tm-1"]
    assert [post.view.older for post in posts if post.view] == [1]  # type: ignore[union-attr]


def test_nobody_assigned_means_manager_then_contact_then_administrator(house: House) -> None:
    a_case(house, "GIA-2026-001", protector=None, manager="tm-2")
    a_case(house, "GIA-2026-002", protector=None)
    a_case(house, "GIB-2026-001", protector=None)
    sent = run_day(house, MONDAY)
    assert {post.recipient: post.lines for post in sent} == {
        "tm-2": [(("GIA-2026-001",), "1")],
        "meldpunt-gia": [(("GIA-2026-002",), "1")],
        "beheer-1": [(("GIB-2026-001",), "1")],
    }


def test_a_part_timer_is_told_on_the_last_own_day_before(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    set_own_days(house, weekdays(1, 2), actor=actor(house, "jb-1"), now=NOW)
    sent = run_days(house, MONDAY, date(2026, 3, 20))
    # 4, 5 and 6 March become Tuesday the 3rd, the 9th is a Monday; 11, 12 and 16 become the 16th
    assert days_told(sent, "jb-1", "1") == march(3, 9, 10, 16)
    assert days_told(sent, "tm-1", "1") == march(6, 9, 10, 11, 12, 16)


def test_a_part_timer_still_hears_what_cannot_wait(house: House) -> None:
    """Opened on Wednesday with a date on Friday, for somebody who works on Mondays."""
    set_own_days(house, weekdays(1), actor=actor(house, "jb-1"), now=NOW)
    wednesday = date(2026, 3, 4)
    a_case(house, ordered=date(2026, 2, 27), protector_coupled=MONDAY, now=at(wednesday, 5, 0))
    assert told(run_day(house, wednesday), "jb-1") == [((CODE,), "1")]


def test_after_the_digest_only_what_cannot_wait_goes_out_alone(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    friday = date(2026, 3, 6)
    run_days(house, MONDAY, friday)
    late = at(friday, 11, 0)
    a_case(house, "GIA-2026-002", ordered=date(2026, 2, 27), protector_coupled=MONDAY, now=late)
    a_case(house, "GIA-2026-003", ordered=date(2026, 3, 3), protector_coupled=MONDAY, now=late)
    guard_pass(house, late)
    urgent = [post for post in deliver(house, late) if post.recipient == "jb-1"]
    assert [(post.message.kind, post.lines) for post in urgent] == [("urgent", [(("GIA-2026-002",), "1")])]
    monday = told(run_day(house, date(2026, 3, 9)), "jb-1")
    assert (("GIA-2026-003",), "1") in monday


def test_siblings_share_a_line(house: House) -> None:
    for number in (1, 2):
        a_case(house, f"GIA-2026-00{number}", family="G-1", protector_coupled=MONDAY)
    a_case(house, "GIA-2026-003", protector_coupled=MONDAY)
    sent = run_day(house, date(2026, 3, 4))
    assert told(sent, "jb-1") == [
        (("GIA-2026-001", "GIA-2026-002"), "1"),
        (("GIA-2026-003",), "1"),
    ]


def test_of_thirteen_lines_ten_are_shown_and_three_come_first_next_time(house: House) -> None:
    for number in range(13):
        ordered = MONDAY if number < 10 else date(2026, 3, 3)
        a_case(
            house,
            f"GIA-2026-{number:03}",
            ordered=ordered,
            protector_coupled=MONDAY,
            now=at(date(2026, 3, 3), 18, 0),
        )
    (post,) = [post for post in run_day(house, date(2026, 3, 5)) if post.recipient == "jb-1"]
    assert ([line[0][0] for line in post.lines], post.view.more) == (  # type: ignore[union-attr]
        [f"GIA-2026-{number:03}" for number in range(10)],
        3,
    )
    (post,) = [post for post in run_day(house, date(2026, 3, 6)) if post.recipient == "jb-1"]
    assert [line[0][0] for line in post.lines[:3]] == [f"GIA-2026-{number:03}" for number in (10, 11, 12)]


def test_a_moved_needed_by_date_is_told_anew(house: House) -> None:
    a_case(house, protector_coupled=MONDAY, first_contact=MONDAY)
    jb = actor(house, "jb-1")
    record_fact(house, CODE, FactKind.COURSE_NEEDED_BY, date(2026, 3, 9), actor=jb, now=NOW)
    assert told(run_day(house, MONDAY), "jb-1") == [((CODE,), "2")]
    later = at(date(2026, 3, 3), 5, 0)
    record_fact(house, CODE, FactKind.COURSE_NEEDED_BY, date(2026, 3, 10), actor=jb, now=later)
    assert told(run_day(house, date(2026, 3, 3)), "jb-1") == [((CODE,), "2")]


def test_an_earlier_needed_by_date_is_told_before_and_after(house: House) -> None:
    a_case(house, protector_coupled=MONDAY, first_contact=MONDAY, course_needed_by=date(2026, 3, 12))
    sent = run_days(house, MONDAY, date(2026, 3, 18))
    assert days_told(sent, "jb-1", "2") == march(5, 10, 12, 13)


def test_a_date_that_moves_back_is_told_again(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    wednesday = date(2026, 3, 4)
    assert told(run_day(house, wednesday), "jb-1") == [((CODE,), "1")]
    record_fact(house, CODE, FactKind.NOTIFIED, date(2026, 3, 3), actor=CLI, now=at(wednesday, 9, 0))
    record_fact(house, CODE, FactKind.NOTIFIED, MONDAY, actor=CLI, now=at(wednesday, 9, 1))
    assert told(run_day(house, date(2026, 3, 5)), "jb-1") == [((CODE,), "1")]


def test_what_is_open_again_before_the_digest_is_still_told(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    due_on = date(2026, 3, 9)
    guard_pass(house, at(due_on, 6, 0))
    jb = actor(house, "jb-1")
    record_fact(house, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=jb, now=at(due_on, 7, 0))
    withdraw(house, CODE, FactKind.FIRST_CONTACT, actor=jb, now=at(due_on, 7, 30))
    assert told(run_day(house, due_on), "jb-1") == [((CODE,), "1")]


def test_a_resolved_subject_withdraws_the_waiting_message(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    wednesday = date(2026, 3, 4)
    guard_pass(house, at(wednesday, 6, 0))
    jb = actor(house, "jb-1")
    record_fact(house, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=jb, now=at(wednesday, 7, 0))
    with house.store.read() as tx:
        assert tx.execute(select(messages.c.state)).scalars().all() == ["withdrawn"]
        assert tx.execute(select(notices.c.state)).scalars().all() == ["resolved"]
    assert deliver(house, at(wednesday)) == []


def test_an_ended_measure_is_not_nagged_about(house: House) -> None:
    a_case(house, protector_coupled=MONDAY, measure_ends=date(2026, 3, 6))
    guard_pass(house, at(date(2026, 3, 5), 6, 0))
    sent = [post for post in deliver(house, at(date(2026, 3, 6))) if post.outcome == "sent"]
    assert sent == []


def test_revoking_sends_the_notices_to_the_manager(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    wednesday = date(2026, 3, 4)
    guard_pass(house, at(wednesday, 6, 0))
    revoke(house, "jb-1", actor=CLI, now=at(wednesday, 7, 0))
    sent = [post for post in deliver(house, at(wednesday)) if post.outcome == "sent"]
    assert [(post.recipient, post.lines) for post in sent] == [("tm-1", [((CODE,), "1")])]
    assert told(run_day(house, date(2026, 3, 5)), "tm-1") == [((CODE,), "1")]


def test_other_working_days_from_a_file_move_the_notices(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    row = {
        "naam": "jb-1",
        "rollen": "jeugdbeschermer",
        "gi": "GIA",
        "team": "noord",
        "werkdagen": "ma,di",
        "mail": "jb-1@gia.example",
    }
    report = import_people(house, [(2, row)], actor=CLI, now=NOW)
    assert report.changed == ("jb-1",)
    assert told(run_day(house, date(2026, 3, 3)), "jb-1") == [((CODE,), "1")]


def test_a_message_of_an_unknown_manager_goes_to_the_team(house: House) -> None:
    a_case(house, manager="tm-2")
    with house.store.write() as tx:
        change_person(tx, person(house, "tm-2").id, revoked_at=NOW)
    directory = read_directory(house, NOW)
    assert directory.named("tm-2") is not None
    assert [post.recipient for post in run_day(house, MONDAY)] == ["tm-1"]


CASES = st.lists(
    st.fixed_dictionaries(
        {
            "ordered": st.integers(-60, 12).map(lambda days: MONDAY + timedelta(days=days)),
            "coupled": st.booleans(),
            "contacted": st.booleans(),
            "protector": st.sampled_from(["jb-1", "jb-3", None]),
            "needed": st.one_of(st.none(), st.integers(1, 40)),
        }
    ),
    min_size=1,
    max_size=3,
)
DAYS = [on for n in range(33) if CALENDAR.is_working_day(on := MONDAY + timedelta(days=n))]


def fill(house: House, drawn: list[dict[str, object]]) -> None:
    for number, case in enumerate(drawn):
        ordered = case["ordered"]
        assert isinstance(ordered, date)
        dates = {}
        if case["coupled"]:
            dates["protector_coupled"] = ordered
        if case["contacted"]:
            dates["first_contact"] = ordered
        if isinstance(case["needed"], int):
            dates["course_needed_by"] = ordered + timedelta(days=case["needed"])
        protector = case["protector"]
        a_case(
            house,
            f"GIA-2026-{number:03}",
            ordered=ordered,
            protector=protector if isinstance(protector, str) else None,
            now=at(DAYS[-1], 23, 0),
            **dates,
        )


def told_in(house: House, days: list[date]) -> tuple[set[tuple[str, int]], list[int]]:
    """Return who was told of what, and the notices that lines were made of, in the order they were sent."""
    posts: list[Post] = []
    for on in days:
        posts += run_day(house, on)
    sent = {post.message.id for post in posts}
    with house.store.read() as tx:
        rows = tx.execute(select(notices).where(notices.c.state == "open")).all()
    reached = {(row.subject, row.person_id) for row in rows if row.message_id in sent}
    said = [ids for post in posts for line in post.view.lines for ids in line.notice_ids]  # type: ignore[union-attr]
    return reached, said


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=CASES, working=st.lists(st.booleans(), min_size=len(DAYS) - 1, max_size=len(DAYS) - 1))
def test_a_guard_that_runs_late_tells_the_same_people_the_same_things_once(
    sqlite_house: House, drawn: list[dict[str, object]], working: list[bool]
) -> None:
    daily, gaps = rehearsal(sqlite_house), rehearsal(sqlite_house)
    late_days = [on for on, runs in zip(DAYS, working, strict=False) if runs] + [DAYS[-1]]
    for house in (daily, gaps):
        fill(house, drawn)
    reached, said = told_in(daily, DAYS)
    reached_late, said_late = told_in(gaps, late_days)
    daily.store.close()
    gaps.store.close()
    assert reached == reached_late
    assert len(said) == len(set(said))
    assert len(said_late) == len(set(said_late))
