"""Comply or explain: why a term of norm 2 or 3 is not met in time, and until when (D11, D12)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.errors import ProblemCode, refuse
from core.facts import FactKind, Fit
from core.ledger import read_case_ledger
from core.people import Actor
from core.rights import Verb
from core.terms import Status, Term
from services.alerts import AlertKind, tell_manager
from services.case_desk import CaseDesk, check_date, fact_row
from services.case_lists import CaseFilter, CaseSummary, list_cases
from services.case_views import CaseView, TermView
from services.free_text import guarded_text
from services.house import House
from services.scene import Scene, set_scene
from storage.queries.cases import add_facts, facts_of, terms_of


@dataclass(frozen=True, slots=True)
class Explained:
    """What an explanation did: the case as it is now, and the how-manieth it is of its term."""

    view: CaseView
    norm: str
    until_on: date
    times: int


def explain(
    house: House,
    code: str,
    norm: str,
    reason: str,
    new_on: date,
    *,
    note: str | None = None,
    no_names: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> Explained:
    """Explain why a term is not met in time; `new_on` is the date that is guarded from now on.

    A second explanation is told to the manager. Refuses a norm without comply or explain, a missing or
    unknown reason, a new date that has passed or is not later than the present one, and unguarded text.
    """
    with house.store.write() as tx:
        return explain_at(
            CaseDesk(set_scene(tx, house, now), actor),
            code,
            norm,
            reason,
            new_on,
            note=note,
            no_names=no_names,
        )


def explain_at(
    desk: CaseDesk,
    code: str,
    norm: str,
    reason: str | None,
    new_on: date,
    *,
    note: str | None = None,
    no_names: Collection[str] = (),
) -> Explained:
    """Explain in a unit of work that has begun; see `explain`."""
    scene = desk.scene
    case = desk.demand(code, Verb.RECORD_FACT)
    term = _open_term(scene, case.id, norm)
    kind = _explained_by(scene, term)
    _check_reason(scene, reason)
    _check_new_date(scene, kind, term, new_on)
    text = guarded_text(note, scene.rules, scene.today, no_names=no_names)
    row = fact_row(case.id, kind, new_on, value=reason, note=text, now=scene.now, by=desk.actor.name)
    add_facts(scene.tx, [row])
    changed = desk.rederive(case.id)
    times = term.explanations + 1
    if times > 1:
        tell_manager(scene, changed, AlertKind.EXPLAINED_AGAIN, norm=norm, by=desk.actor.person_id)
    desk.leave_audit("explain", code, norm=norm, reason=reason, until=new_on.isoformat(), times=times)
    return Explained(desk.view(case.id), norm, new_on, times)


def _open_term(scene: Scene, case_id: int, norm: str) -> Term:
    terms = {kept.term.norm: kept.term for kept in terms_of(scene.tx, [case_id])[case_id]}
    if norm not in terms:
        raise refuse(ProblemCode.NORM_UNKNOWN, value=norm, known=tuple(terms))
    return terms[norm]


def _explained_by(scene: Scene, term: Term) -> FactKind:
    rule = scene.rules.norms.in_force(term.norm, term.start_on)
    if rule is None or rule.explained_by is None or not term.is_open:
        raise refuse(ProblemCode.EXPLANATION_NOT_HERE, value=term.norm)
    return rule.explained_by


def _check_reason(scene: Scene, reason: str | None) -> None:
    reasons = scene.rules.escalation.reasons
    if not reason:
        raise refuse(ProblemCode.REASON_MISSING, known=tuple(reasons))
    if reason not in reasons:
        raise refuse(ProblemCode.REASON_UNKNOWN, value=reason, known=tuple(reasons))


def _check_new_date(scene: Scene, kind: FactKind, term: Term, new_on: date) -> None:
    check_date(kind, new_on, scene.today)
    if new_on < scene.today:
        raise refuse(ProblemCode.NEW_DATE_PAST, column="nieuwe_datum", value=_shown(new_on))
    if new_on <= term.watched_on:
        raise refuse(
            ProblemCode.NEW_DATE_NOT_LATER, column="nieuwe_datum", value=_shown(new_on), due=term.watched_on
        )


def _shown(on: date) -> str:
    return f"{on.day}-{on.month}-{on.year}"


class Waiting(StrEnum):
    """The three groups of children who wait for help (D12)."""

    LONG = "long"
    SOONER = "sooner"
    UNFIT = "unfit"


def waiting_cases(
    house: House, *, actor: Actor, now: datetime, only: CaseFilter | None = None
) -> Mapping[Waiting, list[CaseSummary]]:
    """Return the cases the actor may see that wait for help, by group; each case in the first that fits it.

    Long: norm 3 has passed. Sooner: help was needed earlier and that day has passed. Unfit: there is help
    that does not fit.
    """
    found: dict[Waiting, list[CaseSummary]] = {group: [] for group in Waiting}
    waiting = [one for one in list_cases(house, actor=actor, now=now, only=only) if _help_is_open(one)]
    with house.store.read() as tx:
        facts = facts_of(tx, [one.case.id for one in waiting])
    for summary in waiting:
        help_told = read_case_ledger(facts[summary.case.id]).case.get(FactKind.HELP_STARTED)
        group = _group(summary, unfit=help_told is not None and help_told.value == Fit.DOES_NOT_FIT)
        if group is not None:
            found[group].append(summary)
    return found


def _help_term(summary: CaseSummary) -> TermView | None:
    return next((one for one in summary.terms if FactKind.HELP_STARTED in one.norm.evidence), None)


def _help_is_open(summary: CaseSummary) -> bool:
    view = _help_term(summary)
    return view is not None and view.term.is_open and view.status is not Status.ENDED


def _group(summary: CaseSummary, *, unfit: bool) -> Waiting | None:
    view = _help_term(summary)
    if view is None:
        return None
    if unfit:
        return Waiting.UNFIT
    if view.term.due_on < summary.today:
        return Waiting.LONG
    return Waiting.SOONER if view.needed_passed else None
