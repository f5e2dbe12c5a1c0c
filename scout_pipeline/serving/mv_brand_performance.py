"""scout.mv_brand_performance: one row per brand and day of the 90 business days up to the newest."""

from scout_pipeline.bronze import ingestion_batches
from scout_pipeline.database import Database
from scout_pipeline.gold import brand_performance, daily_aggregates
from scout_pipeline.gold.buckets import GoldReport
from scout_pipeline.serving import materialized_views
from scout_pipeline.silver import dim_store
from scout_pipeline.tables import Table

SOURCE = "gold/brand_performance"
TABLE = Table(
    key="serving/mv_brand_performance",
    relation="scout.mv_brand_performance",
    description="Daily figures of each brand over the newest 90 business days, with its rank and tier.",
    # which day is the latest: scout.latest_business_day() reads the last three
    deps=(brand_performance.TABLE, daily_aggregates.TABLE, dim_store.TABLE, ingestion_batches.TABLE),
    lineage={
        "brand_name": [(SOURCE, "brand_name")],
        "date_key": [(SOURCE, "date_key")],
        "transaction_count": [(SOURCE, "transaction_count")],
        "unique_customers": [(SOURCE, "unique_customers")],
        "units": [(SOURCE, "units")],
        "net_revenue": [(SOURCE, "net_revenue")],
        "avg_unit_price": [(SOURCE, "avg_unit_price")],
        "store_count": [(SOURCE, "store_count")],
        "revenue_rank": [(SOURCE, "net_revenue")],
        "tier": [(SOURCE, "net_revenue")],
    },
)


def refresh(target: Database) -> GoldReport:
    return materialized_views.refresh(target, TABLE)


mv_brand_performance_asset = materialized_views.asset(TABLE)
