"""The connections to Dagster's storage: kept between statements, shared by a process, replaced when they are lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import dagster as dg
import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.ops import dagster_instance, dagster_storage
from scout_pipeline_tests.conftest import fresh_database

THREADS = 8


@pytest.fixture
def storage(server: EmbeddedServer) -> Iterator[Database]:
    with fresh_database(server, template="template1") as made:
        yield made


@pytest.fixture
def instance(storage: Database, tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dagster_instance.of_home(tmp_path, storage_url=url(storage)) as opened:
        yield opened


def url(storage: Database) -> str:
    return sa.make_url(storage.url).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)


def connected(storage: Database) -> set[int]:
    """The processes of the server that wait for the next statement of Dagster."""
    with storage.autocommit() as connection:
        found = connection.execute(
            sa.text(
                "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                " and backend_type = 'client backend'"
            )
        )
        return set(found.scalars())


def use(instance: dg.DagsterInstance, value: str) -> None:
    """Something of each of the three storages."""
    instance.run_storage.set_cursor_values({"test": value})
    assert instance.run_storage.get_cursor_values({"test"}) == {"test": value}
    assert instance.fetch_materializations(dg.AssetKey("silver/none"), limit=1).records == []
    assert instance.all_instigator_state() == []


def test_statements_share_a_connection_that_stays_open(instance: dg.DagsterInstance, storage: Database) -> None:
    """Each event of a run, and each look of a sensor, would pay ten times what its statement costs."""
    use(instance, "first")
    kept = connected(storage)
    assert len(kept) == 1
    use(instance, "second")
    assert connected(storage) == kept


def test_an_instance_more_needs_no_connection_more(
    instance: dg.DagsterInstance, storage: Database, tmp_path: Path
) -> None:
    """A code server makes one for each look of a sensor: the server would run out of connections within hours."""
    use(instance, "first")
    kept = connected(storage)
    for _ in range(3):
        use(dg.DagsterInstance.from_ref(instance.get_ref()), "another")
    assert connected(storage) == kept


def test_a_lost_connection_costs_no_statement(instance: dg.DagsterInstance, storage: Database) -> None:
    """A server that was started again would end every run under way, and the looks of all sensors."""
    use(instance, "before")
    lost = connected(storage)
    with storage.autocommit() as connection:
        for process in lost:
            connection.execute(sa.text("select pg_terminate_backend(:process, 5000)"), {"process": process})
    assert connected(storage) == set()
    use(instance, "after")


def test_many_threads_at_once_leave_few_connections(instance: dg.DagsterInstance, storage: Database) -> None:
    """The daemon has a thread for each of its tasks: what each has opened would stay open in every process."""
    engine = dagster_storage.connections(url(storage))
    all_open = Barrier(THREADS)

    def held(number: int) -> None:
        with engine.connect():
            all_open.wait(timeout=30)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(held, range(THREADS)))
    assert len(connected(storage)) == dagster_storage.KEPT_CONNECTIONS


def test_an_instance_that_is_closed_leaves_no_connection(storage: Database, tmp_path: Path) -> None:
    """Its database could not be dropped."""
    with dagster_instance.of_home(tmp_path, storage_url=url(storage)) as opened:
        use(opened, "once")
        assert connected(storage)
    assert connected(storage) == set()
