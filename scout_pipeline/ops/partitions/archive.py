"""A month on its way into the archive, step by step; each step is recorded, and whoever comes next goes on from there.

frozen: nothing computes the month again. written: its file was read back and compared. detached: readers no longer see
it. dropped: it is in the archive alone. Until then `restore` undoes every step without the file.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.ops.partitions import copies
from scout_pipeline.ops.partitions.files import Archive
from scout_pipeline.ops.partitions.layers import SILVER, Layer, PartitionError, frozen_months, identifier, obstacles
from scout_pipeline.ops.partitions.maintainer import Maintainer, log


def archive_month(
    target: Database,
    maintainer: Maintainer,
    layer: Layer,
    month: date,
    *,
    as_of: str,
    archive: Archive,
    on_step: Callable[[str], None] = lambda step: None,
) -> bool:
    """Bring a month into the archive, or go on with it; False when it is there already. Raises PartitionError."""
    state = target.retrying(lambda connection: frozen_months(connection, layer).get(month))
    if state == "archived":
        return False
    if state == "restoring":
        raise PartitionError(
            f"{layer.name} {month:%Y-%m} is being restored; `scout partitions restore` ends that first"
        )
    if state is None:
        target.retrying(lambda connection: _freeze(connection, layer, month, as_of))
    crash_points.reach("partition.frozen")
    for step, work in (("frozen", copies.write), ("written", _detach), ("detached", _drop)):
        for part in partitions(target, layer, month):
            if part["state"] == step:
                maintainer.check()
                work(target, part, archive)
                on_step(f"{part['partition_name']}: {step}, next step done")
    target.retrying(lambda connection: _finish(connection, layer, month))
    return True


def partitions(target: Database, layer: Layer, month: date) -> list[Mapping[str, Any]]:
    """The partitions of a frozen month, how far each is, and whether its table is attached or there at all."""
    with target.transaction() as connection:
        return database.rows(connection, "ops/archived_partitions", layer=layer.name, month=month)


def finalize(target: Database) -> list[str]:
    """End every detach that was interrupted; the partitions that it concerned."""
    with target.transaction() as connection:
        pending = database.rows(connection, "ops/partition_pending")
    for row in pending:
        _outside_transaction(target, "ops/partition_finalize", row["relation"], row["partition_name"])
        with target.transaction() as connection:
            log(connection, "finalized", row["relation"], row["month"])
    return [row["partition_name"] for row in pending]


def _freeze(connection: sa.Connection, layer: Layer, month: date, as_of: str) -> None:
    """From the end of this transaction on nobody changes the month. Writers of silver are kept away meanwhile."""
    database.run(connection, "ops/lock_silver")
    if reasons := obstacles(connection, layer, month, as_of):
        raise PartitionError(f"{layer.name} {month:%Y-%m} cannot be archived: {'; '.join(reasons)}")
    database.run(connection, "ops/freeze_month", layer=layer.name, month=month)
    database.run(connection, "ops/freeze_partitions", layer=layer.name, relations=list(layer.relations), month=month)
    if layer is SILVER:
        database.run(connection, "ops/freeze_customers", month=month)
        database.run(connection, "ops/freeze_changed_days", month=month)
    else:
        database.run(connection, "ops/freeze_batches", month=month)
    log(connection, "frozen", None, month, layer=layer.name)


def _detach(target: Database, part: Mapping[str, Any], archive: Archive) -> None:
    copies.hold(target, part, archive)
    finalize(target)
    crash_points.reach("partition.detaching")
    if part["is_attached"]:
        _outside_transaction(target, "ops/partition_detach", part["relation"], part["partition_name"])
    crash_points.reach("partition.detached")
    with target.transaction() as connection:
        copies.moved(connection, part, "detached")


def _drop(target: Database, part: Mapping[str, Any], archive: Archive) -> None:
    """Look at the file, compare once more what is about to go with what was written, and drop it in one transaction."""
    held = copies.hold(target, part, archive)

    def work(connection: sa.Connection) -> None:
        if held["is_there"]:
            copies.compare(connection, held)
            copies.drop(connection, held["partition_name"])
        copies.moved(connection, held, "dropped")

    target.retrying(work)
    crash_points.reach("partition.dropped")


def _finish(connection: sa.Connection, layer: Layer, month: date) -> None:
    database.run(connection, "ops/month_moved", layer=layer.name, month=month, state="archived")
    log(connection, "archived", None, month, layer=layer.name)


def _outside_transaction(target: Database, statement: str, parent: str, partition: str) -> None:
    with target.autocommit() as connection:
        composed = database.compose(statement, parent=identifier(parent), partition=identifier(partition))
        database.driver_connection(connection).execute(composed)
