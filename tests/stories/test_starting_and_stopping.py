"""The first day of an installation, a restart in the middle, and three days without power."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select

from core.outbox import MessageState
from jobs.guard import plan_pass
from services.delivery import claim_messages
from services.inbox import store_updates
from storage.tables import facts, messages
from tests.factories import CHATS, MONDAY, a_row, at
from tests.stories.world import World, a_world

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 3, day) for day in (3, 4, 5, 6))
COUPLED = {"gekoppeld": "2026-03-02"}


async def test_an_installation_that_starts_with_500_old_cases_stays_quiet(tmp_path: Path) -> None:
    async with a_world(tmp_path, guarded_from=MONDAY) as world:
        old = {"in_kennis_gesteld": "2025-09-01", "uitspraak": "2025-09-01"}
        rows = [a_row(f"GIA-2025-{number:03d}", teammanager="tm-1", **old) for number in range(1, 501)]
        report = world.import_rows(*rows)
        assert (report.created, report.backlog, report.unknown, report.messages) == (500, 1500, 1500, 1)
        # On the first morning the worker hears it once, in one line; the manager hears nothing.
        said = await world.morning(MONDAY)
        assert list(said) == ["jb-1"]
        assert "Eenmalig: van 1500 termijnen" in said["jb-1"][0]
        assert "GIA-2025" not in said["jb-1"][0]
        # After that, silence about them.
        quiet = (TUESDAY, FRIDAY, date(2026, 3, 9), date(2026, 3, 16))
        assert await world.mornings(*quiet) == {day: [] for day in quiet}
        assert world.status("1", "GIA-2025-001") == "unknown"
        # A new case is guarded as any other.
        world.import_rows(
            a_row("GIA-2026-001", in_kennis_gesteld="2026-03-16", uitspraak="2026-03-16", **COUPLED)
        )
        assert list(await world.morning(date(2026, 3, 18))) == ["jb-1"]


async def test_a_press_that_was_stored_but_not_handled_acts_once_after_a_restart(any_world: World) -> None:
    world = any_world
    world.import_rows(a_row(**COUPLED))
    await world.morning(WEDNESDAY)
    await world.press("jb-1", "Eerste contact vastleggen")
    await world.stop_bot()
    # While the bot is down somebody presses; the update reaches the store, and Telegram sends it twice.
    question = world.said_to("jb-1")[-1]
    world.telegram.press(CHATS["jb-1"], question, "Vandaag")
    (pending,) = world.telegram.bot.updates.pending
    rows = [(pending["update_id"], json_of(pending))]
    store_updates(world.house, rows, world.clock.now())
    store_updates(world.house, rows, world.clock.now())
    await world.start_bot()
    await world.telegram.wait_for_edit(question, containing="vastgelegd", timeout=10)
    assert world.status("1") == "met"
    assert count_facts(world, "eerste_contact") == 1


async def test_a_crash_between_sending_and_recording_repeats_once_and_says_so(any_world: World) -> None:
    world = any_world
    world.import_rows(a_row(**COUPLED))
    world.clock.set(at(WEDNESDAY, 8, 30))
    await plan_pass(world.house, world.clock)
    # The process claims the message and is killed before it can record anything.
    (claimed,) = claim_messages(replace(world.house, worker="killed"), world.clock.now())
    before = len(world.said_to("jb-1"))
    await world.until(at(WEDNESDAY, 8, 31))
    assert len(world.said_to("jb-1")) == before
    # When its claim has run out another process sends it, once, and says that it may be a repeat.
    await world.until(at(WEDNESDAY, 9, 0))
    (repeated,) = world.said_to("jb-1")[before:]
    assert "misschien voor de tweede keer" in repeated.text
    with world.house.store.read() as tx:
        state = tx.execute(select(messages.c.state).where(messages.c.id == claimed.id)).scalar_one()
    assert state == MessageState.SENT


async def test_after_three_days_of_outage_there_is_one_catch_up_digest(world: World) -> None:
    world.import_rows(a_row(**COUPLED, teammanager="tm-1"), a_row("GIA-2026-002", teammanager="tm-1"))
    await world.morning(MONDAY)
    # Nothing runs on Tuesday, Wednesday and Thursday. On Friday at ten the machine is back.
    before = {name: len(world.said_to(name)) for name in CHATS}
    world.clock.set(at(FRIDAY, 10, 0))
    await world.until(at(FRIDAY, 10, 5))
    said = {name: world.said_to(name)[before[name] :] for name in CHATS}
    counts = {name: len(texts) for name, texts in said.items() if texts}
    assert counts == {"jb-1": 1, "tm-1": 1}
    assert said["jb-1"][0].text.count("GIA-2026-001 ·") == 1
    assert said["tm-1"][0].text.count("GIA-2026-002 ·") == 1
    # And the guard run again says nothing twice.
    await world.until(at(FRIDAY, 12, 0) + timedelta(minutes=1))
    assert {name: len(world.said_to(name)) - before[name] for name in counts} == counts


def json_of(update: object) -> str:
    """Return an update of the stand-in as JSON."""
    return json.dumps(update)


def count_facts(world: World, kind: str) -> int:
    """Count the facts of a kind, withdrawn ones too."""
    with world.house.store.read() as tx:
        return tx.execute(select(func.count()).select_from(facts).where(facts.c.kind == kind)).scalar_one()
