"""Views: one calendar as one kind of reader sees it."""

from dataclasses import dataclass
from datetime import timedelta

from core.calendars import CalendarScope
from core.rules import Rules
from core.series import Visibility

GOVERNANCE_NAME = "governance"
"""The fixed name of the calendar of everything that is public."""

ALARM_BEFORE = timedelta(minutes=30)
"""How long before a meeting an alarm rings; of what takes a whole day at nine, the day before."""


@dataclass(frozen=True, slots=True)
class View:
    """What a calendar shows, to whom: without a person only what is public."""

    scope: CalendarScope
    target: str = ""
    person_id: int | None = None
    alarms: bool = False

    @property
    def key(self) -> str:
        """Return what names it."""
        return f"{self.scope}:{self.target}:{self.person_id or ''}:{'alarms' if self.alarms else ''}"


def public_view(rules: Rules, name: str) -> View | None:
    """Return the calendar at a fixed address; None when there is none of that name."""
    if name == GOVERNANCE_NAME:
        return View(CalendarScope.GOVERNANCE)
    series = rules.governance.series.get(name)
    if series is None or series.visibility is not Visibility.PUBLIC:
        return None
    return View(CalendarScope.SERIES, name)


def public_names(rules: Rules) -> list[str]:
    """Return the names of all calendars at a fixed address, the whole first."""
    series = rules.governance.series.values()
    public = [one.code for one in series if one.visibility is Visibility.PUBLIC]
    return [GOVERNANCE_NAME, *public] if public else []


def label_of(rules: Rules, view: View) -> str:
    """Return what a calendar is of: the title of a series, the name of a region; else nothing."""
    if view.scope is CalendarScope.SERIES:
        series = rules.governance.series.get(view.target)
        return series.title if series else view.target
    if view.scope is CalendarScope.REGION:
        return rules.regions.get(view.target, view.target)
    return ""
