"""scout.gold_hourly_kpis: one row per store, business day and hour of the day."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.gold.figure_rules import figure_rules
from scout_pipeline.gold.sales_figures import SALES, sales_figures
from scout_pipeline.quality.rules import RuleSet, in_range, reconciliation, schema
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/hourly_kpis"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_hourly_kpis",
    description="Sales of each store, business day and hour at the store, customers counted in the hour.",
    deps=(transactions_cleaned.TABLE,),
    lineage={
        "store_id": [(SALES, "store_id")],
        "date_key": [(SALES, "date_key")],
        "sold_hour": [(SALES, "sold_hour")],
        **sales_figures("transaction_count", "units", "net_revenue", "unique_customers", "avg_transaction_value"),
    },
    quality=RuleSet(
        key=("store_id", "date_key", "sold_hour"),
        day="date_key",
        store="store_id",
        rules=(
            *figure_rules("transaction_count", "units", "net_revenue", "unique_customers"),
            in_range("sold_hour", min=0, max=23),
            reconciliation("net_revenue", table="scout.gold_daily_aggregates"),
            reconciliation("transaction_count", table="scout.gold_daily_aggregates"),
            schema(
                "store_id integer, date_key date, sold_hour smallint, transaction_count bigint, units numeric, "
                "net_revenue numeric, unique_customers bigint, avg_transaction_value numeric, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/hourly_kpis_clear", insert="gold/hourly_kpis")


hourly_kpis_asset = buckets.asset(TABLE, refresh)
