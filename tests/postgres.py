"""A real PostgreSQL server for the tests of one session, and databases that are used again.

Making a database copies hundreds of files; emptying one of what a test wrote is some twenty times faster.
"""

from collections import Counter
from itertools import count
from typing import Any

import psycopg

from services.house import House
from storage.schema import migrate
from storage.store import open_store
from tests.factories import make_rules, staff

MIGRATED, STAFFED, EMPTY = "migrated", "staffed", "template0"
_MOST_USES = 60
"""What was deleted stays in the files for a while: after so many tests a database is made anew."""


def fill(url: str, *, staffed: bool) -> None:
    """Migrate a database, and put everybody of `factories.PEOPLE` in it where that is asked."""
    store = open_store(url)
    migrate(store)
    if staffed:
        staff(House(store, make_rules()))
    store.close()


class Postgres:
    """A server with databases for tests: one that is migrated, one with people in it."""

    def __init__(self, server: Any) -> None:
        """Prepare what the databases of tests are copied from."""
        self._server = server
        self._numbers, self._uses = count(1), Counter[str]()
        self._free: dict[str, list[str]] = {MIGRATED: [], STAFFED: []}
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")
        for template in (MIGRATED, STAFFED):
            self._run(f"CREATE DATABASE {template}")
            fill(self.url(template), staffed=template == STAFFED)
            self._run(_KEEP, template)

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return str(self._server.get_uri(database=database, driver="psycopg"))

    def lend(self, template: str) -> str:
        """Return the name of a database for one test, as the template is."""
        free = self._free.get(template)
        return free.pop() if free else self._create(template)

    def give_back(self, name: str, template: str) -> None:
        """Make a database what it was before its test, for a next one, or forget it."""
        self._uses[name] += 1
        if template == EMPTY or self._uses[name] == _MOST_USES:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")
            return
        self._run(_RESET, name)
        self._free[template].append(name)

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _run(self, statement: str, database: str | None = None) -> None:
        address = self._server.get_uri(database=database) if database else self._server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


_KEEP = """
CREATE SCHEMA kept;
DO $$ DECLARE one record; last bigint; called boolean; BEGIN
  CREATE TABLE kept.counters (name text, last bigint, called boolean);
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', one.name, one.name);
  END LOOP;
  FOR one IN SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT last_value, is_called FROM public.%I', one.name) INTO last, called;
    INSERT INTO kept.counters VALUES (one.name, last, called);
  END LOOP;
END $$;
"""
_RESET = """
SET session_replication_role = replica;
DO $$ DECLARE one record; BEGIN
  FOR one IN
    SELECT tablename AS name FROM pg_tables WHERE schemaname = 'kept' AND tablename <> 'counters'
  LOOP
    EXECUTE format('DELETE FROM public.%I', one.name);
    EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE TABLE kept.%I', one.name, one.name);
  END LOOP;
  FOR one IN SELECT * FROM kept.counters LOOP
    PERFORM setval(format('public.%I', one.name), one.last, one.called);
  END LOOP;
END $$;
"""
