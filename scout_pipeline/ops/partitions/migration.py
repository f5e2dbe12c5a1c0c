"""Moves a plain table into monthly partitions: in batches beside its writers, then swapped in one short transaction.

Every batch and the place that it reached are one transaction: killed and run again it goes on from there. What was
written meanwhile is taken over under the lock of the swap, which compares rows, checksum and sums before it swaps.
"""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.ops.partitions.layers import PartitionError


@dataclass(frozen=True)
class MigrationPlan:
    """What would be done: `problems` keep it from being done; rows are estimated, `copied` counts an earlier run's."""

    relation: str
    key_column: str
    estimated_rows: int
    problems: list[str]
    state: str | None
    copied: int


@dataclass(frozen=True)
class MigrationReport:
    """What was moved: `changed_rows` were written while the others were copied; `kept_as` is the plain table."""

    relation: str
    row_count: int
    row_checksum: int
    changed_rows: int


def plan(target: Database, relation: str, key_column: str) -> MigrationPlan:
    """Look, and change nothing. Raises PartitionError for a table that does not exist."""
    with target.transaction() as connection:
        found = database.run(connection, "ops/migration_state", relation=relation).mappings().one()
        if found["table_name"] is None:
            raise PartitionError(f"there is no table {relation}; write its schema, too, as in scout.audit_log")
        problems: list[str] = []
        if found["state"] != "swapped":
            listed = database.run(connection, "ops/migration_problems", relation=relation, key_column=key_column)
            problems = [str(problem) for problem in listed.scalars()]
    return MigrationPlan(
        found["table_name"], key_column, found["estimated_rows"], problems, found["state"], found["copied"] or 0
    )


def migrate(
    target: Database,
    relation: str,
    key_column: str,
    *,
    batch_rows: int,
    on_batch: Callable[[int], None] = lambda copied: None,
) -> MigrationReport:
    """Move a table, or go on with it. Raises PartitionError when something keeps it from being moved."""
    planned = plan(target, relation, key_column)
    if planned.state == "swapped":
        raise PartitionError(f"{planned.relation} is moved already; look at it, then confirm with --drop-old")
    if planned.problems:
        raise PartitionError(f"{planned.relation} cannot be moved: {'; '.join(planned.problems)}")
    if planned.state is None:
        target.retrying(lambda connection: _begin(connection, planned.relation, key_column))
    crash_points.reach("migration.begun")
    copied = planned.copied
    while moved := target.retrying(lambda connection: _copy(connection, planned.relation, batch_rows)):
        copied += moved
        on_batch(copied)
        crash_points.reach("migration.copied")
    done = target.retrying(
        lambda connection: database.run(connection, "ops/migration_swap", relation=planned.relation).one()
    )
    crash_points.reach("migration.swapped")
    return MigrationReport(planned.relation, done.row_count, int(done.row_checksum), done.changed_rows)


def confirm(target: Database, relation: str) -> str:
    """Drop the plain table that was kept; its name. Raises PartitionError when there is none."""

    def work(connection: sa.Connection) -> str:
        found = database.run(connection, "ops/migration_state", relation=relation).mappings().one()
        if found["state"] != "swapped":
            raise PartitionError(f"{relation} was not moved, or was confirmed before")
        return str(database.scalar(connection, "ops/migration_confirm", relation=found["table_name"]))

    return target.retrying(work)


def _begin(connection: sa.Connection, relation: str, key_column: str) -> None:
    database.run(connection, "ops/migration_begin", relation=relation, key_column=key_column)


def _copy(connection: sa.Connection, relation: str, batch_rows: int) -> int:
    return int(database.scalar(connection, "ops/migration_copy", relation=relation, batch_rows=batch_rows))
