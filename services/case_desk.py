"""One unit of work on cases by one actor, and what is asked of everything that goes into a case."""

from datetime import date, datetime

from core.cases import Case
from core.errors import Problem, ProblemCode, Refused, refuse
from core.facts import FORWARD_LOOKING, Fact, FactKind
from core.people import Actor, Person, Role
from core.privacy import CodeVerdict, check_case_code
from core.rights import CaseHolders, Verb, demand, nearness_to_case
from core.rules import Rules
from core.workdays import FIRST_DAY, LAST_DAY
from services.case_views import CaseView, view_case
from services.derivation import rederive
from services.directory import Directory
from services.scene import Scene
from storage.queries.cases import case_by_code, case_record, facts_of, lock_case
from storage.queries.office import leave_audit
from storage.store import Transaction


class CaseDesk:
    """One unit of work on cases by one actor; whatever is handed over it is locked until the end."""

    def __init__(self, scene: Scene, actor: Actor) -> None:
        """Take the scene and who acts."""
        self.scene, self.actor = scene, actor

    def demand(self, code: str, verb: Verb) -> Case:
        """Return the case, locked, when the actor may do this."""
        found = case_by_code(self.scene.tx, code)
        if found is None:
            raise refuse(ProblemCode.CASE_UNKNOWN, value=code)
        case = stored_case(self.scene.tx, found.id)
        demand_case(self.actor, verb, self.scene.directory.holders(case, self.scene.today), code)
        return case

    def facts(self, case: Case) -> list[Fact]:
        """Return the facts of a case, withdrawn ones too."""
        return facts_of(self.scene.tx, [case.id])[case.id]

    def rederive(self, case_id: int) -> Case:
        """Derive the terms of a case again; return the case as it is now."""
        case = stored_case(self.scene.tx, case_id)
        rederive(self.scene, case)
        return case

    def leave_audit(self, verb: str, code: str, **details: object) -> None:
        """Keep what the actor did."""
        scene = self.scene
        leave_audit(scene.tx, actor=self.actor.name, verb=verb, subject=code, now=scene.now, details=details)

    def view(self, case_id: int) -> CaseView:
        """Return the case as it stands in this unit of work."""
        scene = self.scene
        record = case_record(scene.tx, stored_case(scene.tx, case_id))
        return view_case(record, self.actor, scene.rules, scene.directory, scene.today)


def stored_case(tx: Transaction, case_id: int) -> Case:
    """Return a case that must be there, locked."""
    case = lock_case(tx, case_id)
    if case is None:
        message = f"case {case_id} vanished inside its own unit of work"
        raise LookupError(message)
    return case


def demand_case(actor: Actor, verb: Verb, holders: CaseHolders, code: str) -> None:
    """Refuse what is not allowed; who may not even see the case learns only that it is unknown to them."""
    nearness = nearness_to_case(actor, holders)
    try:
        demand(actor, Verb.SEE_CASE, nearness)
    except Refused as error:
        raise refuse(ProblemCode.CASE_UNKNOWN, value=code) from error
    demand(actor, verb, nearness)


def holder(directory: Directory, name: str, role: Role, organisation: str) -> Person:
    """Return who has this user name; refuses who cannot hold a case of that institution in that role."""
    problem = holder_problem(directory, name, role, organisation)
    person = directory.named(name)
    if problem or person is None:
        raise Refused(problem or Problem(ProblemCode.PERSON_UNKNOWN, value=name))
    return person


def holder_problem(directory: Directory, name: str, role: Role, organisation: str) -> Problem | None:
    """Return why this user name cannot hold a case of that institution in that role, or None."""
    person = directory.named(name)
    if person is None:
        return Problem(ProblemCode.PERSON_UNKNOWN, value=name)
    if person.revoked_at is not None:
        return Problem(ProblemCode.PERSON_REVOKED, {"name": name}, value=name)
    if role not in person.roles:
        return Problem(ProblemCode.PERSON_WRONG_ROLE, {"name": name, "role": role}, value=name)
    if person.organisation != organisation:
        details = {"name": name, "organisation": organisation}
        return Problem(ProblemCode.PERSON_OTHER_ORGANISATION, details, value=name)
    return None


_CODE_PROBLEMS = {
    CodeVerdict.LOOKS_LIKE_BSN: ProblemCode.CASE_CODE_BSN,
    CodeVerdict.LOOKS_LIKE_NAME: ProblemCode.CASE_CODE_NAME,
    CodeVerdict.NOT_MATCHING: ProblemCode.CASE_CODE_FORM,
}


def check_code(code: str, rules: Rules) -> None:
    """Refuse a case code that does not have the configured form."""
    pattern = rules.privacy.case_code
    verdict = check_case_code(code, pattern)
    if verdict is not CodeVerdict.OK:
        shown = code if verdict is CodeVerdict.NOT_MATCHING else None
        raise refuse(_CODE_PROBLEMS[verdict], column="zaak", value=shown, pattern=pattern.pattern)


def check_date(kind: FactKind, on: date, today: date) -> None:
    """Refuse a date outside 2000-2099, and evidence from the future."""
    if not FIRST_DAY <= on <= LAST_DAY:
        raise refuse(
            ProblemCode.DATE_OUT_OF_RANGE, column=kind, value=on.isoformat(), first=FIRST_DAY, last=LAST_DAY
        )
    may_be_future = kind in FORWARD_LOOKING or kind is FactKind.MEASURE_STARTED
    if on > today and not may_be_future:
        raise refuse(ProblemCode.DATE_IN_FUTURE, column=kind, value=on.isoformat(), today=today)


def fact_row(
    case_id: int,
    kind: FactKind,
    on: date | None,
    *,
    now: datetime,
    by: str,
    value: str | None = None,
    measure_no: int = 1,
    source: str = "",
    item: str | None = None,
    detail: str | None = None,
    note: str | None = None,
) -> dict[str, object]:
    """Return the columns of a new fact."""
    return {
        "case_id": case_id,
        "kind": str(kind),
        "on": on,
        "value": value,
        "measure_no": measure_no,
        "source": source,
        "recorded_at": now,
        "recorded_by": by,
        "item": item,
        "detail": detail,
        "note": note,
    }
