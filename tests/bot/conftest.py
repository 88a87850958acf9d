"""The real bot against the stand-in for Telegram, as the stories have it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.world import World, a_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A region early on Monday 2 March 2026, with the bot running."""
    async with a_world(tmp_path) as made:
        yield made
