"""scout.bronze_transactions_raw: every received record as received, and what takes files from the folder."""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from scout_pipeline import tables
from scout_pipeline.bronze import landing
from scout_pipeline.bronze.landing import FileOutcome
from scout_pipeline.database import Database
from scout_pipeline.partitions import RECEIPT_MONTHS
from scout_pipeline.quality.rules import RuleSet, completeness, in_range, referential, schema
from scout_pipeline.sources import landing_folder, watermarks
from scout_pipeline.sources import mapping as mappings
from scout_pipeline.sources.landing_folder import LandingFile
from scout_pipeline.sources.mapping import Mapping, MappingError
from scout_pipeline.sources.watermarks import Position
from scout_pipeline.tables import Table

LEDGER = "bronze/ingestion_batches"
# files that have a row of their own in the ledger now; the others were known before, or wait
ENTERED = ("loaded", "partial", "refused")
# files of which nothing is known yet: what is written on, and what cannot be read now, may be whole the next time
LEFT_WAITING = ("unstable", "unreadable")
TABLE = Table(
    key="bronze/transactions_raw",
    relation="scout.bronze_transactions_raw",
    description="Every received record as it was received, append-only, one row per record and version.",
    partitions=RECEIPT_MONTHS,
    quality=RuleSet(
        key=("source_id", "transaction_id", "line_number", "batch_id"),
        day="received_at",
        store="store_id",
        rules=(
            completeness("transaction_id", "payload", "received_at"),
            in_range("line_number", min=1),
            referential("source_id", table="scout.dim_source"),
            referential("batch_id", table="scout.bronze_ingestion_batches").but(
                severity="error", remedy="restore the ledger row from a backup"
            ),
            referential("store_id", table="scout.store_registry").but(
                remedy="restore the row of scout.store_registry from a backup"
            ),
            referential("source_id", "transaction_id", "content_hash", table="scout.bronze_transaction_versions").but(
                name="version_is_registered", remedy="restore scout.bronze_transaction_versions from a backup"
            ),
            schema(
                "store_id integer, ingest_xid xid8, ingest_id bigint, received_at timestamp with time zone, "
                "source_id smallint, batch_id bigint, line_number bigint, transaction_id text, "
                "content_hash bytea, payload jsonb"
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Taken:
    """What a materialization of bronze shows, and why some files were left where they lie."""

    figures: dict[str, object]
    problems: list[str]


def take(target: Database, say: Callable[[str], None]) -> Taken:
    """Take the whole files of the landing folder into bronze; a source whose mapping is broken stops no other."""
    started = perf_counter()
    files = landing_folder.whole_files(target)
    outcomes: list[FileOutcome] = []
    problems = []
    for source in sorted({file.source for file in files}):
        try:
            mapping = mappings.load(source)
        except MappingError as error:
            problems.append(str(error))
            say(f"landing: no file of {source} was taken: {error}")
            continue
        taken = _take(target, files, mapping)
        problems.extend(
            f"{outcome.path}: {outcome.reason}"
            for outcome in taken
            # of one that was taken away nothing is to be said
            if outcome.status == "unreadable" and os.path.lexists(outcome.path)
        )
        outcomes.extend(taken)
    landing_folder.look(target)
    say(f"landing: {dict(Counter(outcome.status for outcome in outcomes)) or 'no new file'}")
    with target.transaction() as connection:
        position = watermarks.position(connection, watermarks.SILVER)
    return Taken(_figures(outcomes, position, perf_counter() - started), problems)


def _take(database: Database, files: list[LandingFile], mapping: Mapping) -> list[FileOutcome]:
    """Load one source's files; what was dealt with is remembered, what is still being written is not.

    Each is remembered as soon as its group is in: a run that is ended on the way leaves less for the next.
    """
    of_source = {file.path: file for file in files if file.source == mapping.name}

    def remember(outcome: FileOutcome) -> None:
        if outcome.status not in LEFT_WAITING:
            with database.transaction() as connection:
                landing_folder.note_done(connection, of_source[outcome.path], outcome.status)

    return landing.ingest(database, list(of_source), mapping, on_file=remember)


def _figures(outcomes: list[FileOutcome], position: Position, seconds: float) -> dict[str, object]:
    """What was taken, and where silver stands: `rows_waiting` is what it has still to carry beyond the watermark."""
    return {
        "files": len(outcomes),
        "files_refused": sum(outcome.status == "refused" for outcome in outcomes),
        "rows_read": sum(outcome.lines_read for outcome in outcomes),
        "rows_written": sum(outcome.lines_loaded for outcome in outcomes),
        "rows_duplicate": sum(outcome.lines_duplicate for outcome in outcomes),
        "rows_rejected": sum(outcome.lines_quarantined for outcome in outcomes),
        tables.WRITTEN_BESIDE: {LEDGER: sum(outcome.status in ENTERED for outcome in outcomes)},
        "watermark": position.cursor,
        "rows_waiting": position.waiting_rows,
        "seconds": round(seconds, 3),
    }
