"""A press while the disk is full is neither lost nor half recorded: it acts once there is room."""

from datetime import date
from pathlib import Path

import pytest

from tests.factories import CHATS, a_row
from tests.processes.conftest import fill
from tests.stories.world import a_world


async def test_a_press_while_the_disk_is_full_acts_when_there_is_room_again(
    small_disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_world(small_disk) as world:
        world.import_rows(a_row(gekoppeld="2026-03-02"))
        await world.morning(date(2026, 3, 4))
        await world.press("jb-1", "Eerste contact vastleggen")
        question = world.said_to("jb-1")[-1]
        filler = fill(small_disk)
        # jb-1 answers while nothing can be written: the update stays with Telegram.
        query = world.telegram.press(CHATS["jb-1"], question, "Vandaag")
        await world.telegram.wait_until(lambda: "updates cannot be stored" in caplog.text, timeout=30)
        assert world.status("1") == "open"
        assert [one["update_id"] for one in world.telegram.bot.updates.pending] != []
        filler.unlink()
        await world.telegram.wait_for_alert(query, timeout=60)
        assert world.status("1") == "met"
        assert "vastgelegd" in world.last("jb-1")
