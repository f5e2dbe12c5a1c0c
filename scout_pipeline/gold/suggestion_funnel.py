"""scout.gold_suggestion_funnel: observed, offered, accepted and rejected suggestions of each store and business day."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.quality.rules import RuleSet, adds_up, in_range, referential, schema
from scout_pipeline.silver import request_behaviors
from scout_pipeline.tables import Table

LAYER = "gold/suggestion_funnel"
BEHAVIORS = "silver/request_behaviors"
OFFERED = (BEHAVIORS, "suggestion_offered")
ACCEPTED = (BEHAVIORS, "suggestion_accepted")
TABLE = Table(
    key=LAYER,
    relation="scout.gold_suggestion_funnel",
    description="How many observed sales of each store and business day had a suggestion, and what became of it.",
    deps=(request_behaviors.TABLE,),
    lineage={
        "store_id": [(BEHAVIORS, "store_id")],
        "date_key": [(BEHAVIORS, "date_key")],
        "transactions_observed": [(BEHAVIORS, "transaction_id")],
        "suggestions_offered": [OFFERED],
        "suggestions_accepted": [OFFERED, ACCEPTED],
        "suggestions_rejected": [OFFERED, ACCEPTED],
        "acceptance_pct": [OFFERED, ACCEPTED],
    },
    quality=RuleSet(
        key=("store_id", "date_key"),
        day="date_key",
        store="store_id",
        rules=(
            in_range("suggestions_offered", min=0, max_column="transactions_observed"),
            adds_up("suggestions_offered", "suggestions_accepted", "suggestions_rejected"),
            in_range("acceptance_pct", min=0, max=100),
            referential("store_id", table="scout.store_registry"),
            schema(
                "store_id integer, date_key date, transactions_observed bigint, suggestions_offered bigint, "
                "suggestions_accepted bigint, suggestions_rejected bigint, acceptance_pct numeric, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/suggestion_funnel_clear", insert="gold/suggestion_funnel")


suggestion_funnel_asset = buckets.asset(TABLE, refresh)
