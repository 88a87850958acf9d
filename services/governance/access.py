"""What can be done about a matter, and by whom."""

from collections.abc import Mapping
from enum import StrEnum

from core.errors import NotAllowed, Problem, ProblemCode, refuse
from core.occurrences import MeetingStatus
from core.oversight import Oversight
from core.people import Actor, Person, Role
from core.rights import Nearness, Verb, may, nearness_to_agreement
from services.governance.matters import (
    ActionMatter,
    DeadlineMatter,
    Matter,
    MatterKind,
    MeetingMatter,
    StepMatter,
    SubmissionMatter,
    series_of,
    takes_part,
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
    ADD = "add"
    STEP = "step"
    RECEIVE = "receive"
    COLOUR = "colour"
    RECORD = "record"
    LADDER = "ladder"
    BOX = "box"
    AGENDA_ADD = "agenda_add"
    AGENDA_REMOVE = "agenda_remove"
    CASE_OUTCOME = "case_outcome"
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
    Deed.ADD: ("on", "at"),
    Deed.CANCEL: ("text",),
    Deed.RECEIVE: ("text", "on"),
    Deed.COLOUR: ("choice", "text"),
    Deed.RECORD: ("text", "on"),
    Deed.BOX: ("choice", "text"),
    Deed.LADDER: ("choice", "on", "text", "until", "evidence"),
    Deed.AGENDA_ADD: ("text",),
    Deed.AGENDA_REMOVE: ("case",),
    Deed.CASE_OUTCOME: ("case", "choice"),
}
"""What each deed asks; the rest asks nothing."""
DATE_FIELDS = ("on", "until")
HAS_BEEN = (Deed.RECEIVE, Deed.RECORD, Deed.LADDER)
"""What is about a day that has been."""
NOT_NEEDED = ("at", "until", "evidence")
"""What may be left out wherever it is asked."""

_ANSWERS = (Deed.PRESENT, Deed.ABSENT)


def fields_of(deed: Deed, actor: Actor) -> tuple[str, ...]:
    """Return what a deed asks of somebody: who answers for a mailbox gives a name."""
    if deed in _ANSWERS and Role.CONTACT in actor.roles:
        return ("text",)
    return FIELDS.get(deed, ())


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
    Deed.AGENDA_ADD: Verb.CHAIR_MEETING,
    Deed.AGENDA_REMOVE: Verb.CHAIR_MEETING,
    Deed.CASE_OUTCOME: Verb.CHAIR_MEETING,
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
    if deed in (Deed.HELD, Deed.NOT_HELD) and isinstance(matter, MeetingMatter):
        return matter.occurrence.sorted_on <= scene.today
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
        return [Deed.MOVE, Deed.CANCEL, Deed.ADD]
    reset = [Deed.RESET] if matter.occurrence.can_be_reset else []
    if status in (MeetingStatus.CANCELLED, MeetingStatus.SKIPPED):
        return [Deed.MOVE, *reset, Deed.ADD]
    if status in (MeetingStatus.HELD, MeetingStatus.NOT_HELD):
        outcome = [Deed.CASE_OUTCOME] if matter.open_cases and status is MeetingStatus.HELD else []
        return [*outcome, Deed.HELD, Deed.NOT_HELD, Deed.ADD]
    answers = [Deed.PRESENT, Deed.ABSENT, Deed.SUBSTITUTE]
    asked = [Deed.REMIND, Deed.HELD, Deed.NOT_HELD]
    agenda = [Deed.AGENDA_ADD] if matter.occurrence.series.case_agenda else []
    agenda += [Deed.AGENDA_REMOVE] if matter.open_cases else []
    changing = [Deed.MOVE, Deed.MOVE_ALL, Deed.PLACE, Deed.CANCEL]
    return [*answers, *asked, *agenda, *changing, *reset, Deed.ADD]


def _sharing(matter: Matter) -> list[Deed]:
    series = series_of(matter)
    return [Deed.SHARE, Deed.UNSHARE] if series is not None and series.may_be_shared else []


def demand_deed(scene: Scene, matter: Matter, deed: Deed, actor: Actor) -> None:
    """Refuse what the actor may not, and what cannot be done about this matter."""
    if not _may(scene, matter, deed, actor):
        raise NotAllowed(
            Problem(ProblemCode.NOT_ALLOWED, {"verb": _right(matter, deed), "actor": actor.name})
        )
    if deed not in _possible(matter):
        if isinstance(matter, MeetingMatter):
            if deed is _OF_A_CASE.get(matter.occurrence.status):
                raise refuse(ProblemCode.AGENDA_CASE_GONE, column="case")
            raise refuse(ProblemCode.MATTER_OVER, status=matter.occurrence.status)
        raise refuse(ProblemCode.DEED_UNKNOWN)


_OF_A_CASE = {
    MeetingStatus.PLANNED: Deed.AGENDA_REMOVE,
    MeetingStatus.MOVED: Deed.AGENDA_REMOVE,
    MeetingStatus.HELD: Deed.CASE_OUTCOME,
}
"""What is done about a case on the agenda of a meeting that is so; somebody can have been first."""


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


def reads_agenda(scene: Scene, matter: MeetingMatter, actor: Actor) -> bool:
    """Tell whether the actor may read the case codes of a meeting: who chairs, prepares or leads it."""
    return may(actor, Verb.CHAIR_MEETING, nearness(scene, matter, actor, Verb.CHAIR_MEETING))


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
    return takes_part(series, people_of(scene, actor))


def people_of(scene: Scene, actor: Actor) -> list[Person]:
    """Return the actor and those whom they stand in for."""
    ids = {actor.person_id, *actor.stands_in_for}
    return [person for one in ids if (person := scene.directory.person(one))]
