"""scout.dim_customer: one row per customer pseudonym, and nothing else about a person."""

from scout_pipeline.bronze import transactions_raw
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_customer",
    relation="scout.dim_customer",
    description="One row per customer pseudonym, a keyed hash; nothing else is known of a person.",
    deps=(transactions_raw.TABLE,),
    lineage={"customer_id": [("bronze/transactions_raw", "payload")]},
)
