"""Dutch working days: not Saturday, not Sunday, not a day of art. 3 Algemene termijnenwet (BWBR0002448)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from dateutil.easter import easter

from core.errors import ProblemCode, refuse

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2099, 12, 31)

_ART_3_1 = "art. 3 lid 1 Algemene termijnenwet"
_ART_3_2 = "art. 3 lid 2 Algemene termijnenwet"
_ART_3_3 = "art. 3 lid 3 Algemene termijnenwet, koninklijk besluit "


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day that is equated with Sunday for terms, with the source that says so."""

    on: date
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class SkippedDay:
    """A day that did not count, and why (`reason` is a Dutch noun, `source` empty for a weekend day)."""

    on: date
    reason: str
    source: str = ""


_DECREE_DAYS = {
    "2023-2025": ((2023, 4, 28), (2023, 5, 19), (2024, 5, 10), (2024, 12, 27), (2025, 5, 30)),
    "2026-2028": ((2026, 1, 2), (2026, 5, 15), (2027, 5, 7), (2028, 4, 28), (2028, 5, 26)),
}
DECREE_DAYS = tuple(
    Holiday(date(*day), "dag bij koninklijk besluit", _ART_3_3 + period)
    for period, days in _DECREE_DAYS.items()
    for day in days
)
DECREE_DAYS_KNOWN_THROUGH = date(2028, 12, 31)


def kings_day(year: int) -> date:
    """Return the day of Koningsdag: 27 April, or 26 when that is a Sunday (30 and 29 before 2014)."""
    birthday = date(year, 4, 27 if year >= 2014 else 30)  # noqa: PLR2004 - the year of the first Koningsdag
    return birthday - timedelta(days=1) if birthday.isoweekday() == 7 else birthday  # noqa: PLR2004 - Sunday


def statutory_holidays(year: int) -> tuple[Holiday, ...]:
    """Return the days that art. 3 lid 1 and 2 name for `year`, in order of date."""
    easter_sunday = easter(year)

    def after_easter(days: int) -> date:
        return easter_sunday + timedelta(days=days)

    named = (
        (date(year, 1, 1), "Nieuwjaarsdag", _ART_3_1),
        (after_easter(-2), "Goede Vrijdag", _ART_3_2),
        (after_easter(1), "tweede paasdag", _ART_3_1),
        (kings_day(year), "Koningsdag", _ART_3_1),
        (date(year, 5, 5), "Bevrijdingsdag", _ART_3_1),
        (after_easter(39), "Hemelvaartsdag", _ART_3_1),
        (after_easter(50), "tweede pinksterdag", _ART_3_1),
        (date(year, 12, 25), "eerste kerstdag", _ART_3_1),
        (date(year, 12, 26), "tweede kerstdag", _ART_3_1),
    )
    return tuple(Holiday(*entry) for entry in sorted(named))


class WorkingCalendar:
    """The working days from 2000 through 2099, with every holiday's source.

    `extra` adds dated holidays (later royal decrees); `known_through` is the last day for which
    the decree days are known.
    """

    def __init__(
        self, extra: Iterable[Holiday] = (), *, known_through: date = DECREE_DAYS_KNOWN_THROUGH
    ) -> None:
        """Take holidays beside the statutory and built-in decree days."""
        self.known_through = known_through
        self._added = {holiday.on: holiday for holiday in (*DECREE_DAYS, *extra)}

    @cached_property
    def _holidays(self) -> dict[date, Holiday]:
        statutory = {
            holiday.on: holiday
            for year in range(FIRST_DAY.year, LAST_DAY.year + 1)
            for holiday in statutory_holidays(year)
        }
        return self._added | statutory

    @cached_property
    def _working(self) -> list[date]:
        days = (FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1))
        holidays = self._holidays
        return [day for day in days if day.weekday() < 5 and day not in holidays]  # noqa: PLR2004 - Saturday

    @property
    def added(self) -> tuple[Holiday, ...]:
        """Return the holidays beside those of the statute, in order of date."""
        return tuple(self._added[on] for on in sorted(self._added))

    def holiday(self, on: date) -> Holiday | None:
        """Return the holiday that falls on `on`, if any."""
        return self._holidays.get(on)

    def is_working_day(self, on: date) -> bool:
        """Tell whether `on` is a working day. Refuses a day outside 2000-2099."""
        _check_range(on)
        return on.weekday() < 5 and on not in self._holidays  # noqa: PLR2004 - Saturday

    def add(self, start_on: date, working_days: int) -> date:
        """Return the day `working_days` (one or more) after `start_on`, which itself does not count."""
        _check_range(start_on)
        return self._at(bisect_right(self._working, start_on) + working_days - 1)

    def back(self, from_on: date, working_days: int) -> date:
        """Return the working day `working_days` (zero or more) before `from_on`.

        Zero means `from_on` itself, or the last working day before it: counting back never rolls
        forward (art. 1 lid 2 Algemene termijnenwet).
        """
        _check_range(from_on)
        return self._at(bisect_right(self._working, from_on) - 1 - working_days)

    def on_or_after(self, on: date) -> date:
        """Return `on`, or the first working day after it (art. 1 lid 1 Algemene termijnenwet)."""
        _check_range(on)
        return self._at(bisect_left(self._working, on))

    def between(self, after_on: date, through_on: date) -> int:
        """Count the working days after `after_on` through `through_on`; negative when reversed."""
        return bisect_right(self._working, through_on) - bisect_right(self._working, after_on)

    def skipped(self, after_on: date, through_on: date) -> tuple[SkippedDay, ...]:
        """Return each day after `after_on`, through `through_on`, that is no working day, with the reason."""
        days = (after_on + timedelta(days=n) for n in range(1, (through_on - after_on).days + 1))
        return tuple(self._skip(day) for day in days if not self.is_working_day(day))

    def _skip(self, on: date) -> SkippedDay:
        holiday = self.holiday(on)
        if holiday:
            return SkippedDay(on, holiday.name, holiday.source)
        return SkippedDay(on, "zaterdag" if on.isoweekday() == 6 else "zondag")  # noqa: PLR2004 - Saturday

    def _at(self, index: int) -> date:
        if not 0 <= index < len(self._working):
            raise refuse(ProblemCode.DATE_OUT_OF_RANGE, first=FIRST_DAY, last=LAST_DAY)
        return self._working[index]


def _check_range(on: date) -> None:
    if not FIRST_DAY <= on <= LAST_DAY:
        raise refuse(ProblemCode.DATE_OUT_OF_RANGE, value=on.isoformat(), first=FIRST_DAY, last=LAST_DAY)
