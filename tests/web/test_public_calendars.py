"""The public calendars by page: what anybody may see of them, and never more."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest

from core.governance import Governance
from core.people import Role
from core.series import OnDayOff, Participants, Series, Visibility
from services.governance.access import Deed
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.matters import Ref
from services.house import House
from services.people import actor_of_person
from tests.goldens import Golden
from tests.series import ON_THE_TENTH, OPEN_MEETING
from tests.web.conftest import Browser, Office, Says, Session
from web.app import build_web
from web.public_calendars import MOST_DATES

ROOT = "https://termijnwacht.regio.nl"
OPEN = replace(
    OPEN_MEETING,
    code="overleg",
    title="Regionaal overleg <Noord> & meer",
    starts_on=date(2026, 9, 14),
    participants=Participants(people=("jb-1",)),
    steps=(),
)
ASKED = replace(ON_THE_TENTH, starts_on=date(2026, 9, 10), on_day_off=OnDayOff.NEXT)
TABLE = replace(OPEN, code="tafel", title="Bestuurlijke tafel", rule=None, times_a_year=2)
CLOSED = replace(OPEN, code="besloten", title="Besloten overleg", visibility=Visibility.MEMBERS)
SECRETS = ("Stadhuis", "overleg.example", "Besloten", "besloten", "jb-1", "pl-1", "Instelling A", "kwijt")


def governed_by(office: Office, *series: Series, root: str = ROOT) -> House:
    agreed = Governance({one.code: one for one in series})
    rules = replace(office.house.rules, governance=agreed, public_url=root)
    return House(office.house.store, rules, office.house.worker)


@pytest.fixture
def governed(office: Office) -> House:
    office.add("pl-1", Role.PROJECT_LEADER)
    return governed_by(office, OPEN, ASKED, TABLE, CLOSED)


def visit(house: House, office: Office) -> Browser:
    return Browser(build_web(house, office.clock, ready=lambda: True))


@pytest.fixture
def client(governed: House, office: Office) -> Browser:
    return visit(governed, office)


def lead(house: House, office: Office, deed: Deed, original_on: date, filled: Filled) -> None:
    _, leader = actor_of_person(house, office.people["pl-1"].id, office.clock.now())
    ref = Ref.of_meeting("overleg", original_on)
    do(house, deed, ref, version=None, actor=leader, now=office.clock.now(), filled=filled)


def lines(answer: httpx.Response) -> str:
    """Return what a page says, a line for each piece of it, with the addresses of its links."""
    body = answer.text.partition('<main id="inhoud">')[2]
    body = re.sub(
        r'<svg class="drawing".*?aria-label="([^"]*)".*?</svg>', r"[tekening: \1]", body, flags=re.DOTALL
    )
    body = re.sub(r"<svg.*?</svg>", "[code]", body, flags=re.DOTALL)
    body = re.sub(r'<a [^>]*href="([^"]*)"[^>]*>', r"[\1] ", body)
    text = html.unescape(re.sub(r"<[^>]+>", "", body))
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


def test_a_visitor_who_is_not_signed_in_sees_the_public_calendars_and_their_first_date(
    client: Browser, says: Says
) -> None:
    answer = client.get("/agendas")
    assert answer.status_code == 200
    assert re.findall(r'href="(/agendas/[^"]+)"', answer.text) == [
        "/agendas/governance",
        "/agendas/overleg",
        "/agendas/uitvraag",
        "/agendas/tafel",
    ]
    first = re.findall(
        r"(Eerstvolgende: .+? 2026[^.]*(?:\.\d\d[^.]*)*\.|Nog te plannen: .+?\)\.)", says(answer)
    )
    assert first == [
        "Eerstvolgende: donderdag 10 september 2026, Aanleveren: Uniforme uitvraag.",
        "Eerstvolgende: maandag 14 september 2026, 10.00 tot 11.30 uur.",
        "Eerstvolgende: donderdag 10 september 2026.",
        "Nog te plannen: Bestuurlijke tafel (uiterlijk do 31 dec).",
    ]
    assert [word for word in SECRETS if word in answer.text] == []


@pytest.mark.parametrize("name", ["governance", "overleg", "uitvraag", "tafel"])
def test_a_page_reads_as_its_golden_file(
    governed: House, office: Office, client: Browser, name: str, golden: Golden
) -> None:
    moved = Filled(on="2026-10-28", at="11:00", confirmed=True)
    lead(governed, office, Deed.MOVE, date(2026, 10, 26), moved)
    lead(governed, office, Deed.CANCEL, date(2026, 12, 7), Filled(text="kwijt"))
    answer = client.get(f"/agendas/{name}")
    assert answer.status_code == 200
    assert [word for word in SECRETS if word in answer.text] == []
    golden(f"web/public_calendar-{name}.txt", lines(answer))


def test_moved_and_cancelled_are_said_in_words(
    governed: House, office: Office, client: Browser, says: Says
) -> None:
    lead(governed, office, Deed.MOVE, date(2026, 10, 26), Filled(on="2026-10-28", confirmed=True))
    lead(governed, office, Deed.CANCEL, date(2026, 12, 7), Filled(text="kwijt"))
    text = says(client.get("/agendas/overleg"))
    title = "Regionaal overleg <Noord> & meer"
    assert f"Wo 28 okt 10.00 tot 11.30 uur {title} Eerst op maandag 26 oktober 2026." in text
    assert f"Ma 7 dec 10.00 tot 11.30 uur Vervallen: {title}" in text


def test_who_takes_part_sees_no_more_there_than_anybody(
    governed: House, office: Office, client: Browser
) -> None:
    session = Session(client, office.session("jb-1"), "__Host-termijnwacht")
    signed_in = session.get("/agendas/overleg").text
    anybody = client.get("/agendas/overleg").text
    assert "jb-1" in signed_in.partition("<main")[0]
    main = [re.search(r"<main.*</main>", page, re.DOTALL) for page in (signed_in, anybody)]
    assert main[0] is not None
    assert main[1] is not None
    assert main[0][0] == main[1][0]


@pytest.mark.parametrize("name", ["besloten", "nergens", "governance.ics", "%00", "x" * 5000, "a b", "é"])
def test_a_closed_series_looks_like_one_that_is_not_there(client: Browser, name: str) -> None:
    answer = client.get(f"/agendas/{name}")
    assert (answer.status_code, answer.text) == (404, client.get("/agendas/iets").text)


def test_without_anything_public_the_list_says_so_and_nothing_leads_to_it(office: Office, says: Says) -> None:
    browser = visit(governed_by(office, CLOSED), office)
    assert "Er is nu geen agenda die iedereen mag zien." in says(browser.get("/agendas"))
    assert browser.get("/agendas/governance").status_code == 404
    assert "/agendas" not in browser.get("/").text


def test_the_front_page_leads_to_them(client: Browser) -> None:
    assert '<a href="/agendas">' in client.get("/").text


@pytest.mark.parametrize("path", ["/agendas", "/agendas/governance"])
def test_they_can_be_asked_by_head_and_by_nothing_that_changes(client: Browser, path: str) -> None:
    assert (client.head(path).status_code, client.head(path).content) == (200, b"")
    assert client.post(path).status_code == 405
    assert (
        client.get(path)
        .headers["content-security-policy"]
        .startswith("default-src 'none'; style-src 'self';")
    )


def test_the_links_for_each_client_lead_where_that_client_wants(client: Browser) -> None:
    text = html.unescape(client.get("/agendas/overleg").text)
    name = "Regionaal%20overleg%20%3CNoord%3E%20%26%20meer"
    url = "https%3A%2F%2Ftermijnwacht.regio.nl%2Ffeeds%2Foverleg.ics"
    outward = re.findall(r'<a [^>]*href="([a-z]+:[^"]+)"', text)
    assert outward == [
        "https://calendar.google.com/calendar/u/0/r/settings/addbyurl",
        f"https://outlook.office.com/calendar/0/addfromweb?url={url}&name={name}",
        f"https://outlook.live.com/calendar/0/addfromweb?url={url}&name={name}",
        "webcal://termijnwacht.regio.nl/feeds/overleg.ics",
    ]
    assert text.count('rel="noopener noreferrer"') == 3
    assert f">{ROOT}/feeds/overleg.ics</p>" in text
    assert '<a class="button second" href="/feeds/overleg.ics" download="overleg.ics">' in text


def test_the_file_is_the_calendar_itself(client: Browser) -> None:
    answer = client.get("/feeds/overleg.ics")
    assert (answer.status_code, answer.content[:15]) == (200, b"BEGIN:VCALENDAR")


@pytest.mark.parametrize(
    ("root", "told", "not_for"),
    [
        (ROOT, "", []),
        (
            "http://127.0.0.1:8080",
            "Dit adres werkt alleen op de computer waarop Termijnwacht draait.",
            ["Google Agenda", "Outlook op het web en nieuw Outlook", "Nextcloud"],
        ),
        (
            "https://termijnwacht.intern",
            "Dit adres is alleen binnen jullie eigen netwerk te bereiken.",
            ["Google Agenda", "Outlook op het web en nieuw Outlook"],
        ),
        (
            "http://termijnwacht.regio.nl",
            "Dit adres begint niet met https.",
            ["Google Agenda", "Outlook op het web en nieuw Outlook"],
        ),
    ],
)
def test_an_address_that_some_cannot_fetch_is_told_plainly(
    office: Office, root: str, told: str, not_for: list[str], says: Says
) -> None:
    answer = visit(governed_by(office, OPEN, root=root), office).get("/agendas/overleg")
    assert (told in says(answer), 'class="note problem"' in answer.text) == (True, bool(told))
    assert re.findall(r"Dit werkt hier niet: (.+?) kan het adres", says(answer)) == not_for
    assert ("calendar.google.com/calendar" in answer.text) is not bool(not_for)


def test_of_many_dates_the_first_are_named_and_the_rest_counted(office: Office, says: Says) -> None:
    daily = replace(OPEN, rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
    answer = visit(governed_by(office, daily), office).get("/agendas/overleg")
    assert answer.text.count('<p class="when">') == MOST_DATES
    assert re.search(r"En nog \d{3} latere data; die staan in de agenda zelf\.", says(answer)) is not None


def test_a_series_whose_dates_are_over_says_that_nothing_is_planned(office: Office, says: Says) -> None:
    over = replace(OPEN, rule="FREQ=WEEKLY;COUNT=1")
    browser = visit(governed_by(office, over), office)
    office.clock.at += timedelta(days=30)
    assert "Er staat nu niets gepland." in says(browser.get("/agendas/overleg"))
    assert "Er staat nu niets gepland." in says(browser.get("/agendas"))


def test_a_database_that_is_away_is_said_on_a_page(client: Browser, governed: House) -> None:
    governed.store.close()
    with governed.store.write() as tx:
        tx.exec_driver_sql("DROP TABLE meetings")
    assert client.get("/agendas").status_code == 503
