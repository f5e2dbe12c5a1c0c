"""Alembic: the chain of revisions, the version table `ops.alembic_version`, one step up or down.

The configuration is built here, so it works from an installed wheel without an alembic.ini. A folder other than the
project's own gets its thin revisions made for the occasion: they follow from the folders' names.
"""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa
from alembic import command, context, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from alembic.util.pyfiles import template_to_file

from scout_pipeline import database
from scout_pipeline.migrations import files
from scout_pipeline.migrations.errors import MigrationError
from scout_pipeline.migrations.files import Direction, Migration

HOME = Path(__file__).parent
VERSIONS = HOME / "versions"
SCHEMA = "ops"
BASE = "base"
# Alembic keeps the running environment in module globals: one run at a time in a process.
_environment = threading.Lock()


@dataclass(frozen=True)
class Chain:
    """The migrations of one folder, oldest first, with the Alembic configuration that runs them."""

    config: Config
    migrations: tuple[Migration, ...]

    def position(self, revision: str) -> int:
        """How many migrations are applied at that revision; raises MigrationError for an unknown one."""
        if revision == BASE:
            return 0
        for number, migration in enumerate(self.migrations, start=1):
            if revision in (migration.revision, migration.name):
                return number
        known = ", ".join([BASE, *(migration.revision for migration in self.migrations)])
        raise MigrationError(f"no migration {revision!r}; known are: {known}")

    def before(self, migration: Migration) -> str:
        """The revision that a database has before this migration, `base` for the first."""
        number = self.migrations.index(migration)
        return self.migrations[number - 1].revision if number else BASE


@contextmanager
def chain(folder: Path | None) -> Iterator[Chain]:
    """The project's own migrations, or those of another folder."""
    if folder is None:
        yield _load(files.root(), VERSIONS)
        return
    with tempfile.TemporaryDirectory(prefix="scout-versions-") as made:
        previous: Migration | None = None
        for migration in files.discover(folder):
            write_revision(Path(made), migration, previous)
            previous = migration
        yield _load(folder, Path(made))


def revision_path(versions: Path, migration: Migration) -> Path:
    """Where a migration's thin revision stands."""
    return versions / f"{migration.name}.py"


def write_revision(versions: Path, migration: Migration, previous: Migration | None) -> None:
    """Write the thin revision that runs a migration's folder."""
    template_to_file(
        str(HOME / "script.py.mako"),
        str(revision_path(versions, migration)),
        "utf-8",
        name=migration.name,
        revision=migration.revision,
        down_revision=previous.revision if previous else None,
    )


def current(connection: sa.Connection) -> str:
    """The revision the database is at, `base` when it has none."""
    migrations = MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA})
    return migrations.get_current_revision() or BASE


def ensure_version_table(connection: sa.Connection, chain: Chain) -> None:
    """Let Alembic create its version table, in the transaction of the connection."""
    with _environment:
        command.ensure_version(_bound(chain, connection, frozenset()))


def step(
    connection: sa.Connection, chain: Chain, migration: Migration, direction: Direction, *, skip_sql: bool = False
) -> None:
    """Run one thin revision in the connection's transaction. `skip_sql`: only the version moves, the SQL ran before."""
    config = _bound(chain, connection, frozenset({migration.name}) if skip_sql else frozenset())
    with _environment:
        if direction == "up":
            command.upgrade(config, migration.revision)
        else:
            command.downgrade(config, chain.before(migration))


def run(name: str, direction: Direction) -> None:
    """What every thin revision calls: run that folder's up.sql or down.sql on Alembic's connection."""
    attributes = context.config.attributes
    if name not in attributes["skip"]:
        migration = Migration(attributes["folder"] / name)
        execute(op.get_bind(), migration, direction, migration.text(direction))


def execute(connection: sa.Connection, migration: Migration, part: files.Part, text: str) -> psycopg.Cursor[object]:
    """Send SQL without parameters, so that `%` and `:name` stay as they are; errors name the file and the line."""
    try:
        return database.driver_connection(connection).execute(text.encode())
    except psycopg.Error as error:
        raise MigrationError(_explained(migration, part, text, error)) from error


def _explained(migration: Migration, part: files.Part, text: str, error: psycopg.Error) -> str:
    position = int(error.diag.statement_position or 0)
    offset = max(migration.text(part).find(text), 0)
    line = f" line {migration.text(part)[: offset + position].count(chr(10)) + 1}" if position else ""
    detail = f" ({error.diag.message_detail})" if error.diag.message_detail else ""
    hint = "; a lock was not to be had in time: run it again later" if error.sqlstate == "55P03" else ""
    message = error.diag.message_primary or str(error).strip()
    return f"{migration.name}/{part}.sql{line}: {message}{detail}{hint}"


def _load(folder: Path, versions: Path) -> Chain:
    config = Config()
    # ConfigParser reads % as the start of an interpolation.
    config.set_main_option("script_location", str(HOME).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    config.attributes["folder"] = folder
    found = files.discover(folder)
    try:
        revisions = list(ScriptDirectory.from_config(config).walk_revisions())
    except CommandError as error:
        raise MigrationError(f"the revisions in {versions} do not form one chain: {error}") from error
    linked = [Path(revision.path).stem for revision in reversed(revisions)]
    if linked != [migration.name for migration in found]:
        odd = sorted(set(linked).symmetric_difference(migration.name for migration in found)) or linked
        raise MigrationError(f"{folder} and {versions} do not match at {', '.join(odd)}: use `scout migrate new SLUG`")
    return Chain(config, tuple(found))


def _bound(chain: Chain, connection: sa.Connection, skip: frozenset[str]) -> Config:
    chain.config.attributes.update(connection=connection, skip=skip)
    return chain.config
