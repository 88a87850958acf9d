"""What a message says at the moment it is sent: the notices that still hold, ordered and folded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from core.cadence import OccasionKind, Rung
from core.cases import Case, KeptTerm
from core.clocktime import local_date
from core.escalations import Escalation
from core.ladder import Stage
from core.outbox import NewNotice, Notice, NoticeState
from core.people import Person, Role
from core.rights import Nearness, Verb, may, nearness_to_case
from services.actions import ActionVerb, Offer, Offered, offered, offers_for_term
from services.case_views import TermView, view_term
from services.escalating import Answer
from services.escalation_views import running_norms
from services.governance.lines import GovernanceLine, governance_lines, with_links
from services.governance.matters import is_governance
from services.planning import occasion_kind, still_owed
from services.rung_holders import resolve
from services.scene import Scene
from storage.queries.cases import cases_by_ids, terms_of

_FOLDED = (OccasionKind.WEEKLY, OccasionKind.BACKLOG)


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One line: one term, or that of siblings with the same date.

    `protector` is set when the reader is another, `nobody` says that there is none. `climbs_to` is who will
    be asked to help from `climbs_on` (a local date) if nothing changes, `climbs_to_reader` that it is the
    reader.
    """

    codes: tuple[str, ...]
    term: TermView
    protector: str | None
    nobody: bool
    offers: tuple[Offered, ...]
    notice_ids: tuple[int, ...]
    climbs_to: str | None = None
    climbs_on: date | None = None
    climbs_to_reader: bool = False


@dataclass(frozen=True, slots=True)
class DigestView:
    """A digest: what can still be saved first, then newly late; the rest folded into counts.

    `day_on` is the day it was sent, where it is shown anew on a later one. `more` counts the terms there was
    no room for, `older` terms that are late for longer, `backlog` terms
    from before this installation began. `settled` are the codes and norms that have been reached since it was
    written. `everything` leads to all cases of the reader, where the message needs a link for that
    and the reader may see cases.
    `to_group` says that a group chat reads it, which is only told what is agreed.
    """

    person: str
    today: date
    lines: tuple[DigestLine, ...]
    more: int
    older: int
    backlog: int
    settled: tuple[tuple[str, str], ...] = ()
    held_over: tuple[int, ...] = field(default=())
    everything: Offered | None = None
    governance: tuple[GovernanceLine, ...] = ()
    to_group: bool = False
    day_on: date | None = None

    @property
    def terms(self) -> int:
        """Return of how many terms it tells one by one, with those there was no room for."""
        return sum(len(line.codes) for line in self.lines) + self.more

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing left to say."""
        return not (self.lines or self.more or self.older or self.backlog or self.governance)


@dataclass(frozen=True, slots=True)
class Check:
    """The notices of a message after the check at sending: what holds, what does not, who gets it instead."""

    standing: tuple[tuple[Notice, Case, KeptTerm], ...]
    gone: tuple[int, ...]
    settled: tuple[tuple[str, str], ...]
    rerouted: tuple[NewNotice, ...]
    governance: tuple[GovernanceLine, ...] = ()


def check_notices(scene: Scene, notices: Iterable[Notice], person: Person) -> Check:
    """Check each notice: still true, and still for this person."""
    notices = list(notices)
    agreed = governance_lines(scene, notices, person)
    notices = [notice for notice in notices if not is_governance(notice.subject)]
    case_ids = sorted({notice.case_id for notice in notices if notice.case_id is not None})
    cases, terms = cases_by_ids(scene.tx, case_ids), terms_of(scene.tx, case_ids)
    running = running_norms(scene, case_ids) if case_ids else {}
    standing: list[_Entry] = []
    gone: list[int] = list(agreed.gone)
    settled: list[tuple[str, str]] = []
    rerouted: list[NewNotice] = []
    for notice in notices:
        case = cases.get(notice.case_id or 0)
        kept = _kept(terms.get(notice.case_id or 0, []), notice)
        if case is None or kept is None or not still_owed(notice, kept.term, scene.today):
            if case and kept and not kept.term.is_open:
                settled.append((case.code, kept.term.norm))
            gone.append(notice.id)
            continue
        if _told_otherwise(scene, notice, running.get((case.id, kept.term.norm)), person):
            gone.append(notice.id)
            continue
        holder = _holder(scene, notice, case, kept)
        if holder is None or holder.id == person.id:
            standing.append((notice, case, kept))
        else:
            gone.append(notice.id)
            rerouted.append(_for(notice, holder))
    return Check(tuple(standing), tuple(gone), tuple(dict.fromkeys(settled)), tuple(rerouted), agreed.lines)


def _holder(scene: Scene, notice: Notice, case: Case, kept: KeptTerm) -> Person | None:
    rung = Rung(notice.rung)
    if rung is Rung.PARTY:
        return scene.directory.named(kept.term.party or "")
    return scene.directory.holder(rung, case.protector_id, case.manager_id, case.organisation, scene.today)


def _told_otherwise(scene: Scene, notice: Notice, escalation: Escalation | None, person: Person) -> bool:
    """Tell whether a notice has nothing to add to an escalation of its term.

    An announcement holds until it has left. A manager who took the escalation, or is asked to today, hears of
    the term from that.
    """
    left = escalation is None or escalation.stage is not Stage.ANNOUNCED
    if occasion_kind(notice) is OccasionKind.CLIMBS:
        return left
    if escalation is None or not left or escalation.holder_id != person.id or notice.rung != Rung.MANAGER:
        return False
    asked_today = local_date(escalation.since_at, scene.rules.zone) == scene.today
    return asked_today or escalation.stage is Stage.ACCEPTED


def _kept(terms: Sequence[KeptTerm], notice: Notice) -> KeptTerm | None:
    return next(
        (kept for kept in terms if kept.term.norm == notice.norm and kept.term.watched_on == notice.due_on),
        None,
    )


def _for(notice: Notice, holder: Person) -> NewNotice:
    return NewNotice(
        subject=notice.subject,
        rung=notice.rung,
        person_id=holder.id,
        occasion=notice.occasion,
        occasion_on=notice.occasion_on,
        case_id=notice.case_id,
        norm=notice.norm,
        due_on=notice.due_on,
    )


def digest_view(scene: Scene, person: Person, check: Check, *, long_tokens: bool) -> DigestView:
    """Return what a digest says, with fresh tokens for its actions."""
    groups = _group([entry for entry in check.standing if occasion_kind(entry[0]) not in _FOLDED])
    ordered = sorted(groups, key=lambda group: _urgency(group, scene.today))
    most = scene.rules.notices.digest_lines
    shown, rest = ordered[:most], ordered[most:]
    lines = tuple(_line(scene, group, person, long_tokens=long_tokens) for group in shown)
    told = {_term_key(entry) for group in groups for entry in group}
    return DigestView(
        person=person.name,
        today=scene.today,
        lines=lines,
        more=sum(len(_codes(group)) for group in rest),
        older=_count(check.standing, OccasionKind.WEEKLY, told),
        backlog=_count(check.standing, OccasionKind.BACKLOG, told),
        settled=check.settled,
        held_over=tuple(notice.id for group in rest for notice, _, _ in group),
        everything=_everything(scene, person) if long_tokens else None,
        governance=with_links(scene, person, check.governance) if long_tokens else check.governance,
        to_group=Role.GROUP in person.roles,
    )


def _everything(scene: Scene, person: Person) -> Offered | None:
    """Return a link to all cases of the reader; none for who may see no case, such as an official."""
    if not may(scene.directory.actor(person, scene.today), Verb.SEE_CASE, Nearness.OWN):
        return None
    offers = [Offer(ActionVerb.TODAY, case_id=0)]
    return offered(scene.tx, offers, {}, person, now=scene.now, long=True)[0]


_Entry = tuple[Notice, Case, KeptTerm]


def _count(entries: Iterable[_Entry], kind: OccasionKind, told: set[tuple[int, str]]) -> int:
    """Count the terms of which only this is said."""
    return len({_term_key(entry) for entry in entries if occasion_kind(entry[0]) is kind} - told)


def _term_key(entry: _Entry) -> tuple[int, str]:
    _, case, kept = entry
    return case.id, kept.term.norm


def _group(entries: list[_Entry]) -> list[list[_Entry]]:
    """Put siblings with the same norm, date and missing evidence together."""
    groups: dict[tuple[object, ...], list[_Entry]] = {}
    for notice, case, kept in entries:
        family = case.family or f"case:{case.id}"
        term = kept.term
        key = (family, case.organisation, term.norm, term.watched_on, term.missing, case.protector_id)
        groups.setdefault(key, []).append((notice, case, kept))
    return list(groups.values())


def _urgency(group: list[_Entry], today: date) -> tuple[object, ...]:
    _, case, kept = group[0]
    term = kept.term
    deferred = any(notice.deferred for notice, _, _ in group)
    late = term.watched_on < today
    first = min(term.watched_on, term.needed_by_on or term.watched_on)
    return (not deferred, late, -first.toordinal() if late else first.toordinal(), case.code)


def _line(scene: Scene, group: list[_Entry], person: Person, *, long_tokens: bool) -> DigestLine:
    _, case, kept = group[0]
    term = view_term(kept.term, kept, scene.rules, scene.today)
    climbs = any(occasion_kind(notice) is OccasionKind.CLIMBS for notice, _, _ in group)
    leaving = [*running_norms(scene, [case.id]).values()] if climbs else []
    leaving = [one for one in leaving if one.norm == term.key and one.stage is Stage.ANNOUNCED]
    offers = _offers(scene, group, person, term, with_page=long_tokens)
    offers += [_hold(one) for one in leaving[:1] if not one.held]
    return DigestLine(
        codes=_codes(group),
        term=term,
        protector=scene.directory.name(case.protector_id) if case.protector_id != person.id else None,
        nobody=case.protector_id is None,
        offers=tuple(
            offered(scene.tx, offers, {case.id: case.code}, person, now=scene.now, long=long_tokens)
        ),
        notice_ids=tuple(notice.id for notice, _, _ in group),
        climbs_to=leaving[0].ladder[0].code if leaving else None,
        climbs_on=_leaves_on(scene, leaving[0]) if leaving else None,
        climbs_to_reader=bool(leaving) and _asks(scene, case, leaving[0], person),
    )


def _codes(group: list[_Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(case.code for _, case, _ in group))


def _hold(escalation: Escalation) -> Offer:
    return Offer(
        ActionVerb.ESCALATE,
        escalation.case_id,
        escalation.norm,
        version=escalation.version,
        escalation=escalation.id,
        answer=Answer.HOLD,
    )


def _asks(scene: Scene, case: Case, leaving: Escalation, person: Person) -> bool:
    """Tell whether an escalation that leaves asks this person first."""
    first = resolve(scene, case, leaving.ladder[0]).person
    return first is not None and first.id == person.id


def _leaves_on(scene: Scene, escalation: Escalation) -> date | None:
    return local_date(escalation.next_at, scene.rules.zone) if escalation.next_at else None


def _offers(
    scene: Scene, group: list[_Entry], person: Person, term: TermView, *, with_page: bool
) -> list[Offer]:
    """Return what the reader can do about a line, for all siblings at once; `with_page` adds looking."""
    case = group[0][1]
    actor = scene.directory.actor(person, scene.today)
    nearness = nearness_to_case(actor, scene.directory.holders(case, scene.today))
    may_record = may(actor, Verb.RECORD_FACT, nearness)
    may_couple = may(actor, Verb.COUPLE, nearness)
    siblings = tuple({other.id: None for _, other, _ in group if other.id != case.id})
    offers = offers_for_term(case, term, may_record=may_record, may_couple=may_couple)
    if with_page:
        offers.append(Offer(ActionVerb.OPEN, case.id, term.key))
    return [replace(offer, also=siblings) for offer in offers if _wanted(offer, term)]


def _wanted(offer: Offer, term: TermView) -> bool:
    """Offer to explain in a digest from the last working days on; the page of a case always does."""
    return offer.verb is not ActionVerb.EXPLAIN or term.working_days_left <= _EXPLAINED_FROM


_EXPLAINED_FROM = 2


def standing_notices(notices: Iterable[Notice]) -> list[Notice]:
    """Return the notices that were not closed."""
    return [notice for notice in notices if notice.state is NoticeState.OPEN]
