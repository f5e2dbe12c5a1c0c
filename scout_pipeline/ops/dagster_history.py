"""Prunes what Dagster remembers of runs that ended long ago; what is true now stays.

Dagster's own `delete_run` takes the latest materialization of a table with it: the table would look never computed. So
this is SQL on Dagster's tables, in batches that each leave them whole; daemon, pages and runs go on meanwhile.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database

RUNS_A_BATCH = 200
ROWS_A_BATCH = 10_000
TABLES = ("event_logs", "runs", "run_tags", "job_ticks", "asset_check_executions", "asset_event_tags")


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Dagster's storage, with a connection of its own for as long as it is needed."""
    storage = Database(url, pool_size=1)
    try:
        yield storage
    finally:
        storage.dispose()


@dataclass
class Pruned:
    """How many of each are gone."""

    runs: int = 0
    events: int = 0
    evaluations: int = 0
    ticks: int = 0


def prunable(storage: Database, *, days: int) -> Mapping[str, int]:
    """Runs that ended more than so many days ago, their events, and ticks of then; what is current among them stays."""
    with storage.transaction() as connection:
        return database.rows(connection, "ops/history_prunable_runs", days=days)[0]


def removable(storage: Database, *, days: int) -> str | None:
    """Kinds of what `prune` would take away first; None when it would take nothing, however old the rest is."""
    return storage.retrying(partial(_tried, days=days))


def prune(
    storage: Database, *, days: int, output: Path, on_batch: Callable[[Pruned], None] = lambda done: None
) -> Pruned:
    """Take away what is older than so many days and not current; killed anywhere, the next one goes on.

    `output` is the folder in which Dagster keeps a folder of each run with what it printed.
    """
    done = Pruned()
    last_id = 0
    while (batch := storage.retrying(partial(_runs, days=days, after_id=last_id)))["last_id"] is not None:
        last_id = batch["last_id"]
        done.runs += len(batch["run_ids"])
        done.events += batch["events"]
        done.evaluations += batch["evaluations"]
        for run_id in batch["run_ids"]:
            shutil.rmtree(output / run_id, ignore_errors=True)
        crash_points.reach("history.pruned")
        on_batch(done)
    while events := storage.retrying(partial(_rows, "ops/history_prune_runless", days=days)):
        done.events += events
        on_batch(done)
    while ticks := storage.retrying(partial(_rows, "ops/history_prune_ticks", days=days)):
        done.ticks += ticks
        on_batch(done)
    if done != Pruned():
        _make_room(storage)
    return done


def _tried(connection: sa.Connection, *, days: int) -> str | None:
    """Prune until something goes, and take it back: one set of conditions says what is current."""
    trial = connection.begin_nested()
    last_id, counts = 0, {"runs": 0}
    while not any(counts.values()) and (batch := _runs(connection, days=days, after_id=last_id))["last_id"] is not None:
        last_id = batch["last_id"]
        counts = {"runs": len(batch["run_ids"]), "events": batch["events"], "evaluations": batch["evaluations"]}
    counts["events of no run"] = _rows("ops/history_prune_runless", connection, days=days)
    counts["ticks"] = _rows("ops/history_prune_ticks", connection, days=days)
    trial.rollback()
    return ", ".join(sorted(kind for kind, count in counts.items() if count)) or None


def _runs(connection: sa.Connection, *, days: int, after_id: int) -> Mapping[str, Any]:
    return database.rows(connection, "ops/history_prune_runs", days=days, after_id=after_id, row_limit=RUNS_A_BATCH)[0]


def _rows(statement: str, connection: sa.Connection, *, days: int) -> int:
    return int(database.scalar(connection, statement, days=days, row_limit=ROWS_A_BATCH))


def _make_room(storage: Database) -> None:
    """The room of what is gone is used again; the files do not shrink, and need not grow."""
    with storage.autocommit() as connection:
        for table in TABLES:
            statement = database.compose("ops/maintenance_vacuum", target=sql.Identifier(table))
            database.driver_connection(connection).execute(statement)
