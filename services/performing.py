"""Doing what an action stands for: recorded, explained, answered or put off, once and for all its cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from core.errors import ProblemCode, refuse
from core.facts import COURSE_CHECKLIST, OF_A_NEED, CouplingKind, FactKind
from core.people import Person
from services.actions import ActionVerb, ActionView, Offer, Offered, look_up, offered
from services.case_desk import CaseDesk
from services.case_views import CaseView
from services.cases import Recorded, flags_of, record_at, withdraw_at
from services.couplings import couple_at, hand_over_at
from services.escalating import Answered, Given, answer_escalation
from services.explanations import Explained, explain_at
from services.house import House
from services.invitations import hash_secret
from services.items import ItemDone, item_of, record_item_at, record_need_at, withdraw_item_at
from services.scene import set_scene
from storage.queries.actions import action_by_hash, use_action
from storage.queries.guard import bring_forward, postpone
from storage.queries.office import leave_audit
from storage.store import Transaction


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
