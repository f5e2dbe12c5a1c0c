"""Rebuilds exactly the buckets that changed: take the marks, remove their rows, compute them, in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import partial
from time import perf_counter
from typing import Any

import sqlalchemy as sa

from scout_pipeline import crash_points, database, settings, sql_files, tables
from scout_pipeline.database import Database
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Asset, Table


@dataclass(frozen=True)
class RowCounts:
    """Rows of one computation: `read` of its input were aggregated, `written` are its result."""

    read: int = 0
    written: int = 0

    def __add__(self, other: "RowCounts") -> "RowCounts":
        return RowCounts(self.read + other.read, self.written + other.written)


@dataclass(frozen=True)
class GoldReport:
    """What one table's refresh did: buckets (or keys) rebuilt, input rows read, rows written, seconds taken."""

    layer: str
    buckets_rebuilt: int
    rows_read: int
    rows_written: int
    seconds: float


class Grain(Enum):
    """What a batch takes whole, so that no figure of a table is computed once for each of its batches.

    MONTH is also for weeks: facts lie in months. STORE is for figures of no day, which one batch computes for all.
    """

    DAY = "day"
    MONTH = "month"
    STORE = "store"


Steps = Callable[[sa.Connection], RowCounts]


@dataclass(frozen=True)
class _Batch:
    """What one transaction did; when older marks wait, they lie before `older_than`."""

    buckets: int = 0
    rows: RowCounts = RowCounts()
    older_than: date | None = None


def refresh(
    target: Database,
    layer: str,
    steps: Steps,
    *,
    grain: Grain = Grain.DAY,
    empty_months: int = 0,
    bucket_limit: int | None = None,
) -> GoldReport:
    """Rebuild all dirty buckets of a layer, newest first, in bounded transactions that span no month without any.

    Up to `empty_months` of them in a row may lie in it, for a table whose few buckets are looked up by store and day.
    `steps` runs with the temporary table `buckets(store_id, date_key, cause)` in place and counts its rows. What is
    marked meanwhile waits for the next refresh: this one only goes back in time, and so comes to an end.
    """
    started = perf_counter()
    limit = bucket_limit or settings.current().bucket_limit
    bounds = {"grain": grain.value, "empty_months": empty_months, "bucket_limit": limit}
    buckets, rows, before = 0, RowCounts(), date.max
    while True:
        done = target.retrying(partial(_batch, layer=layer, steps=steps, bounds={**bounds, "before": before}))
        buckets, rows = buckets + done.buckets, rows + done.rows
        if done.buckets:
            crash_points.reach("gold.committed")
        if done.older_than is None:
            return GoldReport(layer, buckets, rows.read, rows.written, perf_counter() - started)
        before = done.older_than


def dirty_months(connection: sa.Connection) -> list[date]:
    """First days of the months in which any layer has buckets to rebuild."""
    return list(database.run(connection, "gold/dirty_months").scalars())


def run(connection: sa.Connection, statement: str) -> sa.CursorResult[Any]:
    """Execute a statement file with those bounds of the taken buckets' days that it asks for."""
    asked = sql_files.load(statement).params
    days = database.run(connection, "gold/bucket_days").mappings().one() if asked else {}
    return database.run(connection, statement, **{name: days[name] for name in asked})


def replace(connection: sa.Connection, *, clear: str, insert: str) -> RowCounts:
    """Remove the rows of the taken buckets and compute them again; `insert` returns its rows_read and rows_written."""
    database.run(connection, clear)
    crash_points.reach("gold.deleted")
    counts = run(connection, insert).mappings().one()
    crash_points.reach("gold.inserted")
    return RowCounts(counts["rows_read"], counts["rows_written"])


def _batch(connection: sa.Connection, *, layer: str, steps: Steps, bounds: Mapping[str, Any]) -> _Batch:
    if not database.scalar(connection, "gold/has_marks", layer=layer):
        return _Batch()
    database.run(connection, "gold/lock_layer", layer=layer)
    database.run(connection, "gold/buckets")
    taken = database.run(connection, "gold/take_buckets", layer=layer, **bounds).one()
    if taken.bucket_count == 0:
        return _Batch()
    crash_points.reach("gold.taken")
    database.run(connection, "gold/bucket_statistics")
    counts = steps(connection)
    database.run(connection, "gold/note_input_version", input_name=layer, row_count=counts.written)
    return _Batch(taken.bucket_count, counts, taken.first_day if taken.has_older else None)


def figures(target: Database, done: GoldReport) -> dict[str, Any]:
    """What a materialization of the table shows."""
    with target.transaction() as connection:
        position = watermarks.position(connection, watermarks.SILVER, row_limit=0)
    return {
        "rows_read": done.rows_read,
        "rows_written": done.rows_written,
        # nothing is judged here: what is refused is refused in bronze and silver, and gold counts the rest
        "rows_rejected": 0,
        "buckets_rebuilt": done.buckets_rebuilt,
        "watermark": position.cursor,
    }


def asset(table: Table, compute: Callable[[Database], GoldReport]) -> Asset:
    """The asset of a table that is kept by buckets: its materialization rebuilds what is dirty and reports figures."""
    return tables.asset(table, lambda target: figures(target, compute(target)))
