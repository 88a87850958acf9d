"""`cases` and `case`: a list of cases, and all that is known of one."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import typer

from app.choices import municipality_code, norm_code, organisation_code, status_named
from app.commands.desk import Desk, desk_at
from app.commands.options import DEFAULT_CONFIG, AsJson, ConfigFile
from app.moments import read_day
from app.output import in_zone, print_json, print_page, table
from app.usage import command
from core.clocktime import local_date
from core.errors import ProblemCode, refuse
from core.facts import NEED, Fact, kind_of_item
from core.help import Need
from core.same_face import SameFace
from core.terms import Status
from services.case_lists import CaseFilter, CaseSummary, list_cases
from services.case_views import CaseView, TermView
from services.cases import read_case
from services.couplings import steadiness_of
from services.directory import read_directory
from services.escalation_views import EscalationView, case_escalations
from templates import phrase

_WHOSE = ("case", "organisation", "municipality", "measure", "protector", "manager")
_COLUMNS = (*_WHOSE, "next_due", "worst_status")


def cases(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    gi: Annotated[str | None, typer.Option("--gi", metavar="GI", help="Alleen van deze instelling.")] = None,
    gemeente: Annotated[
        str | None, typer.Option("--gemeente", metavar="GEMEENTE", help="Alleen uit deze gemeente.")
    ] = None,
    norm: Annotated[
        str | None, typer.Option("--norm", metavar="NORM", help="Alleen met een termijn voor deze norm.")
    ] = None,
    status: Annotated[
        str | None,
        typer.Option("--status", metavar="STATUS", help=f"Alleen met deze status: {', '.join(Status)}."),
    ] = None,
    protector: Annotated[
        str | None, typer.Option("--protector", metavar="NAAM", help="Alleen van deze jeugdbeschermer.")
    ] = None,
    ended: Annotated[bool, typer.Option("--all", help="Ook zaken waarvan de maatregel voorbij is.")] = False,
    as_json: AsJson = False,
) -> None:
    """Toont de lijst met zaken, op volgorde van zaakcode."""
    with desk_at(config) as desk:
        only = CaseFilter(norm=norm, protector=protector, status=status_named(status), include_ended=ended)
        found = list_cases(
            desk.house, actor=desk.actor, now=desk.now, only=_checked(desk, only, gi=gi, gemeente=gemeente)
        )
    if as_json:
        print_json([summary_data(one) for one in found])
    else:
        print_page("cases", count=len(found), table=table(_COLUMNS, map(_row, found)) if found else "")


def _checked(desk: Desk, only: CaseFilter, *, gi: str | None, gemeente: str | None) -> CaseFilter:
    """Return the filter with codes; refuses what is unknown, which would find nothing and say nothing."""
    rules = desk.house.rules
    if only.protector and read_directory(desk.house, desk.now).named(only.protector) is None:
        raise refuse(ProblemCode.PERSON_UNKNOWN, column="--protector", value=only.protector)
    return replace(
        only,
        organisation=organisation_code(rules, gi),
        municipality=municipality_code(rules, gemeente),
        norm=norm_code(rules, only.norm),
    )


def summary_data(one: CaseSummary | CaseView) -> dict[str, object]:
    """Return a case in short, as JSON shows it."""
    return {
        "case": one.case.code,
        "organisation": one.case.organisation,
        "municipality": one.case.municipality,
        "measure": one.case.measure,
        "protector": one.protector,
        "manager": one.manager,
        "worst_status": one.worst_status,
    }


def _row(one: CaseSummary) -> tuple[str | None, ...]:
    case, due_on = one.case, one.next_due_on
    return (
        case.code,
        case.organisation,
        case.municipality,
        case.measure,
        one.protector,
        one.manager,
        due_on.isoformat() if due_on < date.max else "",
        phrase(f"status.{one.worst_status}") if one.worst_status else "",
    )


def case(
    code: Annotated[
        str, typer.Argument(parser=str.upper, metavar="CODE", help="De zaakcode, zoals GIA-2026-0001.")
    ],
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATUM", help="Zoals het er aan het eind van die dag voor stond."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Toont alles wat van één zaak bekend is: termijnen, feiten en wijzigingen."""
    on = read_day("--as-of", as_of) if as_of else None
    with desk_at(config) as desk:
        view = read_case(desk.house, code, actor=desk.actor, now=desk.now, as_of=on)
        facts = [_fact(fact, on, desk) for fact in view.facts]
        others = {item: told for item, told in view.items.items() if kind_of_item(item) != NEED}
        steady = steadiness_of(view)
        climbing = case_escalations(desk.house, code, actor=desk.actor, now=desk.now) if on is None else []
    if as_json:
        terms = [_term(one) for one in view.terms]
        data = summary_data(view) | {"terms": terms, "facts": facts, "same_face": _same_face(steady)}
        print_json(data | {"needs": [_need(one) for one in view.needs], **_beside(view, climbing, desk)})
    else:
        print_page("case", view=view, facts=facts, as_of=on, steady=steady, climbing=climbing, others=others)


def _beside(view: CaseView, climbing: list[EscalationView], desk: Desk) -> dict[str, object]:
    zone = desk.house.rules.zone
    return {
        "items": [
            {"item": item, "facts": {kind: told.on for kind, told in ledger.items()}}
            for item, ledger in view.items.items()
            if kind_of_item(item) != NEED
        ],
        "escalations": [
            {
                "norm": one.escalation.norm,
                "stage": one.escalation.stage,
                "running": one.escalation.is_running,
                "holder": one.holder if one.escalation.is_running else None,
                "since_at": in_zone(one.escalation.since_at, zone),
            }
            for one in climbing
        ],
    }


def _need(one: Need) -> dict[str, object]:
    return {
        "number": one.number,
        "asked_on": one.asked_on,
        "asked_of": one.asked_of,
        "contracted": one.contracted,
        "funded_on": one.funded_on,
        "intake_on": one.intake_on,
        "expected_on": one.expected_on,
        "started_on": one.started_on,
        "fit": one.fit,
        "stopped_on": one.stopped_on,
    }


def _same_face(steady: SameFace) -> dict[str, object]:
    return {
        "days_without": steady.days_without,
        "days_in_intake": steady.days_in_intake,
        "unplanned": steady.unplanned,
        "holdings": [
            {"person": one.person, "kind": one.kind, "from_on": one.from_on, "to_on": one.to_on}
            for one in steady.holdings
        ],
    }


def _term(one: TermView) -> dict[str, object]:
    term = one.term
    return {
        "norm": term.norm,
        "start_on": term.start_on,
        "start_from": term.start_from,
        "stand_in": term.stand_in,
        "due_on": term.due_on,
        "atw_due_on": term.atw_due_on,
        "needed_by_on": term.needed_by_on,
        "statutory_due_on": term.statutory_due_on,
        "status": one.status,
        "light": one.light,
        "met_on": term.met_on,
        "explained_on": term.explained_on,
        "explanations": term.explanations,
        "expected_on": term.expected_on,
        "next_notice_on": one.next_notice_on,
    }


def _fact(fact: Fact, as_of: date | None, desk: Desk) -> dict[str, object]:
    zone = desk.house.rules.zone
    withdrawn = fact.withdrawn_at
    return {
        "kind": fact.kind,
        "on": fact.on,
        "value": fact.value,
        "source": fact.source,
        "recorded_at": in_zone(fact.recorded_at, zone),
        "recorded_by": fact.recorded_by,
        "withdrawn": withdrawn is not None and (as_of is None or local_date(withdrawn, zone) <= as_of),
    }


COMMANDS = {"cases": command(cases), "case": command(case)}
