"""scout.dim_category: one row per product category."""

from scout_pipeline import tables
from scout_pipeline.quality.rules import RuleSet, completeness, schema
from scout_pipeline.silver import dimension_records
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_category",
    relation="scout.dim_category",
    description="One row per product category with its group and its name for people.",
    deps=(dimension_records.TABLE,),
    lineage={
        "category": [("silver/dimension_records", "code")],
        "category_group": [("silver/dimension_records", "attributes")],
        "display_name": [("silver/dimension_records", "attributes")],
    },
    quality=RuleSet(
        key=("category",),
        rules=(
            completeness("category_group", "display_name"),
            schema("category text, category_group text, display_name text, sort_order integer"),
        ),
    ),
)

# written in the transaction that reads the window
dim_category_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
