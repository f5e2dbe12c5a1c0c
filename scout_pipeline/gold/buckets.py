"""Rebuilds exactly the buckets that changed: take the marks, remove their rows, compute them, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

import dagster as dg
import sqlalchemy as sa

from scout_pipeline import crash_points, database, settings, tables
from scout_pipeline.database import Database
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table


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


Steps = Callable[[sa.Connection], RowCounts]


def refresh(target: Database, layer: str, steps: Steps, *, bucket_limit: int | None = None) -> GoldReport:
    """Rebuild all dirty buckets of a layer, newest first, in bounded transactions.

    `steps` runs with the temporary table `buckets(store_id, date_key, cause)` in place and counts its rows.
    """
    started = perf_counter()
    limit = bucket_limit or settings.current().bucket_limit
    buckets, rows = 0, RowCounts()
    while True:
        taken, counts = target.retrying(lambda connection: _batch(connection, layer, steps, limit))
        buckets, rows = buckets + taken, rows + counts
        if taken:
            crash_points.reach("gold.committed")
        if taken < limit:
            return GoldReport(layer, buckets, rows.read, rows.written, perf_counter() - started)


def dirty_months(connection: sa.Connection) -> list[date]:
    """First days of the months in which any layer has buckets to rebuild."""
    return list(database.run(connection, "gold/dirty_months").scalars())


def replace(connection: sa.Connection, *, clear: str, insert: str) -> RowCounts:
    """Remove the rows of the taken buckets and compute them again; `insert` returns its rows_read and rows_written."""
    database.run(connection, clear)
    crash_points.reach("gold.deleted")
    counts = database.run(connection, insert).mappings().one()
    crash_points.reach("gold.inserted")
    return RowCounts(counts["rows_read"], counts["rows_written"])


def _batch(connection: sa.Connection, layer: str, steps: Steps, limit: int) -> tuple[int, RowCounts]:
    if not database.scalar(connection, "gold/has_marks", layer=layer):
        return 0, RowCounts()
    database.run(connection, "gold/lock_layer", layer=layer)
    database.run(connection, "gold/buckets")
    taken = database.run(connection, "gold/take_buckets", layer=layer, bucket_limit=limit).rowcount
    if taken == 0:
        return 0, RowCounts()
    crash_points.reach("gold.taken")
    database.run(connection, "gold/bucket_statistics")
    counts = steps(connection)
    database.run(connection, "gold/note_input_version", input_name=layer)
    return taken, counts


def asset(table: Table, compute: Callable[[Database], GoldReport]) -> dg.AssetsDefinition:
    """The asset of a table that is kept by buckets: its materialization rebuilds what is dirty and reports figures."""

    def figures(target: Database) -> dict[str, Any]:
        done = compute(target)
        with target.transaction() as connection:
            position = watermarks.position(connection, watermarks.SILVER, row_limit=0)
        return {
            "rows_read": done.rows_read,
            "rows_written": done.rows_written,
            # nothing is judged here: what is refused is refused in bronze and silver, and gold counts the rest
            "rows_rejected": 0,
            "buckets_rebuilt": done.buckets_rebuilt,
            "watermark": f"{position.last_xid}/{position.last_id}",
        }

    return tables.asset(table, figures)
