"""Two daemons on one storage while files arrive: `make two-daemons`. Nothing may be done twice in effect.

`scout up` refuses a second daemon, so the second one gets a configuration of its own, without the lock. Takes minutes.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml

from scout_pipeline import cluster
from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.ops import dagster_instance, services
from scout_pipeline_tests.conftest import REPOSITORY
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.test_services import by_hand, wait_for
from scout_pipeline_tests.test_up_end_to_end import Deployment, deployment

__all__ = ["deployment"]
QUIET_SECONDS = 1200


@contextmanager
def second_daemon(deployment: Deployment, folder: Path) -> Iterator[Path]:
    """A daemon as somebody may start it who has a dagster.yaml of his own; the path of what it says."""
    described = yaml.safe_load(services.deployment_file("dagster.yaml").read_text(encoding="utf-8"))
    del described["scheduler"]
    (folder / "dagster.yaml").write_text(yaml.safe_dump(described))
    variables = {**deployment.environment, **by_hand(deployment.home), "DAGSTER_HOME": str(folder)}
    command = [sys.executable, "-m", "dagster._daemon", "run", "-w", str(services.deployment_file("workspace.yaml"))]
    log = folder / "second.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=variables, cwd=REPOSITORY, stdout=output, stderr=output)
        try:
            yield log
            assert process.poll() is None, log.read_text(encoding="utf-8")[-2000:]
        finally:
            process.terminate()
            process.wait(timeout=300)


def test_two_daemons_do_nothing_twice(
    request: pytest.FixtureRequest, deployment: Deployment, online_retail_dir: Path, open_folder: Path
) -> None:
    """Every file would be counted twice, or a range of the window carried by two runs that both believe in it."""
    seconds = int(request.config.getoption("--two-daemons"))
    files = sorted(online_retail_dir.glob("2011-*.csv.gz"))
    dropped = 0
    with second_daemon(deployment, open_folder) as log:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            deployment.drop(files[dropped : dropped + 1])
            dropped += 1
            time.sleep(max(2.0, seconds / 60))
        wait_for(lambda: at_rest(deployment, dropped), seconds=QUIET_SECONDS)
        says = log.read_text(encoding="utf-8")
    checked = json.loads(deployment.scout("check", "--json"))
    assert [promise["name"] for promise in checked if not promise["holds"]] == []
    report(deployment, dropped)
    assert "daemon is still sending heartbeats" in says, "the two daemons never met"


def at_rest(deployment: Deployment, files: int) -> bool:
    loaded = count(deployment, "scout.bronze_ingestion_batches where status = 'loaded'")
    waiting = (
        "scout.bronze_transactions_raw, ops.streaming_watermarks where stream = 'silver/transactions_cleaned' "
        "and (ingest_xid, ingest_id) > (last_xid, last_id)"
    )
    is_carried = count(deployment, waiting) == 0 and count(deployment, "ops.dirty_buckets") == 0
    return loaded == files and is_carried and deployment.nothing_runs()


def count(deployment: Deployment, what: str, counted: str = "*") -> int:
    """Asked over a connection: a command for each question would take the processors from the daemons."""
    found = Database(EmbeddedServer(deployment.home).url(cluster.DATA_DATABASE), pool_size=1)
    try:
        with found.autocommit() as connection:
            return int(connection.execute(sa.text(f"select count({counted}) from {what}")).scalar_one())  # noqa: S608
    finally:
        found.dispose()


def report(deployment: Deployment, dropped: int) -> None:
    """What the ledger, the window and Dagster's own log say of how often everything was done."""
    # materialized views wait for their schedules: without what is due of them, they would differ afterwards
    assert deployment.scout("run")
    found = Database(EmbeddedServer(deployment.home).url(cluster.DATA_DATABASE))
    try:
        before = fingerprint(found)
    finally:
        found.dispose()
    batch = "scout.bronze_ingestion_batches where status = 'loaded'"
    bronze = count(deployment, "scout.bronze_transactions_raw")
    batches, contents = count(deployment, batch), count(deployment, batch, "distinct content_sha256")
    url = by_hand(deployment.home)["SCOUT_DAGSTER_STORAGE_URL"]
    with dagster_instance.of_home(deployment.home, storage_url=url) as instance:
        runs = instance.get_runs()
        keys = Counter(run.tags["dagster/run_key"] for run in runs if "dagster/run_key" in run.tags)
        # a run shows one report at each month that it touched: the rows are counted once a run
        reported = {
            (run.run_id, int(str(entry.asset_materialization.metadata["rows_read"].value)))
            for run in runs
            for entry in instance.all_logs(run.run_id)
            if (entry.dagster_event and entry.dagster_event.is_step_materialization)
            and (entry.asset_materialization is not None)
            and entry.asset_materialization.asset_key.path == ["silver", "transactions_cleaned"]
        }
    carried = sum(rows for _, rows in reported)
    figures = {
        "files dropped": dropped,
        "batches loaded": batches,
        "different contents": contents,
        "rows of bronze": bronze,
        "rows that silver read, over all runs": carried,
        "runs": len(runs),
        "runs by status": dict(Counter(run.status.value for run in runs)),
        "run keys asked for more than once": sum(count > 1 for count in keys.values()),
        "tables compared": len(before),
    }
    sys.stderr.write(f"{json.dumps(figures, indent=2)}\n")
    assert batches == contents == dropped
    assert carried == bronze
    # the same figures when everything is read again by one process alone
    assert deployment.scout("run", "--reconcile")
    again = Database(EmbeddedServer(deployment.home).url(cluster.DATA_DATABASE))
    try:
        assert fingerprint(again) == before
    finally:
        again.dispose()
