"""What a calendar says is what takes place, whoever reads it."""

import pytest
from hypothesis import HealthCheck, given, settings

from core.clocktime import AMSTERDAM
from feeds.calendar import to_ical
from templates.calendar_words import DUTCH
from tests.feeds.expanders import (
    Dated,
    Expand,
    IcalJs,
    by_hand,
    by_home_assistant,
    by_recurring_ical_events,
)
from tests.feeds.histories import History, calendar_of, histories, inside, taking_place

_EXAMPLES = 150
_some = settings(
    max_examples=_EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def body_of(history: History) -> bytes:
    return to_ical(calendar_of(history.events()), DUTCH, zone=AMSTERDAM)


def going(history: History, dated: list[Dated]) -> list[tuple[str, str]]:
    """Return when what is confirmed begins and ends."""
    shown = inside(history)
    confirmed = [one for one in dated if one.status == "CONFIRMED" and shown.covers(one.on)]
    return sorted((one.begins, one.ends) for one in confirmed)


@pytest.mark.parametrize("expand", [by_recurring_ical_events, by_hand, by_home_assistant])
@given(history=histories())
@_some
def test_what_a_library_expands_is_what_takes_place(expand: Expand, history: History) -> None:
    assert going(history, expand(body_of(history))) == taking_place(history)


@given(history=histories())
@_some
def test_what_ical_js_expands_is_what_takes_place(ical_js: IcalJs, history: History) -> None:
    assert going(history, ical_js(body_of(history))) == taking_place(history)
