"""Every reason for a refusal has a sentence, and no sentence shows who it is about."""

from datetime import date

import pytest

import templates
from app.reporting import problem_line, without_personal_data
from core.errors import Problem, ProblemCode
from core.facts import FactKind
from core.people import Role
from core.rights import Verb

EVERY_DETAIL: dict[str, object] = {
    "file": "zaken.csv",
    "path": "/var/lib/termijnwacht.db",
    "key": "notices.send_at",
    "expected": ("passend", "alternatief"),
    "closest": "hoorn",
    "first": date(2000, 1, 1),
    "last": date(2099, 12, 31),
    "today": date(2026, 9, 7),
    "other": "uitspraak",
    "pattern": "^[A-Z]+$",
    "organisation": "GIA",
    "first_line": 3,
    "missing": (FactKind.COURSE_GOALS, FactKind.CHILD_SPOKEN),
    "start": date(2026, 1, 1),
    "known": ("1", "2", "3"),
    "name": "jb-1",
    "role": Role.PROTECTOR,
    "verb": Verb.IMPORT,
    "from_on": date(2026, 9, 8),
    "revision": "0009",
    "messages": 40,
    "limit": 25,
    "size": 70_000_000,
    "byte": "0x81",
    "position": 4,
    "cells": 9,
    "kind": "xls",
    "host": "127.0.0.1",
    "port": 8080,
    "reason": "TimedOut",
}
RULES = (
    "file_missing", "not_utf8", "include_twice", "include_cycle", "key_twice", "secret_and_file",
    "organisation_twice", "norm_version_twice", "holiday_twice", "municipality_twice",
    "quiet_covers_send_at", "valid_to_not_after_valid_from", "no_start", "no_evidence",
    "no_evidence_of_done", "no_needed_by", "length_zero", "case_code_matches_personal_data",
    "reminder_too_low", "reminder_twice", "root_without_bot", "https", "zone", "regex",
    "regex_not_anchored", "secret_blank", "json", "length", "bearer",
)  # fmt: skip


def test_every_code_has_one_sentence_and_no_sentence_is_left_over() -> None:
    assert set(templates.known_problems()) == {code.value for code in ProblemCode}


@pytest.mark.parametrize("code", list(ProblemCode))
def test_a_sentence_stands_with_all_details_and_with_none(code: ProblemCode) -> None:
    bare = templates.problem_sentence(Problem(code))
    full = templates.problem_sentence(Problem(code, EVERY_DETAIL, line=7, column="gi", value="iets"))
    for sentence in (bare, full):
        assert sentence == sentence.strip()
        assert "\n" not in sentence
        assert "  " not in sentence
        assert "None" not in sentence
        assert sentence[-1] in ".?!"


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("code", [code for code in ProblemCode if code.startswith("config_")])
def test_a_configuration_sentence_stands_for_every_rule(code: ProblemCode, rule: str) -> None:
    one = code is ProblemCode.CONFIG_IMPOSSIBLE_RULE and rule != "no_needed_by"
    details = {"rule": rule, "expected": "b" if one else "a|b", "closest": "", "file": "c.toml", "key": "x"}
    sentence = templates.problem_sentence(Problem(code, details, value="v"))
    assert sentence[-1] in ".?!"
    assert "|" not in sentence


@pytest.mark.parametrize("verb", list(Verb))
def test_what_is_not_allowed_is_named(verb: Verb) -> None:
    sentence = templates.problem_sentence(Problem(ProblemCode.NOT_ALLOWED, {"verb": verb, "actor": "x"}))
    assert templates.phrase(f"verb.{verb}") in sentence


def test_a_missing_course_item_is_said_in_words() -> None:
    problem = Problem(ProblemCode.COURSE_INCOMPLETE, {"missing": (FactKind.COURSE_GOALS,)})
    assert (
        templates.problem_sentence(problem)
        == "De koers is nog niet compleet. Leg eerst vast: doelen staan vast."
    )


@pytest.mark.parametrize("personal", ["123456782", "1234.56.782", "zaak 123456782 x", "Jan de Vries"])
def test_a_bsn_or_name_is_never_shown(personal: str) -> None:
    problem = Problem(
        ProblemCode.PERSON_REVOKED, {"name": personal, "file": "z.csv"}, 3, "jeugdbeschermer", personal
    )
    assert without_personal_data(problem).value is None
    assert problem_line(problem).startswith("bestand z.csv, regel 3, kolom jeugdbeschermer: ")
    assert personal not in problem_line(problem)


def test_a_file_without_a_header_does_not_show_its_first_row() -> None:
    line = problem_line(Problem(ProblemCode.COLUMN_UNKNOWN, {"closest": None}, 1, "123456782"))
    assert line.startswith("regel 1: ")
    assert "123456782" not in line


@pytest.mark.parametrize("plain", ["GIA-2026-0001", "jb-07", "Horn", "31-2-2026"])
def test_what_is_not_personal_is_shown(plain: str) -> None:
    assert without_personal_data(Problem(ProblemCode.VALUE_MISSING, value=plain)).value == plain
