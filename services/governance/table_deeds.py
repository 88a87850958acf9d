"""What a chair does with the agenda of a table: put a case on it, take one off, say what came of each."""

from core.agendas import AgendaCase
from core.cases import Case
from core.errors import ProblemCode, refuse
from core.escalations import Escalation
from core.people import Actor
from core.series import Series
from services.alerts import AlertKind, tell
from services.arming import protector_of
from services.bringing_back import is_at_table
from services.climbing import Mailbag
from services.escalating import outcome_of_table
from services.escalation_views import table_outcomes
from services.governance.agendas import settle, submitted
from services.governance.matters import Matters, MeetingMatter
from services.scene import Scene
from storage.queries.agendas import add_entry, move_entry, open_entries_of_case, remove_entry
from storage.queries.cases import case_by_code, case_by_id
from storage.queries.escalations import add_steps, escalation_by_id, escalations_of


def add_case(matters: Matters, matter: MeetingMatter, text: str, actor: Actor) -> None:
    """Put a case on the agenda by its code; from another meeting of the series it moves here.

    Refuses alike a code that is unknown and one of another region, and a case that is on it already.
    """
    scene, series = matters.scene, matter.occurrence.series
    code = text.strip().upper()
    case = case_by_code(scene.tx, code)
    if case is None or not _belongs(scene, series, case):
        raise refuse(ProblemCode.AGENDA_CASE_UNKNOWN, column="text", value=code)
    if any(one.case_id == case.id for one in matter.cases):
        raise refuse(ProblemCode.AGENDA_CASE_THERE, column="text", value=code)
    elsewhere = [one for one in open_entries_of_case(scene.tx, case.id) if one.series == series.code]
    escalation = _escalation_of(scene, case, series)
    if elsewhere:
        move_entry(scene.tx, elsewhere[0], matter.ref.original_on)
    else:
        number = escalation.id if escalation else None
        entry = AgendaCase(series.code, matter.ref.original_on, case.id, code, number, None, actor.name)
        add_entry(scene.tx, entry, scene.now)
    if escalation is not None and matter.occurrence.on is not None:
        step = submitted(scene, escalation, matter.occurrence.on, by=actor.name)
        add_steps(scene.tx, escalation.id, [step])


def _belongs(scene: Scene, series: Series, case: Case) -> bool:
    return series.region in (None, scene.rules.scope(case.organisation, case.municipality).region)


def _escalation_of(scene: Scene, case: Case, series: Series) -> Escalation | None:
    """Return the running escalation that a case is on the agenda for: the one at its desk, else the last."""
    running = [one for one in escalations_of(scene.tx, [case.id])[case.id] if one.is_running]
    at_table = [one for one in running if is_at_table(scene, one, case, series.code)]
    return next(iter(at_table or running[::-1]), None)


def take_off_case(matters: Matters, matter: MeetingMatter, code: str) -> None:
    """Take a case off the agenda. Refuses one that is not on it (any more) or has its outcome."""
    remove_entry(matters.scene.tx, _open_entry(matter, code))


def record_outcome(matters: Matters, matter: MeetingMatter, code: str, outcome: str, actor: Actor) -> None:
    """Say what came of a case: kept on the agenda, in its escalation, and told to who waits for it.

    Refuses an outcome that is not configured, and a case that is not on the agenda or has one.
    """
    scene = matters.scene
    known = [one.code for one in table_outcomes(scene.rules)]
    if outcome not in known:
        raise refuse(ProblemCode.CHOICE_UNKNOWN, column="choice", value=outcome, known=tuple(known))
    entry = _open_entry(matter, code)
    case = case_by_id(scene.tx, entry.case_id)
    settle(matters, entry, outcome, by=actor.name)
    found = escalation_by_id(scene.tx, entry.escalation_id, lock=True) if entry.escalation_id else None
    if case is not None and found is not None and found.is_running:
        bag = Mailbag(scene)
        outcome_of_table(bag, found, case, outcome, actor, entry.series)
        bag.post()
    elif case is not None:
        protector = protector_of(scene, case)
        tell(scene, protector, case, AlertKind.TABLE_OUTCOME, said=outcome, by=actor.person_id)


def _open_entry(matter: MeetingMatter, code: str) -> AgendaCase:
    for entry in matter.cases:
        if entry.code == code and entry.outcome is None:
            return entry
    raise refuse(ProblemCode.AGENDA_CASE_GONE, column="case", value=code)
