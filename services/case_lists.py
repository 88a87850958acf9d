"""Lists of cases: whose they are, how they stand, and what asks attention today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.cases import Case
from core.people import Actor, Role
from core.rights import Nearness, Verb, may, nearness_to_case
from core.terms import Light, Status, worst
from services.case_views import TermView, view_term
from services.directory import Directory, load_directory
from services.house import House
from storage.queries.cases import cases_page, terms_of
from storage.store import Transaction

CHUNK = 500


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A case in a list, with its terms on `today`, the local day asked for."""

    case: Case
    protector: str | None
    manager: str | None
    terms: tuple[TermView, ...]
    today: date

    @property
    def worst_status(self) -> Status | None:
        """Return the status that asks most."""
        return worst(view.status for view in self.terms)

    @property
    def next_due_on(self) -> date:
        """Return the first due date of an open term; the end of time when none is open."""
        return min((view.term.due_on for view in self.terms if view.term.is_open), default=date.max)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list is narrowed to; None narrows nothing."""

    organisation: str | None = None
    municipality: str | None = None
    norm: str | None = None
    status: Status | None = None
    protector: str | None = None
    include_ended: bool = False


def list_cases(
    house: House, *, actor: Actor, now: datetime, only: CaseFilter | None = None
) -> list[CaseSummary]:
    """Return every case the actor may see, in order of code."""
    only = only or CaseFilter()
    today = house.today(now)
    with house.store.read() as tx:
        directory = load_directory(tx, house, today)
        running_on = None if only.include_ended else today
        found: list[CaseSummary] = []
        after: str | None = None
        reach = _reach(actor, only, directory)
        while page := _page(tx, reach, only, running_on, after):
            found += [
                summary
                for summary in _summaries(tx, house, directory, page, today)
                if _visible(actor, directory, summary, today) and _matches(summary, only)
            ]
            after = page[-1].code
        return found


def cases_by_urgency(house: House, *, actor: Actor, now: datetime) -> list[CaseSummary]:
    """Return the running cases the actor may see, what asks most first."""
    return sorted(list_cases(house, actor=actor, now=now), key=_urgency)


def attention_today(house: House, *, actor: Actor, now: datetime, within: int = 5) -> list[CaseSummary]:
    """Return the cases with an open term that is late or due soon (in working days), the first due first."""
    return [
        summary
        for summary in cases_by_urgency(house, actor=actor, now=now)
        if any(asks_attention(view, within) for view in summary.terms)
    ]


def asks_attention(view: TermView, within: int = 5) -> bool:
    """Tell whether a term wants something: late, amber, or due within that many working days."""
    if view.status is Status.OVERDUE or view.light is Light.AMBER:
        return True
    return view.status is Status.OPEN and view.working_days_left <= within


@dataclass(frozen=True, slots=True)
class _Reach:
    """Where to look for cases that an actor may see; None means everywhere."""

    organisations: list[str] | None
    held_by: list[int] | None = None
    teams: frozenset[tuple[str, str]] = frozenset()


def _reach(actor: Actor, only: CaseFilter, directory: Directory) -> _Reach:
    asked = [only.organisation] if only.organisation else None
    if may(actor, Verb.SEE_CASE, Nearness.ANY):
        return _Reach(asked)
    own = [actor.organisation] if actor.organisation else []
    within = own if asked is None else [code for code in asked if code in own]
    if may(actor, Verb.SEE_CASE, Nearness.ORGANISATION) or Role.CONTACT in actor.roles:
        return _Reach(within)  # a contact's name is on no case: it holds what nobody else does
    people = [i for i in (actor.person_id, *actor.stands_in_for) if i is not None]
    leads = may(actor, Verb.SEE_CASE, Nearness.TEAM)
    return _Reach(within, people, frozenset(directory.teams_led_by(people)) if leads else frozenset())


def _page(
    tx: Transaction, reach: _Reach, only: CaseFilter, running_on: date | None, after: str | None
) -> list[Case]:
    return cases_page(
        tx,
        organisations=reach.organisations,
        municipality=only.municipality,
        held_by=reach.held_by,
        teams=reach.teams,
        running_on=running_on,
        after_code=after,
        limit=CHUNK,
    )


def _summaries(
    tx: Transaction, house: House, directory: Directory, cases: Sequence[Case], today: date
) -> list[CaseSummary]:
    terms = terms_of(tx, [case.id for case in cases])
    return [
        CaseSummary(
            case,
            directory.name(case.protector_id),
            directory.name(case.manager_id),
            tuple(
                view_term(kept.term, kept, house.rules, today)
                for kept in sorted(terms[case.id], key=lambda kept: house.rules.norms.place(kept.term.norm))
            ),
            today,
        )
        for case in cases
    ]


def _visible(actor: Actor, directory: Directory, summary: CaseSummary, today: date) -> bool:
    return may(actor, Verb.SEE_CASE, nearness_to_case(actor, directory.holders(summary.case, today)))


def _matches(summary: CaseSummary, only: CaseFilter) -> bool:
    if only.protector is not None and summary.protector != only.protector:
        return False
    views = [view for view in summary.terms if only.norm is None or view.norm.code == only.norm]
    if only.norm is not None and not views:
        return False
    return only.status is None or any(view.status is only.status for view in views)


def _urgency(summary: CaseSummary) -> tuple[object, ...]:
    open_on = min(
        (view.term.due_on for view in summary.terms if view.status is Status.OPEN), default=date.max
    )
    late = summary.worst_status is Status.OVERDUE
    return (not late and open_on == date.max, open_on, not late, summary.case.code)
