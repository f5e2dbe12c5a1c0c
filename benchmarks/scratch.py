"""A server for one benchmark: embedded, shipped configuration, temporary home, fresh migrated databases; then gone."""

import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from scout_pipeline import cluster, settings
from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.migrations import runner

HERE = Path(__file__).parent


def statement(name: str) -> str:
    """The text of `benchmarks/NAME.sql`."""
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def default_data() -> Path:
    """The folder of daily Online Retail files."""
    return settings.test_data() / "online_retail" / "by-day"


class ScratchServer:
    """The benchmark's own server."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self._numbers = itertools.count(1)

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """URL of a migrated database that exists for the length of the block."""
        name = f"bench_{next(self._numbers)}"
        cluster.create_database(self.server.url("postgres"), name)
        database = Database(self.server.url(name))
        runner.up(database)
        database.dispose()
        try:
            yield self.server.url(name)
        finally:
            self._administer(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    def facts(self) -> dict[str, str]:
        """What a result says about the server that it was measured on."""
        with psycopg.connect(self.server.url("postgres")) as connection:
            return {"postgresql": connection.info.parameter_status("server_version") or "unknown"}

    def checkpoint(self) -> None:
        """Write everything out, so that one side does not pay for the other's pages."""
        self._administer(sql.SQL(statement("sql/checkpoint")))

    def processor_seconds(self) -> float:
        """Processor time so far of the server, its living and ended processes, and of this process."""
        postmaster = psutil.Process(self.server.pid)
        # a process that ends between the two readings is counted by its parent at the next one
        spent = time.process_time() + sum(postmaster.cpu_times()[:4])
        for child in postmaster.children(recursive=True):
            try:
                spent += sum(child.cpu_times()[:2])
            except psutil.NoSuchProcess:
                continue
        return spent

    def _administer(self, command: sql.Composable) -> None:
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(command)


@contextmanager
def scratch_server() -> Iterator[ScratchServer]:
    """A running server in a temporary home, which also holds the pseudonym key of this benchmark."""
    home = Path(tempfile.mkdtemp(prefix="scout-b-"))
    os.environ["SCOUT_HOME"] = str(home)
    settings.current.cache_clear()
    server = EmbeddedServer(home)
    try:
        server.ensure_running()
        yield ScratchServer(server)
    finally:
        server.stop("immediate")
        shutil.rmtree(home, ignore_errors=True)


def settle(url: str) -> None:
    """What autovacuum has done some minutes after a load: statistics, and pages known to be visible to all."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement("sql/settle"))
        connection.execute(statement("sql/checkpoint"))
