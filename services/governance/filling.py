"""What people fill in about a matter: as it came, and what of it cannot be."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from core.errors import ProblemCode, refuse
from core.oversight import count_characters
from core.privacy import MarkerKind, find_markers
from core.rules import Rules
from services.casefile import read_date
from services.governance.access import DATE_FIELDS, HAS_BEEN, Deed
from services.house import House
from services.scene import Scene

LONGEST_LINE = 400


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in, as it came. `confirmed` says yes to an odd date."""

    text: str = ""
    on: str = ""
    at: str = ""
    choice: str = ""
    case: str = ""
    until: str = ""
    evidence: str = ""
    confirmed: bool = False


NOTHING = Filled()


def checked_line(scene: Scene, text: str, *, most: int, needed: bool = True, column: str = "text") -> str:
    """Return a line of free text. Refuses an empty one where it is needed, a long one, and personal data."""
    line = text.replace("\r\n", "\n").strip()
    if needed and not line:
        raise refuse(ProblemCode.VALUE_MISSING, column=column)
    if count_characters(line) > most:
        raise refuse(ProblemCode.TEXT_TOO_LONG, column=column, used=count_characters(line), most=most)
    _demand_no_personal_data(line, scene.rules, scene.today, column)
    return line


_PERSONAL = {
    MarkerKind.BSN: ProblemCode.TEXT_HAS_BSN,
    MarkerKind.BIRTH_DATE: ProblemCode.TEXT_HAS_BIRTH_DATE,
}


def _demand_no_personal_data(text: str, rules: Rules, today: date, column: str) -> None:
    for marker in find_markers(text, case_code=rules.privacy.case_code, today=today):
        if marker.kind in _PERSONAL:
            raise refuse(_PERSONAL[marker.kind], column=column)


def check_answer(house: House, deed: Deed, field: str, value: str, now: datetime) -> None:
    """Refuse one answer that cannot be, before the next is asked.

    That is what is no date or time, a day to come for what has been, and text with personal data.
    """
    today = house.today(now)
    if field == "at":
        read_time(value)
    elif field in DATE_FIELDS:
        on = read_date(value, field) if value else today
        if field == "on" and deed in HAS_BEEN and on > today:
            raise refuse(ProblemCode.DATE_IN_FUTURE, column="on", value=on.isoformat(), today=today)
    else:
        _demand_no_personal_data(value, house.rules, today, field)


def read_time(text: str) -> time | None:
    """Read a wall time such as `10:30`, `10.30 uur` or `10u`; None for nothing. Refuses anything else."""
    if not text.strip():
        return None
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found[1]) > _LAST_HOUR or int(found[2] or 0) > _LAST_MINUTE:
        raise refuse(ProblemCode.TIME_FORM, column="at", value=text)
    return time(int(found[1]), int(found[2] or 0))


_TIME = re.compile(r"(\d{1,2})(?:\s*(?:u|uur)|[:.u](\d{2})(?:\s*(?:u|uur))?)", re.IGNORECASE)
_LAST_HOUR, _LAST_MINUTE = 23, 59
