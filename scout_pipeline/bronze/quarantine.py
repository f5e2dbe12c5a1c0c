"""scout.quarantine: what could not be taken, with reason and position, its bytes preserved."""

from scout_pipeline import tables
from scout_pipeline.bronze import transactions_raw
from scout_pipeline.quality.rules import RuleSet, completeness, pattern, referential, schema, validity
from scout_pipeline.tables import Table

TABLE = Table(
    key="bronze/quarantine",
    relation="scout.quarantine",
    description="Lines, records and files that could not be taken, with their reason and their bytes.",
    deps=(transactions_raw.TABLE,),
    quality=RuleSet(
        key=("quarantine_id",),
        day="quarantined_at",
        store="store_id",
        rules=(
            validity("layer", ("bronze", "silver", "gold")),
            completeness("reason_code", "detail", "status"),
            pattern("reason_code", "^[a-z][a-z0-9_]*$"),
            referential("batch_id", table="scout.bronze_ingestion_batches"),
            referential("source_id", table="scout.dim_source"),
            schema(
                "store_id integer, quarantine_id bigint, layer text, source_id smallint, batch_id bigint, "
                "line_number bigint, ingest_id bigint, reason_code text, detail text, raw_bytes bytea, "
                "payload jsonb, status text, quarantined_at timestamp with time zone, transaction_id text, "
                "waits_for text"
            ),
        ),
    ),
)

# written by landing, in the transaction that takes a file
quarantine_asset = tables.written_elsewhere(TABLE)
