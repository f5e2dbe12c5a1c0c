"""scout.mv_store_daily_metrics: one row per store and business day, under the names of the documents."""

from scout_pipeline.database import Database
from scout_pipeline.gold import daily_aggregates
from scout_pipeline.gold.buckets import GoldReport
from scout_pipeline.serving import materialized_views
from scout_pipeline.tables import Table

SOURCE = "gold/daily_aggregates"
TABLE = Table(
    key="serving/mv_store_daily_metrics",
    relation="scout.mv_store_daily_metrics",
    description="Daily figures of each store under the names that the dashboards use.",
    deps=(daily_aggregates.TABLE,),
    lineage={
        "store_id": [(SOURCE, "store_id")],
        "date_key": [(SOURCE, "date_key")],
        "transaction_count": [(SOURCE, "transaction_count")],
        "total_revenue": [(SOURCE, "net_revenue")],
        "avg_transaction": [(SOURCE, "avg_transaction_value")],
        "unique_customers": [(SOURCE, "unique_customers")],
    },
)


def refresh(target: Database) -> GoldReport:
    return materialized_views.refresh(target, TABLE)


mv_store_daily_metrics_asset = materialized_views.asset(TABLE)
