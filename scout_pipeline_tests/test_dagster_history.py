"""Pruning Dagster's history: runs and events of long ago go, and every page shows what it showed before.

The past is made of real runs of the real definitions, copied with all they left. `make history` makes a longer one.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.test_utils import in_process_test_workspace
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster_graphql.test.utils import execute_dagster_graphql

from scout_pipeline import settings
from scout_pipeline.automation import due
from scout_pipeline.automation.landing_sensor import landing_sensor
from scout_pipeline.automation.watermark_sensor import watermark_sensor
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.ops import dagster_history
from scout_pipeline_tests import dagster_past
from scout_pipeline_tests.conftest import fresh_database
from scout_pipeline_tests.orchestration import Orchestration, orchestration
from scout_pipeline_tests.test_sensors import skipped, tick

DAY = "2010-12-05"
KEPT_DAYS = 7
# the suite makes a few tables, which takes seconds; a longer past is made of runs of all of them
SMALL_DAYS = 12
SMALL = dg.AssetSelection.groups("silver") | dg.AssetSelection.assets("gold/daily_aggregates", "gold/hourly_kpis")
# what people see of each table: the latest figures, the state of each check, which months are there, who computed it
PAGE = """
{ assetNodes {
    assetKey { path }
    assetMaterializations(limit: 1) { runId timestamp partition metadataEntries {
        label ... on IntMetadataEntry { intValue } ... on TextMetadataEntry { text } } }
    latestRunForPartition: latestMaterializationByPartition { runId partition timestamp }
    partitionStats { numMaterialized numPartitions numFailed numMaterializing }
    assetPartitionStatuses { ... on TimePartitionStatuses { ranges { startKey endKey status } } }
    staleStatus
    assetChecksOrError { ... on AssetChecks { checks {
        name executionForLatestMaterialization {
            status runId timestamp evaluation { success severity description } } } } }
} }
"""
LATEST_RUNS = """
query($keys: [AssetKeyInput!]!) { assetsLatestInfo(assetKeys: $keys) {
    assetKey { path } unstartedRunIds inProgressRunIds latestRun { runId status }
    latestMaterialization { runId timestamp } } }
"""
# what pruning takes besides runs, each left alone, and the word for it
OLD = {
    """
    insert into job_ticks (job_origin_id, selector_id, status, type, timestamp)
    select 'gone', 'gone', 'SKIPPED', 'SENSOR', now() - make_interval(days => age)
    from unnest(array[9, 8]) as age
    """: "ticks",
    """
    insert into event_logs (run_id, event, dagster_event_type, timestamp)
    values ('', '{}', 'ASSET_HEALTH_CHANGED', now() - interval '8 days')
    """: "events of no run",
    """
    insert into event_logs (run_id, event, dagster_event_type, timestamp)
    select run_id, '{}', 'STEP_START', now() - interval '8 days' from runs
    where end_time < extract(epoch from now() - interval '7 days') limit 1
    """: "events",
}


@dataclass(frozen=True)
class Past:
    """The storage with a long past, and the pipeline whose runs made it."""

    own: Orchestration
    storage: Database
    output: Path

    def page(self) -> Any:
        origin = LoadableTargetOrigin(executable_path=sys.executable, module_name="scout_pipeline.definitions")
        with in_process_test_workspace(self.own.instance, origin) as workspace:
            keys = [{"path": key.path} for key in defs.resolve_asset_graph().get_all_asset_keys()]
            found = [
                execute_dagster_graphql(workspace, PAGE),
                execute_dagster_graphql(workspace, LATEST_RUNS, variables={"keys": keys}),
            ]
        assert [answer.errors for answer in found] == [None, None]
        return [answer.data for answer in found]

    def count(self, table: str) -> int:
        with self.storage.autocommit() as connection:
            return int(connection.execute(sa.text(f"select count(*) from {table}")).scalar_one())  # noqa: S608

    def due(self, days: int, monkeypatch: pytest.MonkeyPatch) -> str | None:
        """What the schedule asks for at so many days."""
        monkeypatch.setenv("SCOUT_DAGSTER_HISTORY_DAYS", str(days))
        settings.current.cache_clear()
        return due.history(self.own.instance)

    def do(self, statement: str) -> None:
        with self.storage.autocommit() as connection:
            connection.execute(sa.text(statement))


@pytest.fixture
def past(
    server: EmbeddedServer,
    database: Database,
    online_retail_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    open_folder: Path,
) -> Iterator[Past]:
    days, times = (int(part) for part in str(request.config.getoption("--history")).split("x"))
    with fresh_database(server, template="template1") as storage, dagster_past.stored_instance(storage) as instance:
        own = orchestration(instance, database, online_retail_dir, monkeypatch)
        own.drop(DAY)
        own.take()
        if days > SMALL_DAYS:
            own.carry()
        else:
            own.materialize(SMALL)
        dagster_past.make(storage, days=days, times_a_day=times)
        yield Past(own, storage, open_folder / "output")


def test_a_long_past_goes_and_every_page_shows_what_it_showed(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables would look never computed, checks never asked, months missing; or the history would grow for ever."""
    # a month that only a run of long ago computed, and a run under way since then
    past.do("update event_logs set partition = '2009-03-01' where id < 20000 and partition = '2010-12-01'")
    past.do("update asset_keys set cached_status_data = null")
    past.do("update runs set status = 'STARTED', end_time = null where id = (select min(id) from runs)")
    before, events, runs = past.page(), past.count("event_logs"), past.count("runs")
    assert any(status["startKey"] == "2009-03-01" for status in find(before, "ranges") if isinstance(status, dict)), (
        "the month of long ago is not shown"
    )
    told = dagster_history.prunable(past.storage, days=KEPT_DAYS)
    assert past.due(KEPT_DAYS, monkeypatch) == "evaluations, events, runs"
    kept_whole = past.count("runs where start_time > extract(epoch from now() - interval '7 days')")

    done = dagster_history.prune(past.storage, days=KEPT_DAYS, output=past.output)

    assert 0 < done.runs <= told["runs"] < runs
    assert (past.count("event_logs"), past.count("runs")) == (events - done.events, runs - done.runs)
    assert past.count("runs") <= kept_whole + 8
    assert past.count("runs where status = 'STARTED'") == 1
    past.do("update asset_keys set cached_status_data = null")
    assert past.page() == before
    again = dagster_history.prune(past.storage, days=KEPT_DAYS, output=past.output)
    assert again == dagster_history.Pruned()
    pruning_is_asked_for_what_it_would_take(past, monkeypatch)
    nothing_is_taken_twice(past)


def pruning_is_asked_for_what_it_would_take(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is old for ever: asked by age alone it is a run each day, and old ticks alone are never a reason."""
    assert past.count("runs where end_time < extract(epoch from now() - interval '7 days')") > 0
    assert past.due(KEPT_DAYS, monkeypatch) is None
    for left, kind in OLD.items():
        past.do(left)
        assert past.due(KEPT_DAYS, monkeypatch) == kind
        assert dagster_history.prune(past.storage, days=KEPT_DAYS, output=past.output) != dagster_history.Pruned()
        assert past.due(KEPT_DAYS, monkeypatch) is None, kind


def nothing_is_taken_twice(past: Past) -> None:
    """The keys of the runs that are gone are free again: our own ledger knows what was done."""
    asked = [request.run_key for request in tick(past.own, watermark_sensor)[0]]
    past.do("update runs set status = 'SUCCESS' where status = 'STARTED'")
    dagster_history.prune(past.storage, days=0, output=past.output)
    assert "no whole file" in skipped(past.own, landing_sensor)
    # the suite computes a few tables only: the marks of the others are asked for as before
    assert [request.run_key for request in tick(past.own, watermark_sensor)[0]] == asked
    loaded = past.own.rows("select count(*) from scout.bronze_transactions_raw")
    assert past.own.take().success
    assert past.own.materialize(SMALL).success
    assert past.own.rows("select count(*) from scout.bronze_transactions_raw") == loaded


def find(tree: Any, name: str) -> Iterator[Any]:
    """Everything under a name, anywhere in an answer."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key == name:
                yield from value if isinstance(value, list) else [value]
            yield from find(value, name)
    elif isinstance(tree, list):
        for each in tree:
            yield from find(each, name)
