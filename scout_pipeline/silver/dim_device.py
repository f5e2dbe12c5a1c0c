"""scout.dim_device: one row per device at a counter."""

from scout_pipeline import tables
from scout_pipeline.quality.rules import RuleSet, referential, schema
from scout_pipeline.silver import dimension_records
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_device",
    relation="scout.dim_device",
    description="One row per device at a counter and the store where it stands.",
    deps=(dimension_records.TABLE,),
    lineage={
        "device_id": [("silver/dimension_records", "code")],
        "store_id": [("silver/dimension_records", "attributes")],
        "model": [("silver/dimension_records", "attributes")],
        "installed_on": [("silver/dimension_records", "attributes")],
    },
    quality=RuleSet(
        key=("device_id",),
        store="store_id",
        rules=(
            referential("store_id", table="scout.store_registry"),
            schema("device_id text, store_id integer, model text, installed_on date"),
        ),
    ),
)

# written in the transaction that reads the window
dim_device_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
