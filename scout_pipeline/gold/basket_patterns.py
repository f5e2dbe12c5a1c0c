"""scout.gold_basket_patterns: which codes are bought together, one row per pair and month over all stores."""

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, Grain, RowCounts
from scout_pipeline.quality.rules import RuleSet, in_range, schema
from scout_pipeline.silver import transaction_items, transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/basket_patterns"
ITEMS = "silver/transaction_items"
BASKETS = [(ITEMS, "transaction_id"), (ITEMS, "sku"), ("silver/transactions_cleaned", "line_count")]
TABLE = Table(
    key=LAYER,
    relation="scout.gold_basket_patterns",
    description="Pairs of codes that baskets of a month hold together, with support, confidence both ways and lift.",
    deps=(transactions_cleaned.TABLE, transaction_items.TABLE),
    lineage={
        "month": [("silver/transactions_cleaned", "date_key")],
        "sku_a": [(ITEMS, "sku")],
        "sku_b": [(ITEMS, "sku")],
        "basket_count": BASKETS,
        "support_pct": BASKETS,
        "confidence_ab_pct": BASKETS,
        "confidence_ba_pct": BASKETS,
        "lift": BASKETS,
    },
    quality=RuleSet(
        key=("month", "sku_a", "sku_b"),
        day="month",
        grain="month",
        rules=(
            in_range("support_pct", above=0, max=100),
            in_range("confidence_ab_pct", above=0, max=100),
            in_range("confidence_ba_pct", above=0, max=100),
            in_range("lift", above=0),
            schema(
                "month date, sku_a text, sku_b text, basket_count bigint, support_pct numeric, "
                "confidence_ab_pct numeric, confidence_ba_pct numeric, lift numeric, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps, grain=Grain.MONTH)


def _steps(connection: sa.Connection) -> RowCounts:
    database.run(connection, "gold/group_settings")
    buckets.run(connection, "gold/basket_contents")
    database.run(connection, "gold/basket_statistics")
    return buckets.replace(connection, clear="gold/basket_patterns_clear", insert="gold/basket_patterns")


basket_patterns_asset = buckets.asset(TABLE, refresh)
