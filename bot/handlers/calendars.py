"""/kalender: the calendars one subscribed to, making one, ending one."""

from datetime import timedelta
from io import BytesIO

from telegram import InputFile
from telegram.error import TelegramError

from bot.callbacks import Pressed, Subscribe, pack
from bot.desk import Visit, in_thread
from bot.paging import page_of, pages_of, turning
from bot.rendering import in_rows
from core.ports import Button
from services.calendars.addresses import CalendarAddresses
from services.calendars.choices import Choice, possible_calendars, public_calendars
from services.calendars.desk import CalendarDesk
from services.calendars.subscriptions import (
    FeedView,
    FreshFeed,
    Wish,
    create_feed,
    own_feeds,
    pages_address,
    revoke_feed,
    view_of_wish,
)
from services.house import House
from templates import chat_text, phrase

PAGE = 8
MOST_MINE, MOST_PUBLIC = 15, 8
_TWICE = timedelta(seconds=10)


async def overview(visit: Visit) -> None:
    """Show the calendars in a new message."""
    text, rows = await _screen(visit)
    await visit.say(text, rows)


async def show_again(visit: Visit, pressed: Pressed) -> None:
    """Show a page of the calendars in the place of what was asked."""
    page = int(pressed.arg(0)) if pressed.verb == Subscribe.SCREEN and pressed.arg(0).isdigit() else 1
    text, rows = await _screen(visit, page)
    await visit.show(text, rows)


async def _screen(visit: Visit, page: int = 1) -> tuple[str, list[list[Button]]]:
    found: list[FeedView] = await in_thread(own_feeds, visit.house, actor=visit.actor, now=visit.now)
    page = min(max(1, page), pages_of(len(found), MOST_MINE))
    mine = page_of(found, page, MOST_MINE)
    leaf = turning(page, MOST_MINE, len(found), lambda other: pack(Subscribe.SCREEN, other))
    root, public = visit.house.rules.public_url, await in_thread(public_calendars, visit.house)
    text = chat_text(
        "calendars.overview",
        mine=mine,
        public=public[:MOST_PUBLIC],
        further=max(0, len(public) - MOST_PUBLIC),
        pages=pages_address(root) if root else None,
        reachable=root is not None and CalendarAddresses(root, "").is_reachable,
        today=visit.today,
    )
    ending = [
        Button(phrase("button.feed_end", number=number), pack(Subscribe.END, one.id))
        for number, one in enumerate(mine, 1)
    ]
    making = [[Button(phrase("button.feed_new"), pack(Subscribe.CHOOSE, 1))]] if root else []
    return text, [*making, *in_rows(ending, 3), *leaf]


async def choose(visit: Visit, pressed: Pressed) -> None:
    """Ask which calendar it is to be, a page at a time."""
    page = int(pressed.arg(0)) if pressed.arg(0).isdigit() else 1
    found = await _possible(visit)
    page = min(max(1, page), pages_of(len(found), PAGE))
    shown = page_of(found, page, PAGE)
    leaf = turning(page, PAGE, len(found), lambda other: pack(Subscribe.CHOOSE, other))
    rows = [[Button(_label(one), pack(Subscribe.ALARMS, one.scope, one.target))] for one in shown]
    back = [Button(phrase("button.cancel"), pack(Subscribe.SCREEN))]
    await visit.show(chat_text("calendars.which"), [*rows, *leaf, back])


async def _possible(visit: Visit) -> list[Choice]:
    return await in_thread(possible_calendars, visit.house, actor=visit.actor, now=visit.now)


def _label(choice: Choice) -> str:
    return phrase(f"calendars.{choice.scope}", label=choice.label)


async def ask_alarms(visit: Visit, pressed: Pressed) -> None:
    """Ask whether the calendar should ring too."""
    choice = await _chosen(visit, pressed)
    if choice is None:
        return
    new = (choice.scope, choice.target)
    rows = [
        [Button(phrase("button.alarms_no"), pack(Subscribe.NEW, *new, 0))],
        [Button(phrase("button.alarms_yes"), pack(Subscribe.NEW, *new, 1))],
    ]
    back = [Button(phrase("button.cancel"), pack(Subscribe.SCREEN))]
    await visit.show(chat_text("calendars.alarms", name=_label(choice)), [*rows, back])


async def _chosen(visit: Visit, pressed: Pressed) -> Choice | None:
    """Return what a button stands for; of one from before what can be had changed, say so and ask anew."""
    wanted = (pressed.arg(0), pressed.arg(1))
    choice = next((one for one in await _possible(visit) if (one.scope, one.target) == wanted), None)
    if choice is None:
        await visit.answer(phrase("calendars.not_any_more"), alert=True)
        await choose(visit, Pressed(Subscribe.CHOOSE, ("1",)))
    return choice


async def make(visit: Visit, pressed: Pressed) -> None:
    """Make the subscription and give its address, this once, with a code to scan and the file."""
    choice = await _chosen(visit, pressed)
    if choice is None:
        return
    wish = Wish(choice.scope, choice.target, alarms=pressed.arg(2) == "1")
    if await _just_made(visit, choice, wish):
        await visit.answer(phrase("calendars.just_made"), alert=True)
        return
    made: FreshFeed = await in_thread(create_feed, visit.house, wish, actor=visit.actor, now=visit.now)
    found = CalendarAddresses(made.url, _label(choice))
    rows = [[Button(phrase("button.feed_done"), pack(Subscribe.SCREEN))]]
    if found.is_reachable:
        links = [
            Button(phrase("button.google"), url=found.google),
            Button(phrase("button.outlook"), url=found.outlook),
        ]
        rows = [links, *rows]
    try:
        await visit.show(chat_text("calendars.made", name=found.name, found=found), rows)
    except TelegramError:
        # nobody saw the address: the next attempt makes another one
        await in_thread(revoke_feed, visit.house, made.id, actor=visit.actor, now=visit.now)
        raise
    picture, body = await in_thread(_enclosures, visit, wish, found.webcal)
    await visit.bot.send_photo(visit.chat_id, InputFile(picture), caption=chat_text("calendars.code"))
    await visit.bot.send_document(
        visit.chat_id,
        InputFile(body, filename=phrase(f"ical.whole_file_{choice.scope}")),
        caption=chat_text("calendars.file"),
    )


async def _just_made(visit: Visit, choice: Choice, wish: Wish) -> bool:
    """Tell whether the same button was pressed twice in a row."""
    mine: list[FeedView] = await in_thread(own_feeds, visit.house, actor=visit.actor, now=visit.now)
    same = [one for one in mine if (one.scope, one.alarms) == (choice.scope, wish.alarms)]
    recent = visit.now - _TWICE
    return any(one.label == choice.label and one.created_at > recent for one in same)


def _enclosures(visit: Visit, wish: Wish, webcal: str) -> tuple[bytes, bytes]:
    """Return the code to scan as a picture, and the calendar as it is now."""
    import segno  # noqa: PLC0415 - only for who asks

    picture = BytesIO()
    segno.make(webcal, error="m").save(picture, kind="png", scale=8, border=4)
    view = view_of_wish(visit.house, wish, actor=visit.actor, now=visit.now)
    return picture.getvalue(), _desk_of(visit.house).view(view, now=visit.now).body


def _desk_of(house: House) -> CalendarDesk:
    from feeds.calendar import to_ical  # noqa: PLC0415 - its library is only for who asks
    from templates.calendar_words import DUTCH  # noqa: PLC0415

    return CalendarDesk(house, lambda calendar: to_ical(calendar, DUTCH, zone=house.rules.zone))


async def ask_end(visit: Visit, pressed: Pressed) -> None:
    """Ask before a calendar ends."""
    mine: list[FeedView] = await in_thread(own_feeds, visit.house, actor=visit.actor, now=visit.now)
    feed = next((one for one in mine if str(one.id) == pressed.arg(0)), None)
    if feed is None:
        await visit.answer(phrase("calendars.was_ended"))
        await show_again(visit, pressed)
        return
    rows = [
        [
            Button(phrase("button.feed_end_now"), pack(Subscribe.ENDED, feed.id)),
            Button(phrase("button.cancel"), pack(Subscribe.SCREEN)),
        ]
    ]
    name = phrase(f"calendars.{feed.scope}", label=feed.label)
    await visit.show(chat_text("calendars.ending", name=name, feed=feed), rows)


async def end(visit: Visit, pressed: Pressed) -> None:
    """End a calendar, and show which are left."""
    number = int(pressed.arg(0)) if pressed.arg(0).isdigit() else 0
    ran = await in_thread(revoke_feed, visit.house, number, actor=visit.actor, now=visit.now)
    await visit.answer(phrase("calendars.ended" if ran else "calendars.was_ended"))
    await show_again(visit, pressed)
