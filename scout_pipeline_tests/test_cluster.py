"""Which server is used, and what people are told when it cannot be."""

import socket

import psycopg
import pytest

from scout_pipeline import cluster, settings
from scout_pipeline import database as database_module
from scout_pipeline.database import Database, DatabaseUnavailable
from scout_pipeline.embedded import EmbeddedServer

SECRET = "hunter2 % Ω"
SECRET_IN_URL = "hunter2%20%25%20%CE%A9"


def use(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"SCOUT_{name}", value)
    settings.current.cache_clear()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_nothing_configured_means_the_embedded_server_with_both_databases() -> None:
    """The first command on a new machine must work without a preparation step; so must the second."""
    for _ in range(2):
        found = cluster.data_database()
        with found.transaction() as connection:
            assert connection.connection.dbapi_connection is not None
        found.dispose()
        storage = cluster.dagster_storage_url()
        assert storage.startswith("postgresql+psycopg2://")
    with psycopg.connect(storage.replace("+psycopg2", "")) as connection:
        assert connection.info.dbname == "dagster"
    assert found.url != storage


def test_ones_own_server_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch, empty_database: Database) -> None:
    """A deployment that silently started the embedded server would write its data to the wrong place."""
    use(monkeypatch, DATABASE_URL=empty_database.url)
    found = cluster.data_database()
    assert found.engine.url.database == empty_database.engine.url.database
    found.dispose()
    assert cluster.embedded() is None
    assert not settings.current().home_dir.exists()


def test_dagster_gets_a_database_of_its_own_on_ones_own_server(
    monkeypatch: pytest.MonkeyPatch, server: EmbeddedServer, empty_database: Database
) -> None:
    """Dagster's event log in the data's database would share its backups, its bloat and its watermark horizon."""
    use(monkeypatch, DATABASE_URL=empty_database.url)
    first, second = cluster.dagster_storage_url(), cluster.dagster_storage_url()
    assert first == second
    with psycopg.connect(server.url("dagster")) as connection:
        assert connection.info.dbname == "dagster"


def test_dagster_storage_can_be_elsewhere(monkeypatch: pytest.MonkeyPatch, empty_database: Database) -> None:
    """Whoever may not create databases needs a way to name one; any scheme given must become psycopg2."""
    use(monkeypatch, DAGSTER_DATABASE_URL=f"postgres://ann:{SECRET_IN_URL}@db.example:5433/runs")
    url = cluster.dagster_storage_url()
    assert url.startswith("postgresql+psycopg2://ann:")
    assert "db.example:5433/runs" in url


def test_a_server_below_the_minimum_version_is_refused(
    monkeypatch: pytest.MonkeyPatch, empty_database: Database
) -> None:
    """The first sign would otherwise be an unknown setting or function deep inside a run."""
    monkeypatch.setattr(database_module, "MINIMUM_SERVER_VERSION", 99)
    use(monkeypatch, DATABASE_URL=empty_database.url)
    with pytest.raises(DatabaseUnavailable, match=r"is 18\.\d+, and 99 or newer is needed: upgrade it"):
        cluster.data_database()


def test_a_missing_extension_is_named(empty_database: Database) -> None:
    """Otherwise a migration stops half way through the list, on a server that could never finish it."""
    with pytest.raises(DatabaseUnavailable, match=r"does not offer no_such_extension: install"):
        cluster.verify(empty_database, extensions=["pg_trgm", "no_such_extension"])


def test_an_unreachable_server_is_one_line_without_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages go to logs, issues and chats."""
    port = free_port()
    use(monkeypatch, DATABASE_URL=f"postgresql://ann:{SECRET_IN_URL}@127.0.0.1:{port}/sales?password={SECRET_IN_URL}")
    for refused in (cluster.data_database, cluster.dagster_storage_url):
        with pytest.raises(DatabaseUnavailable) as raised:
            refused()
        message = str(raised.value)
        assert f"127.0.0.1:{port}/" in message
        assert len(message.splitlines()) == 1
        assert "hunter2" not in message
        assert raised.value.__suppress_context__


def test_a_missing_database_on_ones_own_server_is_not_created(
    monkeypatch: pytest.MonkeyPatch, server: EmbeddedServer
) -> None:
    """A typing mistake in the name would fill a new, empty database."""
    use(monkeypatch, DATABASE_URL=server.url("sals"))
    with pytest.raises(DatabaseUnavailable, match='database "sals" does not exist'):
        cluster.data_database()


def test_a_role_that_may_not_create_databases_is_told_what_to_set(
    monkeypatch: pytest.MonkeyPatch, server: EmbeddedServer, empty_database: Database
) -> None:
    """Managed servers seldom grant it."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("drop role if exists modest")
        connection.execute("create role modest login")
    monkeypatch.setattr(cluster, "DAGSTER_DATABASE", "another_dagster")
    use(monkeypatch, DATABASE_URL=empty_database.url.replace("postgres@", "modest@"))
    with pytest.raises(DatabaseUnavailable, match="SCOUT_DAGSTER_DATABASE_URL"):
        cluster.dagster_storage_url()
