"""A month on its way into the archive, step by step; each step is recorded, and whoever comes next goes on from there.

frozen: nothing computes the month again. written: its file was read back and compared. detached: readers no longer see
it. dropped: it is in the archive alone. Until then `restore` undoes every step without the file.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.ops.partitions import files
from scout_pipeline.ops.partitions.files import Archive, Manifest
from scout_pipeline.ops.partitions.layers import SILVER, Layer, PartitionError, frozen_months, identifier, obstacles
from scout_pipeline.ops.partitions.maintainer import Maintainer, log

Facts = tuple[int, int, dict[str, str | None]]


class ArchiveMismatchError(PartitionError):
    """What was read back is not what was written; the partition stays where it is."""


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
    for step, work in (("frozen", _write), ("written", _detach), ("detached", _drop)):
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


def columns_of(target: Database, relation: str) -> dict[str, str]:
    """Columns of a table with their PostgreSQL types, in their order."""
    with target.transaction() as connection:
        found = database.rows(connection, "ops/partition_columns", relation=relation)
    return {row["column_name"]: row["type_name"] for row in found}


def facts(target: Database, relation: str, columns: list[str]) -> Facts:
    """Rows, checksum and exact sums of one table."""
    with target.transaction() as connection:
        row = database.run(connection, "ops/partition_facts", relation=relation, columns=columns).one()
    return row.row_count, int(row.row_checksum), row.sums


def finalize(target: Database) -> list[str]:
    """End every detach that was interrupted; the partitions that it concerned."""
    with target.transaction() as connection:
        pending = database.rows(connection, "ops/partition_pending")
    for row in pending:
        _outside_transaction(target, "ops/partition_finalize", row["relation"], row["partition_name"])
        with target.transaction() as connection:
            log(connection, "finalized", row["relation"], row["month"])
    return [row["partition_name"] for row in pending]


def read_back(target: Database, url: str, relation: str, stage: str, columns: list[str]) -> Facts:
    """The facts of a file, as PostgreSQL finds them when it has loaded the whole of it again."""
    # pyarrow loads here, so that the process of a run starts without it
    from scout_pipeline.ops.partitions import parquet

    _stage(target, "ops/partition_stage", stage, relation)
    try:
        with files.reading(url) as stream:
            parquet.load(target, stage, columns, stream)
        return facts(target, stage, columns)
    finally:
        target.retrying(lambda connection: drop(connection, stage))


def drop(connection: sa.Connection, relation: str) -> None:
    """Remove a table that is no partition."""
    statement = database.compose("ops/partition_drop", relation=identifier(relation))
    database.driver_connection(connection).execute(statement)


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


def _write(target: Database, part: Mapping[str, Any], archive: Archive) -> None:
    # pyarrow loads here, so that the process of a run starts without it
    from scout_pipeline.ops.partitions import parquet

    relation, name, month = part["relation"], part["partition_name"], part["month"]
    short = name.split(".", 1)[1]
    columns = columns_of(target, relation)
    row_count, checksum, sums = facts(target, name, list(columns))
    path = archive.path(relation, f"{short}.parquet")
    with archive.writing(path) as stream:
        parquet.write(target, name, columns, stream)
    crash_points.reach("partition.written")
    url = archive.url_of(path)
    found = read_back(target, url, relation, f"ops.{short}_verify", list(columns))
    if found != (row_count, checksum, sums) or files.sha256(url) != stream.sha256():
        raise ArchiveMismatchError(
            f"{url} does not give back what {name} holds: {found[0]:,} rows of {row_count:,}, or other content; "
            "nothing was detached or dropped. Look at the disk, then run it again"
        )
    manifest = Manifest(
        relation=relation,
        month=f"{month:%Y-%m}",
        partition_name=name,
        row_count=row_count,
        row_checksum=str(checksum),
        sums=sums,
        columns=columns,
        file_name=f"{short}.parquet",
        file_bytes=stream.byte_count,
        file_sha256=stream.sha256(),
    )
    archive.write_manifest(archive.path(relation, f"{short}.json"), manifest)
    crash_points.reach("partition.verified")
    with target.transaction() as connection:
        database.run(
            connection,
            "ops/partition_written",
            relation=relation,
            month=month,
            row_count=row_count,
            row_checksum=checksum,
            sums=json.dumps(sums),
            file_url=url,
            file_bytes=stream.byte_count,
            file_sha256=stream.sha256(),
        )
        log(connection, "written", relation, month, rows=row_count, url=url)


def _detach(target: Database, part: Mapping[str, Any], archive: Archive) -> None:
    finalize(target)
    crash_points.reach("partition.detaching")
    if part["is_attached"]:
        _outside_transaction(target, "ops/partition_detach", part["relation"], part["partition_name"])
    crash_points.reach("partition.detached")
    with target.transaction() as connection:
        _moved(connection, part, "detached")


def _drop(target: Database, part: Mapping[str, Any], archive: Archive) -> None:
    """Compare once more what is about to go with what was written, and drop it, in one transaction."""

    def work(connection: sa.Connection) -> None:
        if part["is_there"]:
            columns = list(columns_of(target, part["relation"]))
            row = database.run(
                connection, "ops/partition_facts", relation=part["partition_name"], columns=columns
            ).one()
            if (row.row_count, int(row.row_checksum)) != (part["row_count"], int(part["row_checksum"])):
                raise ArchiveMismatchError(
                    f"{part['partition_name']} changed after it was written to {part['file_url']}; it was not dropped. "
                    f"Bring it back with `scout partitions restore {part['layer']} {part['month']:%Y-%m} --yes`"
                )
            drop(connection, part["partition_name"])
        _moved(connection, part, "dropped")

    target.retrying(work)
    crash_points.reach("partition.dropped")


def _finish(connection: sa.Connection, layer: Layer, month: date) -> None:
    database.run(connection, "ops/month_moved", layer=layer.name, month=month, state="archived")
    log(connection, "archived", None, month, layer=layer.name)


def _moved(connection: sa.Connection, part: Mapping[str, Any], state: str) -> None:
    database.run(connection, "ops/partition_moved", relation=part["relation"], month=part["month"], state=state)
    log(connection, state, part["relation"], part["month"])


def _stage(target: Database, statement: str, stage: str, parent: str) -> None:
    def work(connection: sa.Connection) -> None:
        drop(connection, stage)
        composed = database.compose(statement, relation=identifier(stage), parent=identifier(parent))
        database.driver_connection(connection).execute(composed)

    target.retrying(work)


def _outside_transaction(target: Database, statement: str, parent: str, partition: str) -> None:
    with target.autocommit() as connection:
        composed = database.compose(statement, parent=identifier(parent), partition=identifier(partition))
        database.driver_connection(connection).execute(composed)
