"""Sees whole new files in the landing folder."""

import hashlib

import dagster as dg

from scout_pipeline import settings
from scout_pipeline.automation import attempts
from scout_pipeline.automation.take_files import take_files
from scout_pipeline.database import Database
from scout_pipeline.sources import landing_folder
from scout_pipeline.sources.landing_folder import LandingFile


@dg.sensor(
    job_name=take_files.name,
    # every second look of the daemon, which takes place each five seconds: with 10 it is often the third one's turn
    minimum_interval_seconds=8,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Asks for a run when files in the landing folder keep still and were not dealt with yet.",
)
def landing_sensor(
    context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]
) -> dg.RunRequest | dg.SkipReason:
    waiting = landing_folder.look(database)
    if attempts.under_way(context.instance, take_files.name):
        return dg.SkipReason("a run is taking files already")
    files = landing_folder.of_a_run(waiting)
    if not files:
        return dg.SkipReason(
            f"no whole file that was not dealt with in {settings.current().landing}, which has one sub-folder a source"
        )
    version = _version(files)
    attempt = attempts.next_attempt(context.instance, take_files.name, version)
    if attempt is None:
        return dg.SkipReason(
            f"taking these {len(files)} files failed {attempts.MAX_ATTEMPTS} times: see the runs, mend the cause, "
            f"launch {take_files.name} by hand"
        )
    return dg.RunRequest(
        run_key=f"landing:{version}:{attempt}",
        tags={attempts.VERSION_TAG: version, "scout/files": str(len(files))},
    )


def _version(files: list[LandingFile]) -> str:
    states = "\n".join(f"{file.name}\t{file.byte_count}\t{file.modified_ns}" for file in files)
    return hashlib.sha256(states.encode()).hexdigest()[:16]
