"""The page of a whole case: its terms, why each date is what it is, and what its reader can do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.cases import Case
from core.dates import HANDOVER
from core.escalations import Blocker
from core.facts import COURSE_CHECKLIST, NEED, FactKind, Ledger, kind_of_item
from core.help import Need
from core.ledger import COUPLING
from core.people import Actor, Person
from core.rights import RIGHTS, Verb
from core.terms import Status
from services.actions import ActionVerb, Offer, Offered, case_offers, offer_these
from services.case_aside import CaseAside, read_aside
from services.case_views import CaseView, Explanation, TermView
from services.cases import explain_term, read_case
from services.escalation_offers import answer_offers
from services.escalation_views import EscalationView
from services.house import House
from services.items import item_of
from web.case_forms import request_kinds
from web.ledger_words import ShownFact, item_name, label, shown_facts
from web.pages import OK, Page, page
from web.visitor import Visitor

_TAKEN_BACK = (FactKind.FIRST_CONTACT, *COURSE_CHECKLIST, FactKind.COURSE_SET, FactKind.HELP_STARTED)
_STEPS = (
    FactKind.HELP_CONTRACTED,
    FactKind.HELP_FUNDED,
    FactKind.HELP_INTAKE,
    FactKind.HELP_WAITING,
    FactKind.HELP_STARTED,
    FactKind.HELP_STOPPED,
)


@dataclass(frozen=True, slots=True)
class ShownTerm:
    """A term with why it falls on its day and what can be done about it; `climbs` offers to escalate now."""

    view: TermView
    why: Explanation
    offers: tuple[Offered, ...]
    climbs: bool


@dataclass(frozen=True, slots=True)
class ShownNeed:
    """A need for help with the words of its kind, and the steps that can be recorded of it."""

    need: Need
    kind: str
    steps: tuple[Offered, ...]
    back: Offered | None = None


@dataclass(frozen=True, slots=True)
class ShownItem:
    """A request or other date: what it is called, what counts of it, its terms; `extends` by its key."""

    key: str
    title: str
    ledger: Ledger
    terms: tuple[ShownTerm, ...]
    extends: bool
    for_need: str = ""
    back: Offered | None = None


@dataclass(frozen=True, slots=True)
class ShownEscalation:
    """An escalation with a link for each answer that its reader can give."""

    view: EscalationView
    offers: tuple[Offered, ...]


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case as the page shows it; `offers` are about the whole case, `facts` what stands, oldest first.

    `terms` are the norms and other clocks of the case itself.
    """

    view: CaseView
    aside: CaseAside
    terms: tuple[ShownTerm, ...]
    needs: tuple[ShownNeed, ...]
    requests: tuple[ShownItem, ...]
    dates: tuple[ShownItem, ...]
    escalations: tuple[ShownEscalation, ...]
    offers: tuple[Offered, ...]
    facts: tuple[ShownFact, ...]
    forms: tuple[str, ...]
    blocked: Mapping[int, tuple[tuple[str, str], ...]]
    extends_measure: bool
    form_labels: Mapping[str, str]


def case_page(
    house: House,
    codes: Sequence[str],
    person: Person,
    actor: Actor,
    now: datetime,
    visitor: Visitor | None,
    *,
    told: str = "",
) -> Page:
    """Return the page of one or more cases; its links get tokens, nothing else changes.

    Refuses a case that is unknown or nothing to the reader. `told` says what was done just now.
    """
    cases = [_Shelf(house, code, person, actor, now, visitor).shown() for code in codes]
    return page(OK, "cases", visitor=visitor, cases=cases, told=told)


def offered_here(
    house: House, offers: Sequence[Offer], case: Case, person: Person, now: datetime, visitor: Visitor | None
) -> list[Offered]:
    """Give offers their tokens: on a page of a session they work for who is signed in only."""
    bound = [replace(offer, signed_in=visitor is not None) for offer in offers]
    return offer_these(house, bound, {case.id: case.code}, person, now, long=True)


class _Shelf:
    """One case being laid out for one reader; every link gets its token in one unit of work."""

    def __init__(
        self, house: House, code: str, person: Person, actor: Actor, now: datetime, visitor: Visitor | None
    ) -> None:
        self.house, self.actor, self.now = house, actor, now
        self.case = read_case(house, code, actor=actor, now=now)
        self.aside = read_aside(house, self.case, actor=actor, now=now)
        offers = list(self._offers())
        made = offered_here(house, offers, self.case.case, person, now, visitor)
        self.made = dict(zip(offers, made, strict=True))

    def _offers(self) -> dict[Offer, None]:
        """Return everything that can be done, each once."""
        case, found = self.case, [*case_offers(self.case), *_later(self.case)]
        back = _taking_back(case, self.actor)
        found += back.values()
        if _may_take_back(case, self.actor):
            added = {fact.item for fact in case.facts if fact.item and fact.stands()}
            found += [self._undo(key) for key in case.items if key in added and _is_added(key)]
        found += [offer for one in self.aside.escalations for offer in answer_offers(one)]
        if case.may_record:
            if any(need.stopped_on is None for need in case.needs):
                found += [self._step(kind) for kind in _STEPS]
            found += [self._step(kind) for kind in self._own_facts()]
        return dict.fromkeys(found)

    def _undo(self, item: str) -> Offer:
        """Return the offer to take back a need or date that was added by mistake."""
        return Offer(ActionVerb.WITHDRAW, self.case.case.id, item=item)

    def _step(self, kind: FactKind) -> Offer:
        return Offer(ActionVerb.RECORD, self.case.case.id, None, kind)

    def _own_facts(self) -> list[FactKind]:
        """Return what can be recorded of the case itself beside its terms."""
        kinds = [FactKind.MEASURE_ENDS] if FactKind.MEASURE_ENDS not in self.case.ledger else []
        if "consult" in self.aside.prompts:
            kinds.append(FactKind.CONSULTED)
        return kinds

    def shown(self) -> ShownCase:
        """Return the case as the page shows it."""
        case, rules = self.case, self.house.rules
        back = {kind: self.made[offer] for kind, offer in _taking_back(case, self.actor).items()}
        requests = {kind.code for kind in request_kinds(self.house, case)}
        steps = {self._step(kind) for kind in _STEPS}
        items = [self._item(key) for key in case.items if kind_of_item(key) != NEED]
        return ShownCase(
            view=case,
            aside=self.aside,
            terms=tuple(self._term(term) for term in case.terms if "." not in term.key),
            needs=tuple(self._need(need) for need in case.needs),
            requests=tuple(item for item in items if kind_of_item(item.key) in requests),
            dates=tuple(item for item in items if kind_of_item(item.key) not in requests),
            escalations=tuple(self._escalation(one) for one in self.aside.escalations),
            offers=tuple(
                made
                for offer, made in self.made.items()
                if offer.norm is None and offer.verb is not ActionVerb.WITHDRAW and offer not in steps
            ),
            facts=shown_facts(rules, case, back),
            forms=self._forms(),
            blocked={number: self._blocked(found) for number, found in self.aside.blockers.items()},
            extends_measure=case.may_record and FactKind.MEASURE_ENDS in case.ledger,
            form_labels={choice.code: choice.label for choice in rules.escalation.form},
        )

    def _forms(self) -> tuple[str, ...]:
        """Return the forms of the case that its reader may use."""
        recording = ("hulpvraag", "aanvraag", "datum", "gemeente") if self.case.may_record else ()
        coupling = ("overdracht", "zonder") if self.case.may_couple and self.case.protector else ()
        return (*recording, *coupling)

    def _term(self, term: TermView) -> ShownTerm:
        house, code = self.house, self.case.case.code
        running = {one.escalation.norm for one in self.aside.escalations if one.escalation.is_running}
        return ShownTerm(
            view=term,
            why=explain_term(house, code, term.key, actor=self.actor, now=self.now),
            offers=tuple(
                made
                for offer, made in self.made.items()
                if offer.norm == term.key and offer.verb is not ActionVerb.ESCALATE
            ),
            climbs=self.case.may_record
            and bool(term.norm.ladder)
            and term.term.is_open
            and term.status is not Status.ENDED
            and term.key not in running,
        )

    def _need(self, need: Need) -> ShownNeed:
        steps = [self._step(kind) for kind in _steps_left(need)] if self.case.may_record else []
        kinds = self.house.rules.escalation.help_kinds
        made = tuple(self.made[step] for step in steps if step in self.made)
        back = self.made.get(self._undo(need.item))
        return ShownNeed(need, label(kinds, need.help_kind or ""), made, back)

    def _item(self, key: str) -> ShownItem:
        kind = self.house.rules.escalation.item_kinds.get(kind_of_item(key))
        ledger = self.case.items[key]
        sent = ledger.get(FactKind.REQUEST_SENT)
        terms = [term for term in self.case.terms if item_of(self.house.rules, term.key) == key]
        return ShownItem(
            key=key,
            title=item_name(key),
            ledger=ledger,
            terms=tuple(self._term(term) for term in terms),
            extends=self.case.may_record and bool(kind and kind.reasons),
            for_need=item_name(f"{NEED}.{sent.value}") if sent and sent.value else "",
            back=self.made.get(self._undo(key)),
        )

    def _blocked(self, found: Sequence[Blocker]) -> tuple[tuple[str, str], ...]:
        kinds = self.house.rules.escalation.blocker_kinds
        return tuple((label(kinds, one.kind), one.place) for one in found)

    def _escalation(self, found: EscalationView) -> ShownEscalation:
        return ShownEscalation(found, tuple(self.made[offer] for offer in answer_offers(found)))


def _steps_left(need: Need) -> list[FactKind]:
    """Return the steps that can still be recorded of a need; what changes often can be recorded again."""
    if need.stopped_on is not None:
        return []
    if need.fits:
        return [FactKind.HELP_STOPPED]
    reached = {
        FactKind.HELP_CONTRACTED: need.contracted in ("ja", "nee"),
        FactKind.HELP_FUNDED: need.contracted == "ja" or need.funded_on is not None,
        FactKind.HELP_INTAKE: need.intake_on is not None,
    }
    return [kind for kind in _STEPS if not reached.get(kind)]


def _is_added(key: str) -> bool:
    """Tell whether an item was added by hand, other than who has the case."""
    return kind_of_item(key) not in (COUPLING, HANDOVER)


def _later(case: CaseView) -> list[Offer]:
    return [
        Offer(ActionVerb.LATER, case.case.id, term.key, None, term.version)
        for term in case.terms
        if case.may_record and term.term.is_open and term.status is not Status.ENDED
    ]


def _taking_back(case: CaseView, actor: Actor) -> dict[FactKind, Offer]:
    """Return what stands that the reader may take back."""
    if not _may_take_back(case, actor):
        return {}
    standing = {fact.kind for fact in case.facts if fact.withdrawn_at is None}
    return {
        kind: Offer(ActionVerb.WITHDRAW, case.case.id, None, kind) for kind in _TAKEN_BACK if kind in standing
    }


def _may_take_back(case: CaseView, actor: Actor) -> bool:
    return case.may_record and any(Verb.WITHDRAW_FACT in RIGHTS[role] for role in actor.roles)
