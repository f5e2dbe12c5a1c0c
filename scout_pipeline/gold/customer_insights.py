"""scout.gold_customer_insights: what is known of each customer, and the segment that follows from it."""

from time import perf_counter

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.gold.buckets import GoldReport, replace

LAYER = "gold/customer_insights"


def refresh(target: Database) -> GoldReport:
    """Compute the touched customers again, and the recency of all when the latest business day moved on."""
    started = perf_counter()
    customers, rows = target.retrying(_refresh)
    if rows:
        crash_points.reach("gold.committed")
    return GoldReport(LAYER, customers, rows, perf_counter() - started)


def _refresh(connection: sa.Connection) -> tuple[int, int]:
    database.run(connection, "gold/lock_layer", layer=LAYER)
    database.run(connection, "gold/touched_customers")
    customers = database.run(connection, "gold/take_customers").rowcount
    written = 0
    if customers:
        crash_points.reach("gold.taken")
        database.run(connection, "gold/customer_statistics")
        written = replace(connection, clear="gold/customer_insights_clear", insert="gold/customer_insights")
    written += database.run(connection, "gold/customer_recency").rowcount
    if customers or written:
        database.run(connection, "gold/note_input_version", input_name=LAYER)
    return customers, written
