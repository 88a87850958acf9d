"""What each kind of message says at the moment it is sent."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.ladder import StepKind
from core.outbox import Message, MessageKind, Notice, NoticeState
from core.people import Person
from core.ports import Address, ChannelName
from core.rules import Rules
from core.same_face import same_face
from services.actions import ActionVerb, Offer, Offered, offered, offers_for_term
from services.addresses import address_of
from services.alerts import AlertKind
from services.arming import protector_of
from services.case_views import CaseView, view_case
from services.digests import Check, DigestView, check_notices, digest_view, standing_notices
from services.escalating import Answer
from services.escalation_views import EscalationView, table_outcomes, view_escalation
from services.governance.changed import ChangedView, changed_view
from services.governance.groups import GroupEndedView, group_ended_view
from services.governance.reminded import ReminderView, reminder_view
from services.invitations import Invitation, make_invitation
from services.notices import write_notices
from services.scene import Scene
from services.signin import SignInLink, make_link
from services.trouble import HolidaysView, TroubleView, view_holidays, view_trouble
from storage.queries.cases import case_by_id, case_record, cases_by_ids, facts_of, terms_of
from storage.queries.escalations import escalation_by_id
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
    today: date


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


@dataclass(frozen=True, slots=True)
class EscalationLine:
    """One escalation as a message tells of it: what happened, and what its reader can answer.

    `over` says that it has moved on since: then it only says who has it.
    """

    view: EscalationView
    what: StepKind
    over: bool
    offers: tuple[Offered, ...]


@dataclass(frozen=True, slots=True)
class EscalationsView:
    """What escalations ask or tell the reader at one moment."""

    person: str
    today: date
    lines: tuple[EscalationLine, ...]

    @property
    def is_over(self) -> bool:
        """Tell whether all of it has moved on."""
        return all(line.over for line in self.lines)


@dataclass(frozen=True, slots=True)
class AlertView:
    """A word about one case; `times` counts what it is about, `said` is what came of it in words."""

    person: str
    what: AlertKind
    code: str
    norm: str | None
    protector: str | None
    times: int
    said: str = ""


@dataclass(frozen=True, slots=True)
class ReassignedView:
    """The cases that are the reader's from now on."""

    person: str
    by: str
    codes: tuple[str, ...]
    everything: Offered | None


@dataclass(frozen=True, slots=True)
class SignInView:
    """A link by which the reader signs in on the pages, once."""

    person: str
    link: SignInLink


View = (
    DigestView
    | AssignedView
    | SubstituteView
    | UnreachableView
    | InvitationView
    | EscalationsView
    | AlertView
    | ReassignedView
    | SignInView
    | ChangedView
    | GroupEndedView
    | ReminderView
    | TroubleView
    | HolidaysView
)


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
    return address_of(person, rules, channels, chat_wanted=not message.kind.by_mail_only)


def compose(scene: Scene, message: Message, reader: Reader) -> View | None:
    """Return what a message says now; None when nothing is left to say."""
    return _COMPOSE[message.kind](scene, message, reader)


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
    if absent is None or not stands:
        return None
    return SubstituteView(reader.person.name, absent.name, from_on, through_on, scene.today)


def _still_unreachable(scene: Scene, message: Message, reader: Reader) -> UnreachableView | None:
    other = scene.directory.named(str(message.payload["person"]))
    if other is None or other.revoked_at is not None:
        return None
    address = address_of(other, scene.rules, reader.channels)
    if address is not None and address.channel != message.payload.get("refused"):
        return None
    waiting = undelivered(scene.tx, other.id, scene.today - _COUNTED_BACK)
    return UnreachableView(reader.person.name, other.name, waiting)


def _sign_in(scene: Scene, message: Message, reader: Reader) -> SignInView | None:
    """Make the link now; nobody waits for it any more when it could not be sent in time."""
    if scene.now > datetime.fromisoformat(str(message.payload["until"])):
        return None
    leads_to = str(message.payload.get("leads_to", ""))
    return SignInView(reader.person.name, make_link(scene.tx, reader.person, leads_to, scene.now))


def escalations_view(
    scene: Scene, message: Message, reader: Reader, *, anew: bool = False
) -> EscalationsView | None:
    """Return what a message tells of escalations; `anew` shows one that was sent as it stands by now."""
    notices = notices_of(scene.tx, message.id)
    standing = notices if anew else standing_notices(notices)
    lines = [line for notice in standing if (line := _escalation_line(scene, notice, reader))]
    if not anew:
        lines = [line for line in lines if not line.over]
    return EscalationsView(reader.person.name, scene.today, tuple(lines)) if lines else None


def _escalation_line(scene: Scene, notice: Notice, reader: Reader) -> EscalationLine | None:
    found = escalation_by_id(scene.tx, int(notice.subject.partition(":")[2]))
    case = case_by_id(scene.tx, found.case_id) if found else None
    if found is None or case is None:
        return None
    _, what, version = notice.occasion.split(":")
    actor = scene.directory.actor(reader.person, scene.today)
    view = view_escalation(scene, found, case, actor)
    informs = what in (StepKind.INFORMED, StepKind.APPLIED, StepKind.OUTCOME)
    over = notice.state is not NoticeState.OPEN or (found.version != int(version) and not informs)
    answers = () if over or informs else _ANSWERS[StepKind(what)]
    offers = [
        Offer(
            ActionVerb.ESCALATE, case.id, found.norm, version=found.version, escalation=found.id, answer=one
        )
        for one in answers
        if one is not Answer.APPLY or view.needs_form
    ]
    codes = {case.id: case.code}
    tokens = offered(scene.tx, offers, codes, reader.person, now=scene.now, long=reader.long_tokens)
    return EscalationLine(view, StepKind(what), over, tuple(tokens))


_ANSWERS: Mapping[StepKind, tuple[Answer, ...]] = {
    StepKind.OFFERED: (Answer.ACCEPT, Answer.HAND_BACK),
    StepKind.ASKED: (Answer.MORE_TIME, Answer.HAND_BACK, Answer.OUTCOME),
    StepKind.HANDED_BACK: (Answer.ACCEPT, Answer.JUMP),
}


def _alert(scene: Scene, message: Message, reader: Reader) -> AlertView | None:
    case = case_by_id(scene.tx, int(str(message.payload["case_id"])))
    if case is None:
        return None
    what, norm = AlertKind(str(message.payload["what"])), message.payload.get("norm")
    said = message.payload.get("said")
    facts = facts_of(scene.tx, [case.id])[case.id]
    if what is AlertKind.LOST_PROTECTOR and case.protector_id is not None:
        return None
    times = same_face(facts, None, scene.today).unplanned
    if norm is not None:
        kept = [one.term for one in terms_of(scene.tx, [case.id])[case.id] if one.term.norm == norm]
        times = kept[0].explanations if kept else 0
    return AlertView(
        reader.person.name,
        what,
        case.code,
        str(norm) if norm is not None else None,
        scene.directory.name(case.protector_id),
        times,
        next((one.label for one in table_outcomes(scene.rules) if one.code == said), str(said or "")),
    )


def _reassigned(scene: Scene, message: Message, reader: Reader) -> ReassignedView | None:
    ids = [int(str(one)) for one in _listed_ids(message)]
    cases = cases_by_ids(scene.tx, ids)
    theirs = [
        case.code
        for case in cases.values()
        if (found := protector_of(scene, case)) is not None and found.id == reader.person.id
    ]
    if not theirs:
        return None
    everything = None
    if reader.long_tokens:
        offers = [Offer(ActionVerb.TODAY, case_id=0)]
        everything = offered(scene.tx, offers, {}, reader.person, now=scene.now, long=True)[0]
    by = str(message.payload.get("by", ""))
    return ReassignedView(reader.person.name, by, tuple(sorted(theirs)), everything)


def _listed_ids(message: Message) -> list[object]:
    found = message.payload.get("case_ids", ())
    return list(found) if isinstance(found, list | tuple) else []


def _invitation(scene: Scene, _message: Message, reader: Reader) -> InvitationView:
    return InvitationView(reader.person.name, make_invitation(scene.tx, reader.person, scene.now))


def _trouble(scene: Scene, message: Message, reader: Reader) -> TroubleView | None:
    return view_trouble(scene, message, reader.person)


def _holidays(scene: Scene, _message: Message, reader: Reader) -> HolidaysView | None:
    return view_holidays(scene, reader.person)


def _changed(scene: Scene, message: Message, reader: Reader) -> ChangedView | None:
    return changed_view(scene, message, reader.person)


def _group_ended(scene: Scene, message: Message, reader: Reader) -> GroupEndedView:
    return group_ended_view(scene, message, reader.person)


def _reminder(scene: Scene, message: Message, reader: Reader) -> ReminderView | None:
    notices = notices_of(scene.tx, message.id)
    return reminder_view(scene, message, notices, reader.person, long_tokens=reader.long_tokens)


_COMPOSE: Mapping[MessageKind, Callable[[Scene, Message, Reader], View | None]] = {
    MessageKind.DIGEST: _digest,
    MessageKind.URGENT: _digest,
    MessageKind.ASSIGNED: _assigned,
    MessageKind.SUBSTITUTE: _substitute,
    MessageKind.UNREACHABLE: _still_unreachable,
    MessageKind.INVITATION: _invitation,
    MessageKind.ESCALATION: escalations_view,
    MessageKind.ALERT: _alert,
    MessageKind.REASSIGNED: _reassigned,
    MessageKind.SIGN_IN: _sign_in,
    MessageKind.CHANGED: _changed,
    MessageKind.GROUP_ENDED: _group_ended,
    MessageKind.REMINDER: _reminder,
    MessageKind.TROUBLE: _trouble,
    MessageKind.HOLIDAYS: _holidays,
}
