"""What the page of an action asks, what it accepts, and what it does with the answer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.dates import END_OUTCOMES, Choice
from core.errors import ProblemCode, Refused, refuse
from core.facts import (
    COURSE_CHECKLIST,
    FORWARD_LOOKING,
    OF_A_NEED,
    CouplingKind,
    Fact,
    FactKind,
    Fit,
    kind_of_item,
    standing,
)
from core.help import Need
from core.people import Person
from core.rules import Rules
from core.workdays import FIRST_DAY, LAST_DAY
from services.actions import ActionVerb, ActionView
from services.case_desk import check_date
from services.case_views import CaseView, TermView
from services.cases import read_case, record_fact
from services.house import House
from services.items import CONTRACTED, item_of
from services.people import team_protectors
from services.performing import ActionDone, Picked, perform
from templates import phrase
from web.forms import COUPLING, FIT, NEED, OUTCOME, PERSON, REASON, Filled, read_day
from web.ledger_words import item_name

FITS = (Fit.FITS, Fit.AGREED_ALTERNATIVE, Fit.DOES_NOT_FIT)
_FIRST = (CouplingKind.START, CouplingKind.INTAKE_TEAM, CouplingKind.WAITING_LIST)
_SWITCH = (
    CouplingKind.PLANNED,
    CouplingKind.UNPLANNED,
    CouplingKind.INTAKE_TEAM,
    CouplingKind.WAITING_LIST,
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a date within bounds, a fit, a person, and the checklist with what is recorded already.

    `first_on` is None when no date is asked. `present` is what stands now of the fact that is asked.
    `choices` are a reason, an outcome or how a contract stands; `needs` those of which one is meant;
    `couplings` how somebody can come to the case. `with_note` asks for a short text. `item` is what a
    date or need is called that is taken back as a whole.
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
    choices: tuple[Choice, ...] = ()
    needs: tuple[Need, ...] = ()
    couplings: tuple[CouplingKind, ...] = ()
    with_note: bool = False
    item: str = ""

    @property
    def choice_is(self) -> str:
        """Return what the choice is called where it was left open."""
        if self.people is not None:
            return PERSON
        if self.fits:
            return FIT
        return REASON if self.with_note else OUTCOME

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
    first_on, last_on = _bounds(view, case)
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
        present=_present(house.rules, view, case),
        choices=_choices(house.rules, view),
        needs=case.needs if _is_of_a_need(view) else (),
        couplings=_couplings(view, case),
        with_note=view.verb is ActionVerb.EXPLAIN,
        item=item_name(view.payload.get("item")) if view.verb is ActionVerb.WITHDRAW else "",
    )


def _is_of_a_need(view: ActionView) -> bool:
    return view.verb is ActionVerb.RECORD and view.kind in OF_A_NEED


def _present(rules: Rules, view: ActionView, case: CaseView) -> Fact | None:
    """Return what stands of what is asked; of one of several needs that is not known before it is picked."""
    if view.kind is None or (_is_of_a_need(view) and len(case.needs) > 1):
        return None
    return standing(case.facts, view.kind, item=item_of(rules, view.norm))


def _choices(rules: Rules, view: ActionView) -> tuple[Choice, ...]:
    """Return what can be picked beside a date: a reason, or the outcome of what is recorded."""
    if view.verb is ActionVerb.EXPLAIN:
        return tuple(rules.escalation.reasons.values())
    if view.verb is not ActionVerb.RECORD:
        return ()
    if view.kind is FactKind.HELP_CONTRACTED:
        return tuple(Choice(code, phrase(f"contract.{code}")) for code in CONTRACTED)
    if view.kind is FactKind.END_DECIDED:
        return END_OUTCOMES
    item = item_of(rules, view.norm)
    kind = rules.escalation.item_kinds.get(kind_of_item(item)) if item else None
    decides = view.kind in (FactKind.ITEM_DECIDED, FactKind.REQUEST_ANSWERED)
    return kind.outcomes if kind and decides else ()


def _couplings(view: ActionView, case: CaseView) -> tuple[CouplingKind, ...]:
    if view.verb is not ActionVerb.COUPLE:
        return ()
    return _SWITCH if standing(case.facts, FactKind.PROTECTOR_COUPLED) else _FIRST


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
    on, value, picked = _read(question, filled)
    if question.checklist:
        _tick(house, view, filled, now)
        asked_again = question_of(house, view, question.case, now)
        if asked_again.missing:
            return Incomplete(asked_again)
    owner = view.person.id if view.signed_in else None
    return perform(house, token, now=now, visitor_id=owner, on=on, value=value, picked=picked)


def _read(question: Question, filled: Filled) -> tuple[date | None, str | None, Picked]:
    """Return the day, the choice and what else was picked. Refuses with everything that is not right."""
    problems: list[Refused] = []
    on: date | None = None
    value: str | None = None
    picked = Picked()
    try:
        value = _choice(question, filled)
    except Refused as refused:
        problems.append(refused)
    try:
        picked = _picked(question, filled)
    except Refused as refused:
        problems.append(refused)
    try:
        on = _day(question, filled)
    except Refused as refused:
        problems.append(refused)
    if problems:
        raise Refused(*(problem for refused in problems for problem in refused.problems))
    return on, value, picked


def _picked(question: Question, filled: Filled) -> Picked:
    handover_on = read_day(filled.handover_on) if question.couplings and filled.handover_on else None
    return Picked(
        need=_need(question, filled),
        coupling=_coupling(question, filled),
        handover_on=handover_on,
        note=filled.note if question.with_note else None,
        no_names=filled.no_names,
    )


def _need(question: Question, filled: Filled) -> int | None:
    """Return the number of the need that is meant; the only one needs no picking."""
    numbers = {str(need.number): need.number for need in question.needs}
    if len(numbers) == 1:
        return next(iter(numbers.values()))
    if numbers and filled.need not in numbers:
        raise refuse(ProblemCode.VALUE_MISSING, column=NEED)
    return numbers.get(filled.need)


def _coupling(question: Question, filled: Filled) -> CouplingKind | None:
    if not filled.coupling:
        return None
    if filled.coupling not in question.couplings:
        raise refuse(ProblemCode.VALUE_MISSING, column=COUPLING)
    return CouplingKind(filled.coupling)


def _is(view: ActionView, kind: FactKind) -> bool:
    return view.verb is ActionVerb.RECORD and view.kind is kind


_UNDATED = frozenset({*COURSE_CHECKLIST, FactKind.HELP_CONTRACTED})


def _bounds(view: ActionView, case: CaseView) -> tuple[date | None, date]:
    today = case.today
    if view.verb is ActionVerb.LATER:
        return today + timedelta(days=1), LAST_DAY
    if view.verb is ActionVerb.EXPLAIN:
        term = case.term(view.norm or "")
        return max(today, term.term.watched_on + timedelta(days=1)) if term else today, LAST_DAY
    undated = view.verb is ActionVerb.WITHDRAW or view.kind in _UNDATED
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
    if question.view.verb not in (ActionVerb.LATER, ActionVerb.EXPLAIN):
        check_date(question.view.kind or FactKind.PROTECTOR_COUPLED, on, question.today)
    return on


def _choice(question: Question, filled: Filled) -> str | None:
    """Return what was chosen. Refuses what was not offered: a file's word cannot come from a form."""
    people = [person.name for person in question.people or ()]
    offered = [*question.fits, *people, *(choice.code for choice in question.choices)]
    asked = bool(offered) or question.people is not None
    if asked and filled.value not in offered:
        raise refuse(ProblemCode.VALUE_MISSING, column=question.choice_is)
    return filled.value if asked else None


def _tick(house: House, view: ActionView, filled: Filled, now: datetime) -> None:
    for code in view.codes:
        for kind in filled.ticked:
            record_fact(house, code, kind, None, actor=view.actor, now=now)
