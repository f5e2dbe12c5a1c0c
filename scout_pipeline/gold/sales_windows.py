"""scout.gold_sales_windows: the last 1, 7 and 30 business days of each store, counted from one day for all."""

from time import perf_counter

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets, daily_aggregates
from scout_pipeline.gold.buckets import GoldReport, Grain, RowCounts
from scout_pipeline.gold.sales_figures import SALES, SALES_FIGURES
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/sales_windows"
DAYS = [(SALES, "date_key"), (daily_aggregates.LAYER, "date_key")]
TABLE = Table(
    key=LAYER,
    relation="scout.gold_sales_windows",
    description="Revenue, transactions and units of each store in the last 1, 7 and 30 business days.",
    deps=(transactions_cleaned.TABLE, daily_aggregates.TABLE),
    lineage={
        "store_id": [(SALES, "store_id")],
        "as_of_date": [(daily_aggregates.LAYER, "date_key")],
        **{f"revenue_{days}d": [*SALES_FIGURES["net_revenue"], *DAYS] for days in (1, 7, 30)},
        **{
            f"{figure}_{days}d": [*SALES_FIGURES[figure], *DAYS]
            for figure in ("transaction_count", "units")
            for days in (1, 7, 30)
        },
    },
)


def refresh(target: Database) -> GoldReport:
    """Compute the touched stores again, and all stores when the latest business day moved."""
    started = perf_counter()
    touched = buckets.refresh(target, LAYER, _touched, grain=Grain.STORE)
    moved = target.retrying(_outdated)
    if moved.written:
        crash_points.reach("gold.committed")
    rows = RowCounts(touched.rows_read, touched.rows_written) + moved
    return GoldReport(LAYER, touched.buckets_rebuilt, rows.read, rows.written, perf_counter() - started)


def _touched(connection: sa.Connection) -> RowCounts:
    database.run(connection, "gold/touched_stores")
    return _compute(connection)


def _outdated(connection: sa.Connection) -> RowCounts:
    database.run(connection, "gold/lock_layer", layer=LAYER)
    database.run(connection, "gold/outdated_stores")
    if not database.scalar(connection, "gold/touched_store_count"):
        return RowCounts()
    return _compute(connection)


def _compute(connection: sa.Connection) -> RowCounts:
    database.run(connection, "gold/touched_store_statistics")
    return buckets.replace(connection, clear="gold/sales_windows_clear", insert="gold/sales_windows")


sales_windows_asset = buckets.asset(TABLE, refresh)
