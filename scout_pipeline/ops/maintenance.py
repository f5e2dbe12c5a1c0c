"""Does what `maintenance_plan.py` found due: one maintainer at a time, each step logged, within a time limit.

The statements refuse a transaction: everything runs on one autocommit connection that holds a session-level lock. It
must be a direct connection, not one of a transaction pooler. Nothing here takes a lock that readers or writers wait
for, so a table is never rewritten as a whole.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone

import psycopg
import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.ops import maintenance_plan
from scout_pipeline.ops.maintenance_plan import Step

LOCK_MS = 5_000
ONLY_PARENT_FROM = 18
# query canceled by its time limit, lock timeout, object gone, object in use
SKIPPED_SQLSTATES = frozenset({"57014", "55P03", "42P01", "55006"})
STATEMENTS = {
    "drop_index": "ops/maintenance_drop_index",
    "settings": "ops/maintenance_settings",
    "analyze": "ops/maintenance_analyze",
    "analyze_parent": "ops/maintenance_analyze_parent",
    "vacuum": "ops/maintenance_vacuum",
    "freeze": "ops/maintenance_freeze",
    "reindex": "ops/maintenance_reindex",
}
# these wait for transactions that began before them, and block nobody meanwhile
PATIENT = frozenset({"reindex", "drop_index"})


class MaintenanceRunning(Exception):
    """Another maintainer is at work in this database."""


@dataclass(frozen=True)
class Done:
    """What became of a step; `outcome` is done, skipped or failed."""

    step: Step
    outcome: str
    seconds: float
    detail: str | None = None


@dataclass(frozen=True)
class Report:
    """The steps of a run, and how many that were due had no time left."""

    done: list[Done]
    left: int

    def count(self, outcome: str) -> int:
        return sum(each.outcome == outcome for each in self.done)


def plan(target: Database, *, with_indexes: bool) -> list[Step]:
    """What a run would do now; changes nothing."""
    with target.transaction() as connection:
        return maintenance_plan.plan(connection, at=datetime.now(timezone.utc), with_indexes=with_indexes)


def run(
    target: Database,
    *,
    with_indexes: bool,
    minutes: float,
    on_step: Callable[[Done], None] = lambda done: None,
) -> Report:
    """Do what is due, for at most so many minutes; raises MaintenanceRunning when another maintainer is at work.

    A step that fails, or would wait too long, does not keep the others from running. A killed run leaves the rest of
    its work due; the next one marks its open step as interrupted and removes a half-built index.
    """
    deadline = time.monotonic() + 60 * minutes
    with _only_maintainer(target) as connection:
        database.run(connection, "ops/maintenance_interrupted")
        due = maintenance_plan.plan(connection, at=datetime.now(timezone.utc), with_indexes=with_indexes)
        run_id, done = uuid.uuid4(), list[Done]()
        for number, step in enumerate(due):
            if time.monotonic() >= deadline:
                return Report(done, len(due) - number)
            done.append(_do(connection, step, run_id=run_id, deadline=deadline))
            on_step(done[-1])
        return Report(done, 0)


@contextmanager
def _only_maintainer(target: Database) -> Iterator[sa.Connection]:
    with target.autocommit() as connection:
        if not database.scalar(connection, "ops/maintenance_lock"):
            raise MaintenanceRunning("another maintainer is at work in this database; wait until it has ended")
        try:
            database.run(connection, "ops/maintenance_limits", statement_ms="0", lock_ms=str(LOCK_MS))
            yield connection
        finally:
            if not connection.invalidated:
                database.run(connection, "ops/maintenance_unlock")


def _do(connection: sa.Connection, step: Step, *, run_id: uuid.UUID, deadline: float) -> Done:
    number = database.scalar(
        connection,
        "ops/maintenance_begin",
        run_id=str(run_id),
        table_name=step.target,
        action=step.action,
        reason=step.reason,
        state_before=json.dumps({**_state(connection, step), **step.facts}, default=str),
    )
    crash_points.reach("maintenance.begun")
    outcome, detail = _attempt(connection, step, deadline)
    crash_points.reach("maintenance.done")
    seconds = database.scalar(
        connection,
        "ops/maintenance_end",
        maintenance_id=number,
        outcome=outcome,
        detail=detail,
        state_after=json.dumps(_state(connection, step), default=str),
    )
    return Done(step, outcome, float(seconds), detail)


def _attempt(connection: sa.Connection, step: Step, deadline: float) -> tuple[str, str | None]:
    """Run the statement under its limits; (outcome, the server's reason when it was not done)."""
    left_ms = max(1, int(1000 * (deadline - time.monotonic())))
    lock_ms = 0 if step.action in PATIENT else LOCK_MS
    database.run(connection, "ops/maintenance_limits", statement_ms=str(left_ms), lock_ms=str(lock_ms))
    driver = database.driver_connection(connection)
    notices: list[str] = []
    handler = lambda notice: notices.append(notice.message_primary or "")  # noqa: E731
    driver.add_notice_handler(handler)
    try:
        driver.execute(_statement(step, driver.info.server_version // 10_000))
    except psycopg.OperationalError as error:
        if driver.closed:
            raise
        return ("skipped" if error.sqlstate in SKIPPED_SQLSTATES else "failed"), str(error).strip()
    except psycopg.Error as error:
        return ("skipped" if error.sqlstate in SKIPPED_SQLSTATES else "failed"), str(error).strip()
    finally:
        driver.remove_notice_handler(handler)
        if not driver.closed:
            database.run(connection, "ops/maintenance_limits", statement_ms="0", lock_ms=str(LOCK_MS))
    # SKIP_LOCKED says so in a warning and ends well
    return ("skipped", "; ".join(notices)) if any("lock not available" in text for text in notices) else ("done", None)


def _statement(step: Step, major_version: int) -> sql.Composed:
    target = sql.Identifier(*_parts(step.target))
    if step.action == "settings":
        wanted = step.facts["wanted"]
        return database.compose(
            STATEMENTS[step.action],
            target=target,
            vacuum_share=sql.SQL(wanted["autovacuum_vacuum_scale_factor"]),
            insert_share=sql.SQL(wanted["autovacuum_vacuum_insert_scale_factor"]),
            analyze_share=sql.SQL(wanted["autovacuum_analyze_scale_factor"]),
            freeze_min_age=sql.SQL(wanted["autovacuum_freeze_min_age"]),
        )
    is_whole = step.action == "analyze_parent" and major_version < ONLY_PARENT_FROM
    return database.compose(STATEMENTS["analyze" if is_whole else step.action], target=target)


def _parts(name: str) -> list[str]:
    """Schema and name of a relation as the catalogue's format() wrote them."""
    schema, _, relation = name.partition(".")
    return [part[1:-1].replace('""', '"') if part.startswith('"') else part for part in (schema, relation)]


def _state(connection: sa.Connection, step: Step) -> dict[str, object]:
    found = database.rows(connection, "ops/maintenance_state", relation=step.target)
    return dict(found[0]["state"]) if found else {}
