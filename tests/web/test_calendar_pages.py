"""The own calendars by page: making one, seeing its address once, and ending it."""

from __future__ import annotations

import html
import logging
import re
from dataclasses import replace
from datetime import date, time, timedelta

import httpx
import pytest

from core.calendars import CalendarScope
from core.governance import Governance
from core.people import Role
from core.series import Participants, Series, SeriesKind, Visibility
from services.calendars.subscriptions import FeedView, Wish, create_feed, own_feeds
from services.house import House
from services.people import actor_of_person
from tests.goldens import Golden
from tests.web.conftest import ADMIN, Browser, Office, Says, Session, SignIn
from tests.web.test_public_calendars import lines
from web.app import build_web

PATH = "/kalender"
CLOSED = Series(
    "besloten",
    "Besloten overleg",
    SeriesKind.MEETING,
    date(2026, 9, 14),
    rule="FREQ=WEEKLY;INTERVAL=6",
    at=time(10),
    place="Stadhuis",
    chair="pl-1",
    participants=Participants(people=("jb-1",)),
    visibility=Visibility.MEMBERS,
)
OPEN = replace(
    CLOSED,
    code="overleg",
    title="Regionaal overleg",
    participants=Participants(),
    visibility=Visibility.PUBLIC,
)


@pytest.fixture
def governed(office: Office) -> House:
    agreed = Governance({one.code: one for one in (CLOSED, OPEN)})
    rules = replace(office.house.rules, governance=agreed, public_url="https://termijnwacht.regio.nl")
    office.house = House(office.house.store, rules, office.house.worker)
    return office.house


@pytest.fixture
def web(governed: House, office: Office) -> Browser:
    return Browser(build_web(governed, office.clock, ready=lambda: True))


@pytest.fixture
def signed_in(office: Office, web: Browser) -> SignIn:
    """Sign somebody in where the pages are served by https, so that the cookie is bound to the host."""

    def enter(name: str) -> Session:
        session = Session(web, office.session(name), "__Host-termijnwacht")
        session.get("/")
        return session

    return enter


def ticket(session: Session) -> str:
    found = re.search(r'name="bewijs" value="([\w-]+)"', session.get(PATH).text)
    assert found is not None
    return found[1]


def make(session: Session, **given: str) -> httpx.Response:
    """Open the page and send its form."""
    return session.post(PATH, {"bewijs": ticket(session), "welke": "mine:", "tot": "", **given})


def secret_in(answer: httpx.Response) -> str:
    found = re.search(
        r'class="address"[^>]*>https://termijnwacht\.regio\.nl/feeds/([\w-]{43})\.ics<', answer.text
    )
    assert found is not None
    return found[1]


def mine(office: Office, name: str = "jb-1") -> list[FeedView]:
    _, actor = actor_of_person(office.house, office.people[name].id, office.clock.now())
    return own_feeds(office.house, actor=actor, now=office.clock.now())


def options(answer: httpx.Response) -> list[str]:
    select = answer.text.partition('<select id="welke"')[2].partition("</select>")[0]
    return [html.unescape(one) for one in re.findall(r'<option value="([^"]+)"', select)]


def test_a_calendar_is_made_and_its_address_works(
    office: Office, web: Browser, signed_in: SignIn, says: Says
) -> None:
    office.open()
    answer = make(signed_in("jb-1"))
    assert answer.status_code == 200
    assert "Mijn termijnen en overleggen, zonder herinneringen." in says(answer)
    fetched = web.get(f"/feeds/{secret_in(answer)}.ics")
    assert (fetched.status_code, b"GIA-2026-0001: norm 1" in fetched.content) == (200, True)
    assert [(one.scope, one.alarms, one.through_on) for one in mine(office)] == [
        (CalendarScope.MINE, False, None)
    ]


def test_alarms_and_a_last_day_are_kept(office: Office, signed_in: SignIn, says: Says) -> None:
    answer = make(signed_in("jb-1"), welke="series:besloten", herinneringen="ja", tot="31-12-2026")
    assert "Besloten overleg, met herinneringen, tot en met donderdag 31 december 2026." in says(answer)
    assert [(one.scope, one.label, one.alarms, one.through_on) for one in mine(office)] == [
        (CalendarScope.SERIES, "Besloten overleg", True, date(2026, 12, 31))
    ]


def test_the_address_is_in_that_answer_alone(
    office: Office, web: Browser, signed_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    session = signed_in("jb-1")
    fields = {"bewijs": ticket(session), "welke": "mine:", "tot": ""}
    with caplog.at_level(logging.DEBUG):
        answer = session.post(PATH, fields)
        secret = secret_in(answer)
        again = session.post(PATH, fields)
        number = mine(office)[0].id
        pages = [
            session.get(path)
            for path in (PATH, f"{PATH}?gemaakt", f"{PATH}/{number}/intrekken", "/overzicht")
        ]
    assert (again.status_code, again.headers["location"]) == (303, f"{PATH}?gemaakt")
    assert len(mine(office)) == 1
    assert [page.status_code for page in pages] == [200, 200, 200, 200]
    assert [page for page in (again, *pages) if secret in page.text + str(page.headers)] == []
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "asyncio"))]
    assert [one for one in ours if secret in one] == []
    with office.house.store.read() as tx:
        kept = repr([tx.exec_driver_sql("select * from calendar_feeds").all()])
        kept += repr(tx.exec_driver_sql("select * from audit").all())
    assert secret not in kept


def test_the_answer_with_the_address_is_stored_nowhere_and_told_to_nobody(signed_in: SignIn) -> None:
    answer = make(signed_in("jb-1"))
    secret = secret_in(answer)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert secret not in str(answer.headers)
    head = answer.text.partition("</head>")[0]
    assert "<title>Je nieuwe agenda · Termijnwacht</title>" in head
    assert secret not in head
    outward = re.findall(r'<a [^>]*href="https:[^>]+>', answer.text)
    assert [one for one in outward if 'rel="noopener noreferrer"' not in one] == []


def test_a_second_press_says_that_it_was_made_already(office: Office, signed_in: SignIn, says: Says) -> None:
    session = signed_in("jb-1")
    fields = {"bewijs": ticket(session), "welke": "mine:", "tot": ""}
    session.post(PATH, fields)
    assert "Deze agenda was al gemaakt." in says(session.get(session.post(PATH, fields).headers["location"]))
    assert len(mine(office)) == 1


def test_the_ticket_of_somebody_else_makes_nothing(office: Office, signed_in: SignIn) -> None:
    other = ticket(signed_in("jb-2"))
    answer = signed_in("jb-1").post(PATH, {"bewijs": other, "welke": "mine:", "tot": ""})
    assert (answer.status_code, mine(office)) == (303, [])


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("welke", "", "Kies welke agenda je wilt."),
        ("welke", "team:", "Kies welke agenda je wilt."),
        ("welke", "region:NHN", "Kies welke agenda je wilt."),
        ("welke", "series:nergens", "Kies welke agenda je wilt."),
        ("welke", "x" * 5000, "Kies welke agenda je wilt."),
        ("tot", "2026-09-06", "Deze dag is al voorbij. Kies een dag vanaf vandaag, of laat het veld leeg."),
        ("tot", "morgen", "lees ik niet als een datum"),
        ("tot", "31-02-2027", "bestaat niet"),
    ],
)
def test_what_is_not_right_is_said_at_its_field(
    office: Office, signed_in: SignIn, field: str, value: str, sentence: str
) -> None:
    answer = make(signed_in("jb-1"), herinneringen="ja", **{"welke": "mine:", "tot": "", field: value})
    assert answer.status_code == 400
    assert "<title>Let op: Kalender" in answer.text
    said = re.search(rf'<p class="wrong" id="{field}-fout">([^<]+)</p>', answer.text)
    assert said is not None
    assert sentence in html.unescape(said[1])
    assert (
        'id="herinneringen" name="herinneringen" value="ja" aria-describedby="herinneringen-uitleg" checked'
        in answer.text
    )
    assert mine(office) == []


def test_everything_that_is_not_right_is_said_at_once(signed_in: SignIn) -> None:
    text = make(signed_in("jb-1"), welke="", tot="2026-09-06").text
    assert re.findall(r'<li><a href="#(\w+)">', text) == ["welke", "tot"]


def test_a_refused_form_can_be_sent_again(office: Office, signed_in: SignIn) -> None:
    session = signed_in("jb-1")
    answer = make(session, tot="2026-09-06")
    found = re.search(r'name="bewijs" value="([\w-]+)"', answer.text)
    assert found is not None
    assert session.post(PATH, {"bewijs": found[1], "welke": "mine:", "tot": "2026-09-07"}).status_code == 200
    assert [one.through_on for one in mine(office)] == [date(2026, 9, 7)]


@pytest.mark.parametrize(
    ("name", "role", "choices"),
    [
        ("jb-1", None, ["mine:", "series:besloten", "governance:"]),
        ("jb-2", None, ["mine:", "governance:"]),
        ("tm-1", None, ["mine:", "team:", "governance:"]),
        ("amb-1", Role.OFFICIAL, ["mine:", "governance:"]),
        (
            "pl-1",
            Role.PROJECT_LEADER,
            ["mine:", "region:NHN", "series:besloten", "series:overleg", "governance:"],
        ),
    ],
)
def test_the_choice_is_what_ones_role_allows(
    office: Office, signed_in: SignIn, name: str, role: Role | None, choices: list[str]
) -> None:
    if role:
        office.add(name, role, None, None)
    session = signed_in(name)
    assert options(session.get(PATH)) == choices
    for choice in choices:
        assert make(session, welke=choice).status_code == 200
    assert len(mine(office, name)) == len(choices)


def test_who_fetched_a_calendar_last_is_told_as_a_day_and_a_kind_of_client(
    web: Browser, office: Office, signed_in: SignIn, says: Says
) -> None:
    session = signed_in("jb-1")
    secret = secret_in(make(session))
    assert "Nog nooit opgehaald." in says(session.get(PATH))
    web.request("GET", f"/feeds/{secret}.ics", headers={"User-Agent": "Google-Calendar-Importer"})
    assert "Laatst opgehaald vandaag door Google." in says(session.get(PATH))
    office.clock.at += timedelta(hours=11)
    session.get(PATH)
    office.clock.at += timedelta(hours=11)
    assert "Laatst opgehaald op maandag 7 september 2026 door Google." in says(session.get(PATH))


def test_a_calendar_past_its_last_day_says_so(office: Office, signed_in: SignIn, says: Says) -> None:
    session = signed_in("jb-1")
    make(session, tot="2026-09-07")
    for _ in range(2):
        office.clock.at += timedelta(hours=11)
        session.get(PATH)
    assert "Afgelopen op maandag 7 september 2026." in says(session.get(PATH))


def test_ending_one_asks_first_and_then_its_address_gives_nothing(
    web: Browser, office: Office, signed_in: SignIn, says: Says
) -> None:
    session = signed_in("jb-1")
    secret = secret_in(make(session))
    (feed,) = mine(office)
    question = session.get(f"{PATH}/{feed.id}/intrekken")
    assert "Mijn termijnen en overleggen intrekken?" in says(question)
    assert web.get(f"/feeds/{secret}.ics").status_code == 200
    answer = session.post(f"{PATH}/{feed.id}/intrekken")
    assert answer.headers["location"] == f"{PATH}?ingetrokken"
    assert web.get(f"/feeds/{secret}.ics").status_code == 404
    assert "Ingetrokken. Het adres geeft niets meer." in says(session.get(answer.headers["location"]))
    assert mine(office) == []
    assert session.get(f"{PATH}/{feed.id}/intrekken").status_code == 404
    assert session.post(f"{PATH}/{feed.id}/intrekken").status_code == 303


@pytest.mark.parametrize("number", ["0", "999", "-1", "x", "9" * 5000, "%00"])
def test_a_number_that_is_none_of_ours_is_not_there(signed_in: SignIn, number: str) -> None:
    assert signed_in("jb-1").get(f"{PATH}/{number}/intrekken").status_code == 404


def test_nobody_sees_or_ends_the_calendar_of_another(office: Office, signed_in: SignIn, says: Says) -> None:
    made = create_feed(
        office.house, Wish(CalendarScope.MINE, person="jb-2"), actor=ADMIN, now=office.clock.now()
    )
    office.add("beheer-1", Role.ADMINISTRATOR, None, None)
    for name in ("jb-1", "beheer-1"):
        session = signed_in(name)
        assert "Jouw agenda's" not in says(session.get(PATH))
        assert session.get(f"{PATH}/{made.id}/intrekken").status_code == 404
        session.post(f"{PATH}/{made.id}/intrekken")
    assert [one.id for one in mine(office, "jb-2")] == [made.id]


@pytest.mark.parametrize("path", [PATH, f"{PATH}/1/intrekken"])
def test_who_is_not_signed_in_signs_in_first(web: Browser, office: Office, path: str) -> None:
    assert web.get(path).headers["location"] == f"/inloggen?naar={path}"
    assert web.post(path, data={"welke": "mine:"}).status_code == 403


def test_a_form_from_elsewhere_makes_and_ends_nothing(office: Office, signed_in: SignIn) -> None:
    session = signed_in("jb-1")
    make(session)
    (feed,) = mine(office)
    for path, data in (
        (PATH, {"welke": "mine:", "bewijs": ticket(session)}),
        (f"{PATH}/{feed.id}/intrekken", {}),
    ):
        assert session.post(path, {**data, "formulier": "ander"}).status_code == 403
    assert [one.id for one in mine(office)] == [feed.id]


def test_signing_in_leads_back_to_the_calendars(office: Office, web: Browser) -> None:
    link = office.sign_in_link("jb-1", leads_to=PATH).removeprefix("https://termijnwacht.regio.nl")
    assert web.post(link).headers["location"] == PATH


def test_the_overview_and_the_menu_lead_to_the_calendars(signed_in: SignIn) -> None:
    text = signed_in("jb-1").get("/overzicht").text
    assert text.count('<a href="/kalender">') == 2
    assert '<a href="/agendas">de openbare agenda\'s</a>' in html.unescape(signed_in("jb-1").get(PATH).text)


def test_the_pages_read_as_their_golden_files(
    web: Browser, office: Office, signed_in: SignIn, golden: Golden
) -> None:
    session = signed_in("jb-1")
    answer = make(session, herinneringen="ja", tot="2026-12-31")
    secret = secret_in(answer)
    golden("web/calendar-made.txt", lines(answer).replace(secret, "GEHEIM"))
    web.request("GET", f"/feeds/{secret}.ics", headers={"User-Agent": "Thunderbird/128"})
    golden("web/calendars.txt", lines(session.get(PATH)))
    (feed,) = mine(office)
    golden("web/calendar-end.txt", lines(session.get(f"{PATH}/{feed.id}/intrekken")))


def test_an_unencrypted_address_is_warned_about_where_it_is_secret(office: Office, says: Says) -> None:
    rules = replace(office.house.rules, public_url="http://termijnwacht.regio.nl")
    house = House(office.house.store, rules, office.house.worker)
    session = Session(Browser(build_web(house, office.clock, ready=lambda: True)), office.session("jb-1"))
    session.get("/")
    answer = make(session)
    assert "Zonder https is het geheime adres onderweg mee te lezen." in says(answer)
