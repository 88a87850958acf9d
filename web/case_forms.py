"""What can be added to a case by a form of its own: each with who may, what it asks, and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from core.dates import EXTENSION_REASONS, ItemKind
from core.errors import ProblemCode, refuse
from core.facts import FactKind, kind_of_item
from core.people import Actor
from services.case_views import CaseView
from services.couplings import plan_handover, uncouple
from services.escalating import escalate_now
from services.house import House
from services.items import add_item, ask_help, extend_item, send_request
from services.measure_end import extend_measure
from services.people import team_protectors
from services.reassignment import move_municipality
from templates import known_phrases, phrase
from web.forms import Reading
from web.visitor import Visitor

MEASURE = "maatregel"
"""Stands for the measure where an item of a case is extended."""

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a form is filled in: by whom, for which case; `about` is an item, a term or a kind of date."""

    house: House
    visitor: Visitor
    view: CaseView
    about: str = ""

    @property
    def code(self) -> str:
        """Return the code of the case."""
        return self.view.case.code

    @property
    def actor(self) -> Actor:
        """Return who acts."""
        return self.visitor.actor

    @property
    def now(self) -> datetime:
        """Return the moment of the request."""
        return self.visitor.now


@dataclass(frozen=True, slots=True)
class CaseForm:
    """One form: `options` are what can be chosen per field, `read` returns the work that its fields ask for.

    With `couples` it is for who may couple, else for who may record.
    """

    options: Callable[[Desk], Mapping[str, object]]
    read: Callable[[Desk, Reading], Work]
    couples: bool = False

    def is_for(self, view: CaseView) -> bool:
        """Tell whether the reader of the case may use it."""
        return view.may_couple if self.couples else view.may_record


# --- help and requests ---


def _help_options(at: Desk) -> Mapping[str, object]:
    kinds = [(kind.code, kind.label) for kind in at.house.rules.escalation.help_kinds.values()]
    asked = [(code, phrase(f"asked_of.{code}")) for code in known_phrases()["asked_of"]]
    return {"kinds": kinds, "asked_of": asked}


def _read_help(at: Desk, form: Reading) -> Work:
    kind = form.choice("soort", at.house.rules.escalation.help_kinds)
    asked_of = form.choice("gevraagd_bij", known_phrases()["asked_of"])
    on = form.day("gevraagd")
    return lambda: ask_help(at.house, at.code, kind, asked_of, _known(on), actor=at.actor, now=at.now)


def request_kinds(house: House, view: CaseView) -> list[ItemKind]:
    """Return the requests that this case's institution can send."""
    return [kind for kind in _kinds_here(house, view) if kind.is_request]


def date_kinds(house: House, view: CaseView) -> list[ItemKind]:
    """Return the other dates that a case of this institution can have."""
    return [kind for kind in _kinds_here(house, view) if not kind.is_request]


def _kinds_here(house: House, view: CaseView) -> list[ItemKind]:
    kinds = house.rules.escalation.item_kinds.values()
    return [kind for kind in kinds if not kind.organisations or view.case.organisation in kind.organisations]


def _request_options(at: Desk) -> Mapping[str, object]:
    kinds = [(kind.code, kind.title) for kind in request_kinds(at.house, at.view)]
    return {"kinds": kinds, "needs": at.view.needs}


def _read_request(at: Desk, form: Reading) -> Work:
    kind = form.choice("soort", [kind.code for kind in request_kinds(at.house, at.view)])
    numbers = [str(need.number) for need in at.view.needs] or ["1"]
    need = numbers[0] if len(numbers) == 1 else form.choice("hulpvraag", numbers)
    on = form.day("verstuurd")
    return lambda: send_request(at.house, at.code, kind, int(need), _known(on), actor=at.actor, now=at.now)


# --- other dates ---


def _date_options(at: Desk) -> Mapping[str, object]:
    kinds = date_kinds(at.house, at.view)
    chosen = next((kind for kind in kinds if kind.code == at.about), None)
    return {"kinds": [(kind.code, kind.title) for kind in kinds], "chosen": chosen}


def _read_dates(at: Desk, form: Reading) -> Work:
    chosen = next((kind for kind in date_kinds(at.house, at.view) if kind.code == at.about), None)
    if chosen is None:
        raise refuse(ProblemCode.ITEM_KIND_UNKNOWN, value=at.about)
    dates = {kind: form.day(kind) for kind in chosen.asks}
    kept = {kind: on for kind, on in dates.items() if on is not None}
    return lambda: add_item(at.house, at.code, chosen.code, kept, actor=at.actor, now=at.now)


def _extend_options(at: Desk) -> Mapping[str, object]:
    ledger = at.view.items.get(at.about, {}) if at.about != MEASURE else at.view.ledger
    ends = ledger.get(FactKind.MEASURE_ENDS if at.about == MEASURE else FactKind.ITEM_ENDS)
    return {"reasons": _reasons(at), "until": ends.on if ends else None, "about": at.about}


def _reasons(at: Desk) -> list[tuple[str, str]]:
    """Return why it can be extended. Refuses an item that is not there or that is never extended."""
    if at.about == MEASURE:
        return [(one.code, one.label) for one in EXTENSION_REASONS]
    kind = at.house.rules.escalation.item_kinds.get(kind_of_item(at.about))
    if at.about not in at.view.items or kind is None or not kind.reasons:
        raise refuse(ProblemCode.ITEM_UNKNOWN, value=at.about, known=tuple(at.view.items))
    return [(one.code, one.label) for one in kind.reasons]


def _read_extension(at: Desk, form: Reading) -> Work:
    reason, on = form.choice("reden", [code for code, _ in _reasons(at)]), form.day("tot")
    if at.about == MEASURE:
        return lambda: extend_measure(at.house, at.code, _known(on), reason, actor=at.actor, now=at.now)
    return lambda: extend_item(at.house, at.code, at.about, _known(on), reason, actor=at.actor, now=at.now)


# --- who has the case, and where it is ---


def _nothing(_: Desk) -> Mapping[str, object]:
    return {}


def _read_loss(at: Desk, form: Reading) -> Work:
    on = form.day("op")
    return lambda: uncouple(at.house, at.code, _known(on), actor=at.actor, now=at.now)


def _handover_options(at: Desk) -> Mapping[str, object]:
    return {"people": [(name, name) for name in _others(at)]}


def _others(at: Desk) -> list[str]:
    people = team_protectors(at.house, at.view.case.organisation, actor=at.actor, now=at.now)
    return [one.name for one in people if one.name != at.view.protector]


def _read_handover(at: Desk, form: Reading) -> Work:
    person = form.choice("wie", ["", *_others(at)]) or None
    on = form.day("op")
    return lambda: plan_handover(at.house, at.code, person, _known(on), actor=at.actor, now=at.now)


def _place_options(at: Desk) -> Mapping[str, object]:
    places = sorted(at.house.rules.municipalities.values(), key=lambda one: one.name)
    return {"places": [(one.code, one.name) for one in places if one.code != at.view.case.municipality]}


def _read_place(at: Desk, form: Reading) -> Work:
    place = form.choice("gemeente", at.house.rules.municipalities)
    return lambda: move_municipality(at.house, at.code, place, actor=at.actor, now=at.now)


def _climb_options(at: Desk) -> Mapping[str, object]:
    term = at.view.term(at.about)
    if term is None or not term.term.is_open:
        raise refuse(ProblemCode.ESCALATION_UNKNOWN)
    return {"term": term}


def _read_climb(at: Desk, _: Reading) -> Work:
    _climb_options(at)
    return lambda: escalate_now(at.house, at.code, at.about, actor=at.actor, now=at.now)


def _known(on: date | None) -> date:
    if on is None:
        message = "a form without its day was taken for complete"
        raise ValueError(message)
    return on


CASE_FORMS: Mapping[str, CaseForm] = {
    "hulpvraag": CaseForm(_help_options, _read_help),
    "aanvraag": CaseForm(_request_options, _read_request),
    "datum": CaseForm(_date_options, _read_dates),
    "verlengen": CaseForm(_extend_options, _read_extension),
    "zonder": CaseForm(_nothing, _read_loss, couples=True),
    "overdracht": CaseForm(_handover_options, _read_handover, couples=True),
    "gemeente": CaseForm(_place_options, _read_place),
    "opschalen": CaseForm(_climb_options, _read_climb),
}
