"""Matters: one meeting, step, submission, action or date as it stands now, and who belongs to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.agendas import AgendaCase
from core.chain import PlannedStep, plan_chain
from core.governance import Governance
from core.meeting_changes import NO_CHANGES, Changes
from core.occurrences import MeetingStatus, Occurrence
from core.oversight import Oversight
from core.people import Person, Role
from core.planboard import ActionState, Deadline, Plan, action_state
from core.series import Series, slot_end
from core.submissions import Receipt, Submission, submissions_of
from services.directory import Directory
from services.scene import Scene
from storage.queries.agendas import agenda_of
from storage.queries.governance import (
    Dated,
    Outcome,
    changes_of,
    outcomes_of,
    receipts_at,
    receipts_of,
    steps_done,
    steps_done_at,
    words_of,
)

NO_DAY = date(2000, 1, 1)
"""Stands for the original date of what has none."""


class MatterKind(StrEnum):
    """What a matter is."""

    MEETING = "meeting"
    STEP = "step"
    SUBMISSION = "submission"
    ACTION = "action"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Ref:
    """What names a matter for ever."""

    kind: MatterKind
    code: str
    original_on: date = NO_DAY
    part: str = ""

    @classmethod
    def of_meeting(cls, series: str, original_on: date) -> "Ref":
        """Return the name of a meeting."""
        return cls(MatterKind.MEETING, series, original_on)

    def subject(self, version: int) -> str:
        """Return the subject of notices about it: a moved date makes another subject."""
        return f"gov:{self.kind}:{self.code}:{self.original_on.isoformat()}:{self.part}:{version}"


def ref_of(subject: str) -> tuple[Ref, int]:
    """Read a subject."""
    _, kind, code, original_on, part, version = subject.split(":")
    return Ref(MatterKind(kind), code, date.fromisoformat(original_on), part), int(version)


def is_governance(subject: str) -> bool:
    """Tell whether a notice is about governance."""
    return subject.startswith("gov:")


@dataclass(frozen=True, slots=True)
class MeetingMatter:
    """A meeting with its preparation, and the cases on its agenda where it has one.

    `empty_until` is the last day of its part of the year when this one fell through and no other takes place.
    """

    ref: Ref
    occurrence: Occurrence
    chain: tuple[PlannedStep, ...]
    done: dict[str, date]
    cases: tuple[AgendaCase, ...] = ()
    empty_until: date | None = None

    @property
    def version(self) -> int:
        """Return how often it changed."""
        return self.occurrence.version

    @property
    def open_cases(self) -> list[AgendaCase]:
        """Return the cases on the agenda whose outcome is not known."""
        return [one for one in self.cases if one.outcome is None]


@dataclass(frozen=True, slots=True)
class StepMatter:
    """A step of a meeting's preparation."""

    ref: Ref
    occurrence: Occurrence
    planned: PlannedStep
    done_on: date | None

    @property
    def version(self) -> int:
        """Return how often the meeting changed."""
        return self.occurrence.version


@dataclass(frozen=True, slots=True)
class SubmissionMatter:
    """What one institution owes."""

    ref: Ref
    submission: Submission
    version: int = 0


@dataclass(frozen=True, slots=True)
class ActionMatter:
    """An action of a plan."""

    ref: Ref
    plan: Plan
    state: ActionState

    @property
    def version(self) -> int:
        """Return how many words were said about it."""
        return 0


@dataclass(frozen=True, slots=True)
class DeadlineMatter:
    """A dated matter of a plan or oversight."""

    ref: Ref
    holder: Plan | Oversight
    deadline: Deadline
    outcome: Outcome | None
    version: int = 0


Matter = MeetingMatter | StepMatter | SubmissionMatter | ActionMatter | DeadlineMatter


class Matters:
    """Everything of governance in one unit of work, read when asked for and then remembered."""

    def __init__(self, scene: Scene) -> None:
        """Take the unit of work."""
        self.scene = scene
        self.agreed: Governance = scene.rules.governance
        self.days = self.agreed.days(scene.rules.calendar)
        self._changes: dict[str, Changes] | None = None
        self._found: dict[Dated, Occurrence | None] = {}
        self._receipts: dict[Dated, list[Receipt]] = {}
        self._steps: dict[Dated, dict[str, date]] = {}

    def changes(self, series: str) -> Changes:
        """Return what people changed of a series."""
        if self._changes is None:
            self._changes = changes_of(self.scene.tx, self.agreed.series)
        return self._changes[series]

    def between(self, first: date, last: date, series: Iterable[Series] | None = None) -> list[Occurrence]:
        """Return the occurrences of a stretch of days, in order."""
        found = [
            one
            for each in (self.agreed.series.values() if series is None else series)
            for one in self.agreed.book.between(each, self.days, first, last, self.changes(each.code))
        ]
        return sorted(found, key=lambda one: (one.sorted_on, one.series.code, one.original_on))

    def occurrence(self, code: str, original_on: date) -> Occurrence | None:
        """Return the occurrence that began as a date of a series."""
        key = (code, original_on)
        series = self.agreed.series.get(code)
        if key not in self._found:
            changes = self.changes(code) if series else NO_CHANGES
            book = self.agreed.book
            self._found[key] = book.find(series, self.days, original_on, changes) if series else None
        return self._found[key]

    def institutions(self, occurrence: Occurrence) -> tuple[str, ...]:
        """Return who hands in: those named, else all, as far as they are there on the day."""
        named = occurrence.series.organisations
        known = self.scene.rules.organisations
        codes = named or tuple(known)
        return tuple(
            code for code in codes if code in known and known[code].holds_cases_on(occurrence.sorted_on)
        )

    def read_ahead(self, found: Iterable[Occurrence]) -> None:
        """Read at once what came in and what is prepared of dates that will be asked about."""
        dates = [(one.series, (one.series.code, one.original_on)) for one in found]
        owed = [on for series, on in dates if series.is_submission]
        prepared = [on for series, on in dates if series.steps]
        self._receipts |= {on: [] for on in owed} | receipts_at(self.scene.tx, owed)
        self._steps |= {on: {} for on in prepared} | steps_done_at(self.scene.tx, prepared)

    def steps_done(self, occurrence: Occurrence) -> dict[str, date]:
        """Return the steps of a preparation that are done, each with its day."""
        known = self._steps.get((occurrence.series.code, occurrence.original_on))
        if known is not None:
            return known
        return steps_done(self.scene.tx, occurrence.series.code, occurrence.original_on)

    def submissions(self, occurrence: Occurrence) -> list[Submission]:
        """Return what each institution owes for one date."""
        code, on = occurrence.series.code, occurrence.original_on
        received = self._receipts.get((code, on))
        if received is None:
            received = receipts_of(self.scene.tx, code, on)
        calendar, today = self.scene.rules.calendar, self.scene.today
        return submissions_of(occurrence, self.institutions(occurrence), received, calendar, today)

    def states(self, plan: Plan) -> list[ActionState]:
        """Return how every action of a plan stands."""
        words = words_of(self.scene.tx, plan.code)
        return [action_state(one, words.get(one.code, ()), self.scene.today) for one in plan.actions]

    def get(self, ref: Ref) -> Matter | None:
        """Return a matter as it stands; None when it is not there any more."""
        if ref.kind is MatterKind.ACTION:
            return self._action(ref)
        if ref.kind is MatterKind.DEADLINE:
            return self._deadline(ref)
        occurrence = self.occurrence(ref.code, ref.original_on)
        if occurrence is None:
            return None
        if ref.kind is MatterKind.SUBMISSION:
            owed = {one.organisation: one for one in self.submissions(occurrence)}
            return SubmissionMatter(ref, owed[ref.part]) if ref.part in owed else None
        done = self.steps_done(occurrence)
        chain = self._chain(occurrence)
        if ref.kind is MatterKind.MEETING:
            listed = occurrence.series.case_agenda
            cases = agenda_of(self.scene.tx, ref.code, ref.original_on) if listed else ()
            return MeetingMatter(ref, occurrence, chain, done, tuple(cases), self._empty_until(occurrence))
        planned = next((one for one in chain if one.step.code == ref.part), None)
        return StepMatter(ref, occurrence, planned, done.get(ref.part)) if planned else None

    def _empty_until(self, occurrence: Occurrence) -> date | None:
        """Return the end of a part of the year in which a meeting fell through and no other takes place."""
        series = occurrence.series
        fell_through = occurrence.status in (MeetingStatus.CANCELLED, MeetingStatus.NOT_HELD)
        if series.times_a_year is None or not fell_through or occurrence.added:
            return None
        last = slot_end(series, occurrence.original_on)
        first = occurrence.original_on.replace(day=1)
        others = self.between(first, last, [series])
        return None if any(one.takes_place for one in others) else last

    def _chain(self, occurrence: Occurrence) -> tuple[PlannedStep, ...]:
        if occurrence.on is None or occurrence.status is MeetingStatus.CANCELLED:
            return ()
        calendar, today = self.scene.rules.calendar, self.scene.today
        return plan_chain(occurrence.series.steps, occurrence.on, calendar, today)

    def _action(self, ref: Ref) -> ActionMatter | None:
        plan = self.agreed.plans.get(ref.code)
        states = self.states(plan) if plan else []
        state = next((one for one in states if one.action.code == ref.part), None)
        return ActionMatter(ref, plan, state) if plan and state else None

    def _deadline(self, ref: Ref) -> DeadlineMatter | None:
        found = self.agreed.deadline(ref.code, ref.part)
        if found is None:
            return None
        holder, deadline = found
        return DeadlineMatter(ref, holder, deadline, outcomes_of(self.scene.tx, ref.code).get(ref.part))


def series_of(matter: Matter) -> Series | None:
    """Return the series of a meeting, step or submission."""
    if isinstance(matter, SubmissionMatter):
        return matter.submission.series
    return matter.occurrence.series if isinstance(matter, (MeetingMatter, StepMatter)) else None


def refs_of(matters: Matters, occurrence: Occurrence) -> list[Ref]:
    """Return the matters of one date: the meeting and its steps, or a submission for each institution."""
    code, on = occurrence.series.code, occurrence.original_on
    if occurrence.series.is_submission:
        return [Ref(MatterKind.SUBMISSION, code, on, one) for one in matters.institutions(occurrence)]
    steps = [Ref(MatterKind.STEP, code, on, step.code) for step in occurrence.series.steps]
    return [Ref(MatterKind.MEETING, code, on), *steps]


def chair_of(series: Series, directory: Directory, on: date) -> Person | None:
    """Return who chairs, or stands in for who does."""
    return named(series.chair, directory, on)


def named(name: str | None, directory: Directory, on: date) -> Person | None:
    """Return somebody by user name who is there, or their substitute; None when they left."""
    person = directory.named(name) if name else None
    return directory.present(person.id, on) if person else None


def participants_of(series: Series, directory: Directory, on: date) -> tuple[list[Person], list[Person]]:
    """Return who has to be there and who may come; who left is in neither."""
    part = series.participants
    names = {*part.people, *part.contacts}
    required = [person for name in sorted(names) if (person := _there(directory, name))]
    required += [person for person in directory.everybody() if _belongs(person, series)]
    chair = chair_of(series, directory, on)
    unique = {person.id: person for person in required if chair is None or person.id != chair.id}
    optional = [person for name in part.optional if (person := _there(directory, name))]
    return list(unique.values()), [person for person in optional if person.id not in unique]


def takes_part(series: Series, people: Iterable[Person]) -> bool:
    """Tell whether one of these people has to be there or may come; who left does not."""
    part = series.participants
    names = {*part.people, *part.contacts, *part.optional}
    return any(
        person.revoked_at is None and (person.name in names or _belongs(person, series)) for person in people
    )


def _there(directory: Directory, name: str) -> Person | None:
    person = directory.named(name)
    return person if person and person.revoked_at is None else None


def _belongs(person: Person, series: Series) -> bool:
    part = series.participants
    if person.revoked_at is not None or not (part.roles or part.regions or part.organisations):
        return False
    if part.roles and person.roles.isdisjoint(part.roles):
        return False
    places = (part.regions, part.organisations)
    somewhere = person.region in part.regions or person.organisation in part.organisations
    return somewhere or not any(places)


def leaders_of(region: str | None, directory: Directory, on: date) -> list[Person]:
    """Return the project leaders of a region (None: all), else who administers."""
    found = [
        person
        for person in directory.everybody()
        if Role.PROJECT_LEADER in person.roles
        and person.revoked_at is None
        and (region is None or person.region in (None, region))
    ]
    if found:
        return found
    administrator = directory.administrator(on)
    return [administrator] if administrator else []
