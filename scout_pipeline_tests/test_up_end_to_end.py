"""`scout up` as people use it: files dropped into the folder become gold, and the pages in a browser show it."""

import csv
import gzip
import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import psutil
import pytest
import sqlalchemy as sa

from scout_pipeline import cluster
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.ops import services, supervision
from scout_pipeline.quality import promises
from scout_pipeline_tests.conftest import REPOSITORY, temporary_server
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.test_cluster import free_port
from scout_pipeline_tests.test_services import SCOUT, wait_for

# one day in each of two months
DAYS = ("2010-12-01", "2011-01-04")
MONTHS = ("2010-12-01", "2011-01-01")
FINISHED = ("SUCCESS", "FAILURE", "CANCELED")
GRAPH = """
{ assetNodes {
    assetKey { path } groupName description kinds owners { ... on TeamAssetOwner { team } }
    assetMaterializations(limit: 1) { partition metadataEntries {
        label ... on IntMetadataEntry { intValue } ... on TextMetadataEntry { text }
        ... on TableSchemaMetadataEntry { schema { columns { name type } } } } }
    assetChecksOrError { ... on AssetChecks { checks {
        name blocking executionForLatestMaterialization { status } } } } } }
"""
LAUNCH = """
mutation { launchRun(executionParams: { mode: "default", selector: {
    repositoryLocationName: "scout_pipeline", repositoryName: "__repository__", pipelineName: "carry_new" } }) {
    __typename } }
"""
VIEW_JOBS = ("refresh_dashboard_views", "refresh_gold_views", "refresh_catalogue_views")
LAUNCH_VIEWS = """
mutation($job: String!) { launchRun(executionParams: { mode: "default", selector: {
    repositoryLocationName: "scout_pipeline", repositoryName: "__repository__", pipelineName: $job } }) {
    __typename } }
"""
RUNS = "{ runsOrError { ... on Runs { results { jobName status tags { key value } } } } }"
BACKFILL = """
mutation($months: [String!]!) { launchPartitionBackfill(backfillParams: {
    assetSelection: [
        { path: ["silver", "transactions_cleaned"] }, { path: ["silver", "transaction_items"] },
        { path: ["silver", "substitutions"] }, { path: ["silver", "request_behaviors"] },
        { path: ["silver", "transcripts"] }, { path: ["silver", "brand_mentions"] }]
    partitionNames: $months, title: "two months again" }) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on UnauthorizedError { message } } }
"""
BACKFILL_STATE = """
query($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill {
    status error { message } runs { status assetSelection { path } tags { key value } }
    partitionStatuses { results { partitionName runStatus } } } } }
"""
SENSORS = """
{ sensorsOrError(repositorySelector: {
    repositoryLocationName: "scout_pipeline", repositoryName: "__repository__" }) {
    ... on Sensors { results { name sensorState { status ticks(limit: 50) { status error { message } } } } } } }
"""


@dataclass
class Deployment:
    """A `scout up` with the shipped workspace, and what a person needs to use it."""

    process: subprocess.Popen[str]
    home: Path
    environment: dict[str, str]
    people: str
    operators: str

    def scout(self, *arguments: str) -> str:
        done = subprocess.run(
            [*SCOUT, *arguments],
            env=self.environment,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout.strip()

    def ask(self, query: str, *, address: str | None = None, **variables: object) -> Any:
        """The answer of a webserver, of the read-only one by default."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(
            f"{address or self.people}/graphql", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            answer = json.loads(reply.read())
        assert "errors" not in answer, answer
        return answer["data"]

    def value(self, statement: str) -> str:
        """What `scout psql` prints: a process of its own, not for waiting."""
        return self.scout("psql", "-c", statement, "--", "-At")

    def looks(self, statement: str) -> str:
        """The same value through a connection: asked often while the deployment works, it takes nothing from it.

        Nothing, as `scout psql` prints it then, while the first run has not migrated the database yet.
        """
        found = Database(EmbeddedServer(self.home).url(cluster.DATA_DATABASE), pool_size=1)
        try:
            with found.transaction() as connection:
                return str(connection.execute(sa.text(statement)).scalar())
        except sa.exc.ProgrammingError:
            return ""
        finally:
            found.dispose()

    def drop(self, paths: list[Path]) -> None:
        """Deliver files as a careful sender does, under an unfinished name first; both are whole at the same moment."""
        folder = self.home / "landing" / "online_retail"
        folder.mkdir(parents=True, exist_ok=True)
        copies = [Path(shutil.copy(path, folder / f"{path.name}.part")) for path in paths]
        for copy in copies:
            os.utime(copy, ns=(copies[0].stat().st_mtime_ns,) * 2)
        for copy in copies:
            copy.rename(copy.with_suffix(""))

    def nothing_runs(self) -> bool:
        return all(run["status"] in FINISHED for run in self.ask(RUNS)["runsOrError"]["results"])

    def all_finished(self) -> bool:
        runs = self.ask(RUNS)["runsOrError"]["results"]
        return {run["jobName"] for run in runs} >= {"take_files", *VIEW_JOBS} and self.nothing_runs()


@dataclass(frozen=True)
class Delivered:
    """What the files held, counted without the pipeline."""

    lines: int


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    people, operators = free_port(), free_port()
    with temporary_server() as server:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("SCOUT_", "DAGSTER"))}
        environment |= {
            "SCOUT_HOME": str(server.home),
            "SCOUT_WEBSERVER_PORT": str(people),
            "SCOUT_OPERATOR_PORT": str(operators),
            "SCOUT_SETTLE_SECONDS": "1",
        }
        process = subprocess.Popen([*SCOUT, "up"], env=environment, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        made = Deployment(
            process, server.home, environment, f"http://127.0.0.1:{people}", f"http://127.0.0.1:{operators}"
        )
        try:
            wait_for(lambda: services.answers(made.people) and services.answers(made.operators), seconds=120)
            yield made
            stop_cleanly(made)
        finally:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=60)


def stop_cleanly(deployment: Deployment) -> None:
    """Run workers and code servers that outlive the daemon write into a database that is being stopped."""
    report = json.loads(deployment.scout("status", "--json"))
    assert report["up"] is True
    groups = [entry["pid"] for entry in report["services"]]
    assert all(supervision.members([group]) for group in groups)
    processes = [psutil.Process(group) for group in groups]
    processes += [child for process in processes for child in process.children(recursive=True)]
    processes += [psutil.Process(report["database"]["pid"])]
    assert deployment.scout("down").startswith("stopped: services")
    assert deployment.process.wait(timeout=60) == 0
    assert supervision.members(groups) == []
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []
    report = json.loads(deployment.scout("status", "--json"))
    assert (report["up"], report["services"], report["database"]["state"]) == (False, [], "stopped")


@pytest.fixture(scope="module")
def delivered(deployment: Deployment, online_retail_dir: Path) -> Delivered:
    """Two real days, carried to gold by the sensors alone."""
    files = [online_retail_dir / f"{day}.csv.gz" for day in DAYS]
    lines, value = 0, Decimal(0)
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
            for record in csv.DictReader(stream):
                lines += 1
                value += Decimal(record["Quantity"]) * Decimal(record["UnitPrice"])
    deployment.drop(files)
    sums = "select sum(line_count)::bigint || '|' || trim_scale(sum(net_revenue)) from scout.gold_daily_aggregates"
    expected = f"{lines}|{value.normalize():f}"
    wait_for(lambda: deployment.looks(sums) == expected, seconds=90)
    assert deployment.value(sums) == expected
    wait_for(deployment.nothing_runs, seconds=60)
    # their schedules would, within a quarter of an hour
    for job in VIEW_JOBS:
        launched = deployment.ask(LAUNCH_VIEWS, address=deployment.operators, job=job)
        assert launched == {"launchRun": {"__typename": "LaunchRunSuccess"}}
    # also for what sensors and schedules asked for meanwhile; on a busy machine each process takes its time to start
    wait_for(deployment.all_finished, seconds=180)
    return Delivered(lines)


def test_dropped_files_become_gold_by_sensors_alone_and_people_may_look_at_it(
    deployment: Deployment, delivered: Delivered
) -> None:
    """Each part may work alone while nobody starts the next one, the UI shows nothing of it, or shows too much."""
    the_graph_shows_the_figures(deployment, delivered)
    the_sensors_asked_for_one_run(deployment)
    assert deployment.ask(LAUNCH) == {"launchRun": {"__typename": "UnauthorizedError"}}


def the_graph_shows_the_figures(deployment: Deployment, delivered: Delivered) -> None:
    nodes = {"/".join(node["assetKey"]["path"]): node for node in deployment.ask(GRAPH)["assetNodes"]}
    assert len(nodes) >= 14
    reported: dict[str, dict[str, Any]] = {}
    is_blocking = {promise.name: promise.is_blocking for promise in (*promises.PROMISES, *promises.WARNINGS)}
    of_sweep = {promise.name for promise in promises.OF_ALL_THAT_IS_KEPT}
    for key, node in nodes.items():
        assert node["groupName"] == key.split("/")[0]
        assert node["description"].endswith(".")
        assert node["owners"]
        assert "postgres" in node["kinds"]
        (latest,) = node["assetMaterializations"]
        reported[key] = {entry["label"]: entry for entry in latest["metadataEntries"]}
        assert reported[key]["dagster/column_schema"]["schema"]["columns"]
        # rules of data quality are asked later, by a run of their own; what reads all there is by that of the sweep
        for check in (found for found in node["assetChecksOrError"]["checks"] if found["name"] in is_blocking):
            assert check["blocking"] == is_blocking[check["name"]]
            latest_look = check["executionForLatestMaterialization"]
            is_of_sweep = check["name"] in of_sweep
            assert (latest_look or {}).get("status") == (None if is_of_sweep else "SUCCEEDED"), (key, check["name"])
    assert reported["bronze/transactions_raw"]["rows_written"]["intValue"] == delivered.lines
    assert reported["silver/transactions_cleaned"]["rows_written"]["intValue"] == delivered.lines
    assert "/" in reported["silver/transactions_cleaned"]["watermark"]["text"]
    assert reported["gold/daily_aggregates"]["buckets_rebuilt"]["intValue"] == len(DAYS)
    assert nodes["silver/transactions_cleaned"]["assetMaterializations"][0]["partition"] in MONTHS


def the_sensors_asked_for_one_run(deployment: Deployment) -> None:
    """None of their ticks failed: a sensor that raises every tenth time looks healthy from outside."""
    found = deployment.ask(RUNS)["runsOrError"]["results"]
    # what else was asked for already depends on the clock
    runs = [run for run in found if run["jobName"] in ("take_files", "carry_new")]
    assert [(run["jobName"], run["status"]) for run in runs] == [("take_files", "SUCCESS")]
    asked = {tag["value"] for run in runs for tag in run["tags"] if tag["key"] == "dagster/sensor_name"}
    assert asked == {"landing_sensor"}
    for sensor in deployment.ask(SENSORS)["sensorsOrError"]["results"]:
        assert sensor["sensorState"]["status"] == "RUNNING"
        ticks = sensor["sensorState"]["ticks"]
        assert ticks
        assert [tick["error"] for tick in ticks if tick["error"]] == []


class VisibleText(HTMLParser):
    """What a person reads of a page: the text outside scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.parts.append(data.strip())


@pytest.fixture
def database_of_deployment(deployment: Deployment) -> Iterator[Database]:
    found = Database(EmbeddedServer(deployment.home).url(cluster.DATA_DATABASE))
    yield found
    found.dispose()


def seen(browser: str, address: str, profile: Path) -> set[str]:
    """The pieces of text of a page after its scripts ran, in a real browser without a screen."""
    quiet = ("gpu", "quic", "background-networking", "component-update", "sync", "dev-shm-usage")
    done = subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--no-first-run",
            *(f"--disable-{name}" for name in quiet),
            f"--user-data-dir={profile}",
            "--window-size=1800,1200",
            "--virtual-time-budget=20000",
            "--dump-dom",
            address,
        ],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    page = VisibleText()
    page.feed(done.stdout)
    assert page.parts, done.stderr[-2000:]
    return set(page.parts)


def test_a_browser_shows_a_named_described_grouped_graph_with_numbers(
    browser: str, deployment: Deployment, delivered: Delivered, open_folder: Path
) -> None:
    """The API may answer while people see an empty page, a spinner, or boxes without names."""
    profile = open_folder / "profile"
    assert {"bronze", "silver", "gold", "serving"} <= seen(browser, f"{deployment.people}/asset-groups", profile)

    group = seen(browser, f"{deployment.people}/locations/scout_pipeline/asset-groups/gold", profile)
    # the page draws the boxes that lie in the window; with so many tables these are not all
    tables = {key.path[1] for key in defs.resolve_asset_graph().get_all_asset_keys() if key.path[0] == "gold"}
    assert len(group & tables) >= 3
    assert "Materialized" in group

    table = seen(browser, f"{deployment.people}/assets/gold/daily_aggregates", profile)
    assert "Sales of each store and business day: counts, units, gross, returns, adjustments and net revenue." in table
    assert {"gold", "data-platform", "scout.gold_daily_aggregates", "net_revenue", "numeric"} <= table
    assert "Sum of all lines: gross_sales + returns_value + adjustments_value, exact." in table

    events = seen(browser, f"{deployment.people}/assets/gold/daily_aggregates?view=events", profile)
    assert {"buckets_rebuilt", "rows_written", "seconds", str(len(DAYS))} <= events


# the last test of the module: the others count the runs of the sensors
def test_operators_compute_two_months_again_in_one_run_from_their_ui(
    deployment: Deployment, delivered: Delivered, database_of_deployment: Database
) -> None:
    """Months that can be chosen in the UI are no backfill: it may be refused, split into runs, or repair nothing."""
    before = fingerprint(database_of_deployment)
    assert {"scout.silver_transactions_cleaned", "scout.gold_daily_aggregates"} <= set(before)
    spoil(database_of_deployment)
    assert fingerprint(database_of_deployment) != before

    refused = deployment.ask(BACKFILL, months=MONTHS)["launchPartitionBackfill"]
    assert refused["__typename"] == "UnauthorizedError"
    asked = deployment.ask(BACKFILL, address=deployment.operators, months=MONTHS)["launchPartitionBackfill"]
    assert asked["__typename"] == "LaunchBackfillSuccess", asked

    def state() -> Any:
        return deployment.ask(BACKFILL_STATE, id=asked["backfillId"])["partitionBackfillOrError"]

    wait_for(lambda: state()["status"] not in ("REQUESTED", "CANCELING"), seconds=120)
    ended = state()
    assert (ended["status"], ended["error"]) == ("COMPLETED_SUCCESS", None), ended
    (run,) = ended["runs"]
    assert run["status"] == "SUCCESS"
    tags = {tag["key"]: tag["value"] for tag in run["tags"]}
    assert (tags["dagster/asset_partition_range_start"], tags["dagster/asset_partition_range_end"]) == MONTHS

    # the sensor sees the buckets that the backfill marked
    wait_for(lambda: deployment.looks("select count(*) from ops.dirty_buckets") == "0", seconds=60)
    wait_for(deployment.nothing_runs, seconds=60)
    assert fingerprint(database_of_deployment) == before


def spoil(database: Database) -> None:
    """A sale of December and the figure of its day are worth 1000 more than their lines."""
    with database.transaction() as connection:
        for statement in (
            "update scout.silver_transactions_cleaned set peso_value = peso_value + 1000 "
            "where (source_id, transaction_id) in (select source_id, min(transaction_id) "
            "from scout.silver_transactions_cleaned where date_key = :day group by source_id)",
            "update scout.gold_daily_aggregates set net_revenue = net_revenue + 1000 where date_key = :day",
        ):
            assert connection.execute(sa.text(statement), {"day": DAYS[0]}).rowcount == 1
