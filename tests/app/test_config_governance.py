"""The governance of a configuration: what the example has, and which rules are refused."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from app.config import Config, load_config, rules_of
from core.errors import Problem, ProblemCode
from core.occurrences import occurrences
from templates import problem_sentence

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
START = "[[series]]\ncode = 's'\ntitle = 'S'\nstarts_on = 2026-01-05\n"


def test_the_example_has_the_three_events_of_the_card_from_2022_on() -> None:
    rules = rules_of(load_config(EXAMPLE, {}))
    days = rules.governance.days(rules.calendar)
    year = {
        code: [
            (one.on, one.due_on) for one in occurrences(series, days, date(2022, 1, 1), date(2022, 12, 31))
        ]
        for code, series in rules.governance.series.items()
    }

    assert [due for _, due in year["uitvraag"]] == [date(2022, month, 10) for month in range(5, 13)]
    assert [on for on, _ in year["overleg-rijk"]] == [
        date(2022, 5, 12),
        date(2022, 6, 23),
        date(2022, 9, 1),
        date(2022, 9, 15),
        date(2022, 10, 27),
        date(2022, 12, 8),
    ]
    assert [due for _, due in year["leersessie"]] == [
        date(2022, 6, 30),
        date(2022, 9, 30),
        date(2022, 12, 31),
    ]


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("rule = 'FREQ=MONTHLY;BYMONTHDAY=31'", "series[0].rule", "BYMONTHDAY=-1"),
        ("rule = 'FREQ=SECONDLY'", "series[0].rule", "vaker dan één keer per dag"),
        ("rule = 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'", "series[0].rule", "komt nooit voor"),
        ("rule = 'FREQ=WEEKLY;INTERVAL=0'", "series[0].rule", "van 1 tot en met 1000"),
        ("rule = 'elke week'", "series[0].rule", "lees ik niet"),
        ("times_a_year = 5", "series[0].times_a_year", "1, 2, 3, 4, 6, 12"),
        ("", "series[0].rule", "één van de twee"),
        ("rule = 'FREQ=WEEKLY'\nends_on = 2026-01-01", "series[0].ends_on", "later"),
        ("rule = 'FREQ=WEEKLY'\nregion = 'XX'", "series[0].region", "staat nergens"),
        ("rule = 'FREQ=WEEKLY'\nclosures = ['herfst']", "series[0].closures[0]", "staat nergens"),
        ("rule = 'FREQ=WEEKLY'\nchair = 'Jan Jansen'", "series[0].chair", "beheerder"),
        (
            "rule = 'FREQ=WEEKLY'\nkind = 'submission'\ncase_agenda = true",
            "series[0].case_agenda",
            "geen agenda van zaken",
        ),
        (
            "rule = 'FREQ=WEEKLY'\nkind = 'submission'\non_day_off = 'skip'",
            "series[0].on_day_off",
            "vervalt niet",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    refused: Callable[..., tuple[Problem, ...]], text: str, key: str, words: str
) -> None:
    (problem,) = refused(START + text)

    assert problem.details["key"] == key
    assert words in problem_sentence(problem)


def test_the_name_of_the_calendar_of_all_that_is_public_is_no_code_of_a_series(
    refused: Callable[..., tuple[Problem, ...]],
) -> None:
    (problem,) = refused(START.replace("'s'", "'governance'") + "rule = 'FREQ=WEEKLY'")
    assert (problem.details["key"], problem.value) == ("series[0].code", "governance")
    assert "geef de reeks een andere code" in problem_sentence(problem)


def test_a_period_that_nobody_can_place_is_refused(refused: Callable[..., tuple[Problem, ...]]) -> None:
    (problem,) = refused(
        "[[plans]]\ncode = 'p'\ntitle = 'P'\nleader = 'pl-1'\n"
        "[[plans.actions]]\ncode = 'a'\ntitle = 'A'\nowner = 'pl-1'\nperiod = 'binnenkort'"
    )

    assert (problem.code, problem.details["key"]) == (
        ProblemCode.CONFIG_WRONG_VALUE,
        "plans[0].actions[0].period",
    )


def test_an_action_without_an_owner_is_refused(refused: Callable[..., tuple[Problem, ...]]) -> None:
    (problem,) = refused(
        "[[plans]]\ncode = 'p'\ntitle = 'P'\nleader = 'pl-1'\n"
        "[[plans.actions]]\ncode = 'a'\ntitle = 'A'\nperiod = 'juni 2022'"
    )

    assert problem.details["key"] == "plans[0].actions[0].owner"


def test_a_series_may_come_once(
    load: Callable[..., Config], refused: Callable[..., tuple[Problem, ...]]
) -> None:
    one = START + "rule = 'FREQ=WEEKLY'\n"
    (problem,) = refused(one + one)

    assert problem.details["key"] == "series[1].code"
    assert len(load(one).series) == 1
