"""scout.gold_regional_performance: one row per region and business day, over all stores."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.gold.sales_figures import SALES_FIGURES
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/regional_performance"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_regional_performance",
    description="Sales of each region and business day over all stores, customers counted at this grain.",
    deps=(transactions_cleaned.TABLE,),
    lineage={
        "region": [("silver/transactions_cleaned", "region")],
        "date_key": [("silver/transactions_cleaned", "date_key")],
        **SALES_FIGURES,
    },
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/regional_performance_clear", insert="gold/regional_performance")


regional_performance_asset = buckets.asset(TABLE, refresh)
