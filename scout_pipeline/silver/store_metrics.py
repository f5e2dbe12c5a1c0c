"""scout.silver_store_metrics: the metric feed of the stores."""

from scout_pipeline import tables
from scout_pipeline.quality.rules import RuleSet, completeness, in_range, referential, schema, validity
from scout_pipeline.silver import dim_store, dimension_records
from scout_pipeline.sources import watermarks
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
    quality=RuleSet(
        key=("store_id", "measurement_id"),
        store="store_id",
        rules=(
            completeness("metric_value", "measured_at"),
            validity("metric_source", ("pos", "mobile", "vision", "manual")),
            in_range("metric_value", min=0, max=100, when={"metric_name": ("shelf_availability_pct",)}).but(
                name="percentage_is_possible",
                severity="warning",
                remedy="ask the sender for the unit of the metric",
            ),
            referential("store_id", table="scout.store_registry"),
            schema(
                "store_id integer, measurement_id text, metric_name text, date_key date, metric_source text, "
                "metric_value numeric, measured_at timestamp with time zone"
            ),
        ),
    ),
)

# written in the transaction that reads the window
store_metrics_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
