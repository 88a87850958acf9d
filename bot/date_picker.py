"""A date picker of buttons: today, yesterday, or a month to leaf through."""

import calendar
from collections.abc import Callable
from datetime import date, timedelta

from bot.callbacks import Look, pack
from core.ports import Button
from templates import month_title, phrase, short_day

PackDay = Callable[[date], str]
PackMonth = Callable[[date], str]


def quick_days(today: date, pack_day: PackDay, pack_month: PackMonth) -> list[list[Button]]:
    """Return today, yesterday and a way to another date."""
    yesterday = today - timedelta(days=1)
    return [
        [
            Button(phrase("button.today", day=short_day(today)), pack_day(today)),
            Button(phrase("button.yesterday", day=short_day(yesterday, today)), pack_day(yesterday)),
        ],
        [Button(phrase("button.other_date"), pack_month(today.replace(day=1)))],
    ]


def month_page(
    month: date, pack_day: PackDay, pack_month: PackMonth, *, earliest: date, latest: date
) -> list[list[Button]]:
    """Return a month as buttons, weeks from Monday; days outside the bounds cannot be pressed."""
    nothing = pack(Look.NOTHING)
    rows = [[Button(month_title(month), nothing)]]
    rows.append([Button(phrase(f"weekday.{number}"), nothing) for number in range(1, 8)])
    rows += [
        [
            Button(str(day.day), pack_day(day))
            if day.month == month.month and earliest <= day <= latest
            else Button("·", nothing)
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(month.year, month.month)
    ]
    rows.append(_leaf(month, pack_month, earliest, latest))
    return rows


def _leaf(month: date, pack_month: PackMonth, earliest: date, latest: date) -> list[Button]:
    previous = (month - timedelta(days=1)).replace(day=1)
    following = (month + timedelta(days=31)).replace(day=1)
    buttons = []
    if previous >= earliest.replace(day=1):
        buttons.append(Button("«", pack_month(previous)))
    if following <= latest:
        buttons.append(Button("»", pack_month(following)))
    return buttons or [Button("·", pack(Look.NOTHING))]


def read_day(text: str) -> date | None:
    """Read `20261126` from a button; None when it is no day."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def compact(day: date) -> str:
    """Return `20261126`."""
    return f"{day:%Y%m%d}"
