"""Escalations: what waits for me, what I answer to it, and how one went."""

from collections.abc import Sequence

from bot import asking
from bot.asking import Draft, Flow, Option, Step
from bot.callbacks import Act, Own, Pressed, pack
from bot.desk import Visit, in_thread
from bot.handlers.choices import choice_rows, chosen
from bot.handlers.pressing import open_row
from bot.rendering import begin_button
from core.dates import Choice
from core.ladder import RungMode
from core.ports import Button
from core.rules import Rules
from services.actions import ActionVerb, ActionView, Offer, Offered, offer_these
from services.escalating import WITH_REASON, Answer, Given, answer_escalation, answers_open_to
from services.escalation_views import (
    EscalationView,
    case_escalations,
    my_escalations,
    read_escalation,
    table_outcomes,
)
from services.free_text import likely_names
from services.performing import Picked, perform
from templates import chat_text, phrase, upper_first

MOST_SHOWN = 8
FORM_KIND = "application"


async def by_command(visit: Visit) -> None:
    """Show what waits for me, or with a code (and a term) how the escalations of a case went."""
    if visit.args:
        await _history(visit, visit.args[0].upper(), ".".join(visit.args[1:]) or None)
        return
    views = await in_thread(my_escalations, visit.house, actor=visit.actor, now=visit.now)
    shown = views[:MOST_SHOWN]
    rows = []
    for number, view in enumerate(shown, 1):
        rows += await _answer_rows(visit, view, number if len(shown) > 1 else None)
    await visit.say(chat_text("escalations.mine", views=shown, more=len(views) - len(shown)), rows)


async def history(visit: Visit, pressed: Pressed) -> None:
    """Show how the escalations of a case, or of one of its terms, went."""
    await _history(visit, pressed.arg(0), pressed.arg(1) or None)


async def _history(visit: Visit, code: str, norm: str | None) -> None:
    views = await in_thread(case_escalations, visit.house, code, norm, actor=visit.actor, now=visit.now)
    shown = views[-3:]
    rows = []
    for number, view in enumerate(shown, 1):
        rows += await _answer_rows(visit, view, number if len(shown) > 1 else None)
    text = chat_text("escalations.history", code=code, views=shown, more=len(views) - len(shown))
    await visit.say(text, [*rows, open_row(code)])


async def _answer_rows(visit: Visit, view: EscalationView, number: int | None) -> list[list[Button]]:
    """Return a button for each answer that is open to the reader, each with its token."""
    one = view.escalation
    offers = [
        Offer(
            ActionVerb.ESCALATE, one.case_id, one.norm, version=one.version, escalation=one.id, answer=answer
        )
        for answer in answers_open_to(view)
    ]
    codes = {one.case_id: view.code}
    made: list[Offered] = []
    if offers:
        made = await in_thread(offer_these, visit.house, offers, codes, visit.person, visit.now)
    rows = [[begin_button(offer, number)] for offer in made]
    if view.needs_form and (view.may_escalate or view.is_holder):
        rows.append([Button(phrase("answer.apply"), pack(Own.START, "ea", one.id))])
    return rows


async def begin(visit: Visit, view: ActionView, token: str) -> None:
    """Answer the press of an answer's button: do it, or ask the reason or rung it needs."""
    if view.escalation is None or view.answer is None:
        return
    if view.decided or not choices_for(visit.house.rules, view):
        await _answer(visit, token, None, Picked(), new=True)
    elif view.answer is Answer.JUMP:
        rows = [
            [Button(_rung_label(view.escalation, place), pack(Act.CHOICE, token, "", place))]
            for place in _jumps(view.escalation)
        ]
        await visit.say(_question(view, "escalations.which_rung"), rows)
    else:
        await _ask_reason(visit, view, token, "", 1, new=True)


def choices_for(rules: Rules, view: ActionView) -> tuple[Choice, ...]:
    """Return what has to be picked with an answer: a reason, or the outcome of a table."""
    if view.answer in WITH_REASON:
        return tuple(rules.escalation.reasons.values())
    return table_outcomes(rules) if view.answer is Answer.OUTCOME else ()


def _jumps(view: EscalationView) -> list[int]:
    one = view.escalation
    acting = [place for place, rung in enumerate(one.ladder) if rung.mode is RungMode.ACT]
    return [place for place in acting if place != one.rung]


def _rung_label(view: EscalationView, place: int) -> str:
    return upper_first(view.rungs[place].who.removeprefix("persoon:"))


def _question(view: ActionView, name: str) -> str:
    return chat_text(name, view=view.escalation, answer=view.answer)


async def _ask_reason(visit: Visit, view: ActionView, token: str, rung: str, page: int, *, new: bool) -> None:
    rows = choice_rows(
        choices_for(visit.house.rules, view), page, lambda answer: pack(Act.CHOICE, token, answer, rung)
    )
    text = _question(view, "escalations.why")
    await (visit.say(text, rows) if new else visit.show(text, rows))


async def pick_reason(visit: Visit, view: ActionView, pressed: Pressed) -> None:
    """Leaf through reasons, remember a rung, or answer with what was picked."""
    token, answer, rung = pressed.arg(0), pressed.arg(1), pressed.arg(2)
    if view.decided:
        await _answer(visit, token, None, Picked(), new=True)
    elif not answer or answer.startswith("p"):
        await _ask_reason(visit, view, token, rung, int(answer[1:] or 1), new=False)
    else:
        choice = chosen(choices_for(visit.house.rules, view), answer)
        picked = Picked(rung=int(rung) if rung.isdigit() else None)
        await _answer(visit, token, choice.code if choice else None, picked, new=False)


async def _answer(visit: Visit, token: str, value: str | None, picked: Picked, *, new: bool) -> None:
    """Give an answer and say in words who has it now, also when somebody else was first."""
    done = await in_thread(
        perform,
        visit.house,
        token,
        now=visit.now,
        person_id=visit.person.id,
        value=value,
        picked=picked,
    )
    if done.answered is None:
        return
    text = chat_text("escalations.answered", answered=done.answered)
    rows = await _after(visit, done.answered.view)
    await (visit.say(text, rows) if new else visit.show(text, rows))


async def _after(visit: Visit, view: EscalationView) -> list[list[Button]]:
    """Offer what can be answered next to who has it, and the case to who may see it."""
    rows = await _answer_rows(visit, view, None) if view.is_holder else []
    return [*rows, open_row(view.code)] if view.may_escalate else rows


# --- the application form of an expert team ---


async def start_form(visit: Visit, pressed: Pressed) -> None:
    """Ask who applies, and what the form asks where the chat may carry text."""
    number = pressed.arg(1)
    view = await in_thread(read_escalation, visit.house, int(number), actor=visit.actor, now=visit.now)
    await asking.begin(visit, FORM, {"escalation": number, "code": view.code})


async def _next_field(visit: Visit, draft: Draft) -> Step | None:
    if "applied_by" not in draft:
        view = await in_thread(
            read_escalation, visit.house, int(draft["escalation"]), actor=visit.actor, now=visit.now
        )
        names = [visit.person.name, view.protector, view.manager]
        options = tuple(Option(name, name) for name in dict.fromkeys(names) if name)
        return Step("applied_by", chat_text("escalations.applied_by", code=draft["code"]), options)
    for field in _fields(visit):
        if field.code not in draft:
            text = chat_text("escalations.field", label=field.label)
            return Step(field.code, text, types_text=True, optional=True)
    return None


def _fields(visit: Visit) -> Sequence[Choice]:
    rules = visit.house.rules
    return rules.escalation.form if rules.privacy.free_text_in_chat else ()


async def _apply(visit: Visit, draft: Draft) -> None:
    fields = {field.code: draft[field.code] for field in _fields(visit) if draft.get(field.code)}
    names = [name for text in fields.values() for name in likely_names(text, visit.house.rules, visit.today)]
    given = Given(applied_by=draft["applied_by"], fields=fields, no_names=names)
    answered = await in_thread(
        answer_escalation,
        visit.house,
        int(draft["escalation"]),
        Answer.APPLY,
        given,
        actor=visit.actor,
        now=visit.now,
    )
    text = chat_text("escalations.answered", answered=answered)
    await visit.show(text, [open_row(draft["code"])])


FORM = Flow(FORM_KIND, _next_field, _apply)
