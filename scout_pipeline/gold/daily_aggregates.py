"""scout.gold_daily_aggregates: one row per store and business day, with a restatement when a closed day changes."""

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.gold.figure_rules import figure_rules
from scout_pipeline.gold.sales_figures import SALES_FIGURES
from scout_pipeline.quality.rules import RuleSet, reconciliation, referential, schema
from scout_pipeline.quality.usual import distribution, no_silence, volume
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
    quality=RuleSet(
        key=("store_id", "date_key"),
        day="date_key",
        store="store_id",
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
            reconciliation("net_revenue", table="scout.silver_transactions_cleaned", to="peso_value"),
            reconciliation("line_count", table="scout.silver_transactions_cleaned"),
            referential("store_id", table="scout.store_registry"),
            no_silence("transaction_count", entity="store_id"),
            distribution("net_revenue", entity="store_id", limit=5, counted="transaction_count", noise=1),
            distribution("transaction_count", entity="store_id", counted="transaction_count", noise=1),
            distribution("units", entity="store_id", counted="transaction_count", noise=1),
            distribution(
                "net_revenue", per="transaction_count", entity="store_id", limit=5, counted="transaction_count", noise=1
            ),
            volume(min_share=0.7, max_share=1.5),
            schema(
                "store_id integer, date_key date, transaction_count bigint, line_count bigint, units numeric, "
                "gross_sales numeric, returns_value numeric, adjustments_value numeric, net_revenue numeric, "
                "unique_customers bigint, avg_transaction_value numeric, refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps, empty_months=2)


def _steps(connection: sa.Connection) -> RowCounts:
    database.run(connection, "gold/previous_figures")
    counts = buckets.replace(connection, clear="gold/daily_aggregates_clear", insert="gold/daily_aggregates")
    database.run(connection, "gold/restatements")
    return counts


daily_aggregates_asset = buckets.asset(TABLE, refresh)
