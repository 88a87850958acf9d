"""Other dates of a case: add one, extend one, move to another municipality; and where all that is found."""

from datetime import date, timedelta

from bot import asking
from bot.asking import AHEAD, BACK, Days, Draft, Flow, Step, coming_days, options_of
from bot.callbacks import Look, Own, Pressed, pack
from bot.desk import Visit, in_thread
from bot.handlers.help_chain import kinds_for
from bot.handlers.pressing import open_row, undo_row
from core.facts import kind_of_item
from core.ports import Button
from services.case_views import CaseView
from services.cases import read_case
from services.items import ItemDone, add_item, extend_item
from services.reassignment import move_municipality
from templates import chat_text, phrase, short_day, term_name

ADD, EXTEND, MOVE = "date_add", "date_extend", "case_move"
YES = "ja"


async def _read(visit: Visit, code: str) -> CaseView:
    return await in_thread(read_case, visit.house, code, actor=visit.actor, now=visit.now)


async def show_more(visit: Visit, pressed: Pressed) -> None:
    """Show what else can be recorded of a case: other dates, who holds it, where it belongs."""
    code = pressed.arg(0)
    view = await _read(visit, code)
    rows = []
    if view.may_record:
        rows.append([Button(phrase("button.add_date"), pack(Own.START, "da", code))])
        rows += [
            [Button(phrase("button.extend", term=term_name(item)), pack(Own.START, "de", code, item))]
            for item in _extensible(visit, view)
        ]
        rows.append([Button(phrase("button.move"), pack(Own.START, "dm", code))])
    if view.may_couple and view.protector:
        rows.append([Button(phrase("button.uncouple"), pack(Own.START, "cu", code))])
    if view.may_couple:
        rows.append([Button(phrase("button.plan_handover"), pack(Own.START, "ch", code))])
    rows.append([Button(phrase("button.route"), pack(Look.ROUTE, code))])
    await visit.say(chat_text("dates.more", code=code), [*rows, open_row(code)])


def _extensible(visit: Visit, view: CaseView) -> list[str]:
    kinds = visit.house.rules.escalation.item_kinds
    found = [(item, kinds.get(kind_of_item(item))) for item in view.items]
    return [item for item, kind in found if kind is not None and kind.reasons]


async def _tell(visit: Visit, done: ItemDone, *, added: bool) -> None:
    case = done.view.case
    terms = [term for term in done.view.terms if term.key.partition(".")[2] and _is_of(done.item, term.key)]
    text = chat_text("dates.added", code=case.code, done=done, terms=terms, today=visit.today)
    rows = [await undo_row(visit, (case,), None if added else done.kind, item=done.item)]
    await visit.show(text, [*rows, open_row(case.code)])


def _is_of(item: str, key: str) -> bool:
    """Tell whether a term is of an item; an authorisation has a second one, for its use."""
    kind, _, number = item.partition(".")
    return key in (item, f"ongebruikt.{number}" if kind == "machtiging" else item)


# --- another date ---


async def start_add(visit: Visit, pressed: Pressed) -> None:
    """Ask what kind of date it is."""
    await asking.begin(visit, ADD_FLOW, {"code": pressed.arg(1)})


async def _next_add(visit: Visit, draft: Draft) -> Step | None:
    code = draft["code"]
    if "kind" not in draft:
        kinds = kinds_for(visit, await _read(visit, code), requests=False)
        options = options_of((kind.code, kind.title) for kind in kinds)
        return Step("kind", chat_text("dates.which", code=code), options)
    kind = visit.house.rules.escalation.item_kinds[draft["kind"]]
    for asked in kind.asks:
        if asked not in draft:
            text = chat_text("dates.day", code=code, title=kind.title, asked=asked, month=kind.whole_month)
            return Step(asked, text, days=_any_day(visit.today))
    return None


def _any_day(today: date) -> Days:
    yesterday = today - timedelta(days=1)
    quick = tuple(
        (phrase(f"button.{name}", day=short_day(day, today)), day)
        for name, day in (("today", today), ("yesterday", yesterday))
    )
    return Days(today - BACK, today + AHEAD, quick)


async def _finish_add(visit: Visit, draft: Draft) -> None:
    kind = visit.house.rules.escalation.item_kinds[draft["kind"]]
    dates = {asked: date.fromisoformat(draft[asked]) for asked in kind.asks}
    done = await in_thread(
        add_item, visit.house, draft["code"], draft["kind"], dates, actor=visit.actor, now=visit.now
    )
    await _tell(visit, done, added=True)


ADD_FLOW = Flow(ADD, _next_add, _finish_add)


# --- a later end ---


async def start_extend(visit: Visit, pressed: Pressed) -> None:
    """Ask the new end of a date."""
    await asking.begin(visit, EXTEND_FLOW, {"code": pressed.arg(1), "item": pressed.arg(2)})


async def _next_extend(visit: Visit, draft: Draft) -> Step | None:
    about = {"code": draft["code"], "item": draft["item"]}
    if "on" not in draft:
        return Step("on", chat_text("dates.until", **about), days=coming_days(visit.today))
    if "reason" not in draft:
        kind = visit.house.rules.escalation.item_kinds[kind_of_item(draft["item"])]
        options = options_of((reason.code, reason.label) for reason in kind.reasons)
        return Step("reason", chat_text("dates.extended_why", **about), options)
    return None


async def _finish_extend(visit: Visit, draft: Draft) -> None:
    done = await in_thread(
        extend_item,
        visit.house,
        draft["code"],
        draft["item"],
        date.fromisoformat(draft["on"]),
        draft["reason"],
        actor=visit.actor,
        now=visit.now,
    )
    await _tell(visit, done, added=False)


EXTEND_FLOW = Flow(EXTEND, _next_extend, _finish_extend)


# --- another municipality ---


async def start_move(visit: Visit, pressed: Pressed) -> None:
    """Ask to which municipality a case moved."""
    await asking.begin(visit, MOVE_FLOW, {"code": pressed.arg(1)})


async def _next_move(visit: Visit, draft: Draft) -> Step | None:
    code, municipalities = draft["code"], visit.house.rules.municipalities
    if "to" not in draft:
        view = await _read(visit, code)
        places = sorted(municipalities.values(), key=lambda place: place.name)
        options = options_of(
            (place.code, place.name) for place in places if place.code != view.case.municipality
        )
        return Step("to", chat_text("dates.where", code=code), options, width=2)
    if "sure" not in draft:
        name = municipalities[draft["to"]].name
        yes = options_of([(YES, phrase("button.confirm"))])
        return Step("sure", chat_text("dates.moves", code=code, name=name), yes)
    return None


async def _finish_move(visit: Visit, draft: Draft) -> None:
    code = draft["code"]
    await in_thread(move_municipality, visit.house, code, draft["to"], actor=visit.actor, now=visit.now)
    name = visit.house.rules.municipalities[draft["to"]].name
    route = [Button(phrase("button.route"), pack(Look.ROUTE, code))]
    await visit.show(chat_text("dates.moved", code=code, name=name), [route, open_row(code)])


MOVE_FLOW = Flow(MOVE, _next_move, _finish_move)
