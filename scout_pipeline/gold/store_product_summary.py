"""scout.gold_store_product_summary: one row per store, month and product, by its share of the store's month."""

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, Grain, RowCounts
from scout_pipeline.gold.figure_rules import figure_rules
from scout_pipeline.quality.rules import RuleSet, in_range, referential, schema
from scout_pipeline.silver import dim_product, transaction_items, transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/store_product_summary"
ITEMS = "silver/transaction_items"
REVENUE = [(ITEMS, "subtotal"), (ITEMS, "sku"), ("silver/dim_product", "is_product")]
TABLE = Table(
    key=LAYER,
    relation="scout.gold_store_product_summary",
    description="Products of each store and month: units, net revenue, customers, days, share and rank.",
    deps=(transactions_cleaned.TABLE, transaction_items.TABLE, dim_product.TABLE),
    lineage={
        "store_id": [(ITEMS, "store_id")],
        "month": [(ITEMS, "date_key")],
        "sku": [(ITEMS, "sku"), ("silver/dim_product", "is_product")],
        "units": [(ITEMS, "quantity")],
        "net_revenue": [(ITEMS, "subtotal")],
        "transaction_count": [(ITEMS, "transaction_id")],
        "unique_customers": [("silver/transactions_cleaned", "customer_id")],
        "first_sold_date": [(ITEMS, "date_key")],
        "last_sold_date": [(ITEMS, "date_key")],
        "revenue_share_pct": REVENUE,
        "revenue_rank": REVENUE,
    },
    quality=RuleSet(
        key=("store_id", "month", "sku"),
        day="month",
        grain="month",
        store="store_id",
        rules=(
            *figure_rules("transaction_count", "units", "net_revenue", "unique_customers"),
            in_range("revenue_rank", min=1),
            in_range("first_sold_date", min_column="month", max_column="last_sold_date"),
            in_range("revenue_share_pct", max=100).but(severity="warning"),
            referential("store_id", table="scout.store_registry"),
            schema(
                "store_id integer, month date, sku text, units numeric, net_revenue numeric, "
                "transaction_count bigint, unique_customers bigint, first_sold_date date, last_sold_date date, "
                "revenue_share_pct numeric, revenue_rank bigint, refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps, grain=Grain.MONTH)


def _steps(connection: sa.Connection) -> RowCounts:
    database.run(connection, "gold/group_settings")
    return buckets.replace(connection, clear="gold/store_product_summary_clear", insert="gold/store_product_summary")


store_product_summary_asset = buckets.asset(TABLE, refresh)
