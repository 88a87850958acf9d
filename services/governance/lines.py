"""What a digest says of governance when it is sent: a line for each matter that still asks for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from core.calendars import Published
from core.outbox import Notice
from core.people import Person
from services.actions import ActionVerb, Offer, Offered, offered
from services.calendars.meeting_files import published_meeting
from services.governance.hearing import as_heard, hears
from services.governance.matters import (
    ActionMatter,
    DeadlineMatter,
    Matter,
    Matters,
    MeetingMatter,
    Ref,
    StepMatter,
    SubmissionMatter,
    is_governance,
    ref_of,
)
from services.governance.tellings import Audience, Moment, Telling, is_told, tellings
from services.scene import Scene
from storage.queries.governance import answers_of
from storage.queries.governance_cases import incomplete_by_holder


@dataclass(frozen=True, slots=True)
class GovernanceLine:
    """A line about a matter. `key` names its sentence, `values` fill it in; `link` leads to it in a mail.

    `file` is a meeting to come, for a calendar file; `version` is that of its matter.
    """

    key: str
    title: str
    ref: Ref
    due_on: date
    values: Mapping[str, object]
    notice_ids: tuple[int, ...] = ()
    link: Offered | None = None
    file: Published | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class CheckedLines:
    """The lines that hold, and the ids of notices that do not any more."""

    lines: tuple[GovernanceLine, ...] = ()
    gone: tuple[int, ...] = field(default=())


def governance_lines(scene: Scene, notices: Sequence[Notice], person: Person) -> CheckedLines:
    """Check each notice of governance again and return the lines, what comes first in front."""
    concerned = [notice for notice in notices if is_governance(notice.subject)]
    if not concerned:
        return CheckedLines()
    matters = Matters(scene)
    lines: dict[tuple[Ref, str], GovernanceLine] = {}
    gone = []
    for notice in concerned:
        line = _line(matters, notice, person)
        if line is None:
            gone.append(notice.id)
            continue
        key = (line.ref, line.key)
        earlier = lines[key].notice_ids if key in lines else ()
        lines[key] = replace(line, notice_ids=(*earlier, notice.id))
    ordered = sorted(lines.values(), key=lambda one: (one.due_on, one.title, one.key))
    return CheckedLines(tuple(ordered), tuple(gone))


def _line(matters: Matters, notice: Notice, person: Person) -> GovernanceLine | None:
    ref, version = ref_of(notice.subject)
    matter = matters.get(ref)
    if matter is None or matter.version != version:
        return None
    scene = matters.scene
    for telling in tellings(matter, scene.rules.calendar, scene.today):
        same = (telling.occasion, telling.audience) == (notice.occasion, notice.rung)
        if same and is_told(scene, matter, telling, person):
            return (
                None if _overtaken(matter, telling, scene.today) else describe(scene, matter, telling, person)
            )
    return None


def _overtaken(matter: Matter, telling: Telling, today: date) -> bool:
    """Tell whether a reminder of something to come is read after it came."""
    if isinstance(matter, MeetingMatter) and telling.moment is Moment.BEFORE:
        return matter.occurrence.sorted_on < today
    if isinstance(matter, StepMatter):
        return matter.occurrence.sorted_on < today
    return False


def describe(scene: Scene, matter: Matter, telling: Telling, person: Person) -> GovernanceLine:
    """Return the line of a matter for its reader."""
    if isinstance(matter, MeetingMatter):
        return _meeting(scene, matter, telling, person)
    if isinstance(matter, StepMatter):
        return _step(scene, matter)
    if isinstance(matter, SubmissionMatter):
        return _submission(scene, matter, telling, person)
    return _action(matter, telling) if isinstance(matter, ActionMatter) else _deadline(scene, matter)


def _meeting(scene: Scene, matter: MeetingMatter, telling: Telling, person: Person) -> GovernanceLine:
    occurrence = as_heard(matter.occurrence, hears(scene, person, matter.occurrence.series))
    key = {
        Moment.AFTER: "meeting_after",
        Moment.OUTCOME: "meeting_outcome",
        Moment.ASK_DATE: "meeting_ask_date",
        Moment.PERIOD_ENDS: "meeting_period_ends",
        Moment.REMIND: "meeting_asked",
    }.get(telling.moment, "meeting_before")
    answers = [
        one
        for one in answers_of(scene.tx, matter.ref.code, matter.ref.original_on)
        if one.version == matter.version
    ]
    absent = sum(one.answer == "absent" for one in answers)
    coming = len(answers) - absent
    values = {
        "title": occurrence.series.title,
        "on": occurrence.on,
        "due_on": matter.empty_until or occurrence.due_on,
        "at": occurrence.at,
        "place": occurrence.place,
        "coming": coming,
        "absent": absent,
        "chairs": telling.audience is Audience.CHAIR,
        "cases": len(matter.cases),
        "open": len(matter.open_cases),
        "today": scene.today,
    }
    file = published_meeting(scene, occurrence) if telling.moment in (Moment.BEFORE, Moment.REMIND) else None
    title, due_on = occurrence.series.title, occurrence.sorted_on
    return GovernanceLine(key, title, matter.ref, due_on, values, file=file)


def _step(scene: Scene, matter: StepMatter) -> GovernanceLine:
    due_on = matter.planned.due_on
    values = {
        "title": matter.occurrence.series.title,
        "step": matter.planned.step.title,
        "due_on": due_on,
        "on": matter.occurrence.on,
        "late": due_on < scene.today,
        "left": scene.rules.calendar.between(scene.today, due_on),
        "today": scene.today,
    }
    return GovernanceLine("step", matter.occurrence.series.title, matter.ref, due_on, values)


def _submission(scene: Scene, matter: SubmissionMatter, telling: Telling, person: Person) -> GovernanceLine:
    owed = matter.submission
    organisation = scene.rules.organisations[owed.organisation]
    counts = {}
    if telling.moment is Moment.COUNT:
        counts = incomplete_by_holder(scene.tx, owed.organisation, scene.today)
    absent = scene.directory.stands_in_for(person.id, scene.today)
    mine = sum(count for holder, count in counts.items() if holder == person.id or holder in absent)
    values = {
        "title": owed.series.title,
        "organisation": organisation.name,
        "due_on": owed.due_on,
        "working_due_on": owed.working_due_on,
        "count": mine,
        "left": scene.rules.calendar.between(scene.today, owed.working_due_on),
        "today": scene.today,
    }
    key = {
        Moment.COUNT: "submission_count",
        Moment.AFTER: "submission_after",
        Moment.REMIND: "submission_asked",
    }.get(telling.moment, "submission_before")
    return GovernanceLine(key, owed.series.title, matter.ref, owed.working_due_on, values)


def _action(matter: ActionMatter, telling: Telling) -> GovernanceLine:
    action = matter.state.action
    values = {
        "title": action.title,
        "plan": matter.plan.title,
        "colour": matter.state.colour.value,
        "period": action.period.said,
    }
    keys = {Moment.SILENT: "action_silent", Moment.REMIND: "action_asked"}
    key = keys.get(telling.moment, "action_reference")
    return GovernanceLine(key, action.title, matter.ref, action.period.latest_on, values)


def _deadline(scene: Scene, matter: DeadlineMatter) -> GovernanceLine:
    deadline = matter.deadline
    due_on = deadline.when.latest_on
    values = {
        "title": deadline.title,
        "kind": deadline.kind.value,
        "said": deadline.when.said,
        "due_on": due_on,
        "points": deadline.points,
        "left": scene.rules.calendar.between(scene.today, due_on),
        "today": scene.today,
    }
    return GovernanceLine("deadline", deadline.title, matter.ref, due_on, values)


def with_links(scene: Scene, person: Person, lines: Iterable[GovernanceLine]) -> tuple[GovernanceLine, ...]:
    """Return the lines, each with a link to its page."""
    made = list(lines)
    offers = [Offer(ActionVerb.GOVERNANCE, 0, about=line.ref.subject(0)) for line in made]
    links = offered(scene.tx, offers, {}, person, now=scene.now, long=True)
    return tuple(replace(line, link=link) for line, link in zip(made, links, strict=True))
