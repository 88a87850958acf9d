"""The overview, a case and its actions, for who is signed in."""

from datetime import date

import pytest

from core.facts import FactKind
from core.people import Role, command_line
from services.cases import record_fact
from services.people import list_people, revoke

ADMIN = command_line("test")
CONTACT = FactKind.FIRST_CONTACT
CASE = "/zaken/GIA-2026-0001"


def action(page, label: str) -> str:
    return next(part for part in page.text.split('<a href="') if label in part).partition('"')[0]


def test_what_asks_attention_comes_first_and_opens_its_case(office, signed_in, says) -> None:
    office.open()
    office.open("GIA-2026-0002")
    for kind in (FactKind.PROTECTOR_COUPLED, CONTACT):
        record_fact(
            office.house, "GIA-2026-0002", kind, date(2026, 9, 4), actor=ADMIN, now=office.clock.now()
        )
    office.open("GIA-2026-0003", protector="jb-2")
    page = signed_in("jb-1").get("/overzicht")
    text = says(page)
    assert text.index("Vraagt nu aandacht (1)") < text.index("GIA-2026-0001") < text.index("Loopt verder (1)")
    assert text.index("Loopt verder (1)") < text.index("GIA-2026-0002")
    assert "GIA-2026-0003" not in text
    assert f'<a href="{CASE}">Zaak GIA-2026-0001</a>' in page.text


def test_the_overview_leafs_through_many_cases(office, signed_in, says) -> None:
    for number in range(1, 122):
        office.open(f"GIA-2026-{number:04}")
    session = signed_in("jb-1")
    pages = [session.get(f"/overzicht?blad={number}") for number in (1, 2, 3)]
    assert [page.text.count("<h3>") for page in pages] == [50, 50, 21]
    assert "Blad 2 van 3" in says(pages[1])
    assert ['rel="prev"' in page.text for page in pages] == [False, True, True]
    assert ['rel="next"' in page.text for page in pages] == [True, True, False]
    shown = {part[:13] for page in pages for part in page.text.split('<h3><a href="/zaken/')[1:]}
    assert len(shown) == 121


@pytest.mark.parametrize(
    ("number", "shown"), [("0", 1), ("99", 1), ("x", 1), ("-1", 1), ("²", 1), ("9" * 40, 1)]
)
def test_a_page_that_is_not_there_is_the_nearest_one(office, signed_in, number, shown) -> None:
    office.open()
    page = signed_in("jb-1").get(f"/overzicht?blad={number}")
    assert (page.status_code, page.text.count("<h3>")) == (200, shown)


def test_without_cases_it_says_so(signed_in, says) -> None:
    assert "Er staan geen lopende zaken op jouw naam." in says(signed_in("jb-1").get("/overzicht"))


@pytest.mark.parametrize("typed", ["GIA-2026-0001", " gia-2026-0001 "])
def test_a_case_is_found_by_its_code(office, signed_in, says, typed) -> None:
    office.open()
    assert "Zaak GIA-2026-0001" in says(signed_in("jb-1").get(f"/zaken?zaak={typed}"))


def test_somebody_elses_case_and_an_unknown_one_give_the_very_same_404(office, signed_in) -> None:
    office.open(protector="jb-3")
    session = signed_in("jb-2")
    theirs, unknown, odd = (
        session.get(f"/zaken/{code}") for code in ("GIA-2026-0001", "GIA-2026-0009", "<b>")
    )
    assert (theirs.status_code, unknown.status_code, odd.status_code) == (404, 404, 404)
    strip = [page.text.replace("GIA-2026-0001", "") for page in (theirs, unknown)]
    assert strip[0] == strip[1]
    assert "<b>" not in odd.text


def test_a_case_shows_its_dates_why_and_what_can_be_done(office, signed_in, says) -> None:
    office.open()
    page = signed_in("jb-1").get(CASE)
    text = says(page)
    assert "Geteld: 5 werkdagen na woensdag 2 september 2026 (in kennis gesteld)" in text
    for label in ("Eerste contact vastleggen", "Koers vastleggen", "Later herinneren"):
        assert action(page, label).startswith("/a/")
    assert page.text.count("<h1>") == 1


def test_an_action_is_done_from_the_case_and_leads_back_to_it(office, signed_in, says) -> None:
    office.open()
    session = signed_in("jb-1")
    link = action(session.get(CASE), "Eerste contact vastleggen")
    asked = session.get(link)
    assert "Toch niets doen? Terug naar zaak GIA-2026-0001" in says(asked)
    assert 'aria-label="Menu"' in asked.text
    done = session.post(link, {"on": "2026-09-04"})
    assert done.status_code == 200
    assert office.dated(CONTACT) == date(2026, 9, 4)
    assert f'<a href="{CASE}">Zaak bekijken</a>' in done.text
    session.post(action(done, "Terugnemen"))
    assert office.dated(CONTACT) is None


def test_a_course_keeps_its_ticks_from_a_page_too(office, signed_in, says) -> None:
    office.open()
    session = signed_in("jb-1")
    link = action(session.get(CASE), "Koers vastleggen")
    session.get(link)
    answer = session.post(link, {"on": "2026-09-04", "item": ["koers_doelen"]})
    assert "Je vinkjes zijn bewaard" in says(answer)
    assert FactKind.COURSE_GOALS in office.case().ledger


@pytest.mark.parametrize("on", ["2026-02-31", "31-2-2026"])
def test_a_day_that_does_not_exist_is_refused(office, signed_in, says, on) -> None:
    office.open()
    session = signed_in("jb-1")
    link = action(session.get(CASE), "Eerste contact vastleggen")
    answer = session.post(link, {"on": on})
    assert answer.status_code == 400
    assert "bestaat niet" in says(answer)
    assert office.dated(CONTACT) is None


def test_an_action_of_a_page_is_worth_nothing_without_the_session(office, web, signed_in, says) -> None:
    office.open()
    session, colleague = signed_in("jb-1"), signed_in("tm-1")
    link = action(session.get(CASE), "Eerste contact vastleggen")
    for stranger in (web.get(link), web.post(link, data={"on": "2026-09-04"})):
        assert stranger.status_code == 403
        assert "Je bent uitgelogd" in says(stranger)
    assert web.head(link).status_code == 404
    assert colleague.get(link).status_code == 404
    assert colleague.post(link, {"on": "2026-09-04"}).status_code == 404
    session.post("/uitloggen")
    assert session.post(link, {"on": "2026-09-04"}).status_code == 403
    assert office.dated(CONTACT) is None


def test_an_action_of_a_page_wants_the_token_of_its_form(office, signed_in) -> None:
    office.open()
    session = signed_in("jb-1")
    link = action(session.get(CASE), "Eerste contact vastleggen")
    assert session.post(link, {"on": "2026-09-04", "formulier": ""}).status_code == 403
    assert office.dated(CONTACT) is None


def test_a_mail_link_works_as_its_owner_also_in_the_browser_of_somebody_else(office, signed_in) -> None:
    office.open()
    link = office.link("jb-1", CONTACT)
    page = signed_in("tm-1").get(link)
    assert page.status_code == 200
    assert 'aria-label="Menu"' not in page.text
    own = signed_in("jb-1").get(link)
    assert 'aria-label="Menu"' in own.text


def test_the_functional_mailbox_sees_and_couples_what_nobody_holds(office, signed_in, says) -> None:
    office.open(protector=None)
    office.open("GIA-2026-0002")
    revoke(office.house, "tm-1", actor=ADMIN, now=office.clock.now())
    people, _ = list_people(office.house, actor=ADMIN, now=office.clock.now())
    office.people |= {person.name: person for person in people}
    session = signed_in("postbus-gia")
    text = says(session.get("/overzicht"))
    assert [code for code in ("0001", "0002") if f"GIA-2026-{code}" in text] == ["0001"]
    link = action(session.get(CASE), "Jeugdbeschermer koppelen")
    session.post(link, {"on": "2026-09-07", "value": "jb-3"})
    assert office.case().protector == "jb-3"
    assert session.get(CASE).status_code == 404


def test_who_may_only_look_is_offered_nothing(office, signed_in) -> None:
    office.open()
    office.add("gd-1", Role.DATA_STEWARD)
    text = signed_in("gd-1").get(CASE).text
    assert "Zaak GIA-2026-0001" in text
    assert [word for word in ("vastleggen", "Later herinneren", "Terugnemen") if word in text] == []
