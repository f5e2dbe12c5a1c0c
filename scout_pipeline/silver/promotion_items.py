"""scout.silver_promotion_items: one row per product of a promotion."""

from scout_pipeline import tables
from scout_pipeline.quality.rules import RuleSet, in_range, referential, schema
from scout_pipeline.silver import dimension_records
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/promotion_items",
    relation="scout.silver_promotion_items",
    description="One row per product of a promotion and its quantity.",
    deps=(dimension_records.TABLE,),
    lineage={
        "item_id": [("silver/dimension_records", "code")],
        "promotion_id": [("silver/dimension_records", "attributes")],
        "sku": [("silver/dimension_records", "attributes")],
        "quantity": [("silver/dimension_records", "attributes")],
    },
    quality=RuleSet(
        key=("item_id",),
        rules=(
            in_range("quantity", min=1),
            referential("promotion_id", table="scout.silver_promotions").but(severity="warning"),
            referential("sku", table="scout.dim_product").but(severity="warning"),
            schema("item_id text, promotion_id text, sku text, quantity integer"),
        ),
    ),
)

# written in the transaction that reads the window
promotion_items_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
