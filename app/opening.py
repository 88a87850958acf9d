"""Opens what a configuration names: the database and the rules of the house."""

from pathlib import Path

from sqlalchemy import make_url

from app.config import Config, rules_of
from core.errors import ProblemCode, Refused, refuse
from services.house import House
from storage.schema import require_current
from storage.store import Store, open_store


def open_house(config: Config, *, worker: str = "cli") -> House:
    """Return the house on a database of exactly this version; refuses one that is absent, older or newer.

    The caller closes `house.store`.
    """
    path = sqlite_file(config)
    if path and not path.exists():
        raise refuse(ProblemCode.DATABASE_MISSING, path=str(path.absolute()))
    store = store_of(config)
    try:
        require_current(store)
    except Refused:
        store.close()
        raise
    return House(store, rules_of(config), worker)


def store_of(config: Config) -> Store:
    """Return the configured database, whatever its version."""
    return open_store(config.database.url.get_secret_value())


def keep_private(file: Path | None) -> None:
    """Make an absent database file readable by its owner only; what is there keeps its permissions."""
    if file is None or file.exists():
        return
    try:
        file.touch(mode=0o600)
    except OSError as error:
        raise refuse(ProblemCode.FILE_NOT_WRITABLE, file=str(file)) from error


def sqlite_file(config: Config) -> Path | None:
    """Return the file of an SQLite database; None for another kind."""
    url = make_url(config.database.url.get_secret_value())
    in_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return Path(str(url.database)) if in_file else None
