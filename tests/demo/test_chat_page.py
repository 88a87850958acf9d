"""The chat page in a real browser, with a real bot behind it."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import httpx
import pytest
import segno
from playwright.async_api import Browser, FilePayload, Locator, Page, Route, async_playwright, expect
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from demo.telegram import Link, Mail, Persona, TelegramStandIn, build_app, serve

TOKEN = "123456:test-token"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PERSONAS = [
    Persona(11, "Fatima", "Jeugdbeschermer, team Noord", "CODE9"),
    Persona(12, "Bram", "Gedragswetenschapper"),
    Persona(13, "Ineke", "Teammanager"),
]
NASTY = "<img src=x onerror=\"document.title='kapot'\">"
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium found")


class Clock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.time = datetime(2025, 3, 6, 8, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    async def advance(self, step: str) -> datetime:
        self.time += timedelta(hours=1) if step == "hour" else timedelta(days=1)
        return self.time


async def on_start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    rows = [
        [
            InlineKeyboardButton("✅ Afgerond", callback_data="klaar"),
            InlineKeyboardButton("Later", callback_data="l"),
        ],
        [InlineKeyboardButton("Open het overzicht", url="https://overzicht.example/")],
    ]
    html = (
        f"<b>Welkom bij Termijnwacht</b>\nUw code is <code>{(context.args or ['geen'])[0]}</code>.\n\n"
        "⚠️ <b>Zaak J-24-017</b> · plan van aanpak\nUiterlijk <u>vrijdag 14 maart 2025</u>. "
        '<a href="https://uitleg.example/">Uitleg</a> of typ /help.\n'
        "<blockquote>De termijn is zes weken na de beschikking.</blockquote>"
    )
    await update.message.reply_html(html, reply_markup=InlineKeyboardMarkup(rows))


async def on_press(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query is not None
    await query.answer("Genoteerd.")
    await query.edit_message_text("Zaak J-24-017: <b>afgerond</b>.", parse_mode="HTML")


async def on_text(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text(f"U schreef: {update.message.text or update.message.document}")


@asynccontextmanager
async def demo(personas: Sequence[Persona] = PERSONAS) -> AsyncIterator[tuple[TelegramStandIn, str]]:
    clock = Clock()
    state = TelegramStandIn(TOKEN, now=clock.now)
    mail = Mail(
        "ineke@wacht.example", "Weekoverzicht", f"Zie https://web.example/week?nr=10.\n{NASTY}", clock.time
    )
    app = build_app(
        state,
        personas=personas,
        now=clock.now,
        advance=clock.advance,
        mails=lambda: [mail],
        links=[Link("Agenda", "https://feeds.example/")],
    )
    async with serve(state, app=app) as url, talking(url):
        yield state, url


@asynccontextmanager
async def talking(url: str) -> AsyncIterator[None]:
    bot = Application.builder().token(TOKEN).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot").build()
    bot.add_handler(CommandHandler("start", on_start))
    bot.add_handler(CallbackQueryHandler(on_press))
    bot.add_handler(MessageHandler(filters.ALL, on_text))
    async with bot:
        await bot.bot.set_my_commands(
            [BotCommand("help", "Uitleg over de bot"), BotCommand("termijnen", "Wat komt eraan")]
        )
        await bot.start()
        assert bot.updater is not None
        await bot.updater.start_polling()
        try:
            yield
        finally:
            await bot.updater.stop()
            await bot.stop()


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        await opened.close()


async def picture(page: Page, name: str) -> None:
    folder = os.environ.get("CHAT_PICTURES")
    if folder:
        await page.screenshot(path=str(Path(folder) / f"chat-{name}.png"))


@asynccontextmanager
async def visit(url: str, width: int) -> AsyncIterator[Page]:
    """Open the page; it may log no error, ask nothing elsewhere, and never be wider than the screen."""
    problems: list[str] = []
    async with browser() as chromium:
        page = await chromium.new_page(viewport={"width": width, "height": 800})
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((url, "data:")) else problems.append(r.url))
        await page.goto(url)
        yield page
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert (problems, wide <= width) == ([], True)


async def begin(page: Page, name: str) -> Locator:
    await page.get_by_role("button", name=name).click()
    await page.get_by_role("button", name="Start", exact=True).click()
    log = page.get_by_role("log")
    await expect(log.locator("strong").first).to_have_text("Welkom bij Termijnwacht")
    return log


@needs_chromium
@pytest.mark.parametrize("width", [1280, 390])
async def test_a_visitor_starts_as_a_persona_and_presses_a_button(width: int) -> None:
    async with demo() as (state, url), visit(url, width) as page:
        await expect(page.locator("#now")).to_have_text("donderdag 6 maart 2025, 09:30")
        await picture(page, f"{width}-first")
        log = await begin(page, "Fatima")
        await expect(log.locator("code")).to_have_text("CODE9")
        uitleg = page.get_by_role("link", name="Uitleg")
        await expect(uitleg).to_have_attribute("href", "https://uitleg.example/")
        await picture(page, f"{width}-started")
        await page.get_by_role("button", name="Afgerond").click()
        last = log.locator("article").last
        await expect(last).to_contain_text("Zaak J-24-017: afgerond.")
        await expect(last).to_contain_text("bewerkt")
        await expect(page.locator("#notice")).to_have_text("Genoteerd.")
        assert await log.locator(".key").count() == 0
        assert state.last_message(11).buttons == []


@needs_chromium
@pytest.mark.parametrize("width", [1280, 390])
async def test_a_visitor_writes_chooses_a_command_and_sends_a_file(width: int) -> None:
    async with demo() as (state, url), visit(url, width) as page:
        log = await begin(page, "Fatima")
        last = log.locator("article").last
        field = page.get_by_label("Bericht", exact=True)
        await field.fill(NASTY)
        await field.press("Enter")
        await expect(last).to_contain_text(f"U schreef: {NASTY}")
        assert await log.locator("img").count() == 0
        await field.press("/")
        await expect(page.get_by_role("option")).to_have_count(2)
        await picture(page, f"{width}-menu")
        await field.press("ArrowDown")
        await field.press("Enter")
        await expect(last).to_contain_text("U schreef: /help")
        file: FilePayload = {"name": "rooster.ics", "mimeType": "text/calendar", "buffer": b"BEGIN:VCALENDAR"}
        await page.get_by_label("Bestand meesturen").set_input_files(file)
        await expect(page.get_by_role("link", name="rooster.ics")).to_be_visible()
        await picture(page, f"{width}-file")
        sent = [(m.file.name, m.file.content) for m in state.messages(11) if m.file]
        assert sent == [("rooster.ics", b"BEGIN:VCALENDAR")]


@needs_chromium
@pytest.mark.parametrize("width", [1280, 390])
async def test_a_picture_that_the_bot_sends_is_seen_in_the_chat(width: int) -> None:
    code = BytesIO()
    segno.make("webcal://wacht.example/feeds/a.ics").save(code, kind="png", scale=8)
    async with demo() as (_state, url), visit(url, width) as page:
        log = await begin(page, "Fatima")
        async with Bot(TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot") as bot:
            await bot.send_photo(11, code.getvalue(), caption="Scan deze code")
            await bot.send_document(11, b"BEGIN:VCALENDAR", filename="agenda.ics", caption="De agenda")
        shown = log.get_by_role("img", name="Afbeelding")
        await expect(shown).to_be_visible()
        await expect(log.locator("article").nth(-2)).to_contain_text("Scan deze code")
        await expect(page.get_by_role("link", name="agenda.ics")).to_be_visible()
        stated = int.from_bytes(code.getvalue()[16:20], "big")
        assert await shown.evaluate("async image => (await image.decode(), image.naturalWidth)") == stated
        await picture(page, f"{width}-photo")


@needs_chromium
@pytest.mark.parametrize("width", [1280, 390])
async def test_a_visitor_moves_the_clock_reads_mail_and_sees_what_is_unread(width: int) -> None:
    async with demo() as (state, url), visit(url, width) as page:
        await page.get_by_role("button", name="Naar de volgende werkdag").click()
        await expect(page.locator("#now")).to_have_text("vrijdag 7 maart 2025, 09:30")
        await page.get_by_role("tab", name="Post").click()
        letter = page.locator(".letter")
        await expect(letter.get_by_role("link")).to_have_attribute("href", "https://web.example/week?nr=10")
        await expect(letter).to_contain_text(NASTY)
        state.start(12)
        bram = page.get_by_role("button", name="Bram")
        await expect(bram.locator(".number")).to_have_text("1")
        await picture(page, f"{width}-mail")
        await bram.click()
        await expect(bram.locator(".count")).to_be_hidden()
        await page.get_by_role("button", name="Bot blokkeren").click()
        again = page.get_by_role("button", name="Deblokkeren en opnieuw starten")
        await expect(again).to_be_visible()
        await picture(page, f"{width}-blocked")
        assert state.private_chat(12).blocked is True
        await again.click()
        await expect(again).to_be_hidden()
        assert state.private_chat(12).blocked is False


@needs_chromium
@pytest.mark.parametrize("width", [1280, 390])
async def test_a_visitor_chooses_a_group_for_the_bot_and_takes_it_out_again(width: int) -> None:
    async with demo() as (state, url), visit(url, width) as page:
        log = await begin(page, "Fatima")
        button = {"text": "Groep kiezen", "url": "https://t.me/termijnwacht_bot?startgroup=CODE_7-x"}
        body = {"chat_id": 11, "text": "Kies.", "reply_markup": {"inline_keyboard": [[button]]}}
        async with httpx.AsyncClient() as client:
            await client.post(f"{url}/bot{TOKEN}/sendMessage", json=body)
        await page.get_by_role("button", name="Groep kiezen").click()
        await picture(page, f"{width}-groups")
        await page.get_by_role("button", name="Nieuwe groep maken").click()
        await expect(page.locator("#chat-title")).to_have_text("Nieuwe groep")
        await expect(log).to_contain_text("/start@termijnwacht_bot CODE_7-x")
        await page.get_by_role("button", name="Bot uit de groep halen").click()
        await expect(page.locator("#block")).to_be_hidden()
        (group,) = [chat for chat in state.bot.chats.values() if chat.id < 0]
        assert (group.bot_status, group.members) == ("kicked", {11: "creator"})


@needs_chromium
@pytest.mark.parametrize("width", [1280, 390])
async def test_many_people_with_unread_messages_make_the_page_no_wider_or_longer(width: int) -> None:
    crowd = [Persona(number, f"mens-{number}", "Een van velen") for number in range(21, 41)]
    async with demo(crowd) as (state, url), visit(url, width) as page:
        for one in crowd:
            state.start(one.user_id)
        await expect(page.locator(".persona .count:visible")).to_have_count(len(crowd))
        await expect(page.locator(".persona").last.locator(".number")).to_have_text("1")
        size = await page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        await picture(page, f"{width}-crowd")
        assert size == [width, 800]


@needs_chromium
async def test_a_new_group_opens_also_while_the_page_waits_for_what_is_new() -> None:
    async with demo() as (_, url), visit(url, 1280) as page:
        await begin(page, "Fatima")
        button = {"text": "Groep kiezen", "url": "https://t.me/termijnwacht_bot?startgroup=CODE_7-x"}
        body = {"chat_id": 11, "text": "Kies.", "reply_markup": {"inline_keyboard": [[button]]}}
        async with httpx.AsyncClient() as client:
            await client.post(f"{url}/bot{TOKEN}/sendMessage", json=body)
        await page.get_by_role("button", name="Groep kiezen").click()

        async def slowly(route: Route) -> None:
            await asyncio.sleep(0.6)
            await route.continue_()

        await page.route("**/demo/feed*", slowly)
        await asyncio.sleep(1.2)
        await page.get_by_role("button", name="Nieuwe groep maken").click()
        await expect(page.locator("#chat-title")).to_have_text("Nieuwe groep")
        await page.unroute_all(behavior="wait")


@needs_chromium
async def test_a_visitor_can_do_everything_with_the_keyboard() -> None:
    async with demo() as (state, url), browser() as chromium:
        page = await chromium.new_page(viewport={"width": 1280, "height": 800})
        await page.goto(url)
        await page.get_by_role("button", name="Fatima").focus()
        await page.keyboard.press("Enter")
        start = page.get_by_role("button", name="Start", exact=True)
        await start.focus()
        await page.keyboard.press("Enter")
        later = page.get_by_role("button", name="Later")
        await expect(later).to_be_visible()
        await expect(page.get_by_label("Bericht", exact=True)).to_be_focused()
        await later.focus()
        await page.keyboard.press("Space")
        await expect(page.get_by_role("log").locator("article").last).to_contain_text("afgerond")
        await expect(page.get_by_role("log")).to_be_focused()
        tab = page.get_by_role("tab", name="Gesprek")
        await tab.focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("tab", name="Post")).to_be_focused()
        await expect(page.locator(".letter")).to_be_visible()
        assert state.last_message(11).edited is not None


async def test_parts_without_a_hook_are_absent() -> None:
    state = TelegramStandIn(TOKEN)
    async with serve(state) as url, httpx.AsyncClient(base_url=url) as client:
        assert (await client.get("/demo/setup")).json() == {
            "clock": False,
            "advance": False,
            "mails": False,
            "links": [],
        }
        assert (await client.get("/demo/mails")).status_code == 404
        assert (await client.post("/demo/advance", json={"step": "hour"})).status_code == 404
        assert (await client.get("/demo/personas")).json() == []


async def test_the_control_api_acts_as_a_person() -> None:
    state = TelegramStandIn(TOKEN)
    app = build_app(state, personas=PERSONAS)
    async with serve(state, app=app) as url, httpx.AsyncClient(base_url=url) as client:
        await client.post("/demo/users/11/start", json={"code": "ABC"})
        await client.post("/demo/users/11/text", json={"text": "hallo"})
        await client.post("/demo/users/11/document", files={"file": ("a.txt", b"inhoud")})
        group = (await client.post("/demo/groups", json={"title": "Team", "owner_id": 11})).json()
        assert [m.text for m in state.messages(11)] == ["/start ABC", "hallo", ""]
        assert state.chat(group["id"]).bot_status == "member"
        assert (await client.post("/demo/users/99/text", json={"text": "x"})).status_code == 404
        assert (await client.post("/demo/users/11/block")).json() == {"ok": True}
        assert (await client.post("/demo/users/11/text", json={"text": "x"})).status_code == 409


async def test_a_feed_only_holds_what_changed_since_its_revision() -> None:
    state = TelegramStandIn(TOKEN)
    app = build_app(state, personas=PERSONAS)
    async with serve(state, app=app) as url, httpx.AsyncClient(base_url=url) as client:
        state.send_text(11, "een")
        first = (await client.get("/demo/feed")).json()
        state.send_text(11, "twee")
        second = (await client.get(f"/demo/feed?after={first['revision']}")).json()
    assert [m["text"] for m in first["messages"]] == ["een"]
    assert [m["text"] for m in second["messages"]] == ["twee"]


async def test_no_page_answer_shows_the_token() -> None:
    state = TelegramStandIn(TOKEN)
    app = build_app(state, personas=PERSONAS)
    async with serve(state, app=app) as url, httpx.AsyncClient(base_url=url) as client:
        paths = ("/", "/page/app.js", "/page/style.css", "/demo/feed", "/demo/setup", "/demo/personas")
        answers = [await client.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    assert not any(TOKEN in answer.text for answer in answers)
