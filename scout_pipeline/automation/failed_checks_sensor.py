"""Sees checks whose newest evaluation failed, and keeps one open alert for each until it passes."""

import dagster as dg
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecord,
    AssetCheckExecutionRecordStatus,
)

from scout_pipeline.automation import alerts
from scout_pipeline.automation.alerts import Finding
from scout_pipeline.automation.failed_runs_sensor import newest_end
from scout_pipeline.database import Database


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Opens an alert for each check that failed when it was last asked, and resolves it when it passes.",
)
def failed_checks_sensor(context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SensorResult:
    newest = newest_end(context.instance)
    if newest == context.cursor:
        return dg.SensorResult(skip_reason="no run ended since the last look", cursor=newest)
    keys = list(context.repository_def.asset_graph.asset_check_keys) if context.repository_def else []
    records = context.instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    findings = [finding for record in records.values() if (finding := _finding(record)) is not None]
    with database.transaction() as connection:
        told = alerts.settle(connection, "failed_check", findings)
    return dg.SensorResult(skip_reason=told, cursor=newest)


def _finding(record: AssetCheckExecutionRecord) -> Finding | None:
    """None when the check passed, or was never answered: a run that broke off is told by its own alert."""
    if record.status != AssetCheckExecutionRecordStatus.FAILED or record.event is None:
        return None
    evaluation = record.event.asset_check_evaluation
    if evaluation is None:
        return None
    is_error = evaluation.severity == dg.AssetCheckSeverity.ERROR
    return Finding(
        f"{evaluation.asset_key.to_user_string()}:{evaluation.check_name}",
        "critical" if is_error else "warning",
        f"{evaluation.description or evaluation.check_name} It does not hold: see run {record.run_id}",
        {"run_id": record.run_id},
    )
