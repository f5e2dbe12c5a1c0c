"""scout.gold_sales_windows: the last 1, 7 and 30 business days of each store, counted from one day for all."""

from time import perf_counter

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets, daily_aggregates
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.gold.sales_figures import SALES, SALES_FIGURES
from scout_pipeline.quality.rules import RuleSet, in_range, referential, schema
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
    quality=RuleSet(
        key=("store_id",),
        store="store_id",
        rules=(
            in_range("transaction_count_1d", min=0, max_column="transaction_count_7d"),
            in_range("transaction_count_7d", min=0, max_column="transaction_count_30d"),
            referential("store_id", table="scout.store_registry"),
            schema(
                "store_id integer, as_of_date date, revenue_1d numeric, transaction_count_1d bigint, "
                "units_1d numeric, revenue_7d numeric, transaction_count_7d bigint, units_7d numeric, "
                "revenue_30d numeric, transaction_count_30d bigint, units_30d numeric, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    """Compute the touched stores again, and all stores when the latest business day moved."""
    started = perf_counter()
    touched = buckets.refresh(target, LAYER, _touched)
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
