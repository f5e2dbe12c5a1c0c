"""Opens the pipeline's database for a command: migrated when it is our own, checked when it is somebody's."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console

from scout_pipeline import cluster
from scout_pipeline.cli.errors import UserError
from scout_pipeline.database import Database
from scout_pipeline.migrations import standing
from scout_pipeline.migrations.standing import Status


@contextmanager
def ready_database(console: Console) -> Iterator[Database]:
    """The data's database with every migration applied; on a server of one's own migrating is the owner's decision."""
    with console.status("starting the database ..."):
        database = cluster.data_database()
    try:
        found = standing.status(database)
        pending = [step for step in found if step.state != "applied"]
        _refuse_others(found)
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


def _refuse_others(found: Sequence[Status]) -> None:
    """A database of another version, or one whose migrations were edited, is not mended by migrating."""
    for step in found:
        if step.state == "unknown":
            raise UserError(f"{step.revision} {step.slug} is applied, and this version does not have it: upgrade scout")
        if step.state == "changed":
            raise UserError(
                f"the files of {step.revision} {step.slug} were changed after it was applied: bring back those of its "
                "release, see `scout migrate status`"
            )
