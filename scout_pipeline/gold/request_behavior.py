"""scout.gold_request_behavior: how customers asked, one row per region, business day, mode and type of request."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.quality.rules import RuleSet, in_range, schema
from scout_pipeline.silver import request_behaviors, transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/request_behavior"
REQUESTS = "silver/request_behaviors"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_request_behavior",
    description="Requests, suggestions and time at the counter of each region and business day, by mode and type.",
    deps=(transactions_cleaned.TABLE, request_behaviors.TABLE),
    lineage={
        "region": [("silver/transactions_cleaned", "region")],
        "date_key": [(REQUESTS, "date_key")],
        "request_mode": [(REQUESTS, "request_mode")],
        "request_type": [(REQUESTS, "request_type")],
        "transaction_count": [(REQUESTS, "transaction_id")],
        "suggestions_offered": [(REQUESTS, "suggestion_offered")],
        "suggestions_accepted": [(REQUESTS, "suggestion_accepted")],
        "duration_seconds_total": [(REQUESTS, "duration_seconds")],
        "duration_count": [(REQUESTS, "duration_seconds")],
        "avg_duration_seconds": [(REQUESTS, "duration_seconds")],
    },
    quality=RuleSet(
        key=("region", "date_key", "request_mode", "request_type"),
        day="date_key",
        rules=(
            in_range("transaction_count", min=1),
            in_range("suggestions_offered", min=0, max_column="transaction_count"),
            in_range("suggestions_accepted", min=0, max_column="transaction_count"),
            in_range("avg_duration_seconds", min=0, max=600).but(severity="warning"),
            schema(
                "region text, date_key date, request_mode text, request_type text, transaction_count bigint, "
                "suggestions_offered bigint, suggestions_accepted bigint, duration_seconds_total numeric, "
                "duration_count bigint, avg_duration_seconds numeric, refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/request_behavior_clear", insert="gold/request_behavior")


request_behavior_asset = buckets.asset(TABLE, refresh)
