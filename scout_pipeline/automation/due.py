"""What a schedule asks before it asks for a run: is there work, and which? None means no, and the schedule skips."""

from collections.abc import Callable, Sequence
from datetime import datetime, timezone

import dagster as dg
import sqlalchemy as sa
from dagster_postgres import PostgresRunStorage

from scout_pipeline import database as db
from scout_pipeline import heartbeats, settings
from scout_pipeline.automation.alerts import Finding, settle
from scout_pipeline.gold import promotion_summary
from scout_pipeline.ops import dagster_history, maintenance_plan
from scout_pipeline.ops.partitions import maintenance as partition_maintenance
from scout_pipeline.quarantine import retention
from scout_pipeline.store_days import audit, decisions
from scout_pipeline.tables import Table

Due = Callable[[sa.Connection], str | None]
# Below this the difference of two snapshots says nothing. Beats of sensors are not counted.
SNAPSHOT_ROWS = 1000


def views(tables: Sequence[Table]) -> Due:
    """Views that are behind their inputs, with the rows that changed since their last refresh."""

    def _due(connection: sa.Connection) -> str | None:
        heartbeats.beat(connection, process=heartbeats.SERVING)
        names = [table.relation for table in tables]
        found: str | None = db.scalar(connection, "serving/due_views", view_names=names)
        return found

    return _due


def snapshot(connection: sa.Connection) -> str | None:
    """Rows written since the last snapshot, when they are many or an open alert waits to be judged anew."""
    found: str | None = db.scalar(connection, "ops/snapshot_due", minimum_rows=SNAPSHOT_ROWS)
    return found


def alerts(connection: sa.Connection) -> str | None:
    """What is wrong with the server, or was and is not any more."""
    found: str | None = db.scalar(connection, "ops/alerts_due")
    return found


def clean_up(connection: sa.Connection) -> str | None:
    """Rows past their days: of monitoring, and closed entries of quarantine."""
    rows: str | None = db.scalar(connection, "ops/cleanup_due", days=settings.current().monitoring_days)
    closed = retention.prunable(connection, settings.current().quarantine_days)
    entries = closed.removed + closed.emptied
    found = [f"{rows} rows of monitoring"] if rows else []
    return ", ".join(found + ([f"{entries} entries of quarantine"] if entries else [])) or None


def quality(connection: sa.Connection) -> str | None:
    """Days that changed since the rules were last asked about them."""
    found: str | None = db.scalar(connection, "quality/due_state")
    return found


def review(connection: sa.Connection) -> str | None:
    """Open entries of quarantine."""
    waiting = sum(row["entry_count"] for row in db.rows(connection, "serving/quarantine_summary"))
    return f"{waiting} open entries" if waiting else None


def promotions(connection: sa.Connection) -> str | None:
    """Marks of the summary that no run of the flow has taken."""
    return "marked days" if db.scalar(connection, "gold/has_marks", layer=promotion_summary.TABLE.key) else None


def partitions(connection: sa.Connection) -> str | None:
    """Months ahead that are missing, and months on their way into the archive or out of it.

    Each look opens an alert for every month that is past its retention and cannot go, and resolves it when it can.
    """
    findings = [
        Finding(name, "warning", f"past its retention and not archived: {reason}")
        for name, reason in partition_maintenance.kept(connection).items()
    ]
    settle(connection, "retention", findings)
    return partition_maintenance.due(connection)


def kept_months(connection: sa.Connection) -> str | None:
    """Months that are past their retention and cannot be archived, with what is in their way."""
    kept = partition_maintenance.kept(connection)
    return ", ".join(f"{name}: {reason}" for name, reason in kept.items()) or None


def maintenance(*, with_indexes: bool) -> Due:
    """Tables whose statistics ask for something; with bloated indexes, when those are wanted."""

    def _due(connection: sa.Connection) -> str | None:
        steps = maintenance_plan.plan(connection, at=datetime.now(timezone.utc), with_indexes=with_indexes)
        return f"{len(steps)} steps" if steps else None

    return _due


def sweep(connection: sa.Connection) -> str | None:
    """Files since the last sweep; without any it is still done once a week."""
    found: str | None = db.scalar(connection, "silver/sweep_due")
    return found


def store_days(connection: sa.Connection) -> str | None:
    """Store-days to audit, and those that rested long enough to be closed."""
    audit.end_open_days(connection)
    waiting = audit.due(connection).due_count + decisions.rested_count(connection)
    return f"{waiting} store-days" if waiting else None


def history(instance: dg.DagsterInstance) -> str | None:
    """What Dagster remembers past its days and does not need; a storage in files, which nothing prunes, has none."""
    if not isinstance(instance.run_storage, PostgresRunStorage):
        return None
    with dagster_history.opened(instance.run_storage.postgres_url) as storage:
        return dagster_history.removable(storage, days=settings.current().dagster_history_days)
