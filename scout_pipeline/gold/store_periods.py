"""scout.gold_store_periods: one row per store and day, week (from Monday) and month."""

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, Grain, RowCounts
from scout_pipeline.gold.figure_rules import figure_rules
from scout_pipeline.gold.sales_figures import SALES, sales_figures
from scout_pipeline.quality.rules import RuleSet, referential, schema, validity
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/store_periods"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_store_periods",
    description="Sales of each store and day, week and month, customers counted in each period.",
    deps=(transactions_cleaned.TABLE,),
    lineage={
        "store_id": [(SALES, "store_id")],
        "period": [(SALES, "date_key")],
        "period_start": [(SALES, "date_key")],
        **sales_figures("transaction_count", "units", "net_revenue", "unique_customers", "avg_transaction_value"),
    },
    quality=RuleSet(
        key=("store_id", "period", "period_start"),
        day="period_start",
        grain="month",
        store="store_id",
        rules=(
            *figure_rules("transaction_count", "units", "net_revenue", "unique_customers"),
            validity("period", ("day", "week", "month")),
            referential("store_id", table="scout.store_registry"),
            schema(
                "store_id integer, period text, period_start date, transaction_count bigint, units numeric, "
                "net_revenue numeric, unique_customers bigint, avg_transaction_value numeric, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps, grain=Grain.MONTH)


def _steps(connection: sa.Connection) -> RowCounts:
    take_periods(connection)
    return buckets.replace(connection, clear="gold/store_periods_clear", insert="gold/store_periods")


def take_periods(connection: sa.Connection) -> None:
    """Make `touched_periods` and `touched_days` of the buckets; for every table with this grain of time."""
    database.run(connection, "gold/touched_periods")
    database.run(connection, "gold/touched_days")
    database.run(connection, "gold/touched_period_statistics")


store_periods_asset = buckets.asset(TABLE, refresh)
