"""scout.silver_promotion_approvals: one row per approval of a promotion."""

from scout_pipeline import tables
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/promotion_approvals",
    relation="scout.silver_promotion_approvals",
    description="One row per approval of a promotion: who waits, and when it began and ended.",
    deps=(transactions_cleaned.TABLE,),
)

# written by the operation that carries a window of bronze
promotion_approvals_asset = tables.written_elsewhere(TABLE)
