"""What the screens of meetings, submissions and plans say, word for word, with their buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.agreement_screens import PAGE, agenda_screen, matter_screen, plan_screen, submissions_screen
from bot.callbacks import LONGEST
from bot.fitting import MOST_CHARACTERS
from bot.screens import Screen
from core.occurrences import Concern, MeetingStatus
from demo.telegram.entities import parse_html, utf16_length
from services.governance.access import Deed
from services.governance.matters import MeetingMatter
from services.governance.reminding import Reminded
from services.governance.showing import Shown
from services.house import House
from templates import chat_text
from tests.agreement_views import (
    MEETING,
    MOMENT,
    PLAN,
    TODAY,
    a_fullest_meeting,
    a_house,
    a_meeting,
    a_missing_submission,
    a_response,
    a_step,
    a_submission,
    an_action,
    an_occurrence,
    some_actions,
    some_entries,
    some_submissions,
)
from tests.goldens import Golden, golden_names
from tests.views import HOSTILE


def _matter(shown: Shown) -> Callable[[House], Screen]:
    return lambda house: matter_screen(house, shown.matter.ref, shown, TODAY)


def _meeting(status: MeetingStatus, on: date | None = date(2026, 12, 21), **changed: object) -> Shown:
    one = an_occurrence(on, status=status, **changed)
    matter = MeetingMatter(a_meeting().matter.ref, one, (), {})
    return Shown(matter, ())


SCREENS: dict[str, Callable[[House], Screen]] = {
    "agenda": lambda house: agenda_screen(house, some_entries(), 1, TODAY),
    "agenda-fullest": lambda house: agenda_screen(
        house, some_entries(hostile=True) * 4, 2, TODAY, may_add=True
    ),
    "agenda-empty": lambda house: agenda_screen(house, [], 1, TODAY),
    "submissions": lambda house: submissions_screen(house, some_submissions(), TODAY, ["uitvraag"]),
    "submissions-of-one": lambda house: submissions_screen(
        house, [(one, owed[1:2]) for one, owed in some_submissions()], TODAY, []
    ),
    "submissions-empty": lambda house: submissions_screen(house, [], TODAY, []),
    "plan": lambda house: plan_screen(house, some_actions(), 1, TODAY, [(PLAN, 2)]),
    "plan-fullest": lambda house: plan_screen(house, some_actions() * 4, 2, TODAY, [(PLAN, 12)]),
    "plan-empty": lambda house: plan_screen(house, [], 1, TODAY),
    "matter-meeting": _matter(a_meeting()),
    "matter-meeting-shared": _matter(
        replace(
            a_meeting(),
            deeds=(Deed.UNSHARE,),
            link="https://wacht.example.nl/reeks/geheim",
            answers=(),
            unanswered=2,
        )
    ),
    "matter-meeting-fullest": _matter(a_fullest_meeting()),
    "matter-meeting-to-be-set": _matter(_meeting(MeetingStatus.TO_BE_SET, None)),
    "matter-meeting-cancelled": _matter(_meeting(MeetingStatus.CANCELLED, why="te weinig punten")),
    "matter-meeting-held": _matter(_meeting(MeetingStatus.HELD, outcome="actielijst staat klaar")),
    "matter-step": _matter(a_step()),
    "matter-submission": _matter(a_submission()),
    "matter-submission-missing": _matter(a_missing_submission()),
    "matter-action": _matter(an_action()),
    "matter-response": _matter(a_response()),
}

NAMES = tuple(f"amb-{number:02}" for number in range(1, 15))
ADDED = _meeting(MeetingStatus.PLANNED, date(2027, 1, 4)).matter
HOSTILE_SERIES = replace(MEETING, title=HOSTILE)
TEXTS: dict[str, str] = {
    "reminded": chat_text("reminding.done", done=Reminded(("amb-1",)), today=TODAY),
    "reminded-many": chat_text(
        "reminding.done", done=Reminded(NAMES, ("tm-1", "tm-2"), (HOSTILE,), MOMENT, live=False), today=TODAY
    ),
    "reminded-nobody": chat_text("reminding.done", done=Reminded(), today=TODAY),
    "reminded-today": chat_text("reminding.done", done=Reminded(already=("tm-1",)), today=TODAY),
    "reminded-lost": chat_text("reminding.done", done=Reminded(lost=("tm-1",)), today=TODAY),
    "adding-series": chat_text("adding.series"),
    "adding-on": chat_text("adding.on", series=HOSTILE_SERIES),
    "adding-at": chat_text("adding.at", series=MEETING),
    "adding-at-whole-day": chat_text("adding.at", series=replace(MEETING, at=None)),
    "adding-sure": chat_text(
        "adding.sure", series=HOSTILE_SERIES, on=date(2027, 1, 1), concerns=tuple(Concern), today=TODAY
    ),
    "adding-added": chat_text("adding.added", m=ADDED, today=TODAY),
    "adding-added-in-the-past": chat_text("adding.added", m=ADDED, today=date(2027, 1, 5)),
}


@pytest.fixture
def bare(tmp_path: Path) -> House:
    return a_house(tmp_path)


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_reads_as_its_golden_file(name: str, golden: Golden, bare: House) -> None:
    text, rows = SCREENS[name](bare)
    buttons = ["   ".join(f"[{one.label}]({one.data})" for one in row) for row in rows]
    golden(f"telegram/agreements/{name}.txt", "\n".join([text, *(["", *buttons] if buttons else []), ""]))


@pytest.mark.parametrize("name", TEXTS)
def test_a_short_answer_reads_as_its_golden_file(name: str, golden: Golden) -> None:
    golden(f"telegram/agreements/{name}.txt", f"{TEXTS[name]}\n")


@pytest.mark.parametrize("name", SCREENS)
def test_telegram_takes_the_screen(name: str, bare: House) -> None:
    text, rows = SCREENS[name](bare)
    assert 0 < utf16_length(parse_html(text).text) <= MOST_CHARACTERS
    assert "\n\n\n" not in text
    assert [line for line in text.splitlines() if line != line.rstrip()] == []
    assert max((len((one.data or "").encode()) for row in rows for one in row), default=0) <= LONGEST


@pytest.mark.parametrize("name", [*TEXTS, *(name for name in SCREENS if name.endswith("-fullest"))])
def test_hostile_words_are_text(name: str, bare: House) -> None:
    text = TEXTS[name] if name in TEXTS else SCREENS[name](bare)[0]
    assert "<script" not in text
    assert "\n\n\n" not in text
    assert parse_html(text).text


def test_a_page_of_a_list_holds_as_many_as_have_a_button(bare: House) -> None:
    _, rows = agenda_screen(bare, some_entries() * 4, 1, TODAY)
    assert len(rows) == PAGE + 1


def test_every_golden_file_is_used() -> None:
    assert golden_names("telegram/agreements") == {*SCREENS, *TEXTS}
