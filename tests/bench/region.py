"""A region to measure in: people, cases and terms, put straight into the tables of a new database."""

import random
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import islice
from pathlib import Path

from core.cadence import EVERY_WORKING_DAY, OwnDays, Rung, next_occasion, owed_occasion
from core.clocktime import local_moment
from core.facts import FactKind, Told
from core.ledger import CaseLedger
from core.people import Person, Role
from core.rules import Municipality, NoticeRules, Organisation, Rules
from core.terms import Term, derive_terms
from core.workdays import WorkingCalendar
from services.house import House
from storage.queries.people import add_person, person_columns
from storage.schema import migrate
from storage.store import open_store
from storage.tables import metadata

MONDAY = date(2026, 3, 2)
NOW = local_moment(MONDAY, time(6, 0))
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 30000")
"""What the store asks of SQLite; the bare programs ask the same."""

TEAMS, PROTECTORS_OF_A_TEAM = 40, 4
ORGANISATIONS = ("GIA", "GIB", "GIC", "GID")
MUNICIPALITIES = tuple(f"GM{number:04}" for number in range(361, 391))
FIRST_CHAT = 5001
_OLDEST_DAYS = 130
_PART_TIME = OwnDays(frozenset({1, 2, 4}))
_STAMP = "%Y-%m-%d %H:%M:%S.%f"


def make_rules(guarded_from: date | None = None) -> Rules:
    """Return rules with a calendar that has been used but of which nothing is remembered elsewhere yet."""
    calendar = WorkingCalendar()
    calendar.add(MONDAY, 1)
    return Rules(
        calendar=calendar,
        organisations={code: Organisation(code, f"Instelling {code[-1]}") for code in ORGANISATIONS},
        municipalities={code: Municipality(code, code, "noord") for code in MUNICIPALITIES},
        regions={"noord": "Noord"},
        notices=NoticeRules(guarded_from=guarded_from),
    )


def new_house(path: Path, rules: Rules) -> House:
    """Return a house on a new database with 200 people: forty teams of a manager and four protectors."""
    house = House(open_store(f"sqlite:///{path}"), rules)
    migrate(house.store)
    with house.store.write() as tx:
        for number, person in enumerate(_people()):
            add_person(tx, person_columns(person) | {"chat_id": FIRST_CHAT + number}, NOW)
    return house


def _people() -> Iterator[Person]:
    for team in range(TEAMS):
        where = (ORGANISATIONS[team % len(ORGANISATIONS)], f"team-{team}")
        yield Person(0, f"tm-{team}", frozenset({Role.MANAGER}), *where)
        for number in range(PROTECTORS_OF_A_TEAM):
            days = _PART_TIME if number == 0 else EVERY_WORKING_DAY
            yield Person(0, f"jb-{team}-{number}", frozenset({Role.PROTECTOR}), *where, days=days)


@dataclass(frozen=True)
class Holder:
    """A protector with the manager of the team."""

    id: int
    name: str
    organisation: str
    manager_id: int
    chat_id: int


def holders(connection: sqlite3.Connection) -> list[Holder]:
    """Return the protectors, in order of id."""
    rows = connection.execute(
        "SELECT p.id, p.name, p.organisation, m.id, p.chat_id FROM people p"
        " JOIN people m ON m.team = p.team AND m.roles = 'teammanager'"
        " WHERE p.roles = 'jeugdbeschermer' ORDER BY p.id"
    )
    return [Holder(*row) for row in rows]


def connect(path: Path) -> sqlite3.Connection:
    """Return a bare connection with the settings of the store; transactions are begun by hand."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def insert_sql(table: str, columns: Iterable[str]) -> str:
    """Return the plain insert of these columns."""
    names = list(columns)
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({quoted}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - our own tables


@dataclass(frozen=True)
class _Kind:
    """A kind of case: the day it began and whether somebody was coupled, with its terms and which are due."""

    start_on: date
    coupled: bool
    terms: tuple[Term, ...]
    next_on: tuple[date | None, ...]
    due: tuple[bool, ...]


class Filler:
    """Fills a database with cases of which each term is open, spread over people, places and days."""

    def __init__(self, path: Path, rules: Rules, today: date) -> None:
        """Take a database with people."""
        self._connection = connect(path)
        self._connection.execute("PRAGMA synchronous = OFF")
        self._rules, self._today = rules, today
        self._holders = holders(self._connection)
        self._kinds = list(self._all_kinds())
        self._due_kinds = [kind for kind in self._kinds if any(kind.due)]

    def fill(self, cases: int, *, due: int = 0, facts: bool = False) -> None:
        """Add that many cases with three terms each, of which `due` terms in all are due today."""
        chance = random.Random(1)  # noqa: S311 - the same region every time
        self._connection.execute("BEGIN")
        left, every = due, max(1, cases // due) if due else 0
        numbers = iter(range(1, cases + 1))
        while chunk := list(islice(numbers, 20_000)):
            picked = []
            for number in chunk:
                asks = bool(left) and number % every == 0
                kind = chance.choice(self._due_kinds if asks else self._kinds)
                flags = self._flags(kind, left) if asks else (False,) * len(kind.terms)
                left -= sum(flags)
                picked.append((number, kind, flags, self._holders[number % len(self._holders)]))
            self._write(picked, facts=facts)
        self._connection.execute("COMMIT")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    @staticmethod
    def _flags(kind: _Kind, left: int) -> tuple[bool, ...]:
        flags = []
        for is_due in kind.due:
            flags.append(is_due and left > 0)
            left -= flags[-1]
        return tuple(flags)

    def _write(self, picked: Sequence[tuple[int, _Kind, tuple[bool, ...], Holder]], *, facts: bool) -> None:
        rows = {"cases": [], "terms": [], "facts": []}
        for number, kind, flags, holder in picked:
            rows["cases"].append(self._case(number, kind, holder))
            rows["terms"] += self._terms(number, kind, flags)
            rows["facts"] += self._facts(number, kind, holder) if facts else []
        for table, found in rows.items():
            if found:
                self._connection.executemany(
                    insert_sql(table, found[0]), [tuple(row.values()) for row in found]
                )

    def _case(self, number: int, kind: _Kind, holder: Holder) -> Mapping[str, object]:
        return {
            "id": number,
            "code": case_code(holder.organisation, number),
            "organisation": holder.organisation,
            "municipality": MUNICIPALITIES[number % len(MUNICIPALITIES)],
            "measure": "ots",
            "protector_id": holder.id if kind.coupled else None,
            "manager_id": holder.manager_id,
            "created_at": NOW.strftime(_STAMP),
            "created_by": "bench",
        }

    def _terms(self, number: int, kind: _Kind, flags: Sequence[bool]) -> Iterator[Mapping[str, object]]:
        day_before = self._rules.calendar.back(self._today - timedelta(days=1), 0)
        for term, next_on, is_due in zip(kind.terms, kind.next_on, flags, strict=True):
            told_on, speaks_on = (day_before, self._today) if is_due else (self._today, next_on)
            columns = {name: getattr(term, name) for name in term._fields}
            columns |= {"missing": ",".join(term.missing), "case_id": number, "version": 1}
            columns |= {"told_through_on": told_on, "next_notice_on": speaks_on, "escalate_on": None}
            yield {
                name: _plain(columns[name])
                for name in (column.name for column in metadata.tables["terms"].columns)
            }

    def _facts(self, number: int, kind: _Kind, holder: Holder) -> Iterator[Mapping[str, object]]:
        kinds = (
            FactKind.NOTIFIED,
            FactKind.ORDERED,
            *((FactKind.PROTECTOR_COUPLED,) if kind.coupled else ()),
        )
        for fact in kinds:
            yield {
                "case_id": number,
                "kind": fact.value,
                "on": kind.start_on.isoformat(),
                "value": holder.name if fact is FactKind.PROTECTOR_COUPLED else None,
                "measure_no": 1,
                "source": "bench",
                "recorded_at": NOW.strftime(_STAMP),
                "recorded_by": "bench",
            }

    def _all_kinds(self) -> Iterator[_Kind]:
        calendar, norms = self._rules.calendar, self._rules.norms
        for days in range(1, _OLDEST_DAYS):
            start_on = self._today - timedelta(days=days)
            if not calendar.is_working_day(start_on):
                continue
            for coupled in (True, True, True, False):
                told = {FactKind.NOTIFIED: Told(start_on), FactKind.ORDERED: Told(start_on)}
                if coupled:
                    told[FactKind.PROTECTOR_COUPLED] = Told(start_on)
                terms = derive_terms(CaseLedger(told), norms, calendar)
                yield _Kind(
                    start_on,
                    coupled,
                    terms,
                    tuple(self._next_on(term) for term in terms),
                    tuple(self._owes(term) for term in terms),
                )

    def _next_on(self, term: Term) -> date | None:
        days = [
            found.on
            for rung in Rung
            if (found := next_occasion(*self._asked(term), rung, EVERY_WORKING_DAY, self._today))
        ]
        return min(days, default=None)

    def _owes(self, term: Term) -> bool:
        before = self._today - timedelta(days=3)
        return any(
            owed_occasion(*self._asked(term), rung, EVERY_WORKING_DAY, before, self._today) for rung in Rung
        )

    def _asked(self, term: Term) -> tuple:
        norm = self._rules.norms.in_force(term.norm, term.start_on)
        return term.guarded, norm.cadence, self._rules.calendar


def case_code(organisation: str, number: int) -> str:
    """Return the code of case `number`."""
    return f"{organisation}-2026-{number:06}"


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
