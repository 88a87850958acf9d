"""Creates and migrates the database."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from core.errors import ProblemCode, refuse
from storage.store import Store

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(store: Store) -> bool:
    """Bring the database to this version, creating it when empty; return whether anything changed.

    Refuses a database that a newer version wrote.
    """
    before = current_revision(store)
    scripts = _scripts()
    _refuse_newer(scripts, before)
    head = scripts.get_current_head()
    if before == head:
        return False
    with store.write() as tx:
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        config.attributes["connection"] = tx
        command.upgrade(config, "head")
    return True


def require_current(store: Store) -> None:
    """Refuse a database that is not of exactly this version, saying what would help."""
    present = current_revision(store)
    scripts = _scripts()
    _refuse_newer(scripts, present)
    if present != scripts.get_current_head():
        raise refuse(ProblemCode.DATABASE_NOT_READY)


def current_revision(store: Store) -> str | None:
    """Return the revision the database is at, or None for an empty one."""
    with store.read() as tx:
        return MigrationContext.configure(tx).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_MIGRATIONS))


def _refuse_newer(scripts: ScriptDirectory, revision: str | None) -> None:
    if revision is None:
        return
    try:
        scripts.get_revision(revision)
    except CommandError as error:
        raise refuse(ProblemCode.DATABASE_NEWER, revision=revision) from error
