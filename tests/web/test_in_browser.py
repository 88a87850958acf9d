"""Every page in a real browser: what it does, whether WCAG 2.1 AA holds (axe-core), and on a small screen."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

from app.config import Config
from app.web_part import WebPart
from core.facts import FactKind
from core.people import Role
from tests.factories import csv_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
WIDTHS = [1280, 390]
ROW = {
    "zaak": "GIA-2026-0077",
    "gi": "GIA",
    "gemeente": "hoorn",
    "maatregel": "ots",
    "uitspraak": "2026-09-04",
}
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium found")


@asynccontextmanager
async def visiting(office, width: int = 1280) -> AsyncIterator[tuple[Page, str]]:
    """Serve the pages, and open a browser; a page may log no error and ask nothing elsewhere."""
    config = Config.model_validate(
        {"web": {"port": 0}, "mail": {"enabled": True, "host": "x", "sender": "a@b.nl"}}
    )
    web = WebPart(config, office.house, office.clock)
    url = await web.start()
    problems: list[str] = []
    try:
        async with async_playwright() as playwright:
            browser: Browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = await browser.new_page(viewport={"width": width, "height": 800}, locale="nl-NL")
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("request", lambda r: None if r.url.startswith(url) else problems.append(r.url))
            yield page, url
            await browser.close()
    finally:
        await web.stop()
    assert problems == []


async def inspect(page: Page, name: str) -> None:
    """Hold a page to WCAG 2.1 AA, and to the width of a wide and of a narrow screen."""
    found = (await Axe().run(page, options=RULES)).response["violations"]
    told = [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
    assert (name, told) == (name, [])
    usual = page.viewport_size
    assert usual is not None
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": usual["height"]})
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert (name, width, wide <= width) == (name, width, True)
        if folder := os.environ.get("PAGE_PICTURES"):
            await page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)
    await page.set_viewport_size(usual)


async def enter(page: Page, url: str, office, name: str) -> None:
    """Sign in by a link."""
    await page.goto(url + office.sign_in_link(name))
    await page.get_by_role("button", name="Inloggen").click()


@pytest.mark.parametrize("width", WIDTHS)
async def test_signing_in_and_out(office, width: int) -> None:
    async with visiting(office, width) as (page, url):
        await page.goto(url)
        await inspect(page, "front")
        await page.get_by_label("Mailadres").fill("jb-1@gia.example.nl")
        await page.get_by_role("button", name="Stuur me een link").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Kijk in je mail")
        await inspect(page, "asked")
        await page.goto(url + "/overzicht")
        await page.locator("form").evaluate("form => form.noValidate = true")
        await page.get_by_role("button", name="Stuur me een link").click()
        await expect(page.get_by_role("alert")).to_contain_text("Dit is geen mailadres.")
        await inspect(page, "sign-in-wrong")
        link = url + office.sign_in_link("jb-1")
        await page.goto(link)
        await inspect(page, "link")
        await page.get_by_role("button", name="Inloggen").click()
        await expect(page).to_have_url(f"{url}/overzicht")
        await page.goto(link)
        await inspect(page, "no-link")
        await page.goto(url)
        await inspect(page, "front-signed-in")
        await page.get_by_role("button", name="Uitloggen").click()
        await expect(page).to_have_url(f"{url}/")
        await page.goto(url + "/overzicht")
        await expect(page).to_have_url(f"{url}/inloggen?naar=/overzicht")


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_case_from_the_overview_to_a_recorded_fact(office, width: int) -> None:
    office.open()
    for number in range(2, 60):
        office.open(f"GIA-2026-{number:04}")
    async with visiting(office, width) as (page, url):
        await enter(page, url, office, "jb-1")
        await inspect(page, "overview")
        await page.get_by_role("link", name="Volgende").click()
        await expect(page.get_by_text("Blad 2 van 2")).to_be_visible()
        await inspect(page, "overview-2")
        await page.get_by_label("Zaakcode").fill("gia-2026-0001")
        await page.get_by_role("button", name="Open").click()
        await page.get_by_text("Waarom deze datum?").first.click()
        await inspect(page, "case")
        await page.get_by_role("link", name="Eerste contact vastleggen").click()
        await inspect(page, "question")
        await page.get_by_role("button", name="Leg vast").click()
        await expect(page.get_by_role("status")).to_contain_text("Eerste contact, maandag 7 september 2026")
        await inspect(page, "done")
        await page.goto(page.url)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Dit is al geregeld")
        await inspect(page, "decided")
        await page.get_by_role("link", name="Zaak bekijken").click()
        await expect(page).to_have_url(f"{url}/zaken/GIA-2026-0001")
        await page.get_by_role("link", name="Koers vastleggen").click()
        await inspect(page, "course")
        await page.goto(f"{url}/zaken/GIA-2026-9999")
        await inspect(page, "no-case")
    assert FactKind.FIRST_CONTACT in office.case().ledger


async def test_opening_a_case_absence_and_settings(office) -> None:
    office.add("beheer-1", Role.ADMINISTRATOR, None, None)
    async with visiting(office) as (page, url):
        await enter(page, url, office, "tm-1")
        await page.get_by_role("link", name="Nieuwe zaak").click()
        await inspect(page, "opening")
        await page.locator("main form").evaluate("form => form.noValidate = true")
        await page.get_by_label("Zaakcode").fill("GIA-2026-0042")
        await page.get_by_role("button", name="Open de zaak").click()
        await inspect(page, "opening-wrong")
        await page.get_by_role("alert").get_by_role("link", name="Kies de gemeente.").click()
        await page.get_by_label("Gemeente").select_option("hoorn")
        await page.get_by_label("Maatregel").select_option("ots")
        await page.get_by_label("Uitspraak van de rechter").fill("2026-09-04")
        await page.get_by_role("button", name="Open de zaak").click()
        await expect(page.get_by_role("status")).to_have_text("De zaak is geopend.")
        await inspect(page, "opened")
        await page.get_by_role("link", name="Waarneming").click()
        await page.get_by_label("Wie is er niet?").select_option("jb-1")
        await page.get_by_role("button", name="Kies").click()
        await inspect(page, "absence")
        await page.get_by_label("Vanaf").fill("2026-09-14")
        await page.get_by_label("Tot en met").fill("2026-09-18")
        await page.get_by_label("Wie neemt waar?").select_option("jb-2")
        await page.get_by_role("button", name="Regel de waarneming").click()
        await expect(page.get_by_text("jb-2 neemt waar voor jb-1")).to_be_visible()
        await inspect(page, "absence-set")
        await page.get_by_role("link", name="Instellingen").click()
        await inspect(page, "settings")
        await page.get_by_label("woensdag").uncheck()
        await page.get_by_role("button", name="Bewaar de werkdagen").click()
        await expect(page.get_by_role("status")).to_have_text("Bewaard.")
        await expect(page.get_by_label("woensdag")).not_to_be_checked()
        await enter(page, url, office, "beheer-1")
        await page.goto(url + "/nieuw")
        await inspect(page, "opening-anywhere")


async def test_a_case_file_is_reported_on_and_imported(office, tmp_path: Path) -> None:
    office.add("gd-1", Role.DATA_STEWARD)
    good, bad, no_table = (tmp_path / name for name in ("zaken.csv", "fout.csv", "plaatje.pdf"))
    good.write_bytes(csv_of(ROW))
    bad.write_bytes(csv_of(ROW | {"gemeente": "nergens"}))
    no_table.write_bytes(b"%PDF-1.7")
    async with visiting(office) as (page, url):
        await enter(page, url, office, "gd-1")
        for path, heading, name in (
            (no_table, "Niet ingelezen", "file-refused"),
            (bad, "Niet ingelezen", "file-wrong"),
            (good, "Wat dit bestand doet", "file-report"),
        ):
            await page.goto(url + "/bestand")
            await inspect(page, "file")
            await page.get_by_label("Bestand").set_input_files(path)
            await page.get_by_role("button", name="Bekijk wat het doet").click()
            await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
            await inspect(page, name)
        await page.get_by_role("button", name="Inlezen", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Ingelezen")
        await inspect(page, "file-done")
    assert office.case("GIA-2026-0077").municipality_name == "Hoorn"


async def test_a_file_over_the_limit_is_told_to_the_browser_that_sends_it(office, tmp_path: Path) -> None:
    office.add("gd-1", Role.DATA_STEWARD)
    large = tmp_path / "groot.csv"
    with large.open("wb") as file:
        file.truncate(52_000_000)
    async with visiting(office, 1280) as (page, url):
        await enter(page, url, office, "gd-1")
        await page.goto(url + "/bestand")
        await page.get_by_label("Bestand").set_input_files(large)
        await page.get_by_role("button", name="Bekijk wat het doet").click()
        await expect(page.get_by_role("alert")).to_contain_text("Hooguit 50 MB kan.", timeout=60_000)
        await inspect(page, "file-too-large")


async def test_everything_can_be_reached_with_the_keyboard_and_the_focus_is_seen(office) -> None:
    office.open()
    async with visiting(office, 1280) as (page, url):
        await enter(page, url, office, "jb-1")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Overzicht")
        await page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Naar de inhoud")
        await expect(skip).to_be_focused()
        await expect(skip).to_be_in_viewport()
        seen = []
        for _ in range(14):
            await page.keyboard.press("Tab")
            seen.append(
                await page.evaluate(
                    "() => [document.activeElement.textContent.trim(),"
                    " getComputedStyle(document.activeElement).outlineStyle]"
                )
            )
        names = [name for name, _ in seen]
        assert names == [
            "Termijnwacht",
            "Uitloggen",
            "Overzicht",
            "Agenda",
            "Opschalingen",
            "Nieuwe zaak",
            "Belemmeringen",
            "Routes",
            "Kalender",
            "Waarneming",
            "Instellingen",
            "",
            "Open",
            "Zaak GIA-2026-0001",
        ]
        assert {outline for _, outline in seen} == {"solid"}
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(f"{url}/zaken/GIA-2026-0001")
