"""Databases to which something was done already: done once a worker, looked at or copied by every test after that."""

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from psycopg import sql

from scout_pipeline import database as database_module
from scout_pipeline import settings
from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline_tests.conftest import create, fresh_database

KEY = "the same for every prepared database"
READ_ONLY = sql.SQL("alter database {} set default_transaction_read_only = on")
_numbers = itertools.count(1)
Work = Callable[[Database, Path, pytest.MonkeyPatch], object]


@dataclass(frozen=True)
class State:
    """What `work` makes of the state before it, or of a migrated database; it gets an empty folder for its files."""

    name: str
    work: Work
    before: "State | None" = None


@dataclass
class PreparedDatabases:
    """The states that a worker's server has reached, and the name of the database that keeps each."""

    server: EmbeddedServer
    migrated: str
    reached: dict[State, str] = field(default_factory=dict)

    def reach(self, state: State) -> str:
        """The name of the database that keeps the state; nobody is connected to it."""
        if state not in self.reached:
            template = self.reach(state.before) if state.before else self.migrated
            name = f"prepared_{next(_numbers)}"
            create(self.server, name, template=template)
            _work(state, Database(self.server.url(name)))
            self.reached[state] = name
        return self.reached[state]


def _work(state: State, made: Database) -> None:
    """Do the state's work; afterwards the database takes no change, while copies of it do."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="scout-t-") as folder:
        patch.setenv("SCOUT_PSEUDONYM_KEY", KEY)
        settings.current.cache_clear()
        try:
            state.work(made, Path(folder), patch)
            with made.autocommit() as connection:
                driver = database_module.driver_connection(connection)
                driver.execute(READ_ONLY.format(sql.Identifier(driver.info.dbname)))
        finally:
            made.dispose()
    settings.current.cache_clear()


class Prepared:
    """What one test has of the prepared databases: looks at the kept ones, and copies of its own."""

    def __init__(self, databases: PreparedDatabases) -> None:
        self._databases = databases
        self._looks: list[Database] = []
        self._copies = ExitStack()

    def look(self, state: State) -> Database:
        """The kept database itself, which refuses to be changed."""
        found = Database(self._databases.server.url(self._reach(state)))
        self._looks.append(found)
        return found

    def copy(self, state: State) -> Database:
        """A copy for this test alone, to change."""
        name = self._reach(state)
        return self._copies.enter_context(fresh_database(self._databases.server, template=name))

    def close(self) -> None:
        self._leave()
        self._copies.close()

    def _reach(self, state: State) -> str:
        # a database is copied while nobody is connected to it; looks connect again when they are used
        self._leave()
        return self._databases.reach(state)

    def _leave(self) -> None:
        for look in self._looks:
            look.dispose()


@contextmanager
def of_one_test(databases: PreparedDatabases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Prepared]:
    """The prepared databases for a test, which writes customers under the key that they were filled with."""
    monkeypatch.setenv("SCOUT_PSEUDONYM_KEY", KEY)
    settings.current.cache_clear()
    made = Prepared(databases)
    try:
        yield made
    finally:
        made.close()
