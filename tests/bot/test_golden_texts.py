"""What each short answer of the bot says, word for word, also to hostile words."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from bot.fitting import fits, fitted
from core.facts import FactKind
from demo.telegram.entities import parse_html
from services.term_shifts import TermShifts
from templates import chat_text
from tests.goldens import Golden, golden_names
from tests.views import CODE, HOSTILE, LONGEST_NAME, TODAY, hostile_term, some_terms

TEMPLATE = Path(__file__).parents[2] / "templates" / "telegram" / "texts.html"
LINK = "https://termijnwacht.example.nl/in/abc"
EARLY, LATE = date(2026, 9, 14), date(2026, 9, 25)
NEXT_YEAR = date(2027, 1, 4)

_DAY: dict[str, object] = {"today": TODAY}
_DONE = {
    "code": CODE,
    "kind": FactKind.FIRST_CONTACT,
    "on": TODAY,
    "changed": True,
    "known_by": None,
    "flags": (),
    "prompts": (),
    "term": some_terms(gekoppeld="2026-09-03", eerste_contact="2026-09-07")[0],
    "person": None,
}
_KNOWN = _DONE | {"changed": False, "known_by": HOSTILE, "term": some_terms()[0], "on": None}
_HELPED = _DONE | {
    "code": HOSTILE,
    "kind": FactKind.HELP_STARTED,
    "flags": ("before_order", "before_asked", "does_not_fit"),
    "prompts": ("climb", "consult", "agent"),
    "term": hostile_term(),
    "person": HOSTILE,
}
_ABSENCE = {"person": HOSTILE, "substitute": LONGEST_NAME, "from_on": EARLY, "through_on": LATE}
_REPORT = {
    "rows": 200,
    "created": 199,
    "changed": 0,
    "unchanged": 1,
    "refused_rows": 0,
    "kept": False,
    "backlog": 1,
    "shifts": TermShifts(2, 1, 1),
    "missing": (),
    "messages": 1,
}
_KEPT = {"kept": True, "missing": (CODE, HOSTILE), "messages": 0}
_DRAFT = {"code": HOSTILE, "notified": "do 3 sep", "ordered": ""}
_MOMENT = datetime(2026, 9, 7, 6, 30, tzinfo=UTC)


class _Somebody:
    name = HOSTILE
    mail = None


TEXTS: dict[str, list[dict[str, object]]] = {
    "stranger": [{}],
    "invitation_refused": [{}],
    "welcome": [{"name": HOSTILE, "roles": "jeugdbeschermer en teammanager"}],
    "known": [{"name": HOSTILE}],
    "help": [
        {"commands": [("zaken", "mijn zaken"), ("zaak", HOSTILE)], "unknown": ""},
        {"commands": [], "unknown": HOSTILE},
    ],
    "usage": [{"command": "zaak", "example": CODE}],
    "problem": [{"sentence": HOSTILE}],
    "when": [{"codes": HOSTILE, "what": "eerste contact"}],
    "pick_day": [{"codes": HOSTILE, "what": "eerste contact"}],
    "checklist": [{"codes": HOSTILE, "complete": False}, {"codes": CODE, "complete": True}],
    "fit": [{"codes": HOSTILE}],
    "who": [{"code": HOSTILE}],
    "nobody_to_couple": [{"code": HOSTILE}],
    "when_later": [{"code": HOSTILE, "norm": HOSTILE}],
    "later_kept": [{"code": HOSTILE, "norm": HOSTILE, "until_on": TODAY, "today": TODAY}],
    "cancelled": [{}],
    "done": [{"items": [_DONE], "norm": "1"} | _DAY, {"items": [_KNOWN, _HELPED], "norm": "3"} | _DAY],
    "undone": [{"code": HOSTILE, "what": HOSTILE}],
    "web_link": [{"address": LINK}],
    "decided": [
        {"code": CODE, "norm": "1", "term": some_terms()[0], "used_by": HOSTILE, "used_at": _MOMENT} | _DAY,
        {"code": HOSTILE, "norm": HOSTILE, "term": _DONE["term"], "used_by": "jb-2", "used_at": None} | _DAY,
        {"code": "", "norm": None, "term": None, "used_by": None, "used_at": None} | _DAY,
    ],
    "no_access": [{}],
    "no_question": [{}],
    "question_over": [{}],
    "stop_confirm": [{"mail": "jb-1@gia.example"}, {"mail": None}],
    "stopped": [{}],
    "settings": [{"person": _Somebody, "send_at": time(8, 30), "own": False, "days": HOSTILE}],
    "absences": [{"items": [_ABSENCE]} | _DAY, {"items": []} | _DAY],
    "absence_from": [{"name": HOSTILE}],
    "absence_through": [{"name": HOSTILE, "from_on": TODAY} | _DAY],
    "absence_who": [{"name": HOSTILE}],
    "absence_nobody": [{"name": HOSTILE}],
    "absence_set": [{"item": _ABSENCE} | _DAY],
    "absence_ended": [{"name": HOSTILE}],
    "ask_code": [{"pattern": HOSTILE}],
    "ask_organisation": [{}],
    "ask_municipality": [{"code": HOSTILE}],
    "ask_measure": [{"code": HOSTILE}],
    "ask_notified": [{"code": HOSTILE}],
    "ask_ordered": [{"code": HOSTILE}],
    "confirm_case": [{"draft": _DRAFT, "municipality": HOSTILE, "measure": HOSTILE}],
    "unsent_text": [{}],
    "file_not_here": [{"address": LINK}],
    "file_not_you": [{}],
    "file_too_large": [{"address": LINK}],
    "file_gone": [{}],
    "file_report": [
        {"report": _REPORT, "filename": HOSTILE, "problems": []},
        {
            "report": _REPORT | {"kept": True, "missing": (CODE, HOSTILE), "messages": 0},
            "filename": "z",
            "problems": [],
        },
        {
            "report": _REPORT | {"refused_rows": 40},
            "filename": "zaken.csv",
            "problems": [("regel 2, kolom gi", HOSTILE)] * 12,
        },
    ],
    "failed": [{}],
    "nothing_today": [{"agenda": False}, {"agenda": True}],
    "title_today": [{}],
    "title_cases": [{}],
    "no_cases": [{}],
}


def _said(name: str) -> str:
    """Return what a short answer says for each set of values."""
    return "\n---\n".join(chat_text(name, **values) for values in TEXTS[name])


@pytest.mark.parametrize("name", TEXTS)
def test_a_short_answer_reads_as_its_golden_file(name: str, golden: Golden) -> None:
    golden(f"telegram/texts/{name}.txt", _said(name) + "\n")


@pytest.mark.parametrize("name", TEXTS)
def test_telegram_takes_a_short_answer_to_hostile_words(name: str) -> None:
    for values in TEXTS[name]:
        text = chat_text(name, **values)
        assert "<script" not in text
        assert parse_html(text).text
        assert fits(text)


def test_a_screen_that_is_too_long_is_cut_at_a_line_and_says_so() -> None:
    absences = [_ABSENCE | {"person": f"jb-{number}"} for number in range(200)]
    text = chat_text("absences", items=absences, today=TODAY)
    cut = fitted(text)
    assert not fits(text)
    assert fits(cut)
    shown = cut.splitlines()
    assert shown[:-2] == text.splitlines()[: len(shown) - 2]
    assert shown[-1] == "… de rest past niet in één bericht."
    assert fitted("kort") == "kort"


def test_every_short_answer_is_among_those_compared() -> None:
    macros = [
        line.partition(" macro ")[2].partition("(")[0]
        for line in TEMPLATE.read_text(encoding="utf-8").splitlines()
        if line.startswith("{% macro ")
    ]
    assert sorted(macros) == sorted(TEXTS)
    assert golden_names("telegram/texts") == set(TEXTS)


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("later_kept", {"code": CODE, "norm": "1", "until_on": NEXT_YEAR}, "ma 4 jan 2027"),
        ("absence_set", {"item": _ABSENCE | {"through_on": NEXT_YEAR}}, "ma 14 sep tot en met ma 4 jan 2027"),
        ("blockers.lifted", {"on": NEXT_YEAR}, "tot en met ma 4 jan 2027"),
        ("couplings.planned", {"code": CODE, "on": NEXT_YEAR, "person": None}, "gepland op ma 4 jan 2027"),
    ],
)
def test_a_day_in_another_year_is_told_with_its_year(name: str, values: dict[str, object], said: str) -> None:
    assert said in chat_text(name, **values, today=TODAY)
    same_year = chat_text(name, **values, today=NEXT_YEAR)
    assert said not in same_year
    assert "ma 4 jan" in same_year
