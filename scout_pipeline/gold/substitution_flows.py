"""scout.gold_substitution_flows: which product was taken instead of which, by business day and reason."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, RowCounts
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/substitution_flows"
# silver_substitutions is no asset of its own: the transaction that writes the sales writes it, with their keys
SALE = [("silver/transactions_cleaned", "transaction_id")]
TABLE = Table(
    key=LAYER,
    relation="scout.gold_substitution_flows",
    description="Complete substitutions of each business day: from which product to which, why, in how many stores.",
    deps=(transactions_cleaned.TABLE,),
    lineage={
        "date_key": [("silver/transactions_cleaned", "date_key")],
        "from_sku": SALE,
        "to_sku": SALE,
        "reason": SALE,
        "substitution_count": SALE,
        "store_count": [("silver/transactions_cleaned", "store_id")],
    },
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/substitution_flows_clear", insert="gold/substitution_flows")


substitution_flows_asset = buckets.asset(TABLE, refresh)
