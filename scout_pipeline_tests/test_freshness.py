"""How late tables are, as of the moment one asks: a stopped pipeline and a backfill of old months cannot look fresh."""

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from scout_pipeline import flow
from scout_pipeline import heartbeats as beats
from scout_pipeline.automation.freshness_sensor import freshness_sensor
from scout_pipeline.automation.landing_sensor import landing_sensor
from scout_pipeline.database import Database
from scout_pipeline.silver import refresh
from scout_pipeline_tests.orchestration import Orchestration, orchestration
from scout_pipeline_tests.test_sensors import pretend_run, tick

DAY = "2011-03-01"
OLDER_DAY = "2010-12-05"
SILVER = "silver/transactions_cleaned"
BRONZE = "bronze/transactions_raw"
GOLD = "gold/daily_aggregates"


@pytest.fixture
def own(database: Database, online_retail_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Orchestration]:
    """A day that was carried to the end, and whose sales are of this minute."""
    with dg.DagsterInstance.ephemeral() as instance:
        made = orchestration(instance, database, online_retail_dir, monkeypatch)
        made.land(DAY)
        flow.run_incremental(database)
        made.change("update ops.streaming_watermarks set last_event_at = now()")
        yield made


def status(own: Orchestration, dataset: str) -> str:
    ((found,),) = own.rows("select status from ops.v_data_freshness where dataset = :dataset", dataset=dataset)
    return str(found)


def age(own: Orchestration, table: str, column: str, seconds: int) -> None:
    """So much time passes for what stands in a column."""
    own.change(f"update {table} set {column} = {column} - make_interval(secs => {seconds})")  # noqa: S608


def test_what_was_carried_a_moment_ago_is_fresh(own: Orchestration) -> None:
    """An alarm that rings when all is well is switched off."""
    assert {status(own, dataset) for dataset in (SILVER, GOLD, "serving/mv_dashboard_kpis")} == {"OK"}


@pytest.mark.parametrize(("seconds", "expected"), [(5, "OK"), (90, "WARNING"), (330, "CRITICAL")])
def test_a_stopped_pipeline_grows_late_by_itself(own: Orchestration, seconds: int, expected: str) -> None:
    """A lag that is written by the pipeline stays what it was when the pipeline stops: OK, for ever."""
    age(own, "ops.heartbeats", "beat_at", seconds)
    assert status(own, SILVER) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(5, "OK"), (90, "WARNING"), (330, "CRITICAL")])
def test_records_that_wait_make_silver_late(own: Orchestration, seconds: int, expected: str) -> None:
    """Sensors may tick while every run fails: somebody looks, and nothing moves."""
    own.land("2011-03-02")
    age(own, "scout.bronze_ingestion_batches", "finished_at", seconds)
    assert status(own, SILVER) == expected


def test_buckets_that_wait_make_their_table_late(own: Orchestration) -> None:
    """Gold has hours, and each table its own."""
    own.land("2011-03-02")
    refresh.carry_all(own.database)
    age(own, "ops.dirty_buckets", "marked_at", 7300)
    assert (status(own, SILVER), status(own, GOLD)) == ("OK", "WARNING")
    age(own, "ops.dirty_buckets", "marked_at", 7300)
    assert status(own, GOLD) == "CRITICAL"


def test_a_view_that_is_behind_is_late_by_its_first_change(own: Orchestration) -> None:
    """The last change is a moment ago all day long, while the view stands still since the morning."""
    own.land("2011-03-02")
    flow.carry(own.database)
    own.change("select ops.note_stale_views()")
    age(own, "ops.stale_views", "stale_since", 7300)
    own.land("2011-03-03")
    flow.carry(own.database)
    own.change("select ops.note_stale_views()")
    assert status(own, "serving/mv_dashboard_kpis") == "WARNING"
    assert own.run("refresh_dashboard_views").success
    assert status(own, "serving/mv_dashboard_kpis") == "OK"


def test_a_backfill_of_old_months_does_not_look_like_news(own: Orchestration) -> None:
    """The tables are written to all day, and nothing of today is in them."""
    own.change("update ops.streaming_watermarks set last_event_at = now() - interval '19 hours'")
    assert status(own, SILVER) == "SILENT"
    own.land(OLDER_DAY)
    flow.run_incremental(own.database)
    assert own.rows("select count(*) from scout.gold_daily_aggregates") == [(2,)]
    assert {status(own, dataset) for dataset in (SILVER, GOLD)} == {"SILENT"}


def test_a_file_that_is_not_taken_makes_bronze_late(own: Orchestration) -> None:
    """Every run that takes files fails, and the page says that bronze is up to date: nothing waits in any table."""
    tick(own, landing_sensor)
    assert status(own, BRONZE) == "OK"
    (path,) = own.drop("2011-03-02")
    # a copy may bring the time of the original along
    os.utime(path, (0, 0))
    pretend_run(own, "take_files", dg.DagsterRunStatus.STARTED)
    tick(own, landing_sensor)
    for seconds, expected in ((0, "OK"), (90, "WARNING"), (240, "CRITICAL")):
        age(own, "ops.heartbeats", "waiting_since", seconds)
        assert status(own, BRONZE) == expected
    ((waiting_for,),) = own.rows("select waiting_for from ops.heartbeats where process = :process", process=BRONZE)
    assert waiting_for == str(path)
    with dg.build_sensor_context(instance=own.instance, resources={"database": own.database}) as context:
        told = freshness_sensor.evaluate_tick(context).skip_message or ""
    assert f"{BRONZE}: late by 330 s; more than 300 s is a failure; {path} is not taken" in told

    assert own.take().success
    assert status(own, BRONZE) == "OK"


def test_where_nobody_ever_looked_nothing_is_known(own: Orchestration) -> None:
    """Nothing waits in a folder that nobody watches."""
    assert status(own, "bronze/transactions_raw") == "UNKNOWN"
    with own.database.transaction() as connection:
        beats.beat(connection, process=beats.LANDING)
    assert status(own, "bronze/transactions_raw") == "OK"
