"""A month on its way back: from its detached tables as long as they are there, else from the files of the archive.

Files are read into tables beside, compared with what was archived, and attached all at once, in the transaction from
which on the month is computed again. Killed before it, everything is done again; the archive stays as it is.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import crash_points, database, periods
from scout_pipeline.database import Database
from scout_pipeline.ops.partitions import archive as archiving
from scout_pipeline.ops.partitions import copies, files
from scout_pipeline.ops.partitions.layers import SILVER, Layer, PartitionError, frozen_months, identifier
from scout_pipeline.ops.partitions.maintainer import Maintainer, log


def months_to_restore(connection: sa.Connection, layer: Layer, month: date) -> list[date]:
    """The months that come back with this one, in their order; none when it is whole.

    Of silver all later ones come first: it has its newest months without a gap, or lifelong figures would be wrong.
    """
    frozen = frozen_months(connection, layer)
    if layer is SILVER:
        return sorted((each for each in frozen if each >= month), reverse=True)
    return [month] if month in frozen else []


def restore_month(
    target: Database,
    maintainer: Maintainer,
    layer: Layer,
    month: date,
    *,
    on_step: Callable[[str], None] = lambda step: None,
) -> None:
    """Bring one month back, or go on with it. Raises PartitionError, also when the archive is damaged."""
    with target.transaction() as connection:
        if months_to_restore(connection, layer, month)[:1] != [month]:
            raise PartitionError(f"{layer.name} {month:%Y-%m} is not archived, or a later month has to come back first")
    _look_at_files(archiving.partitions(target, layer, month))
    with target.transaction() as connection:
        database.run(connection, "ops/month_moved", layer=layer.name, month=month, state="restoring")
        log(connection, "restoring", None, month, layer=layer.name)
    crash_points.reach("partition.returning")
    archiving.finalize(target)
    parts = archiving.partitions(target, layer, month)
    for part in parts:
        maintainer.check()
        if not part["is_attached"] and not part["is_there"]:
            _load(target, part)
            on_step(f"{part['partition_name']}: {part['row_count']:,} rows read back and compared")
        crash_points.reach("partition.staged")
    maintainer.check()
    target.retrying(lambda connection: _attach(connection, layer, month, parts))
    crash_points.reach("partition.attached")


def _stage_name(part: Mapping[str, Any]) -> str:
    # in the schema of the partition: the names of its indexes are chosen there
    return str(part["partition_name"]) + "_back"


def _look_at_files(parts: list[Mapping[str, Any]]) -> None:
    """Before anything changes: a month half on its way back would stop every later pass of maintenance."""
    for part in parts:
        if part["is_attached"] or part["is_there"]:
            continue
        url, found = part["file_url"], files.sha256(part["file_url"])
        if found != part["file_sha256"]:
            problem = "is missing" if found is None else "is not the file that was archived"
            raise PartitionError(
                f"{url} {problem}; bring it back from a backup of the archive, then run it again. Nothing was changed"
            )


def _load(target: Database, part: Mapping[str, Any]) -> None:
    """Read a file into a table of its own, and compare it with what was archived."""
    # pyarrow loads here, so that the process of a run starts without it
    from scout_pipeline.ops.partitions import parquet

    url, stage = part["file_url"], _stage_name(part)

    def make(connection: sa.Connection) -> None:
        copies.drop(connection, stage)
        composed = database.compose(
            "ops/partition_stage_month",
            relation=identifier(stage),
            parent=identifier(part["relation"]),
            **_bounds(connection, part, with_key=True),
        )
        database.driver_connection(connection).execute(composed)

    target.retrying(make)
    with files.reading(url) as stream:
        columns = parquet.column_names(stream)
        parquet.load(target, stage, columns, stream)
    row_count, checksum, sums = copies.facts(target, stage, columns)
    if (row_count, checksum, sums) != (part["row_count"], int(part["row_checksum"]), part["sums"]):
        raise PartitionError(
            f"{url} gives {row_count:,} rows of {part['row_count']:,}, or other content; nothing changed"
        )


def _attach(connection: sa.Connection, layer: Layer, month: date, parts: list[Mapping[str, Any]]) -> None:
    database.run(connection, "ops/lock_silver")
    driver = database.driver_connection(connection)
    for part in parts:
        if part["is_attached"]:
            continue
        name = identifier(part["partition_name"])
        if part["is_there"]:
            composed = database.compose(
                "ops/partition_bound", relation=name, **_bounds(connection, part, with_key=True)
            )
        else:
            own_name = sql.Identifier(part["partition_name"].split(".", 1)[1])
            composed = database.compose(
                "ops/partition_place", relation=identifier(_stage_name(part)), own_name=own_name
            )
        driver.execute(composed)
        parent = identifier(part["relation"])
        driver.execute(
            database.compose("ops/partition_attach", parent=parent, partition=name, **_bounds(connection, part))
        )
        driver.execute(database.compose("ops/partition_unbound", relation=name))
    database.run(connection, "ops/thaw_month", layer=layer.name, month=month)
    database.run(connection, "ops/thaw_month_row", layer=layer.name, month=month)
    if layer is SILVER:
        database.run(connection, "ops/recall_archived")
    log(connection, "restored", None, month, layer=layer.name)


def _bounds(connection: sa.Connection, part: Mapping[str, Any], *, with_key: bool = False) -> dict[str, sql.Composable]:
    key = database.run(connection, "ops/partition_key", relation=part["relation"]).one()
    # explicit offset: the bounds of an instant must not depend on the session
    utc = "" if key.key_type == "date" else " 00:00:00+00"
    first, end = part["month"], periods.next_month(part["month"])
    bounds: dict[str, sql.Composable] = {
        "lower_bound": sql.Literal(f"{first.isoformat()}{utc}"),
        "upper_bound": sql.Literal(f"{end.isoformat()}{utc}"),
    }
    return {**bounds, "key_column": sql.Identifier(key.key_column)} if with_key else bounds
