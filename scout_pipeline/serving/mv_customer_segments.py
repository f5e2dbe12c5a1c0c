"""scout.mv_customer_segments: one row per segment of the customers."""

from time import perf_counter

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets, customer_insights
from scout_pipeline.gold.buckets import GoldReport
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
    rows = target.retrying(_refresh)
    return GoldReport(LAYER, 1 if rows is not None else 0, rows or 0, perf_counter() - started)


def _refresh(connection: sa.Connection) -> int | None:
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
    rows: int = database.scalar(connection, "serving/mv_customer_segments_count")
    database.run(
        connection,
        "serving/mv_refresh_done",
        view_name=VIEW,
        input_version=due["input_version"],
        row_count=rows,
        duration_ms=round((perf_counter() - started) * 1000),
    )
    crash_points.reach("serving.refreshed")
    return rows


mv_customer_segments_asset = buckets.asset(TABLE, refresh)
