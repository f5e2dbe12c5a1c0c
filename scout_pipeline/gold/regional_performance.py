"""scout.gold_regional_performance: one row per region and business day, over all stores."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.gold.figure_rules import figure_rules
from scout_pipeline.gold.sales_figures import SALES_FIGURES
from scout_pipeline.quality.rules import RuleSet, reconciliation, schema
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
    quality=RuleSet(
        key=("region", "date_key"),
        day="date_key",
        rules=(
            *figure_rules(
                "transaction_count",
                "line_count",
                "units",
                "gross_sales",
                "returns_value",
                "adjustments_value",
                "net_revenue",
                "unique_customers",
            ),
            reconciliation("net_revenue", table="scout.gold_daily_aggregates"),
            reconciliation("units", table="scout.gold_daily_aggregates"),
            schema(
                "region text, date_key date, transaction_count bigint, line_count bigint, units numeric, "
                "gross_sales numeric, returns_value numeric, adjustments_value numeric, net_revenue numeric, "
                "unique_customers bigint, avg_transaction_value numeric, refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/regional_performance_clear", insert="gold/regional_performance")


regional_performance_asset = buckets.asset(TABLE, refresh)
