"""scout.gold_category_periods: one row per category and week or month, over all stores."""

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, Grain, RowCounts
from scout_pipeline.gold.figure_rules import figure_rules
from scout_pipeline.quality.rules import RuleSet, in_range, schema, validity
from scout_pipeline.silver import transaction_items, transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/category_periods"
ITEMS = "silver/transaction_items"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_category_periods",
    description="Sales, net revenue, customers, brands and codes of each category and week or month over all stores.",
    deps=(transactions_cleaned.TABLE, transaction_items.TABLE),
    lineage={
        "category": [(ITEMS, "category")],
        "period": [(ITEMS, "date_key")],
        "period_start": [(ITEMS, "date_key")],
        "transaction_count": [(ITEMS, "transaction_id")],
        "units": [(ITEMS, "quantity")],
        "net_revenue": [(ITEMS, "subtotal")],
        "unique_customers": [("silver/transactions_cleaned", "customer_id")],
        "brand_count": [(ITEMS, "brand_name")],
        "sku_count": [(ITEMS, "sku")],
    },
    quality=RuleSet(
        key=("category", "period", "period_start"),
        day="period_start",
        grain="month",
        rules=(
            *figure_rules("transaction_count", "units", "net_revenue", "unique_customers"),
            in_range("sku_count", min=1),
            validity("period", ("week", "month")),
            schema(
                "category text, period text, period_start date, transaction_count bigint, units numeric, "
                "net_revenue numeric, unique_customers bigint, brand_count bigint, sku_count bigint, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps, grain=Grain.MONTH)


def _steps(connection: sa.Connection) -> RowCounts:
    database.run(connection, "gold/group_settings")
    return buckets.replace(connection, clear="gold/category_periods_clear", insert="gold/category_periods")


category_periods_asset = buckets.asset(TABLE, refresh)
