"""scout.dim_city: one row per city or municipality."""

from scout_pipeline import tables
from scout_pipeline.quality.rules import RuleSet, referential, schema
from scout_pipeline.silver import dimension_records
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_city",
    relation="scout.dim_city",
    description="One row per city or municipality and its province.",
    deps=(dimension_records.TABLE,),
    lineage={
        "city_code": [("silver/dimension_records", "code")],
        "city_name": [("silver/dimension_records", "attributes")],
        "province_code": [("silver/dimension_records", "attributes")],
    },
    quality=RuleSet(
        key=("city_code",),
        rules=(
            referential("province_code", table="scout.dim_province").but(severity="warning"),
            schema("city_code text, city_name text, province_code text"),
        ),
    ),
)

# written in the transaction that reads the window
dim_city_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
