"""scout.dim_province: one row per province."""

from scout_pipeline import tables
from scout_pipeline.quality.rules import RuleSet, referential, schema
from scout_pipeline.silver import dimension_records
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_province",
    relation="scout.dim_province",
    description="One row per province and the region in which it lies.",
    deps=(dimension_records.TABLE,),
    lineage={
        "province_code": [("silver/dimension_records", "code")],
        "province_name": [("silver/dimension_records", "attributes")],
        "region": [("silver/dimension_records", "attributes")],
    },
    quality=RuleSet(
        key=("province_code",),
        rules=(
            referential("region", table="scout.dim_region"),
            schema("province_code text, province_name text, region text"),
        ),
    ),
)

# written in the transaction that reads the window
dim_province_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
