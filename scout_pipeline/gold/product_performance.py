"""scout.gold_product_performance: one row per code and month, over all stores."""

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets, store_product_summary
from scout_pipeline.gold.buckets import GoldReport, Grain, RowCounts
from scout_pipeline.quality import rules
from scout_pipeline.quality.rules import RuleSet, completeness, in_range, referential, schema
from scout_pipeline.silver import transaction_items
from scout_pipeline.tables import Table

LAYER = "gold/product_performance"
ITEMS = "silver/transaction_items"
PRODUCTS = store_product_summary.LAYER
TABLE = Table(
    key=LAYER,
    relation="scout.gold_product_performance",
    description="Units, net revenue and transactions of each code and month over all stores.",
    deps=(transaction_items.TABLE, store_product_summary.TABLE),
    lineage={
        "sku": [(PRODUCTS, "sku"), (ITEMS, "sku")],
        "month": [(PRODUCTS, "month"), (ITEMS, "date_key")],
        "units": [(PRODUCTS, "units"), (ITEMS, "quantity")],
        "net_revenue": [(PRODUCTS, "net_revenue"), (ITEMS, "subtotal")],
        "transactions": [(PRODUCTS, "transaction_count"), (ITEMS, "transaction_id")],
    },
    quality=RuleSet(
        key=("sku", "month"),
        day="month",
        grain="month",
        rules=(
            in_range("transactions", min=0),
            referential("sku", table="scout.dim_product").but(remedy=rules.REBUILD),
            completeness("units", "net_revenue"),
            schema(
                "sku text, month date, units numeric, net_revenue numeric, transactions bigint, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps, grain=Grain.MONTH)


def _steps(connection: sa.Connection) -> RowCounts:
    database.run(connection, "gold/hash_settings")
    return buckets.replace(connection, clear="gold/product_performance_clear", insert="gold/product_performance")


product_performance_asset = buckets.asset(TABLE, refresh)
