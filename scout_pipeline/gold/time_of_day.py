"""scout.gold_time_of_day: one row per store, business day and part of the day."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.gold.sales_figures import SALES, sales_figures
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/time_of_day"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_time_of_day",
    description="Sales of each store and business day in the morning, the afternoon, the evening and at night.",
    deps=(transactions_cleaned.TABLE,),
    lineage={
        "store_id": [(SALES, "store_id")],
        "date_key": [(SALES, "date_key")],
        "time_of_day": [(SALES, "sold_hour")],
        **sales_figures("transaction_count", "units", "net_revenue", "unique_customers"),
    },
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/time_of_day_clear", insert="gold/time_of_day")


time_of_day_asset = buckets.asset(TABLE, refresh)
