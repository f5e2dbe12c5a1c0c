"""scout.dim_barangay: one row per barangay."""

from scout_pipeline import tables
from scout_pipeline.quality.rules import RuleSet, referential, schema
from scout_pipeline.silver import dimension_records
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_barangay",
    relation="scout.dim_barangay",
    description="One row per barangay and the city in which it lies.",
    deps=(dimension_records.TABLE,),
    lineage={
        "barangay_code": [("silver/dimension_records", "code")],
        "barangay_name": [("silver/dimension_records", "attributes")],
        "city_code": [("silver/dimension_records", "attributes")],
    },
    quality=RuleSet(
        key=("barangay_code",),
        rules=(
            referential("city_code", table="scout.dim_city").but(severity="warning"),
            schema("barangay_code text, barangay_name text, city_code text"),
        ),
    ),
)

# written in the transaction that reads the window
dim_barangay_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
