"""The jobs that look after the house: snapshots of the server, its alerts, their clean-up, the review of quarantine."""

import dagster as dg

from scout_pipeline import assets, settings
from scout_pipeline import database as db
from scout_pipeline.bronze import quarantine
from scout_pipeline.database import Database
from scout_pipeline.quarantine import retention


@dg.op(description="Writes the server's counters down, to be compared with the next ones.")
def capture_snapshot(context: dg.OpExecutionContext, database: dg.ResourceParam[Database]) -> None:
    captured_at = database.retrying(lambda connection: db.scalar(connection, "ops/capture_snapshot"))
    context.log.info(f"captured at {captured_at}")


@dg.op(description="Opens, sees again and resolves the alerts about the server.")
def check_alerts(context: dg.OpExecutionContext, database: dg.ResourceParam[Database]) -> None:
    told = database.retrying(lambda connection: db.run(connection, "ops/check_alerts").one())
    context.log.info(f"alerts: {told.opened} opened, {told.still_open} still open, {told.resolved} over")


@dg.op(description="Removes snapshots and resolved alerts past SCOUT_MONITORING_DAYS.")
def clean_up(context: dg.OpExecutionContext, database: dg.ResourceParam[Database]) -> None:
    days = settings.current().monitoring_days
    removed = database.retrying(lambda connection: db.scalar(connection, "ops/cleanup_monitoring", days=days))
    context.log.info(f"{removed} rows removed")


@dg.op(description="Removes closed entries of quarantine past SCOUT_QUARANTINE_DAYS.")
def prune_quarantine(context: dg.OpExecutionContext, database: dg.ResourceParam[Database]) -> None:
    pruned = retention.prune(database, settings.current().quarantine_days)
    context.log.info(f"{pruned} entries pruned")


@dg.op(description="Tells people what waits in quarantine, by reason, with what to do.")
def review(context: dg.OpExecutionContext, database: dg.ResourceParam[Database]) -> None:
    context.log_event(
        dg.AssetObservation(quarantine.TABLE.asset_key, metadata=assets.shown(quarantine.open_entries(database)))
    )


@dg.job(description="A snapshot of the server's counters.", executor_def=dg.in_process_executor)
def snapshot_performance() -> None:
    capture_snapshot()


@dg.job(description="The alerts about the server, opened and resolved.", executor_def=dg.in_process_executor)
def check_performance() -> None:
    check_alerts()


@dg.job(
    description="Old snapshots, resolved alerts and closed entries of quarantine go.",
    executor_def=dg.in_process_executor,
)
def clean_up_monitoring() -> None:
    clean_up()
    prune_quarantine()


@dg.job(description="What waits in quarantine, for people to decide.", executor_def=dg.in_process_executor)
def review_quarantine() -> None:
    review()
