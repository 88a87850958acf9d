"""The plan board: actions with an owner, a period as it was agreed, and one of four colours."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.workdays import FIRST_DAY, LAST_DAY, WorkingCalendar

_MONTHS = (
    "januari februari maart april mei juni juli augustus september oktober november december".split()  # noqa: SIM905
)
_SHORT = {name[:3]: number for number, name in enumerate(_MONTHS, 1)} | {"mrt": 3, "sept": 9}
_BY_NAME = _SHORT | {name: number for number, name in enumerate(_MONTHS, 1)}
_MONTH = "(?P<month>" + "|".join(sorted(_BY_NAME, key=len, reverse=True)) + r")\.?"
_YEAR = r"(?P<year>20\d\d)"
_PART = r"(?:(?P<part>begin|medio|half|eind)\s+)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<day>\d{{1,2}})\s+{_MONTH}\s+{_YEAR}",
        rf"{_PART}{_MONTH}\s+{_YEAR}",
        rf"q(?P<quarter>[1-4])\s+{_YEAR}",
        rf"{_PART}{_YEAR}",
    )
)
_RANGE = re.compile(r"\s+(?:tot en met|t/m|-|–)\s+", re.IGNORECASE)  # noqa: RUF001 - people type it
_BEFORE = re.compile(r"(?:voor|vóór|tot)\s+", re.IGNORECASE)
_EARLY, _MIDDLE = 10, 15
_HALF_YEAR = 6
_IN_QUARTER = 3


class Colour(StrEnum):
    """The four colours of the plan, exactly as it defines them."""

    GREEN = "groen"
    YELLOW = "geel"
    RED = "rood"
    WHITE = "wit"


@dataclass(frozen=True, slots=True)
class Period:
    """A period as people said it, with the days that follow from it (both included)."""

    said: str
    first_on: date
    latest_on: date


@dataclass(frozen=True, slots=True)
class PlanAction:
    """An action of a plan. `owner` is a user name."""

    code: str
    title: str
    owner: str
    period: Period
    theme: str = ""
    colour: Colour = Colour.WHITE
    source: str = ""
    assumed: bool = False


class DeadlineKind(StrEnum):
    """What a date of a plan or of oversight is."""

    MILESTONE = "milestone"
    REFERENCE = "reference"
    MEASUREMENT = "measurement"
    FUNDING = "funding"
    CONTRACT = "contract"
    WINDOW = "window"
    RESPONSE = "response"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A dated matter of a plan or of oversight, whose day is `when.latest_on`.

    `remind` are working days before it. `points` are what is still open, `boxes` the number of texts of a
    response. A measurement is done with a value.
    """

    code: str
    title: str
    kind: DeadlineKind
    owner: str
    when: Period
    remind: tuple[int, ...] = (15, 5)
    points: tuple[str, ...] = ()
    boxes: int = 0
    box_length: int = 600
    source: str = ""
    assumed: bool = False

    @property
    def needs_value(self) -> bool:
        """Tell whether it is done only with a value."""
        return self.kind is DeadlineKind.MEASUREMENT


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its actions, its dates and the days on which the state of things is drawn up."""

    code: str
    title: str
    leader: str
    actions: tuple[PlanAction, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    ask_before: tuple[int, ...] = (10, 3)
    region: str | None = None
    source: str = ""

    def action(self, code: str) -> PlanAction | None:
        """Return an action."""
        return next((action for action in self.actions if action.code == code), None)

    @property
    def references(self) -> tuple[Deadline, ...]:
        """Return the days on which the state of things is drawn up, in order."""
        found = [one for one in self.deadlines if one.kind is DeadlineKind.REFERENCE]
        return tuple(sorted(found, key=lambda one: one.when.latest_on))


@dataclass(frozen=True, slots=True)
class Word:
    """What was said of an action: its colour and the line of why."""

    colour: Colour
    why: str
    at: datetime
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class ActionState:
    """An action as it stands: its colour, every word about it, and whether its time is up in silence."""

    action: PlanAction
    colour: Colour
    words: tuple[Word, ...]
    silent: bool


def action_state(action: PlanAction, words: tuple[Word, ...], today: date) -> ActionState:
    """Return how an action stands. Past its last day without a word it is silent."""
    colour = words[-1].colour if words else action.colour
    over = today > action.period.latest_on and colour in (Colour.YELLOW, Colour.WHITE)
    spoken = any(word.on > action.period.latest_on for word in words)
    return ActionState(action, colour, words, over and not spoken)


def waits_for_word(state: ActionState, plan: Plan, calendar: WorkingCalendar, today: date) -> bool:
    """Tell whether the owner was asked and said nothing: past the last day, or before a reference date."""
    if state.silent:
        return True
    if state.colour is Colour.GREEN or not plan.ask_before:
        return False
    for reference in plan.references:
        asked_on = calendar.back(reference.when.latest_on, max(plan.ask_before))
        asked = max(asked_on, state.action.period.first_on) <= today <= reference.when.latest_on
        if asked and not any(word.on >= asked_on for word in state.words):
            return True
    return False


def read_period(text: str) -> Period:
    """Read a period at the precision it was agreed: `15 juli 2022`, `Q2 2022`, `medio juni 2022`.

    Raises ValueError for anything else, and for a range that goes back.
    """
    said = " ".join(text.split())
    before = _BEFORE.match(said)
    if before:
        first, _ = _days(said[before.end() :])
        return Period(said, FIRST_DAY, first - timedelta(days=1))
    parts = _RANGE.split(said)
    if len(parts) > 2:  # noqa: PLR2004 - from and to
        raise ValueError(text)
    last_text = parts[-1]
    year = re.search(r"20\d\d$", last_text)
    first_text = parts[0] if re.search(r"20\d\d$", parts[0]) or not year else f"{parts[0]} {year[0]}"
    first, last = _days(first_text)[0], _days(last_text)[1]
    if last < first or not FIRST_DAY <= first <= last <= LAST_DAY:
        raise ValueError(text)
    return Period(said, first, last)


def _days(text: str) -> tuple[date, date]:
    for form in _FORMS:
        match = form.fullmatch(text.strip())
        if match:
            return _days_of(match.groupdict())
    raise ValueError(text)


def _days_of(found: dict[str, str | None]) -> tuple[date, date]:
    year = int(found["year"] or 0)
    if found.get("day"):
        on = date(year, _month(found), int(found["day"] or 0))
        return on, on
    if found.get("quarter"):
        last_month = int(found["quarter"] or 0) * _IN_QUARTER
        return date(year, last_month - 2, 1), _month_end(year, last_month)
    part = (found.get("part") or "").lower()
    if found.get("month"):
        return _part_of_month(year, _month(found), part)
    if part == "begin":
        return date(year, 1, 1), date(year, 3, 31)
    if part in ("medio", "half"):
        return date(year, 4, 1), _month_end(year, _HALF_YEAR)
    return date(year, 10 if part else 1, 1), date(year, 12, 31)


def _part_of_month(year: int, month: int, part: str) -> tuple[date, date]:
    if part == "begin":
        return date(year, month, 1), date(year, month, _EARLY)
    if part in ("medio", "half"):
        return date(year, month, _EARLY), date(year, month, _MIDDLE)
    return date(year, month, 21 if part else 1), _month_end(year, month)


def _month(found: dict[str, str | None]) -> int:
    return _BY_NAME[(found["month"] or "").lower()]


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
