"""A link signs in once, for a quarter of an hour; a session ends idle, by signing out and by revoking."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from core.errors import ProblemCode, Refused
from core.outbox import MessageKind
from core.people import Role
from core.ports import ChannelName
from services.actions import ActionVerb, Offer, look_up, offer_these
from services.case_lists import cases_by_urgency
from services.house import House
from services.invitations import invite
from services.message_views import SignInView
from services.people import NewPerson, add_person, revoke
from services.signin import (
    ASKED_WITHIN,
    IDLE_FOR,
    LINK_VALID_FOR,
    MOST_ASKED,
    ask_by_mail,
    look_at_link,
    own_link,
    sign_in,
    sign_out,
    visitor_of,
)
from services.upkeep import tidy
from storage.tables import messages, sessions, sign_in_links, sign_in_requests
from tests.factories import CLI, MONDAY, NOW, Post, a_case, actor, at, deliver, person

MAIL = "jb-1@gia.example"
SECOND = timedelta(seconds=1)


def problem(refused: pytest.ExceptionInfo[Refused]) -> ProblemCode:
    return refused.value.problems[0].code


def mailed(house: House, now: datetime = NOW) -> list[Post]:
    return [post for post in deliver(house, now) if post.message.kind is MessageKind.SIGN_IN]


def token_of(post: Post) -> str:
    assert isinstance(post.view, SignInView)
    return post.view.link.token


def a_link(house: House, name: str = "jb-1", now: datetime = NOW) -> str:
    address = own_link(house, actor=actor(house, name, now), now=now)
    return address.rpartition("/")[2]


def a_session(house: House, name: str = "jb-1", now: datetime = NOW) -> str:
    return sign_in(house, a_link(house, name, now), now=now).secret


def rows(house: House, table: object) -> int:
    with house.store.read() as tx:
        count: int = tx.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]
        return count


def test_a_link_by_mail_signs_in_also_who_has_a_chat(house: House) -> None:
    ask_by_mail(house, " JB-1@gia.example ", leads_to="/bestand", now=NOW)
    (post,) = mailed(house)
    assert (post.recipient, post.channel, post.outcome) == ("jb-1", ChannelName.MAIL, "sent")
    assert look_at_link(house, token_of(post), now=NOW) == "jb-1"
    done = sign_in(house, token_of(post), now=NOW)
    assert (done.person.name, done.leads_to) == ("jb-1", "/bestand")
    found = visitor_of(house, done.secret, now=NOW)
    assert found is not None
    assert found[1] == actor(house, "jb-1")


def test_an_address_that_nobody_has_is_answered_alike_and_sends_nothing(house: House) -> None:
    answers = [ask_by_mail(house, mail, now=NOW) for mail in (MAIL, "niemand@gia.example")]  # type: ignore[func-returns-value]
    assert answers == [None, None]
    assert [post.recipient for post in mailed(house)] == ["jb-1"]
    assert rows(house, sign_in_requests) == 2


@pytest.mark.parametrize("mail", ["", "jb-1", "jb-1@gia", "a b@gia.example", "x" * 300 + "@gia.example"])
def test_what_is_no_address_is_refused(house: House, mail: str) -> None:
    with pytest.raises(Refused) as refused:
        ask_by_mail(house, mail, now=NOW)
    assert problem(refused) is ProblemCode.MAIL_FORM


def test_asking_too_often_sends_nothing_more_until_later(house: House) -> None:
    for _ in range(MOST_ASKED + 3):
        ask_by_mail(house, MAIL, now=NOW)
        ask_by_mail(house, "niemand@gia.example", now=NOW)
    assert len(mailed(house)) == MOST_ASKED
    later = NOW + ASKED_WITHIN
    ask_by_mail(house, MAIL, now=later)
    assert len(mailed(house, later)) == 1


def test_everybody_with_the_address_gets_an_own_link(house: House) -> None:
    add_person(house, NewPerson("tm-9", frozenset({Role.MANAGER}), "GIA", mail=MAIL), actor=CLI, now=NOW)
    ask_by_mail(house, MAIL, now=NOW)
    named = {post.recipient: look_at_link(house, token_of(post), now=NOW) for post in mailed(house)}
    assert named == {"jb-1": "jb-1", "tm-9": "tm-9"}


def test_the_functional_mailbox_signs_in_and_sees_what_nobody_else_holds(house: House) -> None:
    a_case(house, "GIA-2026-001", protector=None)
    a_case(house, "GIA-2026-002")
    a_case(house, "GIB-2026-003", protector=None)
    ask_by_mail(house, "meldpunt@gia.example", now=NOW)
    (post,) = mailed(house)
    found = visitor_of(house, sign_in(house, token_of(post), now=NOW).secret, now=NOW)
    assert found is not None
    cases = cases_by_urgency(house, actor=found[1], now=NOW)
    assert [item.case.code for item in cases] == ["GIA-2026-001"]


def test_a_mail_goes_at_once_also_in_quiet_hours_and_rehearsals(house: House) -> None:
    rules = replace(house.rules, notices=replace(house.rules.notices, live=False))
    rehearsing, night = House(house.store, rules), at(MONDAY, 23, 0)
    ask_by_mail(rehearsing, MAIL, now=night)
    assert [post.outcome for post in mailed(rehearsing, night)] == ["sent"]


def test_a_mail_that_could_not_be_sent_in_time_is_withdrawn(house: House) -> None:
    ask_by_mail(house, MAIL, now=NOW)
    late = NOW + LINK_VALID_FOR + SECOND
    assert [post.outcome for post in mailed(house, late)] == ["withdrawn:nothing_left"]
    assert rows(house, sign_in_links) == 0


def test_without_mail_nobody_is_said_to_be_out_of_reach(house: House) -> None:
    ask_by_mail(house, MAIL, now=NOW)
    posts = deliver(house, NOW, channels=[ChannelName.TELEGRAM])
    assert [(post.recipient, post.outcome) for post in posts] == [("jb-1", "failed:no_address")]


def test_a_link_works_once(house: House) -> None:
    token = a_link(house)
    sign_in(house, token, now=NOW)
    for look in (look_at_link, sign_in):
        with pytest.raises(Refused) as refused:
            look(house, token, now=NOW)  # type: ignore[operator]
        assert problem(refused) is ProblemCode.SIGN_IN_INVALID


def test_two_at_once_sign_in_once(house: House) -> None:
    token = a_link(house)

    def attempt() -> bool:
        try:
            sign_in(house, token, now=NOW)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        results = [future.result() for future in [pool.submit(attempt) for _ in range(4)]]
    assert sorted(results) == [False, False, False, True]
    assert rows(house, sessions) == 1


@pytest.mark.parametrize(
    ("after", "works"),
    [(LINK_VALID_FOR - SECOND, True), (LINK_VALID_FOR, False)],
    ids=["in time", "too late"],
)
def test_a_link_works_a_quarter_of_an_hour(house: House, after: timedelta, works: bool) -> None:  # noqa: FBT001
    token = a_link(house)
    if works:
        assert sign_in(house, token, now=NOW + after).person.name == "jb-1"
        return
    with pytest.raises(Refused) as refused:
        sign_in(house, token, now=NOW + after)
    assert problem(refused) is ProblemCode.SIGN_IN_INVALID


def test_neither_links_nor_sessions_are_kept_readable(house: House) -> None:
    token = a_link(house)
    secret = sign_in(house, token, now=NOW).secret
    with house.store.read() as tx:
        kept = [tx.execute(select(table)).all() for table in (sign_in_links, sessions, messages)]
    assert token not in repr(kept)
    assert secret not in repr(kept)


def test_a_session_lasts_while_somebody_is_there_and_ends_after_twelve_hours_of_nobody(house: House) -> None:
    secret, now = a_session(house), NOW
    for _ in range(3):
        now += IDLE_FOR - SECOND
        assert visitor_of(house, secret, now=now) is not None
    assert visitor_of(house, secret, now=now + IDLE_FOR) is None


def test_signing_out_ends_this_session_and_no_other(house: House) -> None:
    secret, other = a_session(house), a_session(house)
    sign_out(house, secret, now=NOW)
    sign_out(house, secret, now=NOW)
    assert visitor_of(house, secret, now=NOW) is None
    assert visitor_of(house, other, now=NOW) is not None


def test_an_unknown_session_is_nobody(house: House) -> None:
    assert visitor_of(house, "verzonnen", now=NOW) is None
    assert visitor_of(house, "", now=NOW) is None


def test_revoking_ends_sessions_and_links_at_once_and_for_good(house: House) -> None:
    secret, token = a_session(house), a_link(house)
    ask_by_mail(house, MAIL, now=NOW)
    revoke(house, "jb-1", actor=CLI, now=NOW)
    assert visitor_of(house, secret, now=NOW) is None
    assert mailed(house) == []
    invite(house, "jb-1", actor=CLI, now=NOW)
    assert visitor_of(house, secret, now=NOW) is None
    with pytest.raises(Refused) as refused:
        sign_in(house, token, now=NOW)
    assert problem(refused) is ProblemCode.SIGN_IN_INVALID


def test_who_was_revoked_is_sent_no_link(house: House) -> None:
    revoke(house, "jb-1", actor=CLI, now=NOW)
    ask_by_mail(house, MAIL, now=NOW)
    assert mailed(house) == []


def test_a_link_needs_to_know_where_the_pages_are(house: House) -> None:
    nowhere = House(house.store, replace(house.rules, public_url=None))
    with pytest.raises(Refused) as refused:
        own_link(nowhere, actor=actor(house, "jb-1"), now=NOW)
    assert problem(refused) is ProblemCode.PAGES_NOWHERE


def test_tidying_forgets_what_is_over_and_keeps_what_works(house: House) -> None:
    a_session(house)
    ask_by_mail(house, MAIL, now=NOW)
    tidy(house, NOW)
    assert [rows(house, table) for table in (sign_in_requests, sign_in_links, sessions)] == [1, 1, 1]
    tidy(house, NOW + timedelta(days=2))
    assert [rows(house, table) for table in (sign_in_requests, sign_in_links, sessions)] == [0, 0, 0]


def test_an_action_of_a_page_works_for_its_owner_while_signed_in_only(house: House) -> None:
    case, owner = a_case(house), person(house, "jb-1")
    offer = Offer(ActionVerb.OPEN, case.case.id, signed_in=True)
    token = offer_these(house, [offer], {}, owner, NOW, long=True)[0].token
    assert look_up(house, token, now=NOW, visitor_id=owner.id).person.name == "jb-1"
    codes = []
    for visitor in (None, person(house, "tm-1").id):
        with pytest.raises(Refused) as refused:
            look_up(house, token, now=NOW, visitor_id=visitor)
        codes.append(problem(refused))
    assert codes == [ProblemCode.SESSION_OVER, ProblemCode.ACTION_UNKNOWN]
    with pytest.raises(Refused) as expired:
        look_up(house, token, now=NOW + timedelta(days=1), visitor_id=owner.id)
    assert problem(expired) is ProblemCode.ACTION_UNKNOWN
