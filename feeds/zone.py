"""The time zone block, made by hand: one rule for summer and one for winter is what clients read."""

from datetime import datetime, timedelta

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

AMSTERDAM = "Europe/Amsterdam"
_WINTER, _SUMMER = timedelta(hours=1), timedelta(hours=2)


def amsterdam() -> Timezone:
    """Return the zone of the Netherlands by the rules since 1996 (directive 2000/84/EC and before it)."""
    zone = Timezone()
    zone.add("tzid", AMSTERDAM)
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
        zone.add_component(part)
    return zone
