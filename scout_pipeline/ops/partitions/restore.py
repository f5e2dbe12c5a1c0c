"""A month on its way back: from its detached tables as long as they are there, else from the files of the archive.

Files are read into tables beside, compared with what was archived, and attached all at once, in the transaction from
which on the month is computed again. Killed before it, everything is done again; the archive stays as it is.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import crash_points, database, periods
from scout_pipeline.database import Database
from scout_pipeline.ops.partitions import archive as archiving
from scout_pipeline.ops.partitions import copies, files
from scout_pipeline.ops.partitions.layers import SILVER, Layer, PartitionError, frozen_months, identifier
from scout_pipeline.ops.partitions.maintainer import Maintainer, log

MADE_TO_FIT = "Give the table what the file asks for, restore, and change it again; or read the file where it lies"


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
    with _or_archived(target, layer, month):
        _look_at_files(target, archiving.partitions(target, layer, month))
    with target.transaction() as connection:
        database.run(connection, "ops/month_moved", layer=layer.name, month=month, state="restoring")
        log(connection, "restoring", None, month, layer=layer.name)
    crash_points.reach("partition.returning")
    archiving.finalize(target)
    parts = archiving.partitions(target, layer, month)
    for part in parts:
        maintainer.check()
        if not part["is_attached"] and not part["is_there"]:
            with _or_archived(target, layer, month):
                _load(target, part)
            on_step(f"{part['partition_name']}: {part['row_count']:,} rows read back and compared")
        crash_points.reach("partition.staged")
    maintainer.check()
    target.retrying(lambda connection: _attach(connection, layer, month, parts))
    crash_points.reach("partition.attached")


def _stage_name(part: Mapping[str, Any]) -> str:
    # in the schema of the partition: the names of its indexes are chosen there
    return str(part["partition_name"]) + "_back"


@contextmanager
def _or_archived(target: Database, layer: Layer, month: date) -> Iterator[None]:
    """What fails in the block takes the month back to where it came from: else every later pass would fail at it."""
    try:
        yield
    except Exception:
        with target.transaction() as connection:
            for part in database.rows(connection, "ops/archived_partitions", layer=layer.name, month=month):
                copies.drop(connection, _stage_name(part))
            if database.run(connection, "ops/restore_given_up", layer=layer.name, month=month).rowcount:
                log(connection, "not restored", None, month, layer=layer.name)
        raise


def _look_at_files(target: Database, parts: list[Mapping[str, Any]]) -> None:
    """Before anything changes: are the files those that were archived, and do they fit their tables?"""
    # pyarrow loads here, so that the process of a run starts without it
    from scout_pipeline.ops.partitions import parquet

    for part in parts:
        if part["is_attached"] or part["is_there"]:
            continue
        url, found = part["file_url"], files.sha256(part["file_url"])
        if found != part["file_sha256"]:
            problem = "is missing" if found is None else "is not the file that was archived"
            raise PartitionError(
                f"{url} {problem}; bring it back from a backup of the archive, then run it again. Nothing was changed"
            )
        with files.reading(url) as stream:
            in_file = parquet.column_names(stream)
        with target.transaction() as connection:
            columns = database.rows(connection, "ops/partition_columns", relation=part["relation"])
        known = {column["column_name"] for column in columns}
        problems = [f"{name} is in the file and not in the table" for name in in_file if name not in known]
        problems += [
            f"{column['column_name']} is needed and not in the file"
            for column in columns
            if column["is_needed"] and column["column_name"] not in in_file
        ]
        if problems:
            raise PartitionError(
                f"{url} does not fit {part['relation']}: {'; '.join(problems)}. {MADE_TO_FIT}. Nothing was changed"
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
    try:
        with files.reading(url) as stream:
            columns = parquet.column_names(stream)
            parquet.load(target, stage, columns, stream)
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        raise PartitionError(f"{url} does not fit {part['relation']}: {error}. {MADE_TO_FIT}") from error
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
        database.run(connection, "ops/mark_retold", first_day=month)
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
