"""scout.gold_region_hours: one row per region, business day and hour of the day, over all stores."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.gold.figure_rules import figure_rules
from scout_pipeline.gold.sales_figures import SALES, sales_figures
from scout_pipeline.quality.rules import RuleSet, in_range, schema
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
    quality=RuleSet(
        key=("region", "date_key", "sold_hour"),
        day="date_key",
        rules=(
            *figure_rules("transaction_count", "units", "net_revenue", "unique_customers"),
            in_range("sold_hour", min=0, max=23),
            schema(
                "region text, date_key date, sold_hour smallint, transaction_count bigint, units numeric, "
                "net_revenue numeric, unique_customers bigint, avg_transaction_value numeric, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/region_hours_clear", insert="gold/region_hours")


region_hours_asset = buckets.asset(TABLE, refresh)
