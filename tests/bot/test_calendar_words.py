"""What /kalender says, word for word, also of hostile titles."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.fitting import fits
from core.calendars import CalendarEvent, CalendarScope, EventKind, EventState, When
from demo.telegram.entities import parse_html
from services.calendars.addresses import CalendarAddresses
from services.calendars.choices import PublicCalendar
from services.calendars.subscriptions import FeedView
from templates import chat_text, known_phrases
from tests.goldens import Golden, golden_names
from tests.views import HOSTILE, TODAY
from web.feeds import client_kind

TEMPLATE = Path(__file__).parents[2] / "templates" / "telegram" / "texts" / "calendars.html"
ROOT = "https://termijnwacht.regio.nl"
MADE_AT = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)
SECRET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"


def _feed(number: int, scope: CalendarScope, label: str = "", **more: object) -> FeedView:
    values = {"alarms": False, "through_on": None, "used_on": None, "client": None} | more
    return FeedView(number, scope, label, "jb-1", created_at=MADE_AT, **values)  # type: ignore[arg-type]


MINE = [
    _feed(1, CalendarScope.MINE, used_on=TODAY, client="apple"),
    _feed(2, CalendarScope.TEAM, used_on=date(2026, 9, 3), client="other", alarms=True),
    _feed(3, CalendarScope.REGION, "Noord", through_on=date(2026, 12, 31)),
    _feed(4, CalendarScope.SERIES, HOSTILE),
]
PUBLIC = [
    PublicCalendar(name, label, f"{ROOT}/feeds/{name}.ics", f"{ROOT}/agendas/{name}")
    for name, label in (("governance", ""), ("overleg-rijk", HOSTILE))
]
_SCREEN = {"mine": [], "public": [], "further": 0, "pages": f"{ROOT}/agendas", "reachable": True}
_SCREEN |= {"today": TODAY}
_EVENT = CalendarEvent("1", EventKind.MEETING, HOSTILE, When(date(2026, 9, 14)))


def _made(root: str) -> dict[str, object]:
    return {"name": HOSTILE, "found": CalendarAddresses(f"{root}/feeds/{SECRET}.ics", HOSTILE)}


TEXTS: dict[str, list[dict[str, object]]] = {
    "meeting_file": [
        {"event": _EVENT, "today": TODAY},
        {
            "event": CalendarEvent("1", EventKind.MEETING, "Overleg", _EVENT.when, EventState.CANCELLED),
            "today": TODAY,
        },
    ],
    "overview": [
        _SCREEN,
        _SCREEN | {"mine": MINE, "public": PUBLIC, "further": 3},
        _SCREEN | {"public": PUBLIC, "pages": "http://wacht.intern/agendas", "reachable": False},
        _SCREEN | {"pages": None, "reachable": False},
    ],
    "no_alarm": [{}],
    "which": [{}],
    "alarms": [{"name": HOSTILE}],
    "made": [_made(ROOT), _made("https://wacht.intern"), _made("http://127.0.0.1:8080")],
    "out_of_reach": [{"url": "https://wacht.intern"}, {"url": "http://termijnwacht.regio.nl"}],
    "code": [{}],
    "file": [{}],
    "ending": [{"name": HOSTILE, "feed": MINE[3]}],
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_said_of_calendars_reads_as_its_golden_file(name: str, golden: Golden) -> None:
    said = "\n---\n".join(chat_text(f"calendars.{name}", **values) for values in TEXTS[name])
    golden(f"telegram/calendars/{name}.txt", said + "\n")


@pytest.mark.parametrize("name", TEXTS)
def test_telegram_takes_it_with_hostile_titles(name: str) -> None:
    for values in TEXTS[name]:
        text = chat_text(f"calendars.{name}", **values)
        assert "<script" not in text
        assert parse_html(text).text
        assert fits(text)


def test_every_text_of_calendars_is_among_those_compared() -> None:
    macros = [
        line.partition(" macro ")[2].partition("(")[0]
        for line in TEMPLATE.read_text(encoding="utf-8").splitlines()
        if line.startswith("{% macro ")
    ]
    assert sorted(macros) == sorted(TEXTS)
    assert golden_names("telegram/calendars") == set(TEXTS)


@pytest.mark.parametrize(
    "user_agent",
    [
        "Google-Calendar-Importer",
        "Microsoft Office/16.0",
        "iOS/18.0 dataaccessd/1.0",
        "Mozilla/5.0 Thunderbird/128",
        "Nextcloud Server Crawler",
        "ICSx5/2.2",
        "Evolution/3.46",
        "vdirsyncer/0.19",
        "Mozilla/5.0",
        "",
    ],
)
def test_every_kind_of_client_has_a_word(user_agent: str) -> None:
    assert f"client_{client_kind(user_agent)}" in known_phrases()["calendars"]
