"""What a manager is told at once, in a message of its own."""

from enum import StrEnum

from core.cases import Case
from core.outbox import MessageKind
from core.people import Person
from services.scene import Scene
from storage.queries.outbox import add_message


class AlertKind(StrEnum):
    """What happened to a case."""

    EXPLAINED_AGAIN = "explained_again"
    FIRST_SWITCH = "first_switch"
    SECOND_SWITCH = "second_switch"
    LOST_PROTECTOR = "lost_protector"
    TABLE_OUTCOME = "table_outcome"


def tell_manager(
    scene: Scene, case: Case, what: AlertKind, *, norm: str | None = None, by: int | None = None
) -> None:
    """Put a word to a case's manager in the outbox, unless it was the manager (person id `by`) who did it."""
    manager = (
        scene.directory.manager(case.protector_id, case.manager_id, scene.today)
        or scene.directory.contact_of(case.organisation)
        or scene.directory.administrator(scene.today)
    )
    tell(scene, manager, case, what, norm=norm, by=by)


def tell_next_rung(scene: Scene, case: Case, what: AlertKind) -> None:
    """Put the same word to the institution's contact in the outbox: the rung above the manager."""
    tell(scene, scene.directory.contact_of(case.organisation), case, what)


def tell(
    scene: Scene,
    person: Person | None,
    case: Case,
    what: AlertKind,
    *,
    norm: str | None = None,
    said: str | None = None,
    by: int | None = None,
) -> None:
    """Put a word to somebody in the outbox; `said` is the configured code of what came of it."""
    if person is None or person.id == by:
        return
    payload = {"case_id": case.id, "what": what.value, "norm": norm, "said": said}
    now = scene.now
    add_message(scene.tx, person.id, MessageKind.ALERT, scene.today, send_after=now, now=now, payload=payload)
