"""Which calendars somebody can have."""

from dataclasses import dataclass
from datetime import datetime

from core.calendars import CalendarScope
from core.people import Actor
from core.rights import Nearness, Verb, may
from services.calendars.subscriptions import feed_address, pages_address
from services.calendars.views import public_names
from services.governance.overview import sees
from services.house import House
from services.scene import set_scene


@dataclass(frozen=True, slots=True)
class Choice:
    """A calendar that can be had: `target` is the code of a series or region with its `label`."""

    scope: CalendarScope
    target: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class PublicCalendar:
    """A calendar at a fixed address without a secret, with its page; the one of everything has no label."""

    name: str
    label: str
    url: str
    page: str


def possible_calendars(house: House, *, actor: Actor, now: datetime) -> list[Choice]:
    """Return the calendars with a secret address that the actor can have, the most personal first.

    Of a series that is public too, who sees more of it than dates and title can have that.
    """
    rules, found = house.rules, [Choice(CalendarScope.MINE)]
    with house.store.read() as tx:
        scene = set_scene(tx, house, now)
        people = [one for one in (actor.person_id, *actor.stands_in_for) if one is not None]
        if may(actor, Verb.SEE_CASE, Nearness.TEAM) and scene.directory.teams_led_by(people):
            found.append(Choice(CalendarScope.TEAM))
        series = [
            Choice(CalendarScope.SERIES, one.code, one.title)
            for one in rules.governance.series.values()
            if sees(scene, one, actor, publicly=False)
        ]
    regions = [
        Choice(CalendarScope.REGION, code, name)
        for code, name in rules.regions.items()
        if actor.region in (None, code) and may(actor, Verb.SEE_AGREEMENT, Nearness.ORGANISATION)
    ]
    everything = [Choice(CalendarScope.GOVERNANCE)] if public_names(rules) else []
    return [*found, *regions, *series, *everything]


def public_calendars(house: House) -> list[PublicCalendar]:
    """Return the calendars at fixed addresses; none while the pages have no address."""
    root, series = house.rules.public_url, house.rules.governance.series
    if root is None:
        return []
    return [
        PublicCalendar(
            name,
            series[name].title if name in series else "",
            feed_address(root, name),
            pages_address(root, name),
        )
        for name in public_names(house.rules)
    ]
