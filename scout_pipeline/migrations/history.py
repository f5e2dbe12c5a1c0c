"""`ops.migration_history`: which migration ran when, by whom, from which files.

Every run has a row of its own, up or down. It is started and finished; a started row that never finished is a file
outside a transaction that was interrupted, and the next run takes the same row up again.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import psutil
import sqlalchemy as sa

from scout_pipeline import database, sql_files
from scout_pipeline.migrations.errors import MigrationError
from scout_pipeline.migrations.files import PARTS, Direction, Migration

Row = Mapping[str, Any]


def bootstrap(connection: sa.Connection) -> None:
    """Create the schema `ops` and the ledger, when they are missing."""
    database.driver_connection(connection).execute(sql_files.load("ops/migration_history").text.encode())


def exists(connection: sa.Connection) -> bool:
    return bool(database.scalar(connection, "ops/migration_history_exists"))


def start(connection: sa.Connection, migration: Migration, direction: Direction) -> None:
    """Note that a migration begins, with the checksums of its files."""
    database.run(
        connection,
        "ops/migration_history_start",
        revision=migration.revision,
        slug=migration.slug,
        direction=direction,
        os_user=psutil.Process().username(),
        **{f"checksum_{part}": migration.checksum(part) for part in PARTS},
    )


def finish(connection: sa.Connection, migration: Migration, direction: Direction, duration_ms: int) -> None:
    """Note that it is done; a down also closes the row of the up that it undid."""
    params = {"revision": migration.revision, "direction": direction, "duration_ms": duration_ms}
    database.run(connection, "ops/migration_history_finish", **params)
    if direction == "down":
        database.run(connection, "ops/migration_history_roll_back", revision=migration.revision)


def applied(connection: sa.Connection) -> dict[str, Row]:
    """Revision -> row of what is applied now, oldest first."""
    return {row["revision"]: row for row in database.rows(connection, "ops/migration_history_applied")}


def interrupted(connection: sa.Connection) -> list[Row]:
    """Rows that were started and never finished."""
    return database.rows(connection, "ops/migration_history_interrupted")


def changes(rows: Mapping[str, Row], migrations: Iterable[Migration]) -> list[str]:
    """One sentence for each file that is not the one that was applied."""
    return [
        f"{migration.name}/{part}.sql was changed after it was applied: applied {row[f'checksum_{part}']},"
        f" now {migration.checksum(part)}"
        for migration in migrations
        if (row := rows.get(migration.revision)) is not None
        for part in PARTS
        if row[f"checksum_{part}"] != migration.checksum(part)
    ]


def refuse_changes(connection: sa.Connection, migrations: Iterable[Migration]) -> None:
    """Raise MigrationError when an applied file was changed: what ran and what is written must be the same."""
    changed = changes(applied(connection), migrations)
    if changed:
        raise MigrationError("; ".join(changed) + "; restore the file and put the change into a new migration")
