"""Agendas of a table: a case that is asked of its desk comes on one, moves along, and leaves it again."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from core.agendas import NOT_DISCUSSED, AgendaCase, first_coming, is_coming, next_meeting
from core.cases import Case
from core.desks import Desk
from core.escalations import Escalation, EscalationStep
from core.ladder import StepKind
from core.occurrences import MeetingStatus, Occurrence
from core.series import Series
from services.governance.matters import Matters
from services.scene import Scene
from storage.queries.agendas import (
    add_entry,
    agenda_of,
    move_entry,
    open_entries,
    open_entries_of_case,
    remove_entry,
    settle_entry,
)
from storage.queries.escalations import add_steps, escalation_by_id

_AHEAD = timedelta(days=200)


@dataclass(frozen=True, slots=True)
class NextTable:
    """The next table that can still be reached: its local day, the UTC moment of its cut-off.

    `original_on` names the meeting where the table's meetings are a series.
    """

    on: date
    closes_at: datetime
    original_on: date | None = None


def next_table(scene: Scene, desk: Desk | None) -> NextTable | None:
    """Return the next table of a desk; None for a desk without one, or whose series has none ahead."""
    table = desk.table if desk else None
    if table is None:
        return None
    series = agenda_series(scene, desk)
    if series is None:
        return NextTable(*table.next_after(scene.now, scene.rules.zone))
    meetings = Matters(scene).between(scene.today, scene.today + _AHEAD, [series])
    found = next_meeting(meetings, table, scene.now, scene.rules.zone)
    if found is None or found[0].on is None:
        return None
    return NextTable(found[0].on, found[1], found[0].original_on)


def agenda_series(scene: Scene, desk: Desk | None) -> Series | None:
    """Return the series on whose agendas comes what is asked of a desk."""
    code = desk.table.series if desk and desk.table else None
    return scene.rules.governance.series.get(code) if code else None


def agenda_day(scene: Scene, escalation: Escalation) -> date | None:
    """Return the day of the meeting that has an escalation on its agenda, None when there is none."""
    matters = Matters(scene)
    for entry in open_entries_of_case(scene.tx, escalation.case_id):
        if entry.escalation_id == escalation.id:
            meeting = matters.occurrence(entry.series, entry.original_on)
            return meeting.on if meeting and is_coming(meeting) else None
    return None


def submit(
    scene: Scene, escalation: Escalation, case: Case, desk: Desk | None, *, by: str
) -> list[EscalationStep]:
    """Put a case on the agenda of the next meeting of its desk's table that can still be reached.

    Returns what the history says of it: nothing where the table has no agenda, or the case is on it already.
    """
    series, table = agenda_series(scene, desk), next_table(scene, desk)
    if series is None or table is None or table.original_on is None:
        return []
    waiting = [one for one in open_entries_of_case(scene.tx, case.id) if one.series == series.code]
    there = {one.case_id for one in agenda_of(scene.tx, series.code, table.original_on)}
    if waiting or case.id in there:
        return []
    entry = AgendaCase(series.code, table.original_on, case.id, case.code, escalation.id, None, by)
    add_entry(scene.tx, entry, scene.now)
    return [submitted(scene, escalation, table.on, by=by)]


def submitted(scene: Scene, escalation: Escalation, on: date, *, by: str) -> EscalationStep:
    """Return what the history says when a case comes on the agenda of a meeting of that day."""
    holder = scene.directory.name(escalation.holder_id)
    details = {"on": on.isoformat()}
    return EscalationStep(scene.now, StepKind.SUBMITTED, escalation.rung, holder, by, details=details)


def take_off(scene: Scene, escalation: Escalation) -> None:
    """Take an escalation off the agendas on which its outcome is still awaited."""
    for entry in open_entries_of_case(scene.tx, escalation.case_id):
        if entry.escalation_id == escalation.id:
            remove_entry(scene.tx, entry)


_NOT_THERE = (MeetingStatus.CANCELLED, MeetingStatus.NOT_HELD, MeetingStatus.SKIPPED)


def carry(matters: Matters, series: Series, *, by: str) -> None:
    """Put every case whose meeting does not take place on the agenda of the next one that does.

    A moved meeting keeps its agenda. Where none lies ahead the case waits where it is.
    """
    scene = matters.scene
    for entry in open_entries(scene.tx, series.code):
        meeting = matters.occurrence(series.code, entry.original_on)
        if meeting is None or meeting.status in _NOT_THERE:
            target = first_coming(_ahead(matters, series), scene.today)
            if target is not None and target.on is not None:
                move_entry(scene.tx, entry, target.original_on)
                _note(scene, entry, target.on, by=by)


def _ahead(matters: Matters, series: Series) -> list[Occurrence]:
    today = matters.scene.today
    return matters.between(today, today + _AHEAD, [series])


def _note(scene: Scene, entry: AgendaCase, on: date, *, by: str) -> None:
    found = escalation_by_id(scene.tx, entry.escalation_id) if entry.escalation_id else None
    if found is not None and found.is_running:
        add_steps(scene.tx, found.id, [submitted(scene, found, on, by=by)])


def settle(matters: Matters, entry: AgendaCase, outcome: str, *, by: str) -> None:
    """Keep what came of a case; what was not discussed comes on the agenda of the next meeting."""
    scene = matters.scene
    settle_entry(scene.tx, entry, outcome)
    series = matters.agreed.series.get(entry.series)
    if outcome != NOT_DISCUSSED or series is None:
        return
    later = [one for one in _ahead(matters, series) if one.original_on != entry.original_on]
    target = first_coming(later, scene.today)
    if target is None or target.on is None:
        return
    there = {one.case_id for one in agenda_of(scene.tx, series.code, target.original_on)}
    if entry.case_id not in there:
        add_entry(
            scene.tx, replace(entry, original_on=target.original_on, outcome=None, added_by=by), scene.now
        )
        _note(scene, entry, target.on, by=by)


def settle_by_desk(scene: Scene, escalation: Escalation, outcome: str, *, by: str) -> None:
    """Keep the outcome that a desk told itself on the agenda of the meeting that has been."""
    matters = Matters(scene)
    for entry in open_entries_of_case(scene.tx, escalation.case_id):
        meeting = matters.occurrence(entry.series, entry.original_on)
        if entry.escalation_id == escalation.id and meeting and meeting.sorted_on <= scene.today:
            settle(matters, entry, outcome, by=by)
