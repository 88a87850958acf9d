"""Local dates and UTC moments: the one place that turns one into the other."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def local_date(now: datetime, zone: ZoneInfo = AMSTERDAM) -> date:
    """Return the local date of a moment. Refuses a naive one with ValueError."""
    return aware(now).astimezone(zone).date()


def local_moment(on: date, at: time, zone: ZoneInfo = AMSTERDAM) -> datetime:
    """Return the UTC moment of a local wall time.

    A time that the clock change skips becomes the moment an hour later on the wall, one that occurs
    twice its first occurrence.
    """
    return datetime.combine(on, at, tzinfo=zone).astimezone(UTC)


def aware(moment: datetime) -> datetime:
    """Return `moment` in UTC. Refuses a naive one with ValueError."""
    if moment.tzinfo is None:
        message = "a moment needs an offset"
        raise ValueError(message)
    return moment.astimezone(UTC)
