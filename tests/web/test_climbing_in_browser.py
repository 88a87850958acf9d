"""Explaining, help, escalations, caseloads, blockers and routes in a real browser, with axe-core."""

import pytest
from playwright.async_api import expect

from core.facts import FactKind
from core.people import Role
from services.escalating import Answer
from tests.web.test_in_browser import CHROMIUM, WIDTHS, enter, inspect, visiting

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium found")


async def test_explaining_with_a_text_that_is_refused_first(office) -> None:
    office.open()
    async with visiting(office) as (page, url):
        await enter(page, url, office, "jb-1")
        await page.goto(f"{url}/zaken/GIA-2026-0001")
        await page.get_by_role("link", name="Uitleggen waarom het later wordt").last.click()
        await page.get_by_label("Wachtlijst bij de aanbieder").check()
        await page.get_by_label("Wanneer lukt het wel?").fill("2027-01-15")
        await page.get_by_label("Toelichting").fill("Gebeld met Huize Zonnebloem.")
        await page.get_by_role("button", name="Leg uit").click()
        await expect(page.get_by_role("alert")).to_contain_text("lijkt een naam te staan")
        await expect(page.get_by_label("Toelichting")).to_have_value("Gebeld met Huize Zonnebloem.")
        await inspect(page, "explain-refused")
        await page.get_by_label("Dit is geen naam: “Huize Zonnebloem”").check()
        await page.get_by_role("button", name="Leg uit").click()
        await expect(page.get_by_role("status")).to_contain_text("uitgelegd tot vrijdag 15 januari 2027")
        await inspect(page, "explained")
        await page.goto(f"{url}/overzicht")
        await inspect(page, "overview-explained")
    assert office.case().term("3").term.explanations == 1


async def test_help_and_other_dates_of_a_case(office) -> None:
    office.open()
    async with visiting(office) as (page, url):
        await enter(page, url, office, "jb-1")
        case = f"{url}/zaken/GIA-2026-0001"
        await page.goto(f"{case}/hulpvraag")
        await inspect(page, "need")
        await page.get_by_label("Soort hulp").select_option("ggz")
        await page.get_by_label("Aan wie gevraagd?").select_option("aanbieder")
        await page.get_by_role("button", name="Voeg toe").click()
        await expect(page.get_by_role("status")).to_contain_text("De hulpvraag staat erbij.")
        await page.get_by_role("link", name="Verwachte start vastleggen").click()
        await inspect(page, "expected")
        await page.get_by_label("Wanneer begint de hulp naar verwachting?").fill("2027-02-01")
        await page.get_by_role("button", name="Leg vast").click()
        await inspect(page, "expected-done")
        await page.goto(f"{case}/aanvraag")
        await inspect(page, "request")
        await page.goto(f"{case}/datum")
        await inspect(page, "dates")
        await page.get_by_role("link", name="Crisisplek").click()
        await page.get_by_label("Begin").fill("2026-09-01")
        await inspect(page, "date")
        await page.get_by_role("button", name="Voeg toe").click()
        await page.get_by_role("link", name="Verlengen").first.click()
        await inspect(page, "extend")
        await page.goto(f"{case}/opschalen/3")
        await inspect(page, "climb-now")
        await page.get_by_role("button", name="Schaal op").click()
        await page.get_by_text("Wat er gebeurde").click()
        await page.get_by_text("Wie je in Hoorn om hulp vraagt").click()
        await inspect(page, "case-full")
    assert FactKind.HELP_WAITING in office.case().ledger


@pytest.mark.parametrize("width", WIDTHS)
async def test_answering_escalations(office, width: int) -> None:
    office.add_desk()
    office.open()
    office.escalate()
    async with visiting(office, width) as (page, url):
        await page.goto(url + office.answer_link("tm-1", Answer.JUMP))
        await inspect(page, "jump")
        await page.get_by_label("Expertteam Noord").check()
        await page.get_by_label("Er is geen plek").check()
        await page.get_by_role("button", name="Stuur door").click()
        await expect(page.get_by_role("status")).to_contain_text("De vraag ligt nu bij ret-nhn")
        await inspect(page, "jumped")
        await page.go_back()
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Deze vraag is al verder")
        await inspect(page, "moved")
        await page.goto(url + office.answer_link("jb-1", Answer.APPLY))
        await inspect(page, "apply")
        await page.goto(url + office.answer_link("ret-nhn", Answer.HAND_BACK))
        await inspect(page, "hand-back")
        await enter(page, url, office, "ret-nhn")
        await page.goto(f"{url}/opschalingen")
        await inspect(page, "climbing-desk")
        await page.get_by_role("link", name="Ik pak dit op").click()
        await page.get_by_role("button", name="Ik pak dit op").click()
        await inspect(page, "accepted")
        await page.get_by_role("link", name="De hele opschaling").click()
        await inspect(page, "climbing-one")
    assert office.escalation().holder == "ret-nhn"


async def test_the_pages_of_managers_and_region(office) -> None:
    for number in range(1, 4):
        office.open(f"GIA-2026-000{number}")
    office.add("gd-1", Role.DATA_STEWARD)
    async with visiting(office) as (page, url):
        await enter(page, url, office, "gd-1")
        for path in ("wachtenden", "opschalingen", "overdragen", "overdragen?van=jb-1"):
            await page.goto(f"{url}/{path}")
            await inspect(page, path.replace("?", "-"))
        await page.goto(f"{url}/belemmeringen")
        await page.get_by_label("Wat is er aan de hand?").select_option("opnamestop")
        await page.get_by_label("Waar?").fill("Aanbieder Een")
        await page.get_by_role("button", name="Voeg toe").click()
        await expect(page.get_by_role("heading", level=2).first).to_have_text("Opnamestop: Aanbieder Een")
        await inspect(page, "blockers")
        await page.goto(f"{url}/routes?gemeente=hoorn")
        await inspect(page, "routes")
        await page.goto(f"{url}/overdragen?van=jb-1")
        await page.get_by_label("jb-2").check()
        await page.get_by_label("Geplande overdracht").check()
        await page.get_by_role("button", name="Draag 3 zaken over").click()
        await inspect(page, "reassigned")
    assert office.case().protector == "jb-2"
