"""The only place that opens a connection, begins or commits.

SQLAlchemy Core on psycopg 3. Everything is transaction-scoped (`set local`, transaction-level locks), so that a pooler
in transaction mode may stand in front. COPY goes through the driver's own connection of the same transaction.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import settings, sql_files

MINIMUM_SERVER_VERSION = 17
# deadlock, serialization failure, lock timeout: another transaction was in the way, and will not always be
RETRIED_SQLSTATES = frozenset({"40P01", "40001", "55P03"})
T = TypeVar("T")


class DatabaseUnavailable(Exception):
    """The server cannot be used: not reachable, too old, or an extension is missing."""


class Database:
    """One database, with a small pool. `url` is any libpq-style `postgresql://` URL."""

    def __init__(self, url: str, *, pool_size: int = 4) -> None:
        self.url = url
        self.engine = sa.create_engine(
            psycopg_url(url),
            pool_size=pool_size,
            pool_pre_ping=True,
            connect_args={"prepare_threshold": None, "application_name": "scout"},
        )

    @contextmanager
    def transaction(self, *, at_one_moment: bool = False) -> Iterator[sa.Connection]:
        """Begin, apply the session promises (UTC, ISO dates, time limits), commit or roll back.

        `at_one_moment`: repeatable read; every statement sees what the first one saw, and whoever writes a row that
        another transaction changed since gets a serialization failure.
        """
        with self.engine.connect() as connection:
            if at_one_moment:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                run(connection, "ops/transaction_settings", **_limits())
                yield connection

    @contextmanager
    def autocommit(self) -> Iterator[sa.Connection]:
        """A connection outside any transaction, for statements that refuse to run inside one."""
        with self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def retrying(self, work: Callable[[sa.Connection], T], *, attempts: int = 5, at_one_moment: bool = False) -> T:
        """Run `work` in one transaction; again, with a jittered pause, after a deadlock or serialization failure."""
        for attempt in range(1, attempts + 1):
            try:
                with self.transaction(at_one_moment=at_one_moment) as connection:
                    return work(connection)
            except (sa.exc.DBAPIError, psycopg.Error) as error:
                if sqlstate(error) not in RETRIED_SQLSTATES or attempt == attempts:
                    raise
            time.sleep(random.uniform(0.05, 0.2) * attempt)
        raise AssertionError("unreachable")

    def dispose(self) -> None:
        self.engine.dispose()


def run(connection: sa.Connection, statement: str, /, **params: Any) -> sa.CursorResult[Any]:
    """Execute the statement file of that name with bound parameters."""
    return connection.execute(_text(statement), params)


@cache
def _text(statement: str) -> sa.TextClause:
    # to look for the parameters of a page of SQL takes as long as to send it
    return sa.text(sql_files.load(statement).text)


def rows(connection: sa.Connection, statement: str, /, **params: Any) -> list[Mapping[str, Any]]:
    """Execute a statement file and return its rows as mappings."""
    return [dict(row) for row in run(connection, statement, **params).mappings()]


def scalar(connection: sa.Connection, statement: str, /, **params: Any) -> Any:
    """Execute a statement file and return the first column of its only row."""
    return run(connection, statement, **params).scalar_one()


def driver_connection(connection: sa.Connection) -> psycopg.Connection[Any]:
    """The psycopg connection beneath, inside the same transaction, for COPY and composed identifiers."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def compose(statement: str, /, **parts: sql.Composable) -> sql.Composed:
    """A statement file whose {placeholders} are identifiers or literals composed in code, never data."""
    return sql.SQL(sql_files.load(statement).text).format(**parts)


def sqlstate(error: sa.exc.DBAPIError | psycopg.Error) -> str | None:
    """The five-character SQLSTATE of an error, wrapped by SQLAlchemy or not; errors are told apart by it alone."""
    return getattr(error.orig if isinstance(error, sa.exc.DBAPIError) else error, "sqlstate", None)


def psycopg_url(url: str) -> sa.URL:
    """The same server through psycopg 3, whatever driver the URL names."""
    return sa.make_url(url).set(drivername="postgresql+psycopg")


def _limits() -> dict[str, str]:
    now = settings.current()
    return {
        "statement_timeout": f"{now.statement_timeout_seconds}s",
        "lock_timeout": f"{now.lock_timeout_seconds}s",
        "transaction_timeout": f"{now.transaction_timeout_seconds}s",
    }
