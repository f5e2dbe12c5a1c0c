"""How a database stands to the migrations. Every command asks, so this reads files and the ledger, without Alembic."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from scout_pipeline.database import Database
from scout_pipeline.migrations import files, history
from scout_pipeline.migrations.files import Migration

State = Literal["applied", "changed", "pending", "interrupted", "unknown"]


@dataclass(frozen=True)
class Status:
    """One migration and how the database stands to it; `unknown` is applied here and not among the files."""

    revision: str
    slug: str
    state: State
    applied_at: datetime | None = None
    duration_ms: int | None = None
    applied_by: str | None = None


def status(database: Database, *, folder: Path | None = None) -> list[Status]:
    """Every migration, oldest first, and what the ledger says of it. Changes nothing, works before the first `up`."""
    migrations = files.discover(folder or files.root())
    with database.transaction() as connection:
        known = history.exists(connection)
        applied = history.applied(connection) if known else {}
        interrupted = {row["revision"] for row in history.interrupted(connection)} if known else set()
    found = [_status(migration, applied.get(migration.revision), interrupted) for migration in migrations]
    here = {migration.revision for migration in migrations}
    strangers = [row for revision, row in applied.items() if revision not in here]
    return found + [_told(Status(row["revision"], row["slug"], "unknown"), row) for row in strangers]


def _status(migration: Migration, row: history.Row | None, interrupted: set[str]) -> Status:
    told = Status(migration.revision, migration.slug, "pending")
    if migration.revision in interrupted:
        told = replace(told, state="interrupted")
    elif row is not None:
        told = replace(told, state="changed" if history.changes({migration.revision: row}, [migration]) else "applied")
    return _told(told, row)


def _told(told: Status, row: history.Row | None) -> Status:
    if row is None:
        return told
    return replace(told, applied_at=row["applied_at"], duration_ms=row["duration_ms"], applied_by=row["applied_by"])
