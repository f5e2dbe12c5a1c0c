"""Migrations as a whole: up, down, verify; each has a dry run or changes nothing anyway. `standing` has the status."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from scout_pipeline import database as databases
from scout_pipeline.database import Database
from scout_pipeline.migrations import history, locking, loss, plan, script, steps
from scout_pipeline.migrations.errors import MigrationError
from scout_pipeline.migrations.files import Migration
from scout_pipeline.migrations.plan import Preview
from scout_pipeline.migrations.script import BASE, Chain
from scout_pipeline.migrations.steps import Step


def up(
    database: Database, *, to: str | None = None, dry_run: bool = False, folder: Path | None = None
) -> Sequence[Step | Preview]:
    """Apply what is pending, each migration in a transaction of its own; `to` stops at that revision.

    Returns steps, or previews for a dry run. Raises MigrationError: an applied file was changed, SQL failed, its
    verify.sql found something missing.
    """
    with script.chain(folder) as chain, locking.only_migrator(database):
        pending = _pending(database, chain, to)
        if dry_run:
            return plan.preview(database, chain, pending, "up", touched=True)
        with database.transaction() as connection:
            steps.bootstrap(connection, chain)
        return [steps.take(database, chain, migration, "up") for migration in pending]


def down(
    database: Database, *, to: str, confirm: str | None = None, dry_run: bool = False, folder: Path | None = None
) -> Sequence[Step | Preview]:
    """Go back to a revision, or to `base`. Data loss needs `confirm` to be `loss.CONFIRMATION`; else nothing changes.

    Returns steps, or previews with the rows that would be lost for a dry run.
    """
    if not to:
        raise MigrationError(f"down needs a target: --to REVISION, or --to {BASE}")
    with script.chain(folder) as chain, locking.only_migrator(database):
        undone = _undone(database, chain, to)
        tried = plan.preview(database, chain, undone, "down", touched=dry_run)
        previews = [_counted(database, preview) for preview in tried]
        if dry_run:
            return previews
        loss.refuse_unconfirmed([each for preview in previews for each in preview.losses], confirm)
        confirmed = confirm == loss.CONFIRMATION
        return [steps.take(database, chain, migration, "down", may_destroy=confirmed) for migration in undone]


def verify(database: Database, *, folder: Path | None = None) -> list[str]:
    """What is wrong, one sentence each; empty when the database is as the applied migrations say.

    Asked are the files' checksums, the version against the ledger, every verify.sql in force, and the catalogue for
    invalid indexes and constraints that were never validated.
    """
    with script.chain(folder) as chain, database.transaction() as connection:
        if not history.exists(connection):
            return ["no migration was ever applied here: run `scout migrate up`"]
        rows = history.applied(connection)
        applied = [migration for migration in chain.migrations if migration.revision in rows]
        superseded = {revision for migration in applied for revision in migration.supersedes()}
        return [
            *history.changes(rows, applied),
            *_unlike_ledger(connection, chain, rows),
            *(
                f"{row['direction']} of {row['revision']}_{row['slug']} was interrupted; run it again"
                for row in history.interrupted(connection)
            ),
            *(
                f"{migration.name}/verify.sql: {line}"
                for migration in applied
                if migration.revision not in superseded
                for line in steps.missing(connection, migration)
            ),
            *(f"{row['kind']}: {row['name']}" for row in databases.rows(connection, "ops/migration_unsound")),
        ]


def _pending(database: Database, chain: Chain, to: str | None) -> tuple[Migration, ...]:
    here = _position(database, chain)
    there = len(chain.migrations) if to is None else chain.position(to)
    if there < here:
        raise MigrationError(f"the database is past {to} already; go back with `scout migrate down --to {to}`")
    return chain.migrations[here:there]


def _undone(database: Database, chain: Chain, to: str) -> tuple[Migration, ...]:
    here, there = _position(database, chain), chain.position(to)
    if there > here:
        raise MigrationError(f"the database has not reached {to} yet; go there with `scout migrate up --to {to}`")
    return chain.migrations[there:here][::-1]


def _position(database: Database, chain: Chain) -> int:
    with database.transaction() as connection:
        if history.exists(connection):
            history.refuse_changes(connection, chain.migrations)
        revision = script.current(connection)
    try:
        return chain.position(revision)
    except MigrationError as error:
        raise MigrationError(
            f"the database is at {revision}, which this version does not have: upgrade scout"
        ) from error


def _counted(database: Database, preview: Preview) -> Preview:
    unknown = [each for each in preview.losses if each.table_name == loss.OUTSIDE]
    with database.transaction() as connection:
        counted = loss.counted(connection, (each for each in preview.losses if each not in unknown))
    return replace(preview, losses=unknown + counted)


def _unlike_ledger(connection: sa.Connection, chain: Chain, rows: dict[str, history.Row]) -> list[str]:
    current = script.current(connection)
    newest = max(rows, default=BASE)
    strangers = sorted(set(rows) - {migration.revision for migration in chain.migrations})
    found = [f"{revision} is applied, and this version does not have it: upgrade scout" for revision in strangers]
    if current != newest:
        found.append(f"ops.alembic_version says {current}, ops.migration_history says {newest}")
    return found
