"""Adding a meeting to a series, beside what its rule gives."""

from datetime import date, datetime

from core.errors import NotAllowed, Problem, ProblemCode, refuse
from core.occurrences import Concern
from core.people import Actor
from core.rights import Verb, may, nearness_to_agreement
from core.series import Series
from services.casefile import read_date
from services.governance.filling import read_time
from services.governance.matters import Matters, Ref
from services.governance.planning import add_occurrence, concerns
from services.house import House
from services.scene import set_scene
from storage.queries.office import leave_audit


def addable_series(house: House, actor: Actor) -> list[Series]:
    """Return the series of meetings that an actor may add one to, by title."""
    series = house.rules.governance.series.values()
    found = [one for one in series if not one.is_submission and _may_lead(actor, one)]
    return sorted(found, key=lambda one: (one.title, one.code))


def _may_lead(actor: Actor, series: Series) -> bool:
    near = nearness_to_agreement(actor, taking_part=False, region=series.region)
    return may(actor, Verb.LEAD_AGREEMENT, near)


def concerns_about(house: House, series: str, on: date, *, now: datetime) -> tuple[Concern, ...]:
    """Return what is odd about a new date of a series."""
    with house.store.read() as tx:
        matters = Matters(set_scene(tx, house, now))
        return tuple(concerns(matters, matters.agreed.series[series], on))


def add_meeting(
    house: House, series: str, on: str, at: str, *, actor: Actor, now: datetime, confirmed: bool = False
) -> Ref:
    """Add a meeting to a series on a day, at a wall time or that of the series; return its name.

    Refuses a series that is not there or is none of meetings, who may not lead it, what is no date or time,
    and an odd date with `DATE_CONCERNS` until it is confirmed.
    """
    found = house.rules.governance.series.get(series)
    if found is None or found.is_submission:
        raise refuse(ProblemCode.SERIES_UNKNOWN, column="series", value=series or None)
    if not _may_lead(actor, found):
        details = {"verb": Verb.LEAD_AGREEMENT, "actor": actor.name}
        raise NotAllowed(Problem(ProblemCode.NOT_ALLOWED, details))
    if not on.strip():
        raise refuse(ProblemCode.VALUE_MISSING, column="on")
    day, clock = read_date(on.strip()), read_time(at)
    with house.store.write() as tx:
        matters = Matters(set_scene(tx, house, now))
        ref = add_occurrence(matters, found, day, clock, actor=actor, confirmed=confirmed)
        leave_audit(tx, actor=actor.name, verb="add_meeting", subject=ref.subject(1), now=now)
        return ref
