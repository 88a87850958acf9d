"""What was brought in at a table comes back: whose table it is, and who hears the outcome."""

from core.cases import Case
from core.escalations import Escalation
from core.ladder import StepKind
from core.people import Actor
from services.arming import protector_of
from services.climbing import Mailbag
from services.governance.agendas import agenda_series
from services.rung_holders import resolve
from services.scene import Scene


def is_at_table(scene: Scene, escalation: Escalation, case: Case, series: str) -> bool:
    """Tell whether the desk whose turn it is has its table in a series of meetings."""
    rung = escalation.present_rung
    found = agenda_series(scene, resolve(scene, case, rung).desk) if rung else None
    return found is not None and found.code == series


def bring_back(bag: Mailbag, escalation: Escalation, case: Case, actor: Actor) -> None:
    """Tell the protector, and who has the escalation, what came of it; never who said so."""
    scene = bag.scene
    holder = scene.directory.present(escalation.holder_id, scene.today)
    told = {one.id: one for one in (protector_of(scene, case), holder) if one is not None}
    for person in told.values():
        if person.id != actor.person_id:
            bag.tell(person, escalation, StepKind.OUTCOME, case)
