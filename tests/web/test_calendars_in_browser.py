"""The calendars in a real browser, with axe-core: public ones, and making and ending one's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from playwright.async_api import Page, expect

from core.governance import Governance
from core.people import Role
from core.series import OnDayOff
from services.governance.access import Deed
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.matters import Ref
from services.house import House
from services.people import actor_of_person
from tests.series import ON_THE_TENTH, OPEN_MEETING
from tests.web.conftest import Office
from tests.web.test_in_browser import CHROMIUM, enter, inspect, visiting

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium found")

OPEN = replace(
    OPEN_MEETING,
    code="overleg",
    title="Regionaal overleg kinderbeschermingsketen Noord-Holland Noord",
    starts_on=date(2026, 9, 14),
    steps=(),
)
ASKED = replace(ON_THE_TENTH, starts_on=date(2026, 9, 10), on_day_off=OnDayOff.NEXT)
TABLE = replace(OPEN, code="tafel", title="Bestuurlijke tafel", rule=None, times_a_year=2)


def govern(office: Office, root: str) -> None:
    """Agree on meetings of which one moved and one was cancelled."""
    office.add("pl-1", Role.PROJECT_LEADER)
    agreed = Governance({one.code: one for one in (OPEN, ASKED, TABLE)})
    rules = replace(office.house.rules, governance=agreed, public_url=root)
    office.house = House(office.house.store, rules, office.house.worker)
    now = office.clock.now()
    _, leader = actor_of_person(office.house, office.people["pl-1"].id, now)
    for deed, on, filled in (
        (Deed.MOVE, date(2026, 10, 26), Filled(on="2026-10-28", confirmed=True)),
        (Deed.CANCEL, date(2026, 12, 7), Filled(text="vervalt")),
    ):
        do(
            office.house,
            deed,
            Ref.of_meeting("overleg", on),
            version=None,
            actor=leader,
            now=now,
            filled=filled,
        )


async def open_every_client(page: Page) -> None:
    for summary in await page.locator("details.client > summary").all():
        await summary.click()


@pytest.mark.parametrize("root", ["https://termijnwacht.regio.nl", "http://127.0.0.1:8080"])
async def test_a_public_calendar_from_the_front_page_to_each_client(office: Office, root: str) -> None:
    govern(office, root)
    place = root.partition(":")[0]
    async with visiting(office) as (page, url):
        await page.goto(url)
        await inspect(page, f"front-public-{place}")
        await page.get_by_role("link", name="de openbare agenda's").click()
        await inspect(page, f"agendas-{place}")
        await page.get_by_role("link", name="Overleggen en aanleveringen").click()
        await inspect(page, f"agenda-{place}")
        await open_every_client(page)
        await expect(page.get_by_role("img")).to_have_count(8)
        await inspect(page, f"agenda-clients-{place}")
        async with page.expect_download() as downloading:
            await page.get_by_role("link", name="Bestand (.ics)").click()
        downloaded = await downloading.value
        assert downloaded.suggested_filename == "governance.ics"


async def test_one_click_chooses_the_whole_address(office: Office) -> None:
    govern(office, "https://termijnwacht.regio.nl")
    async with visiting(office, 390) as (page, url):
        await page.goto(f"{url}/agendas/overleg")
        await page.locator(".address").click()
        chosen = await page.evaluate("getSelection().toString()")
    assert chosen.strip() == "https://termijnwacht.regio.nl/feeds/overleg.ics"


async def test_making_a_calendar_and_ending_it(office: Office) -> None:
    govern(office, "http://test")
    async with visiting(office) as (page, url):
        await enter(page, url, office, "jb-1")
        await inspect(page, "overview-calendars")
        await page.get_by_role("navigation").get_by_role("link", name="Kalender").click()
        await inspect(page, "calendars-none")
        await page.locator("main form").evaluate("form => form.noValidate = true")
        await page.get_by_label("Laatste dag").fill("2026-09-01")
        await page.get_by_role("button", name="Maak de agenda").click()
        await expect(page.get_by_role("alert")).to_contain_text("Kies welke agenda je wilt.")
        await expect(page.get_by_role("alert")).to_contain_text("Deze dag is al voorbij.")
        await inspect(page, "calendars-wrong")
        await page.get_by_label("Welke agenda?").select_option("Mijn termijnen en overleggen")
        await page.get_by_label("Zet er herinneringen bij").check()
        await page.get_by_label("Laatste dag").fill("2027-07-01")
        await page.get_by_role("button", name="Maak de agenda").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Je nieuwe agenda")
        secret = await page.locator(".address").inner_text()
        assert secret.startswith("http://test/feeds/")
        await inspect(page, "calendar-made")
        await page.get_by_role("link", name="Klaar, naar je agenda's").click()
        await inspect(page, "calendars-one")
        assert secret not in await page.content()
        await page.get_by_role("link", name="Trek in").click()
        await inspect(page, "calendar-end")
        await page.get_by_role("button", name="Trek in").click()
        await expect(page.get_by_role("status")).to_have_text("Ingetrokken. Het adres geeft niets meer.")
        await inspect(page, "calendars-ended")


async def test_going_back_after_making_one_shows_no_address_again(office: Office) -> None:
    govern(office, "http://test")
    async with visiting(office, 1280) as (page, url):
        await enter(page, url, office, "jb-1")
        await page.goto(f"{url}/kalender")
        await page.get_by_label("Welke agenda?").select_option("Mijn termijnen en overleggen")
        await page.get_by_role("button", name="Maak de agenda").click()
        secret = await page.locator(".address").inner_text()
        await page.get_by_role("link", name="Klaar, naar je agenda's").click()
        await page.go_back()
        assert secret not in await page.content()
