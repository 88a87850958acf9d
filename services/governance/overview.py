"""What is agreed for a stretch of days, as far as its reader may see it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from core.chain import plan_chain
from core.errors import ProblemCode, refuse
from core.occurrences import Difference, Occurrence, differences
from core.oversight import Oversight
from core.people import Actor
from core.planboard import ActionState, Deadline, Plan
from core.rights import Nearness, Verb, may, nearness_to_agreement
from core.series import Series, Visibility
from core.submissions import Submission, SubmissionStatus, working_deadline
from services.governance.access import is_named, people_of, reads_agenda
from services.governance.matters import MatterKind, Matters, MeetingMatter, Ref, takes_part
from services.house import House
from services.scene import Scene, set_scene
from storage.queries.governance import outcomes_of

_LONGEST = timedelta(days=366 * 10)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the agenda. `kind` is meeting, submission, preparation or milestone.

    `cases` are the codes on a meeting's agenda, for who chairs, prepares or leads it.
    """

    ref: Ref
    kind: str
    title: str
    on: date
    status: str
    at: time | None = None
    working_due_on: date | None = None
    place: str | None = None
    why: str = ""
    drift: int | None = None
    said: str = ""
    missing: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


def agenda(
    house: House, first: date, last: date, *, actor: Actor, now: datetime, mine: bool = False
) -> list[Entry]:
    """Return everything from `first` through `last` that the actor may see, in order; `mine` keeps one's own.

    What a recess takes away is left out. Refuses a stretch that goes back or is longer than ten years.
    """
    if last < first:
        raise refuse(ProblemCode.PERIOD_BACKWARDS, column="--to", value=last.isoformat(), from_on=first)
    if last - first > _LONGEST:
        until = first + _LONGEST
        raise refuse(
            ProblemCode.DATE_OUT_OF_RANGE, column="--to", value=last.isoformat(), first=first, last=until
        )
    with house.store.read() as tx:
        matters = Matters(set_scene(tx, house, now))
        found = [
            *_of_series(matters, first, last, actor, mine=mine),
            *dates_seen(matters, actor, mine=mine),
        ]
    kept = [entry for entry in found if first <= entry.on <= last]
    return sorted(kept, key=lambda one: (one.on, one.at or time.min, one.title, one.kind))


def _of_series(matters: Matters, first: date, last: date, actor: Actor, *, mine: bool) -> Iterator[Entry]:
    seen = [one for one in matters.agreed.series.values() if sees(matters.scene, one, actor, mine=mine)]
    whole = {one.code for one in seen if sees(matters.scene, one, actor, publicly=False)}
    ahead = max((step.before for one in seen for step in one.steps), default=0)
    until = last + timedelta(days=2 * ahead + 14) if ahead else last
    near = matters.between(first - timedelta(days=7), until, seen)
    found = [one for one in near if not one.is_taken_away]
    matters.read_ahead(found)
    for occurrence in found:
        if occurrence.series.is_submission:
            yield _submission(matters, occurrence)
            continue
        if occurrence.series.code in whole:
            yield _meeting(occurrence, _cases(matters, occurrence, actor))
            yield from _preparation(matters, occurrence)
        else:
            yield replace(_meeting(occurrence), place=None, why="", drift=None)


def sees(scene: Scene, series: Series, actor: Actor, *, mine: bool = False, publicly: bool = True) -> bool:
    """Tell whether an actor may see a series: dates and title of what is public are everybody's.

    `mine` asks whether it is one's own, `publicly` False whether more than dates and title may be seen.
    """
    part = is_part(scene, series, actor)
    near = nearness_to_agreement(actor, taking_part=part, region=series.region)
    if mine:
        return part or may(actor, Verb.LEAD_AGREEMENT, near)
    return (publicly and series.visibility is Visibility.PUBLIC) or may(actor, Verb.SEE_AGREEMENT, near)


def is_part(scene: Scene, series: Series, actor: Actor) -> bool:
    """Tell whether an actor chairs, prepares, is a participant, or hands in for an institution."""
    part = is_named(scene, actor, series.chair, *(step.owner for step in series.steps))
    part = part or takes_part(series, people_of(scene, actor))
    if series.is_submission and actor.organisation:
        part = part or not series.organisations or actor.organisation in series.organisations
    return part


def _cases(matters: Matters, occurrence: Occurrence, actor: Actor) -> tuple[str, ...]:
    if not occurrence.series.case_agenda:
        return ()
    matter = matters.get(Ref.of_meeting(occurrence.series.code, occurrence.original_on))
    if not isinstance(matter, MeetingMatter) or not reads_agenda(matters.scene, matter, actor):
        return ()
    return tuple(one.code for one in matter.cases)


def _meeting(occurrence: Occurrence, cases: tuple[str, ...] = ()) -> Entry:
    return Entry(
        Ref.of_meeting(occurrence.series.code, occurrence.original_on),
        "meeting",
        occurrence.series.title,
        occurrence.sorted_on,
        occurrence.status,
        at=occurrence.at if occurrence.on else None,
        place=occurrence.place,
        why=occurrence.why,
        drift=occurrence.drift,
        cases=cases,
    )


def _preparation(matters: Matters, occurrence: Occurrence) -> Iterator[Entry]:
    if occurrence.on is None or not occurrence.series.steps or not occurrence.takes_place:
        return
    code, on = occurrence.series.code, occurrence.original_on
    done = matters.steps_done(occurrence)
    for planned in plan_chain(occurrence.series.steps, occurrence.on, matters.scene.rules.calendar):
        ready = planned.step.code in done
        passed = not ready and planned.due_on < matters.scene.today
        late = passed and not _before_the_start(matters.scene, planned.due_on)
        yield Entry(
            Ref(MatterKind.STEP, code, on, planned.step.code),
            "preparation",
            f"{occurrence.series.title}: {planned.step.title}",
            planned.due_on,
            "done" if ready else "late" if late else "unknown" if passed else "open",
        )


def _submission(matters: Matters, occurrence: Occurrence) -> Entry:
    owed = matters.submissions(occurrence)
    missing = tuple(one.organisation for one in owed if one.missing)
    late = any(one.status is SubmissionStatus.LATE for one in owed)
    if late and _before_the_start(matters.scene, occurrence.sorted_on):
        late, missing = False, ()
        status = "unknown"
    else:
        status = "late" if late else "open" if missing or not owed else "received"
    return Entry(
        Ref(MatterKind.SUBMISSION, occurrence.series.code, occurrence.original_on),
        "submission",
        occurrence.series.title,
        occurrence.sorted_on,
        status,
        working_due_on=working_deadline(
            occurrence.series, occurrence.sorted_on, matters.scene.rules.calendar
        ),
        missing=missing,
    )


def _before_the_start(scene: Scene, on: date) -> bool:
    """Tell whether a day lies before this installation began to guard: nobody is late for it."""
    guarded_from = scene.rules.notices.guarded_from
    return guarded_from is not None and on < guarded_from


def dates_seen(
    matters: Matters, actor: Actor, *, mine: bool = False, region: str | None = None
) -> Iterator[Entry]:
    """Yield the dated matters of plans and oversight that an actor may see, of one region or all."""
    holders: list[Plan | Oversight] = [*matters.agreed.plans.values(), *matters.agreed.oversight.values()]
    for holder in holders:
        if region is not None and holder.region != region:
            continue
        seen = [one for one in holder.deadlines if _sees_date(matters.scene, holder, one, actor, mine=mine)]
        outcomes = outcomes_of(matters.scene.tx, holder.code) if seen else {}
        yield from (_date(matters.scene, holder, one, done=one.code in outcomes) for one in seen)


def _sees_date(
    scene: Scene, holder: Plan | Oversight, deadline: Deadline, actor: Actor, *, mine: bool
) -> bool:
    leads = holder.leads if isinstance(holder, Oversight) else (holder.leader,)
    part = is_named(scene, actor, deadline.owner, *leads)
    near = nearness_to_agreement(actor, taking_part=part, region=holder.region)
    return may(actor, Verb.SEE_AGREEMENT, near) and (not mine or _own(actor, near))


def _date(scene: Scene, holder: Plan | Oversight, deadline: Deadline, *, done: bool) -> Entry:
    on = deadline.when.latest_on
    passed = not done and on < scene.today
    late = passed and not _before_the_start(scene, on)
    return Entry(
        Ref(MatterKind.DEADLINE, holder.code, part=deadline.code),
        "milestone",
        deadline.title,
        on,
        "done" if done else "late" if late else "unknown" if passed else "open",
        said=deadline.when.said,
    )


def _own(actor: Actor, near: Nearness) -> bool:
    return near is Nearness.OWN or may(actor, Verb.LEAD_AGREEMENT, near)


@dataclass(frozen=True, slots=True)
class Differs:
    """What people changed of one date of a series. `now` is where it is, `days` how much later ones shift."""

    title: str
    original_on: date
    kind: Difference
    now: Occurrence | None
    days: int = 0


def all_differences(house: House, now: datetime) -> list[Differs]:
    """Return what people changed that differs from the file, by series and date."""
    with house.store.read() as tx:
        matters = Matters(set_scene(tx, house, now))
        return [
            Differs(
                series.title,
                on,
                kind,
                matters.occurrence(series.code, on),
                changes.along(on),
            )
            for series in matters.agreed.series.values()
            for changes in [matters.changes(series.code)]
            for on, kind in differences(series, changes)
        ]


def submissions_at(
    house: House, on: date, *, actor: Actor, now: datetime
) -> list[tuple[Occurrence, list[Submission]]]:
    """Return the dates of submissions that ask attention on `on`, with what each institution owes, in order.

    Of each series those that have passed of which something is missing, the last one, which can still be
    corrected, and the next one.
    """
    with house.store.read() as tx:
        matters = Matters(set_scene(tx, house, now))
        found = []
        for series in matters.agreed.series.values():
            if not series.is_submission or not sees(matters.scene, series, actor):
                continue
            near = matters.between(on - timedelta(days=40), on + timedelta(days=100), [series])
            near = [one for one in near if not _before_the_start(matters.scene, one.sorted_on)]
            matters.read_ahead(near)
            owed = [(one, _visible(matters.submissions(one), actor)) for one in near]
            past = [pair for pair in owed if pair[0].sorted_on < on]
            missing = [pair for pair in past[:-1] if any(one.missing for one in pair[1])]
            coming = [pair for pair in owed if pair[0].sorted_on >= on]
            found += [*missing, *past[-1:], *coming[:1]]
    return sorted(found, key=lambda pair: (pair[0].sorted_on, pair[0].series.title))


def _visible(owed: list[Submission], actor: Actor) -> list[Submission]:
    """Return all for who leads, of an institution only its own."""
    if may(actor, Verb.RECORD_RECEIPT, Nearness.ORGANISATION):
        return owed
    return [one for one in owed if one.organisation == actor.organisation]


def records_receipt(actor: Actor, series: Series) -> bool:
    """Tell whether an actor records what came in of a series, and may have reminded who misses."""
    near = nearness_to_agreement(actor, taking_part=False, region=series.region)
    return may(actor, Verb.RECORD_RECEIPT, near)


def board(house: House, *, actor: Actor, now: datetime) -> list[tuple[Plan, list[ActionState]]]:
    """Return the plans with how their actions stand, as far as the actor may see them."""
    with house.store.read() as tx:
        matters = Matters(set_scene(tx, house, now))
        found = []
        for plan in matters.agreed.plans.values():
            near = nearness_to_agreement(actor, taking_part=False, region=plan.region)
            whole = may(actor, Verb.SEE_AGREEMENT, near) or is_named(matters.scene, actor, plan.leader)
            states = [
                one
                for one in matters.states(plan)
                if whole or is_named(matters.scene, actor, one.action.owner)
            ]
            if states:
                found.append((plan, states))
    return found
