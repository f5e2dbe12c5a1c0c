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
class GoldReport:
    """What one table's refresh did: buckets (or keys) rebuilt, rows written, seconds taken."""

    layer: str
    buckets_rebuilt: int
    rows_written: int
    seconds: float


Steps = Callable[[sa.Connection], int]


def refresh(target: Database, layer: str, steps: Steps, *, bucket_limit: int | None = None) -> GoldReport:
    """Rebuild all dirty buckets of a layer, newest first, in bounded transactions.

    `steps` runs with the temporary table `buckets(store_id, date_key, cause)` in place and returns the rows it wrote.
    """
    started = perf_counter()
    limit = bucket_limit or settings.current().bucket_limit
    buckets = rows = 0
    while True:
        taken, written = target.retrying(lambda connection: _batch(connection, layer, steps, limit))
        buckets, rows = buckets + taken, rows + written
        if taken:
            crash_points.reach("gold.committed")
        if taken < limit:
            return GoldReport(layer, buckets, rows, perf_counter() - started)


def dirty_months(connection: sa.Connection) -> list[date]:
    """First days of the months in which any layer has buckets to rebuild."""
    return list(database.run(connection, "gold/dirty_months").scalars())


def replace(connection: sa.Connection, *, clear: str, insert: str) -> int:
    """Remove the rows of the taken buckets and compute them again; the number written."""
    database.run(connection, clear)
    crash_points.reach("gold.deleted")
    written = database.run(connection, insert).rowcount
    crash_points.reach("gold.inserted")
    return written


def _batch(connection: sa.Connection, layer: str, steps: Steps, limit: int) -> tuple[int, int]:
    database.run(connection, "gold/lock_layer", layer=layer)
    database.run(connection, "gold/buckets")
    taken = database.run(connection, "gold/take_buckets", layer=layer, bucket_limit=limit).rowcount
    if taken == 0:
        return 0, 0
    crash_points.reach("gold.taken")
    database.run(connection, "gold/bucket_statistics")
    return taken, steps(connection)


def asset(table: Table, compute: Callable[[Database], GoldReport]) -> dg.AssetsDefinition:
    """The asset of a table that is kept by buckets: its materialization rebuilds what is dirty and reports figures."""

    def figures(target: Database) -> dict[str, Any]:
        done = compute(target)
        with target.transaction() as connection:
            position = watermarks.position(connection, watermarks.SILVER, row_limit=0)
        return {
            "buckets_rebuilt": done.buckets_rebuilt,
            "rows_written": done.rows_written,
            "watermark": f"{position.last_xid}/{position.last_id}",
        }

    return tables.asset(table, figures)
