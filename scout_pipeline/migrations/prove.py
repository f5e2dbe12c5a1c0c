"""Proof that every migration can be undone: it is run, in a scratch database that is dropped afterwards.

For each migration: up, verify, down, the catalogue's fingerprint equal to the one before, up again, equal to the first
up. At the end all of them down at once, equal to the empty database, and all up again.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from psycopg import sql

from scout_pipeline.database import Database, driver_connection
from scout_pipeline.migrations import fingerprint, runner, script, steps
from scout_pipeline.migrations.errors import MigrationError
from scout_pipeline.migrations.fingerprint import Fingerprint
from scout_pipeline.migrations.loss import CONFIRMATION
from scout_pipeline.migrations.script import BASE

PREFIX = "scout_prove_"


@dataclass(frozen=True)
class Proof:
    """One migration, or `all`, and what kept it from being proved; no problem means proved."""

    name: str
    problems: list[str] = field(default_factory=list)


def prove(
    admin: Database, *, folder: Path | None = None, told: Callable[[Proof], None] = lambda proof: None
) -> list[Proof]:
    """Prove the migrations on the server of `admin`; stops after the first that fails. `told` hears of each at once."""
    proofs: list[Proof] = []
    with script.chain(folder) as chain, scratch_database(admin) as scratch:
        with scratch.transaction() as connection:
            steps.bootstrap(connection, chain)
        rounds = [(migration.name, chain.before(migration), migration.revision) for migration in chain.migrations]
        if rounds:
            rounds.append(("all", BASE, chain.migrations[-1].revision))
        reached: Fingerprint | None = None
        for name, before, after in rounds:
            if name == "all":
                _down(scratch, before, folder)
                reached = None
            problems, reached = _problems(scratch, before, after, folder, reached)
            proof = Proof(name, problems)
            told(proof)
            proofs.append(proof)
            if proof.problems:
                break
    return proofs


@contextmanager
def scratch_database(admin: Database) -> Iterator[Database]:
    """An empty database on the same server, for the length of the block."""
    name = f"{PREFIX}{secrets.token_hex(6)}"
    _administer(admin, sql.SQL("create database {} template template0").format(sql.Identifier(name)))
    url = sa.make_url(admin.url).set(database=name)
    scratch = Database(url.render_as_string(hide_password=False))
    try:
        yield scratch
    finally:
        scratch.dispose()
        _administer(admin, sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _problems(
    scratch: Database, before: str, after: str, folder: Path | None, first: Fingerprint | None
) -> tuple[list[str], Fingerprint | None]:
    """What keeps it from being proved, and the catalogue at the end, with which the next migration begins (`first`)."""
    try:
        first = _fingerprint(scratch) if first is None else first
        runner.up(scratch, to=after, folder=folder)
        second = _fingerprint(scratch)
        problems = [f"verify: {line}" for line in runner.verify(scratch, folder=folder)]
        _down(scratch, before, folder)
        problems += [f"after down, {line}" for line in fingerprint.difference(first, _fingerprint(scratch))]
        if problems:
            # What was left over would only make the second up fail on top of it.
            return problems, None
        runner.up(scratch, to=after, folder=folder)
        third = _fingerprint(scratch)
        return [f"after up again, {line}" for line in fingerprint.difference(second, third)], third
    except MigrationError as error:
        return [str(error)], None


def _down(scratch: Database, to: str, folder: Path | None) -> None:
    runner.down(scratch, to=to, confirm=CONFIRMATION, folder=folder)


def _fingerprint(scratch: Database) -> Fingerprint:
    with scratch.transaction() as connection:
        return fingerprint.read(connection)


def _administer(admin: Database, statement: sql.Composed) -> None:
    with admin.autocommit() as connection:
        driver_connection(connection).execute(statement)
