"""Dry runs: the SQL, and what it would touch, found by running it in a transaction that is rolled back.

A file outside a transaction cannot be tried: its SQL is shown, the version moves on without it. A dry run takes the
locks that the migration takes, for as long as it lasts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.migrations import fingerprint, loss, steps
from scout_pipeline.migrations.errors import MigrationError
from scout_pipeline.migrations.files import Direction, Migration
from scout_pipeline.migrations.fingerprint import Fingerprint
from scout_pipeline.migrations.loss import Loss
from scout_pipeline.migrations.script import Chain


@dataclass(frozen=True)
class Preview:
    """What one migration would do: its SQL, the objects it touches, the rows that are lost.

    `note` says why it could not be tried, when it could not; `touched` is empty then.
    """

    revision: str
    slug: str
    direction: Direction
    sql: str
    touched: list[str] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    note: str | None = None


def preview(
    db: Database, chain: Chain, migrations: Iterable[Migration], direction: Direction, *, touched: bool
) -> list[Preview]:
    """Try the migrations, one after the other, and undo it all. Raises MigrationError when one of them fails.

    What they touch costs a look at the whole catalogue after each: only with `touched`.
    """
    found: list[Preview] = []
    with db.transaction() as connection:
        steps.bootstrap(connection, chain)
        catalogue = fingerprint.read(connection) if touched else None
        untried: list[str] = []
        for migration in migrations:
            if not migration.in_transaction(direction):
                steps.run(connection, chain, migration, direction, skip_sql=True)
                untried.append(migration.name)
                found.append(_only_shown(migration, direction))
                continue
            try:
                with connection.begin_nested():
                    tried, catalogue = _tried(connection, chain, migration, direction, catalogue)
                    found.append(tried)
            except MigrationError as error:
                if not untried:
                    raise
                note = f"could not be tried, perhaps for want of {', '.join(untried)}: {error}"
                found.append(
                    Preview(migration.revision, migration.slug, direction, migration.text(direction), note=note)
                )
                break
        transaction = connection.get_transaction()
        assert transaction is not None
        transaction.rollback()
    return found


def _tried(
    connection: sa.Connection, chain: Chain, migration: Migration, direction: Direction, before: Fingerprint | None
) -> tuple[Preview, Fingerprint | None]:
    """The preview, and the catalogue after it, with which the next migration begins; no catalogue without `before`."""
    tables = loss.tables(connection) if direction == "down" else {}
    steps.run(connection, chain, migration, direction)
    after = None if before is None else fingerprint.read(connection)
    tried = Preview(
        migration.revision,
        migration.slug,
        direction,
        migration.text(direction),
        touched=[] if before is None or after is None else fingerprint.changes(before, after),
        losses=loss.between(tables, loss.tables(connection)) if direction == "down" else [],
    )
    return tried, after


def _only_shown(migration: Migration, direction: Direction) -> Preview:
    return Preview(
        migration.revision,
        migration.slug,
        direction,
        migration.text(direction),
        losses=loss.outside(migration) if direction == "down" else [],
        note="runs outside a transaction, statement by statement: it cannot be tried beforehand",
    )
