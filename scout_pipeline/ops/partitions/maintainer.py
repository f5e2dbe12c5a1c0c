"""One maintainer of partitions at a time: a lock that belongs to a transaction, and so goes with a killed process.

The transaction does nothing else: it has no id and no snapshot, so it holds back neither the window nor vacuum, and it
works through a pooler.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.ops.partitions.layers import PartitionError


class MaintainerBusyError(PartitionError):
    """Another process maintains partitions."""


class Maintainer:
    """Whoever holds the lock; `check` before each step that could not be done twice at once."""

    def __init__(self, lock: sa.Connection) -> None:
        self._lock = lock

    def check(self) -> None:
        """Raise OperationalError when the connection that holds the lock is lost."""
        database.scalar(self._lock, "ops/maintainer_alive")


@contextmanager
def maintaining(target: Database) -> Iterator[Maintainer]:
    """Hold the lock for the length of the block; raises MaintainerBusyError at once when another process has it."""
    with target.transaction() as connection:
        database.run(connection, "ops/maintainer_settings")
        if not database.scalar(connection, "ops/maintainer_lock"):
            raise MaintainerBusyError("another process maintains partitions; try again when it is done")
        yield Maintainer(connection)


def log(connection: sa.Connection, action: str, relation: str | None, month: date | None, **detail: Any) -> None:
    """Record one step, in the transaction of the step."""
    database.run(
        connection,
        "ops/partition_log",
        action=action,
        relation=relation,
        month=month,
        detail=json.dumps(detail, default=str),
    )
