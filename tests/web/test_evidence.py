"""What a course and started help ask beside a date."""

from datetime import date

import pytest

from core.facts import COURSE_CHECKLIST, FactKind
from core.people import command_line
from services.cases import record_fact

ADMIN = command_line("test")
COURSE, HELP = FactKind.COURSE_SET, FactKind.HELP_STARTED


def test_course_first_shows_what_is_not_ticked_off_yet(office, web) -> None:
    office.open()
    record_fact(office.house, "GIA-2026-0001", COURSE_CHECKLIST[0], None, actor=ADMIN, now=office.clock.now())
    page = web.get(office.link("jb-1", COURSE)).text
    assert [f'name="item" value="{kind}"' in page for kind in COURSE_CHECKLIST] == [False, True, True, True]
    assert "doelen staan vast <span" in page


def test_an_incomplete_course_keeps_the_ticks_and_says_what_is_missing(office, web, says) -> None:
    office.open()
    link = office.link("jb-1", COURSE)
    answer = web.post(link, data={"on": "2026-09-04", "item": COURSE_CHECKLIST[:3]})
    assert answer.status_code == 200
    assert "Je vinkjes zijn bewaard. De koers staat nog niet vast." in says(answer)
    assert "Nog niet afgevinkt: kind gesproken, of de reden vastgelegd." in says(answer)
    assert 'value="2026-09-04"' in answer.text
    assert set(COURSE_CHECKLIST[:3]) <= set(office.case().ledger)
    assert COURSE not in office.case().ledger


def test_the_rest_of_the_ticks_completes_the_course_on_its_date(office, web, says) -> None:
    office.open()
    link = office.link("jb-1", COURSE)
    web.post(link, data={"on": "2026-09-04", "item": COURSE_CHECKLIST[:3]})
    answer = web.post(link, data={"on": "2026-09-04", "item": COURSE_CHECKLIST[3]})
    assert "Koers vastgesteld, vrijdag 4 september 2026." in says(answer)
    assert office.case().term("2").term.met_on == date(2026, 9, 4)


def test_all_ticks_at_once_complete_the_course_for_siblings_too(office, web) -> None:
    office.open()
    other = office.open("GIA-2026-0002")
    link = office.link("jb-1", COURSE, also=(other.case.id,))
    web.post(link, data={"on": "2026-09-04", "item": COURSE_CHECKLIST})
    assert [office.dated(COURSE, code) for code in ("GIA-2026-0001", "GIA-2026-0002")] == [
        date(2026, 9, 4)
    ] * 2


def test_a_wrong_date_records_no_tick_and_keeps_them_in_the_form(office, web) -> None:
    office.open()
    answer = web.post(office.link("jb-1", COURSE), data={"on": "2026-09-30", "item": COURSE_CHECKLIST[:2]})
    assert answer.status_code == 400
    assert answer.text.count(" checked>") == 2
    assert not set(COURSE_CHECKLIST) & set(office.case().ledger)


def test_a_tick_that_is_no_item_records_nothing(office, web) -> None:
    office.open()
    web.post(office.link("jb-1", COURSE), data={"on": "2026-09-04", "item": ["hulp_gestart", "<b>"]})
    assert HELP not in office.case().ledger


@pytest.mark.parametrize(("fit", "met"), [("passend", True), ("alternatief", True), ("niet_passend", False)])
def test_started_help_counts_when_it_fits(office, web, fit, met) -> None:
    office.open()
    answer = web.post(office.link("jb-1", HELP), data={"on": "2026-09-04", "value": fit})
    assert answer.status_code == 200
    assert (office.case().term("3").term.met_on is not None) is met


@pytest.mark.parametrize("fit", ["", "bestand", "misschien"])
def test_started_help_without_an_offered_fit_is_refused(office, web, says, fit) -> None:
    office.open()
    answer = web.post(office.link("jb-1", HELP), data={"on": "2026-09-04", "value": fit})
    assert answer.status_code == 400
    assert "Kies of de hulp bij de koers past." in says(answer)
    assert HELP not in office.case().ledger


def test_help_that_did_not_fit_is_told_when_it_is_asked_again(office, web, says) -> None:
    office.open()
    web.post(office.link("jb-1", HELP), data={"on": "2026-09-03", "value": "niet_passend"})
    text = says(web.get(office.link("jb-1", HELP)))
    assert (
        "Nu staat er: hulp gestart op donderdag 3 september 2026, past niet bij de koers (door jb-1)." in text
    )
