"""A year of the region's governance with 2,000 people who take part: the guard's passes, and `/agenda`.

Everybody takes part in every meeting of the example region. The guard passes on every working day of a year;
the bare side gets the finished rows of such a year, reads the same items, people, digests and counts, writes
the same rows day by day. `/agenda` is asked by fifty people at once of the running service, and of a bot that
makes the same call and nothing else. Fifty answers are more than Telegram lets a bot send in a second.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

from app.clock import SystemClock
from app.config import load_config, rules_of
from core.clocktime import local_moment
from core.people import Person, Role
from core.rules import Rules
from services.governance.guard import governance_pass, start_governance
from services.house import House
from services.people import sync_contacts
from storage.queries.people import add_person, person_columns
from storage.store import open_store
from tests.bench.pressing import BARE, PACED, PEOPLE, SERVICE, Crowd, against_bare, answering, environment
from tests.bench.region import MONDAY, NOW, Filler, connect, insert_sql, make_rules, new_house
from tests.bench.report import Figure, at_most, side_by_side, timed
from tests.bench.starting import PROGRAM, running, until_ready

TAKING_PART, CASES, DAYS, ROUNDS = 2_000, 20_000, 365, 1
ASKED = "/agenda"
_FIRST_CHAT, _CHUNK = 20_001, 500
_EXAMPLES = Path(__file__).parents[2] / "examples"
_SAME = {"DJGB": "GIA", "WSS": "GIB", "LDH": "GIC", "JBRA": "GID"}
_LEADERS = ("pl-regio", "pl-nw4", "secretaris", "tm-nk", "ret-leiding", "cjg-haarlem")
_ADDED = ("messages", "notices", "governance_items")
_DUE = "SELECT * FROM governance_items WHERE next_notice_on <= ? ORDER BY next_notice_on, id"
_ALL = "SELECT * FROM governance_items"
_EVERYBODY = "SELECT * FROM people"
_DIGESTS = (
    "SELECT id, person_id, state FROM messages WHERE kind = 'digest' AND day_on = ? AND person_id IN ({})"
)
_RECEIPTS = "SELECT * FROM submission_receipts"
_MOVE = "UPDATE governance_items SET told_through_on = ?, next_notice_on = ? WHERE id = ?"
_TOLD = "SELECT DISTINCT person_id FROM notices WHERE id > ?"
_COUNTED = "SELECT DISTINCT subject FROM notices WHERE occasion = ?"
_COUNTS = (
    "SELECT c.protector_id, count(DISTINCT c.id) FROM cases c JOIN terms t ON t.case_id = c.id"
    " WHERE c.organisation = ? AND c.protector_id IS NOT NULL AND t.met_on IS NULL AND t.due_on < ?"
    " AND (t.ends_on IS NULL OR t.ends_on > ?) GROUP BY c.protector_id"
)

_Rows = list[tuple[object, ...]]


def measure(folder: Path) -> list[Figure]:
    """Measure the guard over a year, and `/agenda` at the present day."""
    return [_guard(folder), *_agenda(folder)]


def write_config(folder: Path) -> Path:
    """Write the example region with everybody taking part in every meeting; return the file."""
    for name in ("noord-holland.toml", "noord-holland-routes.toml"):
        text = (_EXAMPLES / name).read_text(encoding="utf-8")
        for code, other in _SAME.items():
            text = text.replace(f'"{code}"', f'"{other}"')
        text = re.sub(r"^participants = .*\n", "", text, flags=re.MULTILINE)
        everybody = 'participants = { roles = ["ambtenaar"] }\n'
        meeting = re.compile(r"^(rule = \"FREQ=(?:WEEKLY|YEARLY).*|times_a_year = .*)\n", re.MULTILINE)
        (folder / name).write_text(meeting.sub(rf"\1\n{everybody}", text), encoding="utf-8")
    path = folder / "config.toml"
    path.write_text('include = ["noord-holland.toml"]\n', encoding="utf-8")
    return path


def new_region(path: Path, rules: Rules, today: date) -> House:
    """Return a house with the region in it: officials, leaders, data stewards, cases and mailboxes."""
    with_people = new_house(path, make_rules())
    with with_people.store.write() as tx:
        for number, person in enumerate(_people()):
            add_person(tx, person_columns(person) | {"chat_id": _FIRST_CHAT + number}, NOW)
    with_people.store.close()
    Filler(path, make_rules(), today).fill(CASES)
    house = House(open_store(f"sqlite:///{path}"), rules)
    sync_contacts(house, NOW)
    return house


def _people() -> Iterator[Person]:
    for number in range(TAKING_PART):
        yield Person(0, f"amb-{number}", frozenset({Role.OFFICIAL}))
    for name in _LEADERS:
        yield Person(0, name, frozenset({Role.PROJECT_LEADER}))
    for code in _SAME.values():
        yield Person(0, f"gd-{code.lower()}", frozenset({Role.DATA_STEWARD}), code)


@dataclass(frozen=True)
class _Day:
    """What the pass of a day wrote and moved, as plain rows.

    `told` are the ids of who is told, `counted` the institutions of which incomplete cases were counted.
    """

    on: date
    added: dict[str, _Rows]
    moved: _Rows
    told: tuple[int, ...]
    counted: tuple[str, ...]


class _Year:
    """One database to begin with, and the two sides that live a year on a copy of it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._config = folder, write_config(folder)
        self._start = folder / "start.db"
        rules = self._rules()
        house = new_region(self._start, rules, MONDAY)
        start_governance(house, NOW)
        house.store.close()
        days = (MONDAY + timedelta(days=n) for n in range(DAYS))
        self._days = [on for on in days if rules.calendar.is_working_day(on)]
        self._columns: dict[str, str] = {}
        self._rows = self._learn()

    def _rules(self) -> Rules:
        return rules_of(load_config(self._config, {}))

    def product(self) -> float:
        """Return the seconds of the passes of a year."""
        house = House(open_store(f"sqlite:///{self._copy()}"), self._rules())
        seconds = timed(lambda: [self._pass(house, on) for on in self._days])
        house.store.close()
        return seconds

    def bare(self) -> float:
        """Return the seconds of the same reading and writing without the product."""
        connection = connect(self._copy())
        seconds = timed(lambda: [self._bare_day(connection, day) for day in self._rows])
        connection.close()
        return seconds

    @property
    def notices(self) -> int:
        """Return how many notices a year has."""
        return sum(len(day.added["notices"]) for day in self._rows)

    def _copy(self) -> Path:
        for end in ("", "-wal", "-shm"):
            (self._folder / f"year.db{end}").unlink(missing_ok=True)
        return Path(shutil.copy(self._start, self._folder / "year.db"))

    @staticmethod
    def _pass(house: House, on: date) -> int:
        return governance_pass(house, local_moment(on, time(6, 0)))

    def _learn(self) -> list[_Day]:
        """Live a year and keep what each pass wrote."""
        path = self._copy()
        house, look = House(open_store(f"sqlite:///{path}"), self._rules()), connect(path)
        last = dict.fromkeys(_ADDED, 0)
        before = self._items(look)
        last["governance_items"] = max(before)
        learned = []
        for on in self._days:
            last_notice = last["notices"]
            self._pass(house, on)
            added = {table: self._newer(look, table, last) for table in _ADDED}
            after = self._items(look)
            moved = [(*state, key) for key, state in after.items() if key in before and before[key] != state]
            told = tuple({row[0] for row in look.execute(_TOLD, (last_notice,))})
            counted = tuple({row[0].split(":")[4] for row in look.execute(_COUNTED, (f"count:{on}",))})
            learned.append(_Day(on, added, moved, told, counted))
            before = after
        house.store.close()
        look.close()
        return learned

    @staticmethod
    def _items(look: sqlite3.Connection) -> dict[int, tuple[object, object]]:
        found = look.execute("SELECT id, told_through_on, next_notice_on FROM governance_items")
        return {row[0]: row[1:] for row in found}

    def _newer(self, look: sqlite3.Connection, table: str, last: dict[str, int]) -> _Rows:
        found = look.execute(f"SELECT * FROM {table} WHERE id > ? ORDER BY id", (last[table],))  # noqa: S608 - our own tables
        self._columns[table] = insert_sql(table, (column[0] for column in found.description))
        rows = found.fetchall()
        last[table] = rows[-1][0] if rows else last[table]
        return rows

    def _bare_day(self, bare: sqlite3.Connection, day: _Day) -> None:
        bare.execute("BEGIN IMMEDIATE")
        if day is self._rows[0]:
            bare.execute(_EVERYBODY).fetchall()
        bare.execute(_DUE, (day.on.isoformat(),)).fetchall()
        for sql in (_ALL, _RECEIPTS):
            bare.execute(sql).fetchall()
        for start in range(0, len(day.told), _CHUNK):
            ids = ", ".join(map(str, day.told[start : start + _CHUNK]))
            bare.execute(_DIGESTS.format(ids), (day.on.isoformat(),)).fetchall()
        for organisation in day.counted:
            bare.execute(_COUNTS, (organisation, day.on.isoformat(), day.on.isoformat())).fetchall()
        for table, rows in day.added.items():
            bare.executemany(self._columns[table], rows)
        bare.executemany(_MOVE, day.moved)
        bare.execute("COMMIT")


def _guard(folder: Path) -> Figure:
    year = _Year(folder)
    product, bare = side_by_side(ROUNDS, year.product, year.bare)
    return at_most(f"governance: a year of passes, {year.notices:,} notices", product, bare, 5)


def _agenda(folder: Path) -> list[Figure]:
    """Compare with a bot that keeps Telegram's pace of thirty messages a second, and one that does not."""
    own = folder / "agenda"
    own.mkdir()
    config, clock = write_config(own), SystemClock()
    house = new_region(own / "house.db", rules_of(load_config(config, {})), clock.now().date())
    turns = iter(range(TAKING_PART))

    def asks() -> list[tuple[int, str]]:
        return [(_FIRST_CHAT + next(turns) % TAKING_PART, ASKED) for _ in range(PEOPLE)]

    with ExitStack() as stack:
        stack.callback(house.store.close)
        crowd = Crowd.standing(stack, own)
        until_ready(stack.enter_context(running(own, (PROGRAM, "run"), environment(own, crowd.url))), own)
        samples = {ASKED: crowd.press(SERVICE, asks())}
        for bot in (PACED, BARE):
            answering(stack, own, crowd, samples, bot)
            crowd.press(bot, asks())
        return against_bare(f"governance: {ASKED}", crowd, asks)
