"""/instellingen: the time of the digest and the own working days."""

from datetime import time

from bot.callbacks import Own, Pressed, pack
from bot.desk import Visit, in_thread
from bot.rendering import in_rows
from core.cadence import OwnDays
from core.people import Person
from core.ports import Button
from services.own_settings import own_time, send_time, send_times
from services.people import set_own_days, set_send_at
from templates import chat_text, listed, phrase, wall_time


async def overview(visit: Visit) -> None:
    """Show the settings in a new message."""
    await visit.say(*_screen(visit, visit.person))


def _screen(visit: Visit, person: Person) -> tuple[str, list[list[Button]]]:
    rules = visit.house.rules
    send_at = send_time(rules, person)
    text = chat_text(
        "settings",
        person=person,
        send_at=send_at,
        own=person.send_at is not None,
        days=listed(phrase(f"weekday.{day}") for day in sorted(person.days.weekdays)),
    )
    buttons = [
        Button(
            phrase("button.send_at", mark="✔ " if at == send_at else "", at=wall_time(at)),
            pack(Own.SETTING, "t", f"{at:%H%M}"),
        )
        for at in send_times(rules)
    ]
    days = [
        Button(
            phrase("button.weekday", mark="✔ " if on else "☐ ", name=phrase(f"weekday.{day}")),
            pack(Own.SETTING, "d", day, int(not on)),
        )
        for day in range(1, 6)
        for on in [day in person.days.weekdays]
    ]
    return text, [*in_rows(buttons, 3), days]


async def change(visit: Visit, pressed: Pressed) -> None:
    """Change one setting and show all of them again."""
    if pressed.arg(0) == "t":
        at = time(int(pressed.arg(1)[:2]), int(pressed.arg(1)[2:]))
        own = own_time(visit.house.rules, at)
        person = await in_thread(set_send_at, visit.house, own, actor=visit.actor, now=visit.now)
    else:
        day, works = int(pressed.arg(1)), pressed.arg(2) == "1"
        weekdays = visit.person.days.weekdays | {day} if works else visit.person.days.weekdays - {day}
        person = await in_thread(
            set_own_days, visit.house, OwnDays(frozenset(weekdays)), actor=visit.actor, now=visit.now
        )
    await visit.show(*_screen(visit, person))
