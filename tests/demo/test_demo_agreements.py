"""The governance of the demo: whatever its today, it begins with a living picture of the region."""

from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import load_config, rules_of
from core.clocktime import local_moment
from core.occurrences import MeetingStatus
from core.people import Actor
from core.planboard import Colour, DeadlineKind, read_period
from core.submissions import SubmissionStatus
from demo.agreements import agreements
from demo.example_data import EXAMPLES, load_examples
from demo.happened import let_happen
from demo.moving import month_later, moved_by_days, moved_period
from services.directory import read_directory
from services.governance.guard import governance_pass
from services.governance.overview import agenda, board, submissions_at
from services.house import House
from services.invitations import first_administrator
from storage.schema import migrate
from storage.store import open_store
from tests.factories import deliver

CONFIG = Path(__file__).parents[2] / "demo" / "region.toml"
SHOWN = ("planned", "moved")
_MONTHS = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus")
_MONTHS += ("september", "oktober", "november", "december")


class Begun:
    """A demo that has just begun."""

    def __init__(self, folder: Path, today: date) -> None:
        rules = rules_of(load_config(CONFIG, {}))
        self.today, self.now = today, local_moment(today, time(8, 30))
        notices = replace(rules.notices, guarded_from=today - timedelta(days=60))
        rules = replace(rules, governance=agreements(rules.governance, today), notices=notices)
        self.house = House(open_store(f"sqlite:///{folder / 'demo.db'}"), rules, "demo")
        migrate(self.house.store)
        first_administrator(self.house, "beheer-1", self.now)
        load_examples(self.house, self.now)
        let_happen(self.house, self.now)

    @property
    def leader(self) -> Actor:
        directory = read_directory(self.house, self.now)
        found = directory.named("pl-1")
        assert found is not None
        return directory.actor(found, self.today)


@pytest.fixture(
    scope="module",
    params=[date(2026, 11, 30), date(2027, 1, 11), date(2028, 2, 29), date(2026, 7, 31), date(2026, 9, 10)],
    ids=str,
)
def begun(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Begun:
    return Begun(tmp_path_factory.mktemp("demo"), request.param)


def test_the_plan_has_all_four_colours_each_said_with_a_line_of_why(begun: Begun) -> None:
    found = board(begun.house, actor=begun.leader, now=begun.now)
    states = [state for _, states in found for state in states]

    counts = Counter(state.colour for state in states)
    assert all(counts[colour] >= 3 for colour in Colour)
    assert all(bool(state.words) is (state.colour is not Colour.WHITE) for state in states)
    assert all(word.why for state in states for word in state.words)


def test_one_action_is_silent_past_its_month(begun: Begun) -> None:
    found = board(begun.house, actor=begun.leader, now=begun.now)

    assert [one.action.code for _, states in found for one in states if one.silent] == ["sch-trainen"]


def test_one_submission_is_late_at_one_institution(begun: Begun) -> None:
    found = submissions_at(begun.house, begun.today, actor=begun.leader, now=begun.now)

    late = [one for _, owed in found for one in owed if one.status is SubmissionStatus.LATE]
    assert [(one.series.code, one.organisation) for one in late] == [("uitvraag", "GIB")]


def test_one_meeting_is_moved_and_one_is_kept_out_of_a_recess_ahead(begun: Begun) -> None:
    entries = agenda(
        begun.house,
        begun.today,
        begun.today + timedelta(days=120),
        actor=begun.leader,
        now=begun.now,
        mine=True,
    )

    assert [one.ref.code for one in entries if one.status == MeetingStatus.MOVED] == ["noordje"]
    recess = next(one for one in begun.house.rules.governance.closures if one.code == "reces")
    assert begun.today < recess.from_on <= begun.today + timedelta(weeks=8)
    assert "nw4-scheiden" in [one.ref.code for one in entries if one.why == "reces"]
    assert not any(recess.covers(one.on) for one in entries if one.kind == "meeting" and one.status in SHOWN)


@pytest.mark.parametrize(
    ("code", "kind"), [("einde", DeadlineKind.WINDOW), ("zm-geld-einde", DeadlineKind.FUNDING)]
)
def test_a_window_counts_down_and_money_ends_within_two_months(
    begun: Begun, code: str, kind: DeadlineKind
) -> None:
    governance = begun.house.rules.governance
    holders = [*governance.plans.values(), *governance.oversight.values()]
    (found,) = [one for holder in holders for one in holder.deadlines if one.code == code]

    assert found.kind is kind
    assert timedelta(0) < found.when.latest_on - begun.today <= timedelta(days=62)
    entries = agenda(begun.house, begun.today, found.when.latest_on, actor=begun.leader, now=begun.now)
    assert [one.status for one in entries if one.ref.part == code] == ["open"]


def test_what_is_due_is_said_and_nothing_that_lies_behind(begun: Begun) -> None:
    governance_pass(begun.house, begun.now)
    posts = deliver(begun.house, begun.now)
    leader = next(post.view for post in posts if post.recipient == "pl-1" and post.outcome == "sent")

    keys = {line.key for line in leader.governance}  # type: ignore[union-attr]
    assert {"meeting_after", "action_silent"} & keys
    assert all(
        post.view.occurrence.sorted_on >= begun.today
        for post in posts
        if post.outcome == "sent" and hasattr(post.view, "was_on")
    )


def test_the_example_of_the_region_stays_what_the_sources_say() -> None:
    region = rules_of(load_config(EXAMPLES / "noord-holland.toml", {})).governance
    agreements(rules_of(load_config(CONFIG, {})).governance, date(2026, 11, 30))
    again = rules_of(load_config(EXAMPLES / "noord-holland.toml", {})).governance

    assert again == region
    action = region.plans["verbeterplan"].action("recruitmentplan")
    assert action is not None
    assert action.period.said == "augustus - september 2022"


@pytest.mark.parametrize(
    ("said", "months", "expected"),
    [
        ("juni 2022", 48, "juni 2026"),
        ("juni - juli 2022", 48, "juni - juli 2026"),
        ("augustus - september 2022", 4, "december 2022 - januari 2023"),
        ("juni 2022 - februari 2023", -1, "mei 2022 - januari 2023"),
        ("december 2022 - januari 2023", 1, "januari - februari 2023"),
        ("voor juni 2022", 7, "voor januari 2023"),
        ("medio juni 2022", 12, "medio juni 2023"),
        ("begin december 2022", 1, "begin januari 2023"),
        ("Q2 2022", 3, "Q3 2022"),
        ("Q4 2022", 1, "Q1 2023"),
        ("31 december 2022", 2, "28 februari 2023"),
    ],
)
def test_a_period_is_moved_in_the_words_in_which_it_was_said(said: str, months: int, expected: str) -> None:
    assert moved_period(read_period(said), months) == read_period(expected)


def test_a_day_is_moved_by_days() -> None:
    assert moved_by_days(read_period("29 juni 2021"), 3) == read_period("2 juli 2021")


@given(
    first=st.dates(date(2010, 1, 1), date(2030, 12, 31)),
    length=st.integers(1, 30),
    months=st.integers(-100, 400),
)
def test_a_period_of_months_keeps_its_length_wherever_it_is_moved(
    first: date, length: int, months: int
) -> None:
    begin, end = first.replace(day=1), month_later(first.replace(day=1), length)
    period = read_period(f"{_MONTHS[begin.month - 1]} {begin.year} - {_MONTHS[end.month - 1]} {end.year}")

    moved = moved_period(period, months)

    assert moved.first_on == month_later(begin, months)
    assert moved.latest_on == month_later(month_later(begin, months), length + 1) - timedelta(days=1)
