"""The register of what keeps help from starting: a ceiling, a stop, a wait, at a place for a while (D33)."""

from collections.abc import Collection
from datetime import date, datetime

from core.errors import Problem, ProblemCode, Refused, refuse
from core.escalations import Blocker
from core.people import Actor
from core.rights import Nearness, Verb, demand
from services.free_text import guarded_text
from services.house import House
from storage.queries.escalations import add_blocker, blockers_on, end_blocker
from storage.queries.office import leave_audit

_LONGEST_PLACE = 64


def register_blocker(
    house: House,
    kind: str,
    place: str,
    from_on: date,
    through_on: date | None,
    *,
    help_kind: str | None = None,
    region: str | None = None,
    no_names: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> Blocker:
    """Register a blocker at a place (a provider or municipality, never a person).

    Refuses an unknown kind of blocker or help or region, a period that ends before it begins, and a place
    that holds personal data; `no_names` are the pieces of it of which the writer said that they are no name.
    """
    demand(actor, Verb.REGISTER_BLOCKER, Nearness.OWN)
    rules = house.rules.escalation
    for value, known in (
        (kind, rules.blocker_kinds),
        (help_kind, rules.help_kinds),
        (region, house.rules.regions),
    ):
        if value is not None and value not in known:
            raise refuse(ProblemCode.CHOICE_UNKNOWN, value=value, known=tuple(known))
    if through_on is not None and through_on < from_on:
        raise refuse(ProblemCode.PERIOD_BACKWARDS, column="tot", value=_shown(through_on))
    text = guarded_text(place, house.rules, house.today(now), column="plaats", no_names={place, *no_names})
    if text is None or len(text) > _LONGEST_PLACE:
        raise refuse(ProblemCode.VALUE_MISSING, column="plaats")
    blocker = Blocker(0, kind, text, help_kind, region, from_on, through_on, actor.name)
    with house.store.write() as tx:
        blocker_id = add_blocker(tx, blocker, now=now)
        details = {"kind": kind, "from": from_on.isoformat()}
        leave_audit(
            tx, actor=actor.name, verb="register_blocker", subject=text[:120], now=now, details=details
        )
    return Blocker(blocker_id, kind, text, help_kind, region, from_on, through_on, actor.name)


def lift_blocker(house: House, blocker_id: int, through_on: date, *, actor: Actor, now: datetime) -> None:
    """Set the last day of a blocker. Refuses an unknown or ended one, and a day before it began."""
    demand(actor, Verb.REGISTER_BLOCKER, Nearness.OWN)
    with house.store.write() as tx:
        known = {one.id: one for one in blockers_on(tx, house.today(now))}
        if blocker_id in known and through_on < known[blocker_id].from_on:
            details = {"from_on": known[blocker_id].from_on}
            raise Refused(
                Problem(ProblemCode.PERIOD_BACKWARDS, details, column="einde", value=_shown(through_on))
            )
        if blocker_id not in known or not end_blocker(tx, blocker_id, through_on):
            raise refuse(ProblemCode.BLOCKER_UNKNOWN)
        leave_audit(
            tx,
            actor=actor.name,
            verb="lift_blocker",
            subject=str(blocker_id),
            now=now,
            details={"through": through_on.isoformat()},
        )


def present_blockers(house: House, *, actor: Actor, now: datetime) -> list[Blocker]:
    """Return the blockers that hold today or begin later."""
    demand(actor, Verb.SEE_BLOCKERS, Nearness.OWN)
    with house.store.read() as tx:
        return blockers_on(tx, house.today(now))


def _shown(on: date) -> str:
    return f"{on.day}-{on.month}-{on.year}"
