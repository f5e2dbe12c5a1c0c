"""scout.mv_global_product_stats: one row per product sold at least twice, over all stores and all time."""

from scout_pipeline.database import Database
from scout_pipeline.gold import store_product_summary
from scout_pipeline.gold.buckets import GoldReport
from scout_pipeline.serving import materialized_views
from scout_pipeline.silver import dim_store
from scout_pipeline.tables import Table

SOURCE = "gold/store_product_summary"
TABLE = Table(
    key="serving/mv_global_product_stats",
    relation="scout.mv_global_product_stats",
    description="Sales, stores, regions, months, share and rank of each product over all stores and all time.",
    deps=(store_product_summary.TABLE, dim_store.TABLE),
    lineage={
        "sku": [(SOURCE, "sku")],
        "transaction_count": [(SOURCE, "transaction_count")],
        "units": [(SOURCE, "units")],
        "net_revenue": [(SOURCE, "net_revenue")],
        "store_count": [(SOURCE, "store_id")],
        "region_count": [(SOURCE, "store_id"), ("silver/dim_store", "region")],
        "month_count": [(SOURCE, "month")],
        "first_sold_date": [(SOURCE, "first_sold_date")],
        "last_sold_date": [(SOURCE, "last_sold_date")],
        "revenue_share_pct": [(SOURCE, "net_revenue")],
        "revenue_rank": [(SOURCE, "net_revenue")],
    },
)


def refresh(target: Database) -> GoldReport:
    return materialized_views.refresh(target, TABLE)


mv_global_product_stats_asset = materialized_views.asset(TABLE)
