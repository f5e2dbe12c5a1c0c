"""The operations of the maintenance jobs: thin calls of `ops`, with figures in the run's log."""

from dataclasses import asdict

import dagster as dg

from scout_pipeline import audit_log, cluster, settings
from scout_pipeline.database import Database
from scout_pipeline.ops import dagster_history, maintenance
from scout_pipeline.ops.partitions import maintenance as partition_maintenance
from scout_pipeline.ops.partitions.maintainer import MaintainerBusyError

NIGHT_MINUTES = 60.0
WEEKEND_MINUTES = 240.0


@dg.op(description="Vacuums and analyses what statistics ask for, sets months, removes left-over indexes.")
def maintain(context: dg.OpExecutionContext, database: dg.ResourceParam[Database]) -> None:
    _maintain(context, database, with_indexes=False, minutes=NIGHT_MINUTES)


@dg.op(description="As every night, and builds bloated indexes anew beside their readers.")
def maintain_with_indexes(context: dg.OpExecutionContext, database: dg.ResourceParam[Database]) -> None:
    _maintain(context, database, with_indexes=True, minutes=WEEKEND_MINUTES)


@dg.op(description="Makes months ahead, ends what was interrupted, archives what the settings do not keep.")
def maintain_months(context: dg.OpExecutionContext, database: dg.ResourceParam[Database]) -> None:
    try:
        with audit_log.acting(
            database, "partitions maintain", "ops.partitions", actor=audit_log.SCHEDULE, parameters={}
        ) as outcome:
            report = partition_maintenance.maintain(database, on_step=context.log.info)
            outcome.update(audit_log.facts(report))
    except MaintainerBusyError as reason:
        # whoever has the lock does the same work
        context.log.info(f"left to the other one: {reason}")
        return
    context.add_output_metadata({name: dg.MetadataValue.json(found) for name, found in vars(report).items()})


@dg.op(description="Takes away Dagster's runs, events and ticks of long ago; what is current stays.")
def prune_history(context: dg.OpExecutionContext, database: dg.ResourceParam[Database]) -> None:
    now = settings.current()
    days = now.dagster_history_days
    with (
        dagster_history.opened(cluster.dagster_storage_url()) as storage,
        audit_log.acting(
            database, "dagster prune", "dagster", actor=audit_log.SCHEDULE, parameters={"days": days}
        ) as outcome,
    ):
        done = dagster_history.prune(storage, days=days, output=now.home_dir / "dagster" / "storage")
        outcome.update(asdict(done))
    context.log.info(f"{done}")


def _maintain(context: dg.OpExecutionContext, target: Database, *, with_indexes: bool, minutes: float) -> None:
    """Raises dg.Failure when a step failed; that another maintainer is at work is no failure."""
    try:
        report = maintenance.run(target, with_indexes=with_indexes, minutes=minutes)
    except maintenance.MaintenanceRunning as reason:
        context.log.info(f"left to the other one: {reason}")
        return
    for done in report.done:
        context.log.info(f"{done.outcome}: {done.step.action} {done.step.target}, {done.step.reason}")
    counts = {outcome: report.count(outcome) for outcome in ("done", "skipped", "failed")}
    context.log.info(f"{counts}, {report.left} without time")
    if counts["failed"]:
        reasons = [f"{each.step.target}: {each.detail}" for each in report.done if each.outcome == "failed"]
        raise dg.Failure("; ".join(reasons), metadata=counts, allow_retries=False)
