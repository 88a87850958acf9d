"""Calendars over HTTP: what a client gets, what it need not fetch again, and what a guesser learns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import httpx
import icalendar
import pytest

from core.calendars import CalendarScope
from core.governance import Governance
from core.people import Role
from core.series import Series, SeriesKind, Visibility
from services.calendars.subscriptions import FreshFeed, Wish, create_feed, own_feeds, revoke_feed
from services.governance.access import Deed
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.matters import Ref
from services.house import House
from services.people import actor_of_person, revoke
from tests.web.conftest import ADMIN, Browser, Office
from web.app import build_web
from web.feeds import client_kind

OPEN = Series(
    "overleg",
    "Regionaal overleg",
    SeriesKind.MEETING,
    date(2026, 9, 14),
    rule="FREQ=WEEKLY;INTERVAL=6",
    at=time(10),
    place="Stadhuis",
    chair="pl-1",
    visibility=Visibility.PUBLIC,
)
CLOSED = replace(OPEN, code="besloten", title="Besloten overleg", visibility=Visibility.MEMBERS)
PUBLIC = "/feeds/governance.ics"


@pytest.fixture
def governed(office: Office) -> House:
    rules = replace(office.house.rules, governance=Governance({one.code: one for one in (OPEN, CLOSED)}))
    office.add("pl-1", Role.PROJECT_LEADER)
    return House(office.house.store, rules, office.house.worker)


@pytest.fixture
def client(governed: House, office: Office) -> Browser:
    return Browser(build_web(governed, office.clock, ready=lambda: True))


@pytest.fixture
def mine(governed: House, office: Office) -> FreshFeed:
    _, jb = actor_of_person(governed, office.people["jb-1"].id, office.clock.now())
    return create_feed(governed, Wish(CalendarScope.MINE), actor=jb, now=office.clock.now())


def path(feed: FreshFeed) -> str:
    return feed.url.removeprefix("http://test")


def move(house: House, office: Office) -> None:
    _, leader = actor_of_person(house, office.people["pl-1"].id, office.clock.now())
    ref, filled = Ref.of_meeting("overleg", date(2026, 10, 26)), Filled(on="2026-10-28", confirmed=True)
    do(house, Deed.MOVE, ref, version=None, actor=leader, now=office.clock.now(), filled=filled)


def events(answer: httpx.Response) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_calendar_is_read_by_its_fixed_address_without_a_cookie(client: Browser) -> None:
    answer = client.get(PUBLIC)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["last-modified"] == "Mon, 07 Sep 2026 08:00:00 GMT"
    assert "set-cookie" not in answer.headers
    assert "content-encoding" not in answer.headers
    assert [str(event["summary"]) for event in events(answer)] == ["Regionaal overleg"]
    assert b"Stadhuis" not in answer.content


def test_head_says_what_get_says_without_the_bytes(client: Browser) -> None:
    head, get = client.head(PUBLIC), client.get(PUBLIC)
    assert head.content == b""
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": "{etag}"}, 304),
        ({"If-None-Match": "W/{etag}"}, 304),
        ({"If-None-Match": '"other", {etag}'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-None-Match": "nonsense,,;"}, 200),
        ({"If-Modified-Since": "Mon, 07 Sep 2026 08:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Mon, 07 Sep 2026 07:59:59 GMT"}, 200),
        ({"If-Modified-Since": "gisteren"}, 200),
        ({"If-Modified-Since": "Mon, 99 Sep 99999 08:00:00 GMT"}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": "Mon, 07 Sep 2026 08:00:00 GMT"}, 200),
        ({"Range": "bytes=0-10"}, 200),
        ({"Accept": "image/png"}, 200),
        ({"Accept-Encoding": "gzip"}, 200),
    ],
)
def test_a_client_gets_the_bytes_only_when_it_has_others(
    client: Browser, headers: dict[str, str], status: int
) -> None:
    whole = client.get(PUBLIC)
    asked = {name: value.format(etag=whole.headers["etag"]) for name, value in headers.items()}
    answer = client.request("GET", PUBLIC, headers=asked)
    assert answer.status_code == status
    assert answer.headers["etag"] == whole.headers["etag"]
    assert answer.content == (b"" if status == 304 else whole.content)


def test_a_change_is_in_the_next_fetch(client: Browser, governed: House, office: Office) -> None:
    before = client.get(PUBLIC)
    move(governed, office)
    after = client.request("GET", PUBLIC, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    moved = [event for event in events(after) if "recurrence-id" in event]
    assert [event["dtstart"].dt.isoformat() for event in moved] == ["2026-10-28T10:00:00+01:00"]
    assert {int(event["sequence"]) for event in events(after)} == {1}


def test_last_modified_never_goes_back_when_a_move_is_taken_back(
    client: Browser, governed: House, office: Office
) -> None:
    moments = [client.get(PUBLIC).headers["last-modified"]]
    move(governed, office)
    moments.append(client.get(PUBLIC).headers["last-modified"])
    _, leader = actor_of_person(governed, office.people["pl-1"].id, office.clock.now())
    ref = Ref.of_meeting("overleg", date(2026, 10, 26))
    do(governed, Deed.RESET, ref, version=None, actor=leader, now=office.clock.now())
    moments.append(client.get(PUBLIC).headers["last-modified"])
    assert [moment[-12:-4] for moment in moments] == ["08:00:00", "08:00:01", "08:00:02"]


def test_a_secret_address_gives_the_calendar_of_its_owner(
    client: Browser, office: Office, mine: FreshFeed, governed: House
) -> None:
    office.open()
    answer = client.request("GET", path(mine), headers={"User-Agent": "Google-Calendar-Importer"})
    assert "GIA-2026-0001: norm 1" in {str(event["summary"]) for event in events(answer)}
    _, jb = actor_of_person(governed, office.people["jb-1"].id, office.clock.now())
    (kept,) = own_feeds(governed, actor=jb, now=office.clock.now())
    assert (kept.used_on, kept.client) == (date(2026, 9, 7), "google")


def test_whatever_gives_nothing_looks_the_same(
    client: Browser, governed: House, office: Office, mine: FreshFeed
) -> None:
    now = office.clock.now()
    _, jb = actor_of_person(governed, office.people["jb-1"].id, now)
    ending = create_feed(governed, Wish(CalendarScope.MINE, through_on=date(2026, 9, 7)), actor=jb, now=now)
    orphan = create_feed(governed, Wish(CalendarScope.MINE, person="jb-2"), actor=ADMIN, now=now)
    assert [client.get(path(one)).status_code for one in (mine, ending, orphan)] == [200, 200, 200]
    revoke_feed(governed, mine.id, actor=jb, now=now)
    revoke(governed, "jb-2", actor=ADMIN, now=now)
    office.clock.at += timedelta(days=1)
    addresses = [path(one) for one in (mine, ending, orphan)]
    addresses += [f"/feeds/{'x' * 43}.ics", "/feeds/besloten.ics", "/feeds/nergens.ics"]
    answers = [client.get(address) for address in addresses]
    assert {(one.status_code, one.content, tuple(one.headers.items())) for one in answers} == {
        (404, answers[-1].content, tuple(answers[-1].headers.items()))
    }


def test_wrong_secrets_are_slowed_down_and_right_ones_never(
    client: Browser, office: Office, mine: FreshFeed
) -> None:
    wrong = [client.get(f"/feeds/{number:043d}.ics").status_code for number in range(60)]
    assert wrong == [404] * 20 + [429] * 40
    assert int(client.get("/feeds/nergens.ics").headers["retry-after"]) in range(1, 4)
    assert client.get(path(mine)).status_code == 200
    assert client.get(PUBLIC).status_code == 200
    office.clock.at += timedelta(seconds=3)
    assert client.get("/feeds/nergens.ics").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PROPFIND", "REPORT"])
def test_a_calendar_can_only_be_read(client: Browser, method: str) -> None:
    assert client.request(method, PUBLIC).status_code == 405


@pytest.mark.parametrize(
    "address",
    [
        "/feeds/{secret}",
        "/feeds/{secret}.ics/",
        "/feeds/{secret}.ics/meer",
        "/feeds/..%2f{secret}.ics",
        "/{secret}.ics",
        "/a/{secret}",
        "/feeds/{secret}x.ics",
        "/feeds/%00.ics",
        "/feeds/.ics",
    ],
)
def test_a_secret_in_a_wrong_path_gives_nothing_and_is_said_nowhere(
    client: Browser, mine: FreshFeed, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    secret = path(mine).removeprefix("/feeds/").removesuffix(".ics")
    with caplog.at_level(0):
        answer = client.get(address.format(secret=secret))
    assert answer.status_code in (404, 307)
    assert secret not in answer.text
    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "asyncio"))]
    assert [record for record in ours if secret in record.getMessage()] == []


@pytest.mark.parametrize(
    ("user_agent", "kind"),
    [
        ("Google-Calendar-Importer", "google"),
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0)", "outlook"),
        ("iOS/18.1 (22B83) dataaccessd/1.0", "apple"),
        ("macOS/15.1 (24B83) CalendarAgent/1.0", "apple"),
        ("Mozilla/5.0 (X11; Linux) Gecko/20100101 Thunderbird/128.0", "thunderbird"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Safari/605", "browser"),
        ("ICSx5/2.3 (okhttp)", "android"),
        ("", "other"),
        ("x" * 100_000, "other"),
    ],
)
def test_of_a_client_only_its_kind_is_kept(user_agent: str, kind: str) -> None:
    assert client_kind(user_agent) == kind


def test_a_locked_out_database_is_said_as_try_later(office: Office, governed: House) -> None:
    governed.store.close()
    with governed.store.write() as tx:
        tx.exec_driver_sql("DROP TABLE calendar_feeds")
    client = Browser(build_web(governed, office.clock, ready=lambda: True))
    answer = client.get(f"/feeds/{'x' * 43}.ics")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
