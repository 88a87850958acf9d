"""What each kind of message says at the moment it is sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from core.outbox import Message, MessageKind, NoticeState
from core.people import Person
from core.ports import Address, ChannelName
from core.rules import Rules
from services.actions import ActionVerb, Offer, Offered, offered, offers_for_term
from services.case_views import CaseView, view_case
from services.digests import Check, DigestView, check_notices, digest_view, standing_notices
from services.governance.changed import ChangedView, changed_view
from services.invitations import Invitation, make_invitation
from services.notices import write_notices
from services.scene import Scene
from storage.queries.cases import case_by_id, case_record
from storage.queries.outbox import close_notices, notices_of, undelivered

_COUNTED_BACK = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class AssignedView:
    """A case that is now the reader's."""

    person: str
    by: str
    case: CaseView
    offers: tuple[Offered, ...]


@dataclass(frozen=True, slots=True)
class SubstituteView:
    """The reader stands in for somebody (local dates, both included)."""

    person: str
    absent: str
    from_on: date
    through_on: date


@dataclass(frozen=True, slots=True)
class UnreachableView:
    """Somebody cannot be reached; `waiting` counts what could not be delivered in the last two weeks."""

    person: str
    unreachable: str
    waiting: int


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation to link a chat."""

    person: str
    invitation: Invitation


View = DigestView | AssignedView | SubstituteView | UnreachableView | InvitationView | ChangedView


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a message and where; `channels` are the ways that exist in this installation."""

    person: Person
    address: Address | None
    channels: Collection[ChannelName]

    @property
    def long_tokens(self) -> bool:
        """Tell whether actions are links, which anybody who has them could use."""
        return self.address is not None and self.address.channel is ChannelName.MAIL


def is_digest(message: Message) -> bool:
    """Tell whether a message carries notices."""
    return message.kind in (MessageKind.DIGEST, MessageKind.URGENT)


def choose_address(
    person: Person, message: Message, rules: Rules, channels: Collection[ChannelName]
) -> Address | None:
    """Return where a person is reached: the linked chat where that is allowed, else mail, else nowhere."""
    chat_wanted = message.kind is not MessageKind.INVITATION
    return address_of(person, rules, channels, chat_wanted=chat_wanted)


def address_of(
    person: Person, rules: Rules, channels: Collection[ChannelName], *, chat_wanted: bool = True
) -> Address | None:
    """Return where a person is reached, None for nowhere."""
    if person.revoked_at is not None:
        return None
    organisation = rules.organisations.get(person.organisation or "")
    chat_allowed = chat_wanted and (organisation is None or organisation.telegram)
    if chat_allowed and person.chat_id is not None and ChannelName.TELEGRAM in channels:
        return Address(ChannelName.TELEGRAM, chat_id=person.chat_id)
    if person.mail and ChannelName.MAIL in channels:
        return Address(ChannelName.MAIL, mail=person.mail)
    return None


def compose(scene: Scene, message: Message, reader: Reader) -> View | None:
    """Return what a message says now; None when nothing is left to say."""
    if is_digest(message):
        return _digest(scene, message, reader)
    if message.kind is MessageKind.ASSIGNED:
        return _assigned(scene, message, reader)
    if message.kind is MessageKind.SUBSTITUTE:
        return _substitute(scene, message, reader)
    if message.kind is MessageKind.UNREACHABLE:
        return _still_unreachable(scene, message, reader)
    if message.kind is MessageKind.CHANGED:
        return changed_view(scene, message, reader.person)
    return InvitationView(reader.person.name, make_invitation(scene.tx, reader.person, scene.now))


def _digest(scene: Scene, message: Message, reader: Reader) -> DigestView | None:
    notices = standing_notices(notices_of(scene.tx, message.id))
    check = check_notices(scene, notices, reader.person)
    _apply_check(scene, check)
    view = digest_view(scene, reader.person, check, long_tokens=reader.long_tokens)
    return None if view.is_empty else view


def _apply_check(scene: Scene, check: Check) -> None:
    close_notices(scene.tx, check.gone, NoticeState.WITHDRAWN)
    if check.rerouted:
        write_notices(scene, check.rerouted)


def _assigned(scene: Scene, message: Message, reader: Reader) -> AssignedView | None:
    case = case_by_id(scene.tx, int(str(message.payload["case_id"])))
    if case is None or case.protector_id != reader.person.id:
        return None
    actor = scene.directory.actor(reader.person, scene.today)
    view = view_case(case_record(scene.tx, case), actor, scene.rules, scene.directory, scene.today)
    offers: list[Offer] = []
    for term in view.terms:
        if term.term.is_open:
            offers += offers_for_term(case, term, may_record=view.may_record, may_couple=False)
    if reader.long_tokens:
        offers.append(Offer(ActionVerb.OPEN, case.id))
    codes = {case.id: case.code}
    tokens = offered(scene.tx, offers, codes, reader.person, now=scene.now, long=reader.long_tokens)
    return AssignedView(reader.person.name, str(message.payload.get("by", "")), view, tuple(tokens))


def _substitute(scene: Scene, message: Message, reader: Reader) -> SubstituteView | None:
    from_on, through_on = (date.fromisoformat(str(message.payload[key])) for key in ("from_on", "through_on"))
    absent = scene.directory.named(str(message.payload["person"]))
    stands = absent is not None and any(
        (absence.substitute_id, absence.from_on, absence.through_on)
        == (reader.person.id, from_on, through_on)
        for absence in scene.directory.absences_of(absent.id)
    )
    return SubstituteView(reader.person.name, absent.name, from_on, through_on) if absent and stands else None


def _still_unreachable(scene: Scene, message: Message, reader: Reader) -> UnreachableView | None:
    other = scene.directory.named(str(message.payload["person"]))
    if other is None or other.revoked_at is not None:
        return None
    address = address_of(other, scene.rules, reader.channels)
    if address is not None and address.channel != message.payload.get("refused"):
        return None
    waiting = undelivered(scene.tx, other.id, scene.today - _COUNTED_BACK)
    return UnreachableView(reader.person.name, other.name, waiting)
