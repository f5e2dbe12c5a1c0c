"""scout.gold_customer_insights: what is known of each customer, and the segment that follows from it."""

from time import perf_counter

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets, daily_aggregates
from scout_pipeline.gold.buckets import GoldReport, RowCounts, replace
from scout_pipeline.quality.rules import RuleSet, in_range, schema, validity
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/customer_insights"
# the layer that shows who bought for the first time: a date that changes here marks buckets there
FIRST_PURCHASE_LAYER = "gold/business_metrics"
SALES = "silver/transactions_cleaned"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_customer_insights",
    description="First and last purchase, recency, frequency, monetary value, scores and segment of each customer.",
    deps=(transactions_cleaned.TABLE, daily_aggregates.TABLE),
    lineage={
        "customer_id": [(SALES, "customer_id")],
        "first_purchase_date": [(SALES, "date_key")],
        "last_purchase_date": [(SALES, "date_key")],
        "recency_days": [(SALES, "date_key"), ("gold/daily_aggregates", "date_key")],
        "frequency": [(SALES, "transaction_id"), (SALES, "transaction_type")],
        "monetary": [(SALES, "peso_value")],
        "recency_score": [(SALES, "date_key"), ("gold/daily_aggregates", "date_key")],
        "frequency_score": [(SALES, "transaction_id")],
        "monetary_score": [(SALES, "peso_value")],
        "segment": [(SALES, "date_key"), (SALES, "transaction_id"), (SALES, "peso_value")],
    },
    quality=RuleSet(
        key=("customer_id",),
        rules=(
            in_range("recency_days", min=0),
            in_range("frequency", min=0),
            in_range("last_purchase_date", min_column="first_purchase_date"),
            in_range("recency_score", min=1, max=5),
            validity("segment", ("Champions", "Loyal", "Big Spenders", "Frequent", "At Risk", "Lost", "Regular")),
            schema(
                "customer_id uuid, first_purchase_date date, last_purchase_date date, recency_days integer, "
                "frequency bigint, monetary numeric, recency_score smallint, frequency_score smallint, "
                "monetary_score smallint, segment text, refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    """Compute the touched customers again, and the recency of all when the latest business day moved on."""
    started = perf_counter()
    customers, rows = target.retrying(_refresh)
    if rows.written:
        crash_points.reach("gold.committed")
    return GoldReport(LAYER, customers, rows.read, rows.written, perf_counter() - started)


def _refresh(connection: sa.Connection) -> tuple[int, RowCounts]:
    database.run(connection, "gold/lock_layer", layer=LAYER)
    database.run(connection, "gold/touched_customers")
    customers = database.run(connection, "gold/take_customers").rowcount
    counts = RowCounts()
    if customers:
        crash_points.reach("gold.taken")
        database.run(connection, "gold/customer_statistics")
        database.run(connection, "gold/previous_first_purchases")
        counts = replace(connection, clear="gold/customer_insights_clear", insert="gold/customer_insights")
        database.run(connection, "gold/mark_first_purchases", layer=FIRST_PURCHASE_LAYER)
    # recency moves on by arithmetic on rows of this table: written, but no sale is read for it
    counts += RowCounts(written=database.run(connection, "gold/customer_recency").rowcount)
    if customers or counts.written:
        database.run(connection, "gold/note_input_version", input_name=LAYER, row_count=counts.written)
    return customers, counts


customer_insights_asset = buckets.asset(TABLE, refresh)
