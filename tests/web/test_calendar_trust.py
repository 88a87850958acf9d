"""Trust: what calendars say is what the lists say, at any moment of any history."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from services.governance.access import Deed
from services.governance.deeds import do
from services.governance.filling import Filled
from services.governance.matters import Ref
from services.governance.overview import agenda
from services.house import House
from storage.store import open_store
from tests.calendar_histories import STEPS, Life, Step, Watch
from tests.calendar_trust import agreed_rules
from tests.factories import actor

_numbers = st.integers(0, 60)
# dates, meetings and facts make up most of what happens
_names = st.sampled_from(("days",) * 5 + ("deed",) * 6 + ("fact",) * 3 + STEPS)
_histories = st.lists(st.tuples(_names, _numbers, _numbers, _numbers), min_size=4, max_size=12)


@dataclass(frozen=True)
class Region:
    """A database with a whole region in it, to copy from, and the secrets and cases in it."""

    path: Path
    secrets: dict[str, str]
    codes: list[str]


@pytest.fixture(scope="module")
def region(sqlite_files: Path) -> Region:
    path = sqlite_files / "region.db"
    shutil.copy(sqlite_files / "staffed.db", path)
    store = open_store(f"sqlite:///{path}")
    life = Life(House(store, agreed_rules()))
    life.begin()
    store.close()
    return Region(path, life.secrets, life.codes)


@contextmanager
def a_life(region: Region, folder: Path) -> Iterator[Life]:
    """Copy the region and let it live."""
    for kind in ("", "-wal", "-shm"):
        (folder / f"life.db{kind}").unlink(missing_ok=True)
    shutil.copy(region.path, folder / "life.db")
    store = open_store(f"sqlite:///{folder / 'life.db'}")
    try:
        yield Life(House(store, agreed_rules()), secrets=region.secrets, codes=list(region.codes))
    finally:
        store.close()


def live(life: Life, history: list[Step], *, every: int = 1) -> Watch:
    """Let everything happen, look every so many steps, and at every calendar in the end."""
    watch = Watch(life)
    for number, step in enumerate(history):
        if number % every == 0:
            watch.look()
        life.take(step)
    watch.look_at_all()
    return watch


@pytest.mark.timeout(300)
@given(history=_histories)
@settings(
    max_examples=10,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_calendar_says_what_the_lists_say_after_each_step_of_any_history(
    region: Region, tmp_path: Path, history: list[Step]
) -> None:
    with a_life(region, tmp_path) as life:
        watch = live(life, history)
        for done in life.happened:
            event(done.split(" 20")[0])
        hidden = watch.secrets_of_cases()
        assert [one for one in hidden if any(one in body for body in watch.public_bodies)] == []


EVERYTHING: list[Step] = [
    ("days", 3, 1, 0),
    ("deed", 9, 0, 24),
    ("deed", 12, 2, 0),
    ("add", 0, 20, 2),
    ("receive", 3, 0, 0),
    ("prepare", 0, 0, 0),
    ("contact", 0, 0, 0),
    ("course", 1, 0, 0),
    ("explain", 2, 1, 40),
    ("fact", 3, 0, 9),
    ("absent", 0, 1, 3),
    ("days", 2, 0, 0),
    ("back", 0, 0, 0),
    ("record", 0, 0, 0),
    ("withdraw", 0, 3, 0),
    ("open", 0, 2, 0),
    ("reassign", 0, 0, 0),
    ("days", 30, 2, 0),
]


@pytest.mark.timeout(300)
def test_calendars_and_lists_agree_on_both_engines(house: House) -> None:
    life = Life(House(house.store, agreed_rules(), house.worker))
    life.begin()
    watch = live(life, EVERYTHING, every=3)
    assert [done for done in life.happened if "refused" in done] == []
    assert {name for name, *_ in EVERYTHING} == set(STEPS)
    assert [one for one in watch.secrets_of_cases() if any(one in body for body in watch.public_bodies)] == []


def test_a_cancelled_meeting_stays_on_its_day_in_both_when_others_shift(
    region: Region, tmp_path: Path
) -> None:
    cancelled, moved = (Ref.of_meeting("tafel", on) for on in (date(2026, 4, 20), date(2026, 3, 23)))
    with a_life(region, tmp_path) as life:
        watch, leader = Watch(life), actor(life.house, "pl-1")
        # a week later it would be on King's Day, which has no meeting to cancel
        for deed, ref in ((Deed.CANCEL, cancelled), (Deed.MOVE_ALL, moved)):
            watch.look_at_all()
            filled = Filled("vakantie", "2026-03-30", confirmed=True)
            do(life.house, deed, ref, version=None, actor=leader, now=life.now, filled=filled)
        watch.look_at_all()
        listed = agenda(life.house, life.today, date(2026, 6, 1), actor=leader, now=life.now)
        found = {entry.ref: (entry.on, entry.status) for entry in listed}
        assert found[moved] == (date(2026, 3, 30), "moved")
        assert found[cancelled] == (date(2026, 4, 20), "cancelled")
