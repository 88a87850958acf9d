"""The help chain of a case: its needs by number, what was asked of whom, where it stands; never what kind."""

from datetime import date

from bot import asking
from bot.asking import Draft, Flow, Step, coming_days, options_of, past_days
from bot.callbacks import Look, Own, Pressed, pack
from bot.desk import Visit, in_thread
from bot.handlers.pressing import open_row, undo_row
from bot.handlers.prompting import prompt_rows
from bot.rendering import in_rows
from core.dates import ItemKind
from core.facts import FORWARD_LOOKING, FactKind, Fit
from core.ports import Button
from services.case_views import CaseView
from services.cases import read_case, record_fact
from services.items import CONTRACTED, ItemDone, ask_help, record_need, send_request
from templates import chat_text, known_phrases, phrase

ASK, STEP, REQUEST, CONSULT = "help_ask", "help_step", "help_request", "help_consult"
_STEPS = (
    FactKind.HELP_CONTRACTED,
    FactKind.HELP_FUNDED,
    FactKind.HELP_INTAKE,
    FactKind.HELP_WAITING,
    FactKind.HELP_STARTED,
    FactKind.HELP_STOPPED,
)
_FITS = (Fit.FITS, Fit.AGREED_ALTERNATIVE, Fit.DOES_NOT_FIT)


async def show_needs(visit: Visit, pressed: Pressed) -> None:
    """Show the needs of a case and the requests for them, with what can be recorded."""
    code = pressed.arg(0)
    view: CaseView = await in_thread(read_case, visit.house, code, actor=visit.actor, now=visit.now)
    requests = [item for item in view.items.items() if FactKind.REQUEST_SENT in item[1]]
    text = chat_text("help_chain.needs", code=code, needs=view.needs, requests=requests, today=visit.today)
    await visit.say(text, [*_need_rows(view), open_row(code)])


def _need_rows(view: CaseView) -> list[list[Button]]:
    if not view.may_record:
        return []
    code = view.case.code
    needs = [
        Button(phrase("button.update_need", number=need.number), pack(Own.START, "hs", code, need.number))
        for need in view.needs
        if not need.dropped
    ]
    return [
        *in_rows(needs, 2),
        [Button(phrase("button.new_need"), pack(Own.START, "ha", code))],
        [Button(phrase("button.new_request"), pack(Own.START, "hr", code))],
    ]


def needs_row(code: str) -> list[Button]:
    """Return the button that shows the needs of a case."""
    return [Button(phrase("button.needs"), pack(Look.NEEDS, code))]


async def _tell(visit: Visit, done: ItemDone) -> None:
    """Say what was recorded of a need, with a way back and what to think of now."""
    case = done.view.case
    need = next((one for one in done.view.needs if one.item == done.item), None)
    text = chat_text("help_chain.done", code=case.code, done=done, need=need, today=visit.today)
    kind = None if done.kind is FactKind.HELP_ASKED else done.kind
    rows = [await undo_row(visit, (case,), kind, item=done.item)]
    rows += prompt_rows(done.view, done.prompts)
    await visit.show(text, [*rows, needs_row(case.code), open_row(case.code)])


# --- a new need ---


async def start_ask(visit: Visit, pressed: Pressed) -> None:
    """Ask what help is needed."""
    await asking.begin(visit, ASK_FLOW, {"code": pressed.arg(1)})


async def _next_ask(visit: Visit, draft: Draft) -> Step | None:
    code = draft["code"]
    if "kind" not in draft:
        kinds = visit.house.rules.escalation.help_kinds.values()
        return Step(
            "kind",
            chat_text("help_chain.which_kind", code=code),
            options_of((kind.code, kind.label) for kind in kinds),
        )
    if "asked_of" not in draft:
        parties = options_of(known_phrases()["asked_of"].items())
        return Step("asked_of", chat_text("help_chain.asked_of", code=code), parties, optional=True)
    if "on" not in draft:
        return Step("on", chat_text("help_chain.asked_on", code=code), days=past_days(visit.today))
    return None


async def _finish_ask(visit: Visit, draft: Draft) -> None:
    done = await in_thread(
        ask_help,
        visit.house,
        draft["code"],
        draft["kind"],
        draft["asked_of"] or None,
        date.fromisoformat(draft["on"]),
        actor=visit.actor,
        now=visit.now,
    )
    await _tell(visit, done)


ASK_FLOW = Flow(ASK, _next_ask, _finish_ask)


# --- where the help for a need stands ---


async def start_step(visit: Visit, pressed: Pressed) -> None:
    """Ask what happened to a need."""
    await asking.begin(visit, STEP_FLOW, {"code": pressed.arg(1), "number": pressed.arg(2)})


async def _next_step(visit: Visit, draft: Draft) -> Step | None:
    about = {"code": draft["code"], "number": draft["number"]}
    if "what" not in draft:
        steps = options_of((kind, phrase(f"help_step.{kind}")) for kind in _STEPS)
        return Step("what", chat_text("help_chain.what", **about), steps)
    kind = FactKind(draft["what"])
    if kind in (FactKind.HELP_CONTRACTED, FactKind.HELP_STARTED) and "value" not in draft:
        return _value_step(kind, about)
    if kind is not FactKind.HELP_CONTRACTED and "on" not in draft:
        days = coming_days(visit.today) if kind in FORWARD_LOOKING else past_days(visit.today)
        return Step("on", chat_text("help_chain.on", **about, kind=kind), days=days)
    return None


def _value_step(kind: FactKind, about: dict[str, str]) -> Step:
    if kind is FactKind.HELP_CONTRACTED:
        options = options_of((value, phrase(f"contract.{value}")) for value in CONTRACTED)
        return Step("value", chat_text("help_chain.contracted", **about), options, width=3)
    options = options_of((fit, phrase(f"button.fit_{fit}")) for fit in _FITS)
    return Step("value", chat_text("fit", codes=about["code"]), options)


async def _finish_step(visit: Visit, draft: Draft) -> None:
    done = await in_thread(
        record_need,
        visit.house,
        draft["code"],
        int(draft["number"]),
        FactKind(draft["what"]),
        date.fromisoformat(draft["on"]) if draft.get("on") else None,
        value=draft.get("value"),
        actor=visit.actor,
        now=visit.now,
    )
    await _tell(visit, done)


STEP_FLOW = Flow(STEP, _next_step, _finish_step)


# --- a request to a third party ---


async def start_request(visit: Visit, pressed: Pressed) -> None:
    """Ask what was sent to whom."""
    await asking.begin(visit, REQUEST_FLOW, {"code": pressed.arg(1)})


def kinds_for(visit: Visit, view: CaseView, *, requests: bool) -> list[ItemKind]:
    """Return the kinds of dates, or of requests, that the institution of a case has."""
    return [
        kind
        for kind in visit.house.rules.escalation.item_kinds.values()
        if kind.is_request is requests
        and (not kind.organisations or view.case.organisation in kind.organisations)
    ]


async def _next_request(visit: Visit, draft: Draft) -> Step | None:
    code = draft["code"]
    view: CaseView = await in_thread(read_case, visit.house, code, actor=visit.actor, now=visit.now)
    if "kind" not in draft:
        kinds = options_of((kind.code, kind.title) for kind in kinds_for(visit, view, requests=True))
        return Step("kind", chat_text("help_chain.which_request", code=code), kinds)
    if "number" not in draft and len(view.needs) > 1:
        needs = options_of(
            (str(need.number), phrase("item.hulpvraag", number=need.number)) for need in view.needs
        )
        text = chat_text("help_chain.which", code=code, needs=view.needs, today=visit.today)
        return Step("number", text, needs, width=2)
    if "on" not in draft:
        return Step("on", chat_text("help_chain.sent_on", code=code), days=past_days(visit.today))
    return None


async def _finish_request(visit: Visit, draft: Draft) -> None:
    done = await in_thread(
        send_request,
        visit.house,
        draft["code"],
        draft["kind"],
        int(draft.get("number", "1")),
        date.fromisoformat(draft["on"]),
        actor=visit.actor,
        now=visit.now,
    )
    case = done.view.case
    term = done.view.term(done.item)
    text = chat_text("help_chain.sent", code=case.code, done=done, term=term, today=visit.today)
    rows = [await undo_row(visit, (case,), None, item=done.item)]
    await visit.show(text, [*rows, needs_row(case.code), open_row(case.code)])


REQUEST_FLOW = Flow(REQUEST, _next_request, _finish_request)


# --- the municipality was consulted (D13) ---


async def start_consult(visit: Visit, pressed: Pressed) -> None:
    """Ask on which day the municipality was consulted."""
    await asking.begin(visit, CONSULT_FLOW, {"code": pressed.arg(1)})


async def _next_consult(visit: Visit, draft: Draft) -> Step | None:
    if "on" in draft:
        return None
    return Step("on", chat_text("help_chain.consulted_on", code=draft["code"]), days=past_days(visit.today))


async def _finish_consult(visit: Visit, draft: Draft) -> None:
    on = date.fromisoformat(draft["on"])
    kind = FactKind.CONSULTED
    done = await in_thread(
        record_fact, visit.house, draft["code"], kind, on, actor=visit.actor, now=visit.now
    )
    text = chat_text("dates.recorded", code=draft["code"], kind=kind, on=on, today=visit.today)
    rows = [await undo_row(visit, (done.view.case,), kind)]
    await visit.show(text, [*rows, open_row(draft["code"])])


CONSULT_FLOW = Flow(CONSULT, _next_consult, _finish_consult)
