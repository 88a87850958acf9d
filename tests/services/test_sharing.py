"""A link to the dates of a series: who makes it, what is behind it, and what ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from core.errors import NotAllowed, ProblemCode
from core.governance import Governance
from core.series import Visibility
from services.governance.access import Deed
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.matters import MatterKind, Ref
from services.governance.sharing import (
    SharedSeries,
    share_series,
    shareable_series,
    shared_series,
    unshare_series,
)
from services.governance.showing import show
from services.house import House
from tests.factories import NOW, PAGES, actor
from tests.services.test_governance import FIRST, MEETING, TENTH, code
from tests.services.test_governance import governed as governed  # noqa: PLC0414 - a fixture
from tests.stories.test_governance import SESSION


def seen_by(house: House, visibility: Visibility) -> House:
    """Return the house in which every series has that visibility."""
    changed = (replace(one, visibility=visibility) for one in (MEETING, TENTH, SESSION))
    agreed: Governance = replace(house.rules.governance, series={one.code: one for one in changed})
    return House(house.store, replace(house.rules, governance=agreed), house.worker)


@pytest.fixture
def linked(governed: House) -> House:
    return seen_by(governed, Visibility.LINK)


def share(house: House, series: str = "overleg") -> str:
    return share_series(house, series, actor=actor(house, "pl-1"), now=NOW)


def behind(house: House, address: str) -> SharedSeries | None:
    return shared_series(house, address.removeprefix(f"{PAGES}/reeks/"), now=NOW)


def test_who_has_the_link_sees_dates_times_and_title_and_nothing_else(linked: House) -> None:
    pl = actor(linked, "pl-1")
    do(linked, Deed.PLACE, FIRST, version=None, actor=pl, now=NOW, filled=Filled("Zaal 3"))
    second = Ref.of_meeting("overleg", date(2026, 5, 4))
    do(linked, Deed.CANCEL, second, version=None, actor=pl, now=NOW, filled=Filled("geheime reden"))
    found = behind(linked, share(linked))
    assert found is not None
    assert found.title == "Overleg Rijk"
    first = found.dates[0]
    assert (first.on, first.at, first.cancelled) == (date(2026, 3, 23), time(10), False)
    assert [one.on for one in found.dates if one.cancelled] == [date(2026, 5, 11)]
    assert "Zaal" not in repr(found)
    assert "geheim" not in repr(found)


def test_the_address_stays_what_it_is_until_it_is_taken_back(linked: House) -> None:
    first = share(linked)
    assert share(linked) == first
    unshare_series(linked, "overleg", actor=actor(linked, "pl-1"), now=NOW)
    assert behind(linked, first) is None
    second = share(linked)
    assert second != first
    assert behind(linked, first) is None
    assert behind(linked, second) is not None


def test_addresses_cannot_be_guessed_from_one_another(linked: House) -> None:
    tokens = {share(linked, one).rpartition("/")[2] for one in ("overleg", "uitvraag", "leersessie")}
    assert (len(tokens), {len(one) for one in tokens}) == (3, {32})


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.LINK])
def test_a_series_of_submissions_shows_its_working_day(governed: House, visibility: Visibility) -> None:
    found = behind(house := seen_by(governed, visibility), share(house, "uitvraag"))
    assert found is not None
    assert found.is_submission
    may = next(one for one in found.dates if one.on == date(2026, 5, 10))
    assert may.due_on == date(2026, 5, 8)


def test_a_date_that_is_to_be_set_says_by_when(linked: House) -> None:
    found = behind(linked, share(linked, "leersessie"))
    assert found is not None
    assert [(one.on, one.due_on) for one in found.dates[:2]] == [
        (None, date(2026, 3, 31)),
        (None, date(2026, 6, 30)),
    ]


def test_a_series_for_members_has_no_link_and_one_that_became_so_shows_nothing(governed: House) -> None:
    closed = seen_by(governed, Visibility.MEMBERS)
    assert code(lambda: share(closed)) is ProblemCode.SERIES_NOT_SHARED
    address = share(seen_by(governed, Visibility.LINK))
    assert behind(closed, address) is None
    assert shareable_series(closed, actor(closed, "pl-1")) == []


@pytest.mark.parametrize("token", ["", "x", "overleg", "x" * 32, "' OR 1=1"])
def test_what_is_no_link_shows_nothing(linked: House, token: str) -> None:
    share(linked)
    assert shared_series(linked, token, now=NOW) is None


@pytest.mark.parametrize("name", ["tm-1", "amb-1", "gd-1", "jb-1"])
def test_only_who_leads_a_series_shares_it(linked: House, name: str) -> None:
    share(linked)
    who = actor(linked, name)
    with pytest.raises(NotAllowed):
        share_series(linked, "overleg", actor=who, now=NOW)
    with pytest.raises(NotAllowed):
        unshare_series(linked, "overleg", actor=who, now=NOW)
    assert shareable_series(linked, who) == []


def test_a_series_that_is_not_there_cannot_be_shared(linked: House) -> None:
    assert code(lambda: share(linked, "niets")) is ProblemCode.SERIES_NOT_SHARED


@pytest.mark.parametrize("ref", [FIRST, Ref(MatterKind.SUBMISSION, "uitvraag", date(2026, 3, 10), "GIA")])
def test_the_screen_of_a_matter_makes_shows_and_ends_the_link_for_who_leads(linked: House, ref: Ref) -> None:
    pl = actor(linked, "pl-1")

    def offered() -> tuple[set[Deed], str]:
        shown = show(linked, ref, actor=pl, now=NOW)
        return {Deed.SHARE, Deed.UNSHARE} & set(shown.deeds), shown.link

    assert offered() == ({Deed.SHARE}, "")
    do(linked, Deed.SHARE, ref, version=None, actor=pl, now=NOW)
    ((found, address),) = [
        (one.series.code, one.address) for one in shareable_series(linked, pl) if one.address is not None
    ]
    assert found == ref.code
    assert offered() == ({Deed.UNSHARE}, address)
    shown = show(linked, FIRST, actor=actor(linked, "tm-1"), now=NOW)
    assert (shown.link, {Deed.SHARE, Deed.UNSHARE} & set(shown.deeds)) == ("", set())
    do(linked, Deed.UNSHARE, ref, version=None, actor=pl, now=NOW)
    assert offered() == ({Deed.SHARE}, "")


def test_without_an_address_of_the_pages_there_is_nothing_to_share(linked: House) -> None:
    house = House(linked.store, replace(linked.rules, public_url=None), linked.worker)
    assert Deed.SHARE not in show(house, FIRST, actor=actor(house, "pl-1"), now=NOW).deeds
    assert code(lambda: share(house)) is ProblemCode.PAGES_NOWHERE
    assert shareable_series(house, actor(house, "pl-1")) == []
