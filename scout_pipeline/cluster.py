"""Which PostgreSQL holds what: the embedded server or one of one's own, the data's database and Dagster's."""

from collections.abc import Sequence

import sqlalchemy as sa
from psycopg import sql
from pydantic import SecretStr

from scout_pipeline import database, settings
from scout_pipeline.database import Database, DatabaseUnavailable
from scout_pipeline.embedded import EmbeddedServer

DATA_DATABASE = "scout"
DAGSTER_DATABASE = "dagster"
MAINTENANCE_DATABASE = "postgres"
REQUIRED_EXTENSIONS = ("pg_stat_statements", "pg_trgm", "unaccent")
CONNECT_TIMEOUT_SECONDS = "10"
# duplicate_database, and the unique violation that the loser of a race sees instead
ALREADY_CREATED = frozenset({"42P04", "23505"})


def embedded() -> EmbeddedServer | None:
    """The embedded server of this home, not started; None when SCOUT_DATABASE_URL names another server."""
    now = settings.current()
    return EmbeddedServer(now.home_dir) if now.database_url is None else None


def data_database() -> Database:
    """The database that holds the data, ready for use. Starts the embedded server when that is the one.

    Raises DatabaseUnavailable: unreachable, older than the minimum version, or an extension is missing.
    """
    server = embedded()
    if server is not None:
        server.ensure_running()
        create_database(server.url(MAINTENANCE_DATABASE), DATA_DATABASE)
    found = Database(data_url())
    try:
        verify(found)
    except DatabaseUnavailable:
        found.dispose()
        raise
    return found


def data_url() -> str:
    """The libpq URL of the data's database, password included; starts nothing."""
    own = settings.current().database_url
    if own is not None:
        return _own_url(own).render_as_string(hide_password=False)
    return EmbeddedServer(settings.current().home_dir).url(DATA_DATABASE)


def dagster_storage_url() -> str:
    """The URL of Dagster's database, created when missing, with the driver that dagster-postgres needs (psycopg2)."""
    if settings.current().dagster_database_url is None:
        server = embedded()
        if server is not None:
            server.ensure_running()
        create_database(server.url(MAINTENANCE_DATABASE) if server else data_url(), DAGSTER_DATABASE)
    return sa.make_url(dagster_url()).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)


def dagster_url() -> str:
    """The libpq URL of Dagster's database, password included; starts and makes nothing."""
    override = settings.current().dagster_database_url
    url = _own_url(override) if override is not None else sa.make_url(data_url()).set(database=DAGSTER_DATABASE)
    return url.render_as_string(hide_password=False)


def verify(found: Database, *, extensions: Sequence[str] = REQUIRED_EXTENSIONS) -> str:
    """The server's version, once it is reachable, new enough and has the extensions; raises DatabaseUnavailable."""
    where = describe(found.url)
    try:
        # Not in `transaction()`: its settings do not exist on the very servers that are refused here.
        with found.autocommit() as connection:
            (facts,) = database.rows(connection, "ops/server_facts", extensions=list(extensions))
    except sa.exc.OperationalError as error:
        raise DatabaseUnavailable(f"no answer from PostgreSQL at {where}: {_cause(error, found.url)}") from None
    if facts["major_version"] < database.MINIMUM_SERVER_VERSION:
        raise DatabaseUnavailable(
            f"PostgreSQL at {where} is {facts['version_text']}, and {database.MINIMUM_SERVER_VERSION} or newer is "
            "needed: upgrade it, or unset SCOUT_DATABASE_URL to use the embedded server"
        )
    if facts["missing_extensions"]:
        raise DatabaseUnavailable(
            f"PostgreSQL at {where} does not offer {', '.join(facts['missing_extensions'])}: install its contrib "
            "package (Debian: postgresql-contrib), or unset SCOUT_DATABASE_URL to use the embedded server"
        )
    return str(facts["version_text"])


def create_database(url: str, name: str) -> None:
    """Create the database on the server of `url` unless it exists; two commands at once may both ask."""
    maintenance = Database(url, pool_size=1)
    try:
        with maintenance.autocommit() as connection:
            if not database.scalar(connection, "ops/database_exists", database_name=name):
                _create(connection, name, where=describe(url))
    except sa.exc.OperationalError as error:
        raise DatabaseUnavailable(f"no answer from PostgreSQL at {describe(url)}: {_cause(error, url)}") from None
    finally:
        maintenance.dispose()


def describe(url: str) -> str:
    """Where a server is, for messages: host, port, database and user; never the password."""
    parts = sa.make_url(url)
    host = parts.host or parts.query.get("host") or "the default socket"
    return f"{host}:{parts.port or parts.query.get('port') or 5432}/{parts.database or ''}"


def _create(connection: sa.Connection, name: str, *, where: str) -> None:
    statement = sql.SQL("create database {}").format(sql.Identifier(name))
    try:
        connection.exec_driver_sql(statement.as_string(database.driver_connection(connection)))
    except sa.exc.DBAPIError as error:
        state = database.sqlstate(error)
        if state == "42501":
            raise DatabaseUnavailable(
                f"this role may not create database {name} at {where}: create it there, or set "
                "SCOUT_DAGSTER_DATABASE_URL to a database that exists"
            ) from None
        if state not in ALREADY_CREATED:
            raise


def _own_url(secret: SecretStr) -> sa.URL:
    """A given URL, which settings have checked, with a time limit for connecting."""
    url = sa.make_url(secret.get_secret_value()).set(drivername="postgresql")
    return (
        url if "connect_timeout" in url.query else url.update_query_dict({"connect_timeout": CONNECT_TIMEOUT_SECONDS})
    )


def _cause(error: sa.exc.OperationalError, url: str) -> str:
    """The driver's reason on one line, without the password should it be quoted."""
    line = " ".join(str(error.orig).split())
    password = sa.make_url(url).password
    return line.replace(str(password), "***") if password else line
