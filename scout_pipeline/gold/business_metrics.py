"""scout.gold_business_metrics: revenue, customers, campaigns and client brands of each store and business day."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets, customer_insights
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.gold.sales_figures import SALES, sales_figures
from scout_pipeline.quality.rules import RuleSet, in_range, reconciliation, referential, schema
from scout_pipeline.silver import dim_brand, transaction_items, transactions_cleaned
from scout_pipeline.tables import Table

LAYER = customer_insights.FIRST_PURCHASE_LAYER
ITEMS = "silver/transaction_items"
FIRST_PURCHASE = [
    (SALES, "customer_id"),
    (SALES, "transaction_type"),
    (customer_insights.LAYER, "first_purchase_date"),
]
TABLE = Table(
    key=LAYER,
    relation="scout.gold_business_metrics",
    description="Revenue, new and returning customers, campaigns and client brands of each store and business day.",
    deps=(transactions_cleaned.TABLE, transaction_items.TABLE, dim_brand.TABLE, customer_insights.TABLE),
    lineage={
        "store_id": [(SALES, "store_id")],
        "date_key": [(SALES, "date_key")],
        "daily_revenue": [(SALES, "peso_value")],
        **sales_figures("transaction_count", "avg_transaction_value"),
        "median_transaction_value": [(SALES, "peso_value")],
        "new_customers": FIRST_PURCHASE,
        "returning_customers": FIRST_PURCHASE,
        "anonymous_transactions": [(SALES, "customer_id")],
        "campaign_transactions": [(SALES, "is_campaign_influenced"), (SALES, "campaign_id")],
        "tbwa_revenue": [(ITEMS, "subtotal"), (ITEMS, "brand_name"), ("silver/dim_brand", "is_tbwa_client")],
        "top_payment_method": [(SALES, "payment_method")],
    },
    quality=RuleSet(
        key=("store_id", "date_key"),
        day="date_key",
        store="store_id",
        rules=(
            in_range("transaction_count", min=0),
            in_range("anonymous_transactions", min=0, max_column="transaction_count"),
            in_range("campaign_transactions", min=0, max_column="transaction_count"),
            in_range("new_customers", min=0, max_column="transaction_count"),
            reconciliation("daily_revenue", table="scout.gold_daily_aggregates", to="net_revenue"),
            reconciliation("transaction_count", table="scout.gold_daily_aggregates"),
            referential("store_id", table="scout.store_registry"),
            schema(
                "store_id integer, date_key date, daily_revenue numeric, transaction_count bigint, "
                "avg_transaction_value numeric, median_transaction_value numeric, new_customers bigint, "
                "returning_customers bigint, anonymous_transactions bigint, campaign_transactions bigint, "
                "tbwa_revenue numeric, top_payment_method text, refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/business_metrics_clear", insert="gold/business_metrics")


business_metrics_asset = buckets.asset(TABLE, refresh)
