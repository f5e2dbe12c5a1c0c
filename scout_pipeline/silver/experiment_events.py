"""scout.silver_experiment_events: one row per measurement of an experiment."""

from scout_pipeline import tables
from scout_pipeline.quality.rules import RuleSet, completeness, referential, schema
from scout_pipeline.silver import dimension_records
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/experiment_events",
    relation="scout.silver_experiment_events",
    description="One row per measurement of an experiment in a store, with its target.",
    deps=(dimension_records.TABLE,),
    lineage={
        "event_id": [("silver/dimension_records", "code")],
        "experiment": [("silver/dimension_records", "attributes")],
        "target_value": [("silver/dimension_records", "attributes")],
        "actual_value": [("silver/dimension_records", "attributes")],
    },
    quality=RuleSet(
        key=("store_id", "experiment", "event_id"),
        store="store_id",
        rules=(
            completeness("target_value", "occurred_at"),
            completeness("actual_value").but(severity="info", remedy="nothing, until the event has ended"),
            referential("store_id", table="scout.store_registry"),
            schema(
                "store_id integer, experiment text, event_id text, occurred_at timestamp with time zone, "
                "target_value numeric, actual_value numeric"
            ),
        ),
    ),
)

# written in the transaction that reads the window
experiment_events_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
