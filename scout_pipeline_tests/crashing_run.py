"""What a process of its own does, which takes files and runs the flow until SCOUT_CRASH says that it dies.

`commit_at` plants a defect, to prove that the tests see one: the transaction commits in its middle.
"""

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from scout_pipeline import cluster, crash_points, database, flow, settings
from scout_pipeline.bronze import landing
from scout_pipeline.sources import mapping as mappings


def plant_commit(planted: str) -> None:
    """Commit whatever transaction the thread that reaches the step has open."""
    run, reach = database.run, crash_points.reach
    of_thread = threading.local()  # tables of gold are computed side by side

    def remembering_run(connection: sa.Connection, statement: str, /, **params: Any) -> sa.CursorResult[Any]:
        of_thread.latest = connection
        return run(connection, statement, **params)

    def committing_reach(point: str) -> None:
        if point == planted:
            database.driver_connection(of_thread.latest).commit()
        reach(point)

    database.run, crash_points.reach = remembering_run, committing_reach


def take_and_carry(target: database.Database, paths: list[Path]) -> None:
    """Take files of sales (.csv) and of reference records (.jsonl), and carry what is new."""
    for suffix, source in ((".csv", "test_shops"), (".jsonl", "scout_reference")):
        files = [path for path in paths if path.suffix == suffix]
        if files:
            landing.ingest(target, files, mappings.load(source))
    flow.run_incremental(target)


def main(environment: Mapping[str, str], paths: list[Path], commit_at: str | None) -> None:
    os.environ.update(environment)
    settings.current.cache_clear()
    if commit_at is not None:
        plant_commit(commit_at)
    take_and_carry(cluster.data_database(), paths)
