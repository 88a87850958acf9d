"""A region with calendars to serve: a year of meetings, a team with a thousand terms, and subscribers."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from core.calendars import CalendarScope
from core.facts import FactKind
from core.governance import Governance
from core.people import command_line
from core.rules import Rules
from core.series import Participants, Series, SeriesKind, Visibility
from services.calendars.subscriptions import Wish, create_feed
from services.cases import NewCase, open_case
from services.house import House
from tests.bench.region import make_rules, new_house

MANAGER, SERIES, CASES = "tm-0", 20, 340
_ADMIN = command_line("bench")


def feed_rules() -> Rules:
    """Return rules with twenty public series and a place for the pages."""
    series = {f"reeks-{number}": _series(number) for number in range(SERIES)}
    return replace(make_rules(), governance=Governance(series), public_url="http://127.0.0.1")


def _series(number: int) -> Series:
    return Series(
        f"reeks-{number}",
        f"Overleg {number}",
        SeriesKind.MEETING,
        date(2024, 1, 8) + timedelta(days=number % 5),
        rule=f"FREQ=WEEKLY;INTERVAL={1 + number % 6}",
        at=time(9 + number % 8),
        chair="tm-1",
        participants=Participants(roles=("teammanager",)),
        visibility=Visibility.PUBLIC,
    )


def region_with_calendars(path: Path, now: datetime, subscribers: int) -> tuple[House, str, list[str]]:
    """Fill a new database; return its house, the path of a team's calendar, and of protectors' own.

    The team's has a thousand terms.
    """
    house = new_house(path, feed_rules())
    today = house.today(now)
    started = {FactKind.NOTIFIED: today, FactKind.ORDERED: today}
    for number in range(CASES):
        new = NewCase(
            f"GIA-{today.year}-{number:04}",
            "GIA",
            "GM0361",
            "ots",
            protector=f"jb-0-{number % 4}",
            manager=MANAGER,
            dates=started,
        )
        open_case(house, new, actor=_ADMIN, now=now)
    names = [f"jb-{team}-{number}" for team in range(40) for number in range(4)][:subscribers]
    team = _path(house, Wish(CalendarScope.TEAM, person=MANAGER), now)
    return house, team, [_path(house, Wish(CalendarScope.MINE, person=name), now) for name in names]


def _path(house: House, wish: Wish, now: datetime) -> str:
    made = create_feed(house, wish, actor=_ADMIN, now=now)
    return made.url.removeprefix("http://127.0.0.1")
