"""scout.gold_region_hours: one row per region, business day and hour of the day, over all stores."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.gold.sales_figures import SALES, sales_figures
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/region_hours"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_region_hours",
    description="Sales of each region, business day and hour at the store, customers counted in the hour.",
    deps=(transactions_cleaned.TABLE,),
    lineage={
        "region": [(SALES, "region")],
        "date_key": [(SALES, "date_key")],
        "sold_hour": [(SALES, "sold_hour")],
        **sales_figures("transaction_count", "units", "net_revenue", "unique_customers", "avg_transaction_value"),
    },
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/region_hours_clear", insert="gold/region_hours")


region_hours_asset = buckets.asset(TABLE, refresh)
