"""Which notices a term owes, to whom, and when the next one comes: pure decisions on rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.cadence import (
    EVERY_WORKING_DAY,
    Cadence,
    Guarded,
    Occasion,
    OccasionKind,
    Rung,
    next_occasion,
    owed_occasion,
)
from core.outbox import NewNotice, Notice
from core.people import Person
from core.rules import Rules
from core.terms import Term
from services.directory import Directory
from storage.queries.guard import DueTerm

Postponed = Mapping[tuple[int, str, int], date]

RUNGS = (Rung.PROTECTOR, Rung.MANAGER)
_WITH_PARTY = (*RUNGS, Rung.PARTY)
_OF_NEEDED_BY = (OccasionKind.NEEDED_BEFORE, OccasionKind.NEEDED_AFTER)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a term owes today, and the day it speaks again (None: never)."""

    notices: tuple[NewNotice, ...]
    next_notice_on: date | None


def term_subject(case_id: int, norm: str, due_on: date) -> str:
    """Return the subject of a term's notices: a moved date makes another subject."""
    return f"term:{case_id}:{norm}:{due_on.isoformat()}"


def is_backlog(rules: Rules, due_on: date) -> bool:
    """Tell whether a term was due before this installation began to guard: listed once, never nagged."""
    guarded_from = rules.notices.guarded_from
    return guarded_from is not None and due_on < guarded_from


def plan_term(
    row: DueTerm, rules: Rules, directory: Directory, today: date, postponed: Postponed | None = None
) -> Planned:
    """Return the notices that a term owes on `today`, at most one for each person, and its next day."""
    if is_backlog(rules, row.due_on):
        return _plan_backlog(row, directory, today)
    turn = directory.next_turn((row.protector_id, row.manager_id), today)
    cadence, guarded = _cadence(row, rules), _guarded(row)
    owed: dict[int, NewNotice] = {}
    upcoming = [row.escalate_on] if row.escalate_on and row.escalate_on > today else []
    for rung in _WITH_PARTY if row.party else RUNGS:
        person = _told_on(rung, row, directory, today)
        days = person.days if person else EVERY_WORKING_DAY
        coming = next_occasion(guarded, cadence, rules.calendar, rung, days, today)
        if coming:
            upcoming.append(coming.on)
        if person is None or person.id in owed:
            continue
        until = postponed.get((row.case_id, row.norm, person.id)) if postponed else None
        if until and until > today:
            upcoming.append(until)
            continue
        occasion = owed_occasion(guarded, cadence, rules.calendar, rung, days, row.told_through_on, today)
        if until and (row.told_through_on is None or row.told_through_on < until):
            occasion = occasion or Occasion(until, OccasionKind.LATER)
        if occasion:
            owed[person.id] = _notice(row, rung, person, occasion)
    return Planned(tuple(owed.values()), _at_the_latest(turn, upcoming))


def first_notice_on(row: DueTerm, rules: Rules, directory: Directory, today: date) -> date | None:
    """Return the first day on which a new or changed open term has something to say.

    A day that has passed means: at the next pass.
    """
    if is_backlog(rules, row.due_on):
        listed_on = max(rules.notices.guarded_from or today, today)
        gone = row.told_through_on is not None or _has_ended(row, listed_on)
        return None if gone else listed_on
    cadence, guarded = _cadence(row, rules), _guarded(row)
    coming = [row.escalate_on] if row.escalate_on else []
    for rung in _WITH_PARTY if row.party else RUNGS:
        person = _told_on(rung, row, directory, today)
        days = person.days if person else EVERY_WORKING_DAY
        occasion = next_occasion(
            guarded, cadence, rules.calendar, rung, days, row.told_through_on or date.min
        )
        if occasion:
            coming.append(occasion.on)
    return _at_the_latest(directory.next_turn((row.protector_id, row.manager_id), today), coming)


def _told_on(rung: Rung, row: DueTerm, directory: Directory, today: date) -> Person | None:
    """Return who is told on a rung; the party of a term has nobody in their place."""
    if rung is not Rung.PARTY:
        return directory.holder(rung, row.protector_id, row.manager_id, row.organisation, today)
    party = directory.named(row.party or "")
    return directory.present(party.id, today) if party else None


def is_of_escalation(notice: Notice) -> bool:
    """Tell whether a notice belongs to an escalation, which itself says when it no longer holds."""
    return occasion_kind(notice) in (OccasionKind.CLIMBS, OccasionKind.ESCALATION)


def still_owed(notice: Notice, term: Term, today: date) -> bool:
    """Tell whether what a notice says of a term still holds on `today`."""
    ended = term.ends_on is not None and term.ends_on <= today
    if ended or not term.is_open or term.watched_on != notice.due_on:
        return False
    kind = occasion_kind(notice)
    if kind is OccasionKind.UNCOUPLED:
        return not term.coupled
    return kind not in _OF_NEEDED_BY or notice.occasion.endswith(f":{term.needed_by_on}")


def occasion_kind(notice: Notice) -> OccasionKind:
    """Return why a notice was written."""
    return OccasionKind(notice.occasion.partition(":")[0])


def _at_the_latest(turn: date | None, days: Sequence[date]) -> date | None:
    """Return the first of these days, or the day on which somebody else's working days begin to count."""
    first = min(days, default=None)
    return first if first is None or turn is None else min(first, turn)


def _has_ended(row: DueTerm, on: date) -> bool:
    return row.ends_on is not None and row.ends_on <= on


def recipients(rows: Iterable[DueTerm], rules: Rules, directory: Directory, on: date) -> set[int]:
    """Return who would be told something about these terms at a pass on `on`."""
    return {notice.person_id for row in rows for notice in plan_term(row, rules, directory, on).notices}


def _plan_backlog(row: DueTerm, directory: Directory, today: date) -> Planned:
    person = directory.holder(Rung.PROTECTOR, row.protector_id, row.manager_id, row.organisation, today)
    if person is None or row.told_through_on is not None or _has_ended(row, today):
        return Planned((), None)
    occasion = Occasion(today, OccasionKind.BACKLOG)
    return Planned((_notice(row, Rung.PROTECTOR, person, occasion),), None)


def _notice(row: DueTerm, rung: Rung, person: Person, occasion: Occasion) -> NewNotice:
    return NewNotice(
        subject=term_subject(row.case_id, row.norm, row.due_on),
        rung=rung,
        person_id=person.id,
        occasion=_key(occasion, row),
        occasion_on=occasion.on,
        case_id=row.case_id,
        norm=row.norm,
        due_on=row.due_on,
    )


def _key(occasion: Occasion, row: DueTerm) -> str:
    """Return what makes the occasion one of a kind; a moved needed-by date makes another one."""
    return f"{occasion.key}:{row.needed_by_on}" if occasion.kind in _OF_NEEDED_BY else occasion.key


def _cadence(row: DueTerm, rules: Rules) -> Cadence:
    norm = rules.norms.in_force(row.norm, row.start_on)
    return norm.cadence if norm else Cadence()


def _guarded(row: DueTerm) -> Guarded:
    return Guarded(row.start_on, row.due_on, row.needed_by_on, row.coupled, row.ends_on, row.explained)
