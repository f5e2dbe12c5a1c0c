"""The audit as a Dagster asset check of the store-days in gold: it audits what is due, and shows what stands."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from scout_pipeline import sql_files
from scout_pipeline.database import Database
from scout_pipeline.quality.rule_checks import query_block, sample_table
from scout_pipeline.store_days import audit, decisions, views
from scout_pipeline.store_days.audit import AuditReport
from scout_pipeline.tables import Table

ASSET = dg.AssetKey(["gold", "daily_aggregates"])
NAME = "store_days_are_audited"
QUESTION = "Is every store-day that is over free of findings of severity error that nobody accepted?"
SHOWN_DAYS = 20


def of_store_days(declared: Sequence[Table]) -> dg.AssetChecksDefinition:
    """Audits what is due, closes what rests, and passes when no error stands; `declared` are all tables with rules.

    It does not block: the figures of a day with an error are shown, and the day is not closed.
    """

    @dg.asset_check(asset=ASSET, name=NAME, description=QUESTION, blocking=False)
    def _check(database: dg.ResourceParam[Database]) -> dg.AssetCheckResult:
        done = audit.audit(database, declared)
        closed = decisions.close_rested(database)
        with database.transaction() as connection:
            counts = views.counts(connection)
            errors = views.with_errors(connection, SHOWN_DAYS)
        return evaluation(done, closed, counts, errors)

    return _check


def evaluation(
    done: AuditReport, closed: int, counts: Sequence[Mapping[str, Any]], errors: Sequence[Mapping[str, Any]]
) -> dg.AssetCheckResult:
    """What people see: what was done, store-days by state, the latest days with errors, the query and the next step."""
    standing = sum(row["error_day_count"] for row in counts)
    metadata: dict[str, dg.MetadataValue] = {
        "audited": dg.MetadataValue.int(done.audited),
        "closed": dg.MetadataValue.int(closed),
        "days_with_errors": dg.MetadataValue.int(standing),
        "days_with_warnings": dg.MetadataValue.int(sum(row["warning_day_count"] for row in counts)),
        "due": dg.MetadataValue.int(sum(row["due_count"] for row in counts)),
        "states": dg.MetadataValue.json({row["state"]: row["day_count"] for row in counts}),
        "query": query_block(sql_files.load(views.WITH_ERRORS).text),
        "file": dg.MetadataValue.text(f"sql/{views.WITH_ERRORS}.sql"),
        "remedy": dg.MetadataValue.text("scout days show STORE DAY says what to do about each finding"),
    }
    if errors:
        shown = [
            {
                "store": row["store_code"],
                "day": str(row["date_key"]),
                "state": row["state"],
                "findings": ", ".join(row["findings"]),
            }
            for row in errors
        ]
        metadata["sample"] = sample_table(shown)
    return dg.AssetCheckResult(
        passed=standing == 0,
        asset_key=ASSET,
        check_name=NAME,
        severity=dg.AssetCheckSeverity.WARN,
        description=QUESTION,
        metadata=metadata,
    )
