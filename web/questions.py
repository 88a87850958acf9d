"""What the page of an action asks, what it accepts, and what it does with the answer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.errors import ProblemCode, refuse
from core.facts import COURSE_CHECKLIST, FORWARD_LOOKING, Fact, FactKind, Fit, standing
from core.people import Person
from core.workdays import FIRST_DAY, LAST_DAY
from services.actions import ActionDone, ActionVerb, ActionView, perform
from services.case_desk import check_date
from services.case_views import CaseView, TermView
from services.cases import read_case, record_fact
from services.house import House
from services.people import team_protectors
from web.forms import FIT, PERSON, Filled, read_day

FITS = (Fit.FITS, Fit.AGREED_ALTERNATIVE, Fit.DOES_NOT_FIT)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a date within bounds, a fit, a person, and the checklist with what is recorded already.

    `first_on` is None when no date is asked. `present` is what stands now of the fact that is asked.
    """

    view: ActionView
    case: CaseView
    term: TermView | None
    today: date
    first_on: date | None
    last_on: date
    fits: tuple[Fit, ...] = ()
    people: tuple[Person, ...] | None = None
    checklist: tuple[tuple[FactKind, bool], ...] = ()
    present: Fact | None = None

    @property
    def missing(self) -> tuple[FactKind, ...]:
        """Return the items of the checklist that are not recorded."""
        return tuple(kind for kind, known in self.checklist if not known)

    @property
    def still_needed(self) -> tuple[FactKind, ...]:
        """Return what the norm needs beside what is asked here."""
        missing = self.term.term.missing if self.term else ()
        return tuple(kind for kind in missing if kind is not self.view.kind)


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The ticked items were recorded, but the checklist is not complete yet."""

    question: Question


def question_of(house: House, view: ActionView, case: CaseView, now: datetime) -> Question:
    """Return what the page of an undecided action asks."""
    first_on, last_on = _bounds(view, case.today)
    return Question(
        view=view,
        case=case,
        term=case.term(view.norm) if view.norm else None,
        today=case.today,
        first_on=first_on,
        last_on=last_on,
        fits=FITS if _is(view, FactKind.HELP_STARTED) else (),
        people=_people(house, view, case, now),
        checklist=_checklist(house, view, now) if _is(view, FactKind.COURSE_SET) else (),
        present=standing(case.facts, view.kind) if view.kind else None,
    )


def may_answer(view: ActionView, case: CaseView) -> bool:
    """Tell whether the owner may still do what the action is for."""
    if view.verb is ActionVerb.COUPLE:
        return case.may_couple
    return view.verb is ActionVerb.LATER or case.may_record


def answer(
    house: House, token: str, question: Question, filled: Filled, now: datetime
) -> ActionDone | Incomplete:
    """Do what the action is for. Refuses a date or choice that cannot be; then nothing is recorded."""
    view = question.view
    on = _day(question, filled)
    value = _choice(question, filled)
    if question.checklist:
        _tick(house, view, filled, now)
        asked_again = question_of(house, view, question.case, now)
        if asked_again.missing:
            return Incomplete(asked_again)
    owner = view.person.id if view.signed_in else None
    return perform(house, token, now=now, visitor_id=owner, on=on, value=value)


def _is(view: ActionView, kind: FactKind) -> bool:
    return view.verb is ActionVerb.RECORD and view.kind is kind


def _bounds(view: ActionView, today: date) -> tuple[date | None, date]:
    if view.verb is ActionVerb.LATER:
        return today + timedelta(days=1), LAST_DAY
    undated = view.verb is ActionVerb.WITHDRAW or view.kind in COURSE_CHECKLIST
    may_be_future = view.kind in FORWARD_LOOKING or view.kind is FactKind.MEASURE_STARTED
    return None if undated else FIRST_DAY, LAST_DAY if may_be_future else today


def _people(house: House, view: ActionView, case: CaseView, now: datetime) -> tuple[Person, ...] | None:
    if view.verb is not ActionVerb.COUPLE:
        return None
    return tuple(team_protectors(house, case.case.organisation, actor=view.actor, now=now))


def _checklist(house: House, view: ActionView, now: datetime) -> tuple[tuple[FactKind, bool], ...]:
    """Return each item, and whether it is recorded in every case that the action is about."""
    ledgers = [read_case(house, code, actor=view.actor, now=now).ledger for code in view.codes]
    return tuple((kind, all(kind in ledger for ledger in ledgers)) for kind in COURSE_CHECKLIST)


def _day(question: Question, filled: Filled) -> date | None:
    if question.first_on is None:
        return None
    on = read_day(filled.on)
    if question.view.verb is not ActionVerb.LATER:
        check_date(question.view.kind or FactKind.PROTECTOR_COUPLED, on, question.today)
    return on


def _choice(question: Question, filled: Filled) -> str | None:
    """Return what was chosen. Refuses what was not offered: a file's word cannot come from a form."""
    offered = [*question.fits, *(person.name for person in question.people or ())]
    asked = bool(question.fits) or question.people is not None
    if asked and filled.value not in offered:
        raise refuse(ProblemCode.VALUE_MISSING, column=FIT if question.fits else PERSON)
    return filled.value if asked else None


def _tick(house: House, view: ActionView, filled: Filled, now: datetime) -> None:
    for code in view.codes:
        for kind in filled.ticked:
            record_fact(house, code, kind, None, actor=view.actor, now=now)
