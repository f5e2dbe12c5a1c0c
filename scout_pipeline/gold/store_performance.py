"""scout.gold_store_performance: one row per store and month."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, Grain, RowCounts
from scout_pipeline.gold.sales_figures import SALES_FIGURES
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/store_performance"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_store_performance",
    description="Sales of each store and month, customers counted over the month.",
    deps=(transactions_cleaned.TABLE,),
    lineage={
        "store_id": [("silver/transactions_cleaned", "store_id")],
        "month": [("silver/transactions_cleaned", "date_key")],
        **SALES_FIGURES,
        "active_days": [("silver/transactions_cleaned", "date_key")],
    },
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps, grain=Grain.MONTH)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/store_performance_clear", insert="gold/store_performance")


store_performance_asset = buckets.asset(TABLE, refresh)
