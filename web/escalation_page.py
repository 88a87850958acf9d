"""The page of an answer to an escalation: what is asked, what it accepts, and who has it by then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.dates import Choice
from core.errors import NotAllowed, Problem, ProblemCode, Refused, refuse
from core.rights import Verb
from services.actions import ActionView, Offered, offer_these
from services.escalating import Answer
from services.escalation_offers import answer_offers, choices_for, possible_answers, rungs_to_jump_to
from services.escalation_views import EscalationView, RungView
from services.house import House
from services.performing import Picked, perform
from web.coming import Coming
from web.forms import OUTCOME, REASON, Fields, Filled, filled
from web.pages import BAD, OK, Page, page, refused_page, stale_page, unknown_or_away
from web.said import said_of
from web.visitor import Visitor


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    """What an answer asks: a reason or outcome, a rung to jump to, or the form of an expert team."""

    view: ActionView
    found: EscalationView
    answer: Answer
    choices: tuple[Choice, ...]
    rungs: tuple[RungView, ...]
    applicants: tuple[str, ...]
    form: tuple[Choice, ...]

    @property
    def with_note(self) -> bool:
        """Tell whether a short text can go with it."""
        return bool(self.choices)


@dataclass(frozen=True, slots=True)
class ShownEscalation:
    """An escalation with a link for each answer that its reader can give."""

    view: EscalationView
    offers: tuple[Offered, ...]


def shown_escalation(house: House, found: EscalationView, visitor: Visitor) -> ShownEscalation:
    """Return an escalation for a page of a session; its links work for who is signed in only."""
    offers = [replace(offer, signed_in=True) for offer in answer_offers(found)]
    codes = {found.escalation.case_id: found.code}
    made = offer_these(house, offers, codes, visitor.person, visitor.now, long=True) if offers else []
    return ShownEscalation(found, tuple(made))


def ask_escalation(here: Coming, view: ActionView) -> Page:
    """Return the page that asks for one answer; of one that has moved on, who has it now."""
    question = _question_of(here.house, view)
    if question is None:
        return _moved(here, view)
    refused = _unable(question)
    if refused:
        return refused_page(refused, visitor=here.owner(view))
    return _page(here, question, Filled())


def answer_escalation_page(here: Coming, view: ActionView, fields: Fields) -> Page:
    """Give the answer, once, and return the page that says what it did or why it was not taken."""
    if not here.may_send(view, fields):
        return stale_page(here.owner(view))
    question, given = _question_of(here.house, view), filled(fields)
    if question is None:
        return _moved(here, view)
    try:
        value, picked = _read(question, given)
        owner = view.person.id if view.signed_in else None
        done = perform(here.house, here.token, now=here.now, visitor_id=owner, value=value, picked=picked)
    except NotAllowed as refused:
        return refused_page(refused, visitor=here.owner(view))
    except Refused as refused:
        return _refused(here, question, given, refused)
    if done.answered is None or not done.answered.changed:
        return _moved(here, done.view)
    return _done(here, done.view)


def _question_of(house: House, view: ActionView) -> AnswerQuestion | None:
    """Return what is asked; None when the escalation has moved on since."""
    found, answer = view.escalation, view.answer
    if found is None or answer is None or view.decided:
        return None
    people = (found.protector, found.manager, found.holder, view.person.name)
    return AnswerQuestion(
        view=view,
        found=found,
        answer=answer,
        choices=choices_for(house.rules, answer),
        rungs=rungs_to_jump_to(found) if answer is Answer.JUMP else (),
        applicants=tuple(dict.fromkeys(name for name in people if name)) if answer is Answer.APPLY else (),
        form=house.rules.escalation.form if answer is Answer.APPLY else (),
    )


def _unable(question: AnswerQuestion) -> Refused | None:
    """Return why the reader cannot give this answer, None when they can."""
    found = question.found
    if question.answer in possible_answers(found):
        return None
    if question.answer is Answer.HOLD and found.escalation.held:
        return refuse(ProblemCode.ESCALATION_HELD)
    details = {"holder": found.holder, "verb": Verb.ESCALATE, "actor": question.view.actor.name}
    return NotAllowed(Problem(ProblemCode.ESCALATION_NOT_YOURS, details))


def _read(question: AnswerQuestion, given: Filled) -> tuple[str | None, Picked]:
    """Return the reason or outcome, and what else was picked. Refuses what was not offered."""
    codes = [choice.code for choice in question.choices]
    if codes and given.value not in codes:
        raise refuse(
            ProblemCode.VALUE_MISSING, column=OUTCOME if question.answer is Answer.OUTCOME else REASON
        )
    places = {str(rung.place): rung.place for rung in question.rungs}
    if places and given.rung not in places:
        raise refuse(ProblemCode.VALUE_MISSING, column="trede")
    if given.applied_by and given.applied_by not in question.applicants:
        raise refuse(ProblemCode.APPLICANT_MISSING, column="aanmelder")
    return given.value if codes else None, Picked(
        note=given.note if question.with_note else None,
        no_names=given.no_names,
        rung=places.get(given.rung),
        applied_by=given.applied_by,
        fields=given.fields,
    )


def _refused(here: Coming, question: AnswerQuestion, given: Filled, refused: Refused) -> Page:
    code = refused.problems[0].code
    if code in (ProblemCode.ESCALATION_UNKNOWN, ProblemCode.ACTION_UNKNOWN, ProblemCode.SESSION_OVER):
        return unknown_or_away(refused, here.owner(question.view))
    return _page(here, question, given, refused)


def _page(here: Coming, question: AnswerQuestion, given: Filled, problem: Refused | None = None) -> Page:
    said = said_of(problem, given, here.house, question.found.today)
    visitor = here.owner(question.view)
    values = {"q": question, "view": question.view, "found": question.found, "filled": given}
    return page(BAD if problem else OK, "escalation_question", visitor=visitor, **values, **said)


def _moved(here: Coming, view: ActionView) -> Page:
    return page(OK, "escalation_moved", visitor=here.owner(view), **_shown(here, view))


def _done(here: Coming, view: ActionView) -> Page:
    return page(OK, "escalation_done", visitor=here.owner(view), **_shown(here, view))


def _shown(here: Coming, view: ActionView) -> dict[str, object]:
    """Return what a page shows after an answer; in a session with what its reader can do now."""
    return {"view": view, "found": view.escalation, "links": _links(here, view)}


def _links(here: Coming, view: ActionView) -> Sequence[Offered]:
    visitor = here.owner(view)
    if visitor is None or view.escalation is None:
        return ()
    return shown_escalation(here.house, view.escalation, visitor).offers
