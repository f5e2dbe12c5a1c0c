"""scout.gold_region_periods: one row per region and day, week (from Monday) and month."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets, store_periods
from scout_pipeline.gold.buckets import GoldReport, Grain, RowCounts
from scout_pipeline.gold.figure_rules import figure_rules
from scout_pipeline.gold.sales_figures import SALES, sales_figures
from scout_pipeline.quality.rules import RuleSet, schema, validity
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/region_periods"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_region_periods",
    description="Sales of each region and day, week and month over all stores, customers counted in each period.",
    deps=(transactions_cleaned.TABLE,),
    lineage={
        "region": [(SALES, "region")],
        "period": [(SALES, "date_key")],
        "period_start": [(SALES, "date_key")],
        **sales_figures("transaction_count", "units", "net_revenue", "unique_customers", "avg_transaction_value"),
    },
    quality=RuleSet(
        key=("region", "period", "period_start"),
        day="period_start",
        grain="month",
        rules=(
            *figure_rules("transaction_count", "units", "net_revenue", "unique_customers"),
            validity("period", ("day", "week", "month")),
            schema(
                "region text, period text, period_start date, transaction_count bigint, units numeric, "
                "net_revenue numeric, unique_customers bigint, avg_transaction_value numeric, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps, grain=Grain.MONTH)


def _steps(connection: sa.Connection) -> RowCounts:
    store_periods.take_periods(connection)
    return buckets.replace(connection, clear="gold/region_periods_clear", insert="gold/region_periods")


region_periods_asset = buckets.asset(TABLE, refresh)
