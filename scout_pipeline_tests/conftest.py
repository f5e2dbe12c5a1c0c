"""A real PostgreSQL for every test: one embedded server a worker, one migrated template, cloned per test."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from psycopg import sql

from scout_pipeline import database as database_module
from scout_pipeline import settings
from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline_tests import needs

if TYPE_CHECKING:
    from scout_pipeline_tests.prepared import Prepared, PreparedDatabases

REPOSITORY = Path(__file__).resolve().parent.parent
TEMPLATE = "scout_template"
MEMORY = Path("/dev/shm")
ROOM = 6 * 2**30
# what costs time at every commit and every new database, and protects from a loss of power alone
VOLATILE = ("fsync", "synchronous_commit", "full_page_writes")
# of the developer's variables, what says which tests can run
KEPT = ("SCOUT_TEST_DATA", needs.REQUIRE_ALL)
# of these modules single tests take a minute
LONGEST = ("test_real_figures", "test_up_end_to_end", "test_services", "test_mutations", "test_memory")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Here, where pytest looks before it collects; the package `shop_floor` reads it."""
    parser.addoption(
        "--shop-floor", default="20x14", metavar="STORESxDAYS", help="size of the simulated shop floor (20x14)"
    )
    parser.addoption(
        "--every-real-day", default="15", metavar="N", help="every which day of the real data arrives in any order (15)"
    )
    parser.addoption(
        "--histories",
        default="",
        metavar="N",
        help="histories drawn at random and loaded in any order (6, always the same)",
    )
    parser.addoption("--histories-seed", default="", metavar="SEED", help="begin to draw them here, as a failure told")
    parser.addoption("--memory-mib", default="12", metavar="MIB", help="size of the file that must not be held (12)")
    parser.addoption("--two-daemons", default="120", metavar="SECONDS", help="for how long two daemons get files (120)")
    parser.addoption(
        "--history", default="12x1", metavar="DAYSxTIMES", help="length of Dagster's past that is pruned (12x1)"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: the other processes would end and wait for one that begins its longest last."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that a server may use. Not under `tmp_path`: every pytest that starts closes that to other users."""
    made = Path(tempfile.mkdtemp(prefix="scout-t-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, open_folder: Path) -> Iterator[None]:
    """Every test has a home of its own and none of the developer's SCOUT_ and Dagster variables.

    A server that the test started there stops with it.
    """
    for name in [name for name in os.environ if name.startswith(("SCOUT_", "DAGSTER_", "PG"))]:
        if name not in KEPT:
            monkeypatch.delenv(name)
    monkeypatch.setenv("SCOUT_HOME", str(open_folder / "home"))
    settings.current.cache_clear()
    yield
    settings.current.cache_clear()
    EmbeddedServer(open_folder / "home").stop("immediate")


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The worker's embedded server, which need not survive a crash; tests that stop or kill one make their own."""
    with temporary_server(_memory()) as running:
        running.ensure_running()
        without_durability(running)
        yield running


@pytest.fixture(scope="session")
def template_database(server: EmbeddedServer) -> str:
    """The name of a database with every migration applied and no connection open: `create database` copies it.

    The calendar is filled: every first pass over the layers would spend most of its time on it.
    """
    from scout_pipeline.migrations import runner
    from scout_pipeline.silver import dim_date

    create(server, TEMPLATE, template="template1")
    migrated = Database(server.url(TEMPLATE))
    try:
        runner.up(migrated)
        dim_date.refresh(migrated)
    finally:
        migrated.dispose()
    return TEMPLATE


@pytest.fixture
def database(server: EmbeddedServer, template_database: str) -> Iterator[Database]:
    """A fresh, migrated database of this test alone."""
    with fresh_database(server, template=template_database) as fresh:
        yield fresh


@pytest.fixture
def empty_database(server: EmbeddedServer) -> Iterator[Database]:
    """A fresh database without any migration."""
    with fresh_database(server, template="template1") as fresh:
        yield fresh


@pytest.fixture(scope="session")
def prepared_databases(server: EmbeddedServer, template_database: str) -> "PreparedDatabases":
    """The databases that this worker has prepared so far."""
    from scout_pipeline_tests.prepared import PreparedDatabases

    return PreparedDatabases(server, template_database)


@pytest.fixture
def prepared(prepared_databases: "PreparedDatabases", monkeypatch: pytest.MonkeyPatch) -> "Iterator[Prepared]":
    """Databases to which something was done already, to look at or to copy."""
    from scout_pipeline_tests.prepared import of_one_test

    with of_one_test(prepared_databases, monkeypatch) as made:
        yield made


@pytest.fixture(scope="session")
def online_retail_dir() -> Path:
    """The daily files of the Online Retail data."""
    root = Path(os.environ.get("SCOUT_TEST_DATA") or "../shared/data")
    folder = (REPOSITORY / root).resolve() / "online_retail" / "by-day"
    if not folder.is_dir():
        needs.missing(
            f"the Online Retail files are not in {folder}",
            "set SCOUT_TEST_DATA to the folder above online_retail; README says where the files come from",
        )
    return folder


@pytest.fixture(scope="session")
def browser() -> str:
    """The program of a real browser."""
    return needs.program(BROWSERS, "run `make browser` as root (Debian); without it nobody looks at the pages")


def without_durability(server: EmbeddedServer) -> None:
    """Faster commits on a server that need not survive a crash."""
    for setting in VOLATILE:
        _administer(server, sql.SQL("alter system set {} = off").format(sql.Identifier(setting)))
    _administer(server, sql.SQL("select pg_reload_conf()"))


def _memory() -> Path | None:
    """A folder in memory with room for a worker's databases, if there is one: copies of files are cheap there."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM else None


@contextmanager
def temporary_server(folder: Path | None = None) -> Iterator[EmbeddedServer]:
    """A server object on a new, short home in the folder; stopped and deleted at the end."""
    home = Path(tempfile.mkdtemp(prefix="scout-t-", dir=folder))
    made = EmbeddedServer(home)
    try:
        yield made
    finally:
        made.stop("immediate")
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def fresh_database(server: EmbeddedServer, *, template: str) -> Iterator[Database]:
    """A database that exists for the length of the block, copied from the template."""
    name = f"test_{next(_numbers)}"
    create(server, name, template=template)
    fresh = Database(server.url(name))
    try:
        yield fresh
    finally:
        fresh.dispose()
        _administer(server, sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def create(server: EmbeddedServer, name: str, *, template: str) -> None:
    """Copy a database, as files: through the write-ahead log it takes three times as long."""
    statement = sql.SQL("create database {} template {} strategy file_copy")
    _administer(server, statement.format(sql.Identifier(name), sql.Identifier(template)))


def _administer(server: EmbeddedServer, statement: sql.SQL | sql.Composed) -> None:
    with _maintenance(server).autocommit() as connection:
        database_module.driver_connection(connection).execute(statement)


@cache
def _maintenance(server: EmbeddedServer) -> Database:
    """One connection a server: every test makes and drops a database."""
    return Database(server.url("postgres"), pool_size=1)
