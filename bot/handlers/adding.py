"""Adding a meeting to a series: which series, which day, what time; an odd day is asked about."""

from datetime import date, timedelta

from bot import asking
from bot.agreed_names import packed
from bot.asking import AHEAD, Days, Draft, Flow, Step, coming_days, options_of
from bot.callbacks import Agree, Pressed, pack
from bot.desk import Visit, in_thread
from core.errors import ProblemCode, refuse
from core.ports import Button
from core.series import Series
from services.governance.adding import add_meeting, addable_series, concerns_about
from services.governance.filling import read_time
from services.governance.showing import show
from templates import chat_text, phrase

KIND = "add_meeting"
_BACK = timedelta(days=60)
_SURE = "ja"


async def start(visit: Visit, _pressed: Pressed) -> None:
    """Ask to which series; who leads one alone is asked the day at once."""
    found = addable_series(visit.house, visit.actor)
    await asking.begin(visit, FLOW, {"series": found[0].code} if len(found) == 1 else {})


async def start_in(visit: Visit, series: str) -> None:
    """Ask the day of another meeting of a series."""
    await asking.begin(visit, FLOW, {"series": series})


async def _next_step(visit: Visit, draft: Draft) -> Step | None:
    if "series" not in draft:
        options = options_of((one.code, one.title) for one in addable_series(visit.house, visit.actor))
        if not options:
            raise refuse(ProblemCode.SERIES_UNKNOWN, column="series")
        return Step("series", chat_text("adding.series"), options)
    series = _series(visit, draft)
    if "on" not in draft:
        return Step("on", chat_text("adding.on", series=series), days=_days(visit.today))
    if "at" not in draft:
        return Step("at", chat_text("adding.at", series=series), types_text=True, optional=True)
    read_time(draft["at"])  # what is no time is asked again before anything about the day
    return None if "sure" in draft else await _doubt(visit, series, date.fromisoformat(draft["on"]))


def _series(visit: Visit, draft: Draft) -> Series:
    found = visit.house.rules.governance.series.get(draft["series"])
    if found is None:
        raise refuse(ProblemCode.SERIES_UNKNOWN, column="series", value=draft["series"])
    return found


def _days(today: date) -> Days:
    """Return days around today; what has been is asked about, not refused."""
    return Days(today - _BACK, today + AHEAD, coming_days(today).quick)


async def _doubt(visit: Visit, series: Series, on: date) -> Step | None:
    found = await in_thread(concerns_about, visit.house, series.code, on, now=visit.now)
    if not found:
        return None
    text = chat_text("adding.sure", series=series, on=on, concerns=found, today=visit.today)
    return Step("sure", text, options_of([(_SURE, phrase("button.confirm"))]))


async def _finish(visit: Visit, draft: Draft) -> None:
    confirmed = draft.get("sure") == _SURE
    ref = await in_thread(
        add_meeting,
        visit.house,
        draft["series"],
        draft["on"],
        draft["at"],
        actor=visit.actor,
        now=visit.now,
        confirmed=confirmed,
    )
    shown = await in_thread(show, visit.house, ref, actor=visit.actor, now=visit.now)
    label = phrase("button.open_meeting")
    row = [Button(label, pack(Agree.SHOW, *packed(ref, visit.house)))]
    await visit.show(chat_text("adding.added", m=shown.matter, today=visit.today), [row])


FLOW = Flow(KIND, _next_step, _finish)
