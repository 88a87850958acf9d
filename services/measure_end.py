"""A measure that is extended: a new end with its reason; the norms keep their first clocks (D17)."""

from datetime import date, datetime

from core.dates import EXTENSION_REASONS
from core.errors import ProblemCode, refuse
from core.facts import FactKind, standing
from core.people import Actor
from core.rights import Verb
from services.case_desk import CaseDesk, check_date, fact_row
from services.case_views import CaseView
from services.house import House
from services.scene import set_scene
from storage.queries.cases import add_facts


def extend_measure(
    house: House, code: str, ends_on: date, reason: str, *, actor: Actor, now: datetime
) -> CaseView:
    """Record that the measure goes on until `ends_on` (exclusive), and why.

    The earlier ends stay in the ledger. Refuses a measure without a known end, a day that is not later, and
    an unknown reason.
    """
    with house.store.write() as tx:
        desk = CaseDesk(set_scene(tx, house, now), actor)
        case = desk.demand(code, Verb.RECORD_FACT)
        known = tuple(one.code for one in EXTENSION_REASONS)
        if reason not in known:
            raise refuse(ProblemCode.CHOICE_UNKNOWN, column="reden", value=reason, known=known)
        facts = desk.facts(case)
        ends = [fact for fact in facts if fact.kind is FactKind.MEASURE_ENDS and fact.stands()]
        last = max((fact.measure_no for fact in ends), default=0)
        present = standing(facts, FactKind.MEASURE_ENDS, last)
        if present is None or present.on is None:
            raise refuse(ProblemCode.VALUE_MISSING, column=FactKind.MEASURE_ENDS)
        check_date(FactKind.MEASURE_ENDS, ends_on, desk.scene.today)
        if ends_on <= present.on:
            raise refuse(ProblemCode.NEW_DATE_NOT_LATER, column="tot", value=_shown(ends_on), due=present.on)
        row = fact_row(
            case.id,
            FactKind.MEASURE_ENDS,
            ends_on,
            value=reason,
            now=now,
            by=actor.name,
            measure_no=last + 1,
        )
        add_facts(tx, [row])
        desk.rederive(case.id)
        desk.leave_audit("extend_measure", code, until=ends_on.isoformat(), reason=reason)
        return desk.view(case.id)


def _shown(on: date) -> str:
    return f"{on.day}-{on.month}-{on.year}"
