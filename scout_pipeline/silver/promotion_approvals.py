"""scout.silver_promotion_approvals: one row per approval."""

from scout_pipeline import tables
from scout_pipeline.quality.rules import RuleSet, in_range, referential, schema, validity
from scout_pipeline.silver import dimension_records
from scout_pipeline.sources import watermarks
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
    quality=RuleSet(
        key=("approval_id",),
        rules=(
            validity("status", ("pending", "approved", "rejected")),
            in_range("finished_at", min_column="started_at").but(severity="warning"),
            referential("promotion_id", table="scout.silver_promotions").but(severity="warning"),
            schema(
                "approval_id text, promotion_id text, status text, started_at timestamp with time zone, "
                "finished_at timestamp with time zone"
            ),
        ),
    ),
)

# written in the transaction that reads the window
promotion_approvals_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
