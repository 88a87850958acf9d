"""Moves what was agreed in the sources to another time, in the words in which it was agreed."""

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from core.planboard import Deadline, Period, Plan, read_period

_MONTHS = (
    "januari februari maart april mei juni juli augustus september oktober november december".split()  # noqa: SIM905
)
_QUARTER = re.compile(r"Q([1-4]) (20\d\d)")
_MONTH = re.compile(r"(?:(?P<day>\d{1,2}) )?(?P<month>" + "|".join(_MONTHS) + r")(?: (?P<year>20\d\d))?")
_SAME_YEAR = re.compile(r"(?P<first>\w+) (?P<year>20\d\d) - (?P<last>.+ (?P=year))$")
_IN_QUARTER = 3


def months_between(then: date, today: date) -> int:
    """Return how many calendar months `today` comes after `then`."""
    return (today.year - then.year) * 12 + today.month - then.month


def month_later(on: date, months: int) -> date:
    """Return the same day that many months later, the last day of a month that is too short."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def moved_period(period: Period, months: int) -> Period:
    """Return a period as it would have been said that many months later: `juni 2022` becomes `mei 2026`."""
    return read_period(_moved_text(period.said, months))


def _moved_text(said: str, months: int) -> str:
    last_year = re.findall(r"20\d\d", said)[-1]

    def month(found: re.Match[str]) -> str:
        first = date(int(found["year"] or last_year), _MONTHS.index(found["month"]) + 1, 1)
        on = month_later(first.replace(day=int(found["day"] or 1)), months)
        day = f"{on.day} " if found["day"] else ""
        return f"{day}{_MONTHS[on.month - 1]} {on.year}"

    def quarter(found: re.Match[str]) -> str:
        on = month_later(date(int(found[2]), int(found[1]) * _IN_QUARTER, 1), months)
        return f"Q{(on.month + 2) // _IN_QUARTER} {on.year}"

    moved = _QUARTER.sub(quarter, _MONTH.sub(month, said))
    return _SAME_YEAR.sub(r"\g<first> - \g<last>", moved)


def moved_by_days(period: Period, days: int) -> Period:
    """Return a period of one day that many days later."""
    on = period.latest_on + timedelta(days=days)
    return read_period(f"{on.day} {_MONTHS[on.month - 1]} {on.year}")


def moved_plan(plan: Plan, months: int) -> Plan:
    """Return a plan of which everything comes that many months later."""
    actions = tuple(replace(one, period=moved_period(one.period, months)) for one in plan.actions)
    deadlines = tuple(moved_deadline(one, months) for one in plan.deadlines)
    return replace(plan, actions=actions, deadlines=deadlines)


def moved_deadline(deadline: Deadline, months: int) -> Deadline:
    """Return a dated matter that many months later."""
    return replace(deadline, when=moved_period(deadline.when, months))
