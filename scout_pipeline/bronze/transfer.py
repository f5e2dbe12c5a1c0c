"""Staged records become rows of bronze: stores, quarantine, versions, rows and the ledger, in this order."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.bronze import source_registration, staging
from scout_pipeline.bronze.source_registration import Source
from scout_pipeline.bronze.staging import Copied
from scout_pipeline.sources import kept_lines, records

Counts = Mapping[str, Any]


def to_bronze(
    connection: sa.Connection, shape: tuple[str, ...], source: Source, copied: Mapping[int, Copied]
) -> dict[int, Counts]:
    """Take the staged files of one shape, by batch, into bronze and the ledger; the counts of each."""
    staging.create_lines(connection, shape, source.mapping)
    source_registration.register_stores(connection, source.mapping)
    database.run(connection, "bronze/landing_statistics")
    database.run(
        connection,
        "bronze/quarantine",
        source_id=source.source_id,
        rule_id=source.mapping.rule_id,
        rule_version=source.mapping.version,
        encoding=records.COPY_ENCODINGS[kept_lines.encoding(source.mapping)],
    )
    is_by_record = source.mapping.grain != "line"
    database.run(connection, "bronze/landing_versions", is_by_record=is_by_record)
    database.run(connection, "bronze/new_versions")
    database.run(connection, "bronze/transaction_versions", source_id=source.source_id, store_id=source.store_id)
    database.run(connection, "bronze/version_statistics")
    database.run(connection, "bronze/transactions_raw", source_id=source.source_id, is_by_record=is_by_record)
    if not is_by_record:
        database.run(connection, "bronze/repeated_versions", source_id=source.source_id)
    crash_points.reach("bronze.loaded")
    finished = database.rows(
        connection,
        "bronze/ingestion_batches",
        batch_ids=list(copied),
        copied=[file.copied for file in copied.values()],
        set_aside=[file.set_aside for file in copied.values()],
        layout=json.dumps(kept_lines.layout(shape, source.mapping)),
    )
    database.run(connection, "bronze/close_refused", batch_ids=list(copied))
    database.run(connection, "bronze/drop_landing")
    return {row["batch_id"]: row for row in finished}
