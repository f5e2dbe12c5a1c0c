"""One migrator at a time in a database.

A session-level lock on a connection of its own, outside any transaction, held over all migrations of one run. It is
asked for by polling: a migrator that waited inside `pg_advisory_lock` would hold a snapshot, for which the other's
CREATE INDEX CONCURRENTLY would wait, for ever. Migrations need a direct connection, not a transaction pooler; behind
one, the lock that every migration takes on the version table still keeps two from running the same step.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from scout_pipeline import database
from scout_pipeline.migrations.errors import MigrationError

POLL_SECONDS = 0.1
WAIT_SECONDS = 900.0


@contextmanager
def only_migrator(db: database.Database, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the migration lock; raises MigrationError when another migrator keeps it for `wait_seconds`."""
    deadline = time.monotonic() + wait_seconds
    with db.autocommit() as connection:
        while not database.scalar(connection, "ops/migration_lock"):
            if time.monotonic() >= deadline:
                raise MigrationError(f"another migrator is still at work after {wait_seconds:.0f} s; try again later")
            time.sleep(POLL_SECONDS)
        try:
            yield
        finally:
            database.run(connection, "ops/migration_unlock")
