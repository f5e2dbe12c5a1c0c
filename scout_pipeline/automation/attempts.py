"""Whether a run should be asked for: not while one is under way, and not for ever when it keeps failing."""

from datetime import datetime, timedelta, timezone

import dagster as dg
from dagster._core.storage.tags import MAX_RETRIES_TAG

MAX_ATTEMPTS = 5
# A full disk or a lost server uses up all attempts in minutes, and may be mended by nobody who knows of them.
PAUSE = timedelta(hours=1)
VERSION_TAG = "scout/data_version"
# A sensor asks again for what is undone; a retry by Dagster would only do the same beside it.
ASKED_AGAIN = {MAX_RETRIES_TAG: "0"}
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
FAILED = [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def under_way(instance: dg.DagsterInstance, *job_names: str) -> bool:
    """Is a run of one of the jobs queued or running?"""
    return any(instance.get_runs(dg.RunsFilter(job_name=name, statuses=UNDER_WAY), limit=1) for name in job_names)


def last_failed(instance: dg.DagsterInstance, *job_names: str) -> bool:
    """Did the newest run of the jobs fail? What it left undone need not show in the data."""
    newest = [run for name in job_names for run in instance.get_run_records(dg.RunsFilter(job_name=name), limit=1)]
    latest = max(newest, key=lambda run: run.storage_id, default=None)
    return latest is not None and latest.dagster_run.status == dg.DagsterRunStatus.FAILURE


def next_attempt(instance: dg.DagsterInstance, job_name: str, version: str) -> int | None:
    """Number of the next attempt for this version of the data, from 1; None when it failed too often of late.

    A run key is never used twice by Dagster, failed runs included; the attempt's number in the key is what allows
    another one. Runs that succeeded do not count as failures: a rebuild may dirty the same version once more.
    """
    tags = {VERSION_TAG: version}
    since = datetime.now(timezone.utc) - PAUSE
    failed = dg.RunsFilter(job_name=job_name, tags=tags, statuses=FAILED, created_after=since)
    if instance.get_runs_count(failed) >= MAX_ATTEMPTS:
        return None
    return instance.get_runs_count(dg.RunsFilter(job_name=job_name, tags=tags)) + 1


def succeeded(instance: dg.DagsterInstance, job_name: str, version: str) -> bool:
    """Did a run for this version of the data succeed? What is left of it then is not for another run."""
    filters = dg.RunsFilter(job_name=job_name, tags={VERSION_TAG: version}, statuses=[dg.DagsterRunStatus.SUCCESS])
    return bool(instance.get_runs_count(filters))
