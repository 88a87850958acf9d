"""What the tests of calendars share: ical.js in one Node for the whole session."""

from collections.abc import Iterator

import pytest

from tests.feeds.expanders import IcalJs, start_ical_js


@pytest.fixture(scope="session")
def ical_js() -> Iterator[IcalJs]:
    """Run ical.js, or skip by name where it is not there."""
    running = start_ical_js()
    yield running
    running.close()
