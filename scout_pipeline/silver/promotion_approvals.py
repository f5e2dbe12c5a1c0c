"""scout.silver_promotion_approvals: one row per approval."""

from scout_pipeline import tables
from scout_pipeline.silver import dimension_records
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/promotion_approvals",
    relation="scout.silver_promotion_approvals",
    description="One row per approval of a promotion, from its start to its end.",
    deps=(dimension_records.TABLE,),
    lineage={
        "approval_id": [("silver/dimension_records", "code")],
        "promotion_id": [("silver/dimension_records", "attributes")],
        "status": [("silver/dimension_records", "attributes")],
    },
)

# written in the transaction that reads the window
promotion_approvals_asset = tables.written_elsewhere(TABLE)
