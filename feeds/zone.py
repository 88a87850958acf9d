"""The time zone block, made by hand: one rule for summer and one for winter is what clients read."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from core.clocktime import keeps_dutch_time

_WINTER, _SUMMER = timedelta(hours=1), timedelta(hours=2)


def zone_block(zone: ZoneInfo) -> Timezone:
    """Return the block of a zone that keeps Dutch time, by the rules since 1996 (directive 2000/84/EC).

    Refuses any other zone with ValueError: its times would be read an hour or more off.
    """
    if not keeps_dutch_time(zone):
        message = f"{zone.key} does not keep Dutch time"
        raise ValueError(message)
    block = Timezone()
    block.add("tzid", zone.key)
    summer, winter = TimezoneDaylight(), TimezoneStandard()
    for part, name, begins, month, before, after in (
        (summer, "CEST", datetime(1981, 3, 29, 2), 3, _WINTER, _SUMMER),  # noqa: DTZ001 - wall time
        (winter, "CET", datetime(1996, 10, 27, 3), 10, _SUMMER, _WINTER),  # noqa: DTZ001
    ):
        part.add("tzname", name)
        part.add("dtstart", begins)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("rrule", vRecur({"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"}))
        block.add_component(part)
    return block
