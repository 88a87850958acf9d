"""Having who is silent reminded now: each gets one message, and about one matter not twice on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.errors import ProblemCode, refuse
from core.people import Actor, Person
from core.planboard import Plan, waits_for_word
from core.rights import Verb, may, nearness_to_agreement
from services.delivery import quiet_until
from services.governance.access import Deed, demand_deed
from services.governance.matters import Matter, MatterKind, Matters, Ref
from services.governance.reminded import put_reminder, subject_of, told_today
from services.governance.silence import silent_about
from services.house import House
from services.scene import set_scene
from storage.queries.office import leave_audit


@dataclass(frozen=True, slots=True)
class Reminded:
    """What became of it, by user name: who gets a message, who had one today, who cannot be reached.

    `held_until` is the UTC moment at which quiet hours end that hold the messages; without `live` nothing is
    sent for real.
    """

    told: tuple[str, ...] = ()
    already: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    held_until: datetime | None = None
    live: bool = True


def remind(matters: Matters, about: Iterable[Matter], actor: Actor) -> Reminded:
    """Put a message for everybody of whom something is missing in the outbox, but for the actor."""
    scene = matters.scene
    wanted: dict[int, list[str]] = {}
    people: dict[int, Person] = {}
    lost: list[str] = []
    for matter in about:
        silent = silent_about(scene, matter)
        lost += silent.lost
        for person in silent.people:
            if person.id != actor.person_id:
                people[person.id] = person
                wanted.setdefault(person.id, []).append(subject_of(matter.ref))
    known = told_today(scene, sorted({subject for subjects in wanted.values() for subject in subjects}))
    told: list[str] = []
    already: list[str] = []
    for person_id, subjects in wanted.items():
        new = [subject for subject in subjects if (subject, person_id) not in known]
        (told if new else already).append(people[person_id].name)
        if new:
            put_reminder(scene, people[person_id], new, actor.name)
    return Reminded(
        tuple(sorted(told)),
        tuple(sorted(already)),
        tuple(sorted(set(lost))),
        quiet_until(scene.rules, scene.now) if told else None,
        scene.rules.notices.live,
    )


def remind_all(house: House, ref: Ref, *, actor: Actor, now: datetime) -> Reminded:
    """Have everybody reminded of whom something of a whole is missing, in one unit of work.

    `ref` without its part: of a date of submissions every institution, of a plan every action. Refuses what
    is not there and what the actor may not.
    """
    with house.store.write() as tx:
        matters = Matters(set_scene(tx, house, now))
        found = [matter for one in _parts(matters, ref) if (matter := matters.get(one))]
        if not found:
            raise refuse(ProblemCode.MATTER_UNKNOWN)
        for matter in found:
            demand_deed(matters.scene, matter, Deed.REMIND, actor)
        done = remind(matters, found, actor)
        details = {"told": len(done.told), "lost": len(done.lost)}
        leave_audit(tx, actor=actor.name, verb="remind", subject=subject_of(ref), now=now, details=details)
        return done


def waiting_owners(house: House, *, actor: Actor, now: datetime) -> list[tuple[Plan, int]]:
    """Return each plan that the actor leads and of which actions wait for their owner, with how many."""
    with house.store.read() as tx:
        matters = Matters(set_scene(tx, house, now))
        found = []
        for plan in matters.agreed.plans.values():
            near = nearness_to_agreement(actor, taking_part=False, region=plan.region)
            if may(actor, Verb.LEAD_AGREEMENT, near):
                calendar, today = matters.scene.rules.calendar, matters.scene.today
                states = matters.states(plan)
                found.append((plan, sum(waits_for_word(one, plan, calendar, today) for one in states)))
        return [(plan, count) for plan, count in found if count]


def _parts(matters: Matters, ref: Ref) -> list[Ref]:
    plan = matters.agreed.plans.get(ref.code)
    if ref.kind is MatterKind.ACTION and plan:
        return [Ref(ref.kind, ref.code, part=action.code) for action in plan.actions]
    occurrence = matters.occurrence(ref.code, ref.original_on)
    if ref.kind is MatterKind.SUBMISSION and occurrence and occurrence.series.is_submission:
        codes = matters.institutions(occurrence)
        return [Ref(ref.kind, ref.code, ref.original_on, code) for code in codes]
    return []
