"""Actions as capabilities: a short random token for what a button or mail link may change, once."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.cases import Case
from core.errors import ProblemCode, Refused, refuse
from core.facts import COURSE_CHECKLIST, FactKind
from core.people import Actor, Person
from services.case_reading import read_case
from services.case_views import CaseView, TermView
from services.escalating import Answer
from services.escalation_views import EscalationView, read_escalation
from services.house import House
from services.invitations import hash_secret
from services.people import actor_of_person
from storage.queries.actions import KeptAction, action_by_hash, add_actions, use_action
from storage.queries.cases import cases_by_ids
from storage.store import Transaction

VALID_FOR = timedelta(days=60)
VALID_ON_A_PAGE = timedelta(days=1)


class ActionVerb(StrEnum):
    """What a token can do."""

    RECORD = "record"
    COUPLE = "couple"
    LATER = "later"
    WITHDRAW = "withdraw"
    OPEN = "open"
    TODAY = "today"
    IMPORT = "import"
    EXPLAIN = "explain"
    ESCALATE = "escalate"
    GOVERNANCE = "governance"


@dataclass(frozen=True, slots=True)
class Offer:
    """An action to put under a notice or case, before it has a token.

    `also` are siblings' case ids, `about` is a matter of governance. `item` is the need or date that is meant
    where `norm` does not say so; to take back all of it `kind` is None. With `signed_in` it works only for
    its owner, on a page, while signed in.
    """

    verb: ActionVerb
    case_id: int
    norm: str | None = None
    kind: FactKind | None = None
    version: int = 0
    also: tuple[int, ...] = ()
    escalation: int | None = None
    answer: Answer | None = None
    item: str | None = None
    signed_in: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """An action with its token: what a button or link needs to show and carry."""

    verb: ActionVerb
    token: str
    case_code: str
    norm: str | None = None
    kind: FactKind | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class ActionView:
    """What a token stands for at this moment.

    `codes` are the cases it is about, of siblings those that still ask for it. `decided` says that it was
    used before or that every term has moved on: then the case's present state is the answer. `used_by` and
    `used_at` are set when it was used.
    """

    verb: ActionVerb
    person: Person
    actor: Actor
    codes: tuple[str, ...]
    norm: str | None
    kind: FactKind | None
    case: CaseView | None
    payload: Mapping[str, str]
    decided: bool
    used_by: str | None = None
    used_at: datetime | None = None
    escalation: EscalationView | None = None
    answer: Answer | None = None

    @property
    def signed_in(self) -> bool:
        """Tell whether the token works only for its owner while signed in."""
        return "signed_in" in self.payload


def offers_for_term(case: Case, term: TermView, *, may_record: bool, may_couple: bool) -> list[Offer]:
    """Return what somebody can do about an open term, the most useful first."""
    offers: list[Offer] = []
    for kind in term.term.missing:
        couples = kind in (FactKind.PROTECTOR_COUPLED, FactKind.RECOUPLED)
        verb = ActionVerb.COUPLE if couples and may_couple else ActionVerb.RECORD
        if verb is ActionVerb.COUPLE or (may_record and kind is not FactKind.RECOUPLED):
            offers.append(Offer(verb, case.id, term.key, kind, term.version))
    if may_record and term.norm.explained_by is not None:
        offers.append(Offer(ActionVerb.EXPLAIN, case.id, term.key, None, term.version))
    return offers


def issue(
    tx: Transaction, offers: Iterable[Offer], person: Person, now: datetime, *, long: bool
) -> list[str]:
    """Store a token for each offer and return the tokens; `long` ones (192 bits) are for links."""
    tokens: list[str] = []
    rows: list[dict[str, object]] = []
    for offer in offers:
        token = secrets.token_urlsafe(24 if long else 12)
        tokens.append(token)
        rows.append(
            {
                "token_hash": hash_secret(token),
                "verb": offer.verb,
                "person_id": person.id,
                "case_id": offer.case_id or None,
                "norm": offer.norm,
                "version": offer.version,
                "payload": _payload(offer),
                "created_at": now,
                "expires_at": now + (VALID_ON_A_PAGE if offer.signed_in else VALID_FOR),
            }
        )
    add_actions(tx, rows)
    return tokens


def _payload(offer: Offer) -> dict[str, str]:
    payload: dict[str, str] = {}
    if offer.kind:
        payload["kind"] = offer.kind
    if offer.about:
        payload["about"] = offer.about
    if offer.also:
        payload["also"] = ",".join(str(case_id) for case_id in offer.also)
    if offer.escalation is not None and offer.answer is not None:
        payload |= {"escalation": str(offer.escalation), "answer": offer.answer}
    if offer.signed_in:
        payload["signed_in"] = "1"
    if offer.item:
        payload["item"] = offer.item
    return payload


def offer_case(
    house: House, view: CaseView, person: Person, now: datetime, *, long: bool = False
) -> list[Offered]:
    """Return the actions under a case for a person, with fresh tokens."""
    return offer_these(house, case_offers(view), {view.case.id: view.case.code}, person, now, long=long)


def case_offers(view: CaseView) -> list[Offer]:
    """Return what the reader of a case can record about it, and whom to couple."""
    offers: list[Offer] = []
    for term in view.terms:
        if term.term.is_open:
            offers += offers_for_term(view.case, term, may_record=view.may_record, may_couple=view.may_couple)
    if view.may_couple and not any(offer.verb is ActionVerb.COUPLE for offer in offers):
        offers.append(Offer(ActionVerb.COUPLE, view.case.id, None, FactKind.PROTECTOR_COUPLED))
    return offers


def offer_these(
    house: House,
    offers: Sequence[Offer],
    codes: Mapping[int, str],
    person: Person,
    now: datetime,
    *,
    long: bool = False,
) -> list[Offered]:
    """Give offers their tokens in a unit of work of their own."""
    with house.store.write() as tx:
        return offered(tx, offers, codes, person, now=now, long=long)


def offered(
    tx: Transaction,
    offers: Sequence[Offer],
    codes: Mapping[int, str],
    person: Person,
    *,
    now: datetime,
    long: bool,
) -> list[Offered]:
    """Give offers their tokens."""
    tokens = issue(tx, offers, person, now, long=long)
    return [
        Offered(offer.verb, token, codes.get(offer.case_id, ""), offer.norm, offer.kind, offer.answer)
        for offer, token in zip(offers, tokens, strict=True)
    ]


def offer_import(house: House, upload_id: int, person: Person, now: datetime) -> str:
    """Return the token of the button that imports a kept file."""
    token = secrets.token_urlsafe(12)
    row: dict[str, object] = {
        "token_hash": hash_secret(token),
        "verb": ActionVerb.IMPORT,
        "person_id": person.id,
        "case_id": None,
        "norm": None,
        "version": 0,
        "payload": {"upload": str(upload_id)},
        "created_at": now,
        "expires_at": now + timedelta(days=1),
    }
    with house.store.write() as tx:
        add_actions(tx, [row])
    return token


def mark_used(house: House, token: str, *, by: str, now: datetime) -> None:
    """Mark a token as used."""
    with house.store.write() as tx:
        kept = action_by_hash(tx, hash_secret(token))
        if kept is not None:
            use_action(tx, kept.id, by=by, now=now)


def look_up(
    house: House, token: str, *, now: datetime, person_id: int | None = None, visitor_id: int | None = None
) -> ActionView:
    """Return what a token stands for, with rights as they are now.

    `person_id` is who presses, None for a mail link, which is its owner's; `visitor_id` is who is signed in
    on the pages. Refuses an unknown or expired token, somebody else's, and one whose owner has no access any
    more; one that is for who is signed in, when nobody is.
    """
    with house.store.read() as tx:
        kept = action_by_hash(tx, hash_secret(token))
        if kept is None or kept.expires_at <= now:
            raise refuse(ProblemCode.ACTION_UNKNOWN)
        case_ids = _case_ids(kept)
        cases = cases_by_ids(tx, case_ids)
    if "signed_in" in kept.payload and visitor_id != kept.person_id:
        raise refuse(ProblemCode.SESSION_OVER if visitor_id is None else ProblemCode.ACTION_UNKNOWN)
    if person_id is not None and kept.person_id != person_id:
        raise refuse(ProblemCode.ACTION_OF_ANOTHER)
    person, actor = actor_of_person(house, kept.person_id, now)
    if kept.verb == ActionVerb.ESCALATE:
        return _of_escalation(house, kept, person, actor, now)
    codes = [cases[case_id].code for case_id in case_ids if case_id in cases]
    if case_ids and not codes:
        raise refuse(ProblemCode.ACTION_UNKNOWN)
    visible = _visible(house, codes, actor, now)
    asking = [case for case in visible if not _moved_on(kept, case)]
    about = asking or visible
    kind = kept.payload.get("kind")
    return ActionView(
        verb=ActionVerb(kept.verb),
        person=person,
        actor=actor,
        codes=tuple(case.case.code for case in about),
        norm=kept.norm,
        kind=FactKind(kind) if kind else None,
        case=about[0] if about else None,
        payload=kept.payload,
        decided=kept.used_at is not None or (bool(visible) and not asking),
        used_by=kept.used_by,
        used_at=kept.used_at,
    )


def _of_escalation(house: House, kept: KeptAction, person: Person, actor: Actor, now: datetime) -> ActionView:
    found = read_escalation(house, int(kept.payload["escalation"]), actor=actor, now=now)
    return ActionView(
        verb=ActionVerb.ESCALATE,
        person=person,
        actor=actor,
        codes=(found.code,),
        norm=kept.norm,
        kind=None,
        case=None,
        payload=kept.payload,
        decided=found.escalation.version != kept.version,
        escalation=found,
        answer=Answer(kept.payload["answer"]),
    )


def _case_ids(kept: KeptAction) -> list[int]:
    also = [int(text) for text in kept.payload.get("also", "").split(",") if text]
    return [case_id for case_id in (kept.case_id, *also) if case_id is not None]


def _visible(house: House, codes: Sequence[str], actor: Actor, now: datetime) -> list[CaseView]:
    """Return the cases the actor may see; refuses when that is none of them."""
    found: list[CaseView] = []
    unseen: Refused | None = None
    for code in codes:
        try:
            found.append(read_case(house, code, actor=actor, now=now))
        except Refused as refused:
            unseen = refused
    if unseen and not found:
        raise unseen
    return found


def _moved_on(kept: KeptAction, case: CaseView) -> bool:
    """Tell whether what the button asks for has been reached or has become another question since."""
    if kept.norm is None or kept.verb not in (ActionVerb.RECORD, ActionVerb.COUPLE, ActionVerb.EXPLAIN):
        return False
    term = case.term(kept.norm)
    if term is None:
        return True
    if kept.verb == ActionVerb.EXPLAIN:
        return not term.term.is_open
    if case.case.id == kept.case_id and term.version == kept.version:
        return False
    kind = FactKind(kept.payload["kind"])
    reached = kind not in term.term.missing if kind in term.norm.evidence else kind in case.ledger
    return reached and kind not in COURSE_CHECKLIST
