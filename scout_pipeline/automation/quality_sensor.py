"""Sees tables and days that changed since the rules of data quality were last asked about them."""

import dagster as dg

from scout_pipeline import database as db
from scout_pipeline.automation import attempts
from scout_pipeline.automation.jobs import carry_new, check_quality, rebuild_months
from scout_pipeline.automation.take_files import take_files
from scout_pipeline.database import Database


@dg.sensor(
    job=check_quality,
    # a check of a day takes as much work as several files; files come all day, so what they change is checked together
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Asks for a check when days changed since they were last checked, and nothing is being computed.",
)
def quality_sensor(
    context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]
) -> dg.RunRequest | dg.SkipReason:
    busy = (take_files.name, carry_new.name, rebuild_months.name, check_quality.name)
    if attempts.under_way(context.instance, *busy):
        return dg.SkipReason("a run is computing or checking already")
    with database.transaction() as connection:
        state = db.scalar(connection, "quality/due_state")
    if state is None:
        return dg.SkipReason("nothing changed since it was last checked")
    attempt = attempts.next_attempt(context.instance, check_quality.name, state)
    if attempt is None:
        return dg.SkipReason(f"checking {state} failed {attempts.MAX_ATTEMPTS} times: see the runs and mend the cause")
    return dg.RunRequest(run_key=f"quality:{state}:{attempt}", tags={attempts.VERSION_TAG: state})
