"""The page of a whole case: its terms, why each date is what it is, and what its reader can do."""

from dataclasses import dataclass
from datetime import datetime

from core.facts import COURSE_CHECKLIST, Fact, FactKind
from core.rights import RIGHTS, Verb
from services.actions import ActionVerb, ActionView, Offer, Offered, offer_case, offer_these
from services.case_views import CaseView, Explanation, TermView
from services.cases import explain_term, read_case
from services.house import House
from web.pages import OK, Page, page

_TAKEN_BACK = (FactKind.FIRST_CONTACT, *COURSE_CHECKLIST, FactKind.COURSE_SET, FactKind.HELP_STARTED)


@dataclass(frozen=True, slots=True)
class ShownTerm:
    """A term with why it falls on its day and what can be done about it."""

    view: TermView
    why: Explanation
    offers: tuple[Offered, ...]


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case as the page shows it; `offers` are about the whole case, `facts` what stands, oldest first."""

    view: CaseView
    terms: tuple[ShownTerm, ...]
    offers: tuple[Offered, ...]
    facts: tuple[tuple[Fact, Offered | None], ...]


def case_page(house: House, view: ActionView, now: datetime) -> Page:
    """Return the page of every case that the action is about; its links get tokens, nothing else changes."""
    cases = [_shown(house, view, code, now) for code in view.codes]
    return page(OK, "cases", view=view, cases=cases)


def _shown(house: House, view: ActionView, code: str, now: datetime) -> ShownCase:
    case = read_case(house, code, actor=view.actor, now=now)
    offers = [*offer_case(house, case, view.person, now, long=True), *_later(house, view, case, now)]
    return ShownCase(
        view=case,
        terms=tuple(
            ShownTerm(
                view=term,
                why=explain_term(house, code, term.norm.code, actor=view.actor, now=now),
                offers=tuple(offer for offer in offers if offer.norm == term.norm.code),
            )
            for term in case.terms
        ),
        offers=tuple(offer for offer in offers if offer.norm is None),
        facts=_facts(house, view, case, now),
    )


def _later(house: House, view: ActionView, case: CaseView, now: datetime) -> list[Offered]:
    offers = [
        Offer(ActionVerb.LATER, case.case.id, term.norm.code, None, term.version)
        for term in case.terms
        if term.term.is_open
    ]
    return offer_these(house, offers, {case.case.id: case.case.code}, view.person, now, long=True)


def _facts(
    house: House, view: ActionView, case: CaseView, now: datetime
) -> tuple[tuple[Fact, Offered | None], ...]:
    facts = [fact for fact in case.facts if fact.withdrawn_at is None]
    back: list[Offer] = []
    if case.may_record and any(Verb.WITHDRAW_FACT in RIGHTS[role] for role in view.actor.roles):
        kinds = [kind for kind in _TAKEN_BACK if any(fact.kind is kind for fact in facts)]
        back = [Offer(ActionVerb.WITHDRAW, case.case.id, None, kind) for kind in kinds]
    made = offer_these(house, back, {case.case.id: case.case.code}, view.person, now, long=True)
    by_kind = {offer.kind: offer for offer in made}
    return tuple((fact, by_kind.get(fact.kind)) for fact in facts)
