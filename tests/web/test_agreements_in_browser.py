"""Agenda, submissions, plan and their matters in a real browser, with axe-core and on a small screen."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.async_api import expect

from services.governance.matters import MeetingMatter, Ref
from services.governance.sharing import shareable_series
from services.governance.showing import show
from services.people import actor_of_person
from tests.web.conftest import ADMIN, Office
from tests.web.governing import govern
from tests.web.test_in_browser import CHROMIUM, WIDTHS, enter, inspect, visiting

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium found")


@pytest.fixture(autouse=True)
def _governed(office: Office) -> None:
    govern(office)


def meeting(office: Office, on: date) -> MeetingMatter:
    matter = show(office.house, Ref.of_meeting("overleg", on), actor=ADMIN, now=office.clock.now()).matter
    assert isinstance(matter, MeetingMatter)
    return matter


async def test_a_leader_works_from_the_agenda(office: Office) -> None:
    async with visiting(office) as (page, url):
        await enter(page, url, office, "pl-1")
        await expect(page).to_have_url(f"{url}/agenda")
        await inspect(page, "agenda")
        await page.get_by_role("link", name="Alles wat je mag zien").click()
        await page.get_by_role("link", name="Vier weken later").click()
        await expect(page.get_by_text("Maandag 5 oktober 2026")).to_be_visible()
        await inspect(page, "agenda-later")
        await page.get_by_role("link", name="Deze week").click()
        await page.get_by_role("link", name="Overleg Rijk en regio's", exact=True).first.click()
        await inspect(page, "meeting")
        await page.get_by_role("button", name="Herinneren").click()
        await expect(page.get_by_role("status")).to_contain_text("2 personen krijgen nu een herinnering")
        await inspect(page, "meeting-reminded")
        await page.get_by_text("Datum kiezen").first.click()
        await page.get_by_label("Naar welke dag?").first.fill("2026-09-19")
        await inspect(page, "meeting-moving")
        await page.get_by_role("button", name="Datum kiezen").click()
        await expect(page.get_by_role("alert")).to_contain_text("deze dag is geen werkdag")
        await inspect(page, "meeting-asked")
        await page.get_by_label("Ja, opslaan").check()
        await page.get_by_role("button", name="Datum kiezen").click()
        await expect(page.get_by_role("status")).to_contain_text("Vastgelegd: Datum kiezen.")
        await inspect(page, "meeting-moved")
    assert meeting(office, date(2026, 9, 14)).occurrence.on == date(2026, 9, 19)


async def test_a_leader_adds_a_meeting_and_shares_the_series(office: Office) -> None:
    async with visiting(office) as (page, url):
        await enter(page, url, office, "pl-1")
        await page.get_by_role("link", name="Bijeenkomst toevoegen").click()
        await inspect(page, "adding")
        await page.get_by_label("Aan welke reeks?").select_option("overleg")
        await page.get_by_label("Op welke dag?").fill("2026-10-14")
        await page.get_by_label("Hoe laat?").fill("09:30")
        await page.get_by_role("button", name="Voeg toe").click()
        await expect(page.get_by_role("alert")).to_contain_text("deze dag valt in een reces")
        await inspect(page, "adding-asked")
        await page.get_by_label("Ja, toch op deze dag").check()
        await page.get_by_role("button", name="Voeg toe").click()
        await expect(page.get_by_role("status")).to_have_text("De bijeenkomst is toegevoegd.")
        await inspect(page, "added")
        await page.goto(f"{url}/agenda")
        await page.get_by_role("button", name=re.compile("Deellink maken.*Overleg Rijk")).click()
        await expect(page.get_by_role("button", name=re.compile("Deellink intrekken"))).to_be_visible()
        await inspect(page, "agenda-shared")
        _, leader = actor_of_person(office.house, office.people["pl-1"].id, office.clock.now())
        (address,) = [one.address for one in shareable_series(office.house, leader) if one.address]
        await page.context.clear_cookies()
        await page.goto(address.replace("http://test", url))
        await expect(page.get_by_text("Woensdag 14 oktober 2026, 9.30 uur")).to_be_visible()
        await inspect(page, "shared")
    assert meeting(office, date(2026, 10, 14)).occurrence.added


async def test_submissions_plan_and_oversight(office: Office) -> None:
    async with visiting(office) as (page, url):
        await enter(page, url, office, "pl-1")
        await page.get_by_role("link", name="Aanleveringen").click()
        await inspect(page, "submissions")
        await page.get_by_role("button", name=re.compile("van donderdag 10 september 2026")).click()
        await expect(page.get_by_role("status")).to_contain_text("Niet te bereiken: GIB.")
        await inspect(page, "submissions-reminded")
        await page.get_by_role("link", name="Instelling A").last.click()
        await page.get_by_text("Ontvangst vastleggen").first.click()
        await page.get_by_label("Wat is er aangeleverd?").fill("0 wachtenden")
        await inspect(page, "receiving")
        await page.get_by_role("button", name="Ontvangst vastleggen").click()
        await expect(page.get_by_text("0 wachtenden (vastgelegd door pl-1)")).to_be_visible()
        await page.goto(f"{url}/plan")
        await inspect(page, "plan")
        await page.get_by_role("button", name=re.compile("Herinner wie nog niets zei")).click()
        await expect(page.get_by_role("status")).to_contain_text("herinnering: tm-1.")
        await page.get_by_role("link", name="Zorgmakelaar werven").click()
        await page.get_by_text("Hoe staat het").first.click()
        await inspect(page, "action")
        await page.goto(f"{url}/afspraak/datum/toezicht/wederhoor")
        await page.get_by_text("Tekst schrijven").first.click()
        await inspect(page, "response")


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_participant_answers(office: Office, width: int) -> None:
    async with visiting(office, width) as (page, url):
        await enter(page, url, office, "amb-1")
        await expect(page).to_have_url(f"{url}/agenda")
        await page.get_by_role("link", name="Overleg Rijk en regio's", exact=True).first.click()
        await inspect(page, "participant")
        await page.get_by_role("button", name="Ik kan niet").click()
        await expect(page.get_by_role("status")).to_have_text("Vastgelegd: Ik kan niet.")
        await page.goto(f"{url}/agenda?vanaf=2099-01-01")
        await inspect(page, "agenda-far")
