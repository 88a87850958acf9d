"""What can be done about a matter, and by whom."""

from collections.abc import Mapping
from enum import StrEnum

from core.errors import NotAllowed, Problem, ProblemCode, refuse
from core.occurrences import MeetingStatus
from core.oversight import Oversight
from core.people import Actor
from core.rights import Nearness, Verb, may, nearness_to_agreement
from services.governance.matters import (
    ActionMatter,
    DeadlineMatter,
    Matter,
    MatterKind,
    MeetingMatter,
    StepMatter,
    SubmissionMatter,
    participants_of,
    series_of,
)
from services.governance.sharing import address_in_use
from services.governance.silence import silent_about
from services.scene import Scene


class Deed(StrEnum):
    """What can be done."""

    PRESENT = "present"
    ABSENT = "absent"
    SUBSTITUTE = "substitute"
    HELD = "held"
    NOT_HELD = "not_held"
    MOVE = "move"
    MOVE_ALL = "move_all"
    PLACE = "place"
    CANCEL = "cancel"
    RESET = "reset"
    STEP = "step"
    RECEIVE = "receive"
    COLOUR = "colour"
    RECORD = "record"
    LADDER = "ladder"
    BOX = "box"
    REMIND = "remind"
    SHARE = "share"
    UNSHARE = "unshare"


FIELDS: Mapping[Deed, tuple[str, ...]] = {
    Deed.SUBSTITUTE: ("text",),
    Deed.HELD: ("text",),
    Deed.NOT_HELD: ("text",),
    Deed.MOVE: ("on", "at"),
    Deed.MOVE_ALL: ("on", "at"),
    Deed.PLACE: ("text",),
    Deed.CANCEL: ("text",),
    Deed.RECEIVE: ("text", "on"),
    Deed.COLOUR: ("choice", "text"),
    Deed.RECORD: ("text", "on"),
    Deed.BOX: ("choice", "text"),
    Deed.LADDER: ("choice", "on", "text"),
}
"""What each deed asks; the rest asks nothing."""

_RIGHT: Mapping[Deed, Verb] = {
    Deed.PRESENT: Verb.TAKE_PART,
    Deed.ABSENT: Verb.TAKE_PART,
    Deed.SUBSTITUTE: Verb.TAKE_PART,
    Deed.HELD: Verb.CHAIR_MEETING,
    Deed.NOT_HELD: Verb.CHAIR_MEETING,
    Deed.STEP: Verb.CHAIR_MEETING,
    Deed.RECEIVE: Verb.RECORD_RECEIPT,
    Deed.COLOUR: Verb.SPEAK_OF_ACTION,
    Deed.RECORD: Verb.SPEAK_OF_ACTION,
    Deed.BOX: Verb.SPEAK_OF_ACTION,
}


_REMINDS: Mapping[MatterKind, Verb] = {
    MatterKind.MEETING: Verb.CHAIR_MEETING,
    MatterKind.SUBMISSION: Verb.RECORD_RECEIPT,
}


def deeds_for(scene: Scene, matter: Matter, actor: Actor) -> list[Deed]:
    """Return what an actor can do about a matter now, the most useful first."""
    found = [deed for deed in _possible(matter) if _may(scene, matter, deed, actor)]
    return [deed for deed in found if _makes_sense(scene, matter, deed)]


def _makes_sense(scene: Scene, matter: Matter, deed: Deed) -> bool:
    """Tell whether doing it now would change anything."""
    if deed is Deed.REMIND:
        return bool(silent_about(scene, matter))
    if deed is Deed.RESET:
        return matter.version > 0
    if deed in (Deed.SHARE, Deed.UNSHARE):
        series = series_of(matter)
        shared = series is not None and address_in_use(scene, series) is not None
        return scene.rules.public_url is not None and shared is (deed is Deed.UNSHARE)
    return True


def _possible(matter: Matter) -> list[Deed]:
    if isinstance(matter, MeetingMatter):
        return [*_possible_of_meeting(matter), *_sharing(matter)]
    if isinstance(matter, StepMatter):
        return [Deed.STEP] if matter.done_on is None else []
    if isinstance(matter, SubmissionMatter):
        return [Deed.RECEIVE, Deed.REMIND, *_sharing(matter)]
    if isinstance(matter, ActionMatter):
        return [Deed.COLOUR, Deed.REMIND]
    found = [Deed.BOX] if matter.deadline.boxes else []
    found.append(Deed.RECORD)
    return [*found, Deed.LADDER] if isinstance(matter.holder, Oversight) else found


def _possible_of_meeting(matter: MeetingMatter) -> list[Deed]:
    status = matter.occurrence.status
    if status is MeetingStatus.TO_BE_SET:
        return [Deed.MOVE, Deed.CANCEL]
    if status in (MeetingStatus.CANCELLED, MeetingStatus.SKIPPED):
        return [Deed.MOVE, *_back(matter)]
    if status in (MeetingStatus.HELD, MeetingStatus.NOT_HELD):
        return [Deed.HELD, Deed.NOT_HELD]
    answers = [Deed.PRESENT, Deed.ABSENT, Deed.SUBSTITUTE]
    asked = [Deed.HELD, Deed.NOT_HELD]
    moves = [Deed.MOVE, Deed.MOVE_ALL, Deed.PLACE, Deed.CANCEL]
    return [*answers, Deed.REMIND, *asked, *moves, *_back(matter)]


def _sharing(matter: Matter) -> list[Deed]:
    series = series_of(matter)
    return [Deed.SHARE, Deed.UNSHARE] if series is not None and series.may_be_shared else []


def _back(matter: MeetingMatter) -> list[Deed]:
    """Return the way back to what was agreed; a meeting that people added was never agreed."""
    return [] if matter.occurrence.added else [Deed.RESET]


def demand_deed(scene: Scene, matter: Matter, deed: Deed, actor: Actor) -> None:
    """Refuse what the actor may not, and what cannot be done about this matter."""
    if not _may(scene, matter, deed, actor):
        raise NotAllowed(
            Problem(ProblemCode.NOT_ALLOWED, {"verb": _right(matter, deed), "actor": actor.name})
        )
    if deed not in _possible(matter):
        if isinstance(matter, MeetingMatter):
            raise refuse(ProblemCode.MATTER_OVER, status=matter.occurrence.status)
        raise refuse(ProblemCode.DEED_UNKNOWN)


def _right(matter: Matter, deed: Deed) -> Verb:
    waits = isinstance(matter, MeetingMatter) and matter.occurrence.status is MeetingStatus.TO_BE_SET
    if deed is Deed.MOVE and waits:
        return Verb.CHAIR_MEETING
    if deed is Deed.REMIND:
        return _REMINDS.get(matter.ref.kind, Verb.LEAD_AGREEMENT)
    return _RIGHT.get(deed, Verb.LEAD_AGREEMENT)


def _may(scene: Scene, matter: Matter, deed: Deed, actor: Actor) -> bool:
    verb = _right(matter, deed)
    return may(actor, verb, nearness(scene, matter, actor, verb))


def nearness(scene: Scene, matter: Matter, actor: Actor, verb: Verb = Verb.SEE_AGREEMENT) -> Nearness:
    """Return how near a matter is to an actor for what they want."""
    if isinstance(matter, SubmissionMatter):
        region, mine = matter.submission.series.region, False
        if verb is Verb.SEE_AGREEMENT:
            mine = actor.organisation == matter.submission.organisation
    elif isinstance(matter, ActionMatter):
        region, mine = (
            matter.plan.region,
            is_named(scene, actor, matter.state.action.owner, matter.plan.leader),
        )
    elif isinstance(matter, DeadlineMatter):
        leads = matter.holder.leads if isinstance(matter.holder, Oversight) else (matter.holder.leader,)
        region, mine = matter.holder.region, is_named(scene, actor, matter.deadline.owner, *leads)
    else:
        region, mine = matter.occurrence.series.region, _takes_part(scene, matter, actor, verb)
    return nearness_to_agreement(actor, taking_part=mine, region=region)


def is_named(scene: Scene, actor: Actor, *names: str | None) -> bool:
    """Tell whether the actor has one of these user names, or stands in for who has it."""
    mine = {actor.person_id, *actor.stands_in_for}
    people = [scene.directory.named(name) for name in names if name]
    return any(person is not None and person.id in mine for person in people)


def _takes_part(scene: Scene, matter: MeetingMatter | StepMatter, actor: Actor, verb: Verb) -> bool:
    series = matter.occurrence.series
    owner = matter.planned.step.owner if isinstance(matter, StepMatter) else None
    if is_named(scene, actor, series.chair, owner):
        return True
    if verb is Verb.CHAIR_MEETING:
        return False
    mine = {actor.person_id, *actor.stands_in_for}
    required, optional = participants_of(series, scene.directory, scene.today)
    return any(person.id in mine for person in (*required, *optional))
