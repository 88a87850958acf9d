"""Wall times and moments."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from core.clocktime import keeps_dutch_time, local_moment


@pytest.mark.parametrize(
    ("zone", "keeps"),
    [
        ("Europe/Amsterdam", True),
        ("Europe/Brussels", True),
        ("Europe/Berlin", True),
        ("UTC", False),
        ("Europe/London", False),
        ("Africa/Lagos", False),
        ("Africa/Tunis", False),
        ("America/New_York", False),
        ("Etc/GMT-1", False),
    ],
)
def test_a_zone_keeps_dutch_time_when_its_clocks_show_the_same_all_year(zone: str, keeps: bool) -> None:  # noqa: FBT001
    assert keeps_dutch_time(ZoneInfo(zone)) is keeps


def test_a_skipped_wall_time_is_an_hour_later_and_a_repeated_one_the_first() -> None:
    assert local_moment(date(2026, 3, 29), time(2, 30)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert local_moment(date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
