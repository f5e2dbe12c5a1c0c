"""scout.mv_dashboard_kpis: one row per store and hour of the 30 business days up to the newest."""

from scout_pipeline.bronze import ingestion_batches
from scout_pipeline.database import Database
from scout_pipeline.gold import daily_aggregates, hourly_kpis
from scout_pipeline.gold.buckets import GoldReport
from scout_pipeline.serving import materialized_views
from scout_pipeline.silver import dim_store
from scout_pipeline.tables import Table

SOURCE = "gold/hourly_kpis"
TABLE = Table(
    key="serving/mv_dashboard_kpis",
    relation="scout.mv_dashboard_kpis",
    description="Hourly figures of each store over the newest 30 business days, for dashboards.",
    # which day is the latest: scout.latest_business_day() reads the last three
    deps=(hourly_kpis.TABLE, daily_aggregates.TABLE, dim_store.TABLE, ingestion_batches.TABLE),
    lineage={
        "store_id": [(SOURCE, "store_id")],
        "date_key": [(SOURCE, "date_key")],
        "sold_hour": [(SOURCE, "sold_hour")],
        "hour_at_store": [(SOURCE, "sold_hour")],
        "transaction_count": [(SOURCE, "transaction_count")],
        "units": [(SOURCE, "units")],
        "net_revenue": [(SOURCE, "net_revenue")],
        "unique_customers": [(SOURCE, "unique_customers")],
        "avg_transaction_value": [(SOURCE, "avg_transaction_value")],
    },
)


def refresh(target: Database) -> GoldReport:
    return materialized_views.refresh(target, TABLE)


mv_dashboard_kpis_asset = materialized_views.asset(TABLE)
