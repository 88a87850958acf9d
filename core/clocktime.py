"""Local dates and UTC moments: the one place that turns one into the other."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


_YEARS_COMPARED = range(2020, 2038)


@cache
def keeps_dutch_time(zone: ZoneInfo) -> bool:
    """Tell whether the clocks of a zone show what they show in the Netherlands, summer and winter."""
    if zone.key == AMSTERDAM.key:
        return True
    moments = (
        datetime(year, month, day, hour, tzinfo=UTC)
        for year in _YEARS_COMPARED
        for month in range(1, 13)
        for day in (1, *range(25, 32 if month in (3, 10) else 25))
        for hour in (0, 1)
    )
    return all(_same(zone, one) for one in moments)


def _same(zone: ZoneInfo, moment: datetime) -> bool:
    return moment.astimezone(zone).utcoffset() == moment.astimezone(AMSTERDAM).utcoffset()


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


@dataclass(frozen=True, slots=True)
class Quiet:
    """The local hours in which nothing is delivered; `starts` may be later than `ends` (over midnight)."""

    starts: time = time(19, 0)
    ends: time = time(7, 30)

    def covers(self, at: time) -> bool:
        """Tell whether `at` falls in the quiet hours."""
        if self.starts <= self.ends:
            return self.starts <= at < self.ends
        return at >= self.starts or at < self.ends

    def over(self, now: datetime, zone: ZoneInfo = AMSTERDAM) -> datetime:
        """Return the UTC moment at which the quiet hours that cover `now` end; `now` outside them."""
        local = now.astimezone(zone)
        if not self.covers(local.time()):
            return now
        same_day = local.time() < self.ends
        return local_moment(local.date() if same_day else local.date() + timedelta(days=1), self.ends, zone)

    def begins_after(self, now: datetime, zone: ZoneInfo = AMSTERDAM) -> datetime:
        """Return the next UTC moment at which quiet hours begin, for a moment outside them."""
        on = local_date(now, zone)
        found = local_moment(on, self.starts, zone)
        return found if found > now else local_moment(on + timedelta(days=1), self.starts, zone)
