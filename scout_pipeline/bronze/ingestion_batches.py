"""scout.bronze_ingestion_batches: the ledger of received files, one row each, written with the data."""

from scout_pipeline import tables
from scout_pipeline.bronze import transactions_raw
from scout_pipeline.quality.rules import RuleSet, adds_up, in_range, referential, schema, validity
from scout_pipeline.tables import Table

TABLE = Table(
    key="bronze/ingestion_batches",
    relation="scout.bronze_ingestion_batches",
    description="The ledger: one row per received file with its lines read, loaded, duplicate and quarantined.",
    deps=(transactions_raw.TABLE,),
    quality=RuleSet(
        key=("batch_id",),
        day="received_at",
        rules=(
            validity("status", ("loaded", "partial", "refused")),
            adds_up("lines_read", "lines_loaded", "lines_duplicate", "lines_quarantined").but(
                remedy="compare the file with scout.quarantine and its ledger row"
            ),
            in_range("lines_quarantined", per="lines_read", max=0.05).but(
                name="few_lines_are_refused",
                question="Is at most one line in twenty of each file in quarantine?",
                severity="warning",
                remedy="look at the reasons in scout.quarantine; the mapping may not fit",
            ),
            in_range("byte_count", min=1).but(severity="warning"),
            referential("source_id", table="scout.dim_source"),
            schema(
                "batch_id bigint, source_id smallint, file_name text, content_sha256 bytea, "
                "mapping_sha256 bytea, byte_count bigint, status text, reason_code text, lines_read bigint, "
                "lines_loaded bigint, lines_duplicate bigint, lines_quarantined bigint, ingest_xid xid8, "
                "received_at timestamp with time zone, finished_at timestamp with time zone, "
                "replay_of bigint, file_path text, layout jsonb, lines_pruned bigint"
            ),
        ),
    ),
)

# written by landing, in the transaction that takes a file
ingestion_batches_asset = tables.written_elsewhere(TABLE, by=transactions_raw.TABLE.key)
