"""Sees jobs whose newest run failed, and keeps one open alert for each until a run of that job succeeds."""

import dagster as dg

from scout_pipeline.automation import alerts
from scout_pipeline.automation.alerts import Finding
from scout_pipeline.database import Database

ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Opens an alert for each job whose newest run failed, and resolves it when a run of it succeeds.",
)
def failed_runs_sensor(context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SensorResult:
    instance = context.instance
    newest = newest_end(instance)
    if newest == context.cursor:
        return dg.SensorResult(skip_reason="no run ended since the last look", cursor=newest)
    jobs = [job.name for job in context.repository_def.get_all_jobs()] if context.repository_def else []
    findings = [finding for name in jobs if (finding := _finding(instance, name)) is not None]
    with database.transaction() as connection:
        told = alerts.settle(connection, "failed_run", findings)
    # last: a tick that could not write looks again
    return dg.SensorResult(skip_reason=told, cursor=newest)


def newest_end(instance: dg.DagsterInstance) -> str:
    """One word that changes whenever a run ends."""
    ended = instance.get_run_records(dg.RunsFilter(statuses=ENDED), limit=1, order_by="update_timestamp")
    return f"{ended[0].storage_id}/{ended[0].update_timestamp.isoformat()}" if ended else "none"


def _finding(instance: dg.DagsterInstance, job_name: str) -> Finding | None:
    newest = instance.get_run_records(dg.RunsFilter(job_name=job_name, statuses=ENDED), limit=1)
    if not newest or newest[0].dagster_run.status == dg.DagsterRunStatus.SUCCESS:
        return None
    run_id = newest[0].dagster_run.run_id
    return Finding(job_name, "critical", f"its newest run failed: see run {run_id}", {"run_id": run_id})
