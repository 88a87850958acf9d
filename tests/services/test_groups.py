"""Group chats: who may link one, what it hears of which series, and how a link ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from core.errors import NotAllowed, ProblemCode, Refused
from core.governance import Governance
from core.groups import GroupScope
from core.outbox import MessageKind
from core.people import Role
from core.ports import DeliveryFailed, Outcome
from core.series import Visibility
from services.digests import DigestView
from services.governance.access import Deed
from services.governance.changed import ChangedView
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.group_codes import group_targets, is_group_code, link_group, make_group_code
from services.governance.groups import (
    GroupEnd,
    GroupEndedView,
    end_group,
    group_left,
    group_moved,
    linked_groups,
)
from services.governance.guard import governance_pass, start_governance
from services.governance.matters import Ref
from services.house import House
from services.people import NewPerson, add_person, list_people, revoke
from storage.governance_tables import group_codes
from storage.queries.people import link_chat
from tests.factories import CLI, NOW, Failing, Post, actor, at, deliver, make_rules
from tests.services.test_governance import FIRST, MEETING, TENTH

GROUP, OTHER = -4001, -4002
SERIES, REGION = GroupScope.SERIES, GroupScope.REGION
OPEN = replace(
    MEETING, code="open", title="Leersessie", visibility=Visibility.PUBLIC, region="noord", place="Hoorn"
)
LINK = replace(OPEN, code="met-link", title="Regiotafel", visibility=Visibility.LINK)
CLOSED = replace(OPEN, code="dicht", title="Toezicht", visibility=Visibility.MEMBERS)
ELSEWHERE = replace(OPEN, code="elders", title="Elders", region="zuid")
CHATS = {"pl-1": 190, "pl-z": 191, "amb-1": 192}
TELLS_ON = date(2026, 3, 16)
"""Five working days before the meetings of 23 March."""


@pytest.fixture
def governed(house: House) -> House:
    series = (MEETING, TENTH, OPEN, LINK, CLOSED, ELSEWHERE)
    agreed = Governance({one.code: one for one in series})
    made = House(house.store, replace(make_rules(), governance=agreed), house.worker)
    for name, role, region in (
        ("pl-1", Role.PROJECT_LEADER, None),
        ("pl-z", Role.PROJECT_LEADER, "zuid"),
        ("amb-1", Role.OFFICIAL, None),
    ):
        new = NewPerson(name, frozenset({role}), region=region, mail=f"{name}@regio.example")
        person = add_person(made, new, actor=CLI, now=NOW)
        with made.store.write() as tx:
            link_chat(tx, person.id, CHATS[name])
    start_governance(made, NOW)
    return made


def linked(house: House, scope: GroupScope, target: str, *, chat: int = GROUP, by: str = "pl-1") -> None:
    code = make_group_code(house, scope, target, actor=actor(house, by), now=NOW).code
    link_group(house, code, chat, "Overleg", used_by=CHATS[by], now=NOW)


def titles(house: House) -> list[str]:
    return [one.name for one in linked_groups(house, actor=CLI, now=NOW)]


def day(house: House, on: date) -> list[Post]:
    governance_pass(house, at(on, 6, 0))
    return [post for post in deliver(house, at(on)) if post.outcome == "sent"]


def read_by_group(posts: Iterable[Post]) -> list[tuple[str, object]]:
    return [
        (line.title, line.values["place"])
        for post in posts
        if post.recipient.startswith("groep") and isinstance(post.view, DigestView)
        for line in post.view.governance
    ]


def code(work: Callable[[], object]) -> ProblemCode:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.problems[0].code


def test_a_code_links_a_group_once_and_is_kept_as_a_hash(governed: House) -> None:
    made = make_group_code(governed, SERIES, "overleg", actor=actor(governed, "pl-1"), now=NOW)

    with governed.store.read() as tx:
        kept = repr(tx.execute(group_codes.select()).all())
    assert made.code not in kept
    assert is_group_code(governed, made.code, NOW)
    target = link_group(governed, made.code, GROUP, "Overleg", used_by=CHATS["pl-1"], now=NOW)
    assert target.name == "Overleg Rijk"
    again = lambda: link_group(governed, made.code, OTHER, "x", used_by=CHATS["pl-1"], now=NOW)  # noqa: E731
    assert code(again) is ProblemCode.GROUP_CODE_INVALID
    assert titles(governed) == ["Overleg Rijk"]


def test_a_code_ends_after_seven_days_and_when_its_maker_makes_another(governed: House) -> None:
    leader = actor(governed, "pl-1")
    first = make_group_code(governed, SERIES, "overleg", actor=leader, now=NOW)
    second = make_group_code(governed, SERIES, "overleg", actor=leader, now=NOW)

    assert not is_group_code(governed, first.code, NOW)
    assert is_group_code(governed, second.code, NOW + timedelta(days=7, seconds=-1))
    assert not is_group_code(governed, second.code, NOW + timedelta(days=7))


@pytest.mark.parametrize(
    ("used_by", "fits"), [(190, True), (191, False), (192, False), (999, False), (None, False)]
)
def test_only_who_leads_it_may_use_the_code(governed: House, used_by: int | None, fits: bool) -> None:  # noqa: FBT001
    made = make_group_code(governed, REGION, "noord", actor=actor(governed, "pl-1"), now=NOW)
    if fits:
        link_group(governed, made.code, GROUP, "x", used_by=used_by, now=NOW)
    else:
        use = lambda: link_group(governed, made.code, GROUP, "x", used_by=used_by, now=NOW)  # noqa: E731
        assert code(use) is ProblemCode.GROUP_CODE_INVALID
    assert bool(titles(governed)) is fits
    assert is_group_code(governed, made.code, NOW) is not fits


def test_a_code_of_somebody_who_lost_access_links_nothing(governed: House) -> None:
    made = make_group_code(governed, REGION, "zuid", actor=actor(governed, "pl-z"), now=NOW)
    revoke(governed, "pl-z", actor=CLI, now=NOW)
    use = lambda: link_group(governed, made.code, GROUP, "x", used_by=CHATS["pl-1"], now=NOW)  # noqa: E731
    assert code(use) is ProblemCode.GROUP_CODE_INVALID


def test_who_does_not_lead_it_makes_no_code(governed: House) -> None:
    for name, scope, target in (
        ("amb-1", SERIES, "overleg"),
        ("pl-z", REGION, "noord"),
        ("tm-1", REGION, "zuid"),
    ):
        with pytest.raises(NotAllowed):
            make_group_code(governed, scope, target, actor=actor(governed, name), now=NOW)
    assert [one.code for one in group_targets(governed, actor=actor(governed, "pl-z"), now=NOW)] == [
        "zuid",
        "overleg",
        "elders",
    ]


@pytest.mark.parametrize(("scope", "target"), [(SERIES, "uitvraag"), (SERIES, "niets"), (REGION, "oost")])
def test_what_is_handed_in_and_what_is_not_there_cannot_be_linked(
    governed: House, scope: GroupScope, target: str
) -> None:
    make = lambda: make_group_code(governed, scope, target, actor=CLI, now=NOW)  # noqa: E731
    assert code(make) is ProblemCode.GROUP_TARGET_UNKNOWN


def test_a_group_of_a_series_hears_all_of_its_meetings_and_nothing_else(governed: House) -> None:
    linked(governed, SERIES, "dicht")
    told = {on: read_by_group(day(governed, on)) for on in (TELLS_ON, date(2026, 3, 20), date(2026, 3, 24))}
    assert told == {
        TELLS_ON: [("Toezicht", "Hoorn")],
        date(2026, 3, 20): [("Toezicht", "Hoorn")],
        date(2026, 3, 24): [],
    }


def test_a_group_of_a_region_hears_what_others_may_see_of_its_series(governed: House) -> None:
    linked(governed, REGION, "noord")
    assert read_by_group(day(governed, TELLS_ON)) == [("Leersessie", None), ("Regiotafel", "Hoorn")]


def test_a_group_never_hears_who_has_handed_in(governed: House) -> None:
    linked(governed, REGION, "noord")
    found = [read_by_group(day(governed, date(2026, 3, number))) for number in range(2, 16)]
    assert found == [[]] * 14


def test_a_change_is_told_to_a_group_once_and_a_cancellation_of_a_public_series_without_its_reason(
    governed: House,
) -> None:
    linked(governed, REGION, "noord")
    leader, ref = actor(governed, "pl-1"), Ref.of_meeting("open", date(2026, 3, 23))
    do(governed, Deed.MOVE, ref, version=0, actor=leader, now=NOW, filled=Filled(on="2026-03-25"))
    do(governed, Deed.PLACE, ref, version=1, actor=leader, now=NOW, filled=Filled(text="Alkmaar"))
    first = [post for post in deliver(governed, NOW) if post.recipient.startswith("groep")]
    (view,) = [post.view for post in first]
    assert isinstance(view, ChangedView)
    assert (view.occurrence.on, view.occurrence.place, view.was_place) == (date(2026, 3, 25), None, None)
    do(governed, Deed.CANCEL, ref, version=2, actor=leader, now=NOW, filled=Filled("de voorzitter is ziek"))
    (again,) = [post.view for post in deliver(governed, NOW) if post.recipient.startswith("groep")]
    assert isinstance(again, ChangedView)
    assert (again.cancelled, again.occurrence.why) == (True, "")


def test_another_place_is_nothing_to_a_group_that_hears_dates_only(governed: House) -> None:
    linked(governed, REGION, "noord")
    leader, ref = actor(governed, "pl-1"), Ref.of_meeting("open", date(2026, 3, 23))
    do(governed, Deed.PLACE, ref, version=0, actor=leader, now=NOW, filled=Filled(text="Alkmaar"))
    outcomes = [post.outcome for post in deliver(governed, NOW) if post.recipient.startswith("groep")]
    assert outcomes == ["withdrawn:nothing_left"]


def ended(posts: Iterable[Post]) -> list[tuple[str, GroupEnd]]:
    return [(post.recipient, post.view.why) for post in posts if isinstance(post.view, GroupEndedView)]


def test_a_group_that_throws_the_bot_out_is_unlinked_and_its_maker_told_once(governed: House) -> None:
    linked(governed, SERIES, "overleg")
    group_left(governed, GROUP, NOW)
    group_left(governed, GROUP, NOW)
    assert titles(governed) == []
    assert ended(deliver(governed, NOW)) == [("pl-1", GroupEnd.REMOVED)]
    assert read_by_group(day(governed, TELLS_ON)) == []


def test_a_chat_that_is_gone_for_good_ends_the_link_at_delivery(governed: House) -> None:
    linked(governed, SERIES, "overleg")
    governance_pass(governed, at(TELLS_ON, 6, 0))
    gone = Failing([DeliveryFailed(Outcome.REFUSED_FOR_GOOD, "Forbidden")])

    def send(prepared: object) -> None:
        if prepared.person.name.startswith("groep"):  # type: ignore[attr-defined]
            gone(prepared)  # type: ignore[arg-type]

    posts = deliver(governed, at(TELLS_ON), send=send)
    assert [post.outcome for post in posts if post.recipient.startswith("groep")] == ["failed"]
    kinds = {post.message.kind for post in posts if post.recipient in ("pl-1", "beheer-1")}
    assert MessageKind.UNREACHABLE not in kinds
    assert ended([*posts, *deliver(governed, at(TELLS_ON))]) == [("pl-1", GroupEnd.GONE)]
    assert titles(governed) == []


def test_a_group_that_becomes_a_supergroup_is_followed(governed: House) -> None:
    linked(governed, SERIES, "overleg")
    group_moved(governed, GROUP, -1004001, NOW)
    group_left(governed, GROUP, NOW)
    assert read_by_group(day(governed, TELLS_ON)) == [("Overleg Rijk", None)]
    assert titles(governed) == ["Overleg Rijk"]
    group_left(governed, -1004001, NOW)
    assert titles(governed) == []


def test_delivery_follows_a_group_that_moved(governed: House) -> None:
    linked(governed, SERIES, "overleg")
    governance_pass(governed, at(TELLS_ON, 6, 0))
    chats = []
    moved = [DeliveryFailed(Outcome.ADDRESS_MOVED, "ChatMigrated", moved_to=-1004001)]

    def send(prepared: object) -> None:
        if prepared.person.name.startswith("groep"):  # type: ignore[attr-defined]
            chats.append(prepared.address.chat_id)  # type: ignore[attr-defined]
            if moved:
                raise moved.pop()

    deliver(governed, at(TELLS_ON), send=send)
    deliver(governed, at(TELLS_ON), send=send)
    assert chats == [GROUP, -1004001]


def test_a_group_that_gets_another_link_has_that_one_alone(governed: House) -> None:
    linked(governed, SERIES, "elders", by="pl-z")
    linked(governed, REGION, "noord")
    assert titles(governed) == ["Noord"]
    assert ended(deliver(governed, NOW)) == [("pl-z", GroupEnd.RELINKED)]


def test_a_project_leader_ends_a_link_of_what_they_lead_and_no_other(governed: House) -> None:
    linked(governed, REGION, "noord")
    (group,) = linked_groups(governed, actor=actor(governed, "pl-1"), now=NOW)
    assert linked_groups(governed, actor=actor(governed, "pl-z"), now=NOW) == []
    with pytest.raises(NotAllowed):
        end_group(governed, group.number, actor=actor(governed, "pl-z"), now=NOW)
    end_group(governed, group.number, actor=actor(governed, "pl-1"), now=NOW)
    again = lambda: end_group(governed, group.number, actor=CLI, now=NOW)  # noqa: E731
    assert code(again) is ProblemCode.GROUP_UNKNOWN
    assert ended(deliver(governed, NOW)) == []


def test_the_administrator_on_the_command_line_ends_a_link_and_its_maker_is_told(governed: House) -> None:
    linked(governed, SERIES, "overleg")
    (group,) = linked_groups(governed, actor=CLI, now=NOW)
    end_group(governed, group.number, actor=CLI, now=NOW)
    assert ended(deliver(governed, NOW)) == [("pl-1", GroupEnd.ENDED)]


def test_a_group_is_nobody_among_people_and_its_role_cannot_be_given(governed: House) -> None:
    linked(governed, SERIES, "overleg")
    people, directory = list_people(governed, actor=CLI, now=NOW)
    assert [one.name for one in people if Role.GROUP in one.roles] == []
    assert directory.named("groep:1") is not None


def test_a_title_with_something_personal_is_not_kept(governed: House) -> None:
    made = make_group_code(governed, SERIES, "overleg", actor=actor(governed, "pl-1"), now=NOW)
    link_group(governed, made.code, GROUP, "Gezin 111222333", used_by=CHATS["pl-1"], now=NOW)
    assert [one.title for one in linked_groups(governed, actor=CLI, now=NOW)] == [""]


def test_two_groups_of_one_series_both_hear_it(governed: House) -> None:
    linked(governed, SERIES, "overleg")
    linked(governed, SERIES, "overleg", chat=OTHER)
    assert read_by_group(day(governed, TELLS_ON)) == [("Overleg Rijk", None)] * 2


def test_the_time_of_a_meeting_is_said_to_a_group(governed: House) -> None:
    linked(governed, REGION, "noord")
    (post,) = [post for post in day(governed, TELLS_ON) if post.recipient.startswith("groep")]
    assert isinstance(post.view, DigestView)
    assert {line.values["at"] for line in post.view.governance} == {time(10)}
    assert (post.view.to_group, FIRST.code) == (True, "overleg")
