"""scout.silver_store_metrics: the metric feed of the stores."""

from scout_pipeline import tables
from scout_pipeline.silver import dim_store, dimension_records
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/store_metrics",
    relation="scout.silver_store_metrics",
    description="One row per measurement of a store from any source, on the business day of the store.",
    deps=(dimension_records.TABLE, dim_store.TABLE),
    lineage={
        "measurement_id": [("silver/dimension_records", "code")],
        "metric_name": [("silver/dimension_records", "attributes")],
        "metric_source": [("silver/dimension_records", "attributes")],
        "metric_value": [("silver/dimension_records", "attributes")],
        "measured_at": [("silver/dimension_records", "attributes")],
    },
)

# written in the transaction that reads the window
store_metrics_asset = tables.written_elsewhere(TABLE)
