"""When something of governance is told, and to whom: a list of days for each matter, worked out anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.occurrences import MeetingStatus
from core.oversight import Oversight
from core.people import Person, Role
from core.planboard import Colour
from core.workdays import WorkingCalendar
from services.governance.hearing import groups_hearing
from services.governance.matters import (
    ActionMatter,
    DeadlineMatter,
    Matter,
    MeetingMatter,
    StepMatter,
    SubmissionMatter,
    chair_of,
    leaders_of,
    named,
    participants_of,
    takes_part,
)
from services.scene import Scene
from storage.queries.governance_cases import incomplete_by_holder

_OVERDUE = (1, 2, 3, 5)
_WEEK = timedelta(days=7)
_WEEKS = 8
_PERIOD_ENDS = 20


class Audience(StrEnum):
    """In which part somebody is told."""

    CHAIR = "voorzitter"
    PARTICIPANTS = "deelnemer"
    OWNER = "eigenaar"
    LEADERS = "projectleider"
    DATA_LEAD = "gegevensbeheerder"
    HOLDERS = "zaakhouder"
    CONTACT = "postbus"
    GROUP = "groep"


class Moment(StrEnum):
    """Why something is told."""

    BEFORE = "before"
    AFTER = "after"
    OUTCOME = "outcome"
    ASK_DATE = "ask_date"
    PERIOD_ENDS = "period_ends"
    COUNT = "count"
    REFERENCE = "reference"
    SILENT = "silent"
    REMIND = "remind"


@dataclass(frozen=True, slots=True)
class Telling:
    """Something to be told on a day to an audience."""

    on: date
    moment: Moment
    audience: Audience

    @property
    def occasion(self) -> str:
        """Return what makes it one of a kind for a person."""
        return f"{self.moment}:{self.on.isoformat()}"


def tellings(matter: Matter, calendar: WorkingCalendar, today: date) -> list[Telling]:
    """Return everything that is told of a matter as it stands, in order of day."""
    if isinstance(matter, MeetingMatter):
        found = _of_meeting(matter, calendar)
    elif isinstance(matter, StepMatter):
        found = _of_step(matter, calendar)
    elif isinstance(matter, SubmissionMatter):
        found = _of_submission(matter, calendar)
    elif isinstance(matter, ActionMatter):
        found = _of_action(matter, calendar, today)
    else:
        found = _of_deadline(matter, calendar)
    return sorted(found, key=lambda one: (one.on, one.audience))


def _of_meeting(matter: MeetingMatter, calendar: WorkingCalendar) -> Iterator[Telling]:
    occurrence, days = matter.occurrence, matter.occurrence.series.meeting_days
    without_date = occurrence.due_on if occurrence.status is MeetingStatus.TO_BE_SET else matter.empty_until
    if without_date is not None:
        for before in days.ask_date:
            on = calendar.back(without_date, before)
            yield Telling(on, Moment.ASK_DATE, Audience.CHAIR)
            if before <= _PERIOD_ENDS:
                yield Telling(on, Moment.PERIOD_ENDS, Audience.LEADERS)
        return
    if occurrence.on is not None and occurrence.status is MeetingStatus.HELD and matter.open_cases:
        for after in days.afterwards:
            yield Telling(calendar.add(occurrence.on, after), Moment.OUTCOME, Audience.CHAIR)
        last = calendar.add(occurrence.on, max((*days.afterwards, 1)))
        yield from _weekly(last, Moment.OUTCOME, Audience.CHAIR, calendar)
    if occurrence.on is None or occurrence.status not in (MeetingStatus.PLANNED, MeetingStatus.MOVED):
        return
    for before in days.chair:
        yield Telling(calendar.back(occurrence.on, before), Moment.BEFORE, Audience.CHAIR)
    for before in days.participants:
        on = calendar.back(occurrence.on, before)
        yield Telling(on, Moment.BEFORE, Audience.PARTICIPANTS)
        yield Telling(on, Moment.BEFORE, Audience.GROUP)
    for after in days.afterwards:
        yield Telling(calendar.add(occurrence.on, after), Moment.AFTER, Audience.CHAIR)


def _of_step(matter: StepMatter, calendar: WorkingCalendar) -> Iterator[Telling]:
    open_still = matter.occurrence.status in (MeetingStatus.PLANNED, MeetingStatus.MOVED)
    if matter.done_on is not None or not open_still or matter.occurrence.on is None:
        return
    due_on = matter.planned.due_on
    for before in matter.planned.step.remind:
        yield Telling(calendar.back(due_on, before), Moment.BEFORE, Audience.OWNER)
    for after in _OVERDUE:
        on = calendar.add(due_on, after)
        if on <= matter.occurrence.on:
            yield Telling(on, Moment.AFTER, Audience.OWNER)


def _of_submission(matter: SubmissionMatter, calendar: WorkingCalendar) -> Iterator[Telling]:
    owed = matter.submission
    if not owed.missing:
        return
    days, due_on = owed.series.submission_days, owed.working_due_on
    for audience, before in ((Audience.DATA_LEAD, days.data_lead), (Audience.HOLDERS, days.holders)):
        moment = Moment.COUNT if audience is Audience.HOLDERS else Moment.BEFORE
        for count in before:
            yield Telling(calendar.back(due_on, count), moment, audience)
    for audience, after in ((Audience.CONTACT, days.contact_after), (Audience.LEADERS, days.leader_after)):
        for count in after:
            yield Telling(calendar.add(due_on, count), Moment.AFTER, audience)
    last = calendar.add(due_on, max((*days.leader_after, 1)))
    yield from _weekly(last, Moment.AFTER, Audience.LEADERS, calendar)


def _weekly(after: date, moment: Moment, audience: Audience, calendar: WorkingCalendar) -> Iterator[Telling]:
    for number in range(1, _WEEKS + 1):
        yield Telling(calendar.on_or_after(after + number * _WEEK), moment, audience)


def _of_action(matter: ActionMatter, calendar: WorkingCalendar, today: date) -> Iterator[Telling]:
    if matter.state.colour is Colour.GREEN:
        return
    for reference in matter.plan.references:
        for before in matter.plan.ask_before:
            on = calendar.back(reference.when.latest_on, before)
            if on >= matter.state.action.period.first_on:
                yield Telling(on, Moment.REFERENCE, Audience.OWNER)
    latest_on = matter.state.action.period.latest_on
    silent = matter.state.silent or today <= latest_on
    if silent and matter.state.colour is not Colour.RED:
        first = calendar.add(latest_on, 1)
        yield Telling(first, Moment.SILENT, Audience.OWNER)
        yield from _weekly(first, Moment.SILENT, Audience.OWNER, calendar)
        yield from _weekly(first, Moment.SILENT, Audience.LEADERS, calendar)


def _of_deadline(matter: DeadlineMatter, calendar: WorkingCalendar) -> Iterator[Telling]:
    if matter.outcome is not None:
        return
    due_on = matter.deadline.when.latest_on
    for before in sorted({*matter.deadline.remind, 0}):
        on = calendar.back(due_on, before)
        yield Telling(on, Moment.BEFORE, Audience.OWNER)
        if isinstance(matter.holder, Oversight):
            yield Telling(on, Moment.BEFORE, Audience.LEADERS)
    for after in _OVERDUE:
        yield Telling(calendar.add(due_on, after), Moment.AFTER, Audience.OWNER)


def audience_of(scene: Scene, matter: Matter, telling: Telling) -> list[Person]:
    """Return who is told; who left is not among them."""
    directory, today = scene.directory, scene.today
    audience = telling.audience
    if isinstance(matter, SubmissionMatter):
        return _of_institution(scene, matter, audience)
    if audience is Audience.OWNER:
        return _owners(scene, matter)
    if audience is Audience.LEADERS and isinstance(matter, DeadlineMatter):
        leads = matter.holder.leads if isinstance(matter.holder, Oversight) else ()
        return [found for name in leads if (found := named(name, directory, today))]
    if isinstance(matter, MeetingMatter) and audience is not Audience.LEADERS:
        return _of_series(scene, matter, audience)
    return leaders_of(_region(matter), directory, today)


def is_told(scene: Scene, matter: Matter, telling: Telling, person: Person) -> bool:
    """Tell whether somebody is among who is told."""
    if isinstance(matter, MeetingMatter) and telling.audience is Audience.PARTICIPANTS:
        return takes_part(matter.occurrence.series, [person])
    return any(one.id == person.id for one in audience_of(scene, matter, telling))


def _region(matter: Matter) -> str | None:
    if isinstance(matter, SubmissionMatter):
        return matter.submission.series.region
    if isinstance(matter, (MeetingMatter, StepMatter)):
        return matter.occurrence.series.region
    return matter.plan.region if isinstance(matter, ActionMatter) else matter.holder.region


def _of_series(scene: Scene, matter: MeetingMatter, audience: Audience) -> list[Person]:
    series, directory, today = matter.occurrence.series, scene.directory, scene.today
    if audience is Audience.GROUP:
        return groups_hearing(scene, series)
    if audience is Audience.PARTICIPANTS:
        required, optional = participants_of(series, directory, today)
        return [*required, *optional]
    chair = chair_of(series, directory, today)
    return [chair] if chair else leaders_of(series.region, directory, today)


def _owners(scene: Scene, matter: Matter) -> list[Person]:
    owner = ""
    if isinstance(matter, StepMatter):
        owner = matter.planned.step.owner or matter.occurrence.series.chair or ""
    elif isinstance(matter, ActionMatter):
        owner = matter.state.action.owner
    elif isinstance(matter, DeadlineMatter):
        owner = matter.deadline.owner
    found = named(owner, scene.directory, scene.today)
    return [found] if found else leaders_of(_region(matter), scene.directory, scene.today)


def _of_institution(scene: Scene, matter: SubmissionMatter, audience: Audience) -> list[Person]:
    code, directory = matter.submission.organisation, scene.directory
    contact = directory.contact_of(code)
    if audience is Audience.DATA_LEAD:
        leads = [
            person
            for person in directory.everybody()
            if Role.DATA_STEWARD in person.roles and person.organisation == code and person.revoked_at is None
        ]
        there = [found for one in leads if (found := directory.present(one.id, scene.today))]
        return there or ([contact] if contact else [])
    if audience is Audience.CONTACT and contact:
        return [contact]
    if audience is Audience.HOLDERS:
        counts = incomplete_by_holder(scene.tx, code, scene.today)
        return [found for one in counts if (found := directory.present(one, scene.today))]
    return leaders_of(matter.submission.series.region, directory, scene.today)
