"""What the materialized views share: each is refreshed in a transaction of its own, when an input of it changed."""

from time import perf_counter

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.tables import Asset, Table


def refresh(target: Database, table: Table) -> GoldReport:
    """Refresh the view of `table` by its statement; `buckets_rebuilt` is 0 when it was skipped."""
    started = perf_counter()
    rows = target.retrying(lambda connection: _refresh(connection, table))
    counts = rows or RowCounts()
    return GoldReport(table.key, 0 if rows is None else 1, counts.read, counts.written, perf_counter() - started)


def _refresh(connection: sa.Connection, table: Table) -> RowCounts | None:
    # read before: what is written meanwhile may or may not be in the view, and is worth another refresh
    changed = database.scalar(connection, "serving/changed_rows", view_name=table.relation)
    if not database.scalar(connection, table.key):
        return None
    database.run(connection, "serving/note_changed_rows", view_name=table.relation, changed_rows=changed)
    written: int = database.scalar(connection, "serving/mv_row_count", view_name=table.relation)
    crash_points.reach("serving.refreshed")
    # PostgreSQL computes a view as a whole and does not say how much it read; its input is the table before it
    return RowCounts(written, written)


def asset(table: Table) -> Asset:
    """The asset of a view."""
    return buckets.asset(table, lambda target: refresh(target, table))
