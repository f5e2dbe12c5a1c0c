"""The file of a partition: written, read back and compared, and looked at again before its table goes."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.ops.partitions import files
from scout_pipeline.ops.partitions.files import Archive, Manifest
from scout_pipeline.ops.partitions.layers import PartitionError, identifier
from scout_pipeline.ops.partitions.maintainer import log

Facts = tuple[int, int, dict[str, str | None]]


class ArchiveMismatchError(PartitionError):
    """What was read back is not what was written; the partition stays where it is."""


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


def write(target: Database, part: Mapping[str, Any], archive: Archive) -> None:
    """Write the file and its manifest, read the file back, compare, and record it. Raises ArchiveMismatchError."""
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


def hold(target: Database, part: Mapping[str, Any], archive: Archive) -> Mapping[str, Any]:
    """The partition, once its file lies there as it was read back: it is written again from the table when it does not.

    Raises ArchiveMismatchError when the table is gone, or is not what was written.
    """
    if files.sha256(part["file_url"]) == part["file_sha256"]:
        return part
    if not part["is_there"]:
        raise ArchiveMismatchError(
            f"{part['file_url']} is missing or altered and {part['partition_name']} is gone; "
            "bring the file back from a backup of the archive, then run it again"
        )
    with target.transaction() as connection:
        compare(connection, part)
        moved(connection, part, "frozen")
        log(connection, "file lost", part["relation"], part["month"], url=part["file_url"])
    write(target, part, archive)
    with target.transaction() as connection:
        found = database.rows(connection, "ops/archived_partitions", layer=part["layer"], month=part["month"])
    return next(row for row in found if row["relation"] == part["relation"])


def compare(connection: sa.Connection, part: Mapping[str, Any]) -> None:
    """Raise ArchiveMismatchError when a table is not what was written."""
    columns = [
        row["column_name"] for row in database.rows(connection, "ops/partition_columns", relation=part["relation"])
    ]
    row = database.run(connection, "ops/partition_facts", relation=part["partition_name"], columns=columns).one()
    if (row.row_count, int(row.row_checksum)) != (part["row_count"], int(part["row_checksum"])):
        raise ArchiveMismatchError(
            f"{part['partition_name']} changed after it was written to {part['file_url']}; it was not dropped. "
            f"Bring it back with `scout partitions restore {part['layer']} {part['month']:%Y-%m} --yes`"
        )


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


def moved(connection: sa.Connection, part: Mapping[str, Any], state: str) -> None:
    """Record the next state of a partition."""
    database.run(connection, "ops/partition_moved", relation=part["relation"], month=part["month"], state=state)
    log(connection, state, part["relation"], part["month"])


def _stage(target: Database, statement: str, stage: str, parent: str) -> None:
    def work(connection: sa.Connection) -> None:
        drop(connection, stage)
        composed = database.compose(statement, relation=identifier(stage), parent=identifier(parent))
        database.driver_connection(connection).execute(composed)

    target.retrying(work)
