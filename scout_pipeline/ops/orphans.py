"""Ends runs whose worker is gone: Dagster's launcher cannot see one that died together with its code server.

A run's worker notes its process number in the run's log. It lives when a process of that number began before that note.
This holds for processes of this machine, where `scout up` runs all of them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import dagster as dg

from scout_pipeline.ops.service_state import start_time

UNENDED = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
# process times are counted in ticks since the machine started, and that moment is known to a second
CLOCK_SECONDS = 2.0


@dataclass(frozen=True)
class Orphan:
    """A run that nobody works on. `worker` is its last known process number; None when none ever began."""

    run_id: str
    job_name: str
    status: str
    worker: int | None


def find(instance: dg.DagsterInstance, *, launched_before: datetime) -> list[Orphan]:
    """Runs under way without a living worker.

    A run whose worker has noted nothing yet counts when it was launched before that moment: its launcher is gone too.
    """
    found = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=UNENDED)):
        run = record.dagster_run
        note = _worker(instance, run.run_id)
        if note is None and record.update_timestamp >= launched_before:
            continue
        if note is None or not _lives(*note):
            found.append(Orphan(run.run_id, run.job_name, run.status.value, note[0] if note else None))
    return found


def end(instance: dg.DagsterInstance, orphans: list[Orphan]) -> list[Orphan]:
    """End these runs and free what they held; those that ended meanwhile are left as they are. Returns the ended."""
    ended = []
    for orphan in orphans:
        run = instance.get_run_by_id(orphan.run_id)
        if run is None or run.is_finished:
            continue
        reason = f"its process {orphan.worker} is gone" if orphan.worker else "no process ever worked on it"
        if run.status == dg.DagsterRunStatus.CANCELING:
            instance.report_run_canceled(run, f"Canceled: {reason}.")
        else:
            instance.report_run_failed(run, f"Ended from outside: {reason}.")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
        ended.append(orphan)
    return ended


def _worker(instance: dg.DagsterInstance, run_id: str) -> tuple[int, float] | None:
    """Process number of the run's worker and when it was noted; the last one, should it have been resumed."""
    entries = instance.event_log_storage.get_logs_for_run(run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
    for entry in reversed(list(entries)):
        event = entry.dagster_event
        noted: Any = event.engine_event_data.metadata.get("pid") if event else None
        if noted is not None:
            return int(noted.value), entry.timestamp
    return None


def _lives(pid: int, noted_at: float) -> bool:
    """A process that began after the note has only inherited the number."""
    began = start_time(pid)
    return began is not None and began <= noted_at + CLOCK_SECONDS
