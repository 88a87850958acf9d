"""Everything that is configured of governance: meetings, submissions, plans and oversight."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.occurrence_book import OccurrenceBook
from core.occurrences import Days
from core.oversight import Oversight
from core.planboard import Deadline, Plan
from core.series import Closure, Series
from core.workdays import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Contact:
    """A functional mailbox: a desk, a griffie, an inspectorate. It answers by the links in its mail."""

    name: str
    title: str
    mail: str | None = None
    organisation: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Governance:
    """The agreements, by code."""

    series: Mapping[str, Series] = field(default_factory=dict)
    closures: tuple[Closure, ...] = ()
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    plans: Mapping[str, Plan] = field(default_factory=dict)
    oversight: Mapping[str, Oversight] = field(default_factory=dict)
    book: OccurrenceBook = field(default_factory=OccurrenceBook, init=False, repr=False, compare=False)

    def days(self, calendar: WorkingCalendar) -> Days:
        """Return what decides where a date may fall."""
        return Days(calendar, self.closures)

    def deadline(self, owner: str, code: str) -> tuple[Plan | Oversight, Deadline] | None:
        """Return a dated matter of the plan or oversight `owner`, with that."""
        holder = self.plans.get(owner) or self.oversight.get(owner)
        found = next((one for one in holder.deadlines if one.code == code), None) if holder else None
        return (holder, found) if holder and found else None

    def closure_on(self, on: date) -> Closure | None:
        """Return the closure that covers a day."""
        return next((closure for closure in self.closures if closure.covers(on)), None)
