"""Submissions: one for each institution and date, its working deadline, and who has not handed in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from core.occurrences import Occurrence
from core.series import OnDayOff, Series
from core.workdays import WorkingCalendar

LONGEST_VALUE = 200


class SubmissionStatus(StrEnum):
    """Where a submission is."""

    OPEN = "open"
    LATE = "late"
    RECEIVED = "received"
    RECEIVED_LATE = "received_late"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt as it was recorded; a later one corrects the earlier, and both are kept."""

    organisation: str
    value: str
    received_on: date
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Submission:
    """What one institution owes for one date. `due_on` is the date that was agreed.

    `working_due_on` is the day on which it has to be in when people work; None for `organisation` means that
    it is no matter of institutions.
    """

    series: Series
    original_on: date
    organisation: str
    due_on: date
    working_due_on: date
    status: SubmissionStatus
    receipts: tuple[Receipt, ...] = field(default=())

    @property
    def receipt(self) -> Receipt | None:
        """Return the receipt that counts now."""
        return self.receipts[-1] if self.receipts else None

    @property
    def missing(self) -> bool:
        """Tell whether it is not in."""
        return not self.receipts


def working_deadline(series: Series, due_on: date, calendar: WorkingCalendar) -> date:
    """Return the day on which a submission has to be in: the date itself on a working day."""
    if series.on_day_off is OnDayOff.KEEP or calendar.is_working_day(due_on):
        return due_on
    if series.on_day_off is OnDayOff.NEXT:
        return calendar.on_or_after(due_on)
    return calendar.back(due_on, 0)


def submissions_of(
    occurrence: Occurrence,
    organisations: Sequence[str],
    receipts: Iterable[Receipt],
    calendar: WorkingCalendar,
    today: date,
) -> list[Submission]:
    """Return what each institution owes for one date, in the order of `organisations`."""
    by_organisation: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        by_organisation.setdefault(receipt.organisation, []).append(receipt)
    working = working_deadline(occurrence.series, occurrence.sorted_on, calendar)
    return [
        Submission(
            occurrence.series,
            occurrence.original_on,
            code,
            occurrence.sorted_on,
            working,
            _status(by_organisation.get(code, []), working, occurrence.sorted_on, today),
            tuple(by_organisation.get(code, [])),
        )
        for code in organisations
    ]


def _status(receipts: Sequence[Receipt], working: date, due_on: date, today: date) -> SubmissionStatus:
    last = max(working, due_on)
    if receipts:
        late = receipts[0].received_on > last
        return SubmissionStatus.RECEIVED_LATE if late else SubmissionStatus.RECEIVED
    return SubmissionStatus.LATE if today > last else SubmissionStatus.OPEN
