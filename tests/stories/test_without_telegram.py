"""Somebody whose employer forbids Telegram does a whole week by mail and pages."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, time

import httpx

from core.facts import COURSE_CHECKLIST, FactKind
from core.people import Role
from services.invitations import invite_by_mail
from services.people import NewPerson, add_person
from tests.factories import CLI, MONDAY, PAGES, a_row, at, csv_of, person
from tests.stories.world import World, link_in, text_of
from web.app import build_web

WEDNESDAY, THURSDAY = date(2026, 3, 4), date(2026, 3, 5)
NEXT_MONDAY = date(2026, 3, 9)
CASE = "GIA-2026-042"


class Desk:
    """A browser and a mailbox of somebody who has nothing else."""

    def __init__(self, world: World, browser: httpx.AsyncClient, mail: str) -> None:
        self.world, self.browser, self.mail = world, browser, mail
        self.page = httpx.Response(200)

    def mails(self) -> list[str]:
        return [text_of(mail) for mail in self.world.mails_to(self.mail)]

    async def open(self, path: str) -> str:
        self.page = await self.browser.get(path, follow_redirects=True)
        return self.page.text

    async def follow(self, label: str) -> str:
        """Open the first link of the page with these words."""
        links = re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', self.page.text)
        return await self.open(next(path for path, words in links if label in words))

    async def send(self, path: str | None = None, **fields: object) -> str:
        """Fill in the form of this page and send it, with what the form itself holds."""
        token = re.search(r'name="formulier" value="(\w+)"', self.page.text)
        data = {"formulier": token[1] if token else "", **fields}
        files = {"bestand": data.pop("bestand")} if "bestand" in data else None
        to = path or str(self.page.url)
        self.page = await self.browser.post(to, data=data, files=files, follow_redirects=True)  # type: ignore[arg-type]
        return self.page.text

    async def sign_in(self) -> str:
        """Ask for a link on the front page, wait for the mail, open it and press the button."""
        await self.open("/")
        assert "Kijk in je mail" in await self.send("/inloggen", mail=self.mail)
        await self.world.until(self.world.clock.now())
        mail = self.world.mails_to(self.mail)[-1]
        assert "Je logt in als" in await self.open(link_in(mail, "Inloggen"))
        return await self.send()


@asynccontextmanager
async def a_desk(world: World, new: NewPerson) -> AsyncIterator[Desk]:
    added = add_person(world.house, new, actor=CLI, now=world.clock.now())
    app = build_web(world.house, world.clock, ready=lambda: True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=PAGES) as browser:
        yield Desk(world, browser, str(added.mail))


async def test_a_whole_week_by_mail_and_pages(world: World) -> None:
    protector = NewPerson("jb-9", frozenset({Role.PROTECTOR}), "GIA", "noord", mail="jb-9@gia.example")
    steward = NewPerson("gd-9", frozenset({Role.DATA_STEWARD}), "GIA", mail="gd-9@gia.example")
    async with a_desk(world, protector) as jb, a_desk(world, steward) as gd:
        await she_begins_and_opens_a_case(jb)
        await her_message_comes_by_mail(jb)
        await the_steward_brings_a_file(gd)
        await she_is_away_for_two_days(jb)
        await she_is_asked_to_sign_in_again(jb)
        await she_sets_a_course_and_takes_it_back(jb)
        await she_chooses_when_to_be_told(jb)
        # She leaves, and the browser is nobody's.
        assert "Stuur me een link" in await jb.send("/uitloggen")
        assert CASE not in await jb.open("/overzicht")
    # All of it without a chat.
    assert person(world.house, "jb-9", world.clock.now()).chat_id is None


async def she_begins_and_opens_a_case(jb: Desk) -> None:
    # On Monday the invitation comes by mail and says where the pages are.
    invite_by_mail(jb.world.house, "jb-9", actor=CLI, now=jb.world.clock.now())
    await jb.world.until(at(MONDAY, 8, 0))
    assert f"Inloggen op de website: {PAGES}/inloggen" in jb.mails()[0]
    # She signs in, and opens a case that came in on paper.
    assert "Er staan geen lopende zaken op jouw naam." in await jb.sign_in()
    await jb.follow("Nieuwe zaak")
    form = {"zaak": CASE, "gi": "GIA", "gemeente": "alkmaar", "maatregel": "ots", "uitspraak": "31-2-2026"}
    assert "bestaat niet" in await jb.send(**form)
    form |= {"uitspraak": "2026-03-02", "in_kennis_gesteld": "2026-03-02"}
    assert "De zaak is geopend." in await jb.send(**form)
    await jb.follow("Koppeling vastleggen")
    assert "Vastgelegd" in await jb.send(on="2026-03-02")


async def her_message_comes_by_mail(jb: Desk) -> None:
    # On Wednesday the link in her message records the first contact, once.
    await jb.world.morning(WEDNESDAY)
    digest = jb.world.mails_to(jb.mail)[-1]
    assert CASE in text_of(digest)
    await jb.open(link_in(digest, "Eerste contact vastleggen"))
    assert "Vastgelegd" in await jb.send(on="2026-03-04")
    assert "Dit is al geregeld" in await jb.send(on="2026-03-03")
    assert jb.world.status("1", CASE) == "met"


async def the_steward_brings_a_file(gd: Desk) -> None:
    # A report first, then it is read in; she hears of her new case.
    await gd.sign_in()
    await gd.follow("Zaken inlezen")
    content = csv_of(a_row("GIA-2026-050", jeugdbeschermer="jb-9", in_kennis_gesteld="2026-03-03"))
    assert "1 nieuw" in await gd.send(bestand=("zaken.csv", content, "text/csv"))
    token = re.search(r'name="token" value="([\w-]+)"', gd.page.text)
    assert token is not None
    assert "Ingelezen" in await gd.send("/bestand/inlezen", token=token[1])


async def she_is_away_for_two_days(jb: Desk) -> None:
    # On Thursday and Friday her colleague, who has a chat, is told and stands in.
    world = jb.world
    await world.until(at(WEDNESDAY, 15))
    await jb.sign_in()
    await jb.follow("Waarneming")
    told = await jb.send(voor="jb-9", van="2026-03-05", tot="2026-03-06", waarnemer="jb-2")
    assert "jb-2 neemt waar voor jb-9" in told
    await world.until(world.clock.now())
    assert "Je neemt waar voor jb-9" in world.last("jb-2")
    before = len(jb.mails())
    assert "GIA-2026-050" in (await world.morning(THURSDAY))["jb-2"][0]
    assert len(jb.mails()) == before


async def she_is_asked_to_sign_in_again(jb: Desk) -> None:
    # On Monday her session has ended: the page asks who she is, and says nothing else.
    await jb.world.until(at(NEXT_MONDAY, 7, 45))
    asked = await jb.open(f"/zaken/{CASE}")
    assert "Stuur me een link" in asked
    assert "gedragen koers" not in asked
    assert "GIA-2026-050" in await jb.sign_in()


async def she_sets_a_course_and_takes_it_back(jb: Desk) -> None:
    # Why that date; the course with its checklist; a mistake; and later on something.
    assert "Geteld: 6 weken na maandag 2 maart 2026" in await jb.open(f"/zaken/{CASE}")
    await jb.follow("Koers vastleggen")
    assert "Je vinkjes zijn bewaard" in await jb.send(on="2026-03-09", item=COURSE_CHECKLIST[:2])
    assert "Koers vastgesteld" in await jb.send(on="2026-03-09", item=COURSE_CHECKLIST)
    assert jb.world.status("2", CASE) == "met"
    await jb.follow("Terugnemen")
    assert "Teruggenomen" in await jb.send()
    assert FactKind.COURSE_SET not in jb.world.case(CASE).ledger
    await jb.open(f"/zaken/{CASE}")
    await jb.follow("Later herinneren")
    assert "Je hoort op vrijdag 13 maart 2026 weer over norm 2" in await jb.send(on="2026-03-13")


async def she_chooses_when_to_be_told(jb: Desk) -> None:
    # Her message shall come at noon, and not on Fridays.
    await jb.follow("Instellingen")
    await jb.send("/instellingen/tijd", tijd="12:00")
    await jb.send("/instellingen/dagen", dagen=["1", "2", "3", "4"])
    her = person(jb.world.house, "jb-9", jb.world.clock.now())
    assert (her.send_at, sorted(her.days.weekdays)) == (time(12, 0), [1, 2, 3, 4])
