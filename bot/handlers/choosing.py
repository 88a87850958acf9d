"""Actions that want a choice before a day: a reason, an outcome, how somebody came to a case, which need."""

from datetime import date

from bot.callbacks import Act, Pressed, pack
from bot.date_picker import compact, month_page, read_day
from bot.desk import Visit
from bot.handlers import explaining
from bot.handlers.choices import choice_rows
from bot.handlers.pressing import AHEAD, ask_day, look, tell_decided
from bot.rendering import in_rows
from core.dates import END_OUTCOMES, Choice
from core.facts import CouplingKind, FactKind, kind_of_item
from core.help import Need
from core.ports import Button
from core.rules import Rules
from services.actions import ActionVerb, ActionView
from services.case_views import CaseView
from services.items import item_of
from templates import chat_text, listed, phrase

KINDS = tuple(CouplingKind)
_WITH_OUTCOME = (FactKind.ITEM_DECIDED, FactKind.REQUEST_ANSWERED)


def choices_of(rules: Rules, view: ActionView) -> tuple[Choice, ...]:
    """Return what can be chosen before the day of an action; nothing where nothing is asked."""
    if view.verb is ActionVerb.EXPLAIN:
        return tuple(rules.escalation.reasons.values())
    if view.verb is not ActionVerb.RECORD:
        return ()
    if view.kind is FactKind.END_DECIDED:
        return END_OUTCOMES
    item = item_of(rules, view.norm)
    kind = rules.escalation.item_kinds.get(kind_of_item(item)) if item else None
    return kind.outcomes if kind is not None and view.kind in _WITH_OUTCOME else ()


async def ask_choice(visit: Visit, view: ActionView, token: str, page: int = 1, *, new: bool) -> None:
    """Ask a reason or outcome."""
    choices = choices_of(visit.house.rules, view)
    rows = choice_rows(choices, page, lambda answer: pack(Act.CHOICE, token, answer))
    if view.verb is ActionVerb.EXPLAIN:
        text = explaining.why_text(visit, view)
    else:
        text = chat_text("dates.outcome", codes=listed(view.codes), norm=view.norm)
    await (visit.say(text, rows) if new else visit.show(text, rows))


def open_needs(case: CaseView | None) -> tuple[Need, ...]:
    """Return the needs of a case of which no fitting help has started."""
    needs = case.needs if case else ()
    return tuple(need for need in needs if not need.fits and not need.dropped)


async def ask_need(visit: Visit, view: ActionView, token: str) -> None:
    """Ask of which need help has started."""
    buttons = [
        Button(phrase("item.hulpvraag", number=need.number), pack(Act.NEED, token, need.number))
        for need in open_needs(view.case)
    ]
    needs = open_needs(view.case)
    text = chat_text("help_chain.which", code=view.codes[0], needs=needs, today=visit.today)
    await visit.say(text, in_rows(buttons, 2))


def was_held(view: ActionView) -> bool:
    """Tell whether anybody held the case before: then a coupling has a kind to ask."""
    facts = view.case.facts if view.case else ()
    return any(fact.kind is FactKind.PROTECTOR_COUPLED and fact.stands() for fact in facts)


async def ask_kind(visit: Visit, pressed: Pressed) -> None:
    """Ask how somebody comes to a case, or go on with what was picked."""
    token, person, place = pressed.arg(0), pressed.arg(1), pressed.arg(2)
    view = await look(visit, token)
    if view.decided:
        await tell_decided(visit, view)
    elif not place:
        rows = [
            [Button(phrase(f"coupling.{kind}"), pack(Act.KIND, token, person, number))]
            for number, kind in enumerate(KINDS)
        ]
        await visit.show(chat_text("couplings.kind", code=listed(view.codes)), rows)
    elif KINDS[int(place)] is CouplingKind.INTAKE_TEAM:
        await _ask_handover(visit, view, token, f"{person}.{place}", visit.today.replace(day=1))
    else:
        await ask_day(visit, view, token, f"{person}.{place}", new=False)


async def pick_handover(visit: Visit, pressed: Pressed) -> None:
    """Leaf to a month, or keep the day on which an intake team hands over."""
    token, picked, answer = pressed.arg(0), pressed.arg(1), pressed.arg(2)
    view = await look(visit, token)
    if view.decided:
        await tell_decided(visit, view)
    elif answer.startswith("m"):
        month = read_day(answer[1:]) or visit.today.replace(day=1)
        await _ask_handover(visit, view, token, picked, month)
    else:
        await ask_day(visit, view, token, f"{picked}.{answer}", new=False)


async def _ask_handover(visit: Visit, view: ActionView, token: str, picked: str, month: date) -> None:
    rows = month_page(
        month,
        lambda day: pack(Act.HANDOVER, token, picked, compact(day)),
        lambda other: pack(Act.HANDOVER, token, picked, f"m{compact(other)}"),
        earliest=visit.today,
        latest=visit.today + AHEAD,
    )
    await visit.show(chat_text("couplings.handover", code=listed(view.codes)), rows)
