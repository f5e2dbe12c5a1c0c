"""scout.gold_promotion_summary: promotions by the day of their making and their status, open and closed apart."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.quality.rules import RuleSet, in_range, schema
from scout_pipeline.silver import promotion_approvals, promotions
from scout_pipeline.tables import Table

LAYER = "gold/promotion_summary"
MADE = "silver/promotions"
APPROVED = "silver/promotion_approvals"
DECIDED = [(MADE, "created_at"), (MADE, "approved_at"), (MADE, "closed_at"), (APPROVED, "finished_at")]
TABLE = Table(
    key=LAYER,
    relation="scout.gold_promotion_summary",
    description="Promotions of each day of creation and status: their value, how many are open, how long others took.",
    deps=(promotions.TABLE, promotion_approvals.TABLE),
    lineage={
        "created_on": [(MADE, "created_at")],
        "status": [(MADE, "status")],
        "promotion_count": [(MADE, "promotion_id")],
        "valued_count": [(MADE, "promotion_value")],
        "total_value": [(MADE, "promotion_value")],
        "avg_value": [(MADE, "promotion_value")],
        "open_count": [(MADE, "status"), (MADE, "approved_at"), (MADE, "closed_at")],
        "closed_count": [(MADE, "status"), (MADE, "approved_at"), (MADE, "closed_at")],
        "timed_count": DECIDED,
        "closed_hours_total": DECIDED,
        "avg_closed_hours": DECIDED,
    },
    quality=RuleSet(
        key=("created_on", "status"),
        rules=(
            in_range("promotion_count", min=1),
            in_range("total_value", min=0),
            in_range("avg_closed_hours", min=0).but(severity="warning"),
            schema(
                "created_on date, status text, promotion_count bigint, valued_count bigint, total_value numeric, "
                "avg_value numeric, open_count bigint, closed_count bigint, timed_count bigint, "
                "closed_hours_total numeric, avg_closed_hours numeric, refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    """Rebuild the days of creation of promotions that changed, over all stores."""
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/promotion_summary_clear", insert="gold/promotion_summary")


promotion_summary_asset = buckets.asset(TABLE, refresh)
