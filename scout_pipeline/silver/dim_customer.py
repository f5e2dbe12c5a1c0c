"""scout.dim_customer: one row per customer pseudonym, and nothing else about a person."""

from scout_pipeline import tables
from scout_pipeline.quality.rules import RuleSet, referential, schema
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_customer",
    relation="scout.dim_customer",
    description="One row per customer pseudonym, a keyed hash; nothing else is known of a person.",
    deps=(transactions_cleaned.TABLE,),
    lineage={"customer_id": [("silver/transactions_cleaned", "customer_id")]},
    quality=RuleSet(
        key=("customer_id",),
        rules=(
            referential("source_id", table="scout.dim_source"),
            schema("customer_id uuid, source_id smallint, registered_at timestamp with time zone"),
        ),
    ),
)

# written in the transaction that writes the facts
dim_customer_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
