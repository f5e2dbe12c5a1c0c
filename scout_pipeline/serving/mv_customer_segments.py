"""scout.mv_customer_segments: one row per segment of the customers."""

from time import perf_counter

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets, customer_insights
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.tables import Table

LAYER = "serving/mv_customer_segments"
VIEW = "scout.mv_customer_segments"
TABLE = Table(
    key=LAYER,
    relation=VIEW,
    description="Customers, their value and their habits by segment; refreshed when the insights changed.",
    deps=(customer_insights.TABLE,),
    lineage={
        "segment": [(customer_insights.LAYER, "segment")],
        "customer_count": [(customer_insights.LAYER, "customer_id")],
        "monetary": [(customer_insights.LAYER, "monetary")],
        "avg_monetary": [(customer_insights.LAYER, "monetary")],
        "avg_frequency": [(customer_insights.LAYER, "frequency")],
        "avg_recency_days": [(customer_insights.LAYER, "recency_days")],
    },
)


def refresh(target: Database) -> GoldReport:
    """Refresh the view in a transaction of its own; skipped when its input did not change."""
    started = perf_counter()
    counts = target.retrying(_refresh)
    rows = counts or RowCounts()
    return GoldReport(LAYER, 0 if counts is None else 1, rows.read, rows.written, perf_counter() - started)


def _refresh(connection: sa.Connection) -> RowCounts | None:
    due = (
        database.run(connection, "serving/mv_refresh_due", view_name=VIEW, input_name=customer_insights.LAYER)
        .mappings()
        .one_or_none()
    )
    if due is None or not due["is_due"]:
        return None
    started = perf_counter()
    database.run(
        connection, "serving/mv_customer_segments_fill" if due["is_unfilled"] else "serving/mv_customer_segments"
    )
    counts = database.run(connection, "serving/mv_customer_segments_count").mappings().one()
    database.run(
        connection,
        "serving/mv_refresh_done",
        view_name=VIEW,
        input_version=due["input_version"],
        row_count=counts["rows_written"],
        duration_ms=round((perf_counter() - started) * 1000),
    )
    crash_points.reach("serving.refreshed")
    return RowCounts(counts["rows_read"], counts["rows_written"])


mv_customer_segments_asset = buckets.asset(TABLE, refresh)
