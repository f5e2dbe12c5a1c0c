"""Ends runs whose worker is gone: Dagster's launcher cannot see one that died together with its code server.

A run's worker notes its process number in the run's log. It lives when a process of that number began before the note.
This holds for processes of this machine, where `scout up` runs all of them. The clock may be set between the two: a
worker that was seen once is known by what no clock changes, for as long as the one who looks keeps the sightings.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import dagster as dg

from scout_pipeline.ops.service_state import identity, start_time

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


# run: process number and identity of its worker
Sightings = dict[str, tuple[int, str]]


def find(
    instance: dg.DagsterInstance, *, launched_before: datetime, sightings: Sightings | None = None
) -> list[Orphan]:
    """Runs under way without a living worker.

    A run whose worker has noted nothing yet counts when it was launched before that moment: its launcher is gone too.
    Who looks again and again gives the same `sightings` each time; they hold the runs under way.
    """
    found = []
    before = dict(sightings or {})
    seen: Sightings = {}
    for record in instance.get_run_records(dg.RunsFilter(statuses=UNENDED)):
        run = record.dagster_run
        note = _worker(instance, run.run_id)
        if note is None and record.update_timestamp >= launched_before:
            continue
        worker = (note[0], identity(note[0]) or "") if note else None
        if note and worker and (before.get(run.run_id) == worker or _lives(*note)):
            seen[run.run_id] = worker
        else:
            found.append(Orphan(run.run_id, run.job_name, run.status.value, note[0] if note else None))
    if sightings is not None:
        sightings.clear()
        sightings.update(seen)
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
