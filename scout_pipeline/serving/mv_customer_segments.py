"""scout.mv_customer_segments: one row per segment of the customers."""

from scout_pipeline.database import Database
from scout_pipeline.gold import customer_insights
from scout_pipeline.gold.buckets import GoldReport
from scout_pipeline.serving import materialized_views
from scout_pipeline.tables import Table

LAYER = "serving/mv_customer_segments"
TABLE = Table(
    key=LAYER,
    relation="scout.mv_customer_segments",
    description="Customers, their value and their habits by segment; refreshed when the insights changed.",
    deps=(customer_insights.TABLE,),
    lineage={
        "segment": [(customer_insights.LAYER, "segment")],
        "customer_count": [(customer_insights.LAYER, "customer_id")],
        "monetary": [(customer_insights.LAYER, "monetary")],
        "avg_monetary": [(customer_insights.LAYER, "monetary")],
        "avg_frequency": [(customer_insights.LAYER, "frequency")],
        "avg_recency_days": [(customer_insights.LAYER, "recency_days")],
    },
)


def refresh(target: Database) -> GoldReport:
    return materialized_views.refresh(target, TABLE)


mv_customer_segments_asset = materialized_views.asset(TABLE)
