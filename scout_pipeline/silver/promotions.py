"""scout.silver_promotions: one row per promotion as it stands now."""

from scout_pipeline import tables
from scout_pipeline.silver import dimension_records
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
)

# written in the transaction that reads the window
promotions_asset = tables.written_elsewhere(TABLE)
