"""Signing in and out by page: what a link shows, who gets in, and what does not come from a page of ours."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.facts import FactKind
from core.outbox import MessageKind
from core.people import Role, command_line
from core.ports import ChannelName
from services.delivery import claim_messages, prepare
from services.house import House
from services.people import revoke
from tests.web.conftest import RULES, Browser, Session
from web.app import build_web
from web.signin import Ways

ADMIN = command_line("test")
MAIL = "jb-1@gia.example.nl"
PAGES = ["/overzicht", "/nieuw", "/waarneming", "/instellingen", "/zaken/GIA-2026-0001"]


def mailed_links(office) -> dict[str, str]:
    """Return the links to sign in that go out now, by recipient."""
    now, found = office.clock.now(), {}
    for message in claim_messages(office.house, now, most=50):
        ready = prepare(office.house, message, now, [ChannelName.MAIL])
        if message.kind is MessageKind.SIGN_IN:
            found[ready.person.name] = f"/inloggen/{ready.view.link.token}"
    return found


def test_the_front_page_asks_for_a_mail_address_and_names_the_command_of_the_chat(web, says) -> None:
    page = web.get("/")
    assert 'type="email" id="mail" name="mail"' in page.text
    assert '<label for="mail">Mailadres</label>' in page.text
    assert "Stuur daar /web" in says(page)


def test_the_front_page_offers_only_the_ways_there_are(office, says) -> None:
    ways = Ways(mail=False, chat=False)
    page = Browser(build_web(office.house, office.clock, ready=lambda: True, ways=ways)).get("/")
    assert 'name="mail"' not in page.text
    assert "/web" not in says(page)


def test_asking_answers_the_same_whether_the_address_is_known(office, web) -> None:
    known = web.post("/inloggen", data={"mail": MAIL})
    unknown = web.post("/inloggen", data={"mail": "niemand@gia.example.nl"})
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert known.status_code == 200
    assert list(mailed_links(office)) == ["jb-1"]


def test_what_is_no_address_is_said_and_kept_in_the_field(office, web, says) -> None:
    page = web.post("/inloggen", data={"mail": 'jb-1"><script>'})
    assert page.status_code == 400
    assert "Dit is geen mailadres." in says(page)
    assert 'aria-invalid="true" aria-describedby="mail-fout"' in page.text
    assert "<script" not in page.text
    assert mailed_links(office) == {}


def test_the_page_of_a_link_asks_and_only_its_form_signs_in(office, web, says) -> None:
    link = office.sign_in_link("jb-1")
    for _ in range(2):
        assert web.head(link).status_code == 200
        page = web.get(link)
        assert "Je logt in als jb-1." in says(page)
        assert "set-cookie" not in page.headers
    entered = web.post(link)
    assert (entered.status_code, entered.headers["location"]) == (303, "/inloggen")
    secret = entered.cookies["termijnwacht"]
    assert Session(web, secret).get("/inloggen").headers["location"] == "/overzicht"


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(office, web) -> None:
    cookie = web.post(office.sign_in_link("jb-1")).headers["set-cookie"]
    assert sorted(cookie.partition("; ")[2].split("; ")) == ["HttpOnly", "Path=/", "SameSite=lax"]
    assert len(cookie.partition("=")[2].partition(";")[0]) == 43


def test_with_https_the_cookie_is_for_https_and_this_host_only(office) -> None:
    house = House(office.house.store, replace(RULES, public_url="https://test"))
    web = Browser(build_web(house, office.clock, ready=lambda: True))
    cookie = web.post(office.sign_in_link("jb-1")).headers["set-cookie"]
    assert cookie.startswith("__Host-termijnwacht=")
    assert "; Secure" in cookie
    assert "domain" not in cookie.lower()
    session = Session(web, cookie.partition("=")[2].partition(";")[0], "__Host-termijnwacht")
    assert session.get("/overzicht").status_code == 200


def test_unknown_used_expired_and_revoked_links_give_the_very_same_404(office, web) -> None:
    unknown = web.get("/inloggen/bestaat-niet")
    used, expired, revoked = (office.sign_in_link(name) for name in ("jb-1", "jb-1", "jb-2"))
    web.post(used)
    revoke(office.house, "jb-2", actor=ADMIN, now=office.clock.now())
    pages = [unknown, web.get(used), web.post(used), web.get(revoked), web.post(revoked)]
    office.clock.at += timedelta(minutes=15)
    pages += [web.get(expired), web.post(expired)]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert all("set-cookie" not in page.headers for page in pages)
    assert web.head(expired).status_code == 404


def test_a_link_leads_to_the_page_that_was_wanted(office, web) -> None:
    away = web.get("/zaken/GIA-2026-0001")
    assert (away.status_code, away.headers["location"]) == (303, "/inloggen?naar=/zaken/GIA-2026-0001")
    form = web.get(away.headers["location"])
    assert '<input type="hidden" name="naar" value="/zaken/GIA-2026-0001">' in form.text
    web.post("/inloggen", data={"mail": MAIL, "naar": "/zaken/GIA-2026-0001"})
    entered = web.post(mailed_links(office)["jb-1"])
    assert entered.headers["location"] == "/zaken/GIA-2026-0001"


@pytest.mark.parametrize(
    "elsewhere",
    ["//kwaad.example", "https://kwaad.example/", "/zaken//kwaad.example", "/a/x", "javascript:x"],
)
def test_nobody_is_sent_elsewhere(office, web, elsewhere) -> None:
    assert "naar" not in web.get(f"/inloggen?naar={elsewhere}").text.partition("<main")[2]
    web.post("/inloggen", data={"mail": MAIL, "naar": elsewhere})
    assert web.post(mailed_links(office)["jb-1"]).headers["location"] == "/inloggen"
    assert web.post(office.sign_in_link("jb-1", elsewhere)).headers["location"] == "/inloggen"


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_every_page_asks_to_sign_in(web, path) -> None:
    assert web.get(path).headers["location"] == f"/inloggen?naar={path}"
    assert Session(web, "verzonnen").get(path).status_code == 303


def test_signing_out_ends_the_session_and_takes_the_cookie_back(office, signed_in) -> None:
    session = signed_in("jb-1")
    left = session.post("/uitloggen")
    assert (left.status_code, left.headers["location"]) == (303, "/")
    assert 'termijnwacht="";' in left.headers["set-cookie"]
    assert session.get("/overzicht").status_code == 303


def test_a_session_ends_after_twelve_hours_of_nobody(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    office.clock.at += timedelta(hours=12)
    assert session.get("/overzicht").status_code == 303
    late = session.post("/instellingen/tijd", {"tijd": "09:30"})
    assert late.status_code == 403
    assert "Je bent uitgelogd" in says(late)


def test_revoking_ends_a_session_at_once(office, signed_in) -> None:
    session = signed_in("jb-1")
    revoke(office.house, "jb-1", actor=ADMIN, now=office.clock.now())
    assert session.get("/overzicht").status_code == 303
    assert session.post("/instellingen/tijd", {"tijd": "09:30"}).status_code == 403


def test_rights_are_those_of_the_moment(office, signed_in) -> None:
    office.open()
    session = signed_in("jb-1")
    assert session.get("/zaken/GIA-2026-0001").status_code == 200
    link = office.link("tm-1", FactKind.PROTECTOR_COUPLED)
    session.browser.post(link, data={"on": "2026-09-07", "value": "jb-2"})
    assert session.get("/zaken/GIA-2026-0001").status_code == 404


@pytest.mark.parametrize("token", ["", "verzonnen", "é"])
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/uitloggen", {}),
        ("/nieuw", {"zaak": "GIA-2026-0009", "gi": "GIA", "gemeente": "hoorn", "maatregel": "ots"}),
        ("/waarneming", {"voor": "jb-1", "van": "2026-09-08", "tot": "2026-09-09", "waarnemer": "jb-2"}),
        ("/waarneming/einde", {"voor": "jb-1"}),
        ("/instellingen/tijd", {"tijd": "09:30"}),
        ("/instellingen/dagen", {"dagen": "1"}),
        ("/instellingen/chat", {}),
        ("/bestand/inlezen", {"token": "x"}),
    ],
)
def test_a_form_without_the_token_of_this_session_changes_nothing(
    office, signed_in, says, path, fields, token
) -> None:
    session = signed_in("jb-1")
    before = office.everything()
    answer = session.post(path, {**fields, "formulier": token})
    assert answer.status_code == 403
    assert "Er is niets vastgelegd" in says(answer)
    assert office.everything() == before


def test_the_token_of_another_session_does_not_do(office, signed_in) -> None:
    mine, other = signed_in("jb-1"), signed_in("jb-1")
    assert mine.form_token != other.form_token
    answer = mine.post("/instellingen/tijd", {"tijd": "09:30", "formulier": other.form_token})
    assert answer.status_code == 403


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 303)])
def test_what_the_browser_calls_another_site_signs_nobody_in(office, web, site, status) -> None:
    link = office.sign_in_link("jb-1")
    answer = web.request("POST", link, headers={"sec-fetch-site": site})
    assert answer.status_code == status
    assert ("set-cookie" in answer.headers) is (status == 303)
    assert answer.headers["cache-control"] == "no-store"


def test_signing_in_anew_ends_the_session_this_browser_had(office, signed_in) -> None:
    session = signed_in("jb-1")
    link = office.sign_in_link("jb-2")
    session.post(link)
    assert session.get("/overzicht").status_code == 303


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (
            Role.PROTECTOR,
            [
                "/overzicht",
                "/agenda",
                "/opschalingen",
                "/nieuw",
                "/belemmeringen",
                "/routes",
                "/waarneming",
                "/instellingen",
            ],
        ),
        (
            Role.DATA_STEWARD,
            [
                "/overzicht",
                "/agenda",
                "/opschalingen",
                "/wachtenden",
                "/nieuw",
                "/overdragen",
                "/belemmeringen",
                "/routes",
                "/waarneming",
                "/bestand",
                "/instellingen",
            ],
        ),
        (
            Role.PROJECT_LEADER,
            ["/agenda", "/opschalingen", "/belemmeringen", "/routes", "/waarneming", "/instellingen"],
        ),
        (Role.OFFICIAL, ["/agenda", "/opschalingen", "/belemmeringen", "/routes", "/instellingen"]),
    ],
)
def test_the_menu_has_what_the_roles_allow_and_the_rest_is_refused(office, signed_in, role, paths) -> None:
    office.add("iemand", role)
    session = signed_in("iemand")
    begin = session.get("/inloggen")
    assert begin.headers["location"] == paths[0]
    text = session.get(paths[0]).text
    every = [
        "/overzicht",
        "/agenda",
        "/opschalingen",
        "/wachtenden",
        "/nieuw",
        "/overdragen",
        "/belemmeringen",
        "/routes",
        "/waarneming",
        "/bestand",
        "/instellingen",
    ]
    assert [path for path in every if f'<li><a href="{path}"' in text] == paths
    assert f'<a href="{paths[0]}" aria-current="page">' in text
    closed = [path for path in every if path not in ("/overzicht", *paths)]
    assert {session.get(path).status_code for path in closed} <= {403}
    assert {session.get(path).status_code for path in paths} == {200}
