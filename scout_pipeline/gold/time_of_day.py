"""scout.gold_time_of_day: one row per store, business day and part of the day."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.gold.figure_rules import figure_rules
from scout_pipeline.gold.sales_figures import SALES, sales_figures
from scout_pipeline.quality.rules import RuleSet, reconciliation, schema, validity
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
    quality=RuleSet(
        key=("store_id", "date_key", "time_of_day"),
        day="date_key",
        store="store_id",
        rules=(
            *figure_rules("transaction_count", "units", "net_revenue", "unique_customers"),
            validity("time_of_day", ("morning", "afternoon", "evening", "night")),
            reconciliation("net_revenue", table="scout.gold_daily_aggregates"),
            reconciliation("transaction_count", table="scout.gold_daily_aggregates"),
            schema(
                "store_id integer, date_key date, time_of_day text, transaction_count bigint, units numeric, "
                "net_revenue numeric, unique_customers bigint, refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/time_of_day_clear", insert="gold/time_of_day")


time_of_day_asset = buckets.asset(TABLE, refresh)
