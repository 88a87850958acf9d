"""From the press of a button to the answer: the running service against a bot that makes the same calls only.

All are processes of their own that poll one stand-in for Telegram, each under its own token. Fifty people
press at the same moment, first with one bot, then with the next. The bare bot is made with the same
library and sends the texts and buttons that the service sent; it has no database and decides nothing. A press
is answered when Telegram has both calls: the new or edited message, and the end of the button's waiting. The
service runs all its parts, on a database of 100,000 cases.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from app.clock import SystemClock
from bot.callbacks import Act, Look, pack
from bot.date_picker import compact
from core.facts import FactKind
from services.actions import ActionVerb, Offer, offer_these
from services.directory import read_directory
from services.house import House
from tests.bench.region import ORGANISATIONS, Filler, connect, make_rules, new_house
from tests.bench.report import Figure, at_most, p95, say
from tests.bench.starting import PORT, PROGRAM, running, until_ready

CASES, PEOPLE, ROUNDS = 100_000, 50, 7
_TOKENS = ("123456:service-token", "234567:bare-token", "345678:paced-token")
SERVICE, BARE, PACED = range(3)
_ROOT = Path(__file__).parents[2]
_BENCH = (sys.executable, "-m")
Presses = list[tuple[int, str]]


def measure(folder: Path) -> list[Figure]:
    """Measure fifty people who record a fact at once, and fifty who open a case at once."""
    clock = SystemClock()
    house = new_house(folder / "house.db", make_rules())
    Filler(folder / "house.db", house.rules, house.today(clock.now())).fill(CASES, facts=True)
    (folder / "config.toml").write_text(_config())
    desk = _Desk(house, clock, folder)
    with ExitStack() as stack:
        stack.callback(house.store.close)
        crowd = Crowd.standing(stack, folder)
        service = running(folder, (PROGRAM, "run"), environment(folder, crowd.url))
        until_ready(stack.enter_context(service), folder)
        samples = {kind: crowd.press(SERVICE, desk.presses(kind)) for kind in (Act.DAY, Look.CASE)}
        for bot in (PACED, BARE):
            answering(stack, folder, crowd, samples, bot)
            crowd.press(bot, desk.presses(Look.CASE))
        recorded = against_bare("button: record a fact", crowd, lambda: desk.presses(Act.DAY))
        opened = against_bare("button: open a case", crowd, lambda: desk.presses(Look.CASE))
        return [*recorded, *opened]


def answering(
    stack: ExitStack, folder: Path, crowd: "Crowd", samples: Mapping[str, Any], bot: int = BARE
) -> None:
    """Start a bare bot, which answers as the service did; `PACED` keeps Telegram's pace as that does."""
    pace = ("paced",) if bot == PACED else ()
    bare = (*_BENCH, "tests.bench.bare_bot", crowd.url, _TOKENS[bot], json.dumps(samples), *pace)
    stack.enter_context(running(folder, bare, os.environ, where=_ROOT))


def in_turns(crowd: "Crowd", presses: Callable[[], Presses], *bots: int) -> list[float]:
    """Let people ask each bot in turns; return for each the median p95 in seconds."""
    sides: dict[int, list[float]] = {bot: [] for bot in bots}
    for _ in range(ROUNDS):
        for bot, taken in sides.items():
            taken.append(p95(crowd.press(bot, presses())["seconds"]))
        say("   " + "  ".join(f"{taken[-1]:8.3f}" for taken in sides.values()))
    return [median(taken) for taken in sides.values()]


def against_bare(name: str, crowd: "Crowd", presses: Callable[[], Presses]) -> list[Figure]:
    """Return the p95 of the service beside bare bots: one that keeps Telegram's pace, one that does not.

    The service has to keep it, so that its goal is beside the one that does.
    """
    name = f"{name}, p95 of {PEOPLE} at once"
    service, paced, bare = in_turns(crowd, presses, SERVICE, PACED, BARE)
    unpaced = at_most(f"{name}, bare without Telegram's pace", service, bare, 3)
    return [at_most(name, service, paced, 3), replace(unpaced, goal="", ok=None)]


class _Desk:
    """Hands out buttons: every press that records gets a case and a token of its own."""

    def __init__(self, house: House, clock: SystemClock, folder: Path) -> None:
        self._house, self._clock, self._turn = house, clock, 0
        with connect(folder / "house.db") as connection:
            self._rows = connection.execute(
                "SELECT p.chat_id, p.id, c.id, c.code FROM terms t JOIN cases c ON c.id = t.case_id"
                " JOIN people p ON p.id = c.protector_id"
                " WHERE t.norm = '1' AND t.missing = 'eerste_contact' ORDER BY c.id"
            ).fetchall()

    def presses(self, kind: Act | Look) -> Presses:
        """Return for fifty people a button under which nothing was pressed yet."""
        chosen: dict[int, tuple[int, int, int, str]] = {}
        while len(chosen) < PEOPLE:
            row = self._rows[self._turn]
            self._turn += 1
            chosen.setdefault(row[0], row)
        return [(row[0], self._data(kind, row)) for row in chosen.values()]

    def _data(self, kind: Act | Look, row: tuple[int, int, int, str]) -> str:
        _, person_id, case_id, code = row
        if kind is Look.CASE:
            return pack(kind, code)
        now = self._clock.now()
        person = read_directory(self._house, now).person(person_id)
        offer = Offer(ActionVerb.RECORD, case_id, "1", FactKind.FIRST_CONTACT, 1)
        made = offer_these(self._house, [offer], {case_id: code}, person, now)
        return pack(kind, made[0].token, compact(self._house.today(now)), "")


class Crowd:
    """The process with the stand-in and the people who press."""

    @classmethod
    def standing(cls, stack: ExitStack, folder: Path) -> "Crowd":
        """Start the process."""
        command = (*_BENCH, "tests.bench.crowd", *_TOKENS)
        return cls(stack.enter_context(running(folder, command, os.environ, where=_ROOT)))

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.url: str = self._answer()["url"]

    def press(self, bot: int, presses: Presses) -> dict[str, Any]:
        """Let everybody press, or say what begins with a slash, at once; return what became of it."""
        self._process.stdin.write(json.dumps({"bot": bot, "presses": presses}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer


def environment(folder: Path, url: str) -> dict[str, str]:
    """Return the environment of a service on the database of `folder` that asks the stand-in."""
    return os.environ | {
        "TERMIJNWACHT_TELEGRAM__TOKEN": _TOKENS[SERVICE],
        "TERMIJNWACHT_TELEGRAM__API_URL": url,
        "TERMIJNWACHT_DATABASE__URL": f"sqlite:///{folder / 'house.db'}",
        "TERMIJNWACHT_WEB__PORT": str(PORT),
    }


def _config() -> str:
    return "".join(
        f'[[organisations]]\ncode = "{code}"\nname = "Instelling {code}"\n' for code in ORGANISATIONS
    )
