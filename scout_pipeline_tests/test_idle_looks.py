"""What a look that finds nothing costs: no run, few words, no row that stays. `make idle-day` counts a day of it."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import InProcessCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster_shared.error import SerializableErrorInfo

from scout_pipeline import flow, heartbeats
from scout_pipeline.automation import due
from scout_pipeline.automation.failed_ticks_sensor import failed_ticks_sensor
from scout_pipeline.automation.idle_ticks_sensor import KEPT_SECONDS, idle_ticks_sensor
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline_tests.orchestration import Orchestration, orchestration
from scout_pipeline_tests.test_sensors import tick

DAY = "2010-12-05"
NOW = 1_800_000_000.0
# a tick is stored with its words and its cursor, twenty thousand times a day
MOST_CHARACTERS = 300
TABLES = "select schemaname || '.' || relname from pg_stat_user_tables order by 1"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """One that remembers ticks."""
    with dg.DagsterInstance.local_temp(str(tmp_path)) as made:
        yield made


@pytest.fixture
def own(
    instance: dg.DagsterInstance, database: Database, online_retail_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Orchestration:
    """A day that was carried to the end."""
    made = orchestration(instance, database, online_retail_dir, monkeypatch)
    made.land(DAY)
    flow.run_incremental(database)
    made.ask_rules()
    return made


def row_counts(own: Orchestration) -> dict[str, int]:
    """Rows of every table of the pipeline."""
    counted = " union all ".join(f"select '{name}', count(*) from {name}" for (name,) in own.rows(TABLES))  # noqa: S608
    return dict(own.rows(counted))


def test_a_look_that_finds_nothing_asks_for_no_run_and_leaves_nothing(own: Orchestration) -> None:
    """Sensors look twenty thousand times a day: a row at each look, or a page of words, fills the disk by idling."""
    sensors = list(defs.get_repository_def().sensor_defs)
    for sensor in sensors:
        tick(own, sensor)
    before = row_counts(own)
    for sensor in sensors:
        requests, words = tick(own, sensor)
        assert requests == [], sensor.name
        assert 0 < len(words) <= MOST_CHARACTERS, sensor.name
    assert row_counts(own) == before
    assert own.instance.get_runs_count() == 0


def stored(
    instance: dg.DagsterInstance,
    status: TickStatus,
    age_seconds: float,
    *,
    name: str = "some_sensor",
    kind: InstigatorType = InstigatorType.SENSOR,
) -> TickData:
    """A tick of a sensor, or of a schedule, that began so long before now."""
    location = InProcessCodeLocationOrigin(LoadableTargetOrigin(module_name="some_module"), location_name="place")
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(location, "__repository__"), name)
    is_sensor = kind == InstigatorType.SENSOR
    data = SensorInstigatorData() if is_sensor else ScheduleInstigatorData("0 3 * * *")
    state = InstigatorState(origin, kind, InstigatorStatus.RUNNING, data)
    if instance.get_instigator_state(state.instigator_origin_id, state.selector_id) is None:
        instance.add_instigator_state(state)
    tick_data = TickData(
        state.instigator_origin_id,
        state.instigator_name,
        kind,
        status,
        NOW - age_seconds,
        run_ids=[] if status == TickStatus.SUCCESS else None,
        error=SerializableErrorInfo("it broke", [], None) if status == TickStatus.FAILURE else None,
        skip_reason="nothing to do" if status == TickStatus.SKIPPED else None,
        selector_id=state.selector_id,
    )
    instance.create_tick(tick_data)
    return tick_data


def test_looks_that_found_nothing_are_forgotten_after_an_hour_and_no_others(instance: dg.DagsterInstance) -> None:
    """Kept for a day they are twenty megabytes; and a look that failed or asked for a run is what people search for."""
    for status in (TickStatus.SKIPPED, TickStatus.SUCCESS, TickStatus.FAILURE):
        for age in (KEPT_SECONDS + 60, KEPT_SECONDS - 60):
            data = stored(instance, status, age)
    with dg.SensorEvaluationContext(
        instance_ref=None,
        instance=instance,
        last_tick_completion_time=NOW,
        last_run_key=None,
        cursor=None,
        repository_name=None,
    ) as context:
        assert "forgotten" in (idle_ticks_sensor.evaluate_tick(context).skip_message or "")
    kept = instance.get_ticks(data.instigator_origin_id, str(data.selector_id))
    assert sorted((each.status.value, NOW - each.timestamp > KEPT_SECONDS) for each in kept) == [
        ("FAILURE", False),
        ("FAILURE", True),
        ("SKIPPED", False),
        ("SUCCESS", False),
        ("SUCCESS", True),
    ]


def test_a_sensor_or_schedule_that_cannot_look_is_an_alert_until_it_can(
    instance: dg.DagsterInstance, database: Database, online_retail_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks for no run, so no run fails: months ahead end, or rules are never asked again, and all is green."""
    own = orchestration(instance, database, online_retail_dir, monkeypatch)
    sensor, schedule = "quality_sensor", "maintain_partitions_schedule"
    stored(instance, TickStatus.SKIPPED, 300, name=sensor)
    stored(instance, TickStatus.SKIPPED, 300, name=schedule, kind=InstigatorType.SCHEDULE)
    stored(instance, TickStatus.FAILURE, 200, name="gone_sensor")
    stored(instance, TickStatus.FAILURE, 100, name="gone_sensor")
    assert "nothing to warn about" in tick(own, failed_ticks_sensor)[1]
    stored(instance, TickStatus.FAILURE, 240, name=sensor)
    # once may be a lock; and a look that is under way says nothing
    stored(instance, TickStatus.STARTED, 200, name=sensor)
    assert "nothing to warn about" in tick(own, failed_ticks_sensor)[1]
    stored(instance, TickStatus.FAILURE, 180, name=sensor)
    stored(instance, TickStatus.FAILURE, 180, name=schedule, kind=InstigatorType.SCHEDULE)
    words = tick(own, failed_ticks_sensor)[1]
    for name in (sensor, schedule):
        assert f"{name}: it cannot look, and asks for no run: it broke" in words
    stored(instance, TickStatus.SKIPPED, 60, name=sensor)
    stored(instance, TickStatus.SUCCESS, 60, name=schedule, kind=InstigatorType.SCHEDULE)
    assert "2 alerts of type failed_tick are over" in tick(own, failed_ticks_sensor)[1]


WRITTEN_OFTEN = """
    do $$ begin for time in 1..1100 loop update {relation} set {column} = {column} where {row}; end loop; end $$;
    select pg_stat_force_next_flush()
"""


def test_looks_alone_ask_for_no_snapshot(database: Database) -> None:
    """Sensors write a thousand beats an hour: an idle system would have a run each hour to look at its own looking."""

    def due_after(relation: str, column: str, row: str) -> str | None:
        with database.transaction() as connection:
            connection.execute(sa.text(WRITTEN_OFTEN.format(relation=relation, column=column, row=row)))
        with database.transaction() as connection:
            return due.snapshot(connection)

    with database.transaction() as connection:
        heartbeats.beat(connection, process=heartbeats.SERVING)
        connection.execute(sa.text("select pg_stat_force_next_flush()"))
    with database.transaction() as connection:
        connection.execute(sa.text("select ops.capture_performance_snapshot()"))
    assert due_after("ops.heartbeats", "beat_at", "true") is None
    found = due_after("scout.dim_date", "weekday_name", "date_key = '2026-02-05'")
    assert found is not None
    assert 1000 <= int(found) < 2000, "beats are not among the rows"
