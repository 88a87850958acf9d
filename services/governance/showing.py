"""One matter as its reader sees it, with what they can do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.errors import NotAllowed, Problem, ProblemCode, refuse
from core.occurrences import MeetingStatus
from core.oversight import Box, LadderStep, Oversight
from core.people import Actor
from core.planboard import DeadlineKind
from core.rights import Verb, may
from core.series import Visibility
from services.escalation_views import table_outcomes
from services.governance.access import Deed, deeds_for, nearness, reads_agenda
from services.governance.matters import DeadlineMatter, Matter, Matters, MeetingMatter, Ref, series_of
from services.governance.sharing import address_in_use
from services.governance.silence import unanswered
from services.house import House
from services.scene import Scene, set_scene
from storage.queries.governance import answers_of, boxes_of, ladder_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A matter with who answered what, the texts of its response, its ladder, and the possible deeds.

    `leads` says that the reader leads what it belongs to; `outcomes` are what can come of a case on an
    agenda, by code in words. `link` is the address at which anybody sees the dates of its series, for who may
    take it back. `whole` is False for who may see no more than date and title.
    """

    matter: Matter
    deeds: tuple[Deed, ...]
    answers: tuple[tuple[str, str, str], ...] = ()
    unanswered: int = 0
    boxes: tuple[Box, ...] = ()
    ladder: tuple[LadderStep, ...] = ()
    leads: bool = False
    outcomes: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    link: str = ""


def show(house: House, ref: Ref, *, actor: Actor, now: datetime) -> Shown:
    """Return a matter. Refuses what is not there and what the actor may not see."""
    with house.store.read() as tx:
        scene = set_scene(tx, house, now)
        matter = Matters(scene).get(ref)
        if matter is None:
            raise refuse(ProblemCode.MATTER_UNKNOWN)
        whole = may(actor, Verb.SEE_AGREEMENT, nearness(scene, matter, actor))
        if not whole and not _is_public(matter):
            details = {"verb": Verb.SEE_AGREEMENT, "actor": actor.name}
            raise NotAllowed(Problem(ProblemCode.NOT_ALLOWED, details))
        lead = Verb.LEAD_AGREEMENT
        leads = may(actor, lead, nearness(scene, matter, actor, lead))
        deeds = tuple(deeds_for(scene, matter, actor))
        if isinstance(matter, MeetingMatter) and not reads_agenda(scene, matter, actor):
            matter = replace(matter, cases=())
        outcomes = {one.code: one.label for one in table_outcomes(scene.rules)}
        shown = Shown(matter, deeds, leads=leads, outcomes=outcomes, whole=whole)
        series = series_of(matter)
        if series is not None and Deed.UNSHARE in shown.deeds:
            shown = replace(shown, link=address_in_use(scene, series) or "")
        if isinstance(matter, DeadlineMatter):
            return _with_texts(shown, matter, boxes_of(tx, ref.code, ref.part), ladder_of(tx, ref.code))
        if not isinstance(matter, MeetingMatter) or not _is_answered(scene, matter, actor):
            return shown
        given = [one for one in answers_of(tx, ref.code, ref.original_on) if one.version == matter.version]
        told = [(scene.directory.name(one.person_id) or "", one.answer, one.who) for one in given]
        silent = len(unanswered(scene, matter))
        return replace(shown, answers=tuple(sorted(told)), unanswered=silent)


def _is_public(matter: Matter) -> bool:
    return isinstance(matter, MeetingMatter) and matter.occurrence.series.visibility is Visibility.PUBLIC


def _is_answered(scene: Scene, matter: MeetingMatter, actor: Actor) -> bool:
    """Tell whether its reader sees who comes: who chairs, prepares or leads a meeting that goes on."""
    goes_on = matter.occurrence.takes_place or matter.occurrence.status is MeetingStatus.NOT_HELD
    return goes_on and reads_agenda(scene, matter, actor)


def _with_texts(
    shown: Shown, matter: DeadlineMatter, texts: dict[int, str], steps: list[LadderStep]
) -> Shown:
    deadline = matter.deadline
    boxes: tuple[Box, ...] = ()
    if deadline.kind is DeadlineKind.RESPONSE:
        numbers = range(1, deadline.boxes + 1)
        boxes = tuple(Box(number, texts.get(number, ""), deadline.box_length) for number in numbers)
    configured = matter.holder.ladder if isinstance(matter.holder, Oversight) else ()
    return replace(shown, boxes=boxes, ladder=(*configured, *steps))
