"""The whole case behind a link to look."""

from datetime import date

from core.facts import FactKind
from core.people import command_line
from services.cases import record_fact

ADMIN = command_line("test")


def test_it_shows_who_holds_the_case_its_terms_and_why_each_date(office, web, says) -> None:
    office.open()
    text = says(web.get(office.link_to_open("jb-1")))
    assert "Zaak GIA-2026-0001 Maatregel ondertoezichtstelling Instelling Instelling A Gemeente Hoorn" in text
    assert "Jeugdbeschermer jb-1 Teammanager tm-1" in text
    assert "Norm 2: gedragen koers Stand loopt , nog 26 werkdagen Laatste dag dinsdag 13 oktober 2026" in text
    assert "Geteld: 5 werkdagen na woensdag 2 september 2026 (in kennis gesteld)" in text
    assert "5-9-2026: zaterdag" in text


def test_its_actions_work_and_it_can_be_opened_again(office, web, says) -> None:
    office.open()
    link = office.link_to_open("jb-1")
    page = web.get(link).text
    action = next(part for part in page.split('<a href="') if "Eerste contact vastleggen" in part).partition(
        '"'
    )[0]
    web.post(action, data={"on": "2026-09-04"})
    assert "eerste contact op vrijdag 4 september 2026 door jb-1" in says(web.get(link))


def test_post_to_a_link_that_only_looks_shows_the_case_and_changes_nothing(office, web, says) -> None:
    office.open()
    link = office.link_to_open("jb-1")
    before = office.everything()
    assert "Zaak GIA-2026-0001" in says(web.post(link, data={"on": "2026-09-04"}))
    assert office.everything() == before


def test_siblings_stand_on_one_page(office, web) -> None:
    office.open()
    other = office.open("GIA-2026-0002")
    page = web.get(office.link_to_open("jb-1", also=(other.case.id,))).text
    assert page.count("<h1>Zaak GIA-2026-000") == 2


def test_the_rolled_date_is_shown_beside_a_strict_one(office, web, says) -> None:
    office.open()
    record_fact(
        office.house,
        "GIA-2026-0001",
        FactKind.ORDERED,
        date(2026, 8, 31),
        actor=ADMIN,
        now=office.clock.now(),
    )
    for on in (date(2026, 8, 30),):
        record_fact(office.house, "GIA-2026-0001", FactKind.ORDERED, on, actor=ADMIN, now=office.clock.now())
    text = says(web.get(office.link_to_open("jb-1")))
    assert "zondag 11 oktober 2026 (met de Algemene termijnenwet: maandag 12 oktober 2026)" in text


def test_who_may_only_look_gets_no_actions(office, web) -> None:
    from core.people import Role  # noqa: PLC0415

    office.open()
    office.add("gb-dina", Role.DATA_STEWARD)
    page = web.get(office.link_to_open("gb-dina")).text
    assert "Zaak GIA-2026-0001" in page
    assert "vastleggen" not in page
    assert "Terugnemen" not in page
