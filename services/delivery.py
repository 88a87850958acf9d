"""The outbox at work: claim a message, check it at the last moment, record how its delivery ended."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.clocktime import local_moment
from core.outbox import Message, MessageKind, MessageState
from core.people import Person, Role
from core.ports import Address, ChannelName, DeliveryFailed, Outcome, Receipt
from core.rules import Rules
from services.digests import DigestView, check_notices, digest_view
from services.governance.groups import GroupEnd, end_of_group, follow_group
from services.governance.reminded import ReminderView
from services.house import House
from services.leases import Lease, require_lease
from services.message_views import (
    AlertView,
    AssignedView,
    EscalationsView,
    InvitationView,
    Reader,
    ReassignedView,
    SignInView,
    SubstituteView,
    UnreachableView,
    View,
    choose_address,
    compose,
    escalations_view,
    is_digest,
)
from services.notices import digest_for, next_own_day
from services.scene import Scene, set_scene
from services.trouble import TroubleView, tell_trouble
from storage.queries.claims import claim, claim_stands, log_delivery, settle
from storage.queries.office import last_passes, leave_audit, note_pass
from storage.queries.outbox import (
    add_message,
    carry_over,
    message_by_id,
    move_notices,
    notices_of,
    refreshed,
    stale_messages,
    told_today,
    waiting_digests,
    withdraw_pending,
)
from storage.queries.people import change_person
from storage.store import Transaction

__all__ = [
    "IN_FLIGHT",
    "NO_ADDRESS",
    "AssignedView",
    "Delivered",
    "InvitationView",
    "Prepared",
    "SignInView",
    "SubstituteView",
    "UnreachableView",
    "View",
    "choose_address",
    "claim_messages",
    "message_state",
    "note_delivery_pass",
    "prepare",
    "quiet_until",
    "record_failure",
    "record_sent",
    "stale_prepared",
]

NO_ADDRESS = "failed:no_address"
"""The outcome of a message for somebody who cannot be reached."""
LEASE = timedelta(minutes=2)
IN_FLIGHT = 8
_FIRST_RETRY, _LONGEST_RETRY = timedelta(seconds=30), timedelta(minutes=30)
_RESEND = timedelta(seconds=30)
_NOTED_EVERY = timedelta(minutes=1)
_REHEARSED_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claimed message that may be sent: to whom, where, and what it says."""

    message: Message
    person: Person
    address: Address
    view: View


@dataclass(frozen=True, slots=True)
class Delivered:
    """How one message ended in this pass; `subjects` are case codes and norms."""

    message: Message
    recipient: str
    role: str
    channel: ChannelName | None
    subjects: tuple[str, ...]
    outcome: str


def claim_messages(
    house: House, now: datetime, *, most: int = IN_FLIGHT, lease: Lease | None = None
) -> list[Message]:
    """Claim the messages that may go out at `now`.

    A claim that ran out is claimed again and marked as repeated.
    """
    with house.store.write() as tx:
        require_lease(tx, lease)
        return claim(tx, now=now, claimed_by=house.worker, lease_until=now + LEASE, most=most)


def prepare(
    house: House, message: Message, now: datetime, channels: Collection[ChannelName]
) -> Prepared | Delivered | None:
    """Check a claimed message at the last moment and return what to send.

    Returns `Delivered` when it ended without being sent (withdrawn, nobody to reach), None when it waits for
    later or is somebody else's by now.
    """
    with house.store.write() as tx:
        if not claim_stands(tx, message):
            return None
        scene = set_scene(tx, house, now)
        person = scene.directory.person(message.person_id)
        if person is None or (person.revoked_at is not None and not is_digest(message)):
            return _withdraw(tx, message, person, "revoked")
        held_until = quiet_until(house.rules, now)
        goes_at_once = message.kind is MessageKind.INVITATION or message.kind.answers_a_person
        if held_until and not goes_at_once:
            settle(tx, message, MessageState.PENDING, send_after=held_until, attempts=message.attempts - 1)
            return None
        if message.kind is MessageKind.DIGEST and _joins_another(scene, message):
            return _withdraw(tx, message, person, "joined")
        return _prepare(scene, message, person, channels)


def _prepare(
    scene: Scene, message: Message, person: Person, channels: Collection[ChannelName]
) -> Prepared | Delivered:
    address = choose_address(person, message, scene.rules, channels)
    view = compose(scene, message, Reader(person, address, channels))
    if view is None:
        return _withdraw(scene.tx, message, person, "nothing_left")
    if not (scene.rules.notices.live or message.kind.answers_a_person):
        # It waits, so that going live starts with one digest of what holds by then.
        later = scene.now + _REHEARSED_AGAIN
        settle(scene.tx, message, MessageState.PENDING, send_after=later, attempts=message.attempts - 1)
        return _delivered(message, person, address, view, "not_live")
    if address is None:
        if message.kind.answers_a_person:
            settle(scene.tx, message, MessageState.FAILED)
        else:
            _fail(scene, message, person)
        return _delivered(message, person, None, view, NO_ADDRESS)
    return Prepared(message, person, address, view)


def _joins_another(scene: Scene, message: Message) -> bool:
    """After an outage one catch-up digest: let the last one that waits carry what all of them say.

    Returns whether that is another one than `message`.
    """
    waiting = waiting_digests(scene.tx, message.person_id, scene.now)
    last = max((message, *waiting), key=lambda digest: digest.day_on)
    others = [digest.id for digest in (message, *waiting) if digest.id != last.id]
    if others:
        move_notices(scene.tx, others, last.id)
        withdraw_pending(scene.tx, others)
    return last.id != message.id


def quiet_until(rules: Rules, now: datetime) -> datetime | None:
    """Return the moment at which the quiet hours that cover `now` end, or None outside them."""
    local = now.astimezone(rules.zone)
    quiet = rules.notices.quiet
    if not quiet.covers(local.time()):
        return None
    ends_on = local.date() if local.time() < quiet.ends else local.date() + timedelta(days=1)
    return local_moment(ends_on, quiet.ends, rules.zone)


def _withdraw(tx: Transaction, message: Message, person: Person | None, why: str) -> Delivered:
    settle(tx, message, MessageState.WITHDRAWN)
    return _delivered(message, person, None, None, f"withdrawn:{why}")


def _fail(scene: Scene, message: Message, person: Person, refused: ChannelName | None = None) -> None:
    """End a message for which no channel is left, and tell who leads its reader, and an administrator.

    `refused` is the channel that said so for good.
    """
    if not settle(scene.tx, message, MessageState.FAILED):
        return
    leave_audit(scene.tx, actor="termijnwacht", verb="unreachable", subject=person.name, now=scene.now)
    operator = tell_trouble(scene, message, MessageState.FAILED)
    told = scene.directory.manager_of(person, scene.today)
    if told and told.id not in (person.id, operator.id if operator else None) and told.reachable:
        _tell_unreachable(scene, told, person, refused)


def _tell_unreachable(scene: Scene, told: Person, person: Person, refused: ChannelName | None) -> None:
    """Tell somebody that a person cannot be reached, once a day at most."""
    kind, payload = MessageKind.UNREACHABLE, {"person": person.name}
    if refused:
        payload["refused"] = refused
    if not told_today(scene.tx, told.id, kind, scene.today, payload):
        now = scene.now
        add_message(scene.tx, told.id, kind, scene.today, send_after=now, now=now, payload=payload)


def record_sent(house: House, prepared: Prepared, receipt: Receipt, now: datetime) -> Delivered:
    """Record that the channel took a message.

    Lines for which it had no room come first in the next digest.
    """
    message, address = prepared.message, prepared.address
    with house.store.write() as tx:
        settled = settle(
            tx,
            message,
            MessageState.SENT,
            channel=address.channel,
            chat_id=address.chat_id,
            external_id=receipt.external_id,
            sent_at=now,
        )
        outcome = "sent" if settled else "sent_after_claim"
        log_delivery(tx, message.id, address.channel, outcome=outcome, detail="", at=now)
        if settled:
            _hold_over(set_scene(tx, house, now), prepared)
    return _delivered(message, prepared.person, address, prepared.view, "sent")


def _hold_over(scene: Scene, prepared: Prepared) -> None:
    view = prepared.view
    if isinstance(view, DigestView) and view.held_over:
        day_on = next_own_day(prepared.person, scene.rules, scene.today)
        carry_over(scene.tx, view.held_over, digest_for(scene, prepared.person, day_on))


def record_failure(house: House, prepared: Prepared, failure: DeliveryFailed, now: datetime) -> Delivered:
    """Record that a message was not, or perhaps not, delivered, and what happens next.

    Not sent: again later. Unclear: once more, marked as repeated, then `uncertain`. Refused for good: the
    next channel, and when there is none somebody is told.
    """
    message, channel = prepared.message, prepared.address.channel
    with house.store.write() as tx:
        log_delivery(tx, message.id, channel, outcome=failure.outcome, detail=failure.detail, at=now)
        outcome = _after_failure(set_scene(tx, house, now), prepared, failure)
    return _delivered(message, prepared.person, prepared.address, prepared.view, outcome)


def _after_failure(scene: Scene, prepared: Prepared, failure: DeliveryFailed) -> str:
    tx, message, now = scene.tx, prepared.message, scene.now
    if failure.outcome is Outcome.UNCLEAR:
        return _after_unclear(scene, prepared)
    if failure.outcome is Outcome.REFUSED_FOR_GOOD:
        return _after_refusal(scene, prepared)
    if failure.outcome is Outcome.ADDRESS_MOVED and failure.moved_to is not None:
        follow_group(scene, message.person_id, failure.moved_to)
        settle(tx, message, MessageState.PENDING, send_after=now)
        return "moved"
    settle(tx, message, MessageState.PENDING, send_after=now + _wait(message, failure))
    return "not_sent"


def _after_unclear(scene: Scene, prepared: Prepared) -> str:
    tx, message = scene.tx, prepared.message
    if not message.repeated:
        settle(tx, message, MessageState.PENDING, send_after=scene.now + _RESEND, repeated=True)
        return "unclear"
    if settle(tx, message, MessageState.UNCERTAIN):
        tell_trouble(scene, message, MessageState.UNCERTAIN)
        _hold_over(scene, prepared)
    return "uncertain"


def _wait(message: Message, failure: DeliveryFailed) -> timedelta:
    if failure.retry_after is not None:
        return timedelta(seconds=failure.retry_after)
    doublings: int = min(message.attempts - 1, 10)
    return min(_FIRST_RETRY * (1 << doublings), _LONGEST_RETRY)


def _after_refusal(scene: Scene, prepared: Prepared) -> str:
    """Take the dead address out of use; go on by mail where there is one, else tell somebody.

    Of a group the link ends, and who made it is told.
    """
    tx, person, now = scene.tx, prepared.person, scene.now
    if Role.GROUP in person.roles:
        settle(tx, prepared.message, MessageState.FAILED)
        end_of_group(scene, person.id, GroupEnd.GONE)
        return "failed"
    if prepared.address.channel is ChannelName.MAIL:
        _fail(scene, prepared.message, person, ChannelName.MAIL)
        return "failed"
    change_person(tx, person.id, chat_lost_at=now)
    if person.mail:
        leave_audit(tx, actor="termijnwacht", verb="chat_lost", subject=person.name, now=now)
        settle(tx, prepared.message, MessageState.PENDING, send_after=now)
        return "next_channel"
    _fail(scene, prepared.message, replace(person, chat_id=None))
    return "failed"


def stale_prepared(house: House, now: datetime, most: int = IN_FLIGHT) -> list[Prepared]:
    """Return sent Telegram messages whose subjects have changed, rendered from the present state."""
    with house.store.write() as tx:
        scene = set_scene(tx, house, now)
        found = [_prepared_anew(scene, message) for message in stale_messages(tx, most)]
    return [prepared for prepared in found if prepared]


def _prepared_anew(scene: Scene, message: Message) -> Prepared | None:
    refreshed(scene.tx, message.id)
    person = scene.directory.person(message.person_id)
    if person is None or message.chat_id is None or message.chat_id != person.chat_id:
        return None
    address = Address(ChannelName.TELEGRAM, chat_id=message.chat_id)
    if message.kind is MessageKind.ESCALATION:
        told = escalations_view(scene, message, Reader(person, address, (ChannelName.TELEGRAM,)), anew=True)
        return Prepared(message, person, address, told) if told else None
    check = check_notices(scene, notices_of(scene.tx, message.id), person)
    view = digest_view(scene, person, check, long_tokens=False)
    return Prepared(message, person, address, replace(view, day_on=message.day_on))


def note_delivery_pass(house: House, now: datetime, sent: int) -> None:
    """Note that the delivery job ran, at most once a minute while it has nothing to do."""
    with house.store.read() as tx:
        last = last_passes(tx).get("deliver")
    if sent == 0 and last and timedelta(0) <= now - last[0] < _NOTED_EVERY:
        return
    with house.store.write() as tx:
        note_pass(tx, "deliver", now, f"sent={sent}")


def message_state(house: House, message_id: int) -> MessageState | None:
    """Return the state of a message."""
    with house.store.read() as tx:
        message = message_by_id(tx, message_id)
    return message.state if message else None


def _delivered(
    message: Message, person: Person | None, address: Address | None, view: View | None, outcome: str
) -> Delivered:
    role = next(iter(sorted(person.roles)), "") if person else ""
    channel = address.channel if address else None
    return Delivered(message, person.name if person else "?", role, channel, _subjects(view), outcome)


def _subjects(view: View | None) -> tuple[str, ...]:
    if isinstance(view, DigestView):
        terms = tuple(f"{code} {line.term.key}" for line in view.lines for code in line.codes)
        return terms + tuple(line.title for line in view.governance)
    if isinstance(view, EscalationsView):
        return tuple(f"{line.view.code} {line.view.escalation.norm}" for line in view.lines)
    if isinstance(view, AssignedView):
        return (view.case.case.code,)
    if isinstance(view, AlertView):
        return (view.code,)
    if isinstance(view, ReassignedView):
        return view.codes
    return _others(view)


def _others(view: View | None) -> tuple[str, ...]:
    if isinstance(view, ReminderView):
        return tuple(line.title for line in view.lines)
    if isinstance(view, TroubleView):
        return tuple(dict.fromkeys(name for name, _ in (*view.failed, *view.uncertain)))
    return (view.unreachable,) if isinstance(view, UnreachableView) else ()
