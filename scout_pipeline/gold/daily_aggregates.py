"""scout.gold_daily_aggregates: one row per store and business day, with a restatement when a closed day changes."""

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.gold.sales_figures import SALES_FIGURES
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/daily_aggregates"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_daily_aggregates",
    description="Sales of each store and business day: counts, units, gross, returns, adjustments and net revenue.",
    deps=(transactions_cleaned.TABLE,),
    lineage={
        "store_id": [("silver/transactions_cleaned", "store_id")],
        "date_key": [("silver/transactions_cleaned", "date_key")],
        **SALES_FIGURES,
    },
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    database.run(connection, "gold/previous_figures")
    counts = buckets.replace(connection, clear="gold/daily_aggregates_clear", insert="gold/daily_aggregates")
    database.run(connection, "gold/restatements")
    return counts


daily_aggregates_asset = buckets.asset(TABLE, refresh)
