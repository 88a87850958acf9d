"""A mail link: GET asks, POST acts, once, with the rights of the moment."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest

from core.facts import FactKind
from core.people import Role, command_line
from services.actions import ActionVerb, Offer
from services.cases import record_fact, withdraw
from services.people import revoke

ADMIN = command_line("test")
CONTACT = FactKind.FIRST_CONTACT


def test_get_asks_with_case_norm_date_state_and_a_native_date_field(office, web, says) -> None:
    office.open()
    answer = web.get(office.link("jb-1", CONTACT))
    assert answer.status_code == 200
    text = says(answer)
    assert "Eerste contact vastleggen" in text
    assert "Zaak GIA-2026-0001 Norm 1: jeugdbeschermer en eerste contact" in text
    assert "Stand loopt , nog 2 werkdagen" in text
    assert "Laatste dag woensdag 9 september 2026" in text
    assert (
        'type="date" id="on" name="on" required value="2026-09-07" min="2000-01-01" max="2026-09-07"'
        in answer.text
    )
    assert '<label for="on">' in answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing_however_often(office, web, method) -> None:
    office.open()
    link = office.link("jb-1", CONTACT)
    before = office.everything()
    for _ in range(3):
        assert web.request(method, link).status_code == 200
    assert office.everything() == before


def test_a_scanner_that_follows_every_link_of_the_case_page_changes_nothing(office, web) -> None:
    office.open()
    page = web.get(office.link_to_open("jb-1")).text
    links = [part.partition('"')[0] for part in page.split('href="')[1:] if part.startswith("/a/")]
    before = office.everything()
    assert len(links) >= 5
    assert {web.get(link).status_code for link in links} == {200}
    assert office.everything() == before


def test_head_leaves_no_tokens_behind(office, web) -> None:
    office.open()
    link = office.link_to_open("jb-1")
    with office.house.store.read() as tx:
        before = tx.exec_driver_sql("select count(*) from actions").scalar_one()
    web.head(link)
    with office.house.store.read() as tx:
        assert tx.exec_driver_sql("select count(*) from actions").scalar_one() == before


def test_post_records_on_the_picked_day_and_shows_the_state(office, web, says) -> None:
    office.open()
    answer = web.post(office.link("jb-1", CONTACT), data={"on": "2026-09-04"})
    assert answer.status_code == 200
    assert "Eerste contact, vrijdag 4 september 2026" in says(answer)
    assert office.dated(CONTACT) == date(2026, 9, 4)


def test_second_post_changes_nothing_and_tells_what_was_decided_by_whom_and_when(office, web, says) -> None:
    office.open()
    link = office.link("jb-1", CONTACT)
    web.post(link, data={"on": "2026-09-04"})
    before = office.everything()
    office.clock.at += timedelta(hours=1)
    text = says(web.post(link, data={"on": "2026-09-01"}))
    assert "Dit is al geregeld" in text
    assert "jb-1 heeft deze link gebruikt op 7-9-2026 om 10.00 uur" in text
    assert "Er staat: eerste contact op vrijdag 4 september 2026. Vastgelegd door jb-1" in text
    assert office.everything() == before


def test_get_after_use_tells_the_same(office, web, says) -> None:
    office.open()
    link = office.link("jb-1", CONTACT)
    web.post(link, data={"on": "2026-09-04"})
    assert "jb-1 heeft deze link gebruikt" in says(web.get(link))


def test_a_link_that_somebody_else_overtook_tells_what_is_the_case(office, web, says) -> None:
    office.open()
    link = office.link("jb-1", CONTACT)
    record_fact(office.house, "GIA-2026-0001", CONTACT, date(2026, 9, 3), actor=ADMIN, now=office.clock.now())
    text = says(web.post(link, data={"on": "2026-09-04"}))
    assert "Er staat: eerste contact op donderdag 3 september 2026. Vastgelegd door cli:test" in text
    assert office.dated(CONTACT) == date(2026, 9, 3)


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        ("", "Vul een dag in."),
        ("2026-09-08", "ligt in de toekomst"),
        ("1999-12-31", "buiten wat Termijnwacht telt"),
        ("2026-02-30", "bestaat niet"),
        ("gisteren", "lees ik niet als een datum"),
    ],
)
def test_a_wrong_date_is_refused_in_dutch_and_keeps_what_was_filled_in(
    office, web, says, on, sentence
) -> None:
    office.open()
    link = office.link("jb-1", CONTACT)
    answer = web.post(link, data={"on": on})
    assert answer.status_code == 400
    assert sentence in says(answer)
    assert f'value="{on}"' in answer.text
    assert 'aria-invalid="true" aria-describedby="problem"' in answer.text
    assert office.dated(CONTACT) is None
    assert web.post(link, data={"on": "2026-09-04"}).status_code == 200


def test_a_date_as_people_type_it_is_read_too(office, web) -> None:
    office.open()
    web.post(office.link("jb-1", CONTACT), data={"on": "4-9-2026"})
    assert office.dated(CONTACT) == date(2026, 9, 4)


def test_contact_before_the_ruling_is_recorded_and_flagged(office, web, says) -> None:
    office.open()
    answer = web.post(office.link("jb-1", CONTACT), data={"on": "2026-08-31"})
    assert "Let op: dit is vóór de uitspraak." in says(answer)


def test_siblings_are_recorded_together(office, web, says) -> None:
    office.open()
    other = office.open("GIA-2026-0002")
    link = office.link("jb-1", CONTACT, also=(other.case.id,))
    assert "Zaken GIA-2026-0001 en GIA-2026-0002" in says(web.get(link))
    answer = says(web.post(link, data={"on": "2026-09-04"}))
    assert "GIA-2026-0002: Eerste contact, vrijdag 4 september 2026" in answer
    assert office.dated(CONTACT, "GIA-2026-0002") == date(2026, 9, 4)


def test_unknown_expired_and_revoked_links_give_the_very_same_404(office, web) -> None:
    office.open()
    unknown = web.get("/a/bestaat-niet")
    expired, revoked = office.link("jb-1", CONTACT), office.link("tm-1", CONTACT)
    revoke(office.house, "tm-1", actor=ADMIN, now=office.clock.now())
    of_revoked = web.get(revoked)
    posted = web.post(revoked, data={"on": "2026-09-04"})
    office.clock.at += timedelta(days=61)
    of_expired = web.get(expired)
    pages = [unknown, of_revoked, posted, of_expired]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert web.head(expired).status_code == 404
    assert office.dated(CONTACT) is None


def test_a_case_that_is_no_longer_mine_is_not_there_for_me(office, web) -> None:
    office.open()
    link = office.link("jb-1", CONTACT)
    web.post(office.link("tm-1", FactKind.PROTECTOR_COUPLED), data={"on": "2026-09-07", "value": "jb-2"})
    assert web.get(link).status_code == 404
    assert web.post(link, data={"on": "2026-09-04"}).status_code == 404


def test_who_may_look_but_not_record_is_refused_with_a_reason(office, web, says) -> None:
    case = office.open()
    office.add("gb-dina", Role.DATA_STEWARD)
    version = case.term("1").version
    link = office.link_of("gb-dina", Offer(ActionVerb.RECORD, case.case.id, "1", CONTACT, version))
    assert web.get(link).status_code == 403
    answer = web.post(link, data={"on": "2026-09-04"})
    assert answer.status_code == 403
    assert "Je mag dit niet (in deze zaak iets vastleggen)" in says(answer)
    assert office.dated(CONTACT) is None


def test_a_button_of_the_chat_for_an_import_is_not_a_page(office, web) -> None:
    office.open()
    link = office.link_of("jb-1", Offer(ActionVerb.IMPORT, 0))
    assert (web.get(link).status_code, web.head(link).status_code) == (404, 404)
    assert web.post(link).status_code == 404


@pytest.mark.parametrize(
    "body",
    ["x" * 70_000, urlencode([("item", "x")] * 201), b"\xff\xfe\xff"],
    ids=["too large", "too many fields", "no text"],
)
def test_an_absurd_form_changes_nothing(office, web, body) -> None:
    office.open()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = web.post(office.link("jb-1", CONTACT), content=body, headers=headers)
    assert answer.status_code == 404
    assert office.dated(CONTACT) is None


def test_hostile_text_in_the_form_comes_back_as_text(office, web) -> None:
    office.open()
    answer = web.post(office.link("jb-1", CONTACT), data={"on": '"><script>alert(1)</script>'})
    assert answer.status_code == 400
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text


# couple


def test_coupling_chooses_from_the_own_team_and_tells_the_one_who_is_chosen(office, web, says) -> None:
    office.open(protector=None)
    link = office.link("tm-1", FactKind.PROTECTOR_COUPLED)
    page = web.get(link)
    assert [f'value="{name}"' in page.text for name in ("jb-1", "jb-2", "jb-3")] == [
        True,
        True,
        False,
    ]
    answer = says(web.post(link, data={"on": "2026-09-07", "value": "jb-2"}))
    assert "De zaak staat op naam van jb-2." in answer
    assert office.case().protector == "jb-2"


@pytest.mark.parametrize("chosen", ["", "jb-3", "onbekend"])
def test_coupling_nobody_or_somebody_who_was_not_offered_is_refused(office, web, says, chosen) -> None:
    office.open(protector=None)
    link = office.link("tm-1", FactKind.PROTECTOR_COUPLED)
    answer = web.post(link, data={"on": "2026-09-04", "value": chosen})
    assert answer.status_code == 400
    assert "Kies wie de jeugdbeschermer wordt." in says(answer)
    assert 'value="2026-09-04"' in answer.text
    assert office.case().protector is None


def test_a_functional_mailbox_can_couple_by_its_mail(office, web) -> None:
    office.open(protector=None)
    revoke(office.house, "tm-1", actor=ADMIN, now=office.clock.now())
    with office.house.store.read() as tx:
        contact_id = tx.exec_driver_sql("select id from people where name = 'postbus-gia'").scalar_one()
    office.people["postbus-gia"] = type(office.people["jb-1"])(contact_id, "postbus-gia", frozenset())
    link = office.link("postbus-gia", FactKind.PROTECTOR_COUPLED)
    assert 'value="jb-3"' in web.get(link).text
    web.post(link, data={"on": "2026-09-07", "value": "jb-3"})
    assert office.case().protector == "jb-3"


# later, withdraw


def test_later_keeps_the_date_and_says_when_it_comes_back(office, web, says) -> None:
    case = office.open()
    link = office.link_of("jb-1", Offer(ActionVerb.LATER, case.case.id, "2", None, case.term("2").version))
    assert 'min="2026-09-08"' in web.get(link).text
    assert "Je hoort op vrijdag 11 september 2026 weer over norm 2." in says(
        web.post(link, data={"on": "2026-09-11"})
    )
    assert office.case().term("2").term.due_on == case.term("2").term.due_on


def test_what_was_just_recorded_can_be_taken_back(office, web, says) -> None:
    office.open()
    done = web.post(office.link("jb-1", CONTACT), data={"on": "2026-09-04"})
    back = next(part for part in done.text.split('<a href="') if "Terugnemen" in part).partition('"')[0]
    assert "Als je bevestigt, telt dit niet meer: eerste contact op vrijdag 4 september 2026" in says(
        web.get(back)
    )
    assert "Teruggenomen" in says(web.post(back))
    assert office.dated(CONTACT) is None


def test_taking_back_twice_says_that_it_is_done(office, web, says) -> None:
    case = office.open()
    record_fact(office.house, "GIA-2026-0001", CONTACT, date(2026, 9, 3), actor=ADMIN, now=office.clock.now())
    link = office.link_of("jb-1", Offer(ActionVerb.WITHDRAW, case.case.id, "1", CONTACT))
    other = office.link_of("jb-1", Offer(ActionVerb.WITHDRAW, case.case.id, "1", CONTACT))
    web.post(link)
    assert "Dit is al geregeld" in says(web.post(link))
    assert office.dated(CONTACT) is None
    assert web.post(other).status_code == 400


def test_a_decision_that_was_taken_back_since_is_told_as_such(office, web, says) -> None:
    office.open()
    link = office.link("jb-1", CONTACT)
    web.post(link, data={"on": "2026-09-04"})
    withdraw(office.house, "GIA-2026-0001", CONTACT, actor=ADMIN, now=office.clock.now())
    assert "het is later teruggenomen" in says(web.get(link))
