"""scout.gold_store_activity_stats: how lately and how often each store sold, counted to one day for all."""

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets, daily_aggregates, store_product_summary
from scout_pipeline.gold.buckets import GoldReport
from scout_pipeline.gold.latest_day import Spans
from scout_pipeline.gold.sales_figures import SALES
from scout_pipeline.quality.rules import RuleSet, in_range, referential, schema
from scout_pipeline.silver import dim_product, transaction_items, transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/store_activity_stats"
SPANS = Spans(LAYER, outdated="gold/outdated_activity", clear="gold/store_activity_stats_clear")
PRODUCTS = store_product_summary.LAYER
LATEST = (daily_aggregates.LAYER, "date_key")
DAYS = [(SALES, "date_key"), LATEST]
REVENUE = [(SALES, "peso_value"), *DAYS]
TABLE = Table(
    key=LAYER,
    relation="scout.gold_store_activity_stats",
    description="First and latest sale of each store, its activity in the last 7, 30 and 90 days, and its status.",
    deps=(
        transactions_cleaned.TABLE,
        transaction_items.TABLE,
        dim_product.TABLE,
        daily_aggregates.TABLE,
        store_product_summary.TABLE,
    ),
    lineage={
        "store_id": [(SALES, "store_id")],
        "as_of_date": [LATEST],
        "first_sale_date": [(SALES, "date_key")],
        "last_sale_date": [(SALES, "date_key")],
        "silent_days": DAYS,
        "activity_status": DAYS,
        **{f"active_days_{days}d": DAYS for days in (7, 30, 90)},
        **{f"transaction_count_{days}d": [(SALES, "transaction_id"), *DAYS] for days in (7, 30, 90)},
        **{f"revenue_{days}d": REVENUE for days in (7, 30, 90)},
        "product_count_30d": [
            *((PRODUCTS, column) for column in ("sku", "first_sold_date", "last_sold_date")),
            ("silver/transaction_items", "sku"),
            ("silver/dim_product", "is_product"),
            LATEST,
        ],
        "device_count_30d": [(SALES, "device_id"), *DAYS],
        "avg_daily_revenue_30d": REVENUE,
    },
    quality=RuleSet(
        key=("store_id",),
        store="store_id",
        rules=(
            in_range("silent_days", min=0),
            in_range("last_sale_date", min_column="first_sale_date", max_column="as_of_date"),
            in_range("transaction_count_7d", min=0, max_column="transaction_count_30d"),
            in_range("transaction_count_30d", min=0, max_column="transaction_count_90d"),
            referential("store_id", table="scout.store_registry"),
            schema(
                "store_id integer, as_of_date date, first_sale_date date, last_sale_date date, silent_days integer, "
                "activity_status text, active_days_7d bigint, active_days_30d bigint, active_days_90d bigint, "
                "transaction_count_7d bigint, transaction_count_30d bigint, transaction_count_90d bigint, "
                "revenue_7d numeric, revenue_30d numeric, revenue_90d numeric, product_count_30d bigint, "
                "device_count_30d bigint, avg_daily_revenue_30d numeric, refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return SPANS.refresh(target)


store_activity_stats_asset = buckets.asset(TABLE, refresh)
