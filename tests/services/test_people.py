"""Rights come from here, and go at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from core.errors import NotAllowed, ProblemCode, Refused
from core.facts import FactKind
from core.outbox import MessageKind
from core.people import Role
from services.actions import look_up, offer_case
from services.cases import read_case, record_fact
from services.digests import DigestView
from services.house import House
from services.invitations import Invitation, accept, first_administrator, invite, invite_by_mail
from services.message_views import InvitationView
from services.notices import guard_pass
from services.people import (
    NewPerson,
    actor_of_chat,
    actor_of_person,
    add_person,
    import_people,
    list_people,
    person_of_chat,
    revoke,
    set_own_days,
    set_send_at,
    sync_contacts,
    unlink_chat,
)
from storage.tables import audit, invitations
from storage.tables import people as people_table
from tests.factories import (
    CHATS,
    CLI,
    MONDAY,
    NOW,
    PEOPLE,
    a_case,
    actor,
    at,
    deliver,
    person,
    run_day,
    told,
    weekdays,
)

CODE = "GIA-2026-001"
WEEK = timedelta(days=7)


def problem(refused: pytest.ExceptionInfo[Refused]) -> ProblemCode:
    return refused.value.problems[0].code


def refusal(house: House, code: str, chat: int, now=NOW) -> ProblemCode:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as refused:
        accept(house, code, chat, now)
    return problem(refused)


def test_an_invitation_links_a_chat_once_within_seven_days(house: House) -> None:
    invitation = invite(house, "jb-2", actor=CLI, now=NOW)
    assert invitation.expires_at == NOW + WEEK
    linked = accept(house, invitation.code, 555, NOW + WEEK - timedelta(seconds=1))
    assert (linked.name, linked.chat_id) == ("jb-2", 555)
    assert person_of_chat(house, CHATS["jb-2"]) is None
    assert refusal(house, invitation.code, 556) is ProblemCode.INVITATION_INVALID


def test_an_invitation_ends_after_seven_days(house: House) -> None:
    invitation = invite(house, "jb-2", actor=CLI, now=NOW)
    assert refusal(house, invitation.code, 555, NOW + WEEK) is ProblemCode.INVITATION_INVALID
    assert person(house, "jb-2").chat_id == CHATS["jb-2"]


def test_a_new_invitation_ends_the_old_one(house: House) -> None:
    old = invite(house, "jb-2", actor=CLI, now=NOW)
    new = invite(house, "jb-2", actor=CLI, now=NOW)
    assert refusal(house, old.code, 555) is ProblemCode.INVITATION_INVALID
    assert accept(house, new.code, 555, NOW).name == "jb-2"


def test_an_invitation_used_by_two_at_once_links_one(house: House) -> None:
    invitation = invite(house, "jb-2", actor=CLI, now=NOW)

    def use(chat: int) -> str:
        try:
            return accept(house, invitation.code, chat, NOW).name
        except Refused as refused:
            return refused.problems[0].code

    with ThreadPoolExecutor(4) as pool:
        used = sorted(pool.map(use, range(900, 904)))
    assert used == [ProblemCode.INVITATION_INVALID] * 3 + ["jb-2"]


def test_the_code_of_an_invitation_is_not_kept(house: House) -> None:
    invitation = invite(house, "jb-2", actor=CLI, now=NOW)
    with house.store.read() as tx:
        rows = str(tx.execute(select(invitations)).all()) + str(tx.execute(select(audit)).all())
    assert invitation.code not in rows


def test_an_invitation_by_mail_gets_its_code_when_it_is_sent(house: House) -> None:
    invite_by_mail(house, "jb-1", actor=CLI, now=NOW)
    (post,) = deliver(house, NOW)
    assert isinstance(post.view, InvitationView)
    assert (post.channel, post.message.kind) == ("mail", MessageKind.INVITATION)
    assert accept(house, post.view.invitation.code, 555, NOW).name == "jb-1"
    with pytest.raises(Refused) as refused:
        invite_by_mail(house, "jb-2", actor=CLI, now=NOW)
    assert problem(refused) is ProblemCode.PERSON_NO_ADDRESS


def test_a_contact_is_not_invited(house: House) -> None:
    with pytest.raises(Refused) as refused:
        invite(house, "meldpunt-gia", actor=CLI, now=NOW)
    assert problem(refused) is ProblemCode.CONTACT_IS_NOT_INVITED


def test_an_institution_without_telegram_gives_out_no_invitations(house: House) -> None:
    rules = house.rules
    without = replace(rules.organisations["GIA"], telegram=False)
    house = replace(house, rules=replace(rules, organisations={**rules.organisations, "GIA": without}))
    for asks in (invite, invite_by_mail):
        with pytest.raises(Refused) as refused:
            asks(house, "jb-1", actor=CLI, now=NOW)
        assert problem(refused) is ProblemCode.TELEGRAM_NOT_USED
    revoke(house, "jb-1", actor=CLI, now=NOW)
    assert invite(house, "jb-1", actor=CLI, now=NOW).code == ""
    assert person(house, "jb-1").revoked_at is None
    revoke(house, "jb-1", actor=CLI, now=NOW)
    assert invite_by_mail(house, "jb-1", actor=CLI, now=NOW) is False
    assert (person(house, "jb-1").revoked_at, deliver(house, NOW)) == (None, [])


def test_only_an_administrator_manages_people(house: House) -> None:
    new = NewPerson("jb-9", frozenset({Role.PROTECTOR}), "GIA")
    for name in ("jb-1", "tm-1", "gd-1"):
        who = actor(house, name)
        with pytest.raises(NotAllowed):
            add_person(house, new, actor=who, now=NOW)
        with pytest.raises(NotAllowed):
            invite(house, "jb-2", actor=who, now=NOW)
        with pytest.raises(NotAllowed):
            revoke(house, "jb-2", actor=who, now=NOW)
    assert person(house, "jb-2").revoked_at is None


def test_the_first_administrator_is_made_once(bare_house: House) -> None:
    made = first_administrator(bare_house, "beheer", NOW)
    assert isinstance(made, Invitation)
    assert first_administrator(bare_house, "beheer", NOW) is None
    revoke(bare_house, "beheer", actor=CLI, now=NOW)
    assert first_administrator(bare_house, "beheer", NOW) is None


def test_revoking_works_at_once(house: House) -> None:
    view = a_case(house)
    jb = actor(house, "jb-1")
    (offer, *_) = offer_case(house, view, person(house, "jb-1"), NOW)
    invitation = invite(house, "jb-1", actor=CLI, now=NOW)
    assert revoke(house, "jb-1", actor=actor(house, "beheer-1"), now=NOW) == [CODE]
    assert person_of_chat(house, CHATS["jb-1"]) is None
    assert actor_of_chat(house, CHATS["jb-1"], NOW) is None
    with pytest.raises(Refused) as refused:
        actor_of_person(house, person(house, "jb-1").id, NOW)
    assert problem(refused) is ProblemCode.PERSON_REVOKED
    with pytest.raises(Refused) as refused:
        look_up(house, offer.token, now=NOW)
    assert problem(refused) is ProblemCode.PERSON_REVOKED
    assert refusal(house, invitation.code, 555) is ProblemCode.INVITATION_INVALID
    assert jb.name == "jb-1"


def test_a_revoked_person_who_is_invited_gets_the_cases_back(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    revoke(house, "jb-1", actor=CLI, now=NOW)
    assert told(run_day(house, date(2026, 3, 4)), "tm-1") == [((CODE,), "1")]
    invitation = invite(house, "jb-1", actor=CLI, now=at(date(2026, 3, 4), 12, 0))
    accept(house, invitation.code, 555, at(date(2026, 3, 4), 12, 0))
    sent = run_day(house, date(2026, 3, 5))
    assert (told(sent, "jb-1"), told(sent, "tm-1")) == ([((CODE,), "1")], [])


def test_a_manager_sees_the_own_team_and_a_protector_nobody(house: House) -> None:
    def seen(name: str) -> set[str]:
        return {found.name for found in list_people(house, actor=actor(house, name), now=NOW)[0]}

    assert seen("jb-1") == set()
    assert seen("tm-1") == {"jb-1", "jb-2", "tm-1"}
    assert seen("gd-1") == {"jb-1", "jb-2", "jb-3", "tm-1", "tm-2", "gd-1", "meldpunt-gia"}
    assert seen("beheer-1") == {new.name for new in PEOPLE} | {"meldpunt-gia"}


ROW = {
    "naam": "jb-9",
    "rollen": "jeugdbeschermer",
    "gi": "GIA",
    "team": "noord",
    "werkdagen": "ma,di",
    "fte": "0,4",
}


def test_people_from_a_file_twice_change_nothing(house: House) -> None:
    first = import_people(house, [(2, ROW)], actor=CLI, now=NOW)
    again = import_people(house, [(2, ROW)], actor=CLI, now=NOW)
    assert (first.created, again.created, again.changed, again.unchanged) == (("jb-9",), (), (), 1)
    found = person(house, "jb-9")
    assert (found.days, found.fte, found.roles) == (weekdays(1, 2), 0.4, frozenset({Role.PROTECTOR}))


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"naam": "Jan Jansen"}, "naam", ProblemCode.PERSON_NAME_FORM),
        ({"rollen": "baas"}, "rollen", ProblemCode.ROLE_UNKNOWN),
        ({"gi": "GIX"}, "gi", ProblemCode.ORGANISATION_UNKNOWN),
        ({"regio": "west"}, "regio", ProblemCode.REGION_UNKNOWN),
        ({"fte": "veel"}, "fte", ProblemCode.FTE_FORM),
        ({"fte": "2"}, "fte", ProblemCode.FTE_FORM),
        ({"werkdagen": "zo"}, "werkdagen", ProblemCode.WORKING_DAYS_FORM),
        ({"mail": "jb@"}, "mail", ProblemCode.MAIL_FORM),
    ],
)
def test_a_bad_row_of_people_names_its_place_and_keeps_nothing(
    house: House, cells: dict[str, str], column: str, code: ProblemCode
) -> None:
    report = import_people(house, [(2, ROW), (3, ROW | {"naam": "jb-8"} | cells)], actor=CLI, now=NOW)
    assert [(found.line, found.column, found.code) for found in report.refused] == [(3, column, code)]
    with house.store.read() as tx:
        names = set(tx.execute(select(people_table.c.name)).scalars())
    assert names == {new.name for new in PEOPLE} | {"meldpunt-gia"}


def test_the_same_person_twice_in_a_file_is_refused(house: House) -> None:
    report = import_people(house, [(2, ROW), (3, ROW)], actor=CLI, now=NOW)
    assert [(found.line, found.code) for found in report.refused] == [(3, ProblemCode.PERSON_EXISTS)]


def test_the_digest_comes_at_the_own_time(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    set_send_at(house, time(10, 15), actor=actor(house, "jb-1"), now=NOW)
    wednesday = date(2026, 3, 4)
    guard_pass(house, at(wednesday, 6, 0))
    assert deliver(house, at(wednesday, 10, 14)) == []
    assert told(deliver(house, at(wednesday, 10, 15)), "jb-1") == [((CODE,), "1")]
    with pytest.raises(Refused) as refused:
        set_send_at(house, time(22, 0), actor=actor(house, "jb-1"), now=NOW)
    assert problem(refused) is ProblemCode.INSTANT_FORM


def test_own_days_need_at_least_one(house: House) -> None:
    with pytest.raises(Refused) as refused:
        set_own_days(house, weekdays(), actor=actor(house, "jb-1"), now=NOW)
    assert problem(refused) is ProblemCode.WORKING_DAYS_FORM


def test_who_unlinks_the_chat_goes_on_by_mail(house: House) -> None:
    a_case(house, protector_coupled=MONDAY)
    unlink_chat(house, actor=actor(house, "jb-1"), now=NOW)
    (post,) = run_day(house, date(2026, 3, 4))
    assert (post.recipient, post.channel) == ("jb-1", "mail")


def test_the_contact_gets_what_nobody_holds_and_may_act_on_it(house: House) -> None:
    a_case(house, protector=None)
    (post,) = run_day(house, MONDAY)
    assert (post.recipient, post.channel, post.lines) == ("meldpunt-gia", "mail", [((CODE,), "1")])
    assert isinstance(post.view, DigestView)
    token = post.view.lines[0].offers[0].token
    assert look_up(house, token, now=NOW).codes == (CODE,)
    contact = actor(house, "meldpunt-gia")
    done = record_fact(house, CODE, FactKind.FIRST_CONTACT, MONDAY, actor=contact, now=NOW)
    assert done.changed


def test_the_contact_sees_no_case_that_somebody_holds(house: House) -> None:
    a_case(house)
    a_case(house, "GIB-2026-001", protector=None)
    for code in (CODE, "GIB-2026-001"):
        with pytest.raises(Refused) as refused:
            read_case(house, code, actor=actor(house, "meldpunt-gia"), now=NOW)
        assert problem(refused) is ProblemCode.CASE_UNKNOWN


def test_a_contact_named_as_a_person_leaves_that_person_alone(house: House) -> None:
    rules = house.rules
    organisations = dict(rules.organisations)
    organisations["GIB"] = replace(organisations["GIB"], contact="jb-1", contact_mail=None)
    sync_contacts(House(house.store, replace(rules, organisations=organisations)), NOW)
    assert person(house, "jb-1").mail == "jb-1@gia.example"


def test_an_invitation_to_nobody_is_prepared_for_nobody(house: House) -> None:
    invite_by_mail(house, "jb-1", actor=CLI, now=NOW)
    revoke(house, "jb-1", actor=CLI, now=NOW)
    assert deliver(house, NOW) == []
