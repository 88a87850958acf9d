"""The page of a whole case: its terms, why each date is what it is, and what its reader can do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.cases import Case
from core.facts import COURSE_CHECKLIST, Fact, FactKind
from core.people import Actor, Person
from core.rights import RIGHTS, Verb
from core.terms import Status
from services.actions import ActionVerb, Offer, Offered, case_offers, offer_these
from services.case_views import CaseView, Explanation, TermView
from services.cases import explain_term, read_case
from services.house import House
from web.pages import OK, Page, page
from web.visitor import Visitor

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


def case_page(
    house: House,
    codes: Sequence[str],
    person: Person,
    actor: Actor,
    now: datetime,
    visitor: Visitor | None,
    *,
    is_new: bool = False,
) -> Page:
    """Return the page of one or more cases; its links get tokens, nothing else changes.

    Refuses a case that is unknown or nothing to the reader. `is_new` says that it was opened just now.
    """
    cases = [_shown(house, code, person, actor, now, visitor) for code in codes]
    return page(OK, "cases", visitor=visitor, cases=cases, is_new=is_new)


def offered_here(
    house: House, offers: Sequence[Offer], case: Case, person: Person, now: datetime, visitor: Visitor | None
) -> list[Offered]:
    """Give offers their tokens: on a page of a session they work for who is signed in only."""
    bound = [replace(offer, signed_in=visitor is not None) for offer in offers]
    return offer_these(house, bound, {case.id: case.code}, person, now, long=True)


def _shown(
    house: House, code: str, person: Person, actor: Actor, now: datetime, visitor: Visitor | None
) -> ShownCase:
    case = read_case(house, code, actor=actor, now=now)
    back = _taking_back(case, actor)
    offers = [*case_offers(case), *_later(case), *back.values()]
    made = offered_here(house, offers, case.case, person, now, visitor)
    doing, taking_back = (
        made[: len(made) - len(back)],
        dict(zip(back, made[len(made) - len(back) :], strict=True)),
    )
    return ShownCase(
        view=case,
        terms=tuple(
            ShownTerm(
                view=term,
                why=explain_term(house, code, term.key, actor=actor, now=now),
                offers=tuple(offer for offer in doing if offer.norm == term.key),
            )
            for term in case.terms
        ),
        offers=tuple(offer for offer in doing if offer.norm is None),
        facts=tuple((fact, taking_back.get(fact.kind)) for fact in case.facts if fact.withdrawn_at is None),
    )


def _later(case: CaseView) -> list[Offer]:
    return [
        Offer(ActionVerb.LATER, case.case.id, term.key, None, term.version)
        for term in case.terms
        if case.may_record and term.term.is_open and term.status is not Status.ENDED
    ]


def _taking_back(case: CaseView, actor: Actor) -> dict[FactKind, Offer]:
    """Return what stands that the reader may take back."""
    if not (case.may_record and any(Verb.WITHDRAW_FACT in RIGHTS[role] for role in actor.roles)):
        return {}
    standing = {fact.kind for fact in case.facts if fact.withdrawn_at is None}
    return {
        kind: Offer(ActionVerb.WITHDRAW, case.case.id, None, kind) for kind in _TAKEN_BACK if kind in standing
    }
