"""Whether a run should be asked for: not while one is under way, and not for ever when it keeps failing."""

import dagster as dg

MAX_ATTEMPTS = 5
VERSION_TAG = "scout/data_version"
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def under_way(instance: dg.DagsterInstance, job_name: str) -> bool:
    """Is a run of the job queued or running?"""
    return bool(instance.get_runs(dg.RunsFilter(job_name=job_name, statuses=UNDER_WAY), limit=1))


def next_attempt(instance: dg.DagsterInstance, job_name: str, version: str) -> int | None:
    """Number of the next attempt for this version of the data, from 1; None when it failed too often.

    A run key is never used twice by Dagster, failed runs included; the attempt's number in the key is what allows
    another one.
    """
    tried = instance.get_runs_count(dg.RunsFilter(job_name=job_name, tags={VERSION_TAG: version}))
    return tried + 1 if tried < MAX_ATTEMPTS else None
