"""Forgets looks of sensors that found nothing: each leaves a row of a kilobyte, and there are twenty thousand a day.

They go in the tick itself: a run to remove them would write more than it removes. Dagster's own retention is in days.
"""

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import TickStatus

KEPT_SECONDS = 3600.0


@dg.sensor(
    minimum_interval_seconds=600,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Removes ticks of sensors that found nothing an hour before the last look.",
)
def idle_ticks_sensor(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    # the daemon's clock, not that of this process: ticks carry it
    if context.last_tick_completion_time is None:
        return dg.SkipReason("the first look: nothing is old yet")
    before = context.last_tick_completion_time - KEPT_SECONDS
    states = context.instance.all_instigator_state(instigator_type=InstigatorType.SENSOR)
    for state in states:
        context.instance.purge_ticks(state.instigator_origin_id, state.selector_id, before, [TickStatus.SKIPPED])
    return dg.SkipReason(f"old looks of {len(states)} sensors that found nothing are forgotten")
