"""A month on its way into the archive, step by step; each step is recorded, and whoever comes next goes on from there.

frozen: nothing computes the month again. written: its file was read back and compared. detached: readers no longer see
it. dropped: it is in the archive alone. Until then `restore` undoes every step without the file.
"""

from collections.abc import Callable, Mapping
from datetime import date
from threading import Timer
from time import monotonic, sleep
from typing import Any

import psycopg
import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.ops.partitions import copies
from scout_pipeline.ops.partitions.files import Archive
from scout_pipeline.ops.partitions.layers import SILVER, Layer, PartitionError, frozen_months, identifier, obstacles
from scout_pipeline.ops.partitions.maintainer import Maintainer, log

# how long people may wait behind one attempt to end an interrupted detach; how long it is tried, and how often
FINALIZE_MS = 1000
PATIENCE_SECONDS = 300.0
PAUSE_SECONDS = 2.0


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
    """End every detach that was interrupted; the partitions that it concerned.

    What ends one locks the partition and then waits for every older reader, and whoever looks at `ops.partitions` waits
    behind it. So it waits a moment at a time; raises PartitionError when a reader outlasts its patience.
    """
    with target.transaction() as connection:
        pending = database.rows(connection, "ops/partition_pending")
    for row in pending:
        deadline = monotonic() + PATIENCE_SECONDS
        while not _finalized(target, row):
            if monotonic() > deadline:
                raise PartitionError(_held(target, row["partition_name"]))
            sleep(PAUSE_SECONDS)
    return [row["partition_name"] for row in pending]


def _finalized(target: Database, row: Mapping[str, Any]) -> bool:
    """One attempt; False when something was in its way for too long."""
    try:
        with target.transaction() as connection:
            database.run(connection, "ops/partition_finalize_settings", lock_ms=str(FINALIZE_MS))
            composed = database.compose(
                "ops/partition_finalize",
                parent=identifier(row["relation"]),
                partition=identifier(row["partition_name"]),
            )
            database.driver_connection(connection).execute(composed)
            log(connection, "finalized", row["relation"], row["month"])
    except psycopg.errors.LockNotAvailable:
        return False
    return True


def _held(target: Database, partition: str) -> str:
    """Why a partition is still half detached, and what to do."""
    with target.transaction() as connection:
        readers = database.rows(connection, "ops/partition_reader", part_name=partition)
    who = "a transaction that has ended meanwhile"
    for reader in readers:
        who = (
            f"the transaction of process {reader['pid']} ({reader['label']}), open since "
            f"{reader['began_at']:%Y-%m-%d %H:%M:%S} UTC,"
        )
    return (
        f"{partition} was half detached and cannot leave while {who} may read it: wait until it has ended, or have "
        "the server end it (pg_terminate_backend); the next maintenance of partitions goes on from there"
    )


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
        _detach_beside_readers(target, part["relation"], part["partition_name"])
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


def _detach_beside_readers(target: Database, parent: str, partition: str) -> None:
    """Raises PartitionError when a reader outlasts the patience; the next pass ends what was begun.

    The server is asked to give up: a limit of the session would stay behind, or miss it, where a pooler stands between.
    """
    composed = database.compose("ops/partition_detach", parent=identifier(parent), partition=identifier(partition))
    with target.autocommit() as connection:
        driver = database.driver_connection(connection)
        patience = Timer(PATIENCE_SECONDS, driver.cancel_safe)
        patience.start()
        try:
            driver.execute(composed)
        except (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable) as error:
            raise PartitionError(_held(target, partition)) from error
        finally:
            patience.cancel()
            # one that is on its way must not meet the next statement
            patience.join()
