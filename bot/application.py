"""The bot: one list of everything it answers to."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from telegram.ext import (
    AIORateLimiter,
    Application,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.access import admitted
from bot.callbacks import Act, Agree, Look, Own, Pressed, Subscribe, unpack
from bot.desk import Desk, Visit
from bot.handlers import (
    absence,
    adding,
    agreements,
    blockers,
    calendar_files,
    calendars,
    choosing,
    couplings,
    dates,
    escalations,
    files,
    groups,
    help_chain,
    looking,
    new_case,
    pages,
    pressing,
    prompting,
    questions,
    reassigning,
    recording,
    routes,
    settings,
    start,
    waiting,
)

BotApplication = Application[Any, Any, Any, Any, Any, Any]
Handle = Callable[[Visit, Pressed], Awaitable[None]]

POOL = 64
PRIVATE = filters.ChatType.PRIVATE

BUTTONS: Mapping[str, Handle] = {
    Look.CASE: lambda visit, pressed: looking.show_case(visit, pressed.arg(0)),
    Look.LIST: lambda visit, pressed: looking.show_cases(visit, int(pressed.arg(0))),
    Look.TODAY: lambda visit, pressed: looking.show_today(visit, int(pressed.arg(0))),
    Look.WHY: lambda visit, pressed: looking.show_why(visit, pressed.arg(0), pressed.arg(1)),
    Look.NEEDS: help_chain.show_needs,
    Look.HISTORY: escalations.history,
    Look.ROUTE: routes.of_case,
    Look.MORE: dates.show_more,
    Look.WAITING: waiting.show_group,
    Look.NOTHING: lambda visit, _pressed: visit.answer(),
    Act.BEGIN: lambda visit, pressed: recording.begin(visit, pressed.arg(0)),
    Act.DAY: recording.pick_day,
    Act.MONTH: pressing.show_month,
    Act.FIT: recording.pick_fit,
    Act.PERSON: recording.pick_person,
    Act.KIND: choosing.ask_kind,
    Act.HANDOVER: choosing.pick_handover,
    Act.NEED: recording.pick_need,
    Act.CHOICE: recording.pick_choice,
    Act.CLIMB: prompting.climb,
    Act.AGENT: prompting.ask_agent,
    Act.TICK: recording.tick,
    Act.LATER: recording.later,
    Act.UNDO: lambda visit, pressed: recording.undo(visit, pressed.arg(0)),
    Act.IMPORT: lambda visit, pressed: files.import_file(visit, pressed.arg(0)),
    Act.FORGET: lambda visit, pressed: files.forget_file(visit, pressed.arg(0)),
    Own.ANSWER: questions.answer_by_button,
    Own.START: lambda visit, pressed: STARTS[pressed.arg(0)](visit, pressed),
    Own.SETTING: settings.change,
    Own.STOP: lambda visit, pressed: start.stop(visit, pressed.arg(0)),
    Own.ABSENT: lambda visit, pressed: absence.begin(visit, pressed.arg(0)),
    Agree.SHOW: agreements.open_matter,
    Agree.DEED: agreements.begin,
    Agree.FILE: calendar_files.send_file,
    Agree.ADD: adding.start,
    Agree.REMIND: agreements.remind_everybody,
    Agree.AGENDA: lambda visit, pressed: agreements.show_agenda(visit, int(pressed.arg(0))),
    Agree.GROUPS: groups.press,
    Agree.PLAN: lambda visit, pressed: agreements.show_plan(visit, int(pressed.arg(0))),
    Subscribe.SCREEN: calendars.show_again,
    Subscribe.CHOOSE: calendars.choose,
    Subscribe.ALARMS: calendars.ask_alarms,
    Subscribe.NEW: calendars.make,
    Subscribe.END: calendars.ask_end,
    Subscribe.ENDED: calendars.end,
    Own.PRESENT: lambda visit, pressed: absence.present_again(visit, pressed.arg(0)),
}


STARTS: Mapping[str, Handle] = {
    "ha": help_chain.start_ask,
    "hs": help_chain.start_step,
    "hr": help_chain.start_request,
    "hc": help_chain.start_consult,
    "da": dates.start_add,
    "de": dates.start_extend,
    "dm": dates.start_move,
    "cu": couplings.start_uncouple,
    "ch": couplings.start_handover,
    "ea": escalations.start_form,
    "ba": blockers.start_add,
    "bl": blockers.start_lift,
}
"""What begins a chain of questions, by the short name in its button."""


def build_application(token: str, api_url: str) -> BotApplication:
    """Return the application without updater: updates reach it from the store, see `bot.intake`."""
    root = api_url.rstrip("/")
    return (
        Application.builder()
        .token(token)
        .base_url(f"{root}/bot")
        .base_file_url(f"{root}/file/bot")
        .request(HTTPXRequest(connection_pool_size=POOL, pool_timeout=30.0, media_write_timeout=60.0))
        .get_updates_request(HTTPXRequest(connection_pool_size=2, read_timeout=40.0))
        .rate_limiter(AIORateLimiter(max_retries=0))
        .updater(None)
        .build()
    )


def add_handlers(application: BotApplication, desk: Desk) -> None:
    """Register everything the bot answers to, in order."""
    application.add_handlers(
        [
            *groups.handlers(desk),
            *start.handlers(desk),
            *looking.handlers(desk),
            *agreements.handlers(desk),
            CommandHandler("nieuw", admitted(desk, new_case.begin)),
            CommandHandler("waarneming", admitted(desk, absence.overview)),
            CommandHandler("instellingen", admitted(desk, settings.overview)),
            CommandHandler("opschaling", admitted(desk, escalations.by_command)),
            CommandHandler("route", admitted(desk, routes.by_command)),
            CommandHandler("wachtenden", admitted(desk, waiting.overview)),
            CommandHandler("overdragen", admitted(desk, reassigning.begin)),
            CommandHandler("belemmeringen", admitted(desk, blockers.overview)),
            CommandHandler("kalender", admitted(desk, calendars.overview)),
            CommandHandler("groepen", admitted(desk, groups.overview)),
            CommandHandler("web", admitted(desk, pages.give_link)),
            CallbackQueryHandler(admitted(desk, press)),
            MessageHandler(PRIVATE & filters.Document.ALL, admitted(desk, files.take_document)),
            MessageHandler(
                PRIVATE & filters.TEXT & ~filters.COMMAND, admitted(desk, questions.answer_by_text)
            ),
            MessageHandler(PRIVATE & filters.COMMAND, admitted(desk, start.show_help)),
        ]
    )


async def press(visit: Visit) -> None:
    """Answer the press of a button."""
    pressed = unpack((visit.query.data if visit.query else None) or "")
    handle = BUTTONS.get(pressed.verb)
    if handle is None:
        await visit.answer()
        return
    await handle(visit, pressed)
    await visit.answer()
