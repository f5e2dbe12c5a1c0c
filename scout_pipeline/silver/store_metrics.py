"""scout.silver_store_metrics: the metric feed, one row per measurement of a store."""

from scout_pipeline import tables
from scout_pipeline.silver import dim_store, transactions_cleaned
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/store_metrics",
    relation="scout.silver_store_metrics",
    description="One row per measurement of a store from every source, on the business day of the store.",
    deps=(transactions_cleaned.TABLE, dim_store.TABLE),
)

# written by the operation that carries a window of bronze
store_metrics_asset = tables.written_elsewhere(TABLE)
