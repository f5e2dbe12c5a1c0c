"""What people decide about entries of quarantine: discard them, or take that back. Silver waits meanwhile."""

from dataclasses import replace
from functools import partial

import sqlalchemy as sa

from scout_pipeline import audit_log, database
from scout_pipeline.database import Database
from scout_pipeline.quarantine.selection import Selection
from scout_pipeline.silver import replay

STEP_ROWS = 1000
ON = "scout.quarantine"


def discard(target: Database, selection: Selection, *, by: str, why: str) -> int:
    """Close open entries for good: their lines stay counted, their records stay out. The number of entries."""
    return _decide(target, "quarantine/discard", replace(selection, status="open"), by, why)


def reopen(target: Database, selection: Selection, *, by: str, why: str) -> int:
    """Open discarded entries again, to be replayed. The number of entries."""
    return _decide(target, "quarantine/reopen", replace(selection, status="discarded"), by, why)


def _decide(target: Database, statement: str, selection: Selection, by: str, why: str) -> int:
    total = 0
    while decided := target.retrying(partial(_step, statement=statement, selection=selection, by=by, why=why)):
        total += decided
    return total


def _step(connection: sa.Connection, statement: str, selection: Selection, by: str, why: str) -> int:
    # a window that is judging a record now must not overlook what is decided about it
    replay.lock(connection)
    bound = selection.bound(connection)
    decided = database.run(connection, statement, selection=bound, by=by, why=why, row_limit=STEP_ROWS).rowcount
    if decided:
        act, outcome = statement.replace("/", " "), {"entries": decided}
        audit_log.record(connection, act, ON, actor=by, parameters=selection.told(), outcome=outcome)
    return decided
