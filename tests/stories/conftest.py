"""The region in which the stories happen."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.house import House
from tests.stories.world import World, a_world, world_of


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A region early on Monday 2 March 2026, with the bot running."""
    async with a_world(tmp_path) as made:
        yield made


@pytest.fixture
async def any_world(house: House) -> AsyncIterator[World]:
    """The same region, on SQLite and on PostgreSQL."""
    async with world_of(house) as made:
        yield made
