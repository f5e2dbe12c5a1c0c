"""scout.gold_substitution_flows: which product was taken instead of which, by business day and reason."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.quality.rules import RuleSet, in_range, schema
from scout_pipeline.silver import substitutions
from scout_pipeline.tables import Table

LAYER = "gold/substitution_flows"
SOURCE = "silver/substitutions"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_substitution_flows",
    description="Complete substitutions of each business day: from which product to which, why, in how many stores.",
    deps=(substitutions.TABLE,),
    lineage={
        "date_key": [(SOURCE, "date_key")],
        "from_sku": [(SOURCE, "from_sku")],
        "to_sku": [(SOURCE, "to_sku")],
        "reason": [(SOURCE, "reason")],
        "substitution_count": [(SOURCE, "transaction_id")],
        "store_count": [(SOURCE, "store_id")],
    },
    quality=RuleSet(
        key=("date_key", "from_sku", "to_sku", "reason"),
        day="date_key",
        rules=(
            in_range("substitution_count", min=1),
            in_range("store_count", min=1, max_column="substitution_count"),
            schema(
                "date_key date, from_sku text, to_sku text, reason text, substitution_count bigint, "
                "store_count bigint, refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/substitution_flows_clear", insert="gold/substitution_flows")


substitution_flows_asset = buckets.asset(TABLE, refresh)
