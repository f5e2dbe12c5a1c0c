"""What an idle day adds to Dagster's storage: every look of every sensor and schedule, with the daemon's own functions.

    .venv/bin/python benchmarks/idle_day.py [--hours N] [--json FILE]

The clock is simulated, all the rest is real: code server, evaluation, PostgreSQL. What autovacuum does in a day is done
once a simulated hour. A run that is asked for is a failure: there is nothing to do. Goal: docs/performance.md.

A look takes about a third of a second, so a whole day takes hours. Looks of sensors that found nothing are kept for an
hour: after two hours as many go as come, and what is added then in an hour is added in every other. With fewer hours
than 24 that last hour is counted for each that was left out, and the figure says so. The clock begins at two at night
in the zone of the schedules, because the care of tables and partitions comes then; before it, every schedule is asked
once whether it has work.
"""

import argparse
import logging
import os
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import psycopg
import recording
from dagster._core.test_utils import create_test_daemon_workspace_context, freeze_time
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster._daemon.sensor import execute_sensor_iteration
from dagster._scheduler.scheduler import launch_scheduled_runs
from rich.console import Console
from scratch import ScratchServer, default_data, scratch_server, statement

from scout_pipeline import cluster, flow, settings
from scout_pipeline.automation import schedules
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.migrations import runner
from scout_pipeline.ops import services
from scout_pipeline.ops.baselines import Figure
from scout_pipeline.sources import mapping as mappings

GOAL_MIB = 5
STEP = timedelta(seconds=10)
MEBIBYTE = 1024 * 1024
FIRST_HOUR = 2
# What the nights before have done. The care of tables comes twice: the first writes the log that the second looks
# after. So does the snapshot: the first makes a table to look after, the second counts what the first care wrote.
NIGHTS = (
    *("maintain_partitions", "audit_store_days", "sweep_bronze", "snapshot_performance", "maintain_tables_weekend"),
    *("snapshot_performance", "maintain_tables_weekend"),
)
# A session tells its counters at the end of a transaction, once a second.
COUNTERS_SECONDS = 1.2


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=3.0, help="simulated; 3 or more for a figure of a day")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args()
    console = Console()
    with scratch_server() as scratch:
        url, awake = come_to_rest(scratch)
        if awake:
            console.print(f"not at rest, there is work for {', '.join(awake)}")
            return 1
        before, _ = state(url)
        hourly = idle(url, timedelta(hours=options.hours), console)
        after, counts = state(url)
        asked = runs(url)
        facts = {**scratch.facts(), "hours": options.hours}
    detail = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}
    measured = sum(detail.values()) / MEBIBYTE
    added = measured + left_out(hourly, options.hours) / MEBIBYTE
    figures = [
        Figure(metric="added to Dagster's storage in a day", value=round(added, 3), unit="MiB", goal=GOAL_MIB),
        Figure(metric=f"of it measured, in {options.hours:g} hours", value=round(measured, 3), unit="MiB"),
        Figure(metric="runs without work", value=counts["run_count"], unit="runs", goal=0),
        Figure(metric="ticks stored", value=counts["tick_count"], unit="ticks"),
    ]
    for figure in figures:
        console.print(f"{figure.metric}: {figure.value} {figure.unit}")
    console.print(detail)
    for run in asked:
        console.print(f"{run['run_count']} runs of {run['job_name']}, asked for by {run['asked_by']}")
    recording.write(options.json, "idle day", figures, facts, {"bytes": detail, "runs": asked}, console)
    return 0 if added <= GOAL_MIB and counts["run_count"] == 0 else 1


def come_to_rest(scratch: ScratchServer) -> tuple[str, list[str]]:
    """A deployment with a day of sales: the URL of Dagster's database, and the schedules that still have work."""
    database = cluster.data_database()
    runner.up(database)
    services.prepare_home(settings.current().home_dir)
    os.environ.update(services.environment(settings.current(), storage_url=cluster.dagster_storage_url()))
    landing.ingest(database, sorted(default_data().glob("*.csv.gz"))[:1], mappings.load("online_retail"))
    flow.run_incremental(database)
    with dg.DagsterInstance.ephemeral() as elsewhere:
        defs.resolve_job_def("check_quality").execute_in_process(instance=elsewhere, raise_on_error=False)
        nights(database, elsewhere)
    with dg.DagsterInstance.get() as instance:
        # makes its tables
        instance.get_runs_count()
        found = awake(database, instance)
    database.dispose()
    return scratch.server.url(cluster.DAGSTER_DATABASE), found


def nights(database: Database, instance: dg.DagsterInstance) -> None:
    """Do what is done every night, with the jobs themselves, so that nothing is left to do."""
    for job_name in NIGHTS:
        let_counters_settle(database)
        defs.resolve_job_def(job_name).execute_in_process(instance=instance)
    let_counters_settle(database)


def let_counters_settle(database: Database) -> None:
    """Let the server know what was written so far."""
    time.sleep(COUNTERS_SECONDS)
    with database.transaction() as connection:
        connection.exec_driver_sql("select 1")


def awake(database: Database, instance: dg.DagsterInstance) -> list[str]:
    """Schedules that would ask for a run now."""
    return [plan.name for plan in schedules.PLANS if schedules.work(plan, instance, database) is not None]


def left_out(hourly: list[int], hours: float) -> float:
    """Bytes that the hours which were left out of a day would have added: each what the last whole hour did."""
    last_hour = hourly[-1] - hourly[-2] if len(hourly) > 1 else 0
    return max(24 - hours, 0) * last_hour


def idle(url: str, span: timedelta, console: Console) -> list[int]:
    """Let that much time pass, in steps of the quickest sensor; bytes of all tables after each whole hour."""
    logger = logging.getLogger("idle day")
    workspace = WorkspaceFileTarget([str(services.deployment_file("workspace.yaml"))])
    begin = first_moment(datetime.now(timezone.utc))
    clock, began, iterations = begin, time.monotonic(), {}
    hourly: list[int] = []
    with (
        dg.DagsterInstance.get() as instance,
        create_test_daemon_workspace_context(workspace, instance) as context,
    ):
        while clock < begin + span:
            with freeze_time(clock):
                list(execute_sensor_iteration(context, logger, None, None))
                if clock.second == 0:
                    list(launch_scheduled_runs(context, logger, clock, iterations))
            clock += STEP
            if clock.minute == 0 and clock.second == 0:
                vacuum(url)
                hourly.append(sum(state(url)[0].values()))
                console.print(f"{clock:%H:%M} after {time.monotonic() - began:.0f} s: {hourly[-1] / MEBIBYTE:.2f} MiB")
    vacuum(url)
    return hourly


def first_moment(now: datetime) -> datetime:
    """The last time that it was two at night where the schedules are."""
    there = now.astimezone(ZoneInfo(settings.current().schedule_time_zone))
    begin = there.replace(hour=FIRST_HOUR, minute=0, second=0, microsecond=0)
    return (begin if begin <= there else begin - timedelta(days=1)).astimezone(timezone.utc)


def vacuum(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum")


def state(url: str) -> tuple[dict[str, int], dict[str, Any]]:
    """Bytes by table, and how many ticks and runs there are."""
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
        sizes = {
            row["table_name"]: row["byte_count"] for row in connection.execute(statement("sql/idle/sizes")).fetchall()
        }
        counts = connection.execute(statement("sql/idle/counts")).fetchone()
    return sizes, counts or {}


def runs(url: str) -> list[dict[str, Any]]:
    """What was asked for although there was nothing to do: job, number, and the sensor or schedule."""
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
        return connection.execute(statement("sql/idle/runs")).fetchall()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    sys.exit(main())
