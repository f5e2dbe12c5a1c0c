"""Opens the pipeline's database for a command: migrated when it is our own, checked when it is somebody's."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from scout_pipeline import cluster
from scout_pipeline.cli.errors import UserError
from scout_pipeline.database import Database
from scout_pipeline.migrations import standing


@contextmanager
def ready_database(console: Console) -> Iterator[Database]:
    """The data's database with every migration applied; on a server of one's own migrating is the owner's decision."""
    with console.status("starting the database ..."):
        database = cluster.data_database()
    try:
        pending = [step for step in standing.status(database) if step.state != "applied"]
        if pending and cluster.embedded() is None:
            raise UserError(
                f"{len(pending)} migrations are not applied, the next one is {pending[0].revision} "
                f"{pending[0].slug}; look with `scout migrate up --dry-run`, then run `scout migrate up`"
            )
        if pending:
            # Alembic takes a third of a second to load, and every command comes past here
            from scout_pipeline.migrations import runner

            with console.status("preparing the database ..."):
                runner.up(database)
        yield database
    finally:
        database.dispose()
