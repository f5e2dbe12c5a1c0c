"""scout.quarantine: what could not be taken, with reason and position, its bytes preserved."""

from typing import Any

from scout_pipeline import database, tables
from scout_pipeline.bronze import transactions_raw
from scout_pipeline.database import Database
from scout_pipeline.quality import reasons
from scout_pipeline.quality.rules import RuleSet, completeness, pattern, referential, schema, validity
from scout_pipeline.sources import watermarks
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
                "waits_for text, rule_id text, rule_version text, attempts integer, "
                "last_attempt_at timestamp with time zone, resolved_at timestamp with time zone, resolved_by text, "
                "resolution text, replay_batch_id bigint, history jsonb, is_held boolean"
            ),
        ),
    ),
)


def open_entries(target: Database) -> dict[str, Any]:
    """Entries in all, and the open ones by layer and reason with what to do about them."""
    with target.transaction() as connection:
        counted = database.rows(connection, "bronze/quarantine_open")
        position = watermarks.position(connection, watermarks.SILVER, row_limit=0)
    rows = [
        {
            "layer": row["layer"],
            "reason": row["reason_code"],
            "open": row["entry_count"],
            "what to do": reason.remedy if (reason := reasons.of(row["reason_code"])) else "",
        }
        for row in counted
        if row["status"] == "open"
    ]
    return {
        "rows": sum(row["entry_count"] for row in counted),
        "open": sum(row["entry_count"] for row in counted if row["status"] == "open"),
        "watermark": position.cursor,
        **({"open_by_reason": rows} if rows else {}),
    }


# written by landing, in the transaction that takes a file, and by silver
quarantine_asset = tables.asset(TABLE, open_entries)
