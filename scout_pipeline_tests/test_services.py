"""`scout up`: real webservers and a daemon, looked at from outside, and no process left behind."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import psutil
import pytest
import sqlalchemy as sa
import yaml

from scout_pipeline import cluster, settings
from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.ops import daemon_lock, service_state, services, sole_daemon, supervision
from scout_pipeline.ops.services import Service, ServiceError
from scout_pipeline_tests.conftest import temporary_server
from scout_pipeline_tests.test_cluster import free_port

SCOUT = [sys.executable, "-m", "scout_pipeline"]
DEFINITIONS = """
import time

import dagster as dg


@dg.asset
def thing() -> None: ...


@dg.op(pool="one_place")
def wait() -> None:
    time.sleep(600)


@dg.op(pool="one_place")
def go() -> None: ...


@dg.job(tags={"dagster/max_retries": "0"}, executor_def=dg.in_process_executor)
def slow() -> None:
    wait()


@dg.job(executor_def=dg.in_process_executor)
def quick() -> None:
    go()


defs = dg.Definitions(assets=[thing], jobs=[dg.define_asset_job("tiny", [thing]), slow, quick])
"""
LAUNCH = """
mutation($job: String!) {
  launchRun(executionParams: {
    mode: "default",
    selector: {repositoryLocationName: "tiny", repositoryName: "__repository__", pipelineName: $job}
  }) { __typename ... on LaunchRunSuccess { run { runId } } }
}
"""
TAGS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { tags { key value } } } }"
RUN = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
MOST_SECONDS_TO_END = 120


@dataclass
class Deployment:
    """A `scout up` in a process of its own."""

    process: subprocess.Popen[str]
    home: Path
    environment: dict[str, str]
    people: str
    operators: str
    workspace: Path

    def scout(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*SCOUT, *arguments],
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def status(self) -> dict[str, Any]:
        report = json.loads(self.scout("status", "--json").stdout)
        assert isinstance(report, dict)
        return report

    def service(self, name: str) -> dict[str, Any]:
        """What the supervisor wrote down; `scout status` is a process of its own, not for waiting."""
        found = {entry["name"]: entry for entry in service_state.read(self.home)["services"]}[name]
        assert isinstance(found, dict)
        return found

    def has_heartbeat(self) -> bool:
        """Whether a part of the daemon has written one; Dagster makes their table when it first works."""
        storage = Database(EmbeddedServer(self.home).url(cluster.DAGSTER_DATABASE), pool_size=1)
        try:
            with storage.transaction() as connection:
                beats = connection.execute(sa.text("select count(*) from daemon_heartbeats")).scalar_one()
                return bool(beats)
        except sa.exc.ProgrammingError:
            return False
        finally:
            storage.dispose()


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with running_deployment(tmp_path_factory.mktemp("tiny")) as made:
        yield made
        stop_with_ctrl_c(made)


def stop_with_ctrl_c(deployment: Deployment) -> None:
    """Left-over daemons keep ticking, and a left-over server keeps the next one from starting.

    That `scout down` leaves no process either, the end of `test_up_end_to_end` looks at.
    """
    groups = [entry["pid"] for entry in service_state.read(deployment.home)["services"]]
    assert len(groups) == 3
    assert all(supervision.members([group]) for group in groups)
    deployment.process.send_signal(signal.SIGINT)
    assert deployment.process.wait(timeout=60) == 0
    assert supervision.members(groups) == []
    report = deployment.status()
    assert (report["up"], report["services"], report["database"]["state"]) == (False, [], "stopped")
    assert deployment.scout("down").stdout.strip() == "nothing was running"


@contextmanager
def running_deployment(folder: Path) -> Iterator[Deployment]:
    """`scout up` on a tiny code location, stopped at the end."""
    (folder / "tiny.py").write_text(DEFINITIONS)
    workspace = folder / "workspace.yaml"
    workspace.write_text(
        yaml.safe_dump({"load_from": [{"python_file": {"relative_path": "tiny.py", "location_name": "tiny"}}]})
    )
    people, operators = free_port(), free_port()
    with temporary_server() as server:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("SCOUT_", "DAGSTER"))}
        environment |= {
            "SCOUT_HOME": str(server.home),
            "SCOUT_WEBSERVER_PORT": str(people),
            "SCOUT_OPERATOR_PORT": str(operators),
        }
        process = subprocess.Popen(
            [*SCOUT, "up", "-w", str(workspace)], env=environment, stdout=subprocess.PIPE, text=True
        )
        made = Deployment(
            process,
            server.home,
            environment,
            f"http://127.0.0.1:{people}",
            f"http://127.0.0.1:{operators}",
            workspace,
        )
        try:
            wait_for(lambda: services.answers(made.people) and services.answers(made.operators), seconds=120)
            yield made
        finally:
            process.terminate()
            process.communicate(timeout=60)


def wait_for(condition: Callable[[], bool], *, seconds: float) -> None:
    """Look until it is so; each look takes processor time from what is waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.5)


def ask(address: str, query: str, **variables: str) -> Any:
    request = urllib.request.Request(
        f"{address}/graphql",
        data=json.dumps({"query": query, "variables": variables}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)["data"]


def launch(address: str, job: str = "tiny") -> str:
    return str(ask(address, LAUNCH, job=job)["launchRun"]["__typename"])


def launched(address: str, job: str) -> str:
    """The id of a run that the operators' page was asked for."""
    return str(ask(address, LAUNCH, job=job)["launchRun"]["run"]["runId"])


def status_of(address: str, run: str) -> str:
    return str(ask(address, RUN, id=run)["runOrError"]["status"])


def will_retry(address: str, run: str) -> str | None:
    tags = ask(address, TAGS, id=run)["runOrError"]["tags"]
    return {tag["key"]: tag["value"] for tag in tags}.get("dagster/will_retry")


def listening_addresses(home: Path) -> set[str]:
    """Where the processes that belong to this home accept TCP connections."""
    leaders = {entry["pid"] for entry in service_state.read(home)["services"]}
    pids = set(leaders) | {child.pid for leader in leaders for child in psutil.Process(leader).children(recursive=True)}
    return {
        str(next(iter(connection.laddr)))
        for connection in psutil.net_connections("tcp")
        if connection.pid in pids and connection.status == psutil.CONN_LISTEN
    }


def test_people_look_and_cannot_launch(deployment: Deployment) -> None:
    """The webserver has no accounts: what people get must refuse every change by itself."""
    with urllib.request.urlopen(f"{deployment.people}/server_info", timeout=30) as reply:
        assert "dagster_version" in json.load(reply)
    assert launch(deployment.people) == "UnauthorizedError"


def test_operators_can_launch(deployment: Deployment) -> None:
    """If both were read-only the refusal above would prove nothing."""
    assert launch(deployment.operators) == "LaunchRunSuccess"


def test_nothing_listens_beyond_loopback(deployment: Deployment) -> None:
    """An operator's page on the network is a remote shell without a password."""
    assert listening_addresses(deployment.home) <= {"127.0.0.1", "::1"}
    assert "127.0.0.1" in listening_addresses(deployment.home)


def test_status_tells_programs_what_runs(deployment: Deployment) -> None:
    """Operators' scripts decide by it."""
    report = deployment.status()
    assert report["up"] is True
    assert report["database"]["state"] == "running"
    assert report["database"]["version"].startswith("18.")
    assert {entry["name"] for entry in report["services"]} == {"webserver", "operator", "daemon"}
    assert all(entry["running"] and entry["answers"] for entry in report["services"])
    wait_for(deployment.has_heartbeat, seconds=60)
    assert deployment.status()["daemon"]["late"] is False


def test_a_second_up_in_the_same_home_is_refused(deployment: Deployment) -> None:
    """Two daemons on one storage would tick every schedule twice."""
    done = deployment.scout("up", "-w", str(deployment.workspace))
    assert done.returncode == 2
    assert f"already runs in {deployment.home} (pid {deployment.process.pid})" in done.stderr


def test_a_port_in_use_names_its_setting(deployment: Deployment, tmp_path: Path) -> None:
    """Without the name of the setting a person searches the documentation, or kills the wrong program."""
    done = deployment.scout("up", SCOUT_HOME=str(tmp_path / "other"))
    assert done.returncode == 2
    assert "SCOUT_WEBSERVER_PORT" in done.stderr
    assert not (tmp_path / "other" / "postgres").exists()


def test_psql_passes_results_and_exit_codes_through(deployment: Deployment) -> None:
    """Scripts use it: a failed statement that exits 0 is a lost error."""
    assert deployment.scout("psql", "-c", "select 6 * 7", "--", "-At").stdout.strip() == "42"
    assert deployment.scout("psql", "-c", "select no_such_column").returncode == 1
    assert (
        deployment.scout("psql", "--database", "dagster", "-c", "table runs", "-c", "select 1/0", "-At").returncode == 1
    )


@pytest.mark.parametrize("daemon_too", [True, False], ids=["with the daemon", "beside the daemon"])
def test_a_run_whose_worker_and_code_server_were_killed_ends_and_its_place_is_free(
    deployment: Deployment, daemon_too: bool
) -> None:
    """It would be called started for ever, and what waits for its place would wait as long."""
    daemon = int(deployment.service("daemon")["pid"])
    slow = launched(deployment.operators, "slow")
    wait_for(lambda: status_of(deployment.operators, slow) == "STARTED", seconds=60)
    quick = launched(deployment.operators, "quick")
    below = [child.pid for child in psutil.Process(daemon).children(recursive=True)]
    assert len(below) >= 2
    assert status_of(deployment.operators, quick) in ("QUEUED", "NOT_STARTED")
    for pid in [daemon, *below] if daemon_too else below:
        os.kill(pid, signal.SIGKILL)
    killed = time.monotonic()
    wait_for(lambda: status_of(deployment.operators, slow) == "FAILURE", seconds=MOST_SECONDS_TO_END)
    wait_for(lambda: status_of(deployment.operators, quick) == "SUCCESS", seconds=MOST_SECONDS_TO_END)
    assert time.monotonic() - killed < MOST_SECONDS_TO_END
    # whoever asked for it asks again, and Dagster does not do the same beside it
    wait_for(lambda: will_retry(deployment.operators, slow) == "false", seconds=30)


def test_a_daemon_that_was_started_by_hand_is_refused(deployment: Deployment) -> None:
    """Two of them on one storage ask for every run twice, and hand the same run to two workers."""
    done = subprocess.run(
        [sys.executable, "-m", "dagster._daemon", "run", "-w", str(deployment.workspace)],
        env={**deployment.environment, **by_hand(deployment.home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert f"the Dagster daemon with pid {deployment.service('daemon')['pid']} on " in done.stderr
    assert "nothing was started" in done.stderr


def by_hand(home: Path) -> dict[str, str]:
    """What a person sets who starts a part of Dagster without `scout up`."""
    url = sa.make_url(EmbeddedServer(home).url(cluster.DAGSTER_DATABASE)).set(drivername="postgresql+psycopg2")
    return {
        "DAGSTER_HOME": str(home / "dagster"),
        "SCOUT_DAGSTER_STORAGE_URL": url.render_as_string(hide_password=False),
    }


def test_up_is_refused_while_a_daemon_without_the_lock_lives(server: EmbeddedServer) -> None:
    """One with a configuration of its own takes no lock; its heartbeat gives it away."""
    storage = Database(server.url("postgres"), pool_size=1)
    now = datetime.now(timezone.utc)
    try:
        with storage.autocommit() as connection:
            # as Dagster makes it; a test of pruning does it with Dagster itself
            connection.execute(sa.text("create table daemon_heartbeats (daemon_type text, timestamp timestamp)"))
            daemon_lock.check_free(storage, own_ended_at=None)
            beat = "insert into daemon_heartbeats values ('SENSOR', now() at time zone 'UTC')"
            connection.execute(sa.text(beat))
            with pytest.raises(ServiceError, match="another Dagster daemon, which does not take the lock"):
                daemon_lock.check_free(storage, own_ended_at=None)
            with pytest.raises(ServiceError):
                daemon_lock.check_free(storage, own_ended_at=now - timedelta(seconds=1))
            daemon_lock.check_free(storage, own_ended_at=now + timedelta(seconds=5))
            connection.execute(sa.text("update daemon_heartbeats set timestamp = timestamp - interval '2 minutes'"))
            daemon_lock.check_free(storage, own_ended_at=None)
            connection.execute(sa.text("drop table daemon_heartbeats"))
    finally:
        storage.dispose()


def test_a_killed_daemon_and_a_killed_database_come_back(deployment: Deployment) -> None:
    """Schedules that stop silently at night are found by customers."""
    server = EmbeddedServer(deployment.home)
    database, daemon = server.pid, int(deployment.service("daemon")["pid"])
    assert database is not None
    for pid in (daemon, database):
        os.kill(pid, signal.SIGKILL)
    # a `scout status` takes the processor for a second, which those that come back need
    wait_for(lambda: server.pid not in (None, database) and server.is_running(), seconds=30)
    wait_for(lambda: deployment.service("daemon")["pid"] != daemon, seconds=30)
    wait_for(lambda: service_state.service_runs(deployment.service("daemon")), seconds=30)
    report = deployment.status()
    assert report["database"]["pid"] == server.pid
    told = {entry["name"]: (entry["pid"], entry["running"]) for entry in report["services"]}
    assert told["daemon"] == (deployment.service("daemon")["pid"], True)


@pytest.mark.parametrize(
    ("line", "is_daemon"),
    [
        ("/venv/bin/dagster-daemon run -w workspace.yaml", True),
        ("/venv/lib/python3/site-packages/dagster/_daemon/__main__.py run", True),
        ("/venv/bin/dagster-daemon liveness-check", False),
        ("/venv/lib/python3/site-packages/dagster_webserver/__main__.py -w run", False),
        ("/venv/lib/python3/site-packages/dagster/__main__.py api grpc", False),
    ],
)
def test_only_a_daemon_claims_the_storage(line: str, is_daemon: bool) -> None:
    """A page or a run that took the lock would keep the daemon out; a daemon that does not take it works twice."""
    assert sole_daemon.runs_a_daemon(line.split()) == is_daemon


@pytest.fixture
def home() -> Path:
    prepared = settings.current().home_dir
    services.prepare_home(prepared)
    return prepared


def supervise(home: Path, service: Service, stopping: threading.Event) -> None:
    supervision.supervise(
        [service],
        home=home,
        variables=dict(os.environ),
        started_server=False,
        stopping=stopping,
        when_ready=lambda: None,
        keep_database=lambda: None,
    )


def test_a_service_that_keeps_failing_ends_the_supervisor_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """Restarting for ever hides a broken installation behind a busy machine."""
    monkeypatch.setattr(supervision, "POLL_SECONDS", 0.05)
    with pytest.raises(ServiceError, match=r"broken ended 5 times in a row \(exit status 1\): see .*broken\.log"):
        supervise(home, Service("broken", "fails", ("no_such_module",)), threading.Event())
    assert "No module named no_such_module" in (home / "logs" / "broken.log").read_text()
    assert service_state.read(home) == {}


def test_what_a_killed_supervisor_left_is_ended_by_the_next(home: Path) -> None:
    """After kill -9 the orphans hold the ports, and the next `scout up` would fail until a person finds them."""
    service = Service("web", "serves files", ("http.server", "--bind", "127.0.0.1", str(free_port())))
    orphan = supervision.start(service, home=home, variables=dict(os.environ))
    service_state.write(home, services=[orphan.entry()], started_server=False)
    assert supervision.members([orphan.process.pid])
    supervision.stop_remains(home)
    assert supervision.members([orphan.process.pid]) == []
    orphan.process.wait()


def test_a_reused_process_number_is_left_alone(home: Path) -> None:
    """A state file that outlived a restart of the machine may name the number of anything."""
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        entry = {"name": "web", "pid": stranger.pid, "started": 1.0}
        service_state.write(home, services=[entry], started_server=False)
        supervision.stop_remains(home)
        assert stranger.poll() is None
        stranger.kill()


def test_two_services_on_one_port_are_refused() -> None:
    """The second would fail in a log file, and people would look at the operators' page."""
    port = free_port()
    pair = [
        Service("a", "a", (), port, "SCOUT_WEBSERVER_PORT"),
        Service("b", "b", (), port, "SCOUT_OPERATOR_PORT"),
    ]
    with pytest.raises(ServiceError, match="SCOUT_WEBSERVER_PORT and SCOUT_OPERATOR_PORT are both"):
        services.check_ports(pair)


def test_the_shipped_files_agree(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Dagster ignores unknown files silently, and refuses a bad one only when a person starts it."""
    from dagster._core.instance.config import dagster_instance_config

    monkeypatch.setenv("SCOUT_DAGSTER_STORAGE_URL", "postgresql+psycopg2://user@/dagster?host=x")
    (tmp_path / "dagster.yaml").write_text(services.deployment_file("dagster.yaml").read_text())
    config, _ = dagster_instance_config(str(tmp_path))
    assert config["telemetry"]["enabled"] is False
    assert config["retention"]["schedule"]["purge_after_days"]["success"] > 0
    assert config["run_monitoring"]["max_runtime_seconds"] > 0
    (location,) = yaml.safe_load(services.deployment_file("workspace.yaml").read_text())["load_from"]
    assert location == {
        "python_module": {"module_name": "scout_pipeline.definitions", "location_name": "scout_pipeline"}
    }
