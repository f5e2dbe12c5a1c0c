"""One migration, one direction: the SQL, Alembic's version row and the history row, together."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from scout_pipeline import database, settings
from scout_pipeline.migrations import history, loss, script
from scout_pipeline.migrations.errors import MigrationError
from scout_pipeline.migrations.files import Direction, Migration
from scout_pipeline.migrations.script import Chain

# A statement that queues for a lock stops every reader behind it: give up early, run again.
LOCK_TIMEOUT = "5s"


@dataclass(frozen=True)
class Step:
    """A migration that ran: revision, slug, direction and milliseconds."""

    revision: str
    slug: str
    direction: Direction
    duration_ms: int


def bootstrap(connection: sa.Connection, chain: Chain) -> None:
    """Make the two tables that migrations are recorded in, when they are missing."""
    history.bootstrap(connection)
    script.ensure_version_table(connection, chain)


def prepare(connection: sa.Connection) -> None:
    """What holds in every transaction of a migration: a short lock time-out and no search path."""
    database.run(connection, "ops/migration_settings", lock_timeout=LOCK_TIMEOUT)


def take(
    db: database.Database, chain: Chain, migration: Migration, direction: Direction, *, may_destroy: bool = False
) -> Step:
    """Run a migration up or down; all of it or, for a file outside a transaction, to be run again.

    Raises MigrationError, and nothing has changed, when a down destroys rows and `may_destroy` does not say so.
    """
    started = time.monotonic()
    outside = not migration.in_transaction(direction)
    if outside:
        _run_outside(db, chain, migration, direction)
    with db.transaction() as connection:
        prepare(connection)
        _expect(connection, chain, migration, direction)
        history.start(connection, migration, direction)
        if direction == "down" and not (may_destroy or outside):
            _refuse_loss(connection, chain, migration)
        run(connection, chain, migration, direction, skip_sql=outside)
        if direction == "up":
            refuse_missing(connection, migration)
        duration_ms = int((time.monotonic() - started) * 1000)
        history.finish(connection, migration, direction, duration_ms)
    return Step(migration.revision, migration.slug, direction, duration_ms)


def run(
    connection: sa.Connection, chain: Chain, migration: Migration, direction: Direction, *, skip_sql: bool = False
) -> None:
    """The SQL and the version row, in the caller's transaction; a file that ends that transaction is refused."""
    transaction_id = database.scalar(connection, "ops/migration_transaction_id")
    script.step(connection, chain, migration, direction, skip_sql=skip_sql)
    prepare(connection)
    if database.scalar(connection, "ops/migration_transaction_id") != transaction_id:
        raise MigrationError(
            f"{migration.name}/{direction}.sql ends the transaction by itself; take COMMIT and ROLLBACK out,"
            " or mark it -- no-transaction"
        )


def missing(connection: sa.Connection, migration: Migration) -> list[str]:
    """What verify.sql finds wrong, one line for each row of its SELECTs; it cannot change anything."""
    found: list[str] = []
    with connection.begin_nested() as savepoint:
        prepare(connection)
        database.run(connection, "ops/migration_read_only")
        results = script.execute(connection, migration, "verify", migration.text("verify"))
        while True:
            if results.description is not None:
                found += [_line(results.description, row) for row in results.fetchall()]
            if not results.nextset():
                break
        savepoint.rollback()
    return found


def refuse_missing(connection: sa.Connection, migration: Migration) -> None:
    """Raise MigrationError, and so undo the migration, when its verify.sql finds something missing."""
    found = missing(connection, migration)
    if found:
        raise MigrationError(f"{migration.name}/verify.sql found missing after up: {'; '.join(found)}")


def _run_outside(db: database.Database, chain: Chain, migration: Migration, direction: Direction) -> None:
    with db.transaction() as connection:
        _expect(connection, chain, migration, direction)
        history.start(connection, migration, direction)
    with db.autocommit() as connection:
        try:
            limit = f"{settings.current().lock_timeout_seconds}s"
            database.run(connection, "ops/migration_session_settings", lock_timeout=limit)
            for statement in migration.statements(direction):
                script.execute(connection, migration, direction, statement)
        finally:
            # The session's settings must not come back from the pool.
            connection.invalidate()


def _refuse_loss(connection: sa.Connection, chain: Chain, migration: Migration) -> None:
    """Try it, and keep the locks of what it drops: rows written since the dry run must not be lost unasked."""
    before = loss.tables(connection)
    with connection.begin_nested() as savepoint:
        run(connection, chain, migration, "down")
        found = loss.between(before, loss.tables(connection))
        savepoint.rollback()
    loss.refuse_unconfirmed(loss.counted(connection, found, lock=True), confirm=None)


def _expect(connection: sa.Connection, chain: Chain, migration: Migration, direction: Direction) -> None:
    database.run(connection, "ops/migration_version_lock")
    expected = chain.before(migration) if direction == "up" else migration.revision
    found = script.current(connection)
    if found != expected:
        raise MigrationError(f"another migrator moved the database to {found} while {migration.name} waited; try again")


def _line(columns: Sequence[object], row: object) -> str:
    names = [getattr(column, "name", "?") for column in columns]
    assert isinstance(row, tuple)
    return ", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True))
