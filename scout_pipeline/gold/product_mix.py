"""scout.gold_product_mix: one row per product and month, by its share of the month's revenue over all stores."""

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets, product_performance
from scout_pipeline.gold.buckets import GoldReport, Grain, RowCounts
from scout_pipeline.quality.rules import RuleSet, in_range, schema
from scout_pipeline.silver import dim_product, transaction_items
from scout_pipeline.tables import Table

LAYER = "gold/product_mix"
ITEMS = "silver/transaction_items"
CODES = product_performance.LAYER
CODE = [(CODES, "sku"), (ITEMS, "sku"), ("silver/dim_product", "is_product")]
REVENUE = [(CODES, "net_revenue"), (ITEMS, "subtotal"), *CODE]
TABLE = Table(
    key=LAYER,
    relation="scout.gold_product_mix",
    description="Products of each month by revenue: share, rank, cumulative share and Pareto set.",
    deps=(transaction_items.TABLE, dim_product.TABLE, product_performance.TABLE),
    lineage={
        "month": [(CODES, "month"), (ITEMS, "date_key")],
        "sku": CODE,
        "units": [(CODES, "units"), (ITEMS, "quantity")],
        "net_revenue": [(CODES, "net_revenue"), (ITEMS, "subtotal")],
        "revenue_share_pct": REVENUE,
        "revenue_rank": REVENUE,
        "cumulative_pct": REVENUE,
        "is_pareto_80": REVENUE,
    },
    quality=RuleSet(
        key=("month", "sku"),
        day="month",
        grain="month",
        rules=(
            in_range("revenue_rank", min=1),
            in_range("revenue_share_pct", max=100).but(severity="warning"),
            schema(
                "month date, sku text, units numeric, net_revenue numeric, revenue_share_pct numeric, "
                "revenue_rank bigint, cumulative_pct numeric, is_pareto_80 boolean, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps, grain=Grain.MONTH)


def _steps(connection: sa.Connection) -> RowCounts:
    database.run(connection, "gold/group_settings")
    return buckets.replace(connection, clear="gold/product_mix_clear", insert="gold/product_mix")


product_mix_asset = buckets.asset(TABLE, refresh)
