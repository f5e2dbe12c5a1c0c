"""scout.silver_promotions: one row per promotion as it stands now."""

from scout_pipeline import tables
from scout_pipeline.quality.rules import RuleSet, completeness, in_range, referential, schema, validity
from scout_pipeline.silver import dimension_records
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/promotions",
    relation="scout.silver_promotions",
    description="One row per promotion with its status, its value and when it was decided.",
    deps=(dimension_records.TABLE,),
    lineage={
        "promotion_id": [("silver/dimension_records", "code")],
        "status": [("silver/dimension_records", "attributes")],
        "promotion_value": [("silver/dimension_records", "attributes")],
        "created_at": [("silver/dimension_records", "attributes")],
    },
    quality=RuleSet(
        key=("promotion_id",),
        store="store_id",
        rules=(
            validity("status", ("draft", "open", "approved", "rejected", "closed")),
            in_range("promotion_value", min=0),
            in_range("closed_at", min_column="created_at").but(severity="warning"),
            in_range("approved_at", min_column="created_at").but(severity="warning"),
            completeness("closed_at", when={"status": ("closed",)}).but(severity="warning"),
            referential("store_id", table="scout.store_registry").but(severity="warning"),
            referential("brand_name", table="scout.dim_brand").but(severity="warning"),
            schema(
                "promotion_id text, promotion_name text, status text, store_id integer, brand_name text, "
                "promotion_value numeric, created_at timestamp with time zone, "
                "approved_at timestamp with time zone, closed_at timestamp with time zone"
            ),
        ),
    ),
)

# written in the transaction that reads the window
promotions_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
