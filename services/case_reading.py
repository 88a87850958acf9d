"""Looking at a case: as it stands or stood, and why its terms fall on their days."""

from datetime import date, datetime, timedelta

from core.errors import ProblemCode, refuse
from core.facts import COURSE_CHECKLIST, FactKind
from core.norms import Counted, Counting, Norm, count_norm, skipped_days
from core.people import Actor
from core.rights import Verb
from core.rules import Rules
from core.workdays import FIRST_DAY, LAST_DAY, SkippedDay
from services.case_desk import demand_case
from services.case_views import CaseView, Explanation, view_case, view_case_as_of
from services.house import House
from services.scene import set_scene
from storage.queries.cases import case_by_code, case_record


def read_case(house: House, code: str, *, actor: Actor, now: datetime, as_of: date | None = None) -> CaseView:
    """Return a case as it stands, or by what was recorded by the end of the local day `as_of`.

    Refuses a case that is unknown, was unknown on that day, or is nothing to the actor: all alike.
    """
    with house.store.read() as tx:
        scene = set_scene(tx, house, now)
        case = case_by_code(tx, code)
        if case is None:
            raise refuse(ProblemCode.CASE_UNKNOWN, value=code)
        demand_case(actor, Verb.SEE_CASE, scene.directory.holders(case, scene.today), code)
        record = case_record(tx, case)
    if as_of is None:
        return view_case(record, actor, house.rules, scene.directory, scene.today)
    past = view_case_as_of(record, actor, house.rules, scene.directory, as_of)
    if not past.facts:
        raise refuse(ProblemCode.CASE_UNKNOWN, value=code)
    return past


def explain_term(house: House, code: str, norm: str, *, actor: Actor, now: datetime) -> Explanation:
    """Return why a term of a case falls on its day. Refuses, naming those it has, a term it does not have."""
    view = read_case(house, code, actor=actor, now=now)
    found = view.term(norm)
    if found is None:
        raise refuse(ProblemCode.NORM_UNKNOWN, value=norm, known=tuple(term.key for term in view.terms))
    term, calendar = found.term, house.rules.calendar
    counted = count_norm(found.norm, term.start_on, calendar)
    return Explanation(
        case_code=code,
        key=found.key,
        norm=found.norm,
        start_on=term.start_on,
        start_from=term.start_from,
        stand_in=term.stand_in,
        due_on=term.due_on,
        strict_on=term.strict_on,
        atw_due_on=term.atw_due_on,
        statutory_due_on=term.statutory_due_on,
        skipped=_skipped(found.norm, term.start_on, counted, house.rules),
        atw_skipped=_rolled_over(house.rules, term.strict_on, term.atw_due_on),
    )


def count_term(rules: Rules, norm_code: str, start_on: date) -> Explanation:
    """Return the due date of a norm for a clock that starts on `start_on`; needs no database."""
    norm = rules.norms.in_force(norm_code, start_on)
    if norm is None:
        raise refuse(ProblemCode.NORM_UNKNOWN, column="norm", value=norm_code, known=rules.norms.codes)
    if not FIRST_DAY <= start_on <= LAST_DAY:
        raise refuse(
            ProblemCode.DATE_OUT_OF_RANGE, value=start_on.isoformat(), first=FIRST_DAY, last=LAST_DAY
        )
    counted = count_norm(norm, start_on, rules.calendar)
    return Explanation(
        case_code=None,
        key=norm.code,
        norm=norm,
        start_on=start_on,
        start_from=None,
        stand_in=False,
        due_on=counted.due_on,
        strict_on=counted.strict_on,
        atw_due_on=counted.atw_on,
        statutory_due_on=None,
        skipped=_skipped(norm, start_on, counted, rules),
        atw_skipped=_rolled_over(rules, counted.strict_on, counted.atw_on),
    )


def _skipped(norm: Norm, start_on: date, counted: Counted, rules: Rules) -> tuple[SkippedDay, ...]:
    if norm.counting is not Counting.FORWARD:
        return ()
    return skipped_days(start_on, norm.length, counted, rules.calendar)


def _rolled_over(rules: Rules, strict_on: date, atw_on: date) -> tuple[SkippedDay, ...]:
    if strict_on == atw_on:
        return ()
    return rules.calendar.skipped(strict_on - timedelta(days=1), atw_on - timedelta(days=1))


def checklist_of(view: CaseView) -> tuple[tuple[FactKind, bool], ...]:
    """Return each item of the course's checklist, and whether it is recorded."""
    return tuple((kind, kind in view.ledger) for kind in COURSE_CHECKLIST)
