"""Sees sensors and schedules that cannot look: they ask for no run, so no run fails, and nobody is told."""

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, TickStatus

from scout_pipeline.automation import alerts
from scout_pipeline.automation.alerts import Finding
from scout_pipeline.database import Database

# A sensor looks again in seconds, and may have met a lock; the next look of a schedule may be a week away.
LOOKS = {InstigatorType.SENSOR: 2, InstigatorType.SCHEDULE: 1}
MOST_CHARACTERS = 200


@dg.sensor(
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Opens an alert for each sensor and schedule whose newest looks failed, and resolves it at a good one.",
)
def failed_ticks_sensor(context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SkipReason:
    repository = context.repository_def
    names = set[str]()
    if repository is not None:
        names = {each.name for each in repository.sensor_defs} | {each.name for each in repository.schedule_defs}
    states = [state for state in context.instance.all_instigator_state() if state.instigator_name in names]
    findings = [finding for state in states if (finding := _finding(context.instance, state)) is not None]
    with database.transaction() as connection:
        return alerts.settle(connection, "failed_tick", findings)


def _finding(instance: dg.DagsterInstance, state: InstigatorState) -> Finding | None:
    """None when one of the newest looks was good, or when a person has switched it off."""
    wanted = LOOKS.get(state.instigator_type)
    if wanted is None or state.status == InstigatorStatus.STOPPED:
        return None
    # the newest one may be under way
    ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=wanted + 1)
    ended = [tick for tick in ticks if tick.status != TickStatus.STARTED][:wanted]
    if len(ended) < wanted or any(tick.status != TickStatus.FAILURE for tick in ended):
        return None
    said = (ended[0].error.message if ended[0].error else "").strip().splitlines() or ["no reason is known"]
    return Finding(
        state.instigator_name,
        "critical",
        f"it cannot look, and asks for no run: {said[0][:MOST_CHARACTERS]}",
        {"newest": ended[0].timestamp},
    )
