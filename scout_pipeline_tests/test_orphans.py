"""Which runs count as orphans: their worker's process is gone, or is another one that inherited its number."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent, DagsterEventType, EngineEventData
from dagster._core.test_utils import create_run_for_test

from scout_pipeline.ops import orphans, service_state

LATER = datetime.now(timezone.utc) + timedelta(days=1)
LONG_AGO = datetime.now(timezone.utc) - timedelta(days=1)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def started(instance: dg.DagsterInstance, pid: int | None, status: dg.DagsterRunStatus) -> dg.DagsterRun:
    """A run in that state whose worker noted that process number, as Dagster's code server does."""
    run: dg.DagsterRun = create_run_for_test(instance, job_name="some_job", status=status)
    if pid is not None:
        instance.report_engine_event("Started process for run", run, EngineEventData.in_process(pid))
    return run


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def state(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dg.DagsterRunStatus:
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    return found.status


@pytest.mark.parametrize(
    ("status", "then"),
    [
        (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.FAILURE),
        (dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.FAILURE),
        (dg.DagsterRunStatus.CANCELING, dg.DagsterRunStatus.CANCELED),
    ],
)
def test_a_run_whose_process_is_gone_is_ended(
    instance: dg.DagsterInstance, status: dg.DagsterRunStatus, then: dg.DagsterRunStatus
) -> None:
    """Two such runs would stop a queue of two for ever."""
    run = started(instance, ended_process(), status)
    found = orphans.find(instance, launched_before=LONG_AGO)
    assert [orphan.run_id for orphan in found] == [run.run_id]
    assert orphans.end(instance, found) == found
    assert state(instance, run) == then
    assert orphans.find(instance, launched_before=LATER) == []
    # somebody else was quicker
    assert orphans.end(instance, found) == []


def test_a_run_whose_process_works_is_left_alone(instance: dg.DagsterInstance) -> None:
    """Ending it would run its work twice at the same time."""
    run = started(instance, os.getpid(), dg.DagsterRunStatus.STARTED)
    assert orphans.find(instance, launched_before=LATER) == []
    assert state(instance, run) == dg.DagsterRunStatus.STARTED


def test_a_process_that_only_inherited_the_number_does_not_count(instance: dg.DagsterInstance) -> None:
    """After a restart of the machine the numbers belong to others: the run would be called alive for ever."""
    run = create_run_for_test(instance, job_name="some_job", status=dg.DagsterRunStatus.STARTED)
    note_before_its_process(instance, run, os.getpid())
    assert [orphan.run_id for orphan in orphans.find(instance, launched_before=LONG_AGO)] == [run.run_id]


def note_before_its_process(instance: dg.DagsterInstance, run: dg.DagsterRun, pid: int) -> None:
    """What the log says of a number that is another's now; and of a living worker when the clock was set forward."""
    began = service_state.start_time(pid)
    assert began is not None
    entry = dg.EventLogEntry(  # type: ignore[no-untyped-call]
        error_info=None,
        level=10,
        user_message="",
        run_id=run.run_id,
        timestamp=began - 60,
        dagster_event=DagsterEvent(
            DagsterEventType.ENGINE_EVENT.value, run.job_name, event_specific_data=EngineEventData.in_process(pid)
        ),
    )
    instance.event_log_storage.store_event(entry)


def test_a_clock_that_is_set_forward_ends_no_run(instance: dg.DagsterInstance) -> None:
    """The start of a process is told by the new clock and the note by the old one: every run at work would be ended."""
    sightings: orphans.Sightings = {}
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as worker:
        run = started(instance, worker.pid, dg.DagsterRunStatus.STARTED)
        assert orphans.find(instance, launched_before=LONG_AGO, sightings=sightings) == []
        assert list(sightings) == [run.run_id]
        note_before_its_process(instance, run, worker.pid)
        for _ in range(2):
            assert orphans.find(instance, launched_before=LONG_AGO, sightings=sightings) == []
        worker.kill()
        worker.wait()
        found = orphans.find(instance, launched_before=LONG_AGO, sightings=sightings)
    assert [orphan.run_id for orphan in found] == [run.run_id]
    assert sightings == {}


def test_a_process_is_known_whatever_the_clock_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """`scout down` would leave every service behind after the clock was set."""
    entry = {"pid": os.getpid(), "started": service_state.identity(os.getpid())}
    told = service_state.start_time(os.getpid())
    assert told is not None
    monkeypatch.setattr(service_state, "start_time", lambda pid: told + 3600)
    assert service_state.service_runs(entry)
    assert not service_state.service_runs({**entry, "started": f"{entry['started']}0"})


def test_a_run_without_a_worker_counts_only_when_its_launcher_is_gone(instance: dg.DagsterInstance) -> None:
    """The daemon would end the runs that it has just launched, or wait for those of the one before it."""
    started(instance, None, dg.DagsterRunStatus.STARTING)
    assert orphans.find(instance, launched_before=LONG_AGO) == []
    assert len(orphans.find(instance, launched_before=LATER)) == 1


def test_runs_that_wait_or_ended_are_nobodys_orphans(instance: dg.DagsterInstance) -> None:
    """What waits has no process yet; what ended needs none."""
    for status in (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.NOT_STARTED):
        started(instance, None, status)
    assert orphans.find(instance, launched_before=LATER) == []
