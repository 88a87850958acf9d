"""`escalation`, `route`, `waiting` and `explain`: who can still turn it, and why it is late."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated

import typer

from app.choices import municipality_code, organisation_code
from app.commands.cases import summary_data
from app.commands.desk import Desk, desk_at
from app.commands.options import DEFAULT_CONFIG, AsJson, ConfigFile
from app.moments import read_day
from app.output import in_zone, print_json, print_page
from app.usage import command
from core.desks import Desk as EscalationDesk
from core.errors import ProblemCode, Refused, refuse
from core.escalations import EscalationStep
from core.facts import kind_of_item
from core.ladder import Delay, DelayUnit
from services.case_lists import CaseFilter
from services.escalation_views import EscalationView, RouteCard, case_escalations, route_card
from services.explanations import explain as explain_term
from services.explanations import waiting_cases

Code = Annotated[
    str, typer.Argument(parser=str.upper, metavar="CODE", help="De zaakcode, zoals GIA-2026-0001.")
]


def escalation(
    code: Code,
    norm: Annotated[
        str | None, typer.Argument(metavar="[NORM]", help="Alleen van deze termijn, zoals 3 of crisisplek.1.")
    ] = None,
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Toont de opschalingen van een zaak: wie had haar wanneer, en met welk antwoord."""
    with desk_at(config) as desk:
        _check_norm(desk, norm)
        found = case_escalations(desk.house, code, norm, actor=desk.actor, now=desk.now)
        data = [escalation_data(view, desk) for view in found]
    if as_json:
        print_json(data)
    else:
        print_page("escalation", code=code, views=found)


def _check_norm(desk: Desk, norm: str | None) -> None:
    codes = desk.house.rules.norms.codes
    if norm is not None and kind_of_item(norm) not in codes:
        raise refuse(ProblemCode.NORM_UNKNOWN, value=norm, known=codes)


def escalation_data(view: EscalationView, desk: Desk) -> dict[str, object]:
    """Return what is known of an escalation, as JSON shows it."""
    zone, found = desk.house.rules.zone, view.escalation
    return {
        "case": view.code,
        "norm": found.norm,
        "stage": found.stage,
        "running": found.is_running,
        "rung": view.rung.code if view.rung else None,
        "holder": view.holder if found.is_running else None,
        "previous": view.previous,
        "watched_on": found.watched_on,
        "forecast": found.forecast,
        "began_at": in_zone(found.began_at, zone),
        "since_at": in_zone(found.since_at, zone),
        "next_at": in_zone(found.next_at, zone),
        "ladder": [{"rung": rung.code, "who": rung.who, "acts": rung.acts} for rung in view.rungs],
        "steps": [_step(step, view, desk) for step in view.steps],
    }


def _step(step: EscalationStep, view: EscalationView, desk: Desk) -> dict[str, object]:
    rung = view.rungs[step.rung].code if 0 <= step.rung < len(view.rungs) else None
    return {
        "at": in_zone(step.at, desk.house.rules.zone),
        "kind": step.kind,
        "rung": rung,
        "person": step.person,
        "by": step.by,
        "reason": step.reason,
        "note": step.note,
        "details": dict(step.details),
    }


def route(
    municipality: Annotated[str, typer.Argument(metavar="GEMEENTE", help="De code of naam van de gemeente.")],
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    gi: Annotated[str, typer.Option("--gi", metavar="GI", help="Zoals voor een zaak van deze GI.")] = "",
    as_json: AsJson = False,
) -> None:
    """Toont de route van opschalen voor een gemeente: wie, binnen hoeveel tijd, en volgens welke bron."""
    with desk_at(config) as desk:
        place = municipality_code(desk.house.rules, municipality) or ""
        organisation = organisation_code(desk.house.rules, gi or None) or ""
        card = route_card(desk.house, place, organisation=organisation, now=desk.now)
    if as_json:
        print_json(_card_data(card))
    else:
        print_page("route", card=card)


def _card_data(card: RouteCard) -> dict[str, object]:
    steps = card.route.steps if card.route else ()
    return {
        "municipality": card.municipality,
        "region": card.region,
        "source": card.route.source if card.route else None,
        "assumed": card.route.assumed if card.route else None,
        "steps": [
            {
                "rung": step.rung.code,
                "who": step.rung.who,
                "acts": step.rung.mode == "act",
                "hint": step.hint,
                "accept_within": delay_text(_answer_term(step.rung.accept_within, desk)),
                "desk": _desk_data(desk),
            }
            for step, desk in zip(steps, card.desks, strict=True)
        ],
    }


def _answer_term(own: Delay, desk: EscalationDesk | None) -> Delay:
    return desk.answer_within if desk and desk.answer_within else own


def delay_text(delay: Delay) -> str:
    """Return a delay as configuration writes it: `2 werkdagen`, `4 uren`."""
    return f"{delay.count} {'werkdagen' if delay.unit is DelayUnit.WORKING_DAYS else 'uren'}"


def _desk_data(desk: EscalationDesk | None) -> dict[str, object] | None:
    if desk is None:
        return None
    return {
        "code": desk.code,
        "name": desk.name,
        "contact": desk.contact,
        "source": desk.source,
        "assumed": desk.assumed,
    }


def waiting(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    gi: Annotated[str | None, typer.Option("--gi", metavar="GI", help="Alleen van deze instelling.")] = None,
    gemeente: Annotated[
        str | None, typer.Option("--gemeente", metavar="GEMEENTE", help="Alleen uit deze gemeente.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Toont wie op hulp wacht, in drie groepen: te lang, eerder nodig, en hulp die niet past."""
    with desk_at(config) as desk:
        rules = desk.house.rules
        only = CaseFilter(
            organisation=organisation_code(rules, gi), municipality=municipality_code(rules, gemeente)
        )
        found = waiting_cases(desk.house, actor=desk.actor, now=desk.now, only=only)
    if as_json:
        print_json({group.value: [summary_data(one) for one in cases] for group, cases in found.items()})
    else:
        print_page("waiting", groups={group.value: cases for group, cases in found.items()})


_OPTIONS = {"nieuwe_datum": "--until", "text": "--note"}


@contextmanager
def _named_as_options() -> Iterator[None]:
    """Let what is refused of a field name the option that filled it in."""
    try:
        yield
    except Refused as refused:
        found = [replace(one, column=_OPTIONS.get(one.column or "", one.column)) for one in refused.problems]
        raise type(refused)(*found) from None


def explain(
    code: Code,
    norm: Annotated[str, typer.Argument(metavar="NORM", help="De norm: 2 of 3.")],
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    reason: Annotated[
        str, typer.Option("--reason", metavar="REDEN", help="Waarom het niet op tijd lukt: een code.")
    ] = "",
    until: Annotated[str, typer.Option("--until", metavar="DATUM", help="De nieuwe datum.")],
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEKST", help="Een korte toelichting, zonder namen.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Legt uit waarom een termijn niet gehaald wordt, en tot wanneer. Uitgelegd is niet gehaald."""
    new_on = read_day("--until", until)
    with desk_at(config) as desk, _named_as_options():
        done = explain_term(desk.house, code, norm, reason, new_on, note=note, actor=desk.actor, now=desk.now)
        view = done.view.term(norm)
    data = {
        "case": code,
        "norm": norm,
        "due_on": view.term.due_on if view else None,
        "explained_on": done.until_on,
        "reason": reason,
        "explanations": done.times,
        "status": view.status if view else None,
    }
    if as_json:
        print_json(data)
    else:
        print_page("explained", **data)


COMMANDS = {
    "escalation": command(escalation),
    "route": command(route),
    "waiting": command(waiting),
    "explain": command(explain),
}
