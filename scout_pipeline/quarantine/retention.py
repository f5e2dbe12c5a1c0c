"""How long closed entries of quarantine are kept. Open ones are never removed."""

from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from scout_pipeline import audit_log, database
from scout_pipeline.database import Database

STEP_ROWS = 1000


@dataclass(frozen=True)
class Prunable:
    """Entries past their retention: removed whole, or emptied because they keep a record of bronze out of silver."""

    removed: int
    emptied: int


def prunable(connection: sa.Connection, days: int) -> Prunable:
    """What pruning would do now."""
    return Prunable(**database.run(connection, "quarantine/prunable", days=days).mappings().one())


def prune(target: Database, days: int) -> int:
    """Remove what was closed more than so many days ago, step by step; the number of entries."""
    total = 0
    while pruned := target.retrying(partial(_step, days=days)):
        total += pruned
    return total


def _step(connection: sa.Connection, days: int) -> int:
    pruned = int(database.scalar(connection, "quarantine/prune", days=days, row_limit=STEP_ROWS))
    if pruned:
        audit_log.record(
            connection,
            "quarantine prune",
            "scout.quarantine",
            actor=None,
            parameters={"days": days},
            outcome={"entries": pruned},
        )
    return pruned
