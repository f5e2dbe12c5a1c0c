"""What `dagster.yaml` says of runs that crash or do not end, on a real daemon; only its intervals are shorter here."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
import yaml
from dagster._core.storage.tags import WILL_RETRY_TAG

from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.ops import dagster_instance, orphans, service_state, services, supervision
from scout_pipeline.ops.services import Service
from scout_pipeline_tests.conftest import fresh_database
from scout_pipeline_tests.test_services import wait_for

DEFINITIONS = """
import time

import dagster as dg


@dg.op(pool="crashing")
def hang():
    time.sleep(600)


@dg.op(pool="slow")
def linger():
    time.sleep(600)


@dg.job(tags={"dagster/max_runtime": "600"}, executor_def=dg.in_process_executor)
def crashing():
    hang()


@dg.job(executor_def=dg.in_process_executor)
def too_long():
    linger()


@dg.sensor(jobs=[crashing, too_long], minimum_interval_seconds=1, default_status=dg.DefaultSensorStatus.RUNNING)
def once(context):
    yield dg.RunRequest(run_key="crashing", job_name="crashing")
    yield dg.RunRequest(run_key="too_long", job_name="too_long")


defs = dg.Definitions(jobs=[crashing, too_long], sensors=[once])
"""
# starting a worker takes long on a busy machine
MOST_SECONDS = 180.0
MOST_RUNTIME = 4


@dataclass(frozen=True)
class Runs:
    """The runs that a living daemon works on."""

    instance: dg.DagsterInstance

    def of(self, job: str) -> list[dg.DagsterRun]:
        """Runs of that job, the oldest first."""
        return list(reversed(self.instance.get_runs(dg.RunsFilter(job_name=job))))

    def started(self, job: str, number: int) -> int:
        """The process of that run of the job (0 is the first), once it works."""
        wait_for(lambda: self._is(job, number, dg.DagsterRunStatus.STARTED), seconds=MOST_SECONDS)
        found = orphans._worker(self.instance, self.of(job)[number].run_id)
        assert found is not None
        return found[0]

    def failed(self, job: str, number: int) -> dg.DagsterRun:
        """That run, once it failed and it is known whether it is tried again."""
        wait_for(lambda: self._is(job, number, dg.DagsterRunStatus.FAILURE), seconds=MOST_SECONDS)
        wait_for(lambda: WILL_RETRY_TAG in self.of(job)[number].tags, seconds=MOST_SECONDS)
        return self.of(job)[number]

    def _is(self, job: str, number: int, status: dg.DagsterRunStatus) -> bool:
        return [run.status for run in self.of(job)[number : number + 1]] == [status]

    def words(self, run: dg.DagsterRun) -> str:
        return "\n".join(entry.message for entry in self.instance.all_logs(run.run_id))


@pytest.fixture(scope="module")
def runs(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """A daemon under the shipped configuration with short intervals, which is asked for one run of each job."""
    with fresh_database(server, template="template1") as storage:
        yield from _with_daemon(tmp_path_factory.mktemp("limits"), storage)


def _with_daemon(home: Path, storage: Database) -> Iterator[Runs]:
    url = sa.make_url(storage.url).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)
    services.prepare_home(home)
    described = yaml.safe_load((home / "dagster" / "dagster.yaml").read_text(encoding="utf-8"))
    described["run_monitoring"] |= {
        "poll_interval_seconds": 1,
        "max_runtime_seconds": MOST_RUNTIME,
        "free_slots_after_run_end_seconds": 1,
    }
    (home / "dagster" / "dagster.yaml").write_text(yaml.safe_dump(described))
    (home / "limits.py").write_text(DEFINITIONS)
    (home / "workspace.yaml").write_text(yaml.safe_dump({"load_from": [{"python_file": "limits.py"}]}))
    own = {name: value for name, value in os.environ.items() if not name.startswith(("SCOUT_", "DAGSTER"))}
    own |= {"SCOUT_HOME": str(home), "DAGSTER_HOME": str(home / "dagster"), "SCOUT_DAGSTER_STORAGE_URL": url}
    daemon = Service("daemon", "", ("dagster._daemon", "run", "-w", str(home / "workspace.yaml")))
    # first: both would make the storage's tables
    with dagster_instance.of_home(home / "looking", storage_url=url) as instance:
        running = supervision.start(daemon, home=home, variables=own)
        try:
            yield Runs(instance)
        finally:
            supervision.stop([running])


def test_a_run_whose_worker_is_killed_is_tried_once_more_in_the_place_that_it_had(runs: Runs) -> None:
    """A machine that ran out of memory at night leaves its work undone; work that always does so is tried for ever."""
    os.kill(runs.started("crashing", 0), signal.SIGKILL)
    first = runs.failed("crashing", 0)
    assert first.tags[WILL_RETRY_TAG] == "true"
    # both need the pool's only place
    os.kill(runs.started("crashing", 1), signal.SIGKILL)
    second = runs.failed("crashing", 1)
    assert second.parent_run_id == first.run_id
    assert second.tags[WILL_RETRY_TAG] == "false"


def test_a_run_over_its_time_is_ended_and_gives_its_place_back(runs: Runs) -> None:
    """A query that waits for ever would hold the place of all that come after it."""
    over = runs.failed("too_long", 0)
    assert f"exceeding maximum runtime of {MOST_RUNTIME} seconds" in runs.words(over)
    found = orphans._worker(runs.instance, over.run_id)
    assert found is not None
    wait_for(lambda: service_state.start_time(found[0]) is None, seconds=MOST_SECONDS)
    # Dagster calls it a crash
    assert over.tags[WILL_RETRY_TAG] == "true"
    runs.started("too_long", 1)
    assert runs.failed("too_long", 1).tags[WILL_RETRY_TAG] == "false"
