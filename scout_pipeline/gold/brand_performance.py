"""scout.gold_brand_performance: one row per brand and business day, over all stores."""

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.gold.figure_rules import figure_rules
from scout_pipeline.quality.rules import RuleSet, in_range, schema
from scout_pipeline.silver import transaction_items, transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/brand_performance"
ITEMS = "silver/transaction_items"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_brand_performance",
    description="Sales, units, net revenue, customers and stores of each brand and business day over all stores.",
    deps=(transactions_cleaned.TABLE, transaction_items.TABLE),
    lineage={
        "brand_name": [(ITEMS, "brand_name")],
        "date_key": [(ITEMS, "date_key")],
        "transaction_count": [(ITEMS, "transaction_id")],
        "units": [(ITEMS, "quantity")],
        "net_revenue": [(ITEMS, "subtotal")],
        "unique_customers": [("silver/transactions_cleaned", "customer_id")],
        "avg_unit_price": [(ITEMS, "subtotal"), (ITEMS, "quantity")],
        "store_count": [(ITEMS, "store_id")],
    },
    quality=RuleSet(
        key=("brand_name", "date_key"),
        day="date_key",
        rules=(
            *figure_rules("transaction_count", "units", "net_revenue", "unique_customers"),
            in_range("store_count", min=1),
            in_range("avg_unit_price", min=0).but(severity="warning"),
            schema(
                "brand_name text, date_key date, transaction_count bigint, units numeric, net_revenue numeric, "
                "unique_customers bigint, avg_unit_price numeric, store_count bigint, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    database.run(connection, "gold/group_settings")
    return buckets.replace(connection, clear="gold/brand_performance_clear", insert="gold/brand_performance")


brand_performance_asset = buckets.asset(TABLE, refresh)
