"""What comes in a public calendar, date by date: the same words and days as in the calendar itself."""

from dataclasses import dataclass, replace
from datetime import datetime, time

from core.calendars import CalendarEvent, CalendarScope, Override, When
from core.meeting_events import Shown, single_dates
from core.series import Visibility
from services.calendars.contents import window_of
from services.calendars.views import View, public_view
from services.governance.matters import Matters
from services.house import House
from services.scene import set_scene


@dataclass(frozen=True, slots=True)
class ComingDate:
    """One date that comes; `part` is what differs from the rule of its series."""

    event: CalendarEvent
    part: Override | None = None

    @property
    def when(self) -> When:
        """Return the day, with a time where it has one."""
        return self.event.when


def coming_dates(house: House, name: str, *, now: datetime) -> list[ComingDate] | None:
    """Return what a public calendar has from today on, in order; None when there is none of that name.

    Whoever asks, it is what everybody may see: dates and titles.
    """
    view = public_view(house.rules, name)
    if view is None:
        return None
    with house.store.read() as tx:
        matters = Matters(set_scene(tx, house, now))
        today = matters.scene.today
        window = replace(window_of(matters.scene, house.rules.calendars), first=today)
        found = [
            ComingDate(*one)
            for series in matters.agreed.series.values()
            if series.visibility is Visibility.PUBLIC and _is_of(view, series.code)
            for one in single_dates(series, matters.days, matters.changes(series.code), Shown(window, today))
        ]
    kept = [one for one in found if one.when.on >= today]
    return sorted(kept, key=lambda one: (one.when.on, one.when.at or time.min, one.event.title))


def _is_of(view: View, series: str) -> bool:
    return view.scope is CalendarScope.GOVERNANCE or view.target == series
