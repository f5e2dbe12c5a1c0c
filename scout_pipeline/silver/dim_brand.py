"""scout.dim_brand: one row per brand."""

from scout_pipeline import tables
from scout_pipeline.quality.rules import RuleSet, completeness, pattern, schema
from scout_pipeline.silver import dimension_records
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_brand",
    relation="scout.dim_brand",
    description="One row per brand with its owner, whether it is a client, and the words people use for it.",
    deps=(dimension_records.TABLE,),
    lineage={
        "brand_name": [("silver/dimension_records", "code")],
        "brand_owner": [("silver/dimension_records", "attributes")],
        "is_tbwa_client": [("silver/dimension_records", "attributes")],
        "variants": [("silver/dimension_records", "attributes")],
    },
    quality=RuleSet(
        key=("brand_name",),
        rules=(
            pattern("brand_name", "[^ ]").but(name="brand_has_a_name"),
            completeness("brand_owner").but(severity="warning"),
            schema("brand_name text, brand_owner text, is_tbwa_client boolean, variants text[]"),
        ),
    ),
)

# written in the transaction that reads the window
dim_brand_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
