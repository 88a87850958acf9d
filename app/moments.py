"""Moments and dates as the command line takes them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.clock import SystemClock
from core.clocktime import AMSTERDAM, aware, local_moment
from core.errors import Problem, ProblemCode, Refused, refuse
from core.workdays import FIRST_DAY, LAST_DAY
from services.casefile import read_date

_ONLY_A_DATE = len("2026-09-01")


def present_moment() -> datetime:
    """Return the present UTC moment."""
    return SystemClock().now()


def read_instant(text: str, zone: ZoneInfo = AMSTERDAM) -> datetime:
    """Read `2026-09-01T08:30` as local time, or with an offset, as a UTC moment. Refuses anything else."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or len(text.strip()) <= _ONLY_A_DATE:
        raise refuse(ProblemCode.INSTANT_FORM, value=text, expected="2026-09-01T08:30")
    if not FIRST_DAY <= moment.date() <= LAST_DAY:
        raise refuse(ProblemCode.DATE_OUT_OF_RANGE, value=text, first=FIRST_DAY, last=LAST_DAY)
    if moment.tzinfo is None:
        return local_moment(moment.date(), moment.time(), zone)
    return aware(moment)


def read_day(option: str, text: str) -> date:
    """Read a date given to an option. Refuses what is no date."""
    try:
        return read_date(text.strip())
    except Refused as refused:
        found = refused.problems[0]
        raise Refused(Problem(found.code, found.details, column=option, value=found.value)) from refused
