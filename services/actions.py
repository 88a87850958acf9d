"""Actions as capabilities: a short random token for what a button or mail link may change, once."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.cases import Case
from core.errors import ProblemCode, Refused, refuse
from core.facts import COURSE_CHECKLIST, OF_A_NEED, CouplingKind, FactKind
from core.people import Actor, Person
from services.case_desk import CaseDesk
from services.case_reading import read_case
from services.case_views import CaseView, TermView
from services.cases import Recorded, flags_of, record_at, withdraw_at
from services.couplings import couple_at, hand_over_at
from services.escalating import Answer, Answered, Given, answer_escalation
from services.escalation_views import EscalationView, read_escalation
from services.explanations import Explained, explain_at
from services.house import House
from services.invitations import hash_secret
from services.items import ItemDone, item_of, record_item_at, record_need_at, withdraw_item_at
from services.people import actor_of_person
from services.scene import set_scene
from storage.queries.actions import KeptAction, action_by_hash, add_actions, use_action
from storage.queries.cases import cases_by_ids
from storage.queries.guard import bring_forward, postpone
from storage.queries.office import leave_audit
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


@dataclass(frozen=True, slots=True)
class ActionDone:
    """What an action did: the case as it is now, and for each case what was recorded or explained.

    `answered` is set for an answer to an escalation; `undo` takes back what was recorded, where asked for.
    """

    view: ActionView
    recorded: tuple[Recorded, ...] = field(default=())
    until_on: date | None = None
    explained: tuple[Explained, ...] = ()
    answered: Answered | None = None
    undo: Offered | None = None


@dataclass(frozen=True, slots=True)
class Picked:
    """What was picked: a local day, and a person, fit, outcome or reason as `value`.

    `need` is the number of the need, `coupling` how somebody came to a case with `handover_on` for an intake
    team. `note`, `fields` and `no_names` are free text from a page, `rung` and `applied_by` of an escalation.
    """

    on: date | None = None
    value: str | None = None
    need: int | None = None
    coupling: CouplingKind | None = None
    handover_on: date | None = None
    note: str | None = None
    no_names: tuple[str, ...] = ()
    rung: int | None = None
    applied_by: str | None = None
    fields: Mapping[str, str] | None = None


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


def perform(
    house: House,
    token: str,
    *,
    now: datetime,
    person_id: int | None = None,
    visitor_id: int | None = None,
    on: date | None = None,
    value: str | None = None,
    picked: Picked | None = None,
    with_undo: bool = False,
) -> ActionDone:
    """Do what a token stands for; used twice or late it changes nothing and says what is the case.

    `on` is the picked local date, `value` the picked person, fit, outcome or reason, `picked` the rest; for
    who acts see `look_up`. `with_undo` adds the action that takes back what was recorded.
    """
    view = look_up(house, token, now=now, person_id=person_id, visitor_id=visitor_id)
    chosen = replace(picked or Picked(), on=on, value=value)
    if view.verb is ActionVerb.ESCALATE:
        return _answer(house, view, chosen, now)
    if view.decided:
        return ActionDone(view)
    if view.verb is ActionVerb.EXPLAIN:
        return _explain_all(house, token, view, chosen, now)
    if view.verb is ActionVerb.LATER and view.case and view.norm:
        wanted = on or house.today(now)
        until_on = remind_later(house, view.case, view.norm, view.person, wanted, now=now)
        return ActionDone(view, until_on=until_on)
    if view.verb in _RECORDING:
        return _record_all(house, token, view, chosen, now, with_undo=with_undo)
    return ActionDone(view)


_RECORDING = (ActionVerb.RECORD, ActionVerb.COUPLE, ActionVerb.WITHDRAW)


def _record_all(
    house: House, token: str, view: ActionView, picked: Picked, now: datetime, *, with_undo: bool
) -> ActionDone:
    """Do it for every case and mark the token as used, all or nothing; say so when somebody was first."""
    with house.store.write() as tx:
        kept = action_by_hash(tx, hash_secret(token))
        if kept is None or not use_action(tx, kept.id, by=view.person.name, now=now):
            return ActionDone(replace(view, decided=True))
        desk = CaseDesk(set_scene(tx, house, now), view.actor)
        recorded = tuple(_record(desk, view, code, picked) for code in view.codes)
        undo = _undo(tx, view, recorded, now) if with_undo else None
    return ActionDone(replace(view, case=recorded[0].view), recorded, undo=undo)


def _undo(tx: Transaction, view: ActionView, recorded: Sequence[Recorded], now: datetime) -> Offered | None:
    """Return what takes back what was just recorded; a talk that handed a case over cannot be by itself."""
    first, *others = recorded
    kept = not any(one.changed for one in recorded) or first.kind is FactKind.HANDOVER_TALK
    if view.verb is not ActionVerb.RECORD or kept:
        return None
    case = first.view.case
    offer = Offer(
        ActionVerb.WITHDRAW,
        case.id,
        view.norm,
        first.kind,
        also=tuple(one.view.case.id for one in others),
        item=first.item,
    )
    return offered(tx, [offer], {case.id: case.code}, view.person, now=now, long=False)[0]


def _record(desk: CaseDesk, view: ActionView, code: str, picked: Picked) -> Recorded:
    if view.verb is ActionVerb.WITHDRAW:
        return _withdraw(desk, view, code)
    kind, on, value = view.kind, picked.on or desk.scene.today, picked.value
    if kind is None:
        raise refuse(ProblemCode.ACTION_UNKNOWN)
    item = item_of(desk.scene.rules, view.norm)
    if view.verb is ActionVerb.COUPLE:
        if not value:
            raise refuse(ProblemCode.VALUE_MISSING, column=FactKind.PROTECTOR_COUPLED)
        return couple_at(desk, code, value, on, kind=picked.coupling, handover_on=picked.handover_on)
    if item is None and not (kind in OF_A_NEED and picked.need is not None):
        return record_at(desk, code, kind, None if kind in COURSE_CHECKLIST else on, value=value)
    return _as_recorded(_record_item(desk, code, item, kind, on, picked))


def _record_item(
    desk: CaseDesk, code: str, item: str | None, kind: FactKind, on: date, picked: Picked
) -> ItemDone:
    if item is None or picked.need is not None:
        return record_need_at(desk, code, picked.need or 1, kind, on, value=picked.value)
    if kind is FactKind.HANDOVER_TALK:
        return hand_over_at(desk, code, item, on)
    return record_item_at(desk, code, item, kind, on, value=picked.value)


def _withdraw(desk: CaseDesk, view: ActionView, code: str) -> Recorded:
    item = view.payload.get("item")
    if view.kind is not None:
        return withdraw_at(desk, code, view.kind, item=item or item_of(desk.scene.rules, view.norm))
    if item is None:
        raise refuse(ProblemCode.ACTION_UNKNOWN)
    return _as_recorded(withdraw_item_at(desk, code, item))


def _as_recorded(done: ItemDone) -> Recorded:
    ledger = {**done.view.ledger, **done.view.items.get(done.item, {})}
    flags = flags_of(done.kind, done.on, ledger)
    return Recorded(
        done.view, done.kind, done.on, changed=True, flags=flags, prompts=done.prompts, item=done.item
    )


def _explain_all(house: House, token: str, view: ActionView, picked: Picked, now: datetime) -> ActionDone:
    """Explain the term of every case and mark the token as used, all or nothing."""
    if picked.on is None:
        raise refuse(ProblemCode.VALUE_MISSING, column="nieuwe_datum")
    with house.store.write() as tx:
        kept = action_by_hash(tx, hash_secret(token))
        if kept is None or not use_action(tx, kept.id, by=view.person.name, now=now):
            return ActionDone(replace(view, decided=True))
        desk = CaseDesk(set_scene(tx, house, now), view.actor)
        explained = tuple(
            explain_at(
                desk,
                code,
                view.norm or "",
                picked.value,
                picked.on,
                note=picked.note,
                no_names=picked.no_names,
            )
            for code in view.codes
        )
    return ActionDone(replace(view, case=explained[0].view), explained=explained)


def _answer(house: House, view: ActionView, picked: Picked, now: datetime) -> ActionDone:
    """Answer an escalation; an answer to an earlier state of it changes nothing and tells who has it."""
    found, answer = view.escalation, view.answer
    if found is None or answer is None:
        raise refuse(ProblemCode.ESCALATION_UNKNOWN)
    version = -1 if view.decided else found.escalation.version
    given = Given(
        reason=picked.value,
        note=picked.note,
        rung=picked.rung,
        applied_by=picked.applied_by,
        fields=picked.fields,
        no_names=picked.no_names,
    )
    answered = answer_escalation(
        house, found.escalation.id, answer, given, actor=view.actor, now=now, version=version
    )
    return ActionDone(replace(view, escalation=answered.view), answered=answered)


def remind_later(
    house: House, view: CaseView, norm: str, person: Person, until_on: date, *, now: datetime
) -> date:
    """Remind a person of a term on `until_on` and not before; returns the day that was kept.

    Never later than the last own working day through the due date, nor, once that has passed, than the next
    own working day.
    """
    term = view.term(norm)
    if term is None:
        raise refuse(ProblemCode.NORM_UNKNOWN, value=norm, known=house.rules.norms.codes)
    kept_on = _reminder_day(house, person, term.term.watched_on, until_on, house.today(now))
    with house.store.write() as tx:
        postpone(tx, case_id=view.case.id, norm=norm, person_id=person.id, until_on=kept_on, now=now)
        bring_forward(tx, view.case.id, norm, kept_on)
        details = {"norm": norm, "until": kept_on.isoformat()}
        leave_audit(tx, actor=person.name, verb="later", subject=view.case.code, now=now, details=details)
    return kept_on


def _reminder_day(house: House, person: Person, due_on: date, wanted_on: date, today: date) -> date:
    calendar = house.rules.calendar
    tomorrow = person.days.first_on_or_after(today + timedelta(days=1), calendar)
    latest = max(tomorrow, person.days.last_on_or_before(due_on, calendar))
    return min(max(person.days.first_on_or_after(wanted_on, calendar), tomorrow), latest)
