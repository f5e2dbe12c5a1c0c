"""scout.gold_category_summary: one row per category and business day, over all stores."""

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.gold.figure_rules import figure_rules
from scout_pipeline.quality.rules import RuleSet, in_range, schema
from scout_pipeline.silver import transaction_items, transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/category_summary"
ITEMS = "silver/transaction_items"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_category_summary",
    description="Sales, net revenue, customers, brands and codes of each category and business day over all stores.",
    deps=(transactions_cleaned.TABLE, transaction_items.TABLE),
    lineage={
        "category": [(ITEMS, "category")],
        "date_key": [(ITEMS, "date_key")],
        "transaction_count": [(ITEMS, "transaction_id")],
        "units": [(ITEMS, "quantity")],
        "net_revenue": [(ITEMS, "subtotal")],
        "unique_customers": [("silver/transactions_cleaned", "customer_id")],
        "brand_count": [(ITEMS, "brand_name")],
        "sku_count": [(ITEMS, "sku")],
    },
    quality=RuleSet(
        key=("category", "date_key"),
        day="date_key",
        rules=(
            *figure_rules("transaction_count", "units", "net_revenue", "unique_customers"),
            in_range("sku_count", min=1),
            schema(
                "category text, date_key date, transaction_count bigint, units numeric, net_revenue numeric, "
                "unique_customers bigint, brand_count bigint, sku_count bigint, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    database.run(connection, "gold/group_settings")
    return buckets.replace(connection, clear="gold/category_summary_clear", insert="gold/category_summary")


category_summary_asset = buckets.asset(TABLE, refresh)
